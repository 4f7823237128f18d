package hcllimit

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// choice is a conditional. It looks for a type both results convert to, and
// where they are tuples or objects of different shape, cty compares all their
// element types with each other. Like meter it passes for parentheses.
type choice struct {
	*hclsyntax.ParenthesesExpr
	b *Budget
}

func (b *Budget) choice(e *hclsyntax.ConditionalExpr) hclsyntax.Expression {
	return &choice{&hclsyntax.ParenthesesExpr{Expression: e, SrcRange: e.Range()}, b}
}

// UnwrapExpression implements the interface behind hcl.UnwrapExpression.
func (c *choice) UnwrapExpression() hcl.Expression { return c.Expression }

// Value implements hclsyntax.Expression. It panics with an *Excess, which Guard
// turns into a diagnostic.
func (c *choice) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	e := *c.Expression.(*hclsyntax.ConditionalExpr)
	var results []cty.Type // of this evaluation alone
	meet := func(v cty.Value) error {
		results = append(results, v.Type())
		if len(results) < 2 {
			return nil
		}
		return c.b.Steps(UnifySteps(results[0], results[1]))
	}
	e.TrueResult = c.b.wrap(e.TrueResult, meter{after: meet})
	e.FalseResult = c.b.wrap(e.FalseResult, meter{after: meet})
	return e.Value(ctx)
}

// pairsPerStep is how many types are compared with each other in a step.
const pairsPerStep = 8

// manySteps is more than any budget has, and small enough to be added up.
const manySteps = 1 << 40

// UnifySteps is the price of finding a type both convert to. The values they
// are of have been measured, so that walking them ends.
func UnifySteps(x, y cty.Type) int64 {
	switch {
	case x == cty.DynamicPseudoType || y == cty.DynamicPseudoType || x.Equals(y):
		return 0
	case x.IsTupleType() && y.IsTupleType() && x.Length() == y.Length():
		return unifyEach(x.TupleElementTypes(), y.TupleElementTypes())
	case sameKeys(x, y):
		var xs, ys []cty.Type
		for name, ty := range x.AttributeTypes() {
			xs, ys = append(xs, ty), append(ys, y.AttributeType(name))
		}
		return unifyEach(xs, ys)
	}
	all, nodes := append(members(x), members(y)...), typeNodes(x)+typeNodes(y)
	for _, ty := range all {
		if !ty.Equals(all[0]) {
			return nodes * nodes / pairsPerStep
		}
	}
	return nodes * int64(len(all)) / pairsPerStep // each part of them with its like
}

func unifyEach(xs, ys []cty.Type) int64 {
	total := int64(0)
	for i := range xs {
		total = min(total+UnifySteps(xs[i], ys[i]), manySteps)
	}
	return total
}

func sameKeys(x, y cty.Type) bool {
	if !x.IsObjectType() || !y.IsObjectType() || len(x.AttributeTypes()) != len(y.AttributeTypes()) {
		return false
	}
	for name := range x.AttributeTypes() {
		if !y.HasAttribute(name) {
			return false
		}
	}
	return true
}

// members are the types of a structure's elements.
func members(ty cty.Type) []cty.Type {
	switch {
	case ty.IsTupleType():
		return append([]cty.Type(nil), ty.TupleElementTypes()...)
	case ty.IsObjectType():
		var out []cty.Type
		for _, aty := range ty.AttributeTypes() {
			out = append(out, aty)
		}
		return out
	}
	return nil
}

// typeNodes counts the nodes of a type, up to about a million.
func typeNodes(ty cty.Type) int64 {
	w := walker{limit: 1 << 20}
	w.typ(ty)
	return w.n
}
