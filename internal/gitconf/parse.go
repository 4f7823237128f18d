package gitconf

import (
	"bytes"
	"fmt"
	"strings"
)

// line is one key with its value, as the parser hands it out. The key is
// canonical.
type line struct {
	key, value string
	valued     bool
	number     int
}

// parse reads the syntax of git-config(1) and calls emit for every key. Errors
// of the syntax begin with the line; an error of emit is returned as it is.
func parse(src []byte, emit func(line) error) error {
	p := &parser{src: bytes.TrimPrefix(src, []byte("\ufeff")), line: 1, emit: emit}
	for {
		done, err := p.element()
		if done || err != nil {
			return err
		}
	}
}

// parser follows git in treating the end of the text as one more newline.
type parser struct {
	src  []byte
	pos  int
	line int
	eof  bool
	// prefix is "section." or "section.subsection.".
	prefix string
	emit   func(line) error
}

// next returns the next byte, with CR LF as one newline.
func (p *parser) next() byte {
	if p.pos >= len(p.src) {
		p.eof = true
		return '\n'
	}
	c := p.src[p.pos]
	p.pos++
	if c == '\r' && p.pos < len(p.src) && p.src[p.pos] == '\n' {
		p.pos++
		c = '\n'
	}
	if c == '\n' {
		p.line++
	}
	return c
}

func (p *parser) faultAt(n int, what string) error {
	return fmt.Errorf("line %d: %s", n, what)
}

// element reads up to the end of one header, key, comment or blank.
func (p *parser) element() (done bool, err error) {
	at := p.line
	c := p.next()
	switch {
	case p.eof:
		return true, nil
	case isSpace(c):
		return false, nil
	case c == '#' || c == ';':
		for c != '\n' {
			c = p.next()
		}
		return p.eof, nil
	case c == '[':
		return false, p.header(at)
	case isAlpha(c):
		return false, p.entry(c, at)
	}
	return false, p.faultAt(at, "neither a [section], a name nor a comment")
}

// header reads "section]" or `section "subsection"]`. Dots in a section make
// the old style of subsections, without case.
func (p *parser) header(at int) error {
	var b strings.Builder
	for {
		c := p.next()
		switch {
		case c == ']':
			if b.Len() == 0 {
				return p.faultAt(at, "section without a name")
			}
			p.prefix = b.String() + "."
			return nil
		case c == ' ' || c == '\t' || c == '\r':
			return p.subsection(&b, at)
		case isKeyChar(c) || c == '.':
			b.WriteByte(toLower(c))
		default:
			return p.faultAt(at, "section header is not closed or holds an invalid character")
		}
	}
}

// subsection reads the quoted subsection and the bracket behind it.
func (p *parser) subsection(b *strings.Builder, at int) error {
	c := p.next()
	for c == ' ' || c == '\t' || c == '\r' {
		c = p.next()
	}
	if c != '"' {
		return p.faultAt(at, "subsection is not in quotes")
	}
	b.WriteByte('.')
	for {
		c = p.next()
		if c == '"' {
			break
		}
		if c == '\\' {
			c = p.next()
		}
		if c == '\n' || c == 0 {
			return p.faultAt(at, "subsection is not closed or holds a NUL byte")
		}
		b.WriteByte(c)
	}
	if p.next() != ']' {
		return p.faultAt(at, "section header is not closed")
	}
	p.prefix = b.String() + "."
	return nil
}

// entry reads a name that starts with first, and its value.
func (p *parser) entry(first byte, at int) error {
	name := []byte{toLower(first)}
	c := p.next()
	for ; isKeyChar(c); c = p.next() {
		name = append(name, toLower(c))
	}
	for c == ' ' || c == '\t' {
		c = p.next()
	}
	l := line{key: p.prefix + string(name), number: at}
	if c != '\n' {
		if c != '=' {
			return p.faultAt(at, "name is not followed by =")
		}
		value, err := p.value()
		if err != nil {
			return err
		}
		l.value, l.valued = value, true
	}
	return p.emit(l)
}

// value reads up to the end of the line, or further when a backslash ends it.
// White space at both ends falls away unless quoted, comments too.
func (p *parser) value() (string, error) {
	var b []byte
	at, keep, quoted := p.line, 0, false
	for {
		c := p.next()
		switch {
		case c == '\n' && quoted:
			return "", p.faultAt(at, "quote is not closed")
		case c == '\n':
			return string(b[:keep]), nil
		case c == 0:
			return "", p.faultAt(at, "value holds a NUL byte")
		case quoted || !isSpace(c) && c != ';' && c != '#':
			grown, err := p.valueByte(b, c, &quoted)
			if err != nil {
				return "", err
			}
			b, keep = grown, len(grown)
		case isSpace(c):
			if len(b) > 0 {
				b = append(b, c)
			}
		default:
			for c != '\n' {
				c = p.next()
			}
			return string(b[:keep]), nil
		}
	}
}

// valueByte appends what c stands for.
func (p *parser) valueByte(b []byte, c byte, quoted *bool) ([]byte, error) {
	switch c {
	case '"':
		*quoted = !*quoted
		return b, nil
	case '\\':
		at := p.line
		switch c = p.next(); c {
		case '\n':
			return b, nil
		case 't':
			c = '\t'
		case 'b':
			c = '\b'
		case 'n':
			c = '\n'
		case '\\', '"':
		default:
			return nil, p.faultAt(at, "unknown escape in a value")
		}
	}
	return append(b, c), nil
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isAlpha(c byte) bool { return 'a' <= toLower(c) && toLower(c) <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isKeyChar(c byte) bool { return isAlpha(c) || isDigit(c) || c == '-' }

func toLower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
