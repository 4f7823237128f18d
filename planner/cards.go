package planner

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/readme"
)

// card renders a card from the facts, which may be of any kind, and from metrics files.
func (r *renderer) card(f *hclspec.File, entries []Entry) Entry {
	e := Entry{
		Path: f.Path, Address: f.Address, Kind: f.Kind, Mode: f.Mode, Ownership: f.Ownership,
		PreventDestroy: f.PreventDestroy, Inputs: lockInputs(f.Inputs), Range: rangeOf(f.Range),
	}
	p := about(r.project, &hclspec.Readme{Path: f.Path}, entries)
	var err error
	switch f.Card.Kind {
	case "model":
		for _, file := range readme.ModelCardSources(p, f.Card.Name) {
			if data, err := p.Read(file); err == nil {
				e.Inputs = mergeInputs(e.Inputs, []lockfile.Input{{Name: file, Digest: strings.TrimPrefix(Digest(data), "sha256:")[:16]}})
			}
		}
		e.Content, _, err = readme.ModelCard(p, f.Card.Name)
	case "dataset":
		e.Content, _, err = readme.DatasetCard(p, f.Card.Name)
	default:
		e.Content, _, err = readme.CitationFile(p)
	}
	if fault, ok := errors.AsType[*readme.SectionError](err); ok {
		r.fault(f.BodyRange, "Invalid card", blame(fmt.Sprintf("%s. %s.", fault.Reason, fault.Fix), f.UsedBy()))
	}
	if f.Card.Kind != "project" {
		for _, fault := range readme.CheckCard(f.Card.Kind, e.Content) {
			r.fault(f.BodyRange, "Invalid card", blame(fmt.Sprintf("The front matter of %s is not valid. %s. %s.", f.Path, fault.Reason, fault.Fix), f.UsedBy()))
		}
	}
	return e
}
