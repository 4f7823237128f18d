package lockfile

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deep brackets may nest.
const maxDepth = 32

// scanner reads JSON (RFC 8259) without copying: strings without escapes are
// slices of the text. It is as strict as encoding/json, and also refuses half
// surrogate pairs.
type scanner struct {
	text  string // valid UTF-8
	pos   int
	depth int
	buf   []byte // the string being unescaped
}

// fault is an *Error at a place in the text.
func (s *scanner) fault(pos int, reason string) error {
	before := s.text[:pos]
	line := strings.LastIndexByte(before, '\n') + 1
	return &Error{
		Line:   strings.Count(before, "\n") + 1,
		Column: utf8.RuneCountInString(before[line:]) + 1,
		Reason: reason,
	}
}

// corrupt is a fault for a text that this program cannot have written.
func (s *scanner) corrupt(pos int, format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	return s.fault(pos, "is corrupt: "+what+"; restore it from git (`git checkout HEAD -- "+Name+"`), then run `mlops plan`")
}

// peek skips space and returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	for ; s.pos < len(s.text); s.pos++ {
		switch c := s.text[s.pos]; c {
		case ' ', '\n', '\t', '\r':
		default:
			return c
		}
	}
	return 0
}

// expect takes c, which must come next.
func (s *scanner) expect(c byte) error {
	if s.peek() != c {
		return s.unexpected(fmt.Sprintf("%q", c))
	}
	s.pos++
	return nil
}

func (s *scanner) unexpected(want string) error {
	if s.pos >= len(s.text) {
		return s.corrupt(s.pos, "the text ends where %s must stand", want)
	}
	return s.corrupt(s.pos, "%s must stand here", want)
}

// list takes one bracketed list; each is called at the start of every element.
func (s *scanner) list(open, shut byte, each func() error) error {
	if err := s.expect(open); err != nil {
		return err
	}
	if s.depth++; s.depth > maxDepth {
		return s.corrupt(s.pos-1, "brackets nest deeper than %d", maxDepth)
	}
	defer func() { s.depth-- }()
	if s.peek() == shut {
		s.pos++
		return nil
	}
	for {
		if err := each(); err != nil {
			return err
		}
		if s.peek() != ',' {
			return s.expect(shut)
		}
		s.pos++
	}
}

func (s *scanner) array(each func() error) error { return s.list('[', ']', each) }

// object takes an object; each is called at the start of every value with its
// key and where the key stands.
func (s *scanner) object(each func(key string, at int) error) error {
	return s.list('{', '}', func() error {
		s.peek()
		at := s.pos
		key, err := s.string()
		if err != nil {
			return err
		}
		if err := s.expect(':'); err != nil {
			return err
		}
		return each(key, at)
	})
}

// string takes a string.
func (s *scanner) string() (string, error) {
	if s.peek() != '"' {
		return "", s.unexpected("a string")
	}
	s.pos++
	start := s.pos
	s.pos += plain(s.text[start:])
	if s.pos < len(s.text) && s.text[s.pos] == '"' {
		s.pos++
		return s.text[start : s.pos-1], nil
	}
	return s.escaped(start)
}

// escaped goes on in a string that started at start and is not plain at pos.
func (s *scanner) escaped(start int) (string, error) {
	s.buf = append(s.buf[:0], s.text[start:s.pos]...)
	for s.pos < len(s.text) {
		switch s.text[s.pos] {
		case '"':
			s.pos++
			return string(s.buf), nil
		case '\\':
			r, err := s.escape()
			if err != nil {
				return "", err
			}
			s.buf = utf8.AppendRune(s.buf, r)
		default:
			return "", s.corrupt(s.pos, "a string holds a control character")
		}
		n := plain(s.text[s.pos:])
		s.buf = append(s.buf, s.text[s.pos:s.pos+n]...)
		s.pos += n
	}
	return "", s.unexpected("a closing quote")
}

// plain is how many bytes of t come before a quote, a backslash or a control
// character. It looks at eight at a time: a lock file is mostly long strings.
func plain(t string) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; len(t)-n >= 8; n += 8 {
		b := t[n : n+8]
		x := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		quote, slash := x^ones*'"', x^ones*'\\'
		if ((x-ones*0x20)&^x|(quote-ones)&^quote|(slash-ones)&^slash)&tops != 0 {
			break
		}
	}
	for n < len(t) && t[n] >= 0x20 && t[n] != '"' && t[n] != '\\' {
		n++
	}
	return n
}

// escape takes one escape, which starts at pos.
func (s *scanner) escape() (rune, error) {
	rest := s.text[s.pos:]
	if len(rest) > 1 && rest[1] != 'u' {
		if i := strings.IndexByte(`"\/bfnrt`, rest[1]); i >= 0 {
			s.pos += 2
			return rune("\"\\/\b\f\n\r\t"[i]), nil
		}
	}
	r, ok := hex4(rest)
	n := 6
	if ok && utf16.IsSurrogate(r) {
		low, _ := hex4(rest[n:])
		r = utf16.DecodeRune(r, low)
		ok = r != utf8.RuneError
		n = 12
	}
	if !ok {
		return 0, s.corrupt(s.pos, "a string holds a bad escape")
	}
	s.pos += n
	return r, nil
}

// hex4 reads \uXXXX at the start of t.
func hex4(t string) (r rune, ok bool) {
	if len(t) < 6 || t[0] != '\\' || t[1] != 'u' {
		return 0, false
	}
	for _, c := range []byte(t[2:6]) {
		d := strings.IndexByte("0123456789abcdef", c|0x20)
		if d < 0 || c < '0' {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}

// number takes a number and returns its text.
func (s *scanner) number() (string, error) {
	s.peek()
	start := s.pos
	s.take("-")
	if !s.take("0") && s.digits() == 0 {
		return "", s.unexpected("a value")
	}
	if s.take(".") && s.digits() == 0 {
		return "", s.unexpected("a digit")
	}
	if s.take("e") || s.take("E") {
		if !s.take("+") {
			s.take("-")
		}
		if s.digits() == 0 {
			return "", s.unexpected("a digit")
		}
	}
	return s.text[start:s.pos], nil
}

// take takes word when it comes next.
func (s *scanner) take(word string) bool {
	if !strings.HasPrefix(s.text[s.pos:], word) {
		return false
	}
	s.pos += len(word)
	return true
}

func (s *scanner) digits() (n int) {
	for s.pos < len(s.text) && s.text[s.pos] >= '0' && s.text[s.pos] <= '9' {
		s.pos++
		n++
	}
	return n
}

// value takes any value and lays it out in w.
func (s *scanner) value(w *writer) error {
	switch s.peek() {
	case '{':
		w.open('{')
		defer w.shut('}')
		return s.object(func(key string, _ int) error {
			w.key(key)
			return s.value(w)
		})
	case '[':
		w.open('[')
		defer w.shut(']')
		return s.array(func() error {
			w.item()
			return s.value(w)
		})
	case '"':
		text, err := s.string()
		w.buf = appendString(w.buf, text)
		return err
	}
	for _, word := range []string{"true", "false", "null"} {
		if s.take(word) {
			w.buf = append(w.buf, word...)
			return nil
		}
	}
	text, err := s.number()
	w.buf = append(w.buf, text...)
	return err
}
