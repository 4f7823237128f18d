package merge3

// group is a run of lines that are out, maybe empty, between two that are not.
// As those pair up, the groups of both sides do too, in order.
type group struct {
	side
	start, end int
	fuel       *int
}

// slide moves the groups of x as far down as equal lines allow, and joins those
// that meet. If on the way a group can stand opposite one of y that is not empty,
// it goes to the last such place instead: an edit then is one hunk, not two. When
// the fuel is used up the groups left stay where they are.
func slide(x, y side, fuel int) {
	g, h := group{side: x, end: run(x.out, 0), fuel: &fuel}, group{side: y, end: run(y.out, 0), fuel: &fuel}
	for more := true; more; more = g.next() && h.next() {
		if !g.empty() {
			settle(&g, &h)
		}
	}
}

// settle finds the place of one group g; h stays the one opposite.
func settle(g, h *group) {
	var top int
	var opposite bool
	for size := 0; size != g.end-g.start; {
		size = g.end - g.start
		for g.up() {
			h.previous()
		}
		top, opposite = g.end, !h.empty()
		for g.down() {
			h.next()
			opposite = opposite || !h.empty()
		}
	}
	if g.end == top || !opposite {
		return
	}
	for h.empty() && g.up() {
		h.previous()
	}
}

func (g *group) empty() bool { return g.start == g.end }

// next goes on to the next group, if there is one.
func (g *group) next() bool {
	if g.end == len(g.out) {
		return false
	}
	g.start = g.end + 1
	g.end = run(g.out, g.start)
	*g.fuel -= g.end - g.start
	return true
}

// previous goes back to the group before, which there must be.
func (g *group) previous() {
	g.end = g.start - 1
	g.start = g.end
	g.grow()
}

// grow takes in the lines above that are out.
func (g *group) grow() {
	for g.start > 0 && g.out[g.start-1] {
		g.start--
		*g.fuel--
	}
}

// up moves the group one line up, if the line above is its last.
func (g *group) up() bool {
	if *g.fuel < 0 || g.start == 0 || g.id[g.start-1] != g.id[g.end-1] {
		return false
	}
	g.start--
	g.end--
	g.out[g.start], g.out[g.end] = true, false
	*g.fuel--
	g.grow()
	return true
}

// down moves the group one line down, if the line below is its first.
func (g *group) down() bool {
	if *g.fuel < 0 || g.end == len(g.out) || g.id[g.start] != g.id[g.end] {
		return false
	}
	g.out[g.start], g.out[g.end] = false, true
	g.start++
	end := run(g.out, g.end)
	*g.fuel -= end - g.end
	g.end = end
	return true
}
