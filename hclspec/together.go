package hclspec

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// checkTogether holds what the manifests require, and cannot live with, against what
// the project has.
func (e *evaluator) checkTogether() hcl.Diagnostics {
	var names []string
	for _, c := range e.project.Components {
		names = append(names, c.Manifest.Name)
	}
	var diags hcl.Diagnostics
	for i := range e.project.Components {
		c := &e.project.Components[i]
		for _, want := range c.Manifest.Requires {
			if !slices.Contains(names, want) && !e.faulty(want) && (!isFactKey(want) || e.unstated(want)) {
				diags = append(diags, c.lacks(want))
			}
		}
		for _, other := range c.Manifest.Conflicts {
			if k := slices.IndexFunc(e.project.Components, func(o ComponentUse) bool { return o.Manifest.Name == other && o.Address != c.Address }); k >= 0 {
				o := e.project.Components[k]
				if k < i && slices.Contains(o.Manifest.Conflicts, c.Manifest.Name) {
					continue // told there
				}
				text := fmt.Sprintf("%s (%s) cannot be in a project with %s (%s at %s). Leave one of them out.", c.Address, c.Manifest.Name, other, o.Address, place(o.Range))
				diags = append(diags, errorAt(c.Range, "Conflicting components", attach(text, c.asked)))
			}
		}
	}
	return append(diags, e.homeless()...)
}

// faulty reports whether a component of that name, or of a name that is not known, is
// in the spec and could not be evaluated: then it is not what is missing.
func (e *evaluator) faulty(name string) bool {
	return slices.ContainsFunc(e.byKind["component"], func(n *node) bool {
		return n.failed && (n.def == nil || n.def.manifest.Name == name)
	})
}

// unstated reports whether a requirement is a kind of facts of which the spec has none.
func (e *evaluator) unstated(kind string) bool {
	return isFactKey(kind) && !slices.ContainsFunc(e.targets(factKey(kind)), func(n *node) bool { return n.kind != "problem" || n.block != nil })
}

func (c *ComponentUse) lacks(want string) *hcl.Diagnostic {
	what := fmt.Sprintf("the component %q: add it, such as component \"%s\" { source = \"builtin/%s\" }", want, want, want)
	if isFactKey(want) {
		what = fmt.Sprintf("a %s: add the block", want)
	}
	return errorAt(c.Range, "Missing requirement", attach(fmt.Sprintf("%s (%s) needs %s, or leave it out.", c.Address, c.Manifest.Name, what), c.asked))
}
