package block

import (
	"bytes"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

const (
	opens  = ">>>"
	closes = "<<<"
	owner  = "mlops"
	blanks = " \t"
	bom    = "\ufeff"
)

// marker is a marker line. Its offsets count from the start of the text.
type marker struct {
	opening bool
	address string
	comment Comment

	line        int
	start, next int // the line, with its end
	indent      int // where the prefix stands
	at, till    int // the address
}

// line is a line of a text: text[start:end] without its LF, next starts the line
// after it. number counts from 1.
type line struct{ number, start, end, next int }

// lines returns the lines of text after a BOM. A text that ends with LF has no
// empty line after it.
func lines(text []byte) iter.Seq[line] {
	return func(yield func(line) bool) {
		for l := (line{next: head(text)}); l.next < len(text); {
			l = lineAt(text, l.next, l.number+1)
			if !yield(l) {
				return
			}
		}
	}
}

func lineAt(text []byte, start, number int) line {
	if i := bytes.IndexByte(text[start:], '\n'); i >= 0 {
		return line{number, start, start + i, start + i + 1}
	}
	return line{number, start, len(text), len(text)}
}

// head returns where the first line starts.
func head(text []byte) int {
	if bytes.HasPrefix(text, []byte(bom)) {
		return len(bom)
	}
	return 0
}

// parseMarker reads a line without its LF. Offsets count from the line's start;
// a line that has the form of a marker, but states no address, has a fault.
func parseMarker(s []byte) (m marker, found bool, fault string) {
	if !bytes.Contains(s, []byte(owner)) { // most lines
		return m, false, ""
	}
	s = bytes.TrimRight(s, blanks+"\r")
	m.indent = len(s) - len(bytes.TrimLeft(s, blanks))
	prefix, rest := word(s[m.indent:])
	if len(prefix) == 0 || len(prefix) > maxWord {
		return m, false, ""
	}
	arrows, rest := word(rest)
	m.opening = string(arrows) == opens
	if !m.opening && string(arrows) != closes {
		return m, false, ""
	}
	tool, rest := word(rest)
	if string(tool) != owner {
		return m, false, ""
	}
	n := address(rest)
	suffix, tail := word(rest[n:])
	comment := Comment{string(prefix), string(suffix)}
	if n == 0 || len(tail) > 0 || len(suffix) > 0 && !blank(rest[n]) || comment.fault() != "" {
		return m, true, "has the form of a marker of mlops and is none: " + quote(string(bytes.TrimLeft(s, blanks)))
	}
	m.comment, m.at, m.till = comment, len(s)-len(rest), len(s)-len(rest)+n
	m.address = string(rest[:n])
	return m, true, ""
}

// word returns the bytes of s up to a blank, after leading blanks, and what
// follows the blanks after them.
func word(s []byte) (first, rest []byte) {
	s = bytes.TrimLeft(s, blanks)
	if i := bytes.IndexAny(s, blanks); i >= 0 {
		return s[:i], bytes.TrimLeft(s[i:], blanks)
	}
	return s, nil
}

func blank(c byte) bool { return c == ' ' || c == '\t' }

// address returns how many bytes at the start of s are an address: a name, and
// then names after dots and quoted strings in brackets, at least one of them. It
// is 0 when there is none. These are the addresses that HCL reads as static
// traversals (HCL native syntax specification, "Traversal") with string keys.
func address(s []byte) int {
	n := name(s)
	for first := true; n > 0 && n <= maxAddress; first = false {
		step := 0
		switch {
		case bytes.HasPrefix(s[n:], []byte(".")):
			step = more(1, name(s[n+1:]))
		case bytes.HasPrefix(s[n:], []byte(`["`)):
			step = more(2, key(s[n+2:]))
		case !first:
			return n
		}
		if step == 0 {
			return 0
		}
		n += step
	}
	return 0
}

// more adds what stands before a part to its length, unless there is no part.
func more(before, part int) int {
	if part == 0 {
		return 0
	}
	return before + part
}

// name returns the length of the HCL identifier that s starts with.
func name(s []byte) int {
	n := 0
	for n < len(s) && n <= maxAddress && (s[n] >= utf8.RuneSelf || s[n] == '-' || s[n] == '_' || alphanumeric(s[n])) {
		n++
	}
	if !hclsyntax.ValidIdentifier(string(s[:n])) {
		return 0
	}
	return n
}

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// key returns the length of the rest of a quoted string in brackets.
func key(s []byte) int {
	for n := 0; n < len(s) && n <= maxAddress; {
		if s[n] == '"' {
			if n+1 < len(s) && s[n+1] == ']' {
				return n + 2
			}
			return 0
		}
		if s[n] == '\\' {
			n++
		}
		r, size := utf8.DecodeRune(s[n:])
		if r == utf8.RuneError && size <= 1 || breaks(r) {
			return 0
		}
		n += size
	}
	return 0
}

// breaks reports whether r can end a line or is another control character.
func breaks(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
}

// render returns a marker line without its end.
func render(c Comment, opening bool, address string) string {
	arrows := closes
	if opening {
		arrows = opens
	}
	return strings.TrimRight(c.Prefix+" "+arrows+" "+owner+" "+address+" "+c.Suffix, " ")
}
