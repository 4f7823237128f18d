package jinja

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// unescape resolves the backslash escapes of a string literal as Python's
// unicode-escape codec does. The second result is the codec's message when it
// refuses the text.
func unescape(s string) (string, string) {
	if !strings.Contains(s, `\`) {
		return s, ""
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			i++
			continue
		}
		n, msg := escape(&b, s[i:])
		if msg != "" {
			return "", msg
		}
		i += n
	}
	return b.String(), ""
}

// escape writes what the escape at the begin of s means, and returns its length.
func escape(b *strings.Builder, s string) (int, string) {
	if len(s) == 1 {
		return 0, `\ at end of string`
	}
	const from, to = "\\'\"abfnrtv", "\\'\"\a\b\f\n\r\t\v"
	if i := strings.IndexByte(from, s[1]); i >= 0 {
		b.WriteByte(to[i])
		return 2, ""
	}
	switch c := s[1]; {
	case c == '\n':
		return 2, ""
	case c >= '0' && c <= '7':
		return octal(b, s)
	case c == 'x':
		return hexEscape(b, s, 2)
	case c == 'u':
		return hexEscape(b, s, 4)
	case c == 'U':
		return hexEscape(b, s, 8)
	case c == 'N':
		// Names of characters are not known here.
		if end := strings.IndexByte(s, '}'); end > 3 && s[2] == '{' {
			return 0, "unknown Unicode character name"
		}
		return 0, `malformed \N character escape`
	case c >= utf8.RuneSelf:
		// Jinja writes such a character as an escape of its own first, so
		// that its backslash is the one escaped.
		r, n := utf8.DecodeRuneInString(s[1:])
		b.WriteString(asciiEscape(r))
		return 1 + n, ""
	}
	b.WriteString(s[:2])
	return 2, ""
}

func asciiEscape(r rune) string {
	switch {
	case r < 0x100:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

func octal(b *strings.Builder, s string) (int, string) {
	n, v := 1, rune(0)
	for n < 4 && n < len(s) && s[n] >= '0' && s[n] <= '7' {
		v = v*8 + rune(s[n]-'0')
		n++
	}
	b.WriteRune(v)
	return n, ""
}

func hexEscape(b *strings.Builder, s string, digits int) (int, string) {
	n := 2
	for n < len(s) && n < 2+digits && digitOf(s[n]) < 16 {
		n++
	}
	if n < 2+digits {
		return 0, "truncated " + s[:2] + strings.Repeat("X", digits) + " escape"
	}
	v, err := strconv.ParseUint(s[2:n], 16, 32)
	if err != nil || v > utf8.MaxRune {
		return 0, "illegal Unicode character"
	}
	b.WriteRune(rune(v))
	return n, ""
}
