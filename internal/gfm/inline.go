package gfm

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// The kinds of nodes within a line.
var (
	KindStrike = ast.NewNodeKind("GFMStrike")
	KindTask   = ast.NewNodeKind("GFMTask")
)

// Strike is struck text.
type Strike struct{ ast.BaseInline }

// Kind says what the node is.
func (*Strike) Kind() ast.NodeKind { return KindStrike }

// Dump prints the node for a person.
func (s *Strike) Dump(src []byte, level int) { ast.DumpHelper(s, src, level, nil, nil) }

// Task is the box at the start of an item of a task list.
type Task struct {
	ast.BaseInline
	Done bool
}

// Kind says what the node is.
func (*Task) Kind() ast.NodeKind { return KindTask }

// Dump prints the node for a person.
func (t *Task) Dump(src []byte, level int) { ast.DumpHelper(t, src, level, nil, nil) }

// strikes reads text between one or two tildes, as many on either side.
type strikes struct{}

func (strikes) Trigger() []byte { return []byte{'~'} }

func (strikes) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, segment := block.PeekLine()
	d := parser.ScanDelimiter(line, before, 1, strikes{})
	if d == nil || d.OriginalLength > 2 || before == '~' {
		return nil
	}
	d.Segment = segment.WithStop(segment.Start + d.OriginalLength)
	block.Advance(d.OriginalLength)
	pc.PushDelimiter(d)
	return d
}

func (strikes) IsDelimiter(b byte) bool { return b == '~' }
func (strikes) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char && opener.OriginalLength == closer.OriginalLength
}
func (strikes) OnMatch(int) ast.Node { return &Strike{} }

// tasks reads the box of a task: "[ ]" or "[x]" at the start of an item.
type tasks struct{}

func (tasks) Trigger() []byte { return []byte{'['} }

func (tasks) Parse(parent ast.Node, block text.Reader, _ parser.Context) ast.Node {
	if parent.HasChildren() || parent.Parent() == nil || parent.Parent().Kind() != ast.KindListItem || parent.PreviousSibling() != nil {
		return nil
	}
	line, _ := block.PeekLine()
	if len(line) < 4 || line[0] != '[' || line[2] != ']' || !strings.ContainsRune(" \t", rune(line[3])) || !strings.ContainsRune(" xX", rune(line[1])) {
		return nil
	}
	block.Advance(4)
	return &Task{Done: line[1] != ' '}
}

// alerts finds quotes that begin with a line such as "[!NOTE]" and gives them the
// attribute "alert".
type alerts struct{}

// Alert is the kind of alert that a quote is, in lower case, or "".
func Alert(n *ast.Blockquote) string {
	if kind, ok := n.AttributeString("alert"); ok {
		s, _ := kind.(string)
		return s
	}
	return ""
}

func (alerts) Transform(node *ast.Paragraph, reader text.Reader, _ parser.Context) {
	quote, ok := node.Parent().(*ast.Blockquote)
	if !ok || node.PreviousSibling() != nil || quote.Parent() == nil || quote.Parent().Kind() != ast.KindDocument {
		return
	}
	first := node.Lines().At(0)
	word := string(bytes.ToLower(bytes.TrimSpace(first.Value(reader.Source()))))
	switch word {
	case "[!note]", "[!tip]", "[!important]", "[!warning]", "[!caution]":
	default:
		return
	}
	quote.SetAttributeString("alert", word[2:len(word)-1])
	node.Lines().SetSliced(1, node.Lines().Len())
	if node.Lines().Len() == 0 {
		quote.RemoveChild(quote, node)
	}
}
