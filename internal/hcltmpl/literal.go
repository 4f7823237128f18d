package hcltmpl

import (
	"bytes"
	"unicode"
)

// run is literal text between two sequences, src[start:end].
type run struct {
	start, end         int
	trimStart, trimEnd bool // a strip marker touches it there
}

// literal adds the text of a run: stripped, then with its escapes resolved. A
// strip marker works on one token of the lexer only, which is at most a line.
func (c *compiler) literal(r run) {
	if r.start == r.end {
		return
	}
	first := r.start
	if r.trimStart {
		stop := tokenEnd(c.src, r.start, r.end)
		first += stop - r.start - len(bytes.TrimLeftFunc(c.src[r.start:stop], unicode.IsSpace))
	}
	last := r.end
	if r.trimEnd {
		from := max(lastToken(c.src, r), first)
		last = from + len(bytes.TrimRightFunc(c.src[from:r.end], unicode.IsSpace))
	}
	text := c.src[first:last]
	if len(text) == 0 {
		return
	}
	if bytes.Contains(text, []byte("$${")) {
		text = bytes.ReplaceAll(text, []byte("$${"), []byte("${"))
	}
	if bytes.Contains(text, []byte("%%{")) {
		text = bytes.ReplaceAll(text, []byte("%%{"), []byte("%{"))
	}
	c.add(literal(text))
}

// lastToken returns the start of the last token of a run. Line ends are token
// ends, so it is in the last line.
func lastToken(src []byte, r run) int {
	line := r.start
	if n := bytes.LastIndexByte(src[r.start:r.end-1], '\n'); n >= 0 {
		line += n + 1
	}
	for {
		next := tokenEnd(src, line, r.end)
		if next == r.end {
			return line
		}
		line = next
	}
}

// tokenEnd returns the end of the literal token of hclsyntax that starts at pos:
// a line with its end, up to "$" or "%". These are tokens by themselves, or with
// the escape they begin, or with the last character of a line.
func tokenEnd(src []byte, pos, end int) int {
	if src[pos] != '$' && src[pos] != '%' {
		n := bytes.IndexAny(src[pos:end], "$%\n")
		switch {
		case n < 0:
			return end
		case src[pos+n] == '\n':
			return pos + n + 1
		}
		return pos + n
	}
	rest := src[pos:end]
	if len(rest) >= 3 && rest[1] == rest[0] && rest[2] == '{' {
		n := 3
		if len(rest) > n && rest[n] == '~' {
			n++
		}
		return pos + n + lineEnd(rest[n:])
	}
	if len(rest) >= 3 && lineEnd(rest[2:]) > 0 {
		return pos + 2
	}
	return pos + 1
}

// lineEnd returns the length of the line end at the start of b, or 0.
func lineEnd(b []byte) int {
	switch {
	case len(b) > 0 && b[0] == '\n':
		return 1
	case len(b) > 1 && b[0] == '\r' && b[1] == '\n':
		return 2
	}
	return 0
}
