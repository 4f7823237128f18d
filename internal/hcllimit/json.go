package hcllimit

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

// ScanJSON checks a file in HCL's JSON syntax before it is parsed, under the
// guarantee of Scan: for the JSON itself, for the templates in its strings and
// for static analysis of them. Its expressions are meant to be evaluated by way
// of Native.
func ScanJSON(filename string, src []byte) hcl.Diagnostics {
	if len(src) > MaxFileBytes {
		return diagnose(filename, src, MaxFileBytes, faultSize())
	}
	s := newScanner(src, strictLimits(), modeMain)
	s.encoding()
	for s.more() {
		s.start = s.pos
		s.json(src[s.pos])
	}
	return s.diagnostics(filename)
}

func (s *scanner) json(c byte) {
	switch {
	case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		s.pos++
		return
	case c == '"':
		s.jsonString()
	case c == '{':
		s.pos++
		s.push(kindBrace)
	case c == '[':
		s.pos++
		s.push(kindBrack)
	case c == '}':
		s.pos++
		s.pop(kindBrace)
	case c == ']':
		s.pos++
		s.pop(kindBrack)
	case c == ',':
		s.pos++
		s.separate()
	default:
		s.jsonWord()
	}
	s.token()
}

// jsonWord scans a number, a keyword or one character of anything else.
func (s *scanner) jsonWord() {
	exp := 0
	for s.more() && bytes.IndexByte([]byte("+-.0123456789eE"), s.src[s.pos]) >= 0 {
		if s.src[s.pos]|0x20 == 'e' {
			exp = s.pos + 1 - s.start
			if d := s.peek(1); d == '+' || d == '-' {
				exp++
			}
		}
		s.pos++
	}
	if s.pos == s.start {
		s.pos++
		return
	}
	if numberTooLong(s.src[s.start:s.pos], exp) {
		s.fail(s.start, faultNumber())
	}
}

// jsonString scans a string as the JSON package does, then what is in it.
func (s *scanner) jsonString() {
	s.pos++
	from := s.pos
	escaped, escapes := false, false
	for ; s.pos < len(s.src) && s.src[s.pos] >= ' '; s.pos++ {
		switch c := s.src[s.pos]; {
		case c == '\\':
			escaped, escapes = !escaped, true
			continue
		case c == '"' && !escaped:
			s.jsonText(from, s.src[from:s.pos], escapes)
			s.pos++
			return
		}
		escaped = false
	}
}

func (s *scanner) jsonText(from int, raw []byte, escapes bool) {
	text := raw
	if escapes {
		text, _ = unescape(raw, -1)
	}
	if at, f, bad := textFault(text); bad {
		if escapes {
			_, at = unescape(raw, at)
		}
		s.fail(from+at, f)
	}
}

// textFault scans a string of the JSON syntax as a template, and as an
// expression. It may be neither, so the expression gets limits that only an
// attack on the stack would reach.
func textFault(text []byte) (int, fault, bool) {
	if bytes.Contains(text, []byte("${")) || bytes.Contains(text, []byte("%{")) {
		s := newTemplateScanner(text)
		s.join = true
		s.run()
		if s.failed {
			return s.at, s.fault, true
		}
	}
	if len(text) <= looseNesting {
		return 0, fault{}, false
	}
	s := newScanner(text, limits{looseNesting, looseNesting}, modeMain)
	s.frames[0].lines = false
	s.run()
	deep := s.failed && (s.fault == faultNesting() || s.fault == faultDepth())
	return s.at, s.fault, deep
}

// unescape resolves the escapes of a JSON string. It also returns the offset in
// raw of byte off of the result. An invalid escape is left out: the parser
// reports it.
func unescape(raw []byte, off int) ([]byte, int) {
	out := make([]byte, 0, len(raw))
	at := len(raw)
	for i := 0; i < len(raw); {
		if len(out) <= off {
			at = i
		}
		if raw[i] != '\\' || i+1 == len(raw) {
			out = append(out, raw[i])
			i++
			continue
		}
		r, n := escape(raw[i:])
		if n == 2 && r < utf8.RuneSelf {
			out = append(out, byte(r))
		} else {
			out = utf8.AppendRune(out, r)
		}
		i += n
	}
	return out, at
}

// escape decodes the escape at the start of raw, which has at least two bytes,
// and returns its length.
func escape(raw []byte) (rune, int) {
	switch c := raw[1]; c {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r, ok := hex4(raw[2:])
		if !ok {
			return utf8.RuneError, 2
		}
		if len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
			low, ok := hex4(raw[8:])
			if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
				return pair, 12
			}
		}
		if utf16.IsSurrogate(r) {
			r = utf8.RuneError
		}
		return r, 6
	default:
		return rune(c), 2
	}
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
