package keys

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// collection measures the members of a list or a map.
func (s *yamlScanner) collection(y *yaml.Node, n *node) error {
	at := s.content(n)
	n.open = at
	if t := y.ShortTag(); t != "!!map" && t != "!!seq" {
		n.tag = t
	}
	if n.flow = y.Style&yaml.FlowStyle != 0; !n.flow {
		n.indent = at - lineStart(s.text, at)
	}
	bracketed := s.bracketed(n)
	if bracketed {
		at++
	}
	var err error
	if n.kind == mapping {
		at, err = s.pairs(y, n, at)
	} else {
		at, err = s.items(y, n, at)
	}
	if err != nil || !bracketed {
		n.end = at
		return err
	}
	at = s.skip(at)
	if at >= len(s.text) || s.text[at] != s.text[n.open]+2 {
		return s.lost(at)
	}
	n.end = at + 1
	return nil
}

// bracketed reports whether brackets stand around the members: not in block style,
// nor around a pair in a list, [a: b].
func (s *yamlScanner) bracketed(n *node) bool {
	want := byte('[')
	if n.kind == mapping {
		want = '{'
	}
	return n.flow && n.open < len(s.text) && s.text[n.open] == want
}

// items measures the elements of a list and returns the end of the last one.
func (s *yamlScanner) items(y *yaml.Node, n *node, at int) (int, error) {
	for _, c := range y.Content {
		k := &kid{start: s.skip(at), sep: -1, comma: -1}
		at = k.start
		if !n.flow {
			if at >= len(s.text) || s.text[at] != '-' {
				return 0, s.lost(at)
			}
			at++
		}
		if err := s.value(c, k, n, at); err != nil {
			return 0, err
		}
		if n.flow && !empty(c) {
			k.start = k.val.start
		}
		n.kids = append(n.kids, k)
		at = s.comma(k, n)
	}
	return s.close(n, at), nil
}

// pairs measures the members of a map and returns the end of the last one.
func (s *yamlScanner) pairs(y *yaml.Node, n *node, at int) (int, error) {
	for i := 0; i+1 < len(y.Content); i += 2 {
		k := &kid{start: s.skip(at), sep: -1, comma: -1}
		if err := s.key(y.Content[i], k, n); err != nil {
			return 0, err
		}
		at = s.skip(k.keyEnd)
		if at < len(s.text) && s.text[at] == ':' {
			k.sep = at
			at++
		} else if !empty(y.Content[i+1]) {
			return 0, s.lost(at)
		} else {
			at = k.keyEnd
		}
		if err := s.value(y.Content[i+1], k, n, at); err != nil {
			return 0, err
		}
		n.kids = append(n.kids, k)
		at = s.comma(k, n)
	}
	return s.close(n, at), nil
}

// key measures a key.
func (s *yamlScanner) key(y *yaml.Node, k *kid, n *node) error {
	if t := s.text; k.start+1 < len(t) && t[k.start] == '?' && bytes.IndexByte([]byte(" \t\r\n"), t[k.start+1]) >= 0 {
		k.odd = true
	}
	if empty(y) && y.Anchor == "" {
		k.odd, k.keyEnd = true, k.start
		if t := s.text; k.start < len(t) && t[k.start] == '?' {
			k.keyEnd++
		}
		return nil
	}
	name, err := s.measure(y, n.indent)
	if err != nil {
		return err
	}
	if !k.odd {
		if name.start != k.start {
			return s.lost(k.start)
		}
	}
	k.keyEnd = name.end
	if y.Kind == yaml.ScalarNode {
		k.key = []string{y.Value}
		k.merge = y.ShortTag() == "!!merge"
	} else {
		k.odd = true
	}
	return nil
}

// value measures the value of a member; at is the end of its colon or dash.
func (s *yamlScanner) value(y *yaml.Node, k *kid, n *node, at int) error {
	var err error
	if empty(y) && y.Anchor == "" && y.Style&yaml.TaggedStyle == 0 {
		k.val = &node{kind: scalar, flow: true, start: at, end: at, open: at, tail: at}
		return nil
	}
	indent := n.indent
	k.val, err = s.measure(y, indent)
	if err == nil && k.val.start < at {
		return s.lost(at)
	}
	return err
}

// comma finds the comma after a member of a flow collection and returns where the
// next member may begin.
func (s *yamlScanner) comma(k *kid, n *node) int {
	at := k.val.end
	if !n.flow {
		return max(at, k.val.tail)
	}
	if p := s.skip(at); s.bracketed(n) && p < len(s.text) && s.text[p] == ',' {
		k.comma = p
		return p + 1
	}
	return at
}

// close returns the end of a collection whose last member ends at at.
func (s *yamlScanner) close(n *node, at int) int {
	if c := len(n.kids); c > 0 && !n.flow {
		n.tail = max(n.kids[c-1].val.tail, n.kids[c-1].val.end)
		return n.kids[c-1].val.end
	}
	return at
}
