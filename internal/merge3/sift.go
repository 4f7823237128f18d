package merge3

import "math/bits"

// sifted is a text without the lines that are not worth a pairing: their numbers,
// where they stand in the text, and, once matched, which have no partner.
type sifted struct {
	id, pos []int32
	out     []bool
}

// kind says how a line stands to the other text.
type kind uint8

const (
	alone  kind = iota // the other text does not have it
	paired             // the other text has it
	common             // the other text has it so often that it says little
)

const (
	// maxCommon bounds from how many occurrences on a line is common.
	maxCommon = 1024
	// window is how far a common line looks around itself.
	window = 100
	// mostly is how many lines of a neighbourhood there must be to each common one
	// for a common line to be dropped.
	mostly = 4
)

// sift marks the lines in r that get no partner as out, and returns the others.
// Left out are lines that are alone, which loses nothing, and common ones that
// stand amid lines that are alone: blank lines and brackets of a part that was
// written anew. There holds the count of each line number in the other text.
func (s side) sift(r span, there []int32) sifted {
	limit := int32(min(maxCommon, roughRoot(len(s.id))))
	kinds := make([]kind, r.to-r.from)
	for i := range kinds {
		switch n := there[s.id[r.from+i]]; {
		case n >= limit:
			kinds[i] = common
		case n > 0:
			kinds[i] = paired
		}
	}
	var kept sifted
	for i, k := range kinds {
		at := r.from + i
		if k == alone || k == common && amid(kinds, i) {
			s.out[at] = true
			continue
		}
		kept.id = append(kept.id, s.id[at])
		kept.pos = append(kept.pos, int32(at))
	}
	kept.out = make([]bool, len(kept.id))
	return kept
}

// roughRoot returns a power of two near the square root of n.
func roughRoot(n int) int { return 1 << ((bits.Len(uint(n)) + 1) / 2) }

// amid reports whether the common line i stands in a run of lines without a
// pairing, most of which are alone, on both sides.
func amid(kinds []kind, i int) bool {
	alone0, common0 := around(kinds, i, -1)
	if alone0 == 0 {
		return false
	}
	alone1, common1 := around(kinds, i, 1)
	if alone1 == 0 {
		return false
	}
	everywhere := common0 + common1 + 2 // the line itself counts once on each side
	return everywhere*mostly < everywhere+alone0+alone1
}

// around counts the lines from i in one direction, up to the first that is paired.
func around(kinds []kind, i, step int) (nAlone, nCommon int) {
	for j := i + step; j >= 0 && j < len(kinds) && j <= i+window && j >= i-window; j += step {
		switch kinds[j] {
		case alone:
			nAlone++
		case common:
			nCommon++
		case paired:
			return nAlone, nCommon
		}
	}
	return nAlone, nCommon
}

// mark carries over which lines have no partner.
func (s sifted) mark(out []bool) {
	for i, at := range s.pos {
		out[at] = s.out[i]
	}
}
