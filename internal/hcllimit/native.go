package hcllimit

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"
)

// Native returns an expression of HCL's JSON syntax as a syntax tree, which can
// be instrumented. (The JSON package parses templates anew at each evaluation,
// out of anybody's sight.) It evaluates to the same value with the same
// diagnostics, in substance, and supports the same static analysis.
// Expressions of the native syntax are returned as they are.
func Native(expr hcl.Expression) (hclsyntax.Expression, hcl.Diagnostics) {
	if e, ok := expr.(hclsyntax.Expression); ok {
		return e, nil
	}
	if !json.IsJSONExpression(expr) {
		v, diags := expr.Value(nil)
		return &hclsyntax.LiteralValueExpr{Val: v, SrcRange: expr.Range()}, diags
	}
	if pairs, diags := hcl.ExprMap(expr); !diags.HasErrors() {
		return nativeObject(expr, pairs)
	}
	if list, diags := hcl.ExprList(expr); !diags.HasErrors() {
		return nativeTuple(expr, list)
	}
	return nativeScalar(expr)
}

func nativeTuple(expr hcl.Expression, list []hcl.Expression) (hclsyntax.Expression, hcl.Diagnostics) {
	ret := &hclsyntax.TupleConsExpr{SrcRange: expr.Range(), OpenRange: expr.StartRange()}
	var diags hcl.Diagnostics
	for _, item := range list {
		e, more := Native(item)
		diags = append(diags, more...)
		ret.Exprs = append(ret.Exprs, e)
	}
	return ret, diags
}

func nativeObject(expr hcl.Expression, pairs []hcl.KeyValuePair) (hclsyntax.Expression, hcl.Diagnostics) {
	ret := &hclsyntax.ObjectConsExpr{SrcRange: expr.Range(), OpenRange: expr.StartRange()}
	var diags hcl.Diagnostics
	seen := make(map[string]hcl.Range, len(pairs))
	for _, kv := range pairs {
		key, more := nativeScalar(kv.Key)
		diags = append(diags, more...)
		val, more := Native(kv.Value)
		diags = append(diags, more...)
		if isLiteral(key) {
			diags = append(diags, duplicateKey(key.(*text), seen)...)
		}
		ret.Items = append(ret.Items, hclsyntax.ObjectConsItem{
			KeyExpr:   &hclsyntax.ObjectConsKeyExpr{Wrapped: key},
			ValueExpr: val,
		})
	}
	return ret, diags
}

func duplicateKey(key *text, seen map[string]hcl.Range) hcl.Diagnostics {
	first, dup := seen[key.src]
	if !dup {
		seen[key.src] = key.rng
		return nil
	}
	return hcl.Diagnostics{{
		Severity: hcl.DiagError,
		Summary:  "Duplicate object attribute",
		Detail:   fmt.Sprintf("An attribute named %q was already defined at %s.", key.src, first),
		Subject:  &key.rng,
	}}
}

// nativeScalar converts all but objects and arrays. A string is a template.
func nativeScalar(expr hcl.Expression) (hclsyntax.Expression, hcl.Diagnostics) {
	v, diags := expr.Value(nil)
	lit := &hclsyntax.LiteralValueExpr{Val: v, SrcRange: expr.Range()}
	if v.Type() != cty.String || !v.IsKnown() || v.IsNull() {
		return lit, diags
	}
	t := &text{Expression: lit, src: v.AsString(), rng: expr.Range()}
	if strings.Contains(t.src, "${") || strings.Contains(t.src, "%{") {
		t.Expression, diags = hclsyntax.ParseTemplate([]byte(t.src), t.rng.Filename, inside(t.rng))
	}
	return t, diags
}

// inside returns the position after the opening quote of a string. Escapes
// before a place in the string put it off a little.
func inside(rng hcl.Range) hcl.Pos {
	p := rng.Start
	p.Byte++
	p.Column++
	return p
}

// text is a JSON string as an expression: a template when evaluated, a
// traversal or a call when analysed statically.
type text struct {
	hclsyntax.Expression
	src string
	rng hcl.Range
}

// Range implements hclsyntax.Expression: the string with its quotes.
func (t *text) Range() hcl.Range { return t.rng }

// StartRange implements hclsyntax.Expression.
func (t *text) StartRange() hcl.Range { return t.rng }

// AsTraversal implements hcl.AbsTraversalForExpr's interface.
func (t *text) AsTraversal() hcl.Traversal {
	if Scan(t.rng.Filename, []byte(t.src)).HasErrors() {
		return nil
	}
	trav, diags := hclsyntax.ParseTraversalAbs([]byte(t.src), t.rng.Filename, inside(t.rng))
	if diags.HasErrors() {
		return nil
	}
	return trav
}

// ExprCall implements hcl.ExprCall's interface.
func (t *text) ExprCall() *hcl.StaticCall {
	if Scan(t.rng.Filename, []byte(t.src)).HasErrors() {
		return nil
	}
	expr, diags := hclsyntax.ParseExpression([]byte(t.src), t.rng.Filename, inside(t.rng))
	if diags.HasErrors() {
		return nil
	}
	call, diags := hcl.ExprCall(expr)
	if diags.HasErrors() {
		return nil
	}
	return call
}
