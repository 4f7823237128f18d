package merge3

import "slices"

// Span is a range of lines of one input.
type Span struct {
	Line  int    // the first, from 1; with Lines 0 the line the empty range stands before; 0: there is no such text
	Lines int    // how many
	Text  []byte // their bytes, in the memory of the input
}

// Conflict is a place that both sides changed in different ways. Mine and Theirs
// neither start nor end with the same line. Base is all that either side
// replaced there; its Line is 0 in a two-way merge.
type Conflict struct {
	Base, Mine, Theirs Span
}

// Result is what a merge came to.
type Result struct {
	Text      []byte     // the merged text, not nil, if there are no conflicts; else nil
	Conflicts []Conflict // in the order of the text

	clean []byte // all text outside conflicts
	holes []hole // where in clean the conflicts stand
}

// hole is the place of one conflict, and how a line added there would end.
type hole struct {
	at  int
	eol string
}

// Merge merges the changes from base to mine and from base to theirs. Where only
// one side changed lines, or both made the same of them, the result has the
// change; changes that overlap or touch, and differ, are a conflict. Merging
// with an unchanged side gives the other; swapping the sides gives the same
// text, or the same conflicts with their sides swapped. The error is an
// *InputError.
func Merge(base, mine, theirs []byte) (Result, error) {
	for _, in := range []struct {
		side Side
		data []byte
	}{{Base, base}, {Mine, mine}, {Theirs, theirs}} {
		if err := check(in.side, in.data); err != nil {
			return Result{}, err
		}
	}
	t := table{}
	m := merger{base: t.read(base), mine: t.read(mine), theirs: t.read(theirs)}
	for _, r := range m.regions(len(t)) {
		m.add(r)
	}
	return m.result(), nil
}

// TwoWay merges two texts without a base: lines that both share are clean, each
// hunk between them is a conflict whose Base is the zero Span. The error is an
// *InputError.
func TwoWay(mine, theirs []byte) (Result, error) {
	err := check(Mine, mine)
	if err == nil {
		err = check(Theirs, theirs)
	}
	if err != nil {
		return Result{}, err
	}
	t := table{}
	m := merger{mine: t.read(mine), theirs: t.read(theirs)}
	for _, h := range full().diff(m.mine.id, m.theirs.id, len(t)) {
		m.conflict(Span{}, h.a, h.b)
	}
	return m.result(), nil
}

// merger builds a result from the start of the texts on. What is not yet in the
// result starts at mine's line next.
type merger struct {
	base, mine, theirs text
	next               int
	res                Result
}

// regions returns what the sides changed. All line numbers are below distinct.
func (m *merger) regions(distinct int) []region {
	return regions(full().diff(m.base.id, m.mine.id, distinct), full().diff(m.base.id, m.theirs.id, distinct))
}

// add puts the lines up to a region, and the region, into the result.
func (m *merger) add(r region) {
	switch {
	case r.theirs.hunks == 0 || slices.Equal(m.mine.ids(r.mine.span), m.theirs.ids(r.theirs.span)):
		m.copyTo(r.mine.to)
	case r.mine.hunks == 0:
		m.copyTo(r.mine.from)
		m.res.clean = append(m.res.clean, m.theirs.lines(r.theirs.span)...)
		m.next = r.mine.to
	default:
		m.conflict(m.base.span(r.base), r.mine.span, r.theirs.span)
	}
}

// conflict leaves the lines that both sides start or end with to the clean text.
func (m *merger) conflict(base Span, mine, theirs span) {
	head, tail := ends(m.mine.ids(mine), m.theirs.ids(theirs))
	mine, theirs = span{mine.from + head, mine.to - tail}, span{theirs.from + head, theirs.to - tail}
	m.copyTo(mine.from)
	m.next = mine.to
	m.res.Conflicts = append(m.res.Conflicts, Conflict{base, m.mine.span(mine), m.theirs.span(theirs)})
	m.res.holes = append(m.res.holes, hole{len(m.res.clean), m.eol(base, mine.from, theirs.from)})
}

// copyTo takes mine's lines before line to.
func (m *merger) copyTo(to int) {
	m.res.clean = append(m.res.clean, m.mine.lines(span{m.next, to})...)
	m.next = to
}

func (m *merger) result() Result {
	m.copyTo(m.mine.len())
	if len(m.res.Conflicts) == 0 {
		m.res.Text = slices.Clip(m.res.clean)
		if m.res.Text == nil {
			m.res.Text = []byte{}
		}
	}
	return m.res
}
