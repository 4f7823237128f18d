package hcllimit

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

const (
	heavyNodes = 64    // fewer nodes are not worth remembering
	digitScale = 1e5   // digits squared that cost one step
	byteScale  = 1_024 // bytes compared or read that cost one step
)

// meter is a syntax tree node that counts what the expression inside costs and
// is transparent otherwise: to Walk and Variables, because it passes for
// parentheses, and to static analysis (hcl.ExprList, hcl.AbsTraversalForExpr
// and the like), because it unwraps.
type meter struct {
	*hclsyntax.ParenthesesExpr
	after func(cty.Value) error // charges the result
	steps int64                 // charged before
	bytes int64
	b     *Budget
	names []string // of a plain reference
}

// UnwrapExpression implements the interface behind hcl.UnwrapExpression.
func (m *meter) UnwrapExpression() hcl.Expression { return m.Expression }

// Value implements hclsyntax.Expression. It panics with an *Excess, which Guard
// turns into a diagnostic.
func (m *meter) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if m.steps > 0 {
		m.b.must(m.b.Steps(m.steps))
	}
	if m.bytes > 0 {
		m.b.must(m.b.Bytes(m.bytes))
	}
	v, diags := m.evaluate(ctx)
	if m.after != nil {
		m.b.must(m.after(v))
	}
	return v, diags
}

// evaluate looks plain references up itself, the most frequent kind of all, and
// leaves what is not as it should be to hclsyntax.
func (m *meter) evaluate(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if len(m.names) > 0 {
		if v := reach(ctx, m.names); v != cty.NilVal {
			return v, nil
		}
	}
	return m.Expression.Value(ctx)
}

// reach is the value of a.b.c where all but the last are objects, or cty.NilVal.
func reach(ctx *hcl.EvalContext, names []string) cty.Value {
	v := cty.NilVal
	for c := ctx; c != nil && v == cty.NilVal; c = c.Parent() {
		v = c.Variables[names[0]]
	}
	for _, name := range names[1:] {
		if v == cty.NilVal || v.IsMarked() || !v.Type().IsObjectType() || !v.IsKnown() || v.IsNull() || !v.Type().HasAttribute(name) {
			return cty.NilVal
		}
		v = v.GetAttr(name)
	}
	return v
}

// namesOf are the names of a reference that has nothing but names.
func namesOf(e hclsyntax.Expression) []string {
	ref, ok := e.(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return nil
	}
	names := make([]string, 0, len(ref.Traversal))
	for _, step := range ref.Traversal {
		switch s := step.(type) {
		case hcl.TraverseRoot:
			names = append(names, s.Name)
		case hcl.TraverseAttr:
			names = append(names, s.Name)
		default:
			return nil
		}
	}
	return names
}

func (b *Budget) wrap(e hclsyntax.Expression, m meter) hclsyntax.Expression {
	m.names = namesOf(e)
	m.ParenthesesExpr = &hclsyntax.ParenthesesExpr{Expression: e, SrcRange: e.Range()}
	m.b = b
	return &m
}

// Instrument places counters in a body, in place, so that evaluating any of its
// expressions uses up the budget: once for each iteration, template part,
// argument and operand. It is called once for a body, before any evaluation,
// which then goes through Guard or Eval.
func (b *Budget) Instrument(body *hclsyntax.Body) {
	if b == nil {
		return
	}
	for _, a := range body.Attributes {
		a.Expr = b.InstrumentExpr(a.Expr)
	}
	for _, blk := range body.Blocks {
		if blk.Body != nil {
			b.Instrument(blk.Body)
		}
	}
}

// InstrumentExpr is Instrument for one expression, which the result replaces.
func (b *Budget) InstrumentExpr(e hclsyntax.Expression) hclsyntax.Expression {
	if b == nil {
		return e
	}
	e, n := b.rewrite(e)
	if n > heavyNodes {
		b.heavy.Store(hcl.Expression(e), n)
	}
	return e
}

// rewrite instruments what is inside e and returns e, or its replacement, with
// the number of nodes evaluated each time e is.
func (b *Budget) rewrite(e hclsyntax.Expression) (hclsyntax.Expression, int64) {
	n := int64(1)
	inner := func(p *hclsyntax.Expression) {
		x, nodes := b.rewrite(*p)
		*p = x
		n += nodes
	}
	switch e := e.(type) {
	case *hclsyntax.ForExpr:
		inner(&e.CollExpr)
		for _, p := range []*hclsyntax.Expression{&e.KeyExpr, &e.ValExpr, &e.CondExpr} {
			b.iterate(p)
		}
	case *hclsyntax.SplatExpr:
		inner(&e.Source)
		b.iterate(&e.Each)
	case *hclsyntax.TemplateExpr:
		for i := range e.Parts {
			inner(&e.Parts[i])
		}
		b.meterParts(e.Parts)
	case *hclsyntax.TemplateJoinExpr:
		inner(&e.Tuple)
		b.meterJoin(e.Tuple)
	case *hclsyntax.ConditionalExpr:
		inner(&e.Condition)
		inner(&e.TrueResult)
		inner(&e.FalseResult)
		e.TrueResult, e.FalseResult = b.measured(e.TrueResult), b.measured(e.FalseResult)
		return b.choice(e), n
	case *hclsyntax.BinaryOpExpr:
		inner(&e.LHS)
		inner(&e.RHS)
		e.LHS, e.RHS = b.measured(e.LHS), b.measured(e.RHS)
		if e.Op == hclsyntax.OpEqual || e.Op == hclsyntax.OpNotEqual {
			e.LHS, e.RHS = b.compared(e.LHS), b.compared(e.RHS)
		}
		if e.Op == hclsyntax.OpMultiply || e.Op == hclsyntax.OpDivide {
			return b.measured(e), n
		}
	default:
		for _, p := range operands(e) {
			inner(p)
		}
		b.measureOperands(e)
	}
	if _, ok := e.(*hclsyntax.FunctionCallExpr); ok {
		return b.wrap(e, meter{after: b.Value}), n
	}
	return e, n
}

// operands returns where the expressions inside e are, for the kinds of node
// that neither repeat nor choose.
func operands(e hclsyntax.Expression) []*hclsyntax.Expression {
	var ps []*hclsyntax.Expression
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		ps = append(ps, &e.Expression)
	case *hclsyntax.RelativeTraversalExpr:
		ps = append(ps, &e.Source)
	case *hclsyntax.FunctionCallExpr:
		for i := range e.Args {
			ps = append(ps, &e.Args[i])
		}
	case *hclsyntax.IndexExpr:
		ps = append(ps, &e.Collection, &e.Key)
	case *hclsyntax.TupleConsExpr:
		for i := range e.Exprs {
			ps = append(ps, &e.Exprs[i])
		}
	case *hclsyntax.ObjectConsExpr:
		for i := range e.Items {
			ps = append(ps, &e.Items[i].KeyExpr, &e.Items[i].ValueExpr)
		}
	case *hclsyntax.ObjectConsKeyExpr:
		ps = append(ps, &e.Wrapped)
	case *hclsyntax.UnaryOpExpr:
		ps = append(ps, &e.Val)
	case *hclsyntax.TemplateWrapExpr:
		ps = append(ps, &e.Wrapped)
	case *text:
		ps = append(ps, &e.Expression)
	}
	return ps
}

// measureOperands meters operands that the node walks or converts as a whole.
func (b *Budget) measureOperands(e hclsyntax.Expression) {
	switch e := e.(type) {
	case *hclsyntax.FunctionCallExpr:
		for i := range e.Args {
			e.Args[i] = b.measured(e.Args[i])
		}
	case *hclsyntax.IndexExpr:
		e.Key = b.measured(e.Key)
	case *hclsyntax.UnaryOpExpr:
		e.Val = b.measured(e.Val)
	}
}

// iterate meters an expression that is evaluated once for each element.
func (b *Budget) iterate(p *hclsyntax.Expression) {
	if *p == nil {
		return
	}
	e, n := b.rewrite(*p)
	*p = b.wrap(e, meter{steps: IterationSteps + n})
}

// measured meters the size of what e evaluates to.
func (b *Budget) measured(e hclsyntax.Expression) hclsyntax.Expression {
	if isLiteral(e) {
		return e
	}
	return b.wrap(e, meter{after: b.operand})
}

// compared meters an operand all of whose elements are compared.
func (b *Budget) compared(e hclsyntax.Expression) hclsyntax.Expression {
	if isLiteral(e) {
		return e
	}
	return b.wrap(e, meter{after: func(v cty.Value) error {
		if v, _ := v.Unmark(); !v.CanIterateElements() {
			return nil
		}
		return b.walk(v, walker{each: true})
	}})
}

func (b *Budget) operand(v cty.Value) error {
	v, _ = v.Unmark()
	if v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
		s := v.AsString()
		return b.Steps(1 + int64(len(s))/byteScale + digits(s))
	}
	return b.Value(v)
}

// digits is the cost of taking a string for a number, which is quadratic.
func digits(s string) int64 {
	head := s[:min(len(s), 64)]
	if strings.Trim(head, "0123456789.eE+-") != "" {
		return 0
	}
	return int64(float64(len(s)) * float64(len(s)) / digitScale)
}

// meterParts meters the parts of a template, which are joined. One whose only
// part is a literal stays as it is, for IsStringLiteral.
func (b *Budget) meterParts(parts []hclsyntax.Expression) {
	literal := int64(0)
	first := -1
	for i, p := range parts {
		if lit, ok := p.(*hclsyntax.LiteralValueExpr); ok && lit.Val.Type() == cty.String && lit.Val.IsKnown() && !lit.Val.IsNull() {
			literal += int64(len(lit.Val.AsString()))
		} else if first < 0 {
			first = i
		}
	}
	if first < 0 {
		return
	}
	write := func(v cty.Value) error { return b.write(v, bigText/int64(len(parts))) }
	for i, p := range parts {
		if _, ok := p.(*hclsyntax.LiteralValueExpr); !ok || i == first {
			parts[i] = b.wrap(p, meter{after: write})
		}
	}
	parts[first].(*meter).bytes = literal
}

// meterJoin also charges the text of each iteration of a "for" directive, which
// may be nothing but literal, as what it is: a part of a text of unknown length.
func (b *Budget) meterJoin(tuple hclsyntax.Expression) {
	if f, ok := tuple.(*hclsyntax.ForExpr); ok {
		if m, ok := f.ValExpr.(*meter); ok {
			m.after = func(v cty.Value) error { return b.write(v, 0) }
		}
	}
}

// isLiteral tells whether e is a constant written out in the source.
func isLiteral(e hclsyntax.Expression) bool {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return true
	case *hclsyntax.TemplateExpr:
		return e.IsStringLiteral()
	case *text:
		return isLiteral(e.Expression)
	}
	return false
}
