package merge3

// region is a range of base lines and what each side has there. The sides' hunks
// in it overlap or touch each other, not those of other regions.
type region struct {
	base         span
	mine, theirs part
}

// part is what one side has in a region, and how many of its hunks are there.
type part struct {
	span
	hunks int
}

// regions groups the hunks of both sides, in the order of base.
func regions(mine, theirs []hunk) []region {
	var list []region
	m, t := cursor{hunks: mine}, cursor{hunks: theirs}
	for {
		first, ok := m.peek()
		if h, more := t.peek(); more && (!ok || h.a.from < first.a.from) {
			first, ok = h, true
		}
		if !ok {
			return list
		}
		r := region{base: first.a}
		for m.touches(r.base) || t.touches(r.base) {
			r.base.to = max(r.base.to, m.take(r.base), t.take(r.base))
		}
		r.mine, r.theirs = m.close(r.base), t.close(r.base)
		list = append(list, r)
	}
}

// cursor goes through the hunks of one side. Where no hunk is open, base line i
// stands at i+shift in the side.
type cursor struct {
	hunks []hunk
	taken int // hunks of the region that is being built
	shift int
}

func (c *cursor) peek() (hunk, bool) {
	if c.taken == len(c.hunks) {
		return hunk{}, false
	}
	return c.hunks[c.taken], true
}

func (c *cursor) touches(base span) bool {
	h, ok := c.peek()
	return ok && h.a.from <= base.to
}

// take takes the next hunk into the region if it touches, and returns the end of
// its base lines.
func (c *cursor) take(base span) int {
	if !c.touches(base) {
		return 0
	}
	c.taken++
	return c.hunks[c.taken-1].a.to
}

// close returns the side's lines for a region that is complete.
func (c *cursor) close(base span) part {
	p := part{span{from: base.from + c.shift}, c.taken}
	if c.taken > 0 {
		last := c.hunks[c.taken-1]
		c.shift = last.b.to - last.a.to
	}
	p.to = base.to + c.shift
	c.hunks, c.taken = c.hunks[c.taken:], 0
	return p
}
