package keys

import (
	"bytes"
	"fmt"
	"slices"
)

// put makes the splices that give a key a value. The value there, if any, is
// replaced as a whole.
func (d *document) put(k Key, v any) ([]splice, error) {
	s, err := d.find(k)
	if err != nil {
		return nil, err
	}
	if err := d.guard(k, s); err != nil {
		return nil, err
	}
	switch {
	case d.format == TOML:
		return d.putTOML(k, s, v)
	case len(s.maps) == 0 && d.root == nil && d.format == JSON:
		text := d.spread(nest(s.rest, v), "")
		if len(bytes.TrimSpace(d.text)) == 0 {
			return []splice{{0, len(d.text), text + d.eol}}, nil
		}
		return []splice{d.atEnd(text, false)}, nil // below the comments
	case len(s.maps) == 0 && d.root == nil:
		return d.putFirst(nest(s.rest, v)), nil
	case d.format == YAML && !s.parent().flow:
		return d.putYAML(k, s, v)
	}
	return d.putFlow(k, s, v)
}

// nest wraps a value into maps.
func nest(k Key, v any) Map {
	for i := len(k) - 1; i > 0; i-- {
		v = Map{{k[i], v}}
	}
	return Map{{k[0], v}}
}

// guard refuses a change that would show in another place of a YAML file.
func (d *document) guard(k Key, s *spot) error {
	if s.shared != nil {
		return d.refuse(k, s.shared, "an alias or a merge key stands there: a change would reach every place that shares the value")
	}
	for _, m := range s.maps {
		if err := d.unshared(k, m); err != nil {
			return err
		}
	}
	if len(s.rest) > 0 || s.val == nil {
		return nil
	}
	if d.format == YAML {
		for _, a := range d.yaml.anchors {
			if a.at.start < s.val.start || a.at.start >= s.val.end {
				continue
			}
			for _, u := range a.uses {
				if u.start < s.val.start || u.start >= s.val.end {
					return d.refuse(k, a.at, fmt.Sprintf("the anchor there is used in line %d", d.lineOf(u)))
				}
			}
		}
	}
	return nil
}

// unshared refuses a change inside a value that aliases name.
func (d *document) unshared(k Key, n *node) error {
	if n.anchor != nil && len(n.anchor.uses) > 0 {
		return d.refuse(k, n, fmt.Sprintf("the anchor there is used in line %d, where a change would show too", d.lineOf(n.anchor.uses[0])))
	}
	return nil
}

// putFlow sets or inserts a member between brackets.
func (d *document) putFlow(k Key, s *spot, v any) ([]splice, error) {
	n := s.parent()
	if len(s.rest) == 0 || s.hole {
		return d.replaceFlow(s, v), nil
	}
	if !n.flow || n.open >= len(d.text) || d.text[n.open] != '{' {
		return nil, d.refuse(k, n, "the map there has no place for a new key")
	}
	colon := d.colon(n)
	return d.grow(n, func(margin string, lines bool) []string {
		head := d.name(s.rest[0]) + colon
		inner := v
		if len(s.rest) > 1 {
			inner = nest(s.rest[1:], v)
		}
		return []string{head + d.memberValue(inner, margin, lines)}
	}), nil
}

// memberValue writes the value of a new member between brackets.
func (d *document) memberValue(v any, margin string, lines bool) string {
	if d.format == JSON && lines {
		return d.spread(v, margin)
	}
	return d.inline(v, noHint)
}

// replaceFlow replaces the value of a member between brackets.
func (d *document) replaceFlow(s *spot, v any) []splice {
	k := s.path[len(s.path)-1]
	if s.hole && len(s.rest) > 0 {
		v = nest(s.rest, v)
	}
	text := d.inline(v, d.hintOf(k.val))
	if d.format == JSON && ownLine(d.text, k.start) {
		text = d.spread(v, margin(d.text, k.start))
	}
	if k.val.start == k.val.end { // YAML: {a, b: }
		if text = " " + text; k.sep < 0 {
			text = ":" + text
		}
	}
	return []splice{{k.val.start, k.val.end, text}}
}

// drop makes the splices that remove a key.
func (d *document) drop(k Key) ([]splice, error) {
	s, err := d.find(k)
	if err != nil {
		return nil, err
	}
	if err := d.guard(k, s); err != nil {
		return nil, err
	}
	switch {
	case d.format == TOML:
		return d.dropTOML(s), nil
	case d.format == YAML && !s.parent().flow:
		return d.dropYAML(k, s)
	}
	return d.dropFlow(s), nil
}

func (d *document) dropFlow(s *spot) []splice {
	n := s.parent()
	return d.shrink(n, slices.Index(n.kids, s.path[len(s.path)-1]))
}

// listAt returns the list of a key for a change inside it.
func (d *document) listAt(k Key) (*spot, *node, error) {
	s, err := d.find(k)
	if err != nil {
		return nil, nil, err
	}
	if s.merged != nil {
		return nil, nil, d.refuse(k, s.merged, "a merge key brings the list in from there")
	}
	if s.shared != nil {
		return nil, nil, d.guard(k, s)
	}
	for _, m := range append(slices.Clone(s.maps), s.val) {
		if m == nil {
			return nil, nil, &Error{Key: k, Reason: "the key is an array of tables; it is changed by hand or removed whole"}
		}
		if err := d.unshared(k, m); err != nil {
			return nil, nil, err
		}
	}
	if s.val.kind != list || s.val.tag != "" {
		return nil, nil, d.refuse(k, s.val, "the value is an alias or has a tag, and is no list of its own")
	}
	return s, s.val, nil
}

// putElements replaces elements of a list and appends others.
func (d *document) putElements(k Key, swap map[int]any, add []any) ([]splice, error) {
	s, n, err := d.listAt(k)
	if err != nil {
		return nil, err
	}
	if len(n.kids) == 0 && d.format == YAML && !s.parent().flow {
		return d.putYAML(k, s, add)
	}
	var made []splice
	for i, e := range n.kids {
		if v, ok := swap[i]; ok {
			made = append(made, splice{e.val.start, e.val.end, d.inline(v, d.hintOf(e.val))})
		}
	}
	if len(add) == 0 {
		return made, nil
	}
	if !n.flow {
		return append(made, d.growYAML(n, add)), nil
	}
	h := noHint
	if len(n.kids) > 0 {
		h = d.hintOf(n.kids[len(n.kids)-1].val)
	}
	made = append(made, d.grow(n, func(margin string, lines bool) []string {
		out := make([]string, len(add))
		for i, e := range add {
			if out[i] = d.inline(e, h); d.format == JSON && lines {
				out[i] = d.spread(e, margin)
			}
		}
		return out
	})...)
	slices.SortStableFunc(made, func(a, b splice) int { return a.from - b.from })
	return made, nil
}

// takeElement removes one element of a list.
func (d *document) takeElement(k Key, i int) ([]splice, error) {
	s, n, err := d.listAt(k)
	if err != nil {
		return nil, err
	}
	if d.format == YAML {
		sub := *s
		sub.val = n.kids[i].val
		if err := d.guard(k, &sub); err != nil {
			return nil, err
		}
	}
	if n.flow {
		return d.shrink(n, i), nil
	}
	return d.takeYAML(k, s, n, i)
}

// own reports whether the value of a key stands in the text in its own place.
func (d *document) own(k Key) bool {
	s, err := d.find(k)
	return err == nil && s.shared == nil && s.merged == nil && len(s.rest) == 0 &&
		(s.val == nil && s.table != nil && s.table.elems == nil ||
			s.val != nil && s.val.kind != alias && s.val.tag == "" && !s.val.merges())
}

// inherits reports whether only a merge key brings the key in.
func (d *document) inherits(k Key) bool {
	s, err := d.find(k)
	return err == nil && s.merged != nil
}

// merges reports whether a map has a merge key.
func (n *node) merges() bool {
	return slices.ContainsFunc(n.kids, func(k *kid) bool { return k.merge })
}

// written returns how many parents of a key, from the root on, stand in the text: a
// TOML table that only the headers of others imply does not.
func (d *document) written(k Key) int {
	for n := len(k) - 1; n > 0; n-- {
		s, err := d.find(k[:n])
		if err == nil && len(s.rest) == 0 && !s.hole && (s.table == nil || s.table.pair != nil || s.table.def != nil || s.table.dotted) {
			return n
		}
	}
	return 0
}

// isTable reports whether a key is a table or an array of tables of TOML.
func (d *document) isTable(k Key) bool {
	s, err := d.find(k)
	return err == nil && d.format == TOML && len(s.rest) == 0 && s.val == nil
}

// vacant reports whether YAML has the key without a value.
func (d *document) vacant(k Key) bool {
	s, err := d.find(k)
	return err == nil && s.val != nil && d.hole(s.val)
}

// noted reports whether a comment stands inside an empty value or by its header.
func (d *document) noted(k Key) bool {
	s, err := d.find(k)
	switch {
	case err != nil:
		return true
	case s.val != nil && s.val.flow && s.val.kind != scalar:
		return len(bytes.TrimSpace(d.text[s.val.open+1:s.val.end-1])) > 0
	case s.table != nil && s.table.def != nil:
		end := s.table.def.end
		return len(bytes.TrimSpace(d.text[end:lineEndAt(d.text, end)])) > 0
	}
	return false
}
