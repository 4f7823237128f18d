package readme

import (
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
)

// TestArrange has sections that are given, and what a preset makes of them.
func TestArrange(t *testing.T) {
	t.Parallel()
	off := cty.ObjectVal(map[string]cty.Value{"enabled": cty.False})
	small := Project{Name: "demo", License: "MIT"}
	for _, c := range []struct {
		name, preset string
		given        []Section
		p            Project
		want         string
	}{
		{"nothing known", "minimal", nil, Project{Name: "demo"}, "title"},
		{"a guide to link to", "minimal", nil, Project{Name: "demo", Files: []string{".github/CONTRIBUTING.md"}}, "title contributing"},
		{"a tree of the README alone", "standard", nil, Project{Name: "demo", Files: []string{"README.md"}}, "title"},
		{"what is known", "minimal", nil, small, "title badges license"},
		{"the order is the preset's", "minimal", []Section{{Kind: "license"}, {Kind: "custom"}, {Kind: "title"}}, small, "title badges custom license"},
		{"off", "minimal", []Section{{Kind: "license", Fields: off}}, small, "title badges license"},
		{"other kinds go where custom is", "minimal", []Section{{Kind: "faq"}}, small, "title badges faq license"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			placed, ok := Arrange(c.given, c.preset, c.p)
			var got []string
			for _, s := range placed {
				got = append(got, s.Kind)
			}
			if text := strings.Join(got, " "); !ok || text != c.want {
				t.Errorf("got %s, want %s", text, c.want)
			}
		})
	}
	if _, ok := Arrange(nil, "nope", small); ok {
		t.Error("there is no such preset")
	}
}

// Every preset makes a README of the sample project that renders, with each section
// given exactly once; to arrange what was arranged changes nothing.
func TestArrangeLaws(t *testing.T) {
	t.Parallel()
	for _, preset := range Presets() {
		given := []Section{{Kind: "license"}, {Kind: "title"}}
		placed, _ := Arrange(given, preset.Name, Sample())
		for i := range given {
			if n := len(slices.DeleteFunc(slices.Clone(placed), func(s Placed) bool { return s.From != i })); n != 1 {
				t.Errorf("%s: section %d stands %d times", preset.Name, i, n)
			}
		}
		if preset.Name != "profile" { // it has no title of its own
			if _, err := Render(plainSections(placed), Sample()); err != nil {
				t.Errorf("%s: %v", preset.Name, err)
			}
		}
		again, _ := Arrange(plainSections(placed), preset.Name, Sample())
		if !slices.EqualFunc(placed, again, func(a, b Placed) bool { return a.Kind == b.Kind }) {
			t.Errorf("%s: another order the second time", preset.Name)
		}
	}
}
