package hclspec

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// translation reads the README in another language: its sections stand for those of
// the README of the same kind and name.
func (r *readmeEval) translation(block *hcl.Block, main *Readme) hcl.Diagnostics {
	sch, _ := r.n.sch.Block("translation")
	lang := block.Labels[0]
	content, diags := block.Body.Content(hclSchema(sch))
	out := &Readme{
		Address: Address("readme", lang, nil), Lang: lang, Preset: main.Preset, Markers: main.Markers, Inputs: main.Inputs,
		Range: block.DefRange, LangRange: block.LabelRanges[0], PresetRange: main.PresetRange,
	}
	for _, other := range append([]*Readme{main}, main.Translations...) {
		if other.Lang == lang || other.Lang == "" && lang == "en" {
			diags = append(diags, errorAt(block.LabelRanges[0], "Duplicate language", fmt.Sprintf("The README in %q stands at %s already.", lang, place(other.Range))))
			return diags
		}
	}
	a, _ := sch.Attr("path")
	name := string(main.Path)
	ext := path.Ext(name)
	claimed, more := r.e.claimReadme(readmeClaim{a, content.Attributes["path"], out.Address, strings.TrimSuffix(name, ext) + "." + lang + ext, block.DefRange}, r.ctx)
	out.Path, diags = claimed, append(diags, more...)
	own := &Readme{}
	diags = append(diags, r.sections(content.Blocks, own)...)
	for _, s := range main.Sections {
		i := slices.IndexFunc(own.Sections, func(o Section) bool { return o.Kind == s.Kind && o.Name == s.Name })
		if i < 0 {
			s.Inherited = true
			out.Sections = append(out.Sections, s)
			continue
		}
		out.Sections = append(out.Sections, own.Sections[i])
		own.Sections = slices.Delete(own.Sections, i, i+1)
	}
	out.Sections = append(out.Sections, own.Sections...)
	main.Translations = append(main.Translations, out)
	return diags
}
