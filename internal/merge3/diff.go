package merge3

// hunk says that lines a of one text were replaced by lines b of the other. Both
// may be empty, never at once. An unchanged line stands between two hunks.
type hunk struct{ a, b span }

// side is one text while it is compared. A line that is out has no partner; the
// lines that are not out are the same sequence on both sides.
type side struct {
	id  []int32
	out []bool
}

func newSide(id []int32) side { return side{id, make([]bool, len(id))} }

// effort bounds the work of one comparison.
type effort struct {
	match int // steps of pairing lines, each the look at a line or a diagonal
	slide int // steps of sliding on each side: of joining groups over and over
}

// full is some seconds of work, and far more than an edited file ever needs.
func full() effort { return effort{match: 1 << 27, slide: 1 << 28} }

// diff returns the hunks that turn a into b. All line numbers are below distinct.
func (e effort) diff(a, b []int32, distinct int) []hunk {
	x, y := newSide(a), newSide(b)
	head, tail := ends(a, b)
	m := matcher{
		a:      x.sift(span{head, len(a) - tail}, tally(b, distinct)),
		b:      y.sift(span{head, len(b) - tail}, tally(a, distinct)),
		search: search{work: e.match},
	}
	m.match(box{span{0, len(m.a.id)}, span{0, len(m.b.id)}})
	m.a.mark(x.out)
	m.b.mark(y.out)
	slide(x, y, e.slide)
	slide(y, x, e.slide)
	return hunks(x.out, y.out)
}

// ends counts the lines that both texts share at the start and at the end. The
// two never overlap.
func ends(a, b []int32) (head, tail int) {
	n := min(len(a), len(b))
	for head < n && a[head] == b[head] {
		head++
	}
	for tail < n-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	return head, tail
}

// tally counts by line number how often a text has each line.
func tally(id []int32, distinct int) []int32 {
	count := make([]int32, distinct)
	for _, n := range id {
		count[n]++
	}
	return count
}

// hunks turns the lines that are out into ranges.
func hunks(outA, outB []bool) []hunk {
	var list []hunk
	for i, j := 0, 0; i < len(outA) || j < len(outB); {
		h := hunk{span{i, run(outA, i)}, span{j, run(outB, j)}}
		if h.a.to > i || h.b.to > j {
			list = append(list, h)
		}
		i, j = h.a.to+1, h.b.to+1
	}
	return list
}

// run returns where the lines that are out from i on end.
func run(out []bool, i int) int {
	for i < len(out) && out[i] {
		i++
	}
	return i
}
