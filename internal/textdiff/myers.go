package textdiff

import (
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// run is n equal lines, from a and b on.
type run struct{ a, b, n int }

// myers finds shortest diffs of windows with sergi/go-diff, which works on
// strings: each distinct line of a window becomes a code point. They are given
// anew in each window, because there are only 1,112,064 (and sergi's own
// numbering panics beyond). Its time limit is off: a result must not depend on
// how busy the machine is. The walker limits the work instead.
type myers struct {
	dmp   *diffmatchpatch.DiffMatchPatch
	point []rune // by line number: its code point plus one, 0 outside a window
}

func newMyers(distinct int) myers {
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = 0
	return myers{dmp: dmp, point: make([]rune, distinct)}
}

// common returns the runs that a shortest diff of a and b keeps, in order.
func (m *myers) common(a, b []int32) []run {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	var next rune
	ra, rb := m.runes(a, &next), m.runes(b, &next)
	var out []run
	i, j := 0, 0
	for _, d := range m.dmp.DiffMainRunes(ra, rb, false) {
		n := utf8.RuneCountInString(d.Text)
		switch d.Type {
		case diffmatchpatch.DiffEqual:
			out = append(out, run{i, j, n})
			i += n
			j += n
		case diffmatchpatch.DiffDelete:
			i += n
		case diffmatchpatch.DiffInsert:
			j += n
		}
	}
	m.forget(a)
	m.forget(b)
	return out
}

// runes gives each line its code point; next is the first that is free.
func (m *myers) runes(ids []int32, next *rune) []rune {
	const surrogates, after = 0xd800, 0xe000
	out := make([]rune, len(ids))
	for i, id := range ids {
		if m.point[id] == 0 {
			if *next == surrogates {
				*next = after
			}
			m.point[id] = *next + 1
			*next++
		}
		out[i] = m.point[id] - 1
	}
	return out
}

func (m *myers) forget(ids []int32) {
	for _, id := range ids {
		m.point[id] = 0
	}
}
