package hcllimit

import (
	"bytes"
)

// quoted scans a quoted string until the mode changes.
func (s *scanner) quoted() {
	from := s.pos
	for s.more() {
		switch c := s.src[s.pos]; c {
		case '"':
			s.literal(from)
			s.start = s.pos
			s.pos++
			s.token()
			s.endTemplate(kindQuote)
			return
		case '$', '%':
			s.literal(from)
			if s.dollar(c) {
				return
			}
			from = s.pos
		case '\\':
			if next := s.peek(1); next == '\n' || next == '\r' {
				s.literal(from) // no escape: the lexer takes the backslash alone
				from = s.pos
			} else {
				s.pos++
			}
			s.pos = min(s.pos+1, len(s.src))
		case '\n', '\r':
			s.literal(from)
			s.brokenString()
			from = s.pos
		default:
			s.pos++
		}
	}
	s.literal(from)
}

// brokenString scans line breaks in a quoted string: the lexer goes on, and
// reports each.
func (s *scanner) brokenString() {
	s.start = s.pos
	for s.pos < len(s.src) && (s.src[s.pos] == '\n' || s.src[s.pos] == '\r') {
		s.pos++
	}
	s.token()
	s.bad()
}

// heredoc scans one until the mode changes. Its marker must fill a line that
// holds no other token.
func (s *scanner) heredoc() {
	doc := &s.heredocs[len(s.heredocs)-1]
	for s.more() {
		from := s.pos
		n := bytes.IndexAny(s.src[from:], "$%\r\n")
		if n < 0 {
			s.pos = len(s.src)
			s.literal(from)
			return
		}
		s.pos += n
		c := s.src[s.pos]
		if c == '$' || c == '%' {
			doc.startOfLine = false
			s.literal(from)
			if s.dollar(c) {
				return
			}
			doc.startOfLine = s.src[s.pos-1] == '\n'
			continue
		}
		if c == '\r' && s.peek(1) != '\n' {
			s.pos = len(s.src) // the lexer gives up here
			s.token()
			return
		}
		s.pos += bytes.IndexByte(s.src[s.pos:], '\n') + 1
		if doc.startOfLine && bytes.Equal(bytes.TrimSpace(s.src[from:s.pos]), doc.marker) {
			s.endHeredoc(from)
			return
		}
		s.literal(from)
		doc.startOfLine = true
	}
}

func (s *scanner) endHeredoc(from int) {
	s.start = from
	s.token()
	s.heredocs = s.heredocs[:len(s.heredocs)-1]
	s.endTemplate(kindHeredoc)
	s.newline()
}

// endTemplate leaves a quoted string or heredoc. Directives left open in it end
// here, because they are matched within one template only.
func (s *scanner) endTemplate(k kind) {
	s.leave()
	for s.top().kind == kindDirective {
		s.pop(kindDirective)
	}
	s.pop(k)
	s.top().operand = true
}

// bare scans the outermost text of a whole template until the mode changes. A
// lone CR is a character like any other here, see package hcltmpl.
func (s *scanner) bare() {
	for s.more() {
		from := s.pos
		s.pos = s.nextDollar()
		if s.join {
			s.literalLines(from)
		}
		if s.pos < len(s.src) && s.dollar(s.src[s.pos]) {
			return
		}
	}
}

// nextDollar returns the offset of the next "$" or "%", or of the end.
func (s *scanner) nextDollar() int {
	s.dollarAt = s.next(s.dollarAt, '$')
	s.percentAt = s.next(s.percentAt, '%')
	return min(s.dollarAt, s.percentAt)
}

// next returns the offset of the next c, which was known to be at off once.
func (s *scanner) next(off int, c byte) int {
	if off >= s.pos && off > 0 {
		return off
	}
	if n := bytes.IndexByte(s.src[s.pos:], c); n >= 0 {
		return s.pos + n
	}
	return len(s.src)
}

// dollar scans "$" or "%" in a template, and reports whether the mode changed.
func (s *scanner) dollar(c byte) bool {
	from := s.pos
	next := s.peek(1)
	switch {
	case next == '{' && c == '$':
		s.openSequence(kindInterp)
		return true
	case next == '{':
		s.openSequence(kindControl)
		return true
	case next == c && s.peek(2) == '{':
		s.pos += 3
		if s.peek(0) == '~' {
			s.pos++
		}
		s.lineEnd()
	default:
		s.pos++
		if s.modes[len(s.modes)-1] != modeQuoted && (s.peek(1) == '\n' || s.peek(1) == '\r' && s.peek(2) == '\n') {
			s.pos++ // the lexer takes the last character of a line along
		}
	}
	if s.join || s.modes[len(s.modes)-1] != modeBare {
		s.literal(from)
	}
	return false
}

// lineEnd takes the line end after an escape into its token, as the lexer does
// outside quoted strings.
func (s *scanner) lineEnd() {
	switch {
	case s.modes[len(s.modes)-1] == modeQuoted:
	case s.peek(0) == '\n':
		s.pos++
	case s.peek(0) == '\r' && s.peek(1) == '\n':
		s.pos += 2
	}
}

// literal counts a literal token, src[from:pos]. The parser joins each with
// those before it, and moves all that follow.
func (s *scanner) literal(from int) {
	if s.pos == from {
		return
	}
	s.start = from
	s.token()
	f := s.top()
	f.parts++
	f.run++
	f.runBytes += s.pos - from
	if f.run > 1 {
		s.spend(f.runBytes+10*f.parts, faultLiteral())
	}
}

// literalLines counts src[from:pos] as one literal token a line.
func (s *scanner) literalLines(from int) {
	end := s.pos
	for s.pos = from; s.pos < end && !s.failed; {
		n := bytes.IndexByte(s.src[s.pos:end], '\n')
		at := s.pos
		if n < 0 {
			s.pos = end
		} else {
			s.pos += n + 1
		}
		s.literal(at)
	}
}
