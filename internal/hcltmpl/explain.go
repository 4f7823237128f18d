package hcltmpl

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Error carries diagnostics through a function that renders a template. Explain
// unfolds them.
type Error struct {
	Diags hcl.Diagnostics
}

// Error implements error.
func (e *Error) Error() string { return e.Diags.Error() }

// Explain makes diagnostics of evaluation more helpful. Those of a failed
// function that carries an *Error are replaced by the diagnostics in it, so that
// a fault within a template has its place there. Unknown variables, functions,
// attributes and keys get the nearest name that there is, always the same one.
// The diagnostics given stay as they are.
func Explain(diags hcl.Diagnostics) hcl.Diagnostics {
	var ret hcl.Diagnostics
	for _, d := range diags {
		if inner := unfold(d); inner != nil {
			ret = append(ret, inner...)
			continue
		}
		ret = append(ret, suggest(d))
	}
	return ret
}

// unfold returns the diagnostics of the template that a function call failed
// on, or nil.
func unfold(d *hcl.Diagnostic) hcl.Diagnostics {
	extra, ok := d.Extra.(hclsyntax.FunctionCallDiagExtra)
	if !ok || extra.FunctionCallError() == nil {
		return nil
	}
	var e *Error
	if !errors.As(extra.FunctionCallError(), &e) {
		return nil
	}
	var ret hcl.Diagnostics
	for _, inner := range Explain(e.Diags) {
		c := *inner
		c.Detail += fmt.Sprintf(" (Rendered by %s() at %s.)", extra.CalledFunctionName(), d.Subject)
		ret = append(ret, &c)
	}
	return ret
}

// suggest adds the nearest name to a diagnostic about an unknown one.
func suggest(d *hcl.Diagnostic) *hcl.Diagnostic {
	if d.EvalContext == nil || d.Expression == nil || d.Subject == nil {
		return d
	}
	detail := d.Detail
	switch d.Summary {
	case "Unknown variable":
		detail = variableHint(d)
	case "Call to unknown function":
		extra, ok := d.Extra.(hclsyntax.FunctionCallUnknownDiagExtra)
		if !ok || extra.CalledFunctionNamespace() != "" {
			return d
		}
		detail = withHint(d.Detail, quoted(nearest(extra.CalledFunctionName(), functionNames(d.EvalContext))))
	case "Unsupported attribute", "Missing map element", "Invalid index":
		if name, names := missing(d); len(names) > 0 {
			detail = withHint(d.Detail, quoted(nearest(name, names)))
		}
	}
	if detail == d.Detail {
		return d
	}
	c := *d
	c.Detail = detail
	return &c
}

// withHint replaces the suggestion of hcl, which takes the first name at hand in
// a random order, by another.
func withHint(detail, hint string) string {
	detail, _, _ = strings.Cut(detail, " Did you mean ")
	if hint == "" {
		return detail
	}
	return detail + " Did you mean " + hint + "?"
}

func quoted(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf("%q", name)
}

// variableHint suggests a variable, also one inside another: people forget the
// "var." and the "local." more often than they misspell.
func variableHint(d *hcl.Diagnostic) string {
	trav, ok := traversalOf(d.Expression)
	if !ok {
		return d.Detail
	}
	name := trav.RootName()
	var names []string
	for ctx := d.EvalContext; ctx != nil; ctx = ctx.Parent() {
		for _, root := range slices.Sorted(maps.Keys(ctx.Variables)) {
			val := ctx.Variables[root]
			if ty := val.Type(); ty.IsObjectType() && !val.IsMarked() && ty.HasAttribute(name) {
				return withHint(d.Detail, quoted(root+"."+name))
			}
			names = append(names, root)
		}
	}
	return withHint(d.Detail, quoted(nearest(name, names)))
}

func functionNames(ctx *hcl.EvalContext) []string {
	var names []string
	for ; ctx != nil; ctx = ctx.Parent() {
		names = slices.AppendSeq(names, maps.Keys(ctx.Functions))
	}
	return names
}

// traversalOf returns the reference that an expression is.
func traversalOf(e hcl.Expression) (hcl.Traversal, bool) {
	switch e := hcl.UnwrapExpression(e).(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return e.Traversal, true
	case *hclsyntax.RelativeTraversalExpr:
		return e.Traversal, true
	}
	return nil, false
}

// missing returns the name that a value lacks, and those it has.
func missing(d *hcl.Diagnostic) (string, []string) {
	switch e := hcl.UnwrapExpression(d.Expression).(type) {
	case *hclsyntax.ScopeTraversalExpr:
		root, diags := e.Traversal[:1].TraverseAbs(d.EvalContext)
		if !diags.HasErrors() {
			return missingStep(root, e.Traversal[1:])
		}
	case *hclsyntax.RelativeTraversalExpr:
		if src, ok := quietly(e.Source, d.EvalContext); ok {
			return missingStep(src, e.Traversal)
		}
	case *hclsyntax.IndexExpr:
		key, ok := quietly(e.Key, d.EvalContext)
		coll, ok2 := quietly(e.Collection, d.EvalContext)
		if ok && ok2 && key.Type() == cty.String && key.IsKnown() && !key.IsNull() && !key.IsMarked() {
			return key.AsString(), namesOf(coll)
		}
	}
	return "", nil
}

// quietly evaluates again what was evaluated before, for its value only.
func quietly(e hcl.Expression, ctx *hcl.EvalContext) (val cty.Value, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false // the budget is used up
		}
	}()
	val, diags := e.Value(ctx)
	return val, !diags.HasErrors()
}

// missingStep follows a traversal to the step that fails.
func missingStep(val cty.Value, steps hcl.Traversal) (string, []string) {
	for _, step := range steps {
		next, diags := step.TraversalStep(val)
		if !diags.HasErrors() {
			val = next
			continue
		}
		switch step := step.(type) {
		case hcl.TraverseAttr:
			return step.Name, namesOf(val)
		case hcl.TraverseIndex:
			if step.Key.Type() == cty.String && step.Key.IsKnown() && !step.Key.IsNull() {
				return step.Key.AsString(), namesOf(val)
			}
		}
		break
	}
	return "", nil
}

// namesOf returns the attributes or keys of a value, unless they are secret.
func namesOf(val cty.Value) []string {
	ty := val.Type()
	switch {
	case val.IsMarked():
		return nil
	case ty.IsObjectType():
		return slices.Collect(maps.Keys(ty.AttributeTypes()))
	case ty.IsMapType() && val.IsKnown() && !val.IsNull():
		return slices.Collect(maps.Keys(val.AsValueMap()))
	}
	return nil
}

// nearest returns the name with the fewest edits from given, fewer than three
// and than given has letters, or "". Of equals it is the first by alphabet.
func nearest(given string, names []string) string {
	limit := min(3, len(given))
	type found struct {
		dist int
		name string
	}
	best := found{dist: limit}
	for _, name := range names {
		if len(name)-len(given) >= limit || len(given)-len(name) >= limit {
			continue
		}
		f := found{levenshtein.Distance(given, name, nil), name}
		if cmp.Or(cmp.Compare(f.dist, best.dist), cmp.Compare(f.name, best.name)) < 0 && f.dist < limit {
			best = f
		}
	}
	return best.name
}
