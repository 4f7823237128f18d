package keys

import (
	"bytes"
	"slices"
	"strings"
)

// putTOML sets or inserts a key of a TOML file.
func (d *document) putTOML(k Key, s *spot, v any) ([]splice, error) {
	t := s.table
	switch {
	case len(s.rest) == 0 && t.pair != nil && len(s.path) == 0:
		p := t.pair
		m := margin(d.text, p.start)
		return []splice{{p.val.start, p.val.end, d.tomlValue(v, d.hintOf(p.val), m, p.val.start-lineStart(d.text, p.start))}}, nil
	case t.pair != nil:
		return d.putFlow(k, s, v)
	case len(s.rest) == 0:
		return nil, &Error{Key: k, Reason: "the key is an array of tables; it is changed by hand or removed whole"}
	case t.elems != nil:
		return nil, &Error{Key: k, Reason: "a parent of the key is an array of tables"}
	case t.dotted:
		return d.putDotted(k, s, v), nil
	case len(s.rest) == 1 && t.def != nil:
		return d.putPair(t.def, s.rest, v), nil
	case len(s.rest) == 1 && t.parent == nil:
		if _, isMap := v.(Map); !isMap {
			return d.putPair(d.sections[0], s.rest, v), nil
		}
	}
	return d.putSection(k, v), nil
}

// pairText writes a pair without its line end.
func (d *document) pairText(key Key, v any, margin string) string {
	head := tomlKey(key) + d.equals()
	return margin + head + d.tomlValue(v, noHint, margin, len(margin)+len(head))
}

// equals returns what the pairs of the file have between key and value.
func (d *document) equals() string {
	for _, sec := range d.sections {
		if len(sec.pairs) > 0 {
			p := sec.pairs[0]
			if s := string(d.text[p.keyEnd:p.val.start]); s == "=" || s == " = " {
				return s
			}
		}
	}
	return " = "
}

// putPair inserts a pair after the last one of a section.
func (d *document) putPair(sec *section, key Key, v any) []splice {
	if c := len(sec.pairs); c > 0 {
		return d.after(sec.pairs[c-1], key, v)
	}
	if sec.start >= 0 {
		at := lineEndAt(d.text, sec.end)
		return []splice{{at, at, d.eol + d.pairText(key, v, margin(d.text, sec.start))}}
	}
	text := d.pairText(key, v, "")
	if len(d.sections) == 1 { // nothing but comments
		return []splice{d.atEnd(text, false)}
	}
	at := d.noteStart(lineStart(d.text, d.sections[1].start))
	return []splice{{at, at, text + d.eol + d.eol}}
}

// after inserts a pair after another one.
func (d *document) after(p *kid, key Key, v any) []splice {
	at := lineEndAt(d.text, p.val.end)
	return []splice{{at, at, d.eol + d.pairText(key, v, margin(d.text, p.start))}}
}

// noteStart returns the start of the comment lines above a header, or the header
// when they are the first lines of the file: those speak of the file.
func (d *document) noteStart(at int) int {
	first := at
	for first > 0 {
		line := lineStart(d.text, first-1)
		if !bytes.HasPrefix(bytes.TrimLeft(d.text[line:], " \t"), []byte("#")) {
			return first
		}
		first = line
	}
	return at
}

// putDotted inserts a pair next to the one that made the table with a dotted key.
func (d *document) putDotted(k Key, s *spot, v any) []splice {
	home := s.table.home
	var beside *kid
	for _, p := range home.pairs {
		if t := d.tableOf(home, p); t.under(s.table) {
			beside = p
		}
	}
	return d.after(beside, k[len(home.header):], v)
}

// tableOf returns the place of a pair in the tree.
func (d *document) tableOf(sec *section, p *kid) *table {
	t := sec.owner
	for _, name := range p.key {
		t = t.kids[name]
	}
	return t
}

// putSection appends a table to the file: the key itself when the value is a map,
// else the key's parent.
func (d *document) putSection(k Key, v any) []splice {
	m, isMap := v.(Map)
	if !isMap {
		m, k = Map{{k[len(k)-1], v}}, k[:len(k)-1]
	}
	lines := []string{"[" + tomlKey(k) + "]"}
	for _, p := range m {
		lines = append(lines, d.pairText(Key{p.Key}, p.Value, ""))
	}
	return []splice{d.atEnd(strings.Join(lines, d.eol), true)}
}

// atEnd appends lines to the file, after a blank line if it is wanted. A missing
// final line end stays missing.
func (d *document) atEnd(text string, gap bool) splice {
	at := len(d.text)
	switch {
	case at == 0:
		return splice{at, at, text + d.end()}
	case d.text[at-1] != '\n':
		text = d.eol + text
		if gap {
			text = d.eol + text
		}
		return splice{at, at, text}
	}
	if last := bytes.TrimSpace(d.text[lineStart(d.text, at-1):]); gap && len(last) > 0 {
		text = d.eol + text
	}
	return splice{at, at, text + d.end()}
}

// end returns what the last line of the file ends with.
func (d *document) end() string {
	if d.unended {
		return ""
	}
	return d.eol
}

// dropTOML removes a key of a TOML file.
func (d *document) dropTOML(s *spot) []splice {
	if s.table.pair != nil && len(s.path) > 0 {
		return d.dropFlow(s)
	}
	var made []splice
	for _, sec := range d.sections {
		if sec.start >= 0 && sec.owner.under(s.table) {
			made = append(made, d.cutSection(sec))
			continue
		}
		for _, p := range sec.pairs {
			if d.tableOf(sec, p).under(s.table) {
				made = append(made, d.cutLines(p.start, p.val.end))
			}
		}
	}
	slices.SortFunc(made, func(a, b splice) int { return a.from - b.from })
	for i := 1; i < len(made); i++ { // two tables may claim the blank line between them
		made[i].from = max(made[i].from, made[i-1].to)
	}
	return d.keepEnd(made)
}

// bareHeader removes the header of a table that has no pairs and no comment by it;
// nil for every other key.
func (d *document) bareHeader(k Key) []splice {
	s, err := d.find(k)
	if err != nil || s.table == nil || len(s.rest) > 0 || s.table.def == nil || len(s.table.def.pairs) > 0 || d.noted(k) {
		return nil
	}
	return d.keepEnd([]splice{d.cutSection(s.table.def)})
}

// cutLines removes the lines from the one of a byte to the one of another.
func (d *document) cutLines(first, last int) splice {
	return splice{lineStart(d.text, first), nextLine(d.text, lineEndAt(d.text, last)), ""}
}

// keepEnd makes the last line go without a line end when the text had none and its
// last lines are removed.
func (d *document) keepEnd(made []splice) []splice {
	if len(made) == 0 || len(d.text) == 0 || d.text[len(d.text)-1] == '\n' || made[len(made)-1].to < len(d.text) {
		return made
	}
	i := len(made) - 1
	for i > 0 && made[i-1].to == made[i].from {
		i--
	}
	if at := made[i].from; at > 0 {
		made[i].from = len(bytes.TrimSuffix(bytes.TrimSuffix(d.text[:at], []byte("\n")), []byte("\r")))
	}
	return made
}

// cutSection removes a header with its pairs, and the blank line above it when a
// blank line or nothing follows.
func (d *document) cutSection(sec *section) splice {
	last := sec.end
	if c := len(sec.pairs); c > 0 {
		last = sec.pairs[c-1].val.end
	}
	cut := d.cutLines(sec.start, last)
	clear := func(at int) bool { return len(bytes.TrimSpace(d.text[at:lineEndAt(d.text, at)])) == 0 }
	if !clear(cut.to) {
		return cut
	}
	if cut.from == 0 {
		cut.to = nextLine(d.text, cut.to)
	} else if above := lineStart(d.text, cut.from-1); clear(above) {
		cut.from = above
	}
	return cut
}
