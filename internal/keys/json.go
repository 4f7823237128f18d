package keys

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// jsonScanner finds the bytes of every value of a JSON text with comments and
// trailing commas (RFC 8259 and what JSONC adds to it).
type jsonScanner struct {
	text  []byte
	clean []byte // the text with comments and trailing commas blanked: plain JSON
	at    int
	depth int
}

// parseJSON returns the root value, nil when the text has none. What it decoded is
// held against encoding/json, token by token.
func parseJSON(text []byte) (*node, error) {
	s := &jsonScanner{text: text, clean: bytes.Clone(text)}
	if err := s.skip(); err != nil {
		return nil, err
	}
	if s.at == len(text) {
		return nil, nil
	}
	root, err := s.parse()
	if err != nil {
		return nil, err
	}
	if err := s.skip(); err != nil {
		return nil, err
	}
	if s.at < len(text) {
		return nil, s.fail("text after the end of the value")
	}
	dec := json.NewDecoder(bytes.NewReader(s.clean))
	dec.UseNumber()
	if err := agreeJSON(dec, root); err != nil {
		line, col := position(text, int(dec.InputOffset()))
		return nil, &SyntaxError{Line: line, Column: col, Reason: err.Error()}
	}
	return root, nil
}

func (s *jsonScanner) fail(reason string) error {
	line, col := position(s.text, s.at)
	return &SyntaxError{Line: line, Column: col, Reason: reason}
}

// skip goes over white space and comments.
func (s *jsonScanner) skip() error {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
			continue
		case '/':
			end := jsonComment(s.text, s.at)
			if end < 0 {
				return s.fail("a comment that does not begin or end")
			}
			for i := s.at; i < end; i++ {
				if s.clean[i] != '\n' {
					s.clean[i] = ' '
				}
			}
			s.at = end
			continue
		}
		break
	}
	return nil
}

// jsonComment returns the end of the comment at a slash, or -1.
func jsonComment(text []byte, at int) int {
	switch {
	case bytes.HasPrefix(text[at:], []byte("//")):
		return lineEndAt(text, at)
	case bytes.HasPrefix(text[at:], []byte("/*")):
		if i := bytes.Index(text[at+2:], []byte("*/")); i >= 0 {
			return at + i + 4
		}
	}
	return -1
}

func (s *jsonScanner) parse() (*node, error) {
	if s.at >= len(s.text) {
		return nil, s.fail("the text ends where a value should stand")
	}
	switch c := s.text[s.at]; c {
	case '{', '[':
		return s.container(c)
	case '"':
		return s.str()
	}
	return s.word()
}

// word reads a number, true, false or null.
func (s *jsonScanner) word() (*node, error) {
	start, end := s.at, s.at
	for end < len(s.text) && !bytes.ContainsRune([]byte(" \t\r\n,:]}[{\"/"), rune(s.text[end])) {
		end++
	}
	n := &node{kind: scalar, start: start, end: end}
	switch w := string(s.text[start:end]); {
	case w == "null":
	case w == "true", w == "false":
		n.value = w == "true"
	case decimal(w):
		n.value = Number(w)
	default:
		return nil, s.fail("no JSON value begins here")
	}
	s.at = end
	return n, nil
}

func (s *jsonScanner) str() (*node, error) {
	start := s.at
	end := quoteEnd(s.text, start)
	if end < 0 {
		return nil, s.fail("a string does not end")
	}
	var v string
	if err := json.Unmarshal(s.text[start:end], &v); err != nil {
		return nil, s.fail("a string has a control character or an unknown escape")
	}
	s.at = end
	return &node{kind: scalar, start: start, end: end, value: v}, nil
}

// quoteEnd returns the offset after the closing double quote, or -1. A backslash
// takes the byte after it along.
func quoteEnd(text []byte, start int) int {
	for i := start + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

func (s *jsonScanner) container(open byte) (*node, error) {
	if s.depth++; s.depth > maxDepth {
		return nil, s.fail(fmt.Sprintf("values are nested more than %d levels deep", maxDepth))
	}
	n := &node{kind: list, flow: true, start: s.at, open: s.at}
	if open == '{' {
		n.kind = mapping
	}
	s.at++
	for {
		if err := s.skip(); err != nil {
			return nil, err
		}
		if s.at < len(s.text) && s.text[s.at] == open+2 { // ']' is '['+2, '}' is '{'+2
			s.at++
			n.end = s.at
			s.depth--
			if c := len(n.kids); c > 0 && n.kids[c-1].comma >= 0 {
				s.clean[n.kids[c-1].comma] = ' '
			}
			return n, nil
		}
		if c := len(n.kids); c > 0 && n.kids[c-1].comma < 0 {
			return nil, s.fail("a comma or a closing bracket must stand here")
		}
		k, err := s.member(n.kind)
		if err != nil {
			return nil, err
		}
		n.kids = append(n.kids, k)
	}
}

// member reads one member and the comma after it, if there is one.
func (s *jsonScanner) member(of kind) (*kid, error) {
	k := &kid{start: s.at, sep: -1, comma: -1}
	if of == mapping {
		if err := s.key(k); err != nil {
			return nil, err
		}
	}
	var err error
	if k.val, err = s.parse(); err != nil {
		return nil, err
	}
	after := s.at
	if err := s.skip(); err != nil {
		return nil, err
	}
	if s.at < len(s.text) && s.text[s.at] == ',' {
		k.comma = s.at
		s.at++
	} else {
		s.at = after
	}
	return k, nil
}

// key reads a key and the colon.
func (s *jsonScanner) key(k *kid) error {
	if s.at >= len(s.text) || s.text[s.at] != '"' {
		return s.fail("a key in double quotes must stand here")
	}
	name, err := s.str()
	if err != nil {
		return err
	}
	k.key, k.keyEnd = []string{name.value.(string)}, s.at
	if err := s.skip(); err != nil {
		return err
	}
	if s.at >= len(s.text) || s.text[s.at] != ':' {
		return s.fail("a colon must follow the key")
	}
	k.sep = s.at
	s.at++
	return s.skip()
}

func opening(k kind) json.Delim {
	if k == mapping {
		return '{'
	}
	return '['
}

// agreeJSON holds the nodes against the tokens of encoding/json.
func agreeJSON(dec *json.Decoder, n *node) error {
	tok, err := dec.Token()
	if err != nil {
		return err
	}
	if n.kind == scalar {
		if num, ok := tok.(json.Number); ok {
			tok = Number(num)
		}
		if tok != n.value {
			return fmt.Errorf("a value that two readers understand differently")
		}
		return nil
	}
	if tok != opening(n.kind) {
		return fmt.Errorf("a value that two readers understand differently")
	}
	for _, k := range n.kids {
		if n.kind == mapping {
			if name, err := dec.Token(); err != nil || name != k.key[0] {
				return fmt.Errorf("a key that two readers understand differently")
			}
		}
		if err := agreeJSON(dec, k.val); err != nil {
			return err
		}
	}
	if tok, err := dec.Token(); err != nil || tok != json.Delim(']') && tok != json.Delim('}') {
		return fmt.Errorf("a value that two readers understand differently")
	}
	return nil
}
