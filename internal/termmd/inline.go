package termmd

import (
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/internal/gfm"
	"github.com/mlops-as-code/mlops/internal/show"
	east "github.com/yuin/goldmark-emoji/ast"
	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

// span is text in one style, safe to print and on one line; a line feed alone is a
// break.
type span struct{ text, style string }

// spans are the inline content of a node.
func (r *renderer) spans(n ast.Node, style string) []span {
	var out []span
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		out = append(out, r.inline(c, style)...)
	}
	return out
}

func (r *renderer) inline(n ast.Node, style string) []span {
	switch n := n.(type) {
	case *ast.Text:
		out := []span{{show.Line(strings.ReplaceAll(r.doc.Text(n), "\t", " ")), style}}
		if n.HardLineBreak() {
			out = append(out, span{text: "\n"})
		} else if n.SoftLineBreak() {
			out = append(out, span{text: " "})
		}
		return out
	case *ast.String:
		return []span{{show.Line(string(n.Value)), style}}
	case *ast.CodeSpan:
		return []span{{show.Line(r.doc.Code(n)), with(style, cyan)}}
	case *ast.Emphasis:
		if n.Level == 2 {
			return r.spans(n, with(style, bold))
		}
		return r.spans(n, with(style, slanted))
	case *ast.Link:
		return r.link(r.spans(n, with(style, underlined+";"+blue)), string(n.Destination))
	case *ast.AutoLink:
		return []span{{show.Line(string(n.Label(r.doc.Source))), with(style, underlined+";"+blue)}}
	case *ast.Image:
		return r.image(r.doc.Alt(n), string(n.Destination), style)
	case *ast.RawHTML:
		return r.tag(n, style)
	case *gfm.Strike:
		return r.spans(n, with(style, struck))
	case *gfm.Task:
		if n.Done {
			return []span{{"[x] ", style}}
		}
		return []span{{"[ ] ", style}}
	case *gfm.FootnoteRef:
		return []span{{fmt.Sprintf("[%d]", n.Footnote.Index), with(style, faint)}}
	case *east.Emoji:
		if n.Value.IsUnicode() {
			return []span{{show.Line(string(n.Value.Unicode)), style}}
		}
		return []span{{":" + show.Line(string(n.ShortName)) + ":", style}}
	}
	return r.spans(n, style)
}

func with(style, more string) string {
	if style == "" {
		return more
	}
	return style + ";" + more
}

// link adds where a link leads, unless it is a place in the document or stands there
// already.
func (r *renderer) link(text []span, to string) []span {
	shown := ""
	for _, s := range text {
		shown += s.text
	}
	to = show.Line(to)
	if to == "" || strings.HasPrefix(to, "#") || to == shown || to == "mailto:"+shown {
		return text
	}
	return append(text, span{text: " "}, span{"(" + to + ")", faint})
}

func (r *renderer) image(alt, src, style string) []span {
	if alt = strings.TrimSpace(alt); alt == "" {
		alt = src
	}
	return []span{{"[image: " + show.Line(alt) + "]", with(style, faint)}}
}

// tag shows what a tag of HTML stands for: a break, an image, else nothing.
func (r *renderer) tag(n *ast.RawHTML, style string) []span {
	var b strings.Builder
	for i := range n.Segments.Len() {
		s := n.Segments.At(i)
		b.Write(s.Value(r.doc.Source))
	}
	z := html.NewTokenizer(strings.NewReader(b.String()))
	z.Next()
	switch t := z.Token(); t.Data {
	case "br":
		return []span{{text: "\n"}}
	case "img":
		return r.image(attr(t, "alt"), attr(t, "src"), style)
	}
	return nil
}

func attr(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// html shows the text of a block of HTML, without its tags.
func (r *renderer) html(n *ast.HTMLBlock, width int) []string {
	text := r.doc.Lines(n)
	if n.HasClosure() {
		text += string(n.ClosureLine.Value(r.doc.Source))
	}
	z := html.NewTokenizer(strings.NewReader(text))
	var out []span
	hidden := ""
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		t := z.Token()
		switch {
		case kind == html.StartTagToken && (t.Data == "script" || t.Data == "style"):
			hidden = t.Data
		case kind == html.EndTagToken && t.Data == hidden:
			hidden = ""
		case hidden != "":
		case kind == html.TextToken:
			out = append(out, span{text: show.Line(strings.Join(strings.Fields(t.Data), " "))}, span{text: " "})
		case t.Data == "img" && kind != html.EndTagToken:
			out = append(out, r.image(attr(t, "alt"), attr(t, "src"), "")...)
		case t.Data == "br", kind == html.EndTagToken && strings.Contains(" p div li tr h1 h2 h3 h4 h5 h6 summary ", " "+t.Data+" "):
			out = append(out, span{text: "\n"})
		}
	}
	return r.lines(out, width)
}
