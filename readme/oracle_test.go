package readme

import (
	"bufio"
	"html"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
)

// markdownParser is an independent CommonMark parser with GitHub's extensions.
var markdownParser = sync.OnceValue(func() parser.Parser {
	return goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()
})

// parsedHeads are the headings as the other parser finds them, with plain text.
func parsedHeads(markdown string) []head {
	src := []byte(markdown)
	doc := markdownParser().Parse(text.NewReader(src))
	var heads []head
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, is := n.(*ast.Heading); is && entering {
			heads = append(heads, head{level: h.Level, text: oneLine(shown(h, src)), top: h.Parent() == doc})
		}
		return ast.WalkContinue, nil
	})
	return heads
}

// shown is the text below n without images and HTML.
func shown(n ast.Node, src []byte) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.WriteString(resolved(c, src))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.CodeSpan:
			for t := c.FirstChild(); t != nil; t = t.NextSibling() {
				b.Write(t.(*ast.Text).Segment.Value(src))
			}
		case *ast.AutoLink:
			b.Write(c.Label(src))
		case *ast.Image, *ast.RawHTML:
		default:
			b.WriteString(shown(c, src))
		}
	}
	return b.String()
}

// resolved is a text node's text with escapes and entities resolved.
func resolved(t *ast.Text, src []byte) string {
	var b strings.Builder
	w := bufio.NewWriter(&b)
	if t.IsRaw() {
		return string(t.Segment.Value(src))
	}
	ghtml.DefaultWriter.Write(w, t.Segment.Value(src))
	if err := w.Flush(); err != nil {
		return err.Error()
	}
	return html.UnescapeString(b.String())
}

// plainOnly reports whether a paragraph of the given text is one paragraph of
// text and nothing else, and what it shows.
func plainOnly(markdown string) (string, bool) {
	src := []byte(markdown)
	doc := markdownParser().Parse(text.NewReader(src))
	p := doc.FirstChild()
	if p == nil || p.NextSibling() != nil || (p.Kind() != ast.KindParagraph && p.Kind() != ast.KindHeading) {
		return "", false
	}
	for c := p.FirstChild(); c != nil; c = c.NextSibling() {
		if raw, is := c.(*ast.RawHTML); is && string(raw.Segments.Value(src)) == "<!-- -->" {
			continue
		}
		if c.Kind() != ast.KindText && c.Kind() != east.KindTaskCheckBox && c.Kind() != ast.KindString {
			return "", false
		}
	}
	return shown(p, src), true
}

func textReader(src []byte) text.Reader { return text.NewReader(src) }
