package readme

import (
	"math"
	"slices"
	"strings"
)

// joint is where the block of another tool interrupts a section.
type joint struct {
	blocks []*segment
	// above and below are the blank lines around it, between those of the section's
	// text that are there without it.
	above, below int
}

// gap is how many blank lines the section has without the block: who put it in may
// have put them in, too.
func (j joint) gap() int {
	if j.above+j.below == 0 {
		return 0
	}
	return max(1, min(j.above, j.below))
}

// joined are the parts of a section as they make its text, and the joints between
// them.
func (s *stand) joined() (parts []segment, joints []joint) {
	var between joint
	for _, part := range s.span {
		if part.id == "" {
			between.blocks = append(between.blocks, part)
			continue
		}
		next := *part
		if n := len(parts); n > 0 {
			body, above := blanksBelow(parts[n-1].raw)
			rest, below := blanksAbove(next.raw)
			between.above, between.below = len(above), len(below)
			keep := slices.Concat(above, below)[:between.gap()]
			parts[n-1].raw = body + strings.Join(keep[:min(len(keep), len(above))], "")
			next.raw = strings.Join(keep[min(len(keep), len(above)):], "") + rest
			next.line += len(below) - max(0, len(keep)-len(above))
			joints, between = append(joints, between), joint{}
		}
		parts = append(parts, next)
	}
	return parts, joints
}

// blanksBelow takes the blank lines at the end off a text, blanksAbove those at the
// start.
func blanksBelow(text string) (body string, blank []string) {
	lines := slices.Collect(strings.Lines(text))
	n := len(lines) - blanksBefore(lines)
	return strings.Join(lines[:n], ""), lines[n:]
}

func blanksAbove(text string) (body string, blank []string) {
	lines := slices.Collect(strings.Lines(text))
	n := blanks(lines)
	return strings.Join(lines[n:], ""), lines[:n]
}

func emptyLine(line string) bool { return strings.TrimRight(line, "\r\n") == "" }

// around is a new text of the section with the blocks of other tools in it, each where
// it stood: below the same line, and rest those for which no such place is left.
// Line ends of the text are eol, the blocks are as they were. It is false where the
// section would not be found in there.
func (s *stand) around(p Piece, eol string) (text string, rest []*segment, ok bool) {
	if len(s.span) == 1 || p.Marked || p.Level < 1 {
		return "", nil, false
	}
	lines := slices.Collect(strings.Lines(p.Text + "\n"))
	spots, rest := s.spots(lines)
	var b strings.Builder
	write := func(list ...string) {
		for _, line := range list {
			b.WriteString(strings.TrimSuffix(line, "\n") + eol)
		}
	}
	from := 0
	for _, at := range spots {
		write(lines[from:at.line]...)
		write(make([]string, at.above)...)
		for i, block := range at.blocks {
			if at.blank > 0 && slices.Contains(at.apart, i) {
				write("")
			}
			b.WriteString(block.raw)
		}
		write(make([]string, at.below)...)
		from = at.line + at.blank
	}
	write(lines[from:]...)
	text = strings.TrimSuffix(b.String(), eol)
	return text, rest, stillSays(text, p)
}

// spot is a place in a text for the blocks of a joint: above a line, with the blank
// lines that stand there. apart are the blocks before which those of another joint end.
type spot struct {
	joint
	line, blank int
	apart       []int
}

// spots are the places in a new text, in its order.
func (s *stand) spots(lines []string) (out []spot, rest []*segment) {
	parts, joints := s.joined()
	var before []string
	var ends []int
	for _, part := range parts {
		before = slices.AppendSeq(before, strings.Lines(withLF(part.raw)))
		ends = append(ends, len(before))
	}
	became := sectionPieces().Partners([]byte(strings.Join(before, "")), []byte(strings.Join(lines, "")))
	free, line := free(lines), 0
	for i, j := range joints {
		stood := min(whereStood(before, ends[i], became), len(lines))
		line = max(line, stood-blanksBefore(lines[:stood]))
		for line < len(lines) && !j.fits(lines, line, free) {
			line++
		}
		if line >= len(lines) {
			for _, late := range joints[i:] {
				rest = append(rest, late.blocks...)
			}
			break
		}
		out = j.at(out, line, blanks(lines[line:]))
	}
	return out, rest
}

// whereStood is the line of a new text above which something is to stand that stood at
// the end of the old one's first lines: below the line it stood below, above the one it
// stood above, or below the nearest before that is still there.
func whereStood(old []string, end int, became []int) int {
	above, below := end-1, end
	for above > 0 && strings.TrimSpace(old[above]) == "" {
		above--
	}
	for below < len(old)-1 && strings.TrimSpace(old[below]) == "" {
		below++
	}
	if became[above] < 0 && below < len(old) && became[below] >= 0 {
		return became[below]
	}
	for ; above >= 0; above-- {
		if became[above] >= 0 && strings.TrimSpace(old[above]) != "" {
			return became[above] + 1
		}
	}
	return math.MaxInt
}

// fits reports whether the blocks can stand above a line, which is the first below
// another one, and divide nothing that they did not.
func (j joint) fits(lines []string, line int, free []bool) bool {
	blank := blanks(lines[line:])
	return line > 0 && !emptyLine(lines[line-1]) && line+blank < len(lines) && free[line+blank] && (blank > 0 || j.gap() == 0)
}

// at adds the blocks to the places, with the blank lines that keep as many in the text.
func (j joint) at(all []spot, line, blank int) []spot {
	next := spot{joint: j, line: line, blank: blank}
	if n := len(all); n > 0 && all[n-1].line == line {
		next.blocks, next.above = slices.Concat(all[n-1].blocks, j.blocks), all[n-1].above
		next.apart = append(all[n-1].apart, len(all[n-1].blocks))
		all = all[:n-1]
	}
	if next.gap() != blank {
		next.above, next.below = blank, blank
	}
	return append(all, next)
}

// blanksBefore is how many lines at the end are blank, blanks how many at the start.
func blanksBefore(lines []string) int {
	n := 0
	for n < len(lines) && emptyLine(lines[len(lines)-1-n]) {
		n++
	}
	return n
}

func blanks(lines []string) int {
	n := 0
	for n < len(lines) && emptyLine(lines[n]) {
		n++
	}
	return n
}

// free says above which lines of a text, and at its end, a block of another tool is
// one: not in code, HTML or such a block.
func free(lines []string) []bool {
	var s scan
	out := make([]bool, len(lines)+1)
	for i, line := range lines {
		out[i] = s.free()
		s.line(expandTabs(strings.TrimRight(line, "\r\n")))
	}
	out[len(lines)] = s.free()
	marks := landmarks(lines)
	for _, m := range marks {
		if m.until > 0 {
			for i := m.line + 1; i <= marks[m.until].line; i++ {
				out[i] = false
			}
		}
	}
	return out
}

// stillSays reports whether a section is found as it is in a text with blocks of other
// tools.
func stillSays(text string, p Piece) bool {
	lines := slices.Collect(strings.Lines(text + "\n"))
	marks, own := landmarks(lines), blocksOf(p.Text)
	if len(marks) == 0 || marks[0].line > 0 || marks[0].level == 0 {
		return false
	}
	found, err := cut(lines, marks, map[int]string{0: p.ID}, func(_, tool string) bool { return own[tool] })
	return err == nil && found[len(found)-1].id == p.ID && whole(found) == p.Text
}
