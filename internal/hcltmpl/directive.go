package hcltmpl

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

func word(n node) string {
	if _, ok := n.(*loop); ok {
		return "for"
	}
	return "if"
}

// header is the inside of "%{...}" as tokens, without blanks and comments. The
// last is the end, which has no width.
type header struct {
	tokens []hclsyntax.Token
	end    hcl.Pos
}

func (h *header) peek() hclsyntax.Token { return h.tokens[0] }

func (h *header) read() hclsyntax.Token {
	t := h.tokens[0]
	if len(h.tokens) > 1 {
		h.tokens = h.tokens[1:]
	}
	return t
}

// rest is the range from the next token to the end.
func (h *header) rest() hcl.Range {
	rng := h.peek().Range
	rng.End = h.end
	return rng
}

func (c *compiler) header(start, end int) *header {
	inner := c.rangeOf(start, end)
	h := &header{end: inner.End}
	tokens, _ := hclsyntax.LexExpression(c.src[start:end], c.filename, inner.Start)
	for _, t := range tokens {
		if t.Type != hclsyntax.TokenNewline && t.Type != hclsyntax.TokenComment {
			h.tokens = append(h.tokens, t)
		}
	}
	return h
}

// control compiles the directive sequence whose inside is src[start:end], and
// tells whether to go on: after a mismatch nothing that follows would be true.
func (c *compiler) control(at hcl.Range, start, end int) bool {
	h := c.header(start, end)
	kw := h.read()
	name := string(kw.Bytes)
	if kw.Type != hclsyntax.TokenIdent {
		c.fail("Invalid template directive", "A template directive keyword (\"if\", \"for\" and so on) is expected at the beginning of a %{ sequence.", kw.Range)
		return false
	}
	switch name {
	case "if":
		cond := c.expression(h.rest())
		c.open = append(c.open, directive{node: &conditional{cond: cond}, at: at})
	case "for":
		return c.openLoop(at, h)
	case "else", "endif", "endfor":
		if t := h.peek(); t.Type != hclsyntax.TokenEOF {
			c.fail("Extra characters in directive", fmt.Sprintf("Expected a closing brace to end %%{%s}, but found extra characters.", name), t.Range)
			return false
		}
		return c.closeDirective(name, at)
	default:
		c.fail("Invalid template control keyword", fmt.Sprintf("%q is not a template control keyword: these are \"if\", \"else\", \"endif\", \"for\" and \"endfor\".", name), kw.Range)
		return false
	}
	return true
}

func (c *compiler) openLoop(at hcl.Range, h *header) bool {
	l := &loop{}
	for {
		t := h.read()
		if t.Type != hclsyntax.TokenIdent {
			c.fail("Invalid 'for' directive", "A for directive begins with one variable name, or two separated by a comma, as in %{for key, value in map}.", t.Range)
			return false
		}
		l.key, l.val = l.val, string(t.Bytes)
		if l.key != "" || h.peek().Type != hclsyntax.TokenComma {
			break
		}
		h.read()
	}
	if t := h.read(); t.Type != hclsyntax.TokenIdent || string(t.Bytes) != "in" {
		c.fail("Invalid 'for' directive", "A for directive requires the keyword \"in\" after its variable names.", t.Range)
		return false
	}
	l.coll = c.expression(h.rest())
	c.open = append(c.open, directive{node: l, at: at})
	return true
}

func (c *compiler) closeDirective(name string, at hcl.Range) bool {
	top := c.top()
	if top.node == nil {
		c.fail("Unexpected template directive", fmt.Sprintf("There is no open directive here that %%{%s} could belong to.", name), at)
		return false
	}
	switch n := top.node.(type) {
	case *conditional:
		switch {
		case name == "else" && !top.inElse:
			top.yes, top.body, top.inElse = top.body, nil, true
			return true
		case name == "endif" && top.inElse:
			n.yes, n.no = top.yes, top.body
			return c.pop()
		case name == "endif":
			n.yes = top.body
			return c.pop()
		}
	case *loop:
		if name == "endfor" {
			n.body = top.body
			return c.pop()
		}
	}
	c.fail("Unexpected template directive", fmt.Sprintf("%%{%s} cannot stand here: the %%{%s} directive at %s is open.", name, word(top.node), top.at), at)
	return false
}

func (c *compiler) pop() bool {
	n := c.top().node
	c.open = c.open[:len(c.open)-1]
	c.add(n)
	return true
}
