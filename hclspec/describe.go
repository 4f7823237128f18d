package hclspec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/hclfunc"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/zclconf/go-cty/cty"
)

// ComponentInfo is what a component's text says of itself, whatever its inputs are.
// The lists are in order of declaration.
type ComponentInfo struct {
	Manifest Manifest
	// Text is component.hcl, under the name that diagnostics call it by.
	Text     Source
	Inputs   []ComponentInput
	Outputs  []ComponentOutput
	Objects  []ComponentObject
	Sections []ComponentSection
	// Parts are the components inside of it.
	Parts []ComponentPart
}

// ComponentInput is a variable of a component. Value is not set.
type ComponentInput struct {
	Variable
	// TypeText is the type as the language writes it, with its optional attributes.
	TypeText string
	Nullable bool
	// Rules are the error messages of its validations.
	Rules []string
}

// ComponentOutput is what others may read of a component.
type ComponentOutput struct {
	Name, Description string
	Sensitive         bool
}

// ComponentObject is something that a component adds to a project.
type ComponentObject struct {
	Kind, Name string
	// Path and From are text, or an expression as it is written.
	Path string
	// From is the source or the template; "" for content and keys.
	From    string
	ForEach bool
}

// ComponentSection is a section for the README; Kind is "" when it depends on the
// inputs.
type ComponentSection struct{ Kind, Name string }

// ComponentPart is a component inside another.
type ComponentPart struct{ Name, Source, Version string }

// Describe reads a component alone: it evaluates nothing that depends on inputs or
// facts, and finds none of the components inside of it. Of the parameters it takes
// FS (for a local component), Sections and Version. The info is nil when the manifest
// cannot be read.
func Describe(p Params, files *ComponentFiles) (*ComponentInfo, hcl.Diagnostics) {
	budget := hcllimit.NewBudget(hcllimit.MaxSteps, hcllimit.MaxBytes)
	e := &evaluator{params: p, lang: Language(p.Sections), reads: newReads(p.FS, budget), budget: budget, defs: map[string]*definition{}, calls: map[string]*call{}, askers: map[*hcl.Diagnostic][]by{}}
	e.funcs = hclfunc.Table(e.reads, budget)
	def, diags := e.parseComponent(files, hcl.Range{})
	if def == nil || diags.HasErrors() {
		return nil, diags
	}
	if def.body == nil { // a template of another tool has no such text
		return &ComponentInfo{Manifest: def.manifest}, nil
	}
	d := &describer{
		e:    e.child(&node{def: def, label: def.manifest.Name, addr: Address("component", def.manifest.Name, nil)}, nil, nil),
		info: &ComponentInfo{Manifest: def.manifest, Text: def.source},
	}
	d.e.by = by{} // nobody asks for it
	diags = append(diags, d.collect(def.body)...)
	diags = append(diags, d.inputs()...)
	d.outputs()
	for _, n := range d.e.nodes {
		d.object(n)
	}
	return d.info, Sort(append(diags, budget.Refuse(hcl.Range{}, nil)...), nil)
}

type describer struct {
	e    *evaluator
	info *ComponentInfo
}

// collect declares everything but the components inside, which only get a line.
func (d *describer) collect(body hcl.Body) hcl.Diagnostics {
	content, diags := body.Content(hclSchema(&d.e.lang))
	for _, block := range content.Blocks {
		switch {
		case block.Type != "component":
			diags = append(diags, d.e.declare(block)...)
		case isCall(block):
			inner, _, _ := block.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "source"}, {Name: "version"}}})
			d.info.Parts = append(d.info.Parts, ComponentPart{block.Labels[0], d.text(inner.Attributes["source"]), d.text(inner.Attributes["version"])})
		}
	}
	return diags
}

func (d *describer) inputs() hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, n := range d.e.byKind["var"] {
		v := &variable{e: d.e, n: n}
		v.info = Variable{Name: n.label, Type: cty.DynamicPseudoType, Range: n.rng}
		attrs := n.content.Attributes
		v.readType(attrs["type"])
		v.info.Description = v.text("description", attrs["description"])
		v.info.Sensitive = v.flag("sensitive", attrs["sensitive"], false)
		in := ComponentInput{Nullable: v.flag("nullable", attrs["nullable"], true)}
		if !v.diags.HasErrors() {
			v.readDefault(attrs["default"])
		}
		v.withhold()
		diags = append(diags, v.diags...)
		in.Variable, in.TypeText = v.info, typeText(v.info.Type, v.defaults)
		for _, rule := range n.content.Blocks {
			inner, _, _ := rule.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "error_message"}}})
			in.Rules = append(in.Rules, d.text(inner.Attributes["error_message"]))
		}
		d.info.Inputs = append(d.info.Inputs, in)
	}
	return diags
}

func (d *describer) outputs() {
	for _, n := range d.e.byKind["output"] {
		attrs := n.content.Attributes
		d.info.Outputs = append(d.info.Outputs, ComponentOutput{n.label, d.text(attrs["description"]), d.text(attrs["sensitive"]) == "true"})
	}
}

// object adds what a block makes.
func (d *describer) object(n *node) {
	switch n.kind {
	case "readme":
		d.sections(n)
		return
	case "file", "file_block", "file_keys", "directory":
	default:
		return
	}
	attrs := n.content.Attributes
	o := ComponentObject{Kind: n.kind, Name: n.label, Path: d.text(attrs["path"]), ForEach: attrs["for_each"] != nil}
	if o.Path == "" {
		o.Path = n.label
	}
	for _, name := range []string{"source", "template"} {
		if text := d.text(attrs[name]); text != "" {
			o.From = text
		}
	}
	d.info.Objects = append(d.info.Objects, o)
}

func (d *describer) sections(n *node) {
	content, _, _ := n.block.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
		{Type: "section", LabelNames: []string{"kind", "name"}}, {Type: "dynamic", LabelNames: []string{"type"}},
	}})
	for _, block := range content.Blocks {
		s := ComponentSection{}
		if block.Type == "section" {
			s.Kind, s.Name = block.Labels[0], block.Labels[1]
		}
		d.info.Sections = append(d.info.Sections, s)
	}
}

// text is an attribute's value where it is a plain one, else its expression as it is
// written, on one line; "" when it is left out.
func (d *describer) text(attr *hcl.Attribute) string {
	if attr == nil {
		return ""
	}
	val, diags := d.e.budget.Eval(attr.Expr, nil)
	if !diags.HasErrors() && val.IsKnown() && !val.IsNull() && !val.IsMarked() {
		switch val.Type() {
		case cty.String:
			return val.AsString()
		case cty.Bool:
			return fmt.Sprint(val.True())
		}
	}
	rng, src := attr.Expr.Range(), d.info.Text.Src
	if rng.Start.Byte > rng.End.Byte || rng.End.Byte > len(src) {
		return ""
	}
	raw := strings.Join(strings.Fields(string(src[rng.Start.Byte:rng.End.Byte])), " ")
	if isTemplate(attr.Expr) && len(raw) > 1 && raw[0] == '"' {
		return raw[1 : len(raw)-1]
	}
	return raw
}

// isTemplate tells text with references in it from other expressions.
func isTemplate(x hcl.Expression) bool {
	return hcl.UnwrapExpressionUntil(x, func(x hcl.Expression) bool {
		_, ok := x.(*hclsyntax.TemplateExpr)
		return ok
	}) != nil
}

// typeText writes a type as the language does. defaults may be nil.
func typeText(ty cty.Type, defaults *typeexpr.Defaults) string {
	below := func(name string) *typeexpr.Defaults {
		if defaults == nil {
			return nil
		}
		return defaults.Children[name]
	}
	switch {
	case ty.IsListType():
		return "list(" + typeText(ty.ElementType(), below("")) + ")"
	case ty.IsSetType():
		return "set(" + typeText(ty.ElementType(), below("")) + ")"
	case ty.IsMapType():
		return "map(" + typeText(ty.ElementType(), below("")) + ")"
	case ty.IsTupleType():
		var parts []string
		for i, e := range ty.TupleElementTypes() {
			parts = append(parts, typeText(e, below(fmt.Sprint(i))))
		}
		return "tuple([" + strings.Join(parts, ", ") + "])"
	case !ty.IsObjectType():
		return typeexpr.TypeString(ty)
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(ty.AttributeTypes())) {
		text := typeText(ty.AttributeType(name), below(name))
		if ty.AttributeOptional(name) {
			if defaults != nil && defaults.DefaultValues[name] != cty.NilVal {
				text += ", " + strings.Join(strings.Fields(Show(defaults.DefaultValues[name])), " ")
			}
			text = "optional(" + text + ")"
		}
		if !hclsyntax.ValidIdentifier(name) {
			name = fmt.Sprintf("%q", name)
		}
		parts = append(parts, name+" = "+text)
	}
	if len(parts) == 0 {
		return "object({})"
	}
	return "object({ " + strings.Join(parts, ", ") + " })"
}
