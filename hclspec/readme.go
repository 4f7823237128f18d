package hclspec

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/dynblock"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

type readmeEval struct {
	e   *evaluator
	n   *node
	ctx *hcl.EvalContext
	// placed are the components whose sections were asked for.
	placed map[string]bool
}

func (r *readmeEval) read() hcl.Diagnostics {
	var content *hcl.BodyContent
	var diags hcl.Diagnostics
	over := r.e.budget.Guard(r.n.rng, func() hcl.Diagnostics {
		content, diags = dynblock.Expand(r.n.block.Body, r.ctx).Content(hclSchema(r.n.sch))
		return nil
	})
	if over.HasErrors() {
		return over
	}
	out := &Readme{Address: "readme", Range: r.n.rng}
	if r.e.up == nil { // a component offers sections, and has no file
		a, _ := r.n.sch.Attr("path")
		path, more := r.e.claimReadme(readmeClaim{a, content.Attributes["path"], "readme", "README.md", r.n.rng}, r.ctx)
		diags = append(diags, more...)
		out.Path = path
		diags = append(diags, r.settings(out, content.Attributes)...)
	}
	diags = append(diags, r.sections(content.Blocks, out)...)
	if diags.HasErrors() {
		return diags
	}
	r.e.addInputs(r.n)
	for _, name := range slices.Sorted(maps.Keys(r.n.inputs)) {
		out.Inputs = append(out.Inputs, Input{name, r.n.inputs[name]})
	}
	r.e.appendOffers(out, slices.Collect(maps.Keys(r.placed))...)
	out.Inputs = sortInputs(out.Inputs)
	r.e.project.Readme = out
	for _, block := range content.Blocks {
		if block.Type == "translation" {
			diags = append(diags, r.translation(block, out)...)
		}
	}
	return diags
}

// sections reads the section blocks among the blocks.
func (r *readmeEval) sections(blocks hcl.Blocks, out *Readme) hcl.Diagnostics {
	var diags hcl.Diagnostics
	seen := map[string]hcl.Range{}
	for _, block := range blocks {
		if block.Type != "section" {
			continue
		}
		if block.Labels[0] == "component" {
			diags = append(diags, r.place(block, out)...)
			continue
		}
		section, more := r.section(block)
		diags = append(diags, more...)
		if section == nil {
			continue
		}
		id := section.Kind + "\x00" + section.Name
		if first, dup := seen[id]; dup {
			diags = append(diags, duplicateSection(section, first))
		}
		seen[id] = block.DefRange
		out.Sections = append(out.Sections, *section)
	}
	return diags
}

// settings reads what stands for the whole README.
func (r *readmeEval) settings(out *Readme, attrs hcl.Attributes) hcl.Diagnostics {
	var diags hcl.Diagnostics
	text := func(name string) string {
		a, _ := r.n.sch.Attr(name)
		val, more := r.field(a, attrs[name])
		if diags = append(diags, more...); more.HasErrors() || val.IsNull() {
			return ""
		}
		return val.AsString()
	}
	out.Lang, out.Preset, out.Markers = text("lang"), text("preset"), text("markers") == "always"
	if attr := attrs["lang"]; attr != nil {
		out.LangRange = attr.Expr.Range()
	}
	if attr := attrs["preset"]; attr != nil {
		out.PresetRange = attr.Expr.Range()
	}
	return diags
}

func duplicateSection(s *Section, first hcl.Range) *hcl.Diagnostic {
	return errorAt(s.Range, "Duplicate section", fmt.Sprintf(
		"A %q section stands at %s already. Give one of them a second label of its own: section %q \"name\".", s.Kind, place(first), s.Kind))
}

// section decodes one section by the schema of its kind.
func (r *readmeEval) section(block *hcl.Block) (*Section, hcl.Diagnostics) {
	all, _ := r.n.sch.Block("section")
	kind, ok := all.Block(block.Labels[0])
	if !ok {
		var names []string
		for _, k := range all.Blocks {
			names = append(names, k.Name)
		}
		return nil, hcl.Diagnostics{errorAt(block.LabelRanges[0], "Unknown section kind", fmt.Sprintf(
			"There is no section kind %q.%s Use \"custom\" for a section of your own.", block.Labels[0], suggest(block.Labels[0], names)))}
	}
	content, diags := block.Body.Content(hclSchema(kind))
	diags = append(diags, requireAttrs(kind, content.Attributes, block.DefRange)...)
	s := &Section{Kind: kind.Name, Name: block.Labels[1], Range: block.DefRange, FieldRanges: map[string]hcl.Range{}}
	fields := map[string]cty.Value{}
	for i := range kind.Attrs {
		a := &kind.Attrs[i]
		val, more := r.field(a, content.Attributes[a.Name])
		diags = append(diags, more...)
		fields[a.Name] = val
		if attr := content.Attributes[a.Name]; attr != nil {
			s.FieldRanges[a.Name] = attr.Expr.Range()
		}
	}
	if diags.HasErrors() {
		return nil, diags
	}
	if s.Ownership = "spec"; !fields["ownership"].IsNull() {
		s.Ownership = fields["ownership"].AsString()
	}
	s.Fields = cty.ObjectVal(fields)
	return s, diags
}

func (r *readmeEval) field(a *schema.Attr, attr *hcl.Attribute) (cty.Value, hcl.Diagnostics) {
	val, diags := r.e.attr(a, attr, r.ctx)
	if !diags.HasErrors() && hasSensitive(val) {
		diags = append(diags, sensitiveFault(attr.Expr.Range(), a.Name))
	}
	return val, diags
}
