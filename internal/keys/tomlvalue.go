package keys

import (
	"bytes"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

func (s *tomlScanner) parse() (*node, error) {
	start := s.at
	switch s.peek() {
	case '[', '{':
		return s.container()
	case '"', '\'':
		v, err := s.str()
		return &node{kind: scalar, start: start, open: start, end: s.at, value: v}, err
	}
	return s.word()
}

// container reads an array or an inline table.
func (s *tomlScanner) container() (*node, error) {
	if s.depth++; s.depth > maxDepth {
		return nil, tooDeep
	}
	n := &node{kind: list, flow: true, start: s.at, open: s.at}
	end := s.peek() + 2 // ']' is '['+2, '}' is '{'+2
	if end == '}' {
		n.kind = mapping
	}
	s.at++
	for {
		s.skip()
		if s.peek() == end {
			s.at++
			n.end = s.at
			s.depth--
			return n, nil
		}
		if c := len(n.kids); c > 0 && n.kids[c-1].comma < 0 {
			return nil, errTOML
		}
		k, err := s.member(n.kind)
		if err != nil {
			return nil, err
		}
		n.kids = append(n.kids, k)
	}
}

// member reads one member and the comma after it, if there is one.
func (s *tomlScanner) member(of kind) (*kid, error) {
	k := &kid{start: s.at, sep: -1, comma: -1}
	var err error
	if of == mapping {
		k, err = s.pair()
	} else {
		k.val, err = s.parse()
	}
	if err != nil {
		return nil, err
	}
	after := s.at
	if s.skip(); s.peek() == ',' {
		k.comma = s.at
		s.at++
	} else {
		s.at = after
	}
	return k, nil
}

// word reads a boolean, a number or a date.
func (s *tomlScanner) word() (*node, error) {
	n := &node{kind: scalar, start: s.at}
	end := bytes.IndexAny(s.text[s.at:], ",]}#\r\n")
	if end < 0 {
		end = len(s.text) - s.at
	}
	w := strings.TrimRight(string(s.text[s.at:s.at+end]), " \t")
	s.at += len(w)
	n.end = s.at
	switch {
	case w == "":
		return nil, errTOML
	case w == "true", w == "false":
		n.value = w == "true"
	case len(w) > 4 && (w[4] == '-' && w[0] != '-' && w[0] != '+' && !strings.ContainsAny(w[:4], "eE._x") || w[2] == ':'):
		n.value = Date(w)
	default:
		n.value = tomlNumber(w)
	}
	return n, nil
}

// tomlNumber brings a TOML number into the spelling of Number.
func tomlNumber(w string) Number {
	w = strings.TrimPrefix(strings.ReplaceAll(w, "_", ""), "+")
	for prefix, base := range map[string]int{"0x": 16, "0o": 8, "0b": 2} {
		if rest, ok := strings.CutPrefix(w, prefix); ok {
			n, _ := integer("", rest, base)
			return n
		}
	}
	if w == "-nan" {
		return "nan"
	}
	return Number(w)
}

// str reads a string of any of the four kinds.
func (s *tomlScanner) str() (string, error) {
	rest := s.text[s.at:]
	quote := rest[:1]
	if !bytes.HasPrefix(rest, bytes.Repeat(quote, 3)) {
		return s.line(quote[0])
	}
	body := rest[3:]
	end := 0
	for {
		i := bytes.Index(body[end:], bytes.Repeat(quote, 3))
		if i < 0 {
			return "", errors.New("a string does not end")
		}
		end += i
		if quote[0] == '\'' || !escaped(body, end) {
			break
		}
		end++
	}
	for range 2 { // one or two quotes may stand before the closing three
		if end+3 < len(body) && body[end+3] == quote[0] {
			end++
		}
	}
	s.at += end + 6
	body = bytes.TrimPrefix(bytes.TrimPrefix(body[:end], []byte("\r")), []byte("\n"))
	if quote[0] == '\'' {
		return string(body), nil
	}
	return unescape(string(body))
}

// escaped reports whether an odd number of backslashes stands before at.
func escaped(b []byte, at int) bool {
	n := at - len(bytes.TrimRight(b[:at], `\`))
	return n%2 == 1
}

// line reads a string of one line.
func (s *tomlScanner) line(quote byte) (string, error) {
	end := -1
	if quote == '"' {
		end = quoteEnd(s.text, s.at)
	} else if i := bytes.IndexByte(s.text[s.at+1:], '\''); i >= 0 {
		end = s.at + i + 2
	}
	if end < 0 {
		return "", errors.New("a string does not end")
	}
	body := string(s.text[s.at+1 : end-1])
	if strings.ContainsAny(body, "\n") {
		return "", errors.New("a string does not end on its line")
	}
	s.at = end
	if quote == '\'' {
		return body, nil
	}
	return unescape(body)
}

// unescape decodes the escapes of a basic string.
func unescape(s string) (string, error) {
	if !strings.Contains(s, `\`) {
		return s, nil
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b = append(b, s[i])
			continue
		}
		if i++; i == len(s) {
			return "", errTOML
		}
		if j := strings.IndexByte("btnfre\"\\", s[i]); j >= 0 {
			b = append(b, "\b\t\n\f\r\x1b\"\\"[j])
			continue
		}
		n := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[i]]
		if n == 0 { // the end of a line, or a fault that the library reports
			rest := strings.TrimLeft(s[i:], " \t\r\n")
			if i = len(s) - len(rest) - 1; rest == "" {
				break
			}
			continue
		}
		if i+n >= len(s) {
			return "", errTOML
		}
		r, err := strconv.ParseUint(s[i+1:i+1+n], 16, 32)
		if err != nil {
			return "", errTOML
		}
		b = utf8.AppendRune(b, rune(r))
		i += n
	}
	return string(b), nil
}

// agreeTOML holds a decoded value against what the library made of it.
func agreeTOML(v, lib any) bool {
	switch x := lib.(type) {
	case map[string]any:
		m, ok := v.(Map)
		if !ok || len(m) != len(x) {
			return false
		}
		for _, p := range m {
			if e, ok := x[p.Key]; !ok || !agreeTOML(p.Value, e) {
				return false
			}
		}
		return true
	case []any:
		l, ok := v.([]any)
		if !ok || len(l) != len(x) {
			return false
		}
		for i := range l {
			if !agreeTOML(l[i], x[i]) {
				return false
			}
		}
		return true
	case float64:
		n, ok := v.(Number)
		f, _ := strconv.ParseFloat(string(n), 64)
		return ok && (f == x || math.IsNaN(f) && math.IsNaN(x))
	case time.Time, toml.LocalDate, toml.LocalDateTime, toml.LocalTime:
		_, ok := v.(Date)
		return ok
	}
	return Equal(v, lib)
}
