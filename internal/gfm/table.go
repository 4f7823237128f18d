package gfm

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The kinds of nodes that a table is made of.
var (
	KindTable = ast.NewNodeKind("GFMTable")
	KindRow   = ast.NewNodeKind("GFMRow")
	KindCell  = ast.NewNodeKind("GFMCell")
)

// Table is a table; its children are rows, the first of them the head.
type Table struct {
	ast.BaseBlock
	// Align is for each column "", "left", "center" or "right".
	Align []string
}

// Kind says what the node is.
func (*Table) Kind() ast.NodeKind { return KindTable }

// Dump prints the node for a person.
func (t *Table) Dump(src []byte, level int) {
	ast.DumpHelper(t, src, level, map[string]string{"Align": strings.Join(t.Align, ",")}, nil)
}

// Row is a row of a table; every row has a cell for each column.
type Row struct {
	ast.BaseBlock
	Head bool
}

// Kind says what the node is.
func (*Row) Kind() ast.NodeKind { return KindRow }

// Dump prints the node for a person.
func (r *Row) Dump(src []byte, level int) { ast.DumpHelper(r, src, level, nil, nil) }

// Cell is a cell of a table, with inline content.
type Cell struct {
	ast.BaseBlock
	Head  bool
	Align string
}

// Kind says what the node is.
func (*Cell) Kind() ast.NodeKind { return KindCell }

// Dump prints the node for a person.
func (c *Cell) Dump(src []byte, level int) { ast.DumpHelper(c, src, level, nil, nil) }

// maxFilled bounds the empty cells that short rows are filled up with: a wide head
// over many short rows would make far more cells than there is text.
const maxFilled = 100_000

// tables makes tables of paragraphs.
type tables struct{}

// Transform finds the first line of dashes under a line with as many cells. What
// stands above them stays a paragraph, what is below is rows.
func (tables) Transform(node *ast.Paragraph, reader text.Reader, _ parser.Context) {
	lines, src := node.Lines(), reader.Source()
	for i := 1; i < lines.Len(); i++ {
		at := lines.At(i)
		align := delimiters(string(at.Value(src)))
		if align == nil {
			continue
		}
		head := cells(lines.At(i-1), src)
		if len(head) != len(align) {
			continue
		}
		t := &Table{Align: align}
		filled := 0
		t.AppendChild(t, t.row(head, true, &filled))
		for j := i + 1; j < lines.Len() && filled < maxFilled; j++ {
			t.AppendChild(t, t.row(cells(lines.At(j), src), false, &filled))
		}
		node.Parent().InsertAfter(node.Parent(), node, t)
		lines.SetSliced(0, i-1)
		if i == 1 {
			node.Parent().RemoveChild(node.Parent(), node)
			return
		}
		last := lines.At(i - 2)
		lines.Set(i-2, last.TrimRightSpace(src))
		return
	}
}

func (t *Table) row(of []text.Segment, head bool, filled *int) *Row {
	r := &Row{Head: head}
	for i, align := range t.Align {
		c := &Cell{Head: head, Align: align}
		if i >= len(of) {
			*filled++
		} else if of[i].Start < of[i].Stop {
			c.Lines().Append(of[i])
		}
		r.AppendChild(r, c)
	}
	return r
}

// delimiters reads the line under the head; nil is for another line.
func delimiters(line string) []string {
	line = strings.Trim(line, " \t\r\n")
	if strings.Trim(line, "-:| \t") != "" || !strings.Contains(line, "-") {
		return nil
	}
	line = strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|")
	var out []string
	for cell := range strings.SplitSeq(line, "|") {
		cell = strings.Trim(cell, " \t")
		left, right := strings.HasPrefix(cell, ":"), strings.HasSuffix(cell, ":") && len(cell) > 1
		dashes := strings.TrimSuffix(strings.TrimPrefix(cell, ":"), ":")
		if dashes == "" || strings.Trim(dashes, "-") != "" {
			return nil
		}
		switch {
		case left && right:
			out = append(out, "center")
		case left:
			out = append(out, "left")
		case right:
			out = append(out, "right")
		default:
			out = append(out, "")
		}
	}
	return out
}

// cells splits a row at its pipes that no backslash stands before.
func cells(line text.Segment, src []byte) []text.Segment {
	line = line.TrimLeftSpace(src)
	line = line.TrimRightSpace(src)
	if bytes.HasPrefix(line.Value(src), []byte("|")) {
		line = line.WithStart(line.Start + 1)
	}
	var out []text.Segment
	start := line.Start
	add := func(stop int) {
		s := text.NewSegment(start, stop)
		s = s.TrimLeftSpace(src)
		out = append(out, s.TrimRightSpace(src))
		start = stop + 1
	}
	for i := line.Start; i < line.Stop; i++ {
		switch {
		case src[i] == '\\' && i+1 < line.Stop && util.IsPunct(src[i+1]):
			i++
		case src[i] == '|':
			add(i)
		}
	}
	if start < line.Stop {
		add(line.Stop)
	}
	return out
}
