package hclspec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Manifest is what a component says of itself.
type Manifest struct {
	Name, Version, Description         string
	Reads, Requires, Conflicts, Python []string
	Range                              hcl.Range
}

// readManifest finds the manifest block of a component and judges it before the
// rest is looked at: an old binary then says so instead of calling blocks unknown.
func (e *evaluator) readManifest(def *definition) (Manifest, hcl.Diagnostics) {
	sch := manifestBlock()
	content, _, diags := def.body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "component", LabelNames: []string{"name"}}}})
	var m Manifest
	found := diags.HasErrors() // it lacks its name, or has two
	for _, block := range content.Blocks {
		if isCall(block) {
			continue
		}
		if found {
			diags = append(diags, errorAt(block.DefRange, "Two manifests", fmt.Sprintf("The manifest stands at %s already. A nested component has a `source`.", place(m.Range))))
			continue
		}
		found = true
		inner, more := block.Body.Content(hclSchema(&sch))
		if fault := e.tooNew(inner); fault.HasErrors() {
			return m, fault
		}
		diags = append(append(diags, more...), requireAttrs(&sch, inner.Attributes, block.DefRange)...)
		m = Manifest{Name: block.Labels[0], Range: block.DefRange}
		p := e.params
		p.Spec = []Source{def.source}
		diags = append(diags, (&evaluator{params: p, budget: e.budget, up: e}).fillManifest(&m, inner.Attributes)...)
	}
	if !found {
		at := hcl.Range{Filename: def.source.Name, Start: hcl.InitialPos, End: hcl.InitialPos}
		diags = append(diags, errorAt(at, "Missing manifest", "A component says what it is. Add a block such as:\n\n  component \"name\" {\n    version = \"1.0.0\"\n  }"))
	}
	return m, diags
}

// isCall tells a nested component from the manifest.
func isCall(block *hcl.Block) bool {
	content, _, _ := block.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "source"}}})
	return content.Attributes["source"] != nil
}

func (e *evaluator) tooNew(content *hcl.BodyContent) hcl.Diagnostics {
	if attr := content.Attributes["required_version"]; attr != nil {
		return e.root().requireVersion(attr, "This component")
	}
	return nil
}

func (e *evaluator) fillManifest(m *Manifest, attrs hcl.Attributes) hcl.Diagnostics {
	var diags hcl.Diagnostics
	sch := manifestBlock()
	lists := map[string]*[]string{"reads": &m.Reads, "requires": &m.Requires, "conflicts": &m.Conflicts, "python": &m.Python}
	texts := map[string]*string{"version": &m.Version, "description": &m.Description}
	for i := range sch.Attrs {
		a := &sch.Attrs[i]
		attr := attrs[a.Name]
		if attr == nil {
			continue
		}
		val, more := e.attr(a, attr, nil)
		if diags = append(diags, more...); more.HasErrors() || val.IsNull() {
			continue
		}
		if to := texts[a.Name]; to != nil {
			*to = val.AsString()
		}
		if to := lists[a.Name]; to != nil {
			*to = words(val)
		}
	}
	if _, err := version.NewVersion(m.Version); m.Version != "" && err != nil {
		diags = append(diags, errorAt(attrs["version"].Expr.Range(), "Invalid version", fmt.Sprintf("%q is no version. Write one such as \"1.0.0\".", m.Version)))
	}
	for i, fact := range m.Reads {
		if !isFact(fact) {
			at := locate(attrs["reads"].Expr, cty.Path{cty.IndexStep{Key: cty.NumberIntVal(int64(i))}})
			diags = append(diags, errorAt(at, "Unknown fact", fmt.Sprintf("There is no fact %q to read.%s", fact, suggest(fact, factNames()))))
		}
	}
	return diags
}

func words(v cty.Value) []string {
	var out []string
	for _, e := range v.AsValueSlice() {
		if !e.IsNull() {
			out = append(out, e.AsString())
		}
	}
	return out
}

// factNames are what a manifest may list in reads.
func factNames() []string {
	sch := projectBlock()
	out := append([]string{"project", "project.name"}, factKinds...)
	for _, a := range sch.Attrs {
		out = append(out, "project."+a.Name)
	}
	for _, b := range sch.Blocks {
		out = append(out, "project."+b.Name)
	}
	return append(out, "project.pipeline", "project.components", "project.has_readme")
}

func isFact(name string) bool { return slices.Contains(factNames(), name) }

// reads reports whether the component says that it reads a fact.
func (m *Manifest) reads(name string) bool {
	if slices.Contains(m.Reads, name) {
		return true
	}
	kind, _, _ := strings.Cut(name, ".")
	return kind != name && slices.Contains(m.Reads, kind) || kind == name && kind == "project" && slices.Contains(m.Reads, "project")
}

// refs are the references that using the component makes.
func (m *Manifest) refs(rng hcl.Range) []ref {
	var out []ref
	for _, name := range m.Reads {
		out = append(out, ref{node: factKey(name), name: name, rng: rng, order: true})
	}
	if len(m.Python) > 0 {
		out = append(out, ref{node: "project", name: "project", rng: rng, order: true})
	}
	return out
}
