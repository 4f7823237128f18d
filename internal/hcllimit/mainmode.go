package hcllimit

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// main scans expressions and bodies until the mode changes.
func (s *scanner) main() {
	depth := len(s.modes)
	for s.more() && len(s.modes) == depth {
		s.start = s.pos
		c := s.src[s.pos]
		switch {
		case c == ' ' || c == '\t':
			s.pos++
		case isIdentByte(c):
			s.word(c)
		case c == '\n':
			s.pos++
			s.newline()
		default:
			s.symbol(c)
		}
	}
}

// isIdentByte tells which bytes begin or continue a word: an identifier or a
// number. Bytes of other scripts are judged by word.
func isIdentByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
}

func (s *scanner) word(c byte) {
	switch {
	case c >= '0' && c <= '9':
		s.number()
	case c >= 0x80 && !s.letter():
		_, n := utf8.DecodeRune(s.src[s.pos:])
		s.pos += n
		s.bad()
	default:
		s.ident()
	}
	s.token()
	s.top().first = false
}

// seen notes that the level at hand has a token, which does not extend a
// qualified name.
func (s *scanner) seen() {
	s.top().first = false
	s.scopes = 0
}

// letter tells whether the rune at pos is one of an identifier.
func (s *scanner) letter() bool {
	r, _ := utf8.DecodeRune(s.src[s.pos:])
	return unicode.In(r, unicode.L, unicode.Nl, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Start, unicode.Other_ID_Continue)
}

func (s *scanner) ident() {
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		if c >= 0x80 {
			if !s.letter() {
				break
			}
			_, n := utf8.DecodeRune(s.src[s.pos:])
			s.pos += n
			continue
		}
		if !isIdentByte(c) && c != '-' {
			break
		}
		s.pos++
	}
	s.begin()
	f := s.top()
	f.operand = true
	if f.first {
		s.keyword(f, s.src[s.start:s.pos])
	}
}

// keyword notes what the first word of a level makes of it.
func (s *scanner) keyword(f *frame, id []byte) {
	switch f.kind {
	case kindBrace:
		f.lines = string(id) != "for"
	case kindControl:
		switch string(id) {
		case "if", "for":
			f.word = wordOpen
		case "endif", "endfor":
			f.word = wordClose
		}
	}
}

// number scans a number as the lexer does, which also takes "1.2.3" for one.
func (s *scanner) number() {
	exp := -1
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		if c >= '0' && c <= '9' || c == '.' {
			s.pos++
			continue
		}
		if c|0x20 != 'e' {
			break
		}
		n := 1
		if d := s.peek(1); d == '+' || d == '-' {
			n = 2
		}
		if d := s.peek(n); d < '0' || d > '9' {
			break
		}
		exp = s.pos + n
		s.pos += n + 1
	}
	for s.src[s.pos-1] == '.' {
		s.pos--
	}
	s.begin()
	s.top().operand = true
	if numberTooLong(s.src[s.start:s.pos], exp-s.start) {
		s.fail(s.start, faultNumber())
	}
}

// numberTooLong judges a number literal whose exponent digits begin at exp, if
// that is positive.
func numberTooLong(lit []byte, exp int) bool {
	if len(lit) > maxNumberBytes {
		return true
	}
	if exp <= 0 || exp >= len(lit) {
		return false
	}
	v := 0
	for _, c := range lit[exp:] {
		if c < '0' || c > '9' {
			break
		}
		if v = v*10 + int(c-'0'); v > maxExponent {
			return true
		}
	}
	return false
}

// newline ends an expression, or costs every level that waits for its next
// token one look at the token after.
func (s *scanner) newline() {
	s.token()
	f := s.top()
	if f.lines {
		s.separate()
		return
	}
	s.spend(12*int(f.unary+10), faultBlank())
}

// symbol scans everything in main mode that is neither word nor blank.
func (s *scanner) symbol(c byte) {
	switch c {
	case '(', '[', '{':
		s.open(c)
	case ')':
		s.close(kindParen)
	case ']':
		s.close(kindBrack)
	case '}':
		s.closeBrace(1)
	case '"':
		s.openTemplate(kindQuote, modeQuoted, 1)
	case ',':
		s.pos++
		s.token()
		s.seen()
		s.separate()
	case '#':
		s.lineComment()
	default:
		s.operatorSymbol(c)
	}
}

func (s *scanner) open(c byte) {
	s.pos++
	s.token()
	s.seen()
	k := kindParen
	switch c {
	case '[':
		k = kindBrack
	case '{':
		k = kindBrace
		s.braces++
		s.begin()
	}
	s.push(k)
}

func (s *scanner) close(k kind) {
	s.pos++
	s.token()
	s.seen()
	s.pop(k)
}

func (s *scanner) openTemplate(k kind, m mode, n int) {
	s.pos += n
	s.token()
	s.begin()
	s.seen()
	s.push(k)
	s.enter(m)
}

func (s *scanner) operatorSymbol(c byte) {
	next := s.peek(1)
	switch {
	case c == '/' && next == '/':
		s.lineComment()
	case c == '/' && next == '*':
		s.blockComment()
	case c == '\r' && next == '\n':
		s.pos += 2
		s.newline()
	case c == '~' && next == '}':
		s.closeBrace(2)
	case c == '<' && next == '<' && s.openHeredoc():
	case c == ':' || c == '.' || c == '=':
		s.punctuation(c, next)
	default:
		s.calculation(c, next)
	}
}

// punctuation scans what joins or separates without calculating.
func (s *scanner) punctuation(c, next byte) {
	s.token()
	if c == ':' && next == ':' {
		s.pos += 2
		s.scope()
		return
	}
	s.seen()
	switch {
	case c == ':':
		s.pos++
		s.colon()
	case c == '.' && next == '.' && s.peek(2) == '.':
		s.pos += 3
		s.separate()
	case c == '.':
		s.pos++
		s.top().operand = false
	case next == '=':
		s.pos += 2
		s.operator()
	case next == '>':
		s.pos += 2
		s.separate()
	default:
		s.pos++
		s.separate()
	}
}

// scope counts the parts of a qualified function name.
func (s *scanner) scope() {
	f := s.top()
	f.operand, f.first = false, false
	s.scopes++
	if s.scopes > maxScopes {
		s.fail(s.start, faultScopes())
	}
}

func (s *scanner) calculation(c, next byte) {
	s.token()
	s.pos++
	f := s.top()
	if c == '*' && f.kind == kindBrack && f.first {
		f.splat, f.first = true, false
		return
	}
	s.seen()
	switch c {
	case '!', '<', '>':
		if next == '=' {
			s.pos++
		} else if c == '!' {
			s.begin()
			s.prefix()
			s.apply(s.top())
			return
		}
		s.operator()
	case '-':
		if !f.operand {
			s.prefix()
			s.apply(f)
			return
		}
		s.operator()
	case '+', '*', '/', '%', '?':
		s.operator()
	case '&', '|':
		if next == c {
			s.pos++
			s.operator()
			return
		}
		s.bad()
	default:
		s.bad()
	}
}

func (s *scanner) lineComment() {
	n := bytes.IndexByte(s.src[s.pos:], '\n')
	if n < 0 {
		s.pos = len(s.src)
		s.token()
		return
	}
	s.pos += n + 1
	s.newline()
}

// blockComment also refuses a comment that is never closed: the lexer would
// look for its end anew at every "/*" that follows.
func (s *scanner) blockComment() {
	n := bytes.Index(s.src[s.pos+2:], []byte("*/"))
	if n < 0 {
		s.fail(s.pos, faultComment())
		return
	}
	s.pos += 2 + n + 2
	s.token()
}

// openHeredoc enters a heredoc if one is introduced at pos.
func (s *scanner) openHeredoc() bool {
	p := s.pos + 2
	if p < len(s.src) && s.src[p] == '-' {
		p++
	}
	from := p
	for p < len(s.src) && (isIdentByte(s.src[p]) || s.src[p] == '-') {
		p++
	}
	marker := s.src[from:p]
	if p < len(s.src) && s.src[p] == '\r' {
		p++
	}
	if p >= len(s.src) || s.src[p] != '\n' || !validMarker(marker) {
		return false
	}
	s.heredocs = append(s.heredocs, heredoc{marker: marker, startOfLine: true})
	s.openTemplate(kindHeredoc, modeHeredoc, p+1-s.pos)
	return true
}

// validMarker tells whether m is an identifier. Beyond ASCII the lexer itself
// is asked: its idea of a letter is a Unicode table.
func validMarker(m []byte) bool {
	for _, c := range m {
		if c >= 0x80 {
			return hclsyntax.ValidIdentifier(string(m))
		}
	}
	return len(m) > 0 && m[0] != '-' && (m[0] < '0' || m[0] > '9')
}
