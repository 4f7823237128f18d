package gfm

import (
	"bytes"
	"fmt"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// maxEffort bounds how often the rest of a paragraph is looked at for the sake of a
// mark in it: goldmark looks at all of it for each bracket, and at each mark for each
// other one, which takes hours in a paragraph of a mebibyte of them. A document that
// people read takes a hundredth.
const maxEffort = 500_000_000

// budget is what the marks of one document may cost yet.
type budget struct {
	left int
	// over is where it ended in the source, from 1; 0 is not yet.
	over int
}

// spend takes what a mark costs; false is no more of it: the mark is text.
func (b *budget) spend(parent ast.Node, block text.Reader) bool {
	line, at := block.PeekLine()
	cost := len(line)
	if lines := parent.Lines(); parent.Type() == ast.TypeBlock && lines != nil && lines.Len() > 0 {
		cost = max(cost, lines.At(lines.Len()-1).Stop-at.Start)
	}
	if b.left -= cost; b.left < 0 && b.over == 0 {
		b.over = at.Start + 1
	}
	return b.left >= 0
}

// fault says where the budget ended, if it did.
func (b *budget) fault(src []byte) error {
	if b.over == 0 {
		return nil
	}
	line := 1 + bytes.Count(src[:min(b.over-1, len(src))], []byte("\n"))
	return fmt.Errorf("line %d: has too many brackets, stars and the like in one paragraph; break it up", line)
}

// within has parsers of marks keep to the budget.
func (b *budget) within(list []util.PrioritizedValue) []util.PrioritizedValue {
	out := make([]util.PrioritizedValue, len(list))
	for i, v := range list {
		out[i] = v
		if inner, is := v.Value.(parser.InlineParser); is {
			out[i].Value = frugal{inner, b}
		}
	}
	return out
}

// frugal is a parser of a mark that keeps to a budget.
type frugal struct {
	parser.InlineParser
	budget *budget
}

// Parse reads a mark, or nothing when the budget is spent.
func (f frugal) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if !f.budget.spend(parent, block) {
		return nil
	}
	return f.InlineParser.Parse(parent, block, pc)
}

// CloseBlock ends a block where the parser wants to know of it.
func (f frugal) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	if c, is := f.InlineParser.(parser.CloseBlocker); is {
		c.CloseBlock(parent, block, pc)
	}
}

// maxDefinitions is how many targets of links one paragraph may define: goldmark moves
// all that follows for each.
const maxDefinitions = 10_000

// tooMany is the line at which a paragraph defines too many targets, 0 for none.
func tooMany(src []byte) int {
	number, defined := 0, 0
	for line := range bytes.Lines(src) {
		number++
		if len(bytes.TrimSpace(line)) == 0 {
			defined = 0
		}
		if defined += bytes.Count(line, []byte("]:")); defined > maxDefinitions {
			return number
		}
	}
	return 0
}
