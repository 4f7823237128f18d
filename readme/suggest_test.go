package readme

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
)

// TestSuggest has the text of a custom section, and what it could be.
func TestSuggest(t *testing.T) {
	t.Parallel()
	known := Project{Name: "demo", License: "MIT", Authors: []Person{{Name: "Ada"}}, Files: []string{"README.md"}}
	for _, c := range []struct{ title, body, want string }{
		{"License", "MIT, see LICENSE.", "license derived"},
		{"Lizenz", "MIT-Lizenz.", "license derived title"},
		{"许可证", "MIT", "license derived title"},
		{"Copyright", "BSD-3-Clause.", "license spdx title"},
		{"Terms", "This is under the Apache-2.0 license.", "license spdx title"},
		{"🚀 Getting it", "Run:\n\n```sh\n$ pip install demo\n```\n\nDone.", "installation after before commands title"},
		{"Installation", "```python\nimport demo\n```", ""},
		{"Variables", "| Name | Default |\n| --- | --- |\n| `DEMO_URL` | `x` |\n| DEMO_KEY | - |\n", "env_variables items title"},
		{"Umgebungsvariablen", "- `PORT`: where it listens", "env_variables items title"},
		{"Variables", "| Name | Speed |\n| --- | --- |\n| `DEMO_URL` | `x` |\n", ""},
		{"Roadmap", "- [x] one\n- [ ] two", "roadmap items"},
		{"Next", "- [x] one\n- [ ] two", "roadmap items title"},
		{"Danksagung", "- [Ada](https://example.com): for all", "acknowledgements items title"},
		{"Thanks", "To *all* of you.", ""},
		{"FAQ", "### Why?\n\nBecause.\n\n### How?\n\nSo.", "faq items"},
		{"Motivation", "Long ago.", "background body title"},
		{"Citation", "Cite:\n\n```bibtex\n@misc{x, title={y}}\n```", "citation before bibtex"},
		{"Autoren", "Ada & co", "authors derived title"},
		{"Contributing", "Please do.", ""},
		{"Something else", "Of no kind.", ""},
		{"Features", "- fast\n- _small_", "features items"},
		{"Known issues", "| What | Why | Then |\n|---|---|---|\n| a | b | c |", "troubleshooting items title"},
	} {
		s := Section{Kind: "custom", Name: "x", Fields: cty.ObjectVal(map[string]cty.Value{"title": cty.StringVal(c.title), "body": cty.StringVal(c.body)})}
		got := ""
		for _, one := range Suggest([]Section{s}, known) {
			words := slices.Sorted(maps.Keys(one.Section.Fields.AsValueMap()))
			if one.Derived {
				words = slices.Insert(words, 0, "derived")
			}
			got = strings.TrimSpace(one.Section.Kind + " " + strings.Join(words, " "))
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.title, got, c.want)
		}
	}
}

// Every kind's heading leads to it in every language, and no synonym to two kinds or
// to one that is not there.
func TestSuggestTitles(t *testing.T) {
	t.Parallel()
	all := titles()
	for _, lang := range Languages() {
		book, _ := phrasebookOf(lang)
		for _, k := range catalogue() {
			if !k.headed() || k.heading == "" || k.name == "custom" {
				continue
			}
			if title := book.phrase(k.heading); all[plainTitle(title)] != k.name {
				t.Errorf("%s: %q is taken for %q, not %q", lang, title, all[plainTitle(title)], k.name)
			}
		}
	}
	d := document{catalogue: catalogue()}
	seen := map[string]string{}
	for line := range strings.Lines(synonyms) {
		kind, list, _ := strings.Cut(strings.TrimSpace(line), " = ")
		if d.kind(kind) == nil {
			t.Errorf("there is no kind %q", kind)
		}
		for title := range strings.SplitSeq(list, ", ") {
			if other := seen[title]; other != "" {
				t.Errorf("%q is %s and %s", title, other, kind)
			}
			if seen[title] = kind; all[plainTitle(title)] != kind {
				t.Errorf("%q of %s is the heading of %s", title, kind, all[plainTitle(title)])
			}
		}
	}
}

// Nothing that is suggested with fields of its own loses a word of the text: each
// stands in what it renders.
func TestSuggestKeepsWords(t *testing.T) {
	t.Parallel()
	for i, body := range []string{
		"Run:\n\n```sh\npip install demo\n```\n\nDone, *really*.", "Words.\n\n- [x] one\n- [ ] two\n\nMore words.",
		"| Name | Description |\n| --- | --- |\n| `DEMO_URL` | where |\n\nAnd so on.", "Cite:\n\n```bibtex\n@misc{x, title={y}}\n```",
	} {
		for _, title := range []string{"Installation", "Roadmap", "Environment variables", "Citation"} {
			s := Section{Kind: "custom", Name: "x", Fields: cty.ObjectVal(map[string]cty.Value{"title": cty.StringVal(title), "body": cty.StringVal(body)})}
			for _, one := range Suggest([]Section{s}, Project{Name: "demo"}) {
				typed, _ := converted(one.Section)
				doc, err := Render([]Section{typed}, Project{Name: "demo"})
				if err != nil {
					t.Fatal(i, title, err)
				}
				for _, word := range strings.FieldsFunc(body, func(r rune) bool { return strings.ContainsRune(" \n`|-[]*.,:#", r) }) {
					if !strings.Contains(string(doc), word) {
						t.Errorf("%d %s: %q is lost in\n%s", i, title, word, doc)
					}
				}
			}
		}
	}
}
