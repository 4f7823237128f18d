package preview

import (
	"fmt"
	"html"
	"strings"

	"github.com/mlops-as-code/mlops/internal/gfm"
	east "github.com/yuin/goldmark-emoji/ast"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// nodes renders what is GitHub's own. What it writes goes through the sanitizer like
// everything else.
type nodes struct{ doc *gfm.Document }

// RegisterFuncs tells goldmark which nodes these are.
func (r *nodes) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(gfm.KindTable, r.table)
	reg.Register(gfm.KindRow, r.row)
	reg.Register(gfm.KindCell, r.cell)
	reg.Register(gfm.KindStrike, around("<del>", "</del>"))
	reg.Register(gfm.KindTask, r.task)
	reg.Register(gfm.KindFootnotes, around("<section class=\"footnotes\">\n<hr>\n<ol>\n", "</ol>\n</section>\n"))
	reg.Register(gfm.KindFootnote, r.footnote)
	reg.Register(gfm.KindFootnoteRef, r.footnoteRef)
	reg.Register(ast.KindBlockquote, r.quote)
	reg.Register(ast.KindCodeSpan, r.code)
	reg.Register(east.KindEmoji, r.emoji)
}

func around(before, after string) renderer.NodeRendererFunc {
	return func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
		text := before
		if !entering {
			text = after
		}
		_, err := w.WriteString(text)
		return ast.WalkContinue, err
	}
}

func (r *nodes) table(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	switch {
	case entering:
		fmt.Fprint(w, "<table>\n")
	case n.ChildCount() > 1:
		fmt.Fprint(w, "</tbody>\n</table>\n")
	default:
		fmt.Fprint(w, "</table>\n")
	}
	return ast.WalkContinue, nil
}

func (r *nodes) row(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	row, _ := n.(*gfm.Row)
	switch {
	case entering && row.Head:
		fmt.Fprint(w, "<thead>\n<tr>\n")
	case entering:
		fmt.Fprint(w, "<tr>\n")
	case row.Head && n.NextSibling() != nil:
		fmt.Fprint(w, "</tr>\n</thead>\n<tbody>\n")
	case row.Head:
		fmt.Fprint(w, "</tr>\n</thead>\n")
	default:
		fmt.Fprint(w, "</tr>\n")
	}
	return ast.WalkContinue, nil
}

func (r *nodes) cell(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	c, _ := n.(*gfm.Cell)
	tag := "td"
	if c.Head {
		tag = "th"
	}
	switch {
	case !entering:
		fmt.Fprintf(w, "</%s>\n", tag)
	case c.Align != "":
		fmt.Fprintf(w, "<%s align=%q>", tag, c.Align)
	default:
		fmt.Fprintf(w, "<%s>", tag)
	}
	return ast.WalkContinue, nil
}

func (r *nodes) task(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if t, _ := n.(*gfm.Task); entering {
		done := ""
		if t.Done {
			done = " checked"
		}
		fmt.Fprintf(w, "<input type=\"checkbox\" disabled%s> ", done)
	}
	return ast.WalkContinue, nil
}

// footnote ends with a way back to each place that refers to it.
func (r *nodes) footnote(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	f, _ := n.(*gfm.Footnote)
	if entering {
		fmt.Fprintf(w, "<li id=\"fn-%d\">\n", f.Index)
		return ast.WalkContinue, nil
	}
	for i := range min(f.Refs, 50) {
		fmt.Fprintf(w, "<a href=\"#%s\" aria-label=\"Back to the text\">↩</a>\n", refID(f.Index, i+1))
	}
	fmt.Fprint(w, "</li>\n")
	return ast.WalkContinue, nil
}

func refID(index, nth int) string {
	if nth == 1 {
		return fmt.Sprintf("fnref-%d", index)
	}
	return fmt.Sprintf("fnref-%d-%d", index, nth)
}

func (r *nodes) footnoteRef(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if f, _ := n.(*gfm.FootnoteRef); entering {
		fmt.Fprintf(w, "<sup><a href=\"#fn-%d\" id=%q>%d</a></sup>", f.Footnote.Index, refID(f.Footnote.Index, f.Nth), f.Footnote.Index)
	}
	return ast.WalkContinue, nil
}

func (r *nodes) quote(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	q, _ := n.(*ast.Blockquote)
	kind := gfm.Alert(q)
	switch {
	case kind == "" && entering:
		fmt.Fprint(w, "<blockquote>\n")
	case kind == "":
		fmt.Fprint(w, "</blockquote>\n")
	case entering:
		fmt.Fprintf(w, "<div class=\"alert alert-%s\">\n<p class=\"alert-title\">%s</p>\n", kind, strings.ToUpper(kind[:1])+kind[1:])
	default:
		fmt.Fprint(w, "</div>\n")
	}
	return ast.WalkContinue, nil
}

func (r *nodes) code(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if c, _ := n.(*ast.CodeSpan); entering {
		fmt.Fprintf(w, "<code>%s</code>", html.EscapeString(r.doc.Code(c)))
	}
	return ast.WalkSkipChildren, nil
}

func (r *nodes) emoji(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	e, ok := n.(*east.Emoji)
	if !ok || !entering {
		return ast.WalkContinue, nil
	}
	if e.Value.IsUnicode() {
		fmt.Fprint(w, string(e.Value.Unicode))
	} else {
		fmt.Fprintf(w, ":%s:", html.EscapeString(string(e.ShortName)))
	}
	return ast.WalkContinue, nil
}
