package hclspec

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// resolve finds and checks the references of every node before anything is
// evaluated, so that a misspelt name is one message and no more.
func (e *evaluator) resolve() hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, n := range e.nodes {
		if n.kind == "readme" {
			n.refs = append(n.refs, ref{node: "component.", name: "component", rng: n.rng, order: true})
			n.refs = append(n.refs, sectionRefs(n.sch, n.block.Body)...)
		}
		if n.kind == "pipeline" {
			n.refs = append(n.refs, ref{node: "stage.", name: "stage", rng: n.rng})
		}
		if n.kind == "components" {
			n.refs = append(n.refs, e.switchRefs()...)
		}
		if n.content == nil && n.expr == nil && n.kind != "readme" {
			continue
		}
		for _, trav := range e.traversals(n) {
			r, diag := e.ref(n, trav)
			if diag != nil {
				n.failed = true
				diags = append(diags, diag)
			} else if r.node != "" && (r.node != n.key || n.kind != "variable") {
				n.refs = append(n.refs, r)
				e.named[r.node] = true
			}
		}
	}
	return diags
}

// ref reads one traversal. A ref without a node needs no other node.
func (e *evaluator) ref(n *node, trav hcl.Traversal) (ref, *hcl.Diagnostic) {
	root := trav.RootName()
	switch root {
	case "var", "local", "file", "file_block", "file_keys", "directory", "component",
		"dataset", "stage", "model", "service", "monitor", "environment":
		return e.namedRef(root, trav)
	case "project":
		return e.projectRef(trav)
	case "each":
		return ref{}, e.eachRef(n, trav)
	case "self":
		return ref{}, nil // only a postcondition has it; evaluation says so
	case "plan":
		return ref{}, errorAt(trav.SourceRange(), "Invalid reference", "plan.summary is known only after planning; only `message` in the git block may use it.")
	default:
		return ref{}, errorAt(trav.SourceRange(), "Unknown reference", fmt.Sprintf("There is nothing called %q here.%s", root,
			suggest(root, append(factSuggestions(), "var", "local", "project", "component", "file", "file_block", "file_keys", "directory", "each"))))
	}
}

func (e *evaluator) namedRef(kind string, trav hcl.Traversal) (ref, *hcl.Diagnostic) {
	owner, prefix := e, e.prefix
	if slices.Contains(factKinds, kind) {
		owner, prefix = e.root(), ""
		if fault := e.unlisted(kind, trav); fault != nil {
			return ref{}, fault
		}
	}
	label, ok := step(trav, 1)
	if !ok {
		return ref{node: kind + ".", name: prefix + kind, rng: trav.SourceRange()}, nil
	}
	block := kind
	if kind == "var" {
		block = "variable"
	}
	key := block + "." + label
	if owner.byKey[key] == nil {
		return ref{}, owner.undeclared(kind, label, trav)
	}
	if fault := owner.byKey[key].outputFault(trav); fault != nil {
		return ref{}, fault
	}
	return ref{node: key, name: prefix + Address(kind, label, nil), rng: trav.SourceRange()}, nil
}

// outputFault refuses a reference to what a component does not give out.
func (n *node) outputFault(trav hcl.Traversal) *hcl.Diagnostic {
	at := 2
	if n.kind != "component" || n.def == nil {
		return nil
	}
	if n.content.Attributes["for_each"] != nil {
		at++ // the key of the instance
	}
	name, ok := step(trav, at)
	if !ok || n.def.files.Generate != nil || slices.Contains(n.def.outputs, name) {
		return nil
	}
	hint := suggest(name, n.def.outputs)
	if hint == "" && len(n.def.outputs) > 0 {
		hint = " It has " + quoted(n.def.outputs) + "."
	} else if hint == "" {
		hint = " It has none: only what an output block names is seen outside of a component."
	}
	return errorAt(trav.SourceRange(), "Unknown output", fmt.Sprintf("%s has no output %q.%s", n.addr, name, hint))
}

// unlisted refuses a reference from inside a component to a fact that its manifest
// does not list.
func (e *evaluator) unlisted(name string, trav hcl.Traversal) *hcl.Diagnostic {
	if e.def == nil || e.def.manifest.reads(name) {
		return nil
	}
	return errorAt(trav.SourceRange(), "Unlisted fact", fmt.Sprintf("This component reads %s, and its manifest does not say so. Add %q to `reads` in %s.", name, name, e.def.source.Name))
}

func (e *evaluator) undeclared(kind, label string, trav hcl.Traversal) *hcl.Diagnostic {
	var names []string
	for _, n := range e.byKind[kind] {
		names = append(names, n.label)
	}
	what := map[string]string{"var": "variable", "local": "local value"}[kind]
	if what == "" {
		what = kind
	}
	return errorAt(trav.SourceRange(), "Undeclared "+what, fmt.Sprintf("No %s named %q is declared.%s", what, label, suggest(label, names)))
}

func (e *evaluator) projectRef(trav hcl.Traversal) (ref, *hcl.Diagnostic) {
	name, ok := step(trav, 1)
	r := ref{node: "project", name: "project", rng: trav.SourceRange()}
	if !ok {
		r.node = "project."
		return r, e.unlisted("project", trav)
	}
	if fault := e.unlisted("project."+name, trav); fault != nil && isFact("project."+name) {
		return ref{}, fault
	}
	if name == "problem" || name == "pipeline" || isOutline(name) {
		r.node = "project." + name
		r.name = r.node
		return r, nil
	}
	names := append([]string{"name", "problem", "pipeline"}, outlines...)
	sch, _ := e.root().lang.Block("project")
	for _, a := range sch.Attrs {
		names = append(names, a.Name)
	}
	for _, known := range names {
		if known == name {
			r.name = "project." + name
			return r, nil
		}
	}
	return ref{}, errorAt(trav.SourceRange(), "Unsupported attribute", fmt.Sprintf("A project has no attribute %q.%s", name, suggest(name, names)))
}

func (e *evaluator) eachRef(n *node, trav hcl.Traversal) *hcl.Diagnostic {
	if n.content != nil && n.content.Attributes["for_each"] != nil {
		return nil
	}
	return errorAt(trav.SourceRange(), "Invalid reference", "each.key and each.value exist only in a block that has for_each.")
}

// step returns the name in a traversal's step i, by attribute or by a literal
// string index.
func step(trav hcl.Traversal, i int) (string, bool) {
	if len(trav) <= i {
		return "", false
	}
	switch t := trav[i].(type) {
	case hcl.TraverseAttr:
		return t.Name, true
	case hcl.TraverseIndex:
		if t.Key.Type() == cty.String && t.Key.IsKnown() && !t.Key.IsNull() {
			return t.Key.AsString(), true
		}
	}
	return "", false
}

// suggest returns " Did you mean ...?" for the nearest name, or "".
func suggest(given string, names []string) string {
	names = append([]string(nil), names...)
	sort.Strings(names)
	best, limit := "", max(2, len(given)/3)+1
	for _, name := range names {
		if d := levenshtein.Distance(strings.ToLower(given), strings.ToLower(name), nil); d < limit {
			best, limit = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" Did you mean %q?", best)
}
