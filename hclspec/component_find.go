package hclspec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// define finds and parses the component of a block, and those inside it. What is
// missing or goes round in a circle is known before anything is evaluated, and
// reported once, at the block's source.
func (e *evaluator) define(n *node) hcl.Diagnostics {
	ask, rng, diags := e.call(n)
	if diags.HasErrors() || n.content.Attributes["source"] == nil {
		return diags
	}
	root := e.root()
	c := root.calls[ask.Address]
	if c == nil {
		c = &call{}
		root.calls[ask.Address] = c
		found := &Found{ComponentCall: ask, Range: n.rng}
		root.asked = append(root.asked, found)
		diags = append(diags, e.find(n, c, ask)...)
		if c.def != nil {
			found.Inputs = c.def.inputs()
		}
	}
	if n.def = c.def; c.def == nil {
		n.failed = true
	}
	for _, r := range c.refs {
		r.rng = rng
		n.refs = append(n.refs, r)
	}
	return diags
}

// find fills in what a component block names.
func (e *evaluator) find(n *node, c *call, ask ComponentCall) hcl.Diagnostics {
	root, rng := e.root(), n.content.Attributes["source"].Expr.Range()
	switch n := len(root.calls); {
	case n == maxComponents+1:
		return hcl.Diagnostics{errorAt(rng, "Too many components", fmt.Sprintf("This spec has more than %d blocks for components, counted with those inside of them.", maxComponents))}
	case n > maxComponents:
		return nil // was told
	case e.params.Components == nil:
		return hcl.Diagnostics{errorAt(rng, "No components", "Components cannot be used here.")}
	}
	files, err := e.params.Components.Find(ask)
	if err != nil {
		fault := errorAt(rng, "Component not available", sentence(fmt.Sprintf("%s: %s", n.addr, err)))
		if secretive(ask.Source) {
			fault.Extra = Withheld{}
		}
		return hcl.Diagnostics{fault}
	}
	if chain := append(e.chain(), files.Label); slices.Contains(chain[:len(chain)-1], files.Label) {
		return hcl.Diagnostics{errorAt(rng, "Component holds itself", fmt.Sprintf("%s would be a part of itself: %s. Leave one of them out.", files.Label, strings.Join(chain, " -> ")))}
	} else if len(chain) > MaxComponentDepth {
		return hcl.Diagnostics{errorAt(rng, "Components too deep", fmt.Sprintf("Components nest %d deep at most: %s.", MaxComponentDepth, strings.Join(chain, " -> ")))}
	}
	key := files.Label
	if files.Generate != nil {
		key += "\x00" + ask.Address // each draws from a seed of its own
	}
	def, known := root.defs[key]
	var diags hcl.Diagnostics
	if !known {
		def, diags = e.parseComponent(files, rng)
		root.defs[key] = def
		e.blame(by{n.addr, n.rng}, diags)
	}
	if def == nil || diags.HasErrors() {
		root.defs[key] = nil
		return diags
	}
	if files.Generate != nil {
		c.def = def
		return diags
	}
	c.refs = append(def.manifest.refs(rng), e.offeredFacts(def)...)
	inside := e.foresee(n, c, def)
	if e.blame(by{n.addr, n.rng}, inside); !inside.HasErrors() {
		c.def = def
	}
	return append(diags, inside...)
}

// secretive reports whether a source may hold a password or a token: before an @, or
// in what follows the repository, where only a ref has a place.
func secretive(source string) bool {
	_, query, _ := strings.Cut(source, "?")
	return strings.ContainsAny(source, "@#") || query != "" && (!strings.HasPrefix(query, "ref=") || strings.Contains(query, "&"))
}

// sentence ends a text as one.
func sentence(text string) string {
	if strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

// foresee defines the components inside a component. What they read, the block that
// holds them has to wait for.
func (e *evaluator) foresee(n *node, c *call, def *definition) hcl.Diagnostics {
	inner := &evaluator{
		params: e.params, budget: e.budget, up: e, def: def, by: by{n.addr, n.rng},
		prefix: e.prefix + Address("component", n.label, nil) + ".", pin: e.pin + Address("component", n.label, nil) + ".",
	}
	content, _, _ := def.body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "component", LabelNames: []string{"name"}}}})
	sch := componentBlock()
	var diags hcl.Diagnostics
	for _, block := range content.Blocks {
		if !isCall(block) {
			continue
		}
		nested := &node{kind: "component", sch: &sch, block: block, rng: block.DefRange, label: block.Labels[0]}
		nested.addr = inner.prefix + Address("component", nested.label, nil)
		var faulty hcl.Diagnostics
		if nested.content, faulty = block.Body.Content(hclSchema(&sch)); faulty.HasErrors() {
			continue // to be reported where the component is evaluated
		}
		diags = append(diags, inner.define(nested)...)
		c.refs = append(c.refs, nested.refs...)
	}
	return diags
}

// call reads what a component block asks for: plain strings, because it must be
// known before anything is evaluated.
func (e *evaluator) call(n *node) (ComponentCall, hcl.Range, hcl.Diagnostics) {
	out := ComponentCall{Address: e.pin + Address("component", n.label, nil), Short: e.root().short}
	if e.def != nil {
		out.From = e.def.files
	}
	rng := n.rng
	var diags hcl.Diagnostics
	for name, to := range map[string]*string{"source": &out.Source, "version": &out.Version} {
		attr := n.content.Attributes[name]
		if attr == nil {
			continue
		}
		text, more := e.constant(attr)
		if *to, diags = text, append(diags, more...); name == "source" {
			rng = attr.Expr.Range()
		}
	}
	return out, rng, diags
}

// constant is the text of an attribute that may refer to nothing.
func (e *evaluator) constant(attr *hcl.Attribute) (string, hcl.Diagnostics) {
	x, diags := e.native(attr.Expr)
	if diags.HasErrors() {
		return "", diags
	}
	if text, ok := x.(*hclsyntax.TemplateExpr); ok && text.IsStringLiteral() {
		val, diags := text.Value(nil)
		return val.AsString(), diags
	}
	val, diags := e.measured(x, nil)
	if e.budget.Left() == 0 {
		return "", diags
	}
	if diags.HasErrors() || val.Type() != cty.String || val.IsNull() || !val.IsKnown() {
		return "", hcl.Diagnostics{errorAt(attr.Expr.Range(), "Not a plain string", fmt.Sprintf("The argument %q is a string in quotes that refers to nothing: which components a spec uses is known before it is evaluated.", attr.Name))}
	}
	return val.AsString(), nil
}
