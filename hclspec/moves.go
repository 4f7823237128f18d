package hclspec

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// evalMove reads a moved, removed or import block.
func (e *evaluator) evalMove(n *node) hcl.Diagnostics {
	f := &fileEval{e: e, n: n, ctx: e.scope(n)}
	attr := n.content.Attributes["for_each"]
	if attr == nil {
		f.diags = append(f.diags, e.move(n, f.ctx)...)
		return f.diags
	}
	for _, i := range f.instances(attr) {
		f.diags = append(f.diags, e.move(n, i.ctx)...)
	}
	return f.diags
}

func (e *evaluator) move(n *node, ctx *hcl.EvalContext) hcl.Diagnostics {
	from, diags := e.address(n, "from", ctx)
	to, more := e.address(n, "to", ctx)
	if diags = append(diags, more...); diags.HasErrors() {
		return diags
	}
	switch n.kind {
	case "moved":
		e.project.Moves = append(e.project.Moves, Move{e.prefix + from, e.prefix + to, n.rng, usedBy(e.users())})
	case "import":
		e.project.Imports = append(e.project.Imports, Import{to, n.content.Attributes["to"].Expr.Range()})
	default:
		destroy, diags := e.destroys(n, ctx)
		e.project.Removed = append(e.project.Removed, Removal{e.prefix + from, destroy, n.rng, usedBy(e.users())})
		return diags
	}
	return nil
}

func (e *evaluator) destroys(n *node, ctx *hcl.EvalContext) (bool, hcl.Diagnostics) {
	for _, block := range n.content.Blocks {
		sch, _ := n.sch.Block(block.Type)
		content, diags := block.Body.Content(hclSchema(sch))
		a, _ := sch.Attr("destroy")
		val, more := e.attr(a, content.Attributes[a.Name], ctx)
		return val.IsNull() || hasSensitive(val) || val.True(), append(diags, more...)
	}
	return true, nil
}

// address reads an attribute that names an object. A missing one was reported.
func (e *evaluator) address(n *node, name string, ctx *hcl.EvalContext) (string, hcl.Diagnostics) {
	attr := n.content.Attributes[name]
	if attr == nil {
		return "", nil
	}
	if trav, diags := hcl.AbsTraversalForExpr(attr.Expr); !diags.HasErrors() {
		if addr, ok := addressOf(trav); ok {
			return addr, nil
		}
	}
	if index, ok := hcl.UnwrapExpression(attr.Expr).(*hclsyntax.IndexExpr); ok {
		if trav, diags := hcl.AbsTraversalForExpr(index.Collection); !diags.HasErrors() {
			return e.indexed(trav, index, ctx)
		}
	}
	return "", hcl.Diagnostics{errorAt(attr.Expr.Range(), "Invalid address", "This is no address of an object. Write one such as file[\"a.txt\"], file.stage[\"train\"] or file.stage.")}
}

// indexed is an address whose last index is computed.
func (e *evaluator) indexed(trav hcl.Traversal, index *hclsyntax.IndexExpr, ctx *hcl.EvalContext) (string, hcl.Diagnostics) {
	key, diags := e.typed(index.Key, cty.String, ctx)
	switch {
	case diags.HasErrors():
		return "", diags
	case key.IsNull() || hasSensitive(key):
		return "", hcl.Diagnostics{errorAt(index.Key.Range(), "Invalid address", "The index of an address is a string that is neither null nor sensitive.")}
	}
	full := append(slices.Clone(trav), hcl.TraverseIndex{Key: key, SrcRange: index.Key.Range()})
	if addr, ok := addressOf(full); ok {
		return addr, nil
	}
	return "", hcl.Diagnostics{errorAt(index.Range(), "Invalid address", fmt.Sprintf("Nothing that %s can name is an object.", trav.RootName()))}
}

// addressOf is the canonical address that a traversal spells: of an object, of a
// component, or of an object in one.
func addressOf(trav hcl.Traversal) (string, bool) {
	prefix := ""
	for {
		kind := trav.RootName()
		if kind == "readme" && len(trav) == 1 {
			return prefix + kind, true
		}
		if lang, ok := step(trav, 1); ok && kind == "readme" && len(trav) == 2 { // a translation
			return prefix + Address(kind, lang, nil), true
		}
		label, ok := step(trav, 1)
		if !ok || kind != "component" && !slices.Contains(objectKinds, kind) {
			return "", false
		}
		rest := trav[2:]
		var key *string
		if len(rest) > 0 && (indexes(rest[0]) || kind != "component") {
			text, ok := step(rest, 0)
			if !ok {
				return "", false
			}
			key, rest = &text, rest[1:]
		}
		prefix += Address(kind, label, key)
		if len(rest) == 0 {
			return prefix, true
		}
		inner, ok := rest[0].(hcl.TraverseAttr)
		if kind != "component" || !ok {
			return "", false
		}
		prefix += "."
		trav = append(hcl.Traversal{hcl.TraverseRoot{Name: inner.Name, SrcRange: inner.SrcRange}}, rest[1:]...)
	}
}

func indexes(s hcl.Traverser) bool {
	_, ok := s.(hcl.TraverseIndex)
	return ok
}
