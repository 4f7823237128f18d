package textdiff

import (
	"bytes"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// Shown returns a patch as it may stand on a terminal, and whether that differs
// from the patch: if so it is for reading and no longer for "git apply". The text
// is valid UTF-8 without controls other than LF, TAB and a CR directly before LF;
// without bidirectional controls, zero-width and other invisible characters, but
// for the byte order mark that a file begins with. A character left out is written
// as \u{1b}, a byte that is not UTF-8 as \x{ff}. Lines stay lines.
func Shown(patch []byte) (text []byte, escaped bool) {
	at, marks := safe(patch), orderMarks(patch)
	if at == len(patch) {
		return patch, false
	}
	text = make([]byte, 0, len(patch)+len(patch)/8+16)
	for whole := len(patch); ; {
		text = append(text, patch[:at]...)
		patch = patch[at:]
		if len(patch) == 0 {
			return text, escaped
		}
		if slices.Contains(marks, whole-len(patch)) {
			text = append(text, orderMark...)
			patch = patch[len(orderMark):]
			at = safe(patch)
			continue
		}
		escaped = true
		r, size := utf8.DecodeRune(patch)
		if r == utf8.RuneError && size == 1 {
			text = appendHex(text, 'x', rune(patch[0]))
		} else {
			text = appendHex(text, 'u', r)
		}
		patch = patch[size:]
		at = safe(patch)
	}
}

const orderMark = "\ufeff"

// orderMarks are the places where a file's first line begins with a byte order
// mark, at most two: what the file was and what it will be.
func orderMarks(patch []byte) []int {
	var out []int
	if !bytes.Contains(patch, []byte(orderMark)) {
		return nil
	}
	was, is, at := false, false, 0 // whether the first line of a side is to come
	for line := range bytes.Lines(patch) {
		switch {
		case bytes.HasPrefix(line, []byte("@@ ")):
			was, is = bytes.HasPrefix(line, []byte("@@ -1 ")) || bytes.HasPrefix(line, []byte("@@ -1,")),
				bytes.Contains(line, []byte(" +1 @@")) || bytes.Contains(line, []byte(" +1,"))
		case was && line[0] == '-' || is && line[0] == '+' || was && is && line[0] == ' ':
			if bytes.HasPrefix(line[1:], []byte(orderMark)) {
				out = append(out, at+1)
			}
			was, is = was && line[0] == '+', is && line[0] == '-'
		}
		at += len(line)
	}
	return out
}

func appendHex(out []byte, kind byte, r rune) []byte {
	out = append(out, '\\', kind, '{')
	if r < 0x10 {
		out = append(out, '0')
	}
	out = strconv.AppendUint(out, uint64(r), 16)
	return append(out, '}')
}

// safe returns how many bytes from the start may be shown as they are.
func safe(b []byte) int {
	for i := 0; i < len(b); {
		c := b[i]
		switch {
		case ' ' <= c && c < 0x7f || c == '\n' || c == '\t':
			i++
		case c == '\r' && i+1 < len(b) && b[i+1] == '\n':
			i += 2
		case c < utf8.RuneSelf:
			return i
		default:
			r, size := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && size == 1 || hidden(r) {
				return i
			}
			i += size
		}
	}
	return len(b)
}

// hidden reports whether a rune that is not ASCII controls the display or leaves
// no mark on it: controls, formats (bidi, joiners, marks of byte order, tags),
// line and paragraph separators, and the code points that Unicode says to ignore
// when a font lacks them, apart from variation selectors, which emoji need.
func hidden(r rune) bool {
	if 0xad < r && r < 0x34f || 0x2070 <= r && r < 0xd800 && r != 0x3164 {
		return false // most text, without a search of tables
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp,
		unicode.Other_Default_Ignorable_Code_Point)
}
