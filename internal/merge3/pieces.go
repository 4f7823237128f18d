package merge3

import (
	"bytes"
	"slices"
	"unicode"
)

// Pieces says how lines are taken apart where whole lines are too coarse to merge.
// Both functions are pure.
type Pieces struct {
	// Key is what a line keeps while only its values change: theirs is taken to have
	// a line still when it has one with its key.
	Key func(line []byte) string
	// Words are the parts of a line that may change one by one; together they are
	// the line.
	Words func(line []byte) [][]byte
}

// MergePieces is Merge, and merges finer where that finds a conflict: lines that
// stand next to each other, and words in a line of which theirs keeps the key, are
// pieces of their own. Only where both sides changed the same piece, or put
// something into the same place, there is a conflict. Where Merge has none, the
// result is that of Merge; to merge theirs into a result without conflicts again
// changes nothing.
//
// Mine and theirs are not treated alike: only theirs is taken to change values.
func MergePieces(base, mine, theirs []byte, p Pieces) (Result, error) {
	plain, err := Merge(base, mine, theirs)
	if err != nil || len(plain.Conflicts) == 0 {
		return plain, err
	}
	fine, ok := p.merge(base, mine, theirs)
	if !ok || len(fine.Conflicts) > 0 {
		if ok {
			return fine, nil
		}
		return plain, nil
	}
	again, ok := p.merge(base, fine.Text, theirs)
	if plainly, err := Merge(base, fine.Text, theirs); err == nil && len(plainly.Conflicts) == 0 {
		again = plainly
	}
	if !ok || !bytes.Equal(again.Text, fine.Text) {
		return plain, nil
	}
	return fine, nil
}

// merge merges texts that were checked; false where they are too large for it, or
// a line end would be needed that nobody wrote.
func (p Pieces) merge(base, mine, theirs []byte) (Result, bool) {
	for _, text := range [][]byte{base, mine, theirs} {
		if len(text) > 0 && text[len(text)-1] != '\n' {
			return Result{}, false
		}
	}
	w := weave{divides: true, base: cutLines(base), mine: cutLines(mine), theirs: cutLines(theirs)}
	ours, ok := p.aligned(w.base, w.mine, true)
	yours, fits := p.aligned(w.base, w.theirs, false)
	if !ok || !fits {
		return Result{}, false
	}
	w.set(ours, yours)
	if p.contained(&w) {
		return Result{Text: bytes.Clone(mine)}, true
	}
	out, _ := w.run(p.line)
	t := table{}
	m := merger{base: t.read(base), mine: t.read(mine), theirs: t.read(theirs)}
	at := 0
	for _, c := range w.clashes {
		m.res.clean = append(m.res.clean, out[at:c.at]...)
		at = c.at
		m.clash(c)
	}
	m.res.clean = append(m.res.clean, out[at:]...)
	if len(w.clashes) == 0 {
		m.res.Text = slices.Clip(m.res.clean)
	}
	return m.res, true
}

// clash adds a conflict, less the lines that both sides start or end with.
func (m *merger) clash(c clash) {
	head, tail := ends(m.mine.ids(c.mine), m.theirs.ids(c.theirs))
	mine, theirs := span{c.mine.from + head, c.mine.to - tail}, span{c.theirs.from + head, c.theirs.to - tail}
	base := m.base.span(c.base)
	m.res.clean = append(m.res.clean, m.mine.lines(span{c.mine.from, mine.from})...)
	m.res.Conflicts = append(m.res.Conflicts, Conflict{base, m.mine.span(mine), m.theirs.span(theirs)})
	m.res.holes = append(m.res.holes, hole{len(m.res.clean), m.eol(base, mine.from, theirs.from)})
	m.res.clean = append(m.res.clean, m.mine.lines(span{mine.to, c.mine.to})...)
}

// look is what of a line is compared.
type look struct {
	text  []byte
	key   string
	blank bool
	words map[string]bool
}

func (p Pieces) looks(lines [][]byte) []look {
	out := make([]look, len(lines))
	for i, line := range lines {
		out[i] = look{line, p.Key(line), len(bytes.TrimSpace(line)) == 0, map[string]bool{}}
		for word := range bytes.FieldsFuncSeq(line, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if len(out[i].words) < 50 {
				out[i].words[string(word)] = true
			}
		}
	}
	return out
}

// likeness says how well a line goes for one of the base, 0 not at all: blank lines
// less than any other. A reworded line has half of its words.
func likeness(base, line *look, reworded bool) int {
	switch {
	case base.blank != line.blank:
		return 0
	case base.blank:
		return 1
	case bytes.Equal(base.text, line.text):
		return 5
	case base.key == line.key:
		return 4
	case reworded && mostShared(base.words, line.words):
		return 2
	}
	return 0
}

// mostShared reports whether two lines have at least half of their words in common.
func mostShared(a, b map[string]bool) bool {
	n := 0
	for word := range a {
		if b[word] {
			n++
		}
	}
	return n > 0 && 2*n >= max(len(a), len(b))
}

// contained reports whether mine is theirs, edited where theirs changed nothing: then
// it is all there.
func (p Pieces) contained(w *weave) bool {
	edits, ok := p.aligned(w.theirs, w.mine, true)
	if !ok {
		return false
	}
	from, to := make([]int, len(w.theirs)), partners(len(w.theirs), edits)
	for i := range from {
		from[i] = -1
	}
	for i, at := range w.atTheirs {
		if at >= 0 {
			from[at] = i
		}
	}
	for i, line := range w.theirs {
		switch {
		case from[i] >= 0 && bytes.Equal(w.base[from[i]], line):
		case to[i] < 0, from[i] < 0 && !bytes.Equal(w.mine[to[i]], line):
			return false
		case from[i] >= 0 && !p.holds(w.base[from[i]], w.mine[to[i]], line):
			return false
		}
	}
	for _, gone := range w.yours {
		for _, h := range edits {
			if gone.b.from == gone.b.to && h.a.from <= gone.b.from && gone.b.from <= h.a.to {
				return false
			}
		}
	}
	return true
}

// holds is contained for the words of a line.
func (p Pieces) holds(base, mine, theirs []byte) bool {
	w := weave{base: p.Words(base), mine: p.Words(mine), theirs: p.Words(theirs)}
	w.set(nil, oneByOne(wordHunks(w.base, w.theirs)))
	return w.contained()
}

// maxAligned bounds the pairs of lines that are compared.
const maxAligned = 100_000

// aligned are the hunks between two lists of lines that are paired in their order for
// the greatest sum of likeness; false where they are too long for that.
func (p Pieces) aligned(a, b [][]byte, reworded bool) ([]hunk, bool) {
	head := 0
	for head < min(len(a), len(b)) && bytes.Equal(a[head], b[head]) {
		head++
	}
	tail := 0
	for tail < min(len(a), len(b))-head && bytes.Equal(a[len(a)-1-tail], b[len(b)-1-tail]) {
		tail++
	}
	a, b = a[head:len(a)-tail], b[head:len(b)-tail]
	if len(a)*len(b) > maxAligned {
		return nil, false
	}
	x, y := p.looks(a), p.looks(b)
	wide := len(b) + 1
	best, like := make([]int, (len(a)+1)*wide), make([]int, (len(a)+1)*wide)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			at := i*wide + j
			best[at] = max(best[at+wide], best[at+1])
			if like[at] = likeness(&x[i], &y[j], reworded); like[at] > 0 {
				best[at] = max(best[at], like[at]+best[at+wide+1])
			}
		}
	}
	return traced(span{head, head + len(a)}, span{head, head + len(b)}, best, like), true
}

// Partners says for each line of a which one of b it became, reworded or not, by index;
// -1 is none. Lines keep their order. It is total: of long texts only equal lines are
// partners.
func (p Pieces) Partners(a, b []byte) []int {
	from, to := cutLines(a), cutLines(b)
	hunks, ok := p.aligned(from, to, true)
	if !ok {
		hunks = wordHunks(from, to)
	}
	return partners(len(from), hunks)
}

// traced are the hunks between the pairs that make the best sum.
func traced(a, b span, best, like []int) []hunk {
	var out []hunk
	wide := b.to - b.from + 1
	open := hunk{a, b}
	end := func(i, j int) {
		if open.a.to, open.b.to = i, j; open.a.from < i || open.b.from < j {
			out = append(out, open)
		}
		open.a.from, open.b.from = i+1, j+1
	}
	i, j := a.from, b.from
	for i < a.to && j < b.to {
		at := (i-a.from)*wide + j - b.from
		switch {
		case like[at] > 0 && best[at] == like[at]+best[at+wide+1]:
			end(i, j)
			i, j = i+1, j+1
		case best[at] == best[at+wide]:
			i++
		default:
			j++
		}
	}
	end(a.to, b.to)
	return out
}

// line merges one line that both sides still have.
func (p Pieces) line(base, mine, theirs []byte) ([]byte, bool) {
	switch {
	case bytes.Equal(base, mine), bytes.Equal(mine, theirs):
		return theirs, true
	case bytes.Equal(base, theirs):
		return mine, true
	}
	w := weave{base: p.Words(base), mine: p.Words(mine), theirs: p.Words(theirs)}
	w.set(oneByOne(wordHunks(w.base, w.mine)), oneByOne(wordHunks(w.base, w.theirs)))
	out, ok := w.run(func(base, _, _ []byte) ([]byte, bool) { return base, true })
	if !ok && w.contained() {
		return mine, true
	}
	return out, ok
}

func wordHunks(a, b [][]byte) []hunk {
	t := table{}
	number := func(list [][]byte) []int32 {
		out := make([]int32, len(list))
		for i, word := range list {
			out[i] = t.number(word)
		}
		return out
	}
	x, y := number(a), number(b)
	return full().diff(x, y, len(t))
}

// oneByOne divides hunks that replace as many pieces as they have.
func oneByOne(list []hunk) []hunk {
	var out []hunk
	for _, h := range list {
		if h.a.to-h.a.from != h.b.to-h.b.from {
			out = append(out, h)
			continue
		}
		for i := range h.a.to - h.a.from {
			out = append(out, hunk{span{h.a.from + i, h.a.from + i + 1}, span{h.b.from + i, h.b.from + i + 1}})
		}
	}
	return out
}
