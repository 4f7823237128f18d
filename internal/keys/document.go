package keys

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// document is a parsed file.
type document struct {
	format   Format
	whole    []byte // as it came
	text     []byte // without a byte order mark
	eol      string // of new lines
	unended  bool   // the last line has no line end, or had none before an earlier edit
	cut      string // the line end that an earlier edit took from what is the last line now
	root     *node  // of JSON and YAML; nil: no value
	yaml     *yamlFile
	sections []*section
	tables   *table // the root of TOML
}

// parse reads the text.
func (d *document) parse() (err error) {
	switch d.format {
	case JSON:
		d.root, err = parseJSON(d.text)
	case YAML:
		if d.yaml, err = parseYAML(d.text); err == nil {
			d.root = d.yaml.root
		}
	case TOML:
		d.sections, d.tables, err = parseTOML(d.text)
	default:
		err = &SyntaxError{Line: 1, Reason: "unknown format"}
	}
	return err
}

// bytes returns the whole text.
func (d *document) bytes() []byte { return d.whole }

// edited parses the document with splices made.
func (d *document) edited(edits []splice) (*document, error) {
	for i, s := range edits {
		edits[i] = d.ownLines(s)
	}
	text, ok := apply(d.text, edits)
	if !ok {
		return nil, fmt.Errorf("overlapping edits")
	}
	if len(d.whole) > len(d.text) {
		text = append(bytes.Clone(bom), text...)
	}
	next, err := open(text, d.format)
	if err == nil {
		next.unended = next.unended || d.unended
		next.eol, next.cut = d.eol, d.cutEnd(edits)
	}
	return next, err
}

// ownLines moves lines that are inserted at the end of a line behind its line end:
// the line keeps the one it has, for a file may have two kinds of them.
func (d *document) ownLines(s splice) splice {
	lines, ok := strings.CutPrefix(s.with, d.eol)
	switch {
	case !ok || s.from != s.to || s.from != lineEndAt(d.text, s.from):
		return s
	case s.from < len(d.text):
		at := nextLine(d.text, s.from)
		return splice{at, at, lines + d.eol}
	case d.cut != "":
		return splice{s.from, s.to, d.cut + lines}
	}
	return s
}

// cutEnd returns the line end of what is the last line after the splices, when they
// take it away.
func (d *document) cutEnd(edits []splice) string {
	at := len(d.text)
	for _, s := range slices.Backward(edits) {
		if s.to == at && strings.Contains(s.with, "\n") {
			return ""
		}
		if s.to != at || s.with != "" {
			break
		}
		at = s.from
	}
	if at == len(d.text) {
		return d.cut
	}
	if at != lineEndAt(d.text, at) {
		return ""
	}
	return string(d.text[at:nextLine(d.text, at)])
}

// tree decodes the file; one without a value is an empty map.
func (d *document) tree() any {
	switch {
	case d.format == TOML:
		return d.tables.tree()
	case d.root == nil:
		return Map{}
	}
	return d.root.tree()
}

// spot is where a key leads.
type spot struct {
	path   []*kid // the members gone through; the last one is the key's when rest is empty
	maps   []*node
	table  *table // TOML: the last table on the way, or the pair
	rest   Key    // what of the key is missing
	val    *node  // the value, when rest is empty and it is one of the text
	shared *node  // the alias or merge key that the way went through
	merged *node  // the value that a merge key gives to the missing last segment
	hole   bool   // the last of path has no value: a map may come there
}

// parent returns the last map on the way.
func (s *spot) parent() *node { return s.maps[len(s.maps)-1] }

// find follows the key.
func (d *document) find(k Key) (*spot, error) {
	s := &spot{rest: k}
	at := d.root
	if d.format == TOML {
		if err := d.findTable(s, k); err != nil {
			return nil, err
		}
		if s.table.pair == nil || len(s.rest) == 0 {
			return s, nil
		}
		at = s.val
	} else if at == nil {
		return s, nil
	}
	for len(s.rest) > 0 {
		next, err := d.step(s, at, k)
		if err != nil || next == nil {
			return s, err
		}
		at = next
	}
	s.val = at
	return s, nil
}

// findTable follows the key through the tables of TOML.
func (d *document) findTable(s *spot, k Key) error {
	s.table = d.tables
	for len(s.rest) > 0 && s.table.pair == nil {
		if s.table.elems != nil {
			line, _ := position(d.text, s.table.elems[0].def.start)
			return &Error{k, line, fmt.Sprintf("%s is an array of tables, whose elements have no keys of their own", k[:len(k)-len(s.rest)])}
		}
		next, ok := s.table.kids[s.rest[0]]
		if !ok {
			return nil
		}
		s.table, s.rest = next, s.rest[1:]
	}
	if s.table.pair != nil {
		s.val = s.table.pair.val
	}
	return nil
}

// step goes one segment down and returns the value there, nil when it is missing.
func (d *document) step(s *spot, at *node, k Key) (*node, error) {
	if at.kind == alias {
		s.shared, at = at, at.target
	}
	if d.hole(at) && len(s.path) > 0 && s.shared == nil {
		s.hole = true
		return nil, nil
	}
	if at.kind != mapping || at.tag != "" {
		name := "the root of the file"
		if n := len(k) - len(s.rest); n > 0 {
			name = k[:n].String()
		}
		return nil, d.refuse(k, at, name+" is not a map")
	}
	s.maps = append(s.maps, at)
	found, err := d.member(at, k, s.rest[0])
	if err != nil {
		return nil, err
	}
	if found != nil {
		s.path, s.rest = append(s.path, found), s.rest[1:]
		return found.val, nil
	}
	m, from := inherited(at, s.rest[0], map[*node]bool{})
	if m == nil {
		return nil, nil
	}
	if len(s.rest) == 1 && s.shared == nil {
		s.merged = m
		return nil, nil
	}
	s.shared, s.rest = from, s.rest[1:]
	return m, nil
}

// hole reports whether the value is one that YAML lets be left out.
func (d *document) hole(n *node) bool {
	return d.format == YAML && n.kind == scalar && n.start == n.end && n.value == nil && n.tag == ""
}

// member returns the member of a map with that name, nil when there is none.
func (d *document) member(n *node, k Key, name string) (*kid, error) {
	var found *kid
	for _, m := range n.kids {
		switch {
		case len(m.key) == 0 || m.key[0] != name:
		case len(m.key) > 1:
			return nil, d.refuse(k, m.val, "a dotted key in an inline table leads there")
		case found != nil:
			return nil, d.refuse(k, m.val, fmt.Sprintf("%s stands there twice", Key{name}))
		default:
			found = m
		}
	}
	return found, nil
}

// inherited looks a name up in what the merge keys of a map bring in, and returns
// the alias or map that has it. seen holds the maps looked through already: aliases
// may lead to one in a great many ways.
func inherited(n *node, name string, seen map[*node]bool) (val, from *node) {
	if seen[n] || len(seen) == maxDepth {
		return nil, nil
	}
	seen[n] = true
	for _, m := range n.kids {
		if !m.merge {
			continue
		}
		sources := []*node{m.val}
		if m.val.kind == list {
			sources = sources[:0]
			for _, e := range m.val.kids {
				sources = append(sources, e.val)
			}
		}
		for _, from := range sources {
			at := from
			if at.kind == alias {
				at = at.target
			}
			for _, c := range at.kids {
				if len(c.key) == 1 && c.key[0] == name && at.kind == mapping {
					return c.val, from
				}
			}
			if v, _ := inherited(at, name, seen); v != nil {
				return v, from
			}
		}
	}
	return nil, nil
}

// refuse names the place of a node as the reason.
func (d *document) refuse(k Key, at *node, reason string) error {
	line, _ := position(d.text, at.start)
	return &Error{Key: k, Line: line, Reason: reason}
}

// read returns the value of a key, with aliases followed.
func (d *document) read(k Key) (any, bool, error) {
	s, err := d.find(k)
	if err != nil {
		return nil, false, err
	}
	switch {
	case s.merged != nil:
		return d.resolved(k, s.merged)
	case len(s.rest) > 0:
		return nil, false, nil
	case s.val != nil:
		return d.resolved(k, s.val)
	}
	return s.table.tree(), true, nil
}

// maxNodes is how many values may come of one value of a YAML file when its
// aliases are followed.
const maxNodes = 1 << 20

func (d *document) resolved(k Key, n *node) (any, bool, error) {
	if d.format != YAML || len(d.yaml.anchors) == 0 {
		return n.tree(), true, nil
	}
	left := maxNodes
	v, ok := n.resolve(&left, maxDepth)
	if !ok {
		return nil, false, d.refuse(k, n, "following its aliases gives too much")
	}
	return v, true, nil
}

// resolve decodes the node with aliases and merge keys followed.
func (n *node) resolve(left *int, depth int) (any, bool) {
	if *left--; *left < 0 || depth == 0 {
		return nil, false
	}
	if n.kind == alias {
		return n.target.resolve(left, depth-1)
	}
	if n.kind == scalar || n.tag != "" {
		return n.tree(), true
	}
	var l []any
	m := Map{}
	seen := map[string]bool{}
	for _, k := range n.kids {
		v, ok := k.val.resolve(left, depth-1)
		if !ok {
			return nil, false
		}
		if l = append(l, v); n.kind == mapping && !k.merge {
			m = m.put(k.key, v)
			seen[m[len(m)-1].Key] = true
		}
	}
	if n.kind == list {
		return append([]any{}, l...), true
	}
	for i, k := range n.kids {
		if k.merge {
			m = merge(m, seen, l[i])
		}
	}
	return m, true
}

// merge adds what a merge key brings in to a map that does not have it.
func merge(m Map, seen map[string]bool, v any) Map {
	if l, ok := v.([]any); ok {
		for _, e := range l {
			if _, nested := e.([]any); !nested {
				m = merge(m, seen, e)
			}
		}
	}
	if from, ok := v.(Map); ok {
		for _, p := range from {
			if !seen[p.Key] {
				seen[p.Key] = true
				m = append(m, p)
			}
		}
	}
	return m
}

// lineOf returns the line of a node, from 1.
func (d *document) lineOf(n *node) int {
	line, _ := position(d.text, n.start)
	return line
}

// spaces returns a margin of that width.
func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }
