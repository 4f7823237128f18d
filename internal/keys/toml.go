package keys

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// section is a table header of a TOML file with the pairs under it, or the pairs
// before the first header.
type section struct {
	header     Key
	start, end int // of the header's line, without its line end; -1 for the first section
	array      bool
	pairs      []*kid
	owner      *table
}

// table is a place in the tree that the sections of a file make up: a table (or
// an element of an array of tables), an array of tables, or a pair.
type table struct {
	parent *table
	kids   map[string]*table
	names  []string // of kids, in order
	def    *section // the header that names it
	dotted bool     // made by a dotted key
	home   *section // of a pair, or of the first dotted key that made the table
	pair   *kid
	elems  []*table // of an array of tables
}

// parseTOML returns the sections and the tree of a TOML 1.0 file. The library
// judges whether the file is sound, and must decode it to the same values.
func parseTOML(text []byte) (sections []*section, root *table, err error) {
	s := &tomlScanner{text: text}
	sections, scanErr := s.file()
	var limit limitError
	if errors.As(scanErr, &limit) {
		return nil, nil, s.fail(scanErr.Error())
	}
	var lib map[string]any
	if err := toml.Unmarshal(text, &lib); err != nil {
		var at *toml.DecodeError
		if errors.As(err, &at) {
			line, col := at.Position()
			return nil, nil, &SyntaxError{Line: line, Column: col, Reason: strings.TrimPrefix(at.Error(), "toml: ")}
		}
		return nil, nil, &SyntaxError{Line: 1, Reason: err.Error()}
	}
	if scanErr != nil {
		return nil, nil, s.fail(scanErr.Error())
	}
	root, ok := buildTables(sections)
	if !ok || !agreeTOML(root.tree(), lib) {
		return nil, nil, &SyntaxError{Line: 1, Reason: "two readers understand the file differently"}
	}
	return sections, root, nil
}

// buildTables makes the tree. It is false for a file that the library refuses.
func buildTables(sections []*section) (*table, bool) {
	root := &table{}
	for _, sec := range sections {
		at, ok := root, true
		for i, name := range sec.header {
			if at, ok = at.enter(name, nil); !ok {
				return nil, false
			}
			if last := i == len(sec.header)-1; len(at.elems) > 0 && !(last && sec.array) {
				at = at.elems[len(at.elems)-1]
			}
		}
		if sec.array {
			at.elems = append(at.elems, &table{parent: at})
			at = at.elems[len(at.elems)-1]
		}
		at.def, sec.owner = sec, at
		for _, p := range sec.pairs {
			if !at.add(p, sec) {
				return nil, false
			}
		}
	}
	return root, true
}

// enter returns the child of that name, made when it is missing.
func (t *table) enter(name string, dottedIn *section) (*table, bool) {
	if t.pair != nil {
		return nil, false
	}
	c, ok := t.kids[name]
	if !ok {
		c = &table{parent: t, dotted: dottedIn != nil, home: dottedIn}
		if t.kids == nil {
			t.kids = map[string]*table{}
		}
		t.kids[name] = c
		t.names = append(t.names, name)
	}
	return c, true
}

// add puts a pair into the tree.
func (t *table) add(p *kid, sec *section) bool {
	ok := true
	for _, name := range p.key[:len(p.key)-1] {
		if t, ok = t.enter(name, sec); !ok {
			return false
		}
	}
	t, ok = t.enter(p.key[len(p.key)-1], nil)
	if !ok || t.pair != nil || t.kids != nil || t.elems != nil {
		return false
	}
	t.pair, t.home = p, sec
	return true
}

// tree decodes what the table holds.
func (t *table) tree() any {
	switch {
	case t.pair != nil:
		return t.pair.val.tree()
	case t.elems != nil:
		l := make([]any, len(t.elems))
		for i, e := range t.elems {
			l[i] = e.tree()
		}
		return l
	}
	m := make(Map, 0, len(t.names))
	for _, name := range t.names {
		m = append(m, Pair{name, t.kids[name].tree()})
	}
	return m
}

// under reports whether the table is p or lies below it.
func (t *table) under(p *table) bool {
	for ; t != nil; t = t.parent {
		if t == p {
			return true
		}
	}
	return false
}

// tomlScanner finds the bytes of keys and values. It takes more than TOML allows:
// the library has the last word.
type tomlScanner struct {
	text  []byte
	at    int
	depth int
	keys  int
}

// limitError is a fault that must be told before the library sees the file.
type limitError string

func (e limitError) Error() string { return string(e) }

const tooDeep limitError = "values are nested more than 200 levels deep"

// maxKeys is how many keys and headers a TOML file may have: the library looks for
// repeated ones in a time that is quadratic in their number.
const maxKeys = 20_000

var errTOML = errors.New("no TOML key, value or end of line where one should stand")

func (s *tomlScanner) fail(reason string) error {
	line, col := position(s.text, s.at)
	return &SyntaxError{Line: line, Column: col, Reason: reason}
}

// peek returns the byte at the cursor, 0 at the end.
func (s *tomlScanner) peek() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

// skip goes over white space, line ends and comments.
func (s *tomlScanner) skip() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		case '#':
			s.at = lineEndAt(s.text, s.at)
		default:
			return
		}
	}
}

func (s *tomlScanner) file() ([]*section, error) {
	sec := &section{start: -1, end: -1}
	sections := []*section{sec}
	for s.skip(); s.at < len(s.text); s.skip() {
		if s.peek() != '[' {
			p, err := s.pair()
			if err != nil {
				return nil, err
			}
			sec.pairs = append(sec.pairs, p)
		} else {
			var err error
			if sec, err = s.head(); err != nil {
				return nil, err
			}
			sections = append(sections, sec)
		}
		if s.at = blank(s.text, s.at); s.at < len(s.text) && !bytes.ContainsAny(s.text[s.at:s.at+1], "#\r\n") {
			return nil, errTOML
		}
	}
	return sections, nil
}

// head reads a header line.
func (s *tomlScanner) head() (*section, error) {
	sec := &section{start: s.at}
	close := "]"
	if s.at++; s.peek() == '[' {
		s.at++
		sec.array, close = true, "]]"
	}
	key, err := s.key()
	if err != nil || !bytes.HasPrefix(s.text[s.at:], []byte(close)) {
		return nil, errors.Join(err, errTOML)
	}
	s.at += len(close)
	sec.header, sec.end = key, s.at
	return sec, nil
}

// key reads a dotted key and the blanks after it.
func (s *tomlScanner) key() (Key, error) {
	if s.keys++; s.keys > maxKeys {
		return nil, limitError(fmt.Sprintf("the file has more than %d keys", maxKeys))
	}
	var k Key
	for {
		s.at = blank(s.text, s.at)
		name, err := s.name()
		if err != nil {
			return nil, err
		}
		if k = append(k, name); len(k) > maxDepth {
			return nil, tooDeep
		}
		if s.at = blank(s.text, s.at); s.peek() != '.' {
			return k, nil
		}
		s.at++
	}
}

func (s *tomlScanner) name() (string, error) {
	if c := s.peek(); c == '"' || c == '\'' {
		return s.str()
	}
	start := s.at
	for s.at < len(s.text) && bareTOML(s.text[s.at]) {
		s.at++
	}
	if s.at == start {
		return "", errTOML
	}
	return string(s.text[start:s.at]), nil
}

func bareTOML(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-'
}

// pair reads a key, the equals sign and a value.
func (s *tomlScanner) pair() (*kid, error) {
	k := &kid{start: s.at, comma: -1}
	key, err := s.key()
	if err != nil || s.peek() != '=' {
		return nil, errors.Join(err, errTOML)
	}
	k.key, k.keyEnd = key, k.start+len(bytes.TrimRight(s.text[k.start:s.at], " \t"))
	k.sep = s.at
	s.at = blank(s.text, s.at+1)
	k.val, err = s.parse()
	return k, err
}
