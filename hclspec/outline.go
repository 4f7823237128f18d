package hclspec

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// outlines are the facts that say what else the spec has, so that a component can
// fit what it writes to that. They are no part of `project` as a whole: what reads
// that would wait for whatever says whether a component is enabled.
var outlines = []string{"components", "has_readme"}

func isOutline(kind string) bool { return slices.Contains(outlines, kind) }

// hidden tells an outline that nothing asks for: a graph leaves it out.
func (n *node) hidden() bool { return isOutline(n.kind) && !n.used }

func (e *evaluator) declareOutlines(project *node) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, kind := range outlines {
		diags = append(diags, e.add(&node{kind: kind, key: "project." + kind, addr: "project." + kind, rng: project.rng})...)
	}
	return diags
}

// switches are the arguments that say whether a component is there at all.
func (n *node) switches() []*hcl.Attribute {
	var out []*hcl.Attribute
	for _, name := range []string{"enabled", "for_each"} {
		if n.content != nil && n.content.Attributes[name] != nil {
			out = append(out, n.content.Attributes[name])
		}
	}
	return out
}

// switchRefs are what the switches of all components refer to.
func (e *evaluator) switchRefs() []ref {
	var out []ref
	for _, c := range e.byKind["component"] {
		for _, attr := range c.switches() {
			for _, trav := range attr.Expr.Variables() {
				if r, diag := e.ref(c, trav); diag == nil && r.node != "" {
					out = append(out, r)
				}
			}
		}
	}
	return out
}

// evalOutline gives the names of the components that the spec itself has, sorted, or
// whether it has a README. A fault in a switch is told where the component is evaluated.
func (e *evaluator) evalOutline(n *node) {
	if n.kind == "has_readme" {
		n.value = cty.BoolVal(len(e.byKind["readme"]) > 0)
		return
	}
	var names []string
	ctx := e.scope(n)
	for _, c := range e.byKind["component"] {
		off := slices.ContainsFunc(c.switches(), func(a *hcl.Attribute) bool { return e.off(a, ctx) })
		if c.def != nil && !off {
			names = append(names, c.def.manifest.Name)
		}
	}
	slices.Sort(names)
	n.value = cty.ListValEmpty(cty.String)
	var values []cty.Value
	for _, name := range slices.Compact(names) {
		values = append(values, cty.StringVal(name))
	}
	if len(values) > 0 {
		n.value = cty.ListVal(values)
	}
}

// off reports whether a switch leaves its component out: false, or nothing to have it
// for. What depends on each is not known here, and counts as there.
func (e *evaluator) off(attr *hcl.Attribute, ctx *hcl.EvalContext) bool {
	x, diags := e.native(attr.Expr)
	if diags.HasErrors() {
		return false
	}
	v, diags := e.measured(x, ctx)
	if v, _ = v.Unmark(); diags.HasErrors() || !v.IsKnown() || v.IsNull() {
		return false
	}
	if v.Type() == cty.Bool {
		return v.False()
	}
	return v.CanIterateElements() && v.LengthInt() == 0
}

// projectNodes are all nodes whose values are attributes of the project.
func (e *evaluator) projectNodes() []*node {
	out := slices.Clone(e.byKind["project"])
	for _, kind := range outlines {
		out = append(out, e.byKind[kind]...)
	}
	return out
}
