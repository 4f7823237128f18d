package planner

import (
	"errors"
	"slices"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/readme"
)

// SectionEdit is a section of a README that is not on disk as it was last rendered.
type SectionEdit struct {
	ID string
	// Section is what the spec says of it; nil is a section that left the spec.
	Section *hclspec.Section
	// Rendered is what the spec makes of it, Text what stands on disk, from Line on. A
	// section that was deleted has no Line.
	Rendered, Text string
	Line           int
}

// SectionEdits finds the sections that somebody changed since the last apply, in the
// order of the spec. The object is that of the lock. An error says which line of the
// README has a marker without its other half, or which headings may each be that of an
// edited section.
func SectionEdits(doc *hclspec.Readme, e *Entry, o *lockfile.Object, disk []byte) ([]SectionEdit, error) {
	was := readme.Renamed(sectionsOf(o), e.Sections, sectionDigest)
	stands, err := readme.Stands(readme.Sides{Disk: disk, Was: was, Want: e.Sections, Digest: sectionDigest})
	if err != nil {
		return nil, err
	}
	known := sectionsFor(doc)
	var out []SectionEdit
	for _, p := range e.Sections {
		if !slices.ContainsFunc(was, func(w readme.Was) bool { return w.ID == p.ID }) {
			continue
		}
		edit := SectionEdit{ID: p.ID, Rendered: p.Text}
		if i := slices.IndexFunc(known, func(s readme.Section) bool { return s.ID == p.ID }); i >= 0 {
			edit.Section = &doc.Sections[i]
		}
		if i := slices.IndexFunc(stands, func(s readme.Stand) bool { return s.ID == p.ID }); i >= 0 {
			edit.Text, edit.Line = stands[i].Text, stands[i].Line
			if twins := stands[i].Twins; twins != nil && edit.Text != edit.Rendered {
				return nil, errors.New(twinsOf(p.ID, twins))
			}
		}
		if edit.Text != edit.Rendered {
			out = append(out, edit)
		}
	}
	return out, nil
}

// StaleSections are the sections whose text on disk is not what the spec makes of them
// and which nobody edited, those that are not there yet too.
func StaleSections(e *Entry, o *lockfile.Object, disk []byte) ([]string, error) {
	was := readme.Renamed(sectionsOf(o), e.Sections, sectionDigest)
	stands, err := readme.Stands(readme.Sides{Disk: disk, Was: was, Want: e.Sections, Digest: sectionDigest})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range e.Sections {
		at := slices.IndexFunc(stands, func(s readme.Stand) bool { return s.ID == p.ID })
		known := slices.IndexFunc(was, func(w readme.Was) bool { return w.ID == p.ID })
		switch {
		case at < 0 && known < 0, at >= 0 && stands[at].Text != p.Text && known >= 0 && sectionDigest(stands[at].Text) == was[known].Digest:
			out = append(out, p.ID)
		}
	}
	return out, nil
}
