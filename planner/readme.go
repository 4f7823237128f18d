package planner

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/readme"
)

// readme renders the README's sections, which may be derived from facts, from every
// other path and from files of the project.
func (r *renderer) readme(doc *hclspec.Readme, entries []Entry) Entry {
	e := Entry{
		Path: doc.Path, Address: doc.Address, Kind: "readme", Mode: "0644", Ownership: "spec",
		Inputs: lockInputs(doc.Inputs), Range: rangeOf(doc.Range),
	}
	p := about(r.project, doc, entries)
	sections, from := arranged(doc, p)
	if sections == nil && doc.Preset != "" {
		var names []string
		for _, preset := range readme.Presets() {
			names = append(names, preset.Name)
		}
		r.fault(doc.PresetRange, "Unknown preset", fmt.Sprintf("There is no order of sections called %q. Use one of %s.", doc.Preset, strings.Join(names, ", ")))
	}
	for i := range sections {
		for _, file := range readme.Sources(sections[i], p) {
			if data, err := p.Read(file); err == nil {
				e.Inputs = mergeInputs(e.Inputs, []lockfile.Input{{Name: file, Digest: strings.TrimPrefix(Digest(data), "sha256:")[:16]}})
			}
		}
	}
	pieces, err := readme.Pieces(sections, p)
	if err != nil {
		r.sectionFault(doc, from, err)
	} else if pieces == nil {
		pieces = []readme.Piece{} // what else is in the file stays there, too
	}
	e.Sections, e.Content = pieces, readme.Join(pieces)
	return e
}

// sectionsFor are the sections as package readme takes them.
func sectionsFor(doc *hclspec.Readme) []readme.Section {
	out := make([]readme.Section, len(doc.Sections))
	ids := map[string]int{}
	for i, s := range doc.Sections {
		id := sectionID(&s)
		if ids[id]++; ids[id] > 1 { // names that only differ in what no marker can say
			id = fmt.Sprintf("%s-%d", id, ids[id])
		}
		out[i] = readme.Section{ID: id, Kind: s.Kind, Name: s.Name, Ownership: s.Ownership, Fields: s.Fields}
	}
	return out
}

// sectionID is the section's name in markers and in the lock.
func sectionID(s *hclspec.Section) string {
	id := s.Kind
	if s.Name != "" {
		id += "." + s.Name
	}
	if s.Component != "" {
		id = strings.ReplaceAll(s.Component, "component", "") + "." + id
	}
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '.':
			return r
		}
		return '-'
	}, strings.NewReplacer(`["`, ".", `"]`, "").Replace(id)), ".-")
}

// Document is a README as package readme takes it: its sections, and what they may be
// derived from, given the entries of the other files.
func Document(project *hclspec.Project, doc *hclspec.Readme, entries []Entry) ([]readme.Section, readme.Project) {
	p := about(project, doc, entries)
	sections, _ := arranged(doc, p)
	return sections, p
}

// arranged are the sections in the order of the README's preset, with what that adds;
// from says for each which section of the spec it is, -1 for one that is added. There
// is none when the preset is not known.
func arranged(doc *hclspec.Readme, p readme.Project) (sections []readme.Section, from []int) {
	sections = sectionsFor(doc)
	for i := range sections {
		from = append(from, i)
	}
	if doc.Preset != "" {
		placed, _ := readme.Arrange(sections, doc.Preset, p)
		sections, from = nil, nil
		for _, s := range placed {
			sections, from = append(sections, s.Section), append(from, s.From)
		}
	}
	sections, added := readme.WithLanguages(sections, p)
	if added >= 0 {
		from = slices.Insert(from, added, -1)
	}
	return sections, from
}

// about is what the sections may be derived from.
func about(project *hclspec.Project, doc *hclspec.Readme, entries []Entry) readme.Project {
	facts := project.Facts
	p := readme.Project{
		Name: facts.Name, Title: facts.Title, Summary: facts.Summary, Package: facts.Package,
		License: facts.License, Repository: facts.Repository, Python: facts.Python, Path: string(doc.Path),
		Lang: doc.Lang, Markers: doc.Markers, Files: []string{string(doc.Path)},
		Exists: func(path string) bool { ok, err := project.Reads.Exists(path); return ok && err == nil },
	}
	for i, other := range project.Readmes() {
		lang := other.Lang
		if i == 0 && lang == "" {
			lang = "en"
		}
		p.Translations = append(p.Translations, readme.Translation{Lang: lang, Path: string(other.Path)})
		if other.Path != doc.Path {
			p.Files = append(p.Files, string(other.Path))
		}
	}
	for _, a := range facts.Authors {
		p.Authors = append(p.Authors, readme.Person{Name: a.Name, Email: a.Email})
	}
	for _, f := range project.SectionFacts() {
		p.Facts = append(p.Facts, readme.Fact{Kind: f.Kind, Name: f.Name, Value: f.Value})
	}
	planned := map[string][]byte{}
	for _, other := range entries {
		p.Files = append(p.Files, string(other.Path))
		if other.Ownership == "spec" {
			planned[string(other.Path)] = other.Content
		}
	}
	slices.Sort(p.Files)
	p.Read = func(path string) ([]byte, error) {
		if content, ok := planned[path]; ok {
			return content, nil
		}
		if ok, err := project.Reads.Exists(path); err != nil || !ok {
			return nil, errors.Join(err, fs.ErrNotExist)
		}
		return project.Reads.ReadFile(path)
	}
	return p
}

// sectionFault points at the field that readme found fault with.
func (r *renderer) sectionFault(doc *hclspec.Readme, from []int, err error) {
	se, ok := errors.AsType[*readme.SectionError](err)
	if !ok || se.Index < 0 || se.Index >= len(from) || from[se.Index] < 0 {
		rng := doc.Range
		if ok && doc.LangRange.Filename != "" {
			rng = doc.LangRange
		}
		if ok {
			err = fmt.Errorf("%s. %s", se.Reason, se.Fix)
		}
		r.fault(rng, "Invalid section", err.Error()+".")
		return
	}
	s := doc.Sections[from[se.Index]]
	rng := s.Range
	if field, ok := s.FieldRanges[se.Field]; ok {
		rng = field
	}
	r.fault(rng, "Invalid section", blame(fmt.Sprintf("%s. %s.", se.Reason, se.Fix), s.UsedBy()))
}
