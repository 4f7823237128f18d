package textdiff

// seq is a sequence of line numbers (see table) and where each stands in its
// text. Dropping lines from it keeps the places of the others.
type seq struct {
	id, pos []int32
}

func newSeq(ids []int32) seq {
	s := seq{id: append([]int32(nil), ids...), pos: make([]int32, len(ids))}
	for i := range s.pos {
		s.pos[i] = int32(i)
	}
	return s
}

func (s seq) len() int { return len(s.id) }

func (s seq) slice(from, to int) seq {
	return seq{s.id[from:to:to], s.pos[from:to:to]}
}

// only drops, in place, the lines whose number was not seen in the given round.
func (s seq) only(seen []int32, round int32) seq {
	n := 0
	for i, id := range s.id {
		if seen[id] == round {
			s.id[n], s.pos[n] = id, s.pos[i]
			n++
		}
	}
	return s.slice(0, n)
}

// matcher pairs the lines of two texts. A gap is a part of both in which nothing
// is matched yet.
type matcher struct {
	keepA, keepB []bool
	seenA, seenB []int32 // by line number: the last round that saw it
	round        int32
	unique       unique
	walker       walker
	myers        myers
}

// match returns which lines of a and b are kept. The kept lines of both sides
// are the same sequence. All numbers are below distinct.
func match(a, b []int32, distinct int) (keepA, keepB []bool) {
	m := matcher{
		keepA: make([]bool, len(a)), keepB: make([]bool, len(b)),
		seenA: make([]int32, distinct), seenB: make([]int32, distinct),
		unique: newUnique(distinct),
		walker: newWalker(),
		myers:  newMyers(distinct),
	}
	m.gap(newSeq(a), newSeq(b), 0)
	return m.keepA, m.keepB
}

// maxDepth bounds how often a gap is cut again. Each level costs time linear in
// the text, and few texts need three.
const maxDepth = 12

// gap matches what is left between two cuts, cheapest way first.
func (m *matcher) gap(a, b seq, depth int) {
	a, b = m.trim(a, b)
	a, b = m.shared(a, b)
	if a.len() == 0 || b.len() == 0 {
		return
	}
	if x, y, _ := m.walker.reach(a.id, b.id); x == a.len() && y == b.len() {
		m.solve(a, b)
		return
	}
	if depth < maxDepth {
		if cuts := m.unique.lines(a.id, b.id); len(cuts) > 0 {
			m.between(a, b, cuts, depth)
			return
		}
	}
	m.windows(a, b, depth)
}

// between keeps the anchors and matches the gaps around them.
func (m *matcher) between(a, b seq, cuts []pair, depth int) {
	i, j := 0, 0
	for _, c := range cuts {
		if i < c.a && j < c.b {
			m.gap(a.slice(i, c.a), b.slice(j, c.b), depth+1)
		}
		m.keep(a, b, c.a, c.b)
		i, j = c.a+1, c.b+1
	}
	m.gap(a.slice(i, a.len()), b.slice(j, b.len()), depth+1)
}

// enough is how many lines a window has for each edit when the two sides are
// taken to run along each other there.
const enough = 8

// windows matches as far as the work limit reaches, and goes on from there. Once,
// where that leads nowhere, it looks for a way to cut the rest.
func (m *matcher) windows(a, b seq, depth int) {
	cut := depth < maxDepth
	for a.len() > 0 && b.len() > 0 {
		x, y, d := m.walker.reach(a.id, b.id)
		if cut && x+y < enough*d {
			cut = false
			if cuts := m.unique.runs(a.id, b.id); len(cuts) > 0 {
				m.between(a, b, cuts, depth)
				return
			}
		}
		m.solve(a.slice(0, x), b.slice(0, y))
		a, b = a.slice(x, a.len()), b.slice(y, b.len())
	}
}

// solve keeps the lines of a shortest diff of two sequences, whose distance the
// walker has found to be within the limits.
func (m *matcher) solve(a, b seq) {
	for _, r := range m.myers.common(a.id, b.id) {
		for n := range r.n {
			m.keep(a, b, r.a+n, r.b+n)
		}
	}
}

func (m *matcher) keep(a, b seq, i, j int) {
	m.keepA[a.pos[i]] = true
	m.keepB[b.pos[j]] = true
}

// trim keeps the lines common to both starts and both ends and returns the rest.
func (m *matcher) trim(a, b seq) (restA, restB seq) {
	i, j, k := 0, a.len(), b.len()
	for i < j && i < k && a.id[i] == b.id[i] {
		m.keep(a, b, i, i)
		i++
	}
	for i < j && i < k && a.id[j-1] == b.id[k-1] {
		j--
		k--
		m.keep(a, b, j, k)
	}
	return a.slice(i, j), b.slice(i, k)
}

// shared drops the lines that only one side has. This loses nothing: they can
// never be kept.
func (m *matcher) shared(a, b seq) (restA, restB seq) {
	m.round++
	for _, id := range a.id {
		m.seenA[id] = m.round
	}
	for _, id := range b.id {
		m.seenB[id] = m.round
	}
	return a.only(m.seenB, m.round), b.only(m.seenA, m.round)
}
