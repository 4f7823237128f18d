package hcltmpl

import (
	"bytes"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
)

// compiler turns the parts of one text into nodes.
type compiler struct {
	filename string
	src      []byte
	budget   *hcllimit.Budget
	pos      hcl.Pos // of the last place asked for
	open     []directive
	diags    hcl.Diagnostics
}

// directive is one that waits for its end.
type directive struct {
	node   node
	body   []node // collected so far in this branch
	yes    []node // the first branch, once in the second
	inElse bool
	at     hcl.Range
}

// compile returns the nodes of the text. Directives are matched with a stack
// whose bottom collects the outermost nodes.
func (c *compiler) compile(parts []hcllimit.Part) []node {
	c.open = []directive{{}}
	end := 0
	if bytes.HasPrefix(c.src, []byte("\ufeff")) {
		end = len("\ufeff")
	}
	trimStart := false
	for _, p := range parts {
		c.literal(run{start: end, end: p.Start, trimStart: trimStart, trimEnd: p.TrimBefore})
		if !c.sequence(p) {
			return nil
		}
		end, trimStart = p.End, p.TrimAfter
	}
	c.literal(run{start: end, end: len(c.src), trimStart: trimStart})
	if top := c.top(); top.node != nil {
		c.fail("Unclosed template directive", fmt.Sprintf("This %%{%s} directive has no %%{end%s}.", word(top.node), word(top.node)), top.at)
	}
	return c.open[0].body
}

func (c *compiler) top() *directive { return &c.open[len(c.open)-1] }

func (c *compiler) add(n node) {
	top := c.top()
	top.body = append(top.body, n)
}

func (c *compiler) fail(summary, detail string, rng hcl.Range) {
	c.diags = append(c.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &rng})
}

// rangeOf returns the range of src[start:end]. Calls go forward in the text.
func (c *compiler) rangeOf(start, end int) hcl.Range {
	c.pos = hcllimit.Position(c.src, c.pos, start)
	return hcl.Range{Filename: c.filename, Start: c.pos, End: hcllimit.Position(c.src, c.pos, end)}
}

// sequence compiles one part, and tells whether to go on.
func (c *compiler) sequence(p hcllimit.Part) bool {
	if !p.Closed {
		c.fail("Unclosed template sequence", "There is no closing brace for this sequence before the end of the template. A quotation mark or brace inside it may be missing its partner.", c.rangeOf(p.Start, p.InnerStart))
		return false
	}
	if p.Control {
		at := c.rangeOf(p.Start, p.End)
		return c.control(at, p.InnerStart, p.InnerEnd)
	}
	if e := c.reference(p.InnerStart, p.InnerEnd); e != nil {
		c.add(&interpolation{expr: e, plain: true})
		return true
	}
	inner := c.rangeOf(p.InnerStart, p.InnerEnd)
	if e := c.expression(inner); e != nil {
		c.add(&interpolation{expr: e})
	}
	return true
}

// reference compiles a plain reference like "a.b.c", the most frequent
// expression, without the parser. It returns nil for anything else.
func (c *compiler) reference(start, end int) hclsyntax.Expression {
	for start < end && c.src[start] == ' ' {
		start++
	}
	for start < end && c.src[end-1] == ' ' {
		end--
	}
	for off := start; ; {
		n := identifier(c.src[off:end])
		if n == 0 {
			return nil
		}
		if off += n; off == end {
			break
		}
		if c.src[off] != '.' {
			return nil
		}
		off++
	}
	text := c.src[start:end]
	if name, _, dotted := bytes.Cut(text, []byte(".")); !dotted && isKeyword(name) {
		return nil
	}
	return c.traversal(c.rangeOf(start, end), text)
}

// traversal builds the syntax tree of a reference. The text is ASCII, so
// columns are bytes.
func (c *compiler) traversal(rng hcl.Range, text []byte) hclsyntax.Expression {
	e := &hclsyntax.ScopeTraversalExpr{SrcRange: rng, Traversal: make(hcl.Traversal, 0, 1+bytes.Count(text, []byte(".")))}
	at := rng
	for rest, more := text, true; more; {
		var name []byte
		name, rest, more = bytes.Cut(rest, []byte("."))
		n := len(name)
		if len(e.Traversal) > 0 {
			n++ // the dot
		}
		at.End = hcl.Pos{Line: at.Start.Line, Column: at.Start.Column + n, Byte: at.Start.Byte + n}
		if len(e.Traversal) == 0 {
			e.Traversal = append(e.Traversal, hcl.TraverseRoot{Name: string(name), SrcRange: at})
		} else {
			e.Traversal = append(e.Traversal, hcl.TraverseAttr{Name: string(name), SrcRange: at})
		}
		at.Start = at.End
	}
	return e
}

// identifier returns the length of the ASCII identifier at the start of b.
func identifier(b []byte) int {
	for i, c := range b {
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || i > 0 && (c >= '0' && c <= '9' || c == '-') {
			continue
		}
		return i
	}
	return len(b)
}

func isKeyword(b []byte) bool {
	switch string(b) {
	case "true", "false", "null":
		return true
	}
	return false
}

// expression parses the expression at rng, or returns nil.
func (c *compiler) expression(rng hcl.Range) hclsyntax.Expression {
	text := c.src[rng.Start.Byte:rng.End.Byte]
	if bytes.HasPrefix(text, []byte("\ufeff")) { // the lexer would skip it
		c.fail("Invalid character", "A byte order mark has no meaning within an expression.", rng)
		return nil
	}
	e, diags := hclsyntax.ParseExpression(text, c.filename, rng.Start)
	if diags.HasErrors() {
		c.diags = append(c.diags, diags...)
		return nil
	}
	return c.budget.InstrumentExpr(e)
}
