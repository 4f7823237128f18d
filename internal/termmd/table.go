package termmd

import (
	"strings"

	"github.com/mlops-as-code/mlops/internal/gfm"
	"github.com/mlops-as-code/mlops/internal/show"
)

const between = " │ "

// table lays a table out in columns that together fit the width, if they can.
func (r *renderer) table(t *gfm.Table, width int) []string {
	var rows [][][]span
	widths := make([]int, len(t.Align))
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		style := ""
		if row.PreviousSibling() == nil {
			style = bold
		}
		var cells [][]span
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			content := r.spans(cell, style)
			cells = append(cells, content)
			widths[len(cells)-1] = max(widths[len(cells)-1], columnsOf(content))
		}
		rows = append(rows, cells)
	}
	fit(widths, width-3*(len(widths)-1))
	var out []string
	for i, cells := range rows {
		out = append(out, r.row(t, cells, widths)...)
		if i == 0 {
			rule := make([]string, len(widths))
			for j, w := range widths {
				rule[j] = strings.Repeat("─", w)
			}
			out = append(out, r.paint(faint, strings.Join(rule, "─┼─")))
		}
	}
	return out
}

// columnsOf is how wide a cell would be on one line.
func columnsOf(content []span) int {
	n := 0
	for _, w := range words(content, 1<<30) {
		n += w.width
		if w.spaced {
			n++
		}
	}
	return max(n, 1)
}

// fit makes the widest columns narrower until all fit, none below a few columns.
func fit(widths []int, room int) {
	const least = 6
	total := 0
	for _, w := range widths {
		total += w
	}
	for total > room {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= least {
			return
		}
		// A column gives up all it has above the next one at once.
		next := least
		for i, w := range widths {
			if i != widest && w < widths[widest] {
				next = max(next, w)
			}
		}
		give := min(total-room, max(1, widths[widest]-next))
		widths[widest] -= give
		total -= give
	}
}

// row is one row; cells that are wrapped make it several lines.
func (r *renderer) row(t *gfm.Table, cells [][]span, widths []int) []string {
	var columns [][]string
	height := 1
	for i, content := range cells {
		lines := r.lines(content, widths[i])
		columns = append(columns, lines)
		height = max(height, len(lines))
	}
	out := make([]string, height)
	for y := range out {
		var line []string
		for i, lines := range columns {
			text, used := "", 0
			if y < len(lines) {
				text = lines[y]
				used = visible(text)
			}
			line = append(line, padded(text, widths[i]-used, t.Align[i]))
		}
		out[y] = strings.TrimRight(strings.Join(line, r.paint(faint, between)), " ")
	}
	return out
}

func padded(text string, room int, align string) string {
	room = max(room, 0)
	switch align {
	case "right":
		return strings.Repeat(" ", room) + text
	case "center":
		return strings.Repeat(" ", room/2) + text + strings.Repeat(" ", room-room/2)
	}
	return text + strings.Repeat(" ", room)
}

// visible is the width of a line with our colours in it.
func visible(line string) int {
	n := 0
	for {
		before, after, found := strings.Cut(line, "\x1b[")
		n += show.Width(before)
		if !found {
			return n
		}
		_, line, _ = strings.Cut(after, "m")
	}
}
