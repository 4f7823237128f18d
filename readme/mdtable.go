package readme

import (
	"slices"
	"strings"

	"golang.org/x/text/width"
)

// column is the head of a table's column: inline Markdown, and whether the cells
// stand at the right, as numbers do.
type column struct {
	head  string
	right bool
}

// table is a table of cells of inline Markdown, each on one line with its pipes
// escaped (cell, inlineCell and codeCell see to that). A column without any
// content is left out. It is padded as Prettier does it where it then fits a
// line; a wider one is kept compact, with a comment that makes Prettier leave it
// alone.
func table(columns []column, rows [][]string) block {
	columns, rows = withoutEmpty(columns, rows)
	lines := make([][]string, 0, len(rows)+1)
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = c.head
	}
	lines = append(append(lines, head), rows...)
	widths, sum := make([]int, len(columns)), 1
	for i := range columns {
		widths[i] = 3
		for _, line := range lines {
			n := columnsOf(line[i])
			if n < 0 {
				return compact(columns, lines)
			}
			widths[i] = max(widths[i], n)
		}
		sum += widths[i] + 3
	}
	if sum > lineLength {
		return compact(columns, lines)
	}
	return block{text: draw(columns, lines, widths)}
}

// compact is a table that no editor may pad.
func compact(columns []column, lines [][]string) block {
	return block{text: "<!-- prettier-ignore -->\n" + draw(columns, lines, make([]int, len(columns)))}
}

// draw writes a table's lines, its cells padded to the widths; 0 means not at all.
func draw(columns []column, lines [][]string, widths []int) string {
	var b strings.Builder
	for i, line := range lines {
		for j, cell := range line {
			if widths[j] == 0 && cell == "" {
				b.WriteString("| ")
				continue
			}
			pad := ""
			if widths[j] > 0 {
				pad = strings.Repeat(" ", widths[j]-columnsOf(cell))
			}
			if columns[j].right {
				cell = pad + cell
			} else {
				cell += pad
			}
			b.WriteString("| " + cell + " ")
		}
		b.WriteString("|\n")
		if i == 0 {
			b.WriteString(rule(columns, widths))
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// rule is the line below a table's head.
func rule(columns []column, widths []int) string {
	var b strings.Builder
	for j, c := range columns {
		dashes := strings.Repeat("-", max(3, widths[j]))
		if c.right {
			dashes = dashes[1:] + ":"
		}
		b.WriteString("| " + dashes + " ")
	}
	return b.String() + "|\n"
}

// withoutEmpty leaves out the columns that no row says anything in, but for the
// first one.
func withoutEmpty(columns []column, rows [][]string) ([]column, [][]string) {
	var keep []int
	for i := range columns {
		if i == 0 || slices.ContainsFunc(rows, func(row []string) bool { return row[i] != "" }) {
			keep = append(keep, i)
		}
	}
	outColumns := make([]column, len(keep))
	outRows := make([][]string, len(rows))
	for to, from := range keep {
		outColumns[to] = columns[from]
		for r, row := range rows {
			outRows[r] = append(outRows[r], row[from])
		}
	}
	return outColumns, outRows
}

// columnsOf is how many columns of a terminal Prettier gives a text; -1 where it
// depends on more than the single characters, as with emoji and marks.
func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r == 0xa9, r == 0xae, r == 0xad, r < ' ', r >= 0x7f && r < 0xa0:
			return -1
		case r < 0x300, r >= 0x370 && r < 0x483, r >= 0x48a && r < 0x530, r >= 0x2010 && r <= 0x2027, r == '≤', r == '≥', r == '−':
			n++
		case r >= 0x4e00 && r <= 0x9fff, r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fa, r >= 0xac00 && r <= 0xd7a3:
			n += 2
		case width.LookupRune(r).Kind() == width.EastAsianFullwidth:
			n += 2
		default:
			return -1
		}
	}
	return n
}

// code is a code span that shows s, white space apart; empty for nothing. Its marks
// are the shortest ones that do not stand in it, as Prettier has them.
func code(s string) string {
	s = oneLine(s)
	if s == "" {
		return ""
	}
	runs := map[int]bool{}
	for rest := s; rest != ""; {
		body := strings.TrimLeft(rest, "`")
		runs[len(rest)-len(body)] = true
		rest = strings.TrimLeftFunc(body, func(r rune) bool { return r != '`' })
	}
	n := 1
	for runs[n] {
		n++
	}
	marks := strings.Repeat("`", n)
	if s[0] == '`' || s[len(s)-1] == '`' {
		s = " " + s + " "
	}
	return marks + s + marks
}

// codeCell is code for the cell of a table, where a pipe needs a backslash also
// in code. Behind a backslash of the text that would be the end of the cell to some
// programs; such text stands as it is, without being code.
func codeCell(s string) string {
	if strings.Contains(s, `\|`) {
		return cell(s)
	}
	return strings.ReplaceAll(code(s), "|", `\|`)
}

// codeCells are several values in one cell.
func codeCells(values []string) string {
	var out []string
	for _, v := range values {
		if c := codeCell(v); c != "" {
			out = append(out, c)
		}
	}
	return strings.Join(out, ", ")
}
