package readme

import (
	"fmt"
	"strings"
)

// inlineCell is inline Markdown with its bars escaped, so that they do not end
// the cell of a table (GFM 4.10 splits a row before it looks for code).
func inlineCell(s string) string {
	var b strings.Builder
	escaped := false
	for _, r := range s {
		if r == '|' && !escaped {
			b.WriteByte('\\')
		}
		escaped = r == '\\' && !escaped
		b.WriteRune(r)
	}
	return b.String()
}

// cell is plain text for the cell of a table.
func cell(s string) string { return escapeInline(oneLine(s), false) }

// numbered is a numbered list of steps, each of one or more blocks.
func numbered(steps [][]block) block {
	var items []string
	for i, blocks := range steps {
		mark := fmt.Sprintf("%d. ", i+1)
		indent := strings.Repeat(" ", len(mark))
		var texts []string
		for _, b := range blocks {
			texts = append(texts, b.text)
		}
		body := strings.Join(texts, "\n\n")
		items = append(items, mark+strings.TrimPrefix(indented(body, indent), indent))
	}
	return block{text: strings.Join(items, "\n\n")}
}

// indented is text with an indent before each line that is not empty.
func indented(text, indent string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = indent + l
		}
	}
	return strings.Join(lines, "\n")
}

// quote is a quote around blocks.
func quote(blocks ...block) block {
	var texts []string
	for _, b := range blocks {
		texts = append(texts, b.text)
	}
	lines := strings.Split(strings.Join(texts, "\n\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight("> "+l, " ")
	}
	return block{text: strings.Join(lines, "\n")}
}

// narrow is a paragraph that is to be indented by some columns.
func narrow(inline string, columns int) block {
	return block{text: strings.Join(wrap(inline, wrapAt-columns), "\n")}
}

// grid is a table in the making, with the heads of its columns as inline
// Markdown.
type grid struct {
	columns []column
	rows    [][]string
}

func newGrid(heads ...string) *grid {
	g := &grid{}
	for _, h := range heads {
		g.columns = append(g.columns, column{head: h})
	}
	return g
}

// add appends a row of inline Markdown, made for cells.
func (g *grid) add(cells ...string) { g.rows = append(g.rows, cells) }

func (g *grid) block() block { return table(g.columns, g.rows) }
