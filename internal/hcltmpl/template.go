// Package hcltmpl compiles and renders whole files that are HCL templates.
//
// hclsyntax.ParseTemplate takes constant text through the lexer at the price of
// code, and time quadratic in its lines. Here text is copied, and only what
// stands between "${" and "}" (or "%{" and "}") is parsed, by hclsyntax itself,
// at its true place in the file. The language is HCL's, down to strip markers
// and escapes: for any text both give the same result or both fail, with two
// exceptions. Literal text keeps its bytes, where hclsyntax normalises it to
// Unicode NFC. And a carriage return alone is an ordinary character, where
// hclsyntax silently takes all that follows it for literal text.
//
// Vocabulary: a sequence is "${...}" or "%{...}"; a directive is what "%{if}" or
// "%{for}" opens and "%{endif}" or "%{endfor}" closes.
//
// The package reads no file and knows no variable or function: the evaluation
// context brings them. A byte order mark at the start is dropped, as hclsyntax
// does; line ends stay as they are.
package hcltmpl

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
)

// Template is compiled and does not change: any number of goroutines may render
// it.
type Template struct {
	filename string
	body     []node
	budget   *hcllimit.Budget
}

// node is a piece of a template.
type node interface {
	render(r *renderer, ctx *hcl.EvalContext)
	// variables calls visit with every reference to the outermost scope.
	variables(visit func(hcl.Traversal))
}

// literal is text to copy.
type literal []byte

// interpolation is "${expr}".
type interpolation struct {
	expr  hclsyntax.Expression
	plain bool // a reference, which needs no guard
}

// conditional is "%{if cond}", up to its "%{endif}".
type conditional struct {
	cond    hclsyntax.Expression
	yes, no []node
}

// loop is "%{for key, val in coll}", up to its "%{endfor}".
type loop struct {
	key, val string // key is empty if not asked for
	coll     hclsyntax.Expression
	body     []node
}

// Compile compiles src, which it keeps and which must not change afterwards.
// What rendering costs is charged to b (nil: no limit). Errors of syntax, of
// encoding and of the limits in package hcllimit have their exact place in src.
func Compile(filename string, src []byte, b *hcllimit.Budget) (*Template, hcl.Diagnostics) {
	parts, diags := hcllimit.SplitTemplate(filename, src)
	if diags.HasErrors() {
		return nil, diags
	}
	c := &compiler{filename: filename, src: src, budget: b, pos: hcl.InitialPos}
	body := c.compile(parts)
	if c.diags.HasErrors() {
		return nil, hcllimit.ExplainSyntax(src, c.diags)
	}
	return &Template{filename: filename, body: body, budget: b}, nil
}

// Constant tells whether the template has no sequence, so that rendering is a
// copy.
func (t *Template) Constant() bool {
	for _, n := range t.body {
		if _, ok := n.(literal); !ok {
			return false
		}
	}
	return true
}

// Variables returns every reference to a variable of the evaluation context, in
// the order of the text, repetitions included.
func (t *Template) Variables() []hcl.Traversal {
	var ret []hcl.Traversal
	visitAll(t.body, func(tr hcl.Traversal) { ret = append(ret, tr) })
	return ret
}

func visitAll(nodes []node, visit func(hcl.Traversal)) {
	for _, n := range nodes {
		n.variables(visit)
	}
}

func visitExpr(e hclsyntax.Expression, visit func(hcl.Traversal)) {
	for _, tr := range e.Variables() {
		visit(tr)
	}
}

func (l literal) variables(func(hcl.Traversal)) {}

func (i *interpolation) variables(visit func(hcl.Traversal)) { visitExpr(i.expr, visit) }

func (c *conditional) variables(visit func(hcl.Traversal)) {
	visitExpr(c.cond, visit)
	visitAll(c.yes, visit)
	visitAll(c.no, visit)
}

func (l *loop) variables(visit func(hcl.Traversal)) {
	visitExpr(l.coll, visit)
	visitAll(l.body, func(tr hcl.Traversal) {
		if name := tr.RootName(); name != l.val && name != l.key {
			visit(tr)
		}
	})
}
