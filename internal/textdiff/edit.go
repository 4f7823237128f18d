package textdiff

import "bytes"

// Edit replaces the old lines [OldStart, OldEnd) by the new lines
// [NewStart, NewEnd). Lines count from 0.
type Edit struct {
	OldStart, OldEnd int
	NewStart, NewEnd int
}

// Lines returns the edits that turn old into new, in order. At least one kept
// line stands between two edits; no edit is empty; the lines outside are the
// same on both sides. Binary data is compared like text.
func Lines(old, new []byte) []Edit {
	if bytes.Equal(old, new) {
		return nil
	}
	d := compare(old, new)
	for i := range d.edits {
		e := &d.edits[i]
		e.OldStart += d.first
		e.OldEnd += d.first
		e.NewStart += d.first
		e.NewEnd += d.first
	}
	return d.edits
}

// Stat returns how many "+" and "-" lines the hunks of Patch have for these
// contents; none when one of them is binary.
func Stat(old, new []byte) (added, removed int) {
	if bytes.Equal(old, new) || IsBinary(old) || IsBinary(new) {
		return 0, 0
	}
	for _, e := range compare(old, new).edits {
		added += e.NewEnd - e.NewStart
		removed += e.OldEnd - e.OldStart
	}
	return added, removed
}

// difference holds the part of two texts that differs, with enough lines around
// for context, and the edits counted from its start. The first lines of the
// files are left out of it.
type difference struct {
	old, new text
	first    int
	edits    []Edit
}

const (
	// slack is how many common lines are kept below the last difference: context
	// for the hunk and room to slide it down.
	slack = 64
	// maxText is the size of two texts, less what is common at the ends, up to
	// which lines are matched. It keeps line numbers in an int32; "git apply" takes
	// no patch larger than that.
	maxText = 1 << 30
)

func compare(old, new []byte) difference { return compareUpTo(maxText, old, new) }

// compareUpTo takes all that differs for one edit when it is larger than limit.
func compareUpTo(limit int, old, new []byte) difference {
	head, tail := common(old, new)
	start := backLines(old, head, context)
	end := skipLines(old, len(old)-tail, slack)
	d := difference{
		old:   split(old[start:end]),
		new:   split(new[start : len(new)-len(old)+end]),
		first: countLF(old[:start]),
	}
	if len(d.old.data)+len(d.new.data) > limit {
		top, bottom := countLF(old[start:head]), split(old[len(old)-tail:end]).len()
		d.edits = []Edit{{top, d.old.len() - bottom, top, d.new.len() - bottom}}
		return d
	}
	t := newTable(d.old.len() + d.new.len())
	a, b := t.ids(d.old), t.ids(d.new)
	keepA, keepB := match(a, b, t.len())
	if end < len(old) {
		a = a[:len(a)-context] // or the hunk would seem to end the file
	}
	d.edits = slide(edits(keepA, keepB), a, b)
	return d
}

// edits turns kept lines, which pair up in order, into the ranges between them.
func edits(keepA, keepB []bool) []Edit {
	var list []Edit
	for i, j := 0, 0; i < len(keepA) || j < len(keepB); {
		if i < len(keepA) && j < len(keepB) && keepA[i] && keepB[j] {
			i++
			j++
			continue
		}
		e := Edit{OldStart: i, NewStart: j}
		for i < len(keepA) && !keepA[i] {
			i++
		}
		for j < len(keepB) && !keepB[j] {
			j++
		}
		e.OldEnd, e.NewEnd = i, j
		list = append(list, e)
	}
	return list
}

// slide moves pure insertions and deletions down as far as equal lines allow, as
// git and GNU diff do, and joins those that meet: the choice among equally short
// diffs then does not depend on how the lines were matched.
func slide(list []Edit, a, b []int32) []Edit {
	out := list[:0]
	for i := range list {
		e := list[i]
		end := len(a)
		if i+1 < len(list) {
			end = list[i+1].OldStart
		}
		e = down(e, end, a, b)
		if i+1 < len(list) && e.OldEnd == end {
			list[i+1].OldStart, list[i+1].NewStart = e.OldStart, e.NewStart
			continue
		}
		out = append(out, e)
	}
	return out
}

// down slides one edit until old line end.
func down(e Edit, end int, a, b []int32) Edit {
	lines, from, to := b, e.NewStart, e.NewEnd
	switch {
	case e.NewStart == e.NewEnd:
		lines, from, to = a, e.OldStart, e.OldEnd
	case e.OldStart != e.OldEnd:
		return e
	}
	n := 0
	for e.OldEnd+n < end && lines[from+n] == lines[to+n] {
		n++
	}
	return Edit{e.OldStart + n, e.OldEnd + n, e.NewStart + n, e.NewEnd + n}
}
