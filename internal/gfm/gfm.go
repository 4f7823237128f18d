// Package gfm reads Markdown the way GitHub does: CommonMark by goldmark, and on top
// of it tables, strikethrough, task lists, bare links, footnotes, alerts, emoji short
// codes and anchors of headings.
//
// A document is a tree of goldmark's nodes and of those declared here, over the text
// it was read from. Nothing in it is safe to show: raw HTML stays raw HTML, links lead
// where they say, and control characters are there. That is the reader's part.
//
// goldmark's own extensions are not used, because their patterns are compiled when any
// command of the program starts; the tests hold ours against them.
package gfm

import (
	"bytes"
	"fmt"
	"html"
	"strings"

	emoji "github.com/yuin/goldmark-emoji"
	east "github.com/yuin/goldmark-emoji/ast"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Document is Markdown that was read.
type Document struct {
	// Root holds the blocks; their segments point into Source.
	Root   ast.Node
	Source []byte
	// FrontMatter is the YAML between two lines of dashes at the top, "" for none.
	FrontMatter string
	// Slugs are the ids of the headings, in order.
	Slugs []string
}

// maxDepth is how deep quotes and lists may nest: a parser that goes down for each
// would run out of stack.
const maxDepth = 500

// Parse reads Markdown. slug gives each heading its id, in order, from its plain text.
// Quotes and lists that are nested beyond reason, and marks in one paragraph that would
// take minutes to pair, are an error.
func Parse(src []byte, slug func(text string) string) (*Document, error) {
	d := &Document{Source: bytes.TrimPrefix(src, []byte("\ufeff"))}
	if line := tooDeep(d.Source); line > 0 {
		return nil, fmt.Errorf("line %d: has quotes, lists or footnotes more than %d deep", line, maxDepth)
	}
	if line := tooMany(d.Source); line > 0 {
		return nil, fmt.Errorf("line %d: has more than %d targets of links without an empty line between them", line, maxDefinitions)
	}
	d.FrontMatter, d.Source = frontMatter(d.Source)
	effort := &budget{left: maxEffort}
	p := parser.NewParser(
		parser.WithBlockParsers(append(parser.DefaultBlockParsers(), util.Prioritized(footnoteDefinitions{}, 950))...),
		parser.WithInlineParsers(effort.within(append(parser.DefaultInlineParsers(),
			util.Prioritized(tasks{}, 50), util.Prioritized(footnoteReferences{}, 150),
			util.Prioritized(strikes{}, 450), util.Prioritized(emoji.NewParser(), 400)))...),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
			util.Prioritized(alerts{}, 50), util.Prioritized(tables{}, 200))...),
	)
	d.Root = p.Parse(text.NewReader(d.Source))
	if err := effort.fault(d.Source); err != nil {
		return nil, err
	}
	d.gatherFootnotes()
	d.linkBareAddresses(d.Root)
	d.identify(slug)
	return d, nil
}

// tooDeep is the first line that opens too many containers, 0 for none. It takes every
// mark at the start of a line for one, and all that may begin a footnote.
func tooDeep(src []byte) int {
	number := 0
	for line := range bytes.Lines(src) {
		number++
		marks := min(bytes.Count(line, []byte("[^")), bytes.Count(line, []byte("]:"))) // of footnotes
		for i, c := range line {
			if c == '>' {
				marks++
			} else if strings.IndexByte("-+*.)", c) >= 0 {
				if i+1 < len(line) && (line[i+1] == ' ' || line[i+1] == '\t') {
					marks++
				}
			} else if c != ' ' && c != '\t' && (c < '0' || c > '9') {
				break
			}
		}
		if marks > maxDepth {
			return number
		}
	}
	return 0
}

// frontMatter takes the block of YAML at the top off a text.
func frontMatter(src []byte) (matter string, rest []byte) {
	after, found := bytes.CutPrefix(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), []byte("---\n"))
	if !found {
		return "", src
	}
	inner, rest, found := bytes.Cut(after, []byte("\n---\n"))
	if !found || len(bytes.TrimSpace(inner)) == 0 {
		return "", src
	}
	return string(inner), rest
}

// identify gives the headings their ids.
func (d *Document) identify(slug func(string) string) {
	// It fails only if the function does.
	_ = ast.Walk(d.Root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			id := slug(d.Plain(h))
			d.Slugs = append(d.Slugs, id)
			h.SetAttributeString("id", []byte(id))
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
}

// Plain is the text of a node as a reader sees it: without markup, images and HTML, an
// emoji short code by its name.
func (d *Document) Plain(n ast.Node) string {
	var b strings.Builder
	d.plain(&b, n)
	return b.String()
}

func (d *Document) plain(b *strings.Builder, n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		b.WriteString(d.Text(n))
		if n.SoftLineBreak() || n.HardLineBreak() {
			b.WriteByte(' ')
		}
	case *ast.String:
		b.Write(n.Value)
	case *ast.AutoLink:
		b.Write(n.Label(d.Source))
	case *east.Emoji:
		b.Write(n.ShortName)
	case *ast.Image, *ast.RawHTML, *FootnoteRef:
	case *ast.CodeSpan:
		b.WriteString(d.Code(n))
	default:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			d.plain(b, c)
		}
	}
}

// Alt is the text that stands for an image.
func (d *Document) Alt(n *ast.Image) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		d.plain(&b, c)
	}
	return b.String()
}

// Text is what a text node says, its escapes and entities resolved.
func (d *Document) Text(t *ast.Text) string {
	raw := string(t.Segment.Value(d.Source))
	if t.IsRaw() || !strings.ContainsAny(raw, `\&`) {
		return raw
	}
	return unescape(raw)
}

// unescape resolves backslashes and entities in one pass, so that neither makes the
// other.
func unescape(raw string) string {
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\\' && i+1 < len(raw) && util.IsPunct(raw[i+1]):
			i++
			b.WriteByte(raw[i])
		case c == '&':
			end := strings.IndexByte(raw[i:min(len(raw), i+40)], ';')
			if end < 0 {
				b.WriteByte(c)
				continue
			}
			b.WriteString(html.UnescapeString(raw[i : i+end+1]))
			i += end
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// Code is what a code span shows. In a table a pipe is escaped also there.
func (d *Document) Code(n *ast.CodeSpan) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(d.Source))
		}
	}
	s := strings.ReplaceAll(b.String(), "\n", " ")
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == KindCell {
			return strings.ReplaceAll(s, `\|`, "|")
		}
	}
	return s
}

// Lines is the text of a block of code or HTML.
func (d *Document) Lines(n ast.Node) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		s := n.Lines().At(i)
		b.Write(s.Value(d.Source))
	}
	return b.String()
}
