package merge3

import "bytes"

// weave is two sides of some pieces. ours and yours are what mine and theirs
// replaced; atMine and atTheirs are the partners of each base piece, -1 for none.
type weave struct {
	base, mine, theirs [][]byte
	ours, yours        []hunk
	atMine, atTheirs   []int
	// divides says that what cannot be put together goes to clashes.
	divides bool
	clashes []clash
}

// clash is a run of pieces that cannot be put together: what stands there in each
// text, and where in the merged one it is to go.
type clash struct {
	at                 int
	base, mine, theirs span
}

func (w *weave) set(ours, yours []hunk) {
	w.ours, w.yours = ours, yours
	w.atMine, w.atTheirs = partners(len(w.base), ours), partners(len(w.base), yours)
}

func partners(n int, list []hunk) []int {
	out := make([]int, n)
	shift := 0
	for i := range out {
		for len(list) > 0 && list[0].a.to <= i {
			shift = list[0].b.to - list[0].a.to
			list = list[1:]
		}
		if out[i] = i + shift; len(list) > 0 && list[0].a.from <= i {
			out[i] = -1
		}
	}
	return out
}

// place is how far a run has come: in the base, in both sides, and which of their
// hunks are still to come.
type place struct {
	i, mine, theirs int
	ours, yours     []hunk
}

// run puts both sides together; both has a word on the pieces that both still have.
// False: they changed the same piece, and the weave does not divide.
func (w *weave) run(both func(base, mine, theirs []byte) ([]byte, bool)) ([]byte, bool) {
	out := []byte{}
	at := place{ours: w.ours, yours: w.yours}
	for {
		m, y := starts(at.ours, at.i), starts(at.yours, at.i)
		if !m && !y && at.i == len(w.base) {
			return out, true
		}
		text, next, ok := w.step(at, m, y, both)
		if !ok && !w.divides {
			return nil, false
		}
		if !ok { // a step that does not fit put nothing there
			text, next = nil, w.clash(len(out), at)
		}
		out, at = append(out, text...), next
	}
}

// step takes one hunk, or one piece that both sides have.
func (w *weave) step(at place, m, y bool, both func(base, mine, theirs []byte) ([]byte, bool)) ([]byte, place, bool) {
	next := at
	switch {
	case m && y && at.ours[0].a == at.yours[0].a && bytes.Equal(add(w.mine, at.ours[0].b), add(w.theirs, at.yours[0].b)):
		h := at.ours[0]
		next = place{h.a.to, h.b.to, at.yours[0].b.to, at.ours[1:], at.yours[1:]}
		return add(w.mine, h.b), next, true
	case m && y && (at.ours[0].a.to > at.i) == (at.yours[0].a.to > at.i):
		return nil, next, false
	case m && (!y || at.ours[0].a.to == at.i): // what is added before a piece comes before it
		h := at.ours[0]
		next.i, next.mine, next.ours = h.a.to, h.b.to, at.ours[1:]
		next.theirs += h.a.to - h.a.from
		return add(w.mine, h.b), next, untouched(w.base, h.a, w.theirs, w.atTheirs)
	case y:
		h := at.yours[0]
		next.i, next.theirs, next.yours = h.a.to, h.b.to, at.yours[1:]
		next.mine += h.a.to - h.a.from
		return add(w.theirs, h.b), next, untouched(w.base, h.a, w.mine, w.atMine)
	}
	next.i, next.mine, next.theirs = at.i+1, at.mine+1, at.theirs+1
	piece, ok := both(w.base[at.i], w.mine[at.mine], w.theirs[at.theirs])
	return piece, next, ok
}

// clash notes what cannot be put together from a place on, and returns the place
// behind it.
func (w *weave) clash(out int, at place) place {
	to, next := at.i, at
	if !starts(at.ours, at.i) && !starts(at.yours, at.i) {
		to++
	}
	for grown := true; grown; {
		grown = false
		for _, side := range []*[]hunk{&next.ours, &next.yours} {
			for len(*side) > 0 && ((*side)[0].a.from < to || (*side)[0].a.from == at.i) {
				to, grown = max(to, (*side)[0].a.to), true
				*side = (*side)[1:]
			}
		}
	}
	next.i = to
	next.mine = after(at.mine, at.ours[:len(at.ours)-len(next.ours)], w.atMine[at.i:to])
	next.theirs = after(at.theirs, at.yours[:len(at.yours)-len(next.yours)], w.atTheirs[at.i:to])
	c := clash{out, span{at.i, to}, span{at.mine, next.mine}, span{at.theirs, next.theirs}}
	if n := len(w.clashes); n > 0 && w.clashes[n-1].at == out && w.clashes[n-1].base.to == at.i {
		last := &w.clashes[n-1]
		last.base.to, last.mine.to, last.theirs.to = to, next.mine, next.theirs
		return next
	}
	w.clashes = append(w.clashes, c)
	return next
}

// after is where a side stands behind some hunks and the pieces that it kept.
func after(from int, passed []hunk, partners []int) int {
	for _, h := range passed {
		from += h.b.to - h.b.from
	}
	for _, at := range partners {
		if at >= 0 {
			from++
		}
	}
	return from
}

func starts(list []hunk, i int) bool { return len(list) > 0 && list[0].a.from == i }

// untouched reports whether a side left a range of the base as it was.
func untouched(base [][]byte, r span, side [][]byte, at []int) bool {
	for i := r.from; i < r.to; i++ {
		if at[i] < 0 || i > r.from && at[i] != at[i-1]+1 || !bytes.Equal(base[i], side[at[i]]) {
			return false
		}
	}
	return true
}

// contained reports whether mine has all that theirs changed: it is theirs, edited
// elsewhere.
func (w *weave) contained() bool {
	for _, h := range oneByOne(wordHunks(w.theirs, w.mine)) {
		for _, y := range w.yours {
			from, to := max(h.a.from, y.b.from), min(h.a.to, y.b.to)
			point := h.a.from == h.a.to || y.b.from == y.b.to
			if from < to || point && from == to && (h.a == y.b || h.a.from < from && from < h.a.to || y.b.from < from && from < y.b.to) {
				return false
			}
		}
	}
	return true
}

func add(list [][]byte, r span) []byte {
	var out []byte
	for _, piece := range list[r.from:r.to] {
		out = append(out, piece...)
	}
	return out
}

func cutLines(text []byte) [][]byte {
	var out [][]byte
	for line := range bytes.Lines(text) {
		out = append(out, line)
	}
	return out
}
