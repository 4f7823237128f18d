package keys

import (
	"bytes"
	"slices"
	"strings"
)

// putFirst writes the first keys of a YAML file that has none.
func (d *document) putFirst(m Map) []splice {
	at := d.yaml.end
	text := strings.Join(d.lines(m, 0), d.eol)
	switch {
	case at == len(d.text) && (at == 0 || d.text[at-1] == '\n'):
		return []splice{{at, at, text + d.end()}}
	case at > 0 && d.text[at-1] != '\n':
		return []splice{{at, at, d.eol + text}}
	}
	return []splice{{at, at, text + d.eol}}
}

// putYAML sets or inserts a member of a block map.
func (d *document) putYAML(k Key, s *spot, v any) ([]splice, error) {
	n := s.parent()
	if len(n.kids) == 0 || !ownLine(d.text, n.kids[len(n.kids)-1].start) {
		return nil, d.refuse(k, n, "the map there does not begin on a line of its own")
	}
	if len(s.rest) > 0 && !s.hole {
		last := n.kids[len(n.kids)-1]
		text := d.eol + strings.Join(d.lines(nest(s.rest, v), n.indent), d.eol)
		at := d.kidEnd(last)
		return []splice{{at, at, text}}, nil
	}
	if s.hole && len(s.rest) > 0 {
		v = nest(s.rest, v)
	}
	p := s.path[len(s.path)-1]
	if p.sep < 0 || p.odd {
		return nil, d.refuse(k, p.val, "the key is written in a way that has no place for a value")
	}
	return d.replaceYAML(p, n.indent, v), nil
}

// kidEnd returns the end of the last line of a member of a block collection,
// without the line end.
func (d *document) kidEnd(k *kid) int {
	at := max(k.val.tail, k.val.end, k.sep+1)
	return lineEndAt(d.text, at)
}

// replaceYAML gives a member of a block map, which begins in that column, another
// value.
func (d *document) replaceYAML(p *kid, indent int, v any) []splice {
	old := p.val
	rest := bytes.TrimSpace(d.text[old.end:lineEndAt(d.text, old.end)])
	below := bytes.IndexByte(d.text[p.sep:old.start], '\n') >= 0
	if head, ok := d.inlineYAML(v, d.hintOf(old), indent, len(rest) == 0); ok {
		switch {
		case below && !old.flow:
			return []splice{{p.sep + 1, p.sep + 1, " " + head}, d.cutValue(old)}
		case below, old.start > p.sep+1 && old.flow && old.end > old.start:
			return []splice{{old.start, d.valueEnd(old), head + d.headNote(old)}}
		case !old.flow: // an anchor on the key's line, the value below
			return []splice{{p.sep + 1, d.propertiesEnd(old), " " + head}, d.cutValue(old)}
		}
		return []splice{{p.sep + 1, max(p.sep+1, d.valueEnd(old)), " " + head + d.headNote(old)}}
	}
	text := strings.Join(d.body(v, indent), d.eol)
	if below && !old.flow {
		return []splice{{lineStart(d.text, old.open), lineEndAt(d.text, d.valueEnd(old)), text}}
	}
	note := d.headNote(old)
	end := lineEndAt(d.text, max(d.valueEnd(old), p.sep+1))
	return []splice{{p.sep + 1, max(p.sep+1, d.valueEnd(old)), note}, {end, end, d.eol + text}}
}

// valueEnd returns the end of a value for its replacement: with the kept blank
// lines of a block scalar, but without the last line end.
func (d *document) valueEnd(n *node) int { return max(n.end, n.tail) }

// headNote returns the comment on the first line of a block scalar.
func (d *document) headNote(n *node) string {
	if n.kind != scalar || n.open >= len(d.text) || n.open >= n.end || d.text[n.open] != '|' && d.text[n.open] != '>' {
		return ""
	}
	head := string(d.text[n.open:lineEndAt(d.text, n.open)])
	if i := strings.Index(head, " #"); i >= 0 {
		return head[i:]
	}
	return ""
}

// cutValue removes the lines of a block collection.
func (d *document) cutValue(n *node) splice {
	from := lineStart(d.text, n.open)
	end := lineEndAt(d.text, max(n.tail, n.end))
	if end == len(d.text) { // the line ends before go, so that none is gained
		return splice{len(bytes.TrimRight(d.text[:from], " \t\r\n")), end, ""}
	}
	return splice{from, nextLine(d.text, end), ""}
}

// dropYAML removes a member of a block map. A parent that would lose its last
// member becomes {}.
func (d *document) dropYAML(k Key, s *spot) ([]splice, error) {
	n, p := s.parent(), s.path[len(s.path)-1]
	if !ownLine(d.text, p.start) || p.odd {
		return nil, d.refuse(k, p.val, "the key does not begin on a line of its own")
	}
	cut := splice{lineStart(d.text, p.start), nextLine(d.text, d.kidEnd(p)), ""}
	if i := slices.Index(n.kids, p); i > 0 && n.kids[i-1].val.keep {
		// The blank lines that follow would become part of the text before.
		for end := cut.to; end < len(d.text) && len(bytes.TrimSpace(d.text[cut.to:lineEndAt(d.text, end)])) == 0; {
			end = nextLine(d.text, end)
			cut.to = end
		}
	}
	if len(n.kids) > 1 || len(s.path) == 1 {
		return d.keepEnd([]splice{cut}), nil
	}
	return d.hollow(s.path[len(s.path)-2], n, cut, " {}"), nil
}

// hollow makes a member whose last lines are cut have an empty value.
func (d *document) hollow(up *kid, n *node, cut splice, text string) []splice {
	at := up.sep + 1
	if n.start < n.open {
		at = d.propertiesEnd(n)
	}
	return append([]splice{{at, at, text}}, d.keepEnd([]splice{cut})...)
}

// propertiesEnd returns the end of the anchor and the tag on the line of a key.
func (d *document) propertiesEnd(n *node) int {
	line := d.text[n.start:lineEndAt(d.text, n.start)]
	if i := bytes.Index(line, []byte(" #")); i >= 0 {
		line = line[:i]
	}
	return n.start + len(bytes.TrimRight(line, " \t"))
}

// growYAML appends elements to a block list.
func (d *document) growYAML(n *node, add []any) splice {
	last := n.kids[len(n.kids)-1]
	at := d.kidEnd(last)
	var b strings.Builder
	for _, e := range add {
		for _, l := range d.item(e, n.indent, d.hintOf(last.val)) {
			b.WriteString(d.eol + l)
		}
	}
	return splice{at, at, b.String()}
}

// takeYAML removes an element of a block list.
func (d *document) takeYAML(k Key, s *spot, n *node, i int) ([]splice, error) {
	e := n.kids[i]
	if !ownLine(d.text, e.start) {
		return nil, d.refuse(k, e.val, "the element does not begin on a line of its own")
	}
	cut := splice{lineStart(d.text, e.start), nextLine(d.text, max(d.kidEnd(e), lineEndAt(d.text, e.start))), ""}
	if len(n.kids) > 1 {
		return d.keepEnd([]splice{cut}), nil
	}
	return d.hollow(s.path[len(s.path)-1], n, cut, " []"), nil
}
