package hclspec

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/zclconf/go-cty/cty"
)

// Found is a component block that Survey found.
type Found struct {
	ComponentCall
	// Range is the block's header.
	Range hcl.Range
	// Inputs are the component's variables, by name; nil when the component is not
	// there.
	Inputs map[string]FoundInput
}

// FoundInput is a variable of a component that Survey found.
type FoundInput struct {
	Type      cty.Type
	Sensitive bool
}

// Survey looks for the components of a spec, and for those inside them, without
// evaluating anything: p.Components is asked for each. They are in the order in
// which they were found.
func Survey(p Params) ([]*Found, hcl.Diagnostics) {
	e := newEvaluator(p)
	bodies, diags := e.parse()
	if diags.HasErrors() {
		return nil, Sort(diags, p.Spec)
	}
	if version := e.checkVersion(bodies); version.HasErrors() {
		return nil, version
	}
	diags = append(diags, e.shortForms(bodies)...)
	return e.asked, Sort(e.traced(append(diags, e.collect(bodies)...)), p.Spec)
}

// inputs are a component's variables. What has a fault is any type here and reported
// when the component is evaluated.
func (d *definition) inputs() map[string]FoundInput {
	out := map[string]FoundInput{}
	if d.body == nil {
		return out // of another tool: whatever it takes
	}
	content, _, _ := d.body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "variable", LabelNames: []string{"name"}}}})
	for _, block := range content.Blocks {
		inner, _, _ := block.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "type"}, {Name: "sensitive"}}})
		in := FoundInput{Type: cty.DynamicPseudoType}
		if attr := inner.Attributes["type"]; attr != nil {
			if known, _, diags := typeexpr.TypeConstraintWithDefaults(attr.Expr); !diags.HasErrors() {
				in.Type = known
			}
		}
		if attr := inner.Attributes["sensitive"]; attr != nil {
			val, _ := attr.Expr.Value(nil)
			in.Sensitive = !val.RawEquals(cty.False)
		}
		out[block.Labels[0]] = in
	}
	return out
}
