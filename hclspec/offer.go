package hclspec

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// offer is what an instance of a component has for the README.
type offer struct {
	name, prefix string // of the component block, of the instance's addresses
	rng          hcl.Range
	readme       *Readme
}

// offered are the sections of a component and of those inside it.
func (e *evaluator) offered() *Readme {
	own := e.project.Readme
	if own == nil {
		own = &Readme{}
		e.appendOffers(own)
	}
	said := sha256.New()
	for i := range own.Sections {
		if s := &own.Sections[i]; s.Component == "" {
			s.Component, s.asked = e.by.addr, usedBy(e.users())
			fmt.Fprintf(said, "%q %q %s\n", s.Kind, s.Name, valueDigest(s.Fields))
		}
	}
	if e.project.Readme != nil {
		own.Inputs = append(own.Inputs, Input{e.by.addr + ".readme", short(hex.EncodeToString(said.Sum(nil)))})
	}
	return own
}

// place puts the sections that a component offers where the README asks for them.
func (r *readmeEval) place(block *hcl.Block, to *Readme) hcl.Diagnostics {
	name := block.Labels[1]
	if _, diags := block.Body.Content(&hcl.BodySchema{}); diags.HasErrors() {
		return diags
	}
	var names []string
	for _, n := range r.e.byKind["component"] {
		names = append(names, n.label)
	}
	switch {
	case name == "":
		return hcl.Diagnostics{errorAt(block.DefRange, "Missing component", "Say whose sections stand here: section \"component\" \"NAME\" {}.")}
	case !slices.Contains(names, name):
		return hcl.Diagnostics{errorAt(block.LabelRanges[1], "Undeclared component", fmt.Sprintf("No component named %q is declared.%s", name, suggest(name, names)))}
	case r.placed[name]:
		return hcl.Diagnostics{errorAt(block.DefRange, "Duplicate section", fmt.Sprintf("The sections of the component %q have their place already.", name))}
	}
	r.placed[name] = true
	for _, o := range r.e.offers {
		if o.name == name {
			o.join(to)
		}
	}
	return nil
}

// appendOffers adds the sections that have no place of their own.
func (e *evaluator) appendOffers(to *Readme, placed ...string) {
	for _, o := range e.offers {
		if !slices.Contains(placed, o.name) {
			o.join(to)
		}
	}
}

func (o *offer) join(to *Readme) {
	to.Sections = append(to.Sections, o.readme.Sections...)
	to.Inputs = append(to.Inputs, o.readme.Inputs...)
}

// homeless warns of sections that are offered to a project without a README.
func (e *evaluator) homeless() hcl.Diagnostics {
	var diags hcl.Diagnostics
	if len(e.byKind["readme"]) > 0 {
		return nil
	}
	told := map[string]bool{}
	for _, o := range e.offers {
		if told[o.name] {
			continue // another instance
		}
		told[o.name] = true
		diags = append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagWarning, Summary: "No README", Subject: o.rng.Ptr(),
			Detail: fmt.Sprintf("%s offers sections for the README, and the spec has no readme block. Add one: readme {}.", Address("component", o.name, nil)),
		})
	}
	return diags
}
