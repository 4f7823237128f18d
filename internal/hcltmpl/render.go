package hcltmpl

import (
	"fmt"
	"maps"
	"math/big"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
)

// renderer writes one result. After an error it goes on, to find more, but
// writes no longer.
type renderer struct {
	budget *hcllimit.Budget
	start  hcl.Range // of the template
	out    []byte
	marks  cty.ValueMarks
	diags  hcl.Diagnostics
}

// Render renders the template with the variables and functions of ctx. The
// result is what hclsyntax would give, converted to a string; marks are those
// of all values it depends on, so a sensitive value among them is never lost:
// they are set even on errors. Only the branch taken of a conditional counts.
// Diagnostics have their place in the template, are explained (see Explain) and
// name the budget if it is exceeded. The result belongs to the caller.
func (t *Template) Render(ctx *hcl.EvalContext) ([]byte, cty.ValueMarks, hcl.Diagnostics) {
	r := &renderer{
		budget: t.budget,
		start:  hcl.Range{Filename: t.filename, Start: hcl.InitialPos, End: hcl.InitialPos},
		out:    make([]byte, 0, t.sizeHint()),
	}
	r.all(t.body, ctx)
	if r.diags.HasErrors() {
		return nil, r.marks, escapeHint(Explain(r.diags))
	}
	return r.out, r.marks, r.diags
}

// escapeHint says how to write text that looks like a reference. Explain has
// made copies of what it changed, but not of what it did not.
func escapeHint(diags hcl.Diagnostics) hcl.Diagnostics {
	for i, d := range diags {
		if d.Summary == "Unknown variable" && !strings.Contains(d.Detail, "Did you mean") {
			c := *d
			c.Detail += " If this is meant for another language, such as shell, write \"$${\" instead of \"${\"."
			diags[i] = &c
		}
	}
	return diags
}

// sizeHint is the size of the literal text and a little for each sequence.
func (t *Template) sizeHint() int {
	n := 0
	for _, nd := range t.body {
		if l, ok := nd.(literal); ok {
			n += len(l)
		} else {
			n += 32
		}
	}
	return n
}

func (r *renderer) all(nodes []node, ctx *hcl.EvalContext) {
	for _, n := range nodes {
		n.render(r, ctx)
	}
}

func (r *renderer) mark(m cty.ValueMarks) {
	if len(m) == 0 {
		return
	}
	if r.marks == nil {
		r.marks = make(cty.ValueMarks, len(m))
	}
	maps.Copy(r.marks, m)
}

// fail reports that the value of e is not fit for its place.
func (r *renderer) fail(e hclsyntax.Expression, ctx *hcl.EvalContext, summary, detail string) {
	r.diags = append(r.diags, &hcl.Diagnostic{
		Severity:    hcl.DiagError,
		Summary:     summary,
		Detail:      detail,
		Subject:     e.Range().Ptr(),
		Expression:  e,
		EvalContext: ctx,
	})
}

// eval evaluates e, takes note of its marks, and tells whether the value is
// known and free of errors.
func (r *renderer) eval(e hclsyntax.Expression, ctx *hcl.EvalContext) (cty.Value, bool) {
	val := cty.DynamicVal
	diags := r.budget.Guard(e.Range(), func() hcl.Diagnostics {
		v, diags := e.Value(ctx)
		val = v
		return diags
	})
	return r.settle(val, diags)
}

func (r *renderer) settle(val cty.Value, diags hcl.Diagnostics) (cty.Value, bool) {
	r.diags = append(r.diags, diags...)
	val, marks := val.Unmark()
	r.mark(marks)
	return val, !diags.HasErrors()
}

// unknown reports a value that is not known yet. It cannot be in a file.
func (r *renderer) unknown(e hclsyntax.Expression, ctx *hcl.EvalContext) {
	r.fail(e, ctx, "Value not known", "The result of this expression is not known, so it cannot be part of a file.")
}

// spend tells whether there was enough left of the budget.
func (r *renderer) spend(rng hcl.Range, err error) bool {
	if err != nil {
		r.diags = append(r.diags, r.budget.Refuse(rng, err)...)
	}
	return err == nil
}

func (l literal) render(r *renderer, _ *hcl.EvalContext) {
	if len(r.diags) == 0 && r.spend(r.start, r.budget.Copy(int64(len(l)))) {
		r.out = append(r.out, l...)
	}
}

func (i *interpolation) render(r *renderer, ctx *hcl.EvalContext) {
	var val cty.Value
	var ok bool
	if i.plain {
		val, ok = r.settle(i.expr.Value(ctx))
	} else {
		val, ok = r.eval(i.expr, ctx)
	}
	switch {
	case !ok:
		return
	case val.IsNull():
		r.fail(i.expr, ctx, "Invalid template interpolation value", "The expression result is null. Cannot include a null value in a string template.")
		return
	case !val.IsKnown():
		r.unknown(i.expr, ctx)
		return
	}
	if !r.spend(i.expr.Range(), r.budget.Write(val)) {
		return
	}
	if n, ok := whole(val); ok {
		if len(r.diags) == 0 {
			r.out = strconv.AppendInt(r.out, n, 10)
		}
		return
	}
	str, err := convert.Convert(val, cty.String)
	if err != nil {
		r.fail(i.expr, ctx, "Invalid template interpolation value", fmt.Sprintf("Cannot include the given value in a string template: %s.", err))
		return
	}
	if len(r.diags) == 0 {
		r.out = append(r.out, str.AsString()...)
	}
}

// whole is a number that a machine integer writes as cty would: its own way
// through decimals of 512 bits takes most of the time of rendering a small
// template.
func whole(val cty.Value) (int64, bool) {
	if val.Type() != cty.Number {
		return 0, false
	}
	f := val.AsBigFloat()
	n, accuracy := f.Int64()
	return n, accuracy == big.Exact && (n != 0 || !f.Signbit())
}

func (c *conditional) render(r *renderer, ctx *hcl.EvalContext) {
	val, ok := r.eval(c.cond, ctx)
	switch {
	case !ok:
		return
	case val.IsNull():
		r.fail(c.cond, ctx, "Null condition", "The condition value is null. Conditions must either be true or false.")
		return
	case !val.IsKnown():
		r.unknown(c.cond, ctx)
		return
	}
	yes, err := convert.Convert(val, cty.Bool)
	switch {
	case err != nil:
		r.fail(c.cond, ctx, "Incorrect condition type", "The condition expression must be of type bool.")
	case yes.True():
		r.all(c.yes, ctx)
	default:
		r.all(c.no, ctx)
	}
}

func (l *loop) render(r *renderer, ctx *hcl.EvalContext) {
	coll, ok := r.eval(l.coll, ctx)
	switch {
	case !ok:
		return
	case coll.IsNull():
		r.fail(l.coll, ctx, "Iteration over null value", "A null value cannot be used as the collection in a 'for' directive.")
		return
	case !coll.CanIterateElements() && coll.Type() != cty.DynamicPseudoType:
		r.fail(l.coll, ctx, "Iteration over non-iterable value", fmt.Sprintf("A value of type %s cannot be used as the collection in a 'for' directive.", coll.Type().FriendlyName()))
		return
	case !coll.IsKnown():
		r.unknown(l.coll, ctx)
		return
	}
	child := ctx.NewChild()
	child.Variables = make(map[string]cty.Value, 2)
	before := len(r.diags)
	// An error is most likely the same in each iteration: one will do.
	for it := coll.ElementIterator(); len(r.diags) == before && it.Next(); {
		k, v := it.Element()
		if l.key != "" {
			child.Variables[l.key] = k
		}
		child.Variables[l.val] = v
		if !r.spend(l.coll.Range(), r.budget.Steps(hcllimit.IterationSteps)) {
			return
		}
		r.all(l.body, child)
	}
}
