// Package show makes text of unknown origin safe to print: names, messages and
// contents that come from a spec, a file, a repository or a component.
//
// A hidden character is one that a terminal obeys instead of printing, or that
// leaves no mark: C0 and C1 controls, DEL, the bidi controls and all other
// format characters (Unicode category Cf, which holds the zero-width ones), line
// and paragraph separators, further default-ignorable characters, variation
// selectors other than U+FE0E and U+FE0F, and noncharacters. Escaped means
// written out visibly: \u{1b} for a character, \x{ff} for a byte that is not
// part of valid UTF-8.
//
// Everything a reader can see stays as it is, in every script: letters,
// combining marks, emoji, private-use symbols. A joiner inside an emoji is
// escaped: safety comes before beauty. A backslash stays single, so an escape
// and the same characters typed by a person look alike; the package promises
// safe output, not a way back. It colours nothing and knows no terminal.
package show

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Hidden reports whether r is a hidden character. LF, TAB and CR are hidden too;
// the functions of this package say where they let them pass.
func Hidden(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xad:
		return true
	case r < 0x300:
		return false
	case r == 0xfe0e, r == 0xfe0f:
		return false
	case r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef, r > unicode.MaxRune:
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// Text returns s with every hidden character but LF and TAB, and every invalid
// byte, escaped. The result is valid UTF-8; a string that needs no escape comes
// back unchanged and costs no allocation.
func Text(s string) string { return escape(s, true) }

// Line is Text for a single line: LF, TAB and CR come back as \n, \t and \r.
func Line(s string) string { return escape(s, false) }

// Clip is Line cut to at most cols terminal columns, the last of which then
// holds an ellipsis. East Asian wide characters count two columns, combining
// marks none; one column is given at most 16 bytes.
func Clip(s string, cols int) string {
	if cols <= 0 {
		return ""
	}
	// Escaping lengthens, so this much of s decides what is shown.
	limit := 16 * cols
	cut := len(s) > limit+utf8.UTFMax
	if cut {
		s = s[:runeStart(s, limit)]
	}
	s = Line(s)
	end, used := 0, 0
	for i, r := range s {
		w := columns(r)
		if used+w > cols || i >= limit {
			return s[:end] + "…"
		}
		if used += w; used < cols {
			end = i + utf8.RuneLen(r)
		}
	}
	if cut {
		return s[:end] + "…"
	}
	return s
}

// runeStart is the last index not after i where a character of s starts.
func runeStart(s string, i int) int {
	for n := 0; n < utf8.UTFMax && i > 0 && !utf8.RuneStart(s[i]); n++ {
		i--
	}
	return i
}

func columns(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

func escape(s string, lines bool) string {
	i := dirty(s, lines)
	if i == len(s) {
		return s
	}
	out := make([]byte, 0, len(s)+16)
	for i < len(s) {
		out = append(out, s[:i]...)
		r, n := utf8.DecodeRuneInString(s[i:])
		out = appendEscape(out, r, s[i:i+n], lines)
		s = s[i+n:]
		i = dirty(s, lines)
	}
	return string(append(out, s...))
}

// dirty is the index of the first character of s that must be escaped.
func dirty(s string, lines bool) int {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < 0x7f || lines && (c == '\n' || c == '\t') {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			return i
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || Hidden(r) {
			return i
		}
		i += n
	}
	return len(s)
}

// appendEscape appends the visible form of r, which was read from raw.
func appendEscape(out []byte, r rune, raw string, lines bool) []byte {
	if !lines {
		switch r {
		case '\n':
			return append(out, `\n`...)
		case '\t':
			return append(out, `\t`...)
		case '\r':
			return append(out, `\r`...)
		}
	}
	open, v := `\u{`, int64(r)
	if r == utf8.RuneError && len(raw) == 1 {
		open, v = `\x{`, int64(raw[0])
	}
	out = append(out, open...)
	out = strconv.AppendInt(out, v, 16)
	return append(out, '}')
}
