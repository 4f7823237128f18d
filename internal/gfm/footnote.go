package gfm

import (
	"bytes"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The kinds of nodes that footnotes are made of.
var (
	KindFootnotes   = ast.NewNodeKind("GFMFootnotes")
	KindFootnote    = ast.NewNodeKind("GFMFootnote")
	KindFootnoteRef = ast.NewNodeKind("GFMFootnoteRef")
)

// Footnotes is the last block of a document that has footnotes; it holds those that
// the text refers to, in the order in which it does.
type Footnotes struct{ ast.BaseBlock }

// Kind says what the node is.
func (*Footnotes) Kind() ast.NodeKind { return KindFootnotes }

// Dump prints the node for a person.
func (f *Footnotes) Dump(src []byte, level int) { ast.DumpHelper(f, src, level, nil, nil) }

// Footnote is one footnote; its children are blocks.
type Footnote struct {
	ast.BaseBlock
	label string
	// Index is its number, from 1, and Refs how often the text refers to it.
	Index, Refs int
}

// Kind says what the node is.
func (*Footnote) Kind() ast.NodeKind { return KindFootnote }

// Dump prints the node for a person.
func (f *Footnote) Dump(src []byte, level int) { ast.DumpHelper(f, src, level, nil, nil) }

// FootnoteRef is a place that refers to a footnote.
type FootnoteRef struct {
	ast.BaseInline
	Footnote *Footnote
	// Nth says the how manieth place it is, from 1.
	Nth int
}

// Kind says what the node is.
func (*FootnoteRef) Kind() ast.NodeKind { return KindFootnoteRef }

// Dump prints the node for a person.
func (f *FootnoteRef) Dump(src []byte, level int) { ast.DumpHelper(f, src, level, nil, nil) }

// noted is what a document has of footnotes while it is read.
type noted struct {
	byLabel map[string]*Footnote
	count   int
}

var notedKey = parser.NewContextKey()

func notes(pc parser.Context) *noted {
	if n, ok := pc.Get(notedKey).(*noted); ok {
		return n
	}
	n := &noted{byLabel: map[string]*Footnote{}}
	pc.Set(notedKey, n)
	return n
}

// maxLabel is the longest label of a footnote, in bytes.
const maxLabel = 200

// label reads "[^label]"; next is the index behind it, 0 if there is none.
func label(line []byte) (name string, next int) {
	if !bytes.HasPrefix(line, []byte("[^")) {
		return "", 0
	}
	end := bytes.IndexByte(line[:min(len(line), maxLabel)], ']')
	if end < 3 || bytes.ContainsAny(line[2:end], " \t\n[") {
		return "", 0
	}
	return strings.ToLower(string(line[2:end])), end + 1
}

// footnoteDefinitions reads "[^label]: text", and what is set in by four columns below.
type footnoteDefinitions struct{}

func (footnoteDefinitions) Trigger() []byte { return []byte{'['} }

func (footnoteDefinitions) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	pos := pc.BlockOffset()
	if pos < 0 {
		return nil, parser.NoChildren
	}
	name, next := label(line[pos:])
	if next == 0 || pos+next >= len(line) || line[pos+next] != ':' {
		return nil, parser.NoChildren
	}
	f := &Footnote{label: name}
	if n := notes(pc); n.byLabel[name] == nil {
		n.byLabel[name] = f
	}
	reader.Advance(pos + next + 1)
	return f, parser.HasChildren
}

func (footnoteDefinitions) Continue(_ ast.Node, reader text.Reader, _ parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	pos, padding := util.IndentPosition(line, reader.LineOffset(), 4)
	if pos < 0 {
		return parser.Close
	}
	reader.AdvanceAndSetPadding(pos, padding)
	return parser.Continue | parser.HasChildren
}

func (footnoteDefinitions) Close(ast.Node, text.Reader, parser.Context) {}
func (footnoteDefinitions) CanInterruptParagraph() bool                 { return true }
func (footnoteDefinitions) CanAcceptIndentedLine() bool                 { return false }

// footnoteReferences reads "[^label]" where the label is one of a footnote.
type footnoteReferences struct{}

func (footnoteReferences) Trigger() []byte { return []byte{'['} }

func (footnoteReferences) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, _ := block.PeekLine()
	name, next := label(line)
	all := notes(pc)
	f := all.byLabel[name]
	if next == 0 || f == nil {
		return nil
	}
	block.Advance(next)
	if f.Index == 0 {
		all.count++
		f.Index = all.count
	}
	f.Refs++
	return &FootnoteRef{Footnote: f, Nth: f.Refs}
}

// gatherFootnotes moves the footnotes to the end, and drops those nobody refers to.
func (d *Document) gatherFootnotes() {
	var all []*Footnote
	// It fails only if the function does.
	_ = ast.Walk(d.Root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if f, ok := n.(*Footnote); ok && entering {
			all = append(all, f)
		}
		return ast.WalkContinue, nil
	})
	list := &Footnotes{}
	for _, f := range all {
		f.Parent().RemoveChild(f.Parent(), f)
	}
	slices.SortStableFunc(all, func(a, b *Footnote) int { return a.Index - b.Index })
	for _, f := range all {
		if f.Index > 0 {
			list.AppendChild(list, f)
		}
	}
	if list.HasChildren() {
		d.Root.AppendChild(d.Root, list)
	}
}
