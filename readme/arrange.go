package readme

import (
	"bytes"
	"slices"
)

// Placed is a section in the order of a preset.
type Placed struct {
	Section
	// From is its index among the sections given; -1 is one that the preset adds.
	From int
}

// tocLines is from how many lines on a preset adds a table of contents, as the
// Standard Readme specification has it.
const tocLines = 100

// Arrange puts sections into the order of a preset, see Order, and adds its other
// kinds as far as the project can fill them without a word of the spec: a kind that
// has nothing to say, or a fault, is left out, and nothing is said that no fact and no
// file states. A section that is given stands for its
// kind, also when it is not enabled. False when there is no such preset.
func Arrange(sections []Section, preset string, p Project) ([]Placed, bool) {
	all := Presets()
	at := slices.IndexFunc(all, func(p Preset) bool { return p.Name == preset })
	if at < 0 {
		return nil, false
	}
	var out []Placed
	for i, s := range sections {
		out = append(out, Placed{s, i})
	}
	toc := false
	for _, kind := range all[at].Kinds {
		given := slices.ContainsFunc(sections, func(s Section) bool { return s.Kind == kind })
		switch s := (Section{Kind: kind}); {
		case given:
		case kind == "toc":
			toc = true
		case fills(s, sections, p):
			out = append(out, Placed{s, -1})
		}
	}
	out = ordered(out, preset)
	if toc {
		if doc, err := Render(plainSections(out), p); err == nil && bytes.Count(doc, []byte("\n")) >= tocLines {
			out = ordered(append(out, Placed{Section{Kind: "toc"}, -1}), preset)
		}
	}
	return out, true
}

// fills reports whether a section without fields says something in the project.
func fills(s Section, given []Section, p Project) bool {
	pieces, err := Pieces([]Section{s}, p)
	if err != nil || len(pieces) == 0 {
		return false
	}
	switch s.Kind {
	case "checklist": // it always has five items
		return slices.ContainsFunc(Completeness(given, p), func(i Item) bool { return i.Done })
	case "contributing": // that help is welcome is for a person to say
		return slices.ContainsFunc(contributingFiles(), func(f string) bool { return slices.Contains(p.Files, f) })
	case "project_tree": // of the README alone
		return slices.ContainsFunc(p.Files, func(f string) bool { return f != first(p.Path, "README.md") })
	}
	return true
}

func plainSections(all []Placed) []Section {
	out := make([]Section, len(all))
	for i, s := range all {
		out[i] = s.Section
	}
	return out
}

func ordered(all []Placed, preset string) []Placed {
	kinds := make([]string, len(all))
	for i, s := range all {
		kinds[i] = s.Kind
	}
	order, _ := Order(kinds, preset)
	out := make([]Placed, len(all))
	for to, from := range order {
		out[to] = all[from]
	}
	return out
}
