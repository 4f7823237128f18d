package hclspec

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/hclfunc"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/mlops-as-code/mlops/internal/hcltmpl"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// evaluate computes one node whose references are all computed, but for files.
func (e *evaluator) evaluate(n *node) hcl.Diagnostics {
	if n.failed || e.blocked(n) {
		n.failed = true
		return nil
	}
	e.reads.takeTrace()
	var diags hcl.Diagnostics
	switch n.kind {
	case "local":
		n.value, diags = e.expr(n.expr.Expr, e.scope(n))
	case "project":
		diags = e.evalProject(n)
	case "dataset", "stage", "model", "service", "monitor", "environment":
		diags = e.evalFact(n)
	case "problem":
		if n.block != nil {
			diags = e.evalFact(n)
		}
	case "pipeline":
		e.evalPipeline(n)
	case "components", "has_readme":
		e.evalOutline(n)
	case "variable":
		diags = e.evalValidations(n)
	case "readme":
		diags = e.evalReadme(n)
	case "git":
		diags = e.evalGit(n)
	case "check":
		diags = e.evalCheck(n)
	case "component":
		diags = e.evalComponent(n)
	case "output":
		diags = e.evalOutput(n)
	case "moved", "removed", "import":
		diags = e.evalMove(n)
	}
	n.failed = n.failed || n.flawed || diags.HasErrors()
	if !n.failed {
		e.addInputs(n)
	}
	return diags
}

// expr evaluates an expression within the budget.
func (e *evaluator) expr(x hcl.Expression, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	x, diags := e.native(x)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	val, more := e.measured(x, ctx)
	more = e.explainAbsent(hcltmpl.Explain(more), x)
	if !more.HasErrors() && !val.IsWhollyKnown() {
		more = append(more, errorAt(x.Range(), "Unknown value", "This value cannot be known while planning. Every value of a spec must follow from the spec and the files it reads."))
	}
	return val, append(diags, more...)
}

// measured evaluates under the budget. Expressions of dynamic blocks come in a
// wrapping that the budget cannot weigh; what is inside is instrumented.
func (e *evaluator) measured(x hcl.Expression, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if _, ok := x.(hclsyntax.Expression); ok {
		return e.budget.Eval(x, ctx)
	}
	val := cty.DynamicVal
	diags := e.budget.Guard(x.Range(), func() hcl.Diagnostics {
		v, diags := x.Value(ctx)
		val = v
		return diags
	})
	if diags.HasErrors() {
		val = cty.DynamicVal
	}
	return val, diags
}

// attr evaluates an attribute of the table and converts it to its type. A
// missing attribute is a typed null.
func (e *evaluator) attr(a *schema.Attr, attr *hcl.Attribute, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if attr == nil {
		return cty.NullVal(a.Type.WithoutOptionalAttributesDeep()), nil
	}
	val, diags := e.typed(attr.Expr, a.Type, ctx)
	if diags.HasErrors() {
		return cty.NullVal(a.Type.WithoutOptionalAttributesDeep()), diags
	}
	if a.Required && val.IsNull() {
		return val, append(diags, errorAt(attr.Expr.Range(), "Null value", fmt.Sprintf("The argument %q must have a value here, not null.", a.Name)))
	}
	return val, append(diags, oneOf(a, attr, val)...)
}

func oneOf(a *schema.Attr, attr *hcl.Attribute, val cty.Value) hcl.Diagnostics {
	if len(a.OneOf) == 0 || val.IsNull() {
		return nil
	}
	if hasSensitive(val) {
		return hcl.Diagnostics{sensitiveFault(attr.Expr.Range(), a.Name)}
	}
	given := val.AsString()
	for _, ok := range a.OneOf {
		if given == ok {
			return nil
		}
	}
	return hcl.Diagnostics{errorAt(attr.Expr.Range(), "Unsupported value", fmt.Sprintf(
		"The argument %q is one of %s, not %q.%s", a.Name, quoted(a.OneOf), given, suggest(given, a.OneOf)))}
}

func quoted(words []string) string {
	var out []string
	for _, w := range words {
		out = append(out, fmt.Sprintf("%q", w))
	}
	return strings.Join(out, ", ")
}

// typed evaluates an expression and converts it, refusing what conversion would
// silently change.
func (e *evaluator) typed(x hcl.Expression, want cty.Type, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	x, diags := e.native(x)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	if diags := unquoted(x, want, e.params.Spec); diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	val, diags := e.expr(x, ctx)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	return e.convert(val, want, x)
}

func (e *evaluator) convert(val cty.Value, want cty.Type, x hcl.Expression) (cty.Value, hcl.Diagnostics) {
	if want == cty.DynamicPseudoType || want.IsPrimitiveType() && val.Type() == want {
		return val, nil
	}
	if key, path, known := extraKey(val, want, nil); key != "" {
		return cty.DynamicVal, hcl.Diagnostics{errorAt(locate(x, path), "Unknown key", fmt.Sprintf(
			"There is no key %q here.%s", key, suggest(key, known)))}
	}
	if number, _ := val.Unmark(); number.Type() == cty.Number && number.IsKnown() && !number.IsNull() && number.AsBigFloat().IsInf() {
		return cty.DynamicVal, hcl.Diagnostics{errorAt(x.Range(), "Infinite number", "This number is infinite, most likely because of a division by zero. Write a finite one.")}
	}
	out, err := hclfunc.Convert(e.budget, val, want)
	if excess, ok := errors.AsType[*hcllimit.Excess](err); ok {
		return cty.DynamicVal, e.budget.Refuse(x.Range(), excess)
	}
	if err != nil {
		at := x.Range()
		if pe, ok := err.(cty.PathError); ok {
			at = locate(x, pe.Path)
		}
		return cty.DynamicVal, hcl.Diagnostics{errorAt(at, "Wrong type", fmt.Sprintf("This value does not fit: %s.", convert.MismatchMessage(val.Type(), want))+detail(err))}
	}
	return out, nil
}

func detail(err error) string {
	pe, ok := err.(cty.PathError)
	if !ok || len(pe.Path) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s)", pe.Error())
}

// extraKey finds an object key the wanted type does not have; conversion would
// drop it in silence.
func extraKey(val cty.Value, want cty.Type, path cty.Path) (string, cty.Path, []string) {
	val, _ = val.Unmark()
	if val == cty.NilVal || val.IsNull() || !val.IsKnown() || !val.CanIterateElements() {
		return "", nil, nil
	}
	for it := val.ElementIterator(); it.Next(); {
		k, v := it.Element()
		var inner cty.Type
		here := append(path.Copy(), cty.IndexStep{Key: k})
		switch {
		case want.IsObjectType() && (val.Type().IsObjectType() || val.Type().IsMapType()):
			name := k.AsString()
			if !want.HasAttribute(name) {
				return name, path, attrNames(want)
			}
			inner, here = want.AttributeType(name), append(path.Copy(), cty.GetAttrStep{Name: name})
		case want.IsCollectionType():
			inner = want.ElementType()
		default:
			return "", nil, nil
		}
		if key, at, known := extraKey(v, inner, here); key != "" {
			return key, at, known
		}
	}
	return "", nil, nil
}

func attrNames(ty cty.Type) []string {
	var out []string
	for name := range ty.AttributeTypes() {
		out = append(out, name)
	}
	return out
}

// locate narrows a range to the literal element a path leads to.
func locate(x hcl.Expression, path cty.Path) hcl.Range {
	for _, s := range path {
		next := child(x, s)
		if next == nil {
			break
		}
		x = next
	}
	return x.Range()
}

func child(x hcl.Expression, s cty.PathStep) hcl.Expression {
	switch c := x.(type) {
	case *hclsyntax.TupleConsExpr:
		if idx, ok := s.(cty.IndexStep); ok && idx.Key.Type() == cty.Number {
			i, _ := idx.Key.AsBigFloat().Int64()
			if i >= 0 && int(i) < len(c.Exprs) {
				return c.Exprs[i]
			}
		}
	case *hclsyntax.ObjectConsExpr:
		name := stepName(s)
		for _, item := range c.Items {
			if k, ok := staticKey(item.KeyExpr); ok && k == name && name != "" {
				return item.ValueExpr
			}
		}
	}
	return nil
}

// members are the values of an object by the keys that are written out: what child
// finds one by one.
func members(x hcl.Expression) map[string]hcl.Expression {
	out := map[string]hcl.Expression{}
	if c, ok := x.(*hclsyntax.ObjectConsExpr); ok {
		for _, item := range slices.Backward(c.Items) { // of two the first counts
			if k, ok := staticKey(item.KeyExpr); ok && k != "" {
				out[k] = item.ValueExpr
			}
		}
	}
	return out
}

// staticKey is the key of an object's item where it is written out, bare or in
// quotes.
func staticKey(x hcl.Expression) (string, bool) {
	if word := hcl.ExprAsKeyword(x); word != "" {
		return word, true
	}
	if key, ok := x.(*hclsyntax.ObjectConsKeyExpr); ok {
		x = key.Wrapped
	}
	// Anything else may be work, which is not to be done here.
	text, ok := x.(*hclsyntax.TemplateExpr)
	if !ok || !text.IsStringLiteral() {
		return "", false
	}
	k, diags := text.Value(nil)
	if diags.HasErrors() {
		return "", false
	}
	return k.AsString(), true
}

func stepName(s cty.PathStep) string {
	switch t := s.(type) {
	case cty.GetAttrStep:
		return t.Name
	case cty.IndexStep:
		if t.Key.Type() == cty.String {
			return t.Key.AsString()
		}
	}
	return ""
}

// unquoted refuses a number or bool literal where a string is wanted: 3.10 would
// silently become "3.1", 0644 "644".
func unquoted(x hcl.Expression, want cty.Type, spec []Source) hcl.Diagnostics {
	switch t := x.(type) {
	case *hclsyntax.LiteralValueExpr:
		if want == cty.String && !t.Val.IsNull() && (t.Val.Type() == cty.Number || t.Val.Type() == cty.Bool) {
			return hcl.Diagnostics{errorAt(t.SrcRange, "Unquoted value", unquotedDetail(t, spec))}
		}
	case *hclsyntax.TupleConsExpr:
		if want.IsListType() || want.IsSetType() {
			for _, el := range t.Exprs {
				if diags := unquoted(el, want.ElementType(), spec); diags.HasErrors() {
					return diags
				}
			}
		}
	case *hclsyntax.ObjectConsExpr:
		for _, item := range t.Items {
			if diags := unquoted(item.ValueExpr, memberType(want, item.KeyExpr), spec); diags.HasErrors() {
				return diags
			}
		}
	}
	return nil
}

func memberType(want cty.Type, key hcl.Expression) cty.Type {
	name, _ := staticKey(key)
	switch {
	case want.IsMapType():
		return want.ElementType()
	case want.IsObjectType() && want.HasAttribute(name):
		return want.AttributeType(name)
	default:
		return cty.DynamicPseudoType
	}
}

func unquotedDetail(lit *hclsyntax.LiteralValueExpr, spec []Source) string {
	text := ""
	for _, src := range spec {
		if src.Name == lit.SrcRange.Filename && lit.SrcRange.End.Byte <= len(src.Src) {
			text = string(lit.SrcRange.SliceBytes(src.Src))
		}
	}
	kind := "number"
	if lit.Val.Type() == cty.Bool {
		kind = "bool"
	}
	str, err := convert.Convert(lit.Val, cty.String)
	if text == "" || err != nil {
		return fmt.Sprintf("A string is wanted here, not a %s. Put it in quotes.", kind)
	}
	if str.AsString() != text {
		return fmt.Sprintf("Without quotes %s is the %s %s, not the text %q. Write %q.", text, kind, str.AsString(), text, text)
	}
	return fmt.Sprintf("A string is wanted here, not a %s. Write %q.", kind, text)
}
