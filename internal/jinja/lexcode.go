package jinja

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// code lexes the inside of a tag to its end; false at the end of the text or
// on an error.
func (l *lexer) code(k tagKind) bool {
	for {
		if len(l.open) == 0 {
			if end, ok := l.tagEnd(k); ok {
				l.add(token{kind: endKind(k)}, l.at)
				l.advance(end)
				return true
			}
		}
		if l.at >= len(l.src) {
			return false
		}
		if end := skipSpace(l.src, l.at); end > l.at {
			l.advance(end)
			continue
		}
		if !l.codeToken() {
			return false
		}
	}
}

func endKind(k tagKind) kind {
	if k == tagVariable {
		return tVariableEnd
	}
	return tBlockEnd
}

func (l *lexer) tagEnd(k tagKind) (int, bool) {
	switch k {
	case tagVariable:
		return l.blockEnd(l.at, l.opts.VariableEnd, false)
	case tagBlock:
		return l.blockEnd(l.at, l.opts.BlockEnd, true)
	}
	end := skipSpace(l.src, l.at)
	if end == len(l.src) {
		return end, true
	}
	i := strings.LastIndexByte(l.src[l.at:end], '\n')
	return l.at + i + 1, i >= 0
}

// codeToken lexes one token that is no space.
func (l *lexer) codeToken() bool {
	c := l.src[l.at]
	switch {
	case c >= '0' && c <= '9':
		return l.number()
	case c == '"' || c == '\'':
		if end := stringEnd(l.src, l.at); end > 0 {
			return l.string(end)
		}
	}
	if end := l.nameEnd(); end > l.at {
		name := l.src[l.at:end]
		if !isIdentifier(name) {
			return l.fail(l.at, "Invalid character in identifier")
		}
		l.add(token{kind: tName, text: name}, l.at)
		l.advance(end)
		return true
	}
	return l.operator()
}

func (l *lexer) operator() bool {
	ops := operators()
	for i := range ops {
		op := &ops[i]
		if !strings.HasPrefix(l.src[l.at:], op.text) {
			continue
		}
		if !l.balance(op.text[0]) {
			return false
		}
		l.add(token{kind: op.kind}, l.at)
		l.advance(l.at + len(op.text))
		return true
	}
	r, _ := utf8.DecodeRuneInString(l.src[l.at:])
	return l.fail(l.at, "unexpected char %s at %d", repr(string(r)), utf8.RuneCountInString(l.src[:l.at]))
}

// balance keeps the stack of open brackets.
func (l *lexer) balance(c byte) bool {
	switch c {
	case '{':
		l.open = append(l.open, '}')
	case '(':
		l.open = append(l.open, ')')
	case '[':
		l.open = append(l.open, ']')
	case '}', ')', ']':
		n := len(l.open)
		if n == 0 {
			return l.fail(l.at, "unexpected '%c'", c)
		}
		want := l.open[n-1]
		l.open = l.open[:n-1]
		if want != c {
			return l.fail(l.at, "unexpected '%c', expected '%c'", c, want)
		}
	}
	return true
}

func (l *lexer) number() bool {
	if end := l.floatEnd(); end > 0 {
		text := strings.ReplaceAll(l.src[l.at:end], "_", "")
		f, _ := strconv.ParseFloat(text, 64) // beyond the range it is the infinity Python gives
		l.add(token{kind: tFloat, float: f}, l.at)
		l.advance(end)
		return true
	}
	end, base, digits := integerEnd(l.src, l.at)
	digits = strings.ReplaceAll(digits, "_", "")
	if base == 10 && len(digits) > maxDigits {
		return l.fail(l.at, "Exceeds the limit (%d digits) for integer string conversion: value has %d digits; use sys.set_int_max_str_digits() to increase the limit", maxDigits, len(digits))
	}
	n, ok := new(big.Int).SetString(digits, base)
	if !ok {
		n = new(big.Int)
	}
	l.add(token{kind: tInteger, int: n}, l.at)
	l.advance(end)
	return true
}

// maxDigits is CPython's limit for decimal integers in text.
const maxDigits = 4300

// floatEnd is the end of a float at l.at, or 0.
func (l *lexer) floatEnd() int {
	if l.at > 0 && l.src[l.at-1] == '.' {
		return 0
	}
	i := digitsEnd(l.src, l.at)
	fraction := 0
	if i < len(l.src) && l.src[i] == '.' {
		if j := digitsEnd(l.src, i+1); j > i+1 {
			fraction = j
		}
	}
	for _, from := range []int{fraction, i} {
		if from > 0 {
			if j := exponentEnd(l.src, from); j > 0 {
				return j
			}
		}
	}
	return fraction
}

func exponentEnd(s string, i int) int {
	if i >= len(s) || s[i]|0x20 != 'e' {
		return 0
	}
	i++
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	if j := digitsEnd(s, i); j > i {
		return j
	}
	return 0
}

// digitsEnd passes digits with single underscores between them.
func digitsEnd(s string, i int) int {
	for i < len(s) {
		if isDigit(s[i]) {
			i++
			continue
		}
		if s[i] != '_' || i == 0 || !isDigit(s[i-1]) || i+1 >= len(s) || !isDigit(s[i+1]) {
			return i
		}
		i++
	}
	return i
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// integerEnd matches an integer: its end, base and digits.
func integerEnd(s string, i int) (end, base int, digits string) {
	if s[i] == '0' && i+1 < len(s) {
		base := map[byte]int{'b': 2, 'o': 8, 'x': 16}[s[i+1]|0x20]
		if base > 0 {
			if j := groupEnd(s, i+2, base); j > i+2 {
				return j, base, s[i+2 : j]
			}
		}
	}
	if s[i] == '0' {
		j := i + 1
		for j < len(s) && (s[j] == '0' || s[j] == '_' && j+1 < len(s) && s[j+1] == '0') {
			j++
		}
		return j, 10, "0"
	}
	j := digitsEnd(s, i)
	return j, 10, s[i:j]
}

// groupEnd passes digits of a base, each with an underscore before it or not.
func groupEnd(s string, i, base int) int {
	for i < len(s) {
		switch {
		case digitOf(s[i]) < base:
			i++
		case s[i] == '_' && i+1 < len(s) && digitOf(s[i+1]) < base:
			i += 2
		default:
			return i
		}
	}
	return i
}

func digitOf(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return 99
}

// stringEnd is the offset after a string literal at i, or 0.
func stringEnd(s string, i int) int {
	quote := s[i]
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return 0
}

func (l *lexer) string(end int) bool {
	text, err := unescape(l.newlines(l.src[l.at+1 : end-1]))
	if err != "" {
		return l.fail(l.at, "%s", err)
	}
	l.add(token{kind: tString, text: text}, l.at)
	l.advance(end)
	return true
}

// nameEnd is the end of a run of name characters at l.at.
func (l *lexer) nameEnd() int {
	i := l.at
	for i < len(l.src) {
		if c := l.src[i]; c < utf8.RuneSelf {
			if c != '_' && !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') {
				break
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(l.src[i:])
		if !isNameRune(r) {
			break
		}
		i += n
	}
	return i
}

func isNameRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Pc) || r == '\u00b7' || r == '\u0387'
}

func isIdentifier(s string) bool {
	for i, r := range s {
		ok := r == '_' || unicode.IsLetter(r) || unicode.Is(unicode.Nl, r)
		if i > 0 {
			ok = ok || unicode.In(r, unicode.Nd, unicode.Mn, unicode.Mc, unicode.Pc) || r == '\u00b7' || r == '\u0387'
		}
		if !ok {
			return false
		}
	}
	return s != ""
}

// isSpace is Python's str.isspace for one rune, and \s of its re.
func isSpace(r rune) bool {
	switch {
	case r >= '\t' && r <= '\r', r >= 0x1c && r <= ' ', r == 0x85, r == 0xa0:
		return true
	case r < 0x1680:
		return false
	}
	return r == 0x1680 || r >= 0x2000 && r <= 0x200a || r == 0x2028 || r == 0x2029 || r == 0x202f || r == 0x205f || r == 0x3000
}

func trimRightSpace(s string) string { return strings.TrimRightFunc(s, isSpace) }

func endsInSpace(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return isSpace(r)
}

func skipSpace(s string, i int) int {
	return len(s) - len(strings.TrimLeftFunc(s[i:], isSpace))
}

// skipBlank passes space that ends no line.
func skipBlank(s string, i int) int {
	return len(s) - len(strings.TrimLeftFunc(s[i:], func(r rune) bool { return isSpace(r) && r != '\n' && r != '\r' }))
}
