package hcllimit

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
)

// Range returns the source range of src[start:end], counting lines and columns
// as hclsyntax does: a column is one grapheme cluster, CRLF is one line end, a
// byte order mark takes no room.
func Range(filename string, src []byte, start, end int) hcl.Range {
	from := Position(src, hcl.InitialPos, start)
	return hcl.Range{Filename: filename, Start: from, End: Position(src, from, end)}
}

// Position returns the position of byte off of src, given that of an earlier
// byte. It takes time in proportion to the distance between the two.
func Position(src []byte, from hcl.Pos, off int) hcl.Pos {
	seg := src[from.Byte:off]
	if from.Byte == 0 {
		seg = bytes.TrimPrefix(seg, byteOrderMark())
	}
	to := from
	to.Byte = off
	if nl := bytes.LastIndexByte(seg, '\n'); nl >= 0 {
		to.Line += bytes.Count(seg, []byte{'\n'})
		to.Column = 1
		seg = seg[nl+1:]
	}
	to.Column += columns(seg)
	return to
}

// columns counts the grapheme clusters of text without a line feed.
func columns(seg []byte) int {
	ascii := true
	for _, c := range seg {
		if c >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return len(seg)
	}
	n := 0
	// hcl's scanner takes a lone CR for a line end, its lexer does not.
	for piece := range bytes.SplitAfterSeq(seg, []byte{'\r'}) {
		if cut, ok := bytes.CutSuffix(piece, []byte{'\r'}); ok {
			piece = cut
			n++
		}
		sc := hcl.NewRangeScanner(piece, "", func(b []byte, _ bool) (int, []byte, error) { return len(b), b, nil })
		if sc.Scan() {
			n += sc.Range().End.Column - 1
		}
	}
	return n
}

func byteOrderMark() []byte { return []byte{0xEF, 0xBB, 0xBF} }
