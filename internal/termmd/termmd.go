// Package termmd makes text for a terminal of Markdown that nobody vouches for:
// headings, lists, quotes, code and tables, as wide as asked.
//
// What the document holds is printed, never obeyed: every control character of it is
// written out. Colours are ours alone, and only where they are asked for. Widths are
// those of terminal columns, also of East Asian text.
//
// The package knows no terminal and writes to none.
package termmd

import (
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/internal/gfm"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/yuin/goldmark/ast"
)

// Options say how a document is shown.
type Options struct {
	// Width is how many columns a line may take; code is not broken.
	Width int
	Color bool
	// Slug gives the headings their ids, in order.
	Slug func(text string) string
}

// MaxBytes is the size of Markdown above which it is not shown.
const MaxBytes = 4 << 20

// minWidth is what deeply nested text gets when there is no room.
const minWidth = 16

// Render is the document as text with a final newline.
func Render(src []byte, o Options) (string, error) {
	if len(src) > MaxBytes {
		return "", fmt.Errorf("is larger than %d MiB, and is not shown", MaxBytes>>20)
	}
	doc, err := gfm.Parse([]byte(strings.ToValidUTF8(string(src), "\ufffd")), o.Slug)
	if err != nil {
		return "", err
	}
	r := &renderer{doc: doc, color: o.Color}
	width := max(o.Width, minWidth)
	var out []string
	if doc.FrontMatter != "" {
		out = append(r.code(doc.FrontMatter), "")
	}
	out = append(out, r.blocks(doc.Root, width, false)...)
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return strings.Join(out, "\n") + "\n", nil
}

type renderer struct {
	doc   *gfm.Document
	color bool
}

// The colours, as parameters of SGR.
const (
	bold, faint, slanted, underlined, struck = "1", "2", "3", "4", "9"
	blue, cyan, yellow                       = "34", "36", "33"
)

func (r *renderer) paint(style, text string) string {
	if !r.color || style == "" || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// blocks are the lines of the children of a node, with blank lines between them unless
// it is tight.
func (r *renderer) blocks(n ast.Node, width int, tight bool) []string {
	var out []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		lines := r.block(c, max(width, minWidth))
		if len(lines) == 0 {
			continue
		}
		if len(out) > 0 && !tight {
			out = append(out, "")
		}
		out = append(out, lines...)
	}
	return out
}

func (r *renderer) block(n ast.Node, width int) []string {
	switch n := n.(type) {
	case *ast.Heading:
		marks := strings.Repeat("#", n.Level) + " "
		return prefixed(r.wrapped(n, width-len(marks), bold), r.paint(bold, marks), strings.Repeat(" ", len(marks)))
	case *ast.Paragraph, *ast.TextBlock:
		return r.wrapped(n, width, "")
	case *ast.Blockquote:
		return r.quote(n, width)
	case *ast.List:
		return r.list(n, width)
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		return r.code(r.doc.Lines(n))
	case *ast.ThematicBreak:
		return []string{r.paint(faint, strings.Repeat("─", min(width, 40)))}
	case *ast.HTMLBlock:
		return r.html(n, width)
	case *gfm.Table:
		return r.table(n, width)
	case *gfm.Footnotes:
		return r.footnotes(n, width)
	}
	return r.blocks(n, width, false)
}

// prefixed puts one text before the first line and another before the rest.
func prefixed(lines []string, first, rest string) []string {
	for i := range lines {
		before := rest
		if i == 0 {
			before = first
		}
		if lines[i] == "" {
			before = strings.TrimRight(before, " ")
		}
		lines[i] = before + lines[i]
	}
	return lines
}

func (r *renderer) quote(n *ast.Blockquote, width int) []string {
	lines := r.blocks(n, width-2, false)
	if kind := gfm.Alert(n); kind != "" {
		lines = append([]string{r.paint(bold+";"+yellow, strings.ToUpper(kind[:1])+kind[1:])}, lines...)
	}
	bar := r.paint(faint, "│")
	return prefixed(lines, bar+" ", bar+" ")
}

func (r *renderer) list(n *ast.List, width int) []string {
	var out []string
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		mark := "• "
		if n.IsOrdered() {
			mark = fmt.Sprintf("%d. ", number)
			number++
		}
		indent := strings.Repeat(" ", show.Width(mark))
		lines := r.blocks(item, width-len(indent), n.IsTight)
		if len(lines) == 0 {
			lines = []string{""}
		}
		if len(out) > 0 && !n.IsTight {
			out = append(out, "")
		}
		out = append(out, prefixed(lines, mark, indent)...)
	}
	return out
}

// code is shown as it is, set in by four columns.
func (r *renderer) code(text string) []string {
	var out []string
	for line := range strings.SplitSeq(strings.TrimRight(text, "\r\n"), "\n") {
		line = show.Line(strings.ReplaceAll(strings.TrimSuffix(line, "\r"), "\t", "    "))
		if line != "" {
			line = "    " + r.paint(cyan, line)
		}
		out = append(out, line)
	}
	return out
}

func (r *renderer) footnotes(n *gfm.Footnotes, width int) []string {
	out := []string{r.paint(faint, strings.Repeat("─", min(width, 40)))}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		f, ok := c.(*gfm.Footnote)
		if !ok {
			continue
		}
		mark := fmt.Sprintf("[%d] ", f.Index)
		out = append(out, prefixed(r.blocks(f, width-len(mark), false), mark, strings.Repeat(" ", len(mark)))...)
	}
	return out
}
