package hclspec

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

// SectionFact is a fact that README sections may be derived from.
type SectionFact struct {
	// Kind is that of the block, or "problem"; Name its label.
	Kind, Name string
	Value      cty.Value
}

// SectionFacts are the facts for the README: the problem, the stages in the order of
// the pipeline, the others as declared.
func (p *Project) SectionFacts() []SectionFact {
	var out []SectionFact
	e := p.eval
	if n := e.byKey["project.problem"]; n != nil && n.block != nil {
		out = append(out, SectionFact{"problem", "", known(n)})
	}
	for _, kind := range factKinds {
		for _, n := range e.pipelined(kind) {
			out = append(out, SectionFact{kind, n.label, known(n)})
		}
	}
	return out
}

// pipelined are the nodes of a kind; stages as they run.
func (e *evaluator) pipelined(kind string) []*node {
	pipeline := e.byKey["project.pipeline"]
	if kind != "stage" || pipeline == nil || pipeline.value == cty.NilVal {
		return e.byKind[kind]
	}
	var out []*node
	for _, name := range pipeline.value.AsValueSlice() {
		if n := e.byKey["stage."+name.AsString()]; n != nil {
			out = append(out, n)
		}
	}
	return out
}

// sectionRefs are the facts that the sections of a README are derived from. Of those
// that are made by a dynamic block, or that a preset adds, the kind is not known: it
// waits for all.
func sectionRefs(sch *schema.Block, body hcl.Body) []ref {
	kinds, _ := sch.Block("section")
	content, _, _ := body.PartialContent(&hcl.BodySchema{
		Attributes: []hcl.AttributeSchema{{Name: "preset"}},
		Blocks: []hcl.BlockHeaderSchema{
			{Type: "section", LabelNames: []string{"kind", "name"}}, {Type: "dynamic", LabelNames: []string{"type"}}, {Type: "translation", LabelNames: []string{"lang"}},
		},
	})
	var out []ref
	add := func(kind string, rng hcl.Range, order bool) {
		r := ref{node: factKey(kind), name: kind, rng: rng, order: order}
		if kind == "problem" {
			r.node, r.name = "project.problem", "project.problem"
		}
		if !slices.ContainsFunc(out, func(o ref) bool { return o.node == r.node && o.order == order }) {
			out = append(out, r)
		}
	}
	all := func(rng hcl.Range) {
		for _, kind := range append(slices.Clone(factKinds), "problem") {
			add(kind, rng, true)
		}
	}
	if preset := content.Attributes["preset"]; preset != nil {
		all(preset.Range)
	}
	for _, block := range content.Blocks {
		if block.Type == "dynamic" {
			all(block.DefRange)
			continue
		}
		if inner, ok := sch.Block(block.Type); ok && block.Type == "translation" {
			out = append(out, sectionRefs(inner, block.Body)...)
			continue
		}
		if kind, ok := kinds.Block(block.Labels[0]); ok {
			for _, fact := range kind.Reads {
				add(fact, block.DefRange, false)
			}
		}
	}
	return out
}

// offeredFacts are the facts that the sections of a component are derived from: they
// come before it.
func (e *evaluator) offeredFacts(def *definition) []ref {
	lang := e.innerLanguage()
	sch, _ := lang.Block("readme")
	content, _, _ := def.body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "readme"}}})
	var out []ref
	for _, block := range content.Blocks {
		out = append(out, sectionRefs(sch, block.Body)...)
	}
	for i := range out {
		out[i].order = true
	}
	return out
}

// readmeInputs notes what any section may say of the project.
func (e *evaluator) readmeInputs() {
	project := e.byKey["project"]
	if project == nil || project.failed || project.value == cty.NilVal {
		return
	}
	for _, r := range e.project.Readmes() {
		for name, v := range project.value.AsValueMap() {
			if d := valueDigest(v); d != "" {
				r.Inputs = append(r.Inputs, Input{"project." + name, d})
			}
		}
		r.Inputs = sortInputs(r.Inputs)
	}
}
