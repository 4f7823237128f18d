package keys

import (
	"bytes"
	"fmt"
)

// hole is a range of a text that an edit may change. Every line outside of all
// holes stays byte for byte, its line end with it.
type hole struct{ from, to int }

// setHoles returns the holes of a Set: the value that is there, or what a new
// member between brackets needs (a comma, the inside of empty brackets). A new
// member on lines of its own needs none.
func setHoles(text []byte, f Format, k Key) ([]hole, error) {
	d, err := open(text, f)
	if err != nil {
		return nil, err
	}
	s, err := d.find(k)
	switch {
	case err != nil:
		return nil, err
	case len(bytes.TrimSpace(d.text)) == 0:
		return d.shifted([]hole{{0, len(d.text)}}), nil
	case len(s.rest) == 0 && s.val == nil:
		return d.shifted(d.tableHoles(s.table)), nil
	case len(s.rest) == 0 || s.hole:
		return d.shifted([]hole{d.valueHole(s)}), nil
	case len(s.maps) > 0:
		return d.shifted(d.growHoles(s.parent())), nil
	}
	return nil, nil
}

// shifted counts the holes from the start of the file.
func (d *document) shifted(hs []hole) []hole {
	for i := range hs {
		hs[i].from += len(d.whole) - len(d.text)
		hs[i].to += len(d.whole) - len(d.text)
	}
	return hs
}

func (d *document) valueHole(s *spot) hole {
	p := (*kid)(nil)
	if len(s.path) > 0 {
		p = s.path[len(s.path)-1]
	} else {
		p = s.table.pair
	}
	end := max(p.val.tail, p.val.end)
	if p.val.keep || !p.val.flow && p.val.kind != scalar && p.val.kind != alias {
		end = nextLine(d.text, end)
	}
	return hole{p.keyEnd, max(end, p.keyEnd, p.sep+1)}
}

// tableHoles are the lines of a TOML table and of those below it, and the blank
// lines next to them.
func (d *document) tableHoles(t *table) (hs []hole) {
	add := func(first, last int) {
		h := hole{lineStart(d.text, first), nextLine(d.text, last)}
		for h.from > 0 && len(bytes.TrimSpace(d.text[lineStart(d.text, h.from-1):h.from])) == 0 {
			h.from = lineStart(d.text, h.from-1)
		}
		for h.to < len(d.text) && len(bytes.TrimSpace(d.text[h.to:nextLine(d.text, h.to)])) == 0 {
			h.to = nextLine(d.text, h.to)
		}
		hs = append(hs, h)
	}
	for _, sec := range d.sections {
		if sec.start >= 0 && sec.owner.under(t) {
			last := sec.end
			if c := len(sec.pairs); c > 0 {
				last = sec.pairs[c-1].val.end
			}
			add(sec.start, last)
			continue
		}
		for _, p := range sec.pairs {
			if d.tableOf(sec, p).under(t) {
				add(p.start, p.val.end)
			}
		}
	}
	return hs
}

// growHoles are those of a new last member.
func (d *document) growHoles(n *node) []hole {
	if !n.flow {
		return nil
	}
	if len(n.kids) > 0 {
		last := n.kids[len(n.kids)-1]
		at := max(last.val.end, last.comma+1)
		return []hole{{at, at}}
	}
	from, to := n.open+1, n.end-1
	switch {
	case ownLine(d.text, to) && n.open < lineStart(d.text, to):
		return nil
	case len(bytes.TrimSpace(d.text[from:to])) > 0:
		from = to
	}
	return []hole{{from, to}}
}

// piece is what must be left of a line: all of it, or what stands before and after
// the holes.
type piece struct {
	pre, post []byte
	whole     bool
	insert    bool // the hole has no bytes
	last      bool // the line has no line end
}

func pieces(text []byte, holes []hole) (all []piece) {
	for a := 0; a < len(text); {
		b := nextLine(text, a)
		p := piece{pre: text[a:b], whole: true, last: text[b-1] != '\n'}
		from, to := b, a
		for _, h := range holes {
			if h.from < b && h.to > a || h.from == h.to && a <= h.from && (h.from < b || p.last && h.from == b) {
				from, to, p.whole = min(from, max(h.from, a)), max(to, min(h.to, b)), false
				p.insert = h.from == h.to
			}
		}
		if !p.whole {
			p.pre, p.post = text[a:from], text[to:b]
		}
		all, a = append(all, p), b
	}
	return all
}

// together reports whether nothing but a comment follows the hole: then no line may
// come between the two parts of the line.
func (p piece) together() bool {
	t := bytes.TrimSpace(p.post)
	return len(t) == 0 || t[0] == '#' || bytes.HasPrefix(t, []byte("//"))
}

// fits reports whether a whole line is there. A last line without a line end may
// get one, and lend the lack of it to another last line.
func (p piece) fits(line []byte, last bool) bool {
	if p.last {
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	}
	return bytes.Equal(line, p.pre) || last && len(line) > 0 && line[len(line)-1] != '\n' &&
		bytes.Equal(line, bytes.TrimRight(p.pre, "\r\n"))
}

// search walks the lines of the new text.
type search struct {
	lines   [][]byte
	at      int
	unended bool // the old text has no final line end
}

func (s *search) seek(ok func(line []byte) bool) bool {
	for s.at < len(s.lines) && !ok(s.lines[s.at]) {
		s.at++
	}
	return s.at < len(s.lines)
}

// find goes to what is left of a line.
func (s *search) find(p piece) bool {
	pre := func(l []byte) bool { return bytes.HasPrefix(l, p.pre) }
	post := func(l []byte) bool { return bytes.HasSuffix(l, p.post) || p.last && bytes.Contains(l, p.post) }
	ok := true
	switch {
	case p.whole:
		ok = s.seek(func(l []byte) bool { return p.fits(l, s.unended && s.at == len(s.lines)-1) })
	case p.insert && p.together():
		ok = s.seek(func(l []byte) bool { return pre(l) && post(l) })
	default: // the next part may stand on the same line
		if len(p.pre) > 0 {
			ok = s.seek(pre)
		}
		if !ok || len(p.post) == 0 {
			return ok
		}
		ok = s.seek(post)
	}
	s.at++
	return ok
}

// untouched: the lines of a text without the holes are a subsequence, byte for byte,
// of those of the new one.
func untouched(text, out []byte, holes []hole) error {
	s := &search{lines: bytes.SplitAfter(out, []byte("\n")), unended: len(text) > 0 && text[len(text)-1] != '\n'}
	if n := len(s.lines); len(s.lines[n-1]) == 0 {
		s.lines = s.lines[:n-1]
	}
	for _, p := range pieces(text, holes) {
		if !s.find(p) {
			return fmt.Errorf("an untouched line changed: %q and %q are not in\n%q", p.pre, p.post, out)
		}
	}
	return nil
}

// lawUntouched holds one Set against it; a refused one is none.
func lawUntouched(text, out []byte, f Format, k Key) error {
	holes, err := setHoles(text, f, k)
	if err != nil {
		return err
	}
	return untouched(text, out, holes)
}
