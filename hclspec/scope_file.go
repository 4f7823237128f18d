package hclspec

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// Scope is what the source or the template of a file has to do with: the files
// beside it, functions and values. Files of one spec, or of one instance of a
// component, have equal scopes.
type Scope struct{ e *evaluator }

// Scope is the file's.
func (f *File) Scope() Scope { return Scope{f.from} }

// ReadFile returns the bytes of a source or template, which the caller must not
// change. The error names the file once.
func (s Scope) ReadFile(name string) ([]byte, error) { return s.e.reads.ReadFile(name) }

// Name is how messages call a source or template.
func (s Scope) Name(name string) string { return s.e.reads.Name(name) }

// FileID tells the files of a project and of its components apart: equal ones mean
// equal bytes.
type FileID struct {
	reads *Reads
	name  string
}

// ID is that of a source or template.
func (s Scope) ID(name string) FileID {
	reads, clean := s.e.reads.origin(name)
	return FileID{reads, clean}
}

// Funcs are the functions a template may call.
func (s Scope) Funcs() map[string]function.Function { return s.e.funcs }

// Variables are what a template sees beside its vars: the facts, of which a
// component sees those that its manifest lists, and in a component its inputs as
// `var`.
func (s Scope) Variables() map[string]cty.Value {
	root, out := s.e.root(), map[string]cty.Value{}
	if project := s.project(); project != cty.NilVal {
		out["project"] = project
	}
	for _, kind := range factKinds {
		if s.e.def == nil || s.e.def.manifest.reads(kind) {
			out[kind] = cty.ObjectVal(values(root.byKind[kind]))
		}
	}
	if s.e.def != nil {
		out["var"] = cty.ObjectVal(values(s.e.byKind["var"]))
	}
	return out
}

func values(nodes []*node) map[string]cty.Value {
	named := map[string]cty.Value{}
	for _, n := range nodes {
		named[n.label] = known(n)
	}
	return named
}

// project is the project as the scope may see it; NilVal when not at all.
func (s Scope) project() cty.Value {
	whole := projectValue(s.e.root().projectNodes()...)
	if s.e.def == nil || s.e.def.manifest.reads("project") {
		return whole
	}
	seen := map[string]cty.Value{}
	for name, v := range whole.AsValueMap() {
		if s.e.def.manifest.reads("project." + name) {
			seen[name] = v
		}
	}
	if len(seen) == 0 {
		return cty.NilVal
	}
	return cty.ObjectVal(seen)
}

// Input names the fact or the input that a template's reference reads, with its
// digest; "" when it reads none. The fault is a fact that the manifest does not
// list.
func (s Scope) Input(trav hcl.Traversal) (name, digest string, fault *hcl.Diagnostic) {
	switch kind := trav.RootName(); {
	case kind == "project":
		return s.projectInput(trav)
	case kind == "var" && s.e.def != nil:
		return s.named(s.e, kind, "variable", trav)
	case isFactKey(kind) && (s.e.def != nil || len(s.e.byKind[kind]) > 0):
		if fault := s.e.unlisted(kind, trav); fault != nil {
			return "", "", fault
		}
		return s.named(s.e.root(), kind, kind, trav)
	}
	return "", "", nil // a name among the vars, perhaps
}

func (s Scope) projectInput(trav hcl.Traversal) (name, digest string, fault *hcl.Diagnostic) {
	name = "project"
	value := projectValue(s.e.root().byKind["project"]...)
	if attr, ok := step(trav, 1); ok && isOutline(attr) {
		value = projectValue(s.e.root().projectNodes()...)
	}
	if attr, ok := step(trav, 1); ok {
		name += "." + attr
		value = projected(name, value)
	}
	return name, valueDigest(value), s.e.unlisted(name, trav)
}

func (s Scope) named(owner *evaluator, kind, block string, trav hcl.Traversal) (name, digest string, fault *hcl.Diagnostic) {
	label, ok := step(trav, 1)
	if n := owner.byKey[block+"."+label]; ok && n != nil {
		return n.addr, valueDigest(n.value), nil
	}
	return owner.prefix + kind, valueDigest(cty.ObjectVal(values(owner.byKind[kind]))), nil
}
