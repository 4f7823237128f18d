package readme

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/zclconf/go-cty/cty"
	"go.yaml.in/yaml/v3"
)

// authorsOf reads the people of a case, whom project.hcl writes as texts.
func authorsOf(t *testing.T, src string) (string, []Person) {
	t.Helper()
	var people []Person
	var rest strings.Builder
	for line := range strings.Lines(src) {
		list, is := strings.CutPrefix(line, "authors = [")
		if !is {
			rest.WriteString(line)
			continue
		}
		for _, a := range strings.Split(strings.TrimSuffix(strings.TrimSpace(list), "]"), "\", ") {
			name, mail, _ := strings.Cut(strings.Trim(a, `"`), " <")
			people = append(people, Person{name, strings.TrimSuffix(mail, ">")})
		}
	}
	return rest.String(), people
}

// Each archive in testdata/cards names a card and holds what comes of it: the file,
// and below a line of equals signs what is missing; or the fault.
func TestCards(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/cards/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a := readArchive(t, file)
			var people []Person
			a.parts["project.hcl"], people = authorsOf(t, a.parts["project.hcl"])
			p := a.project(t)
			p.Authors = people
			out, missing, err := makeCard(p, strings.Fields(a.parts["card"]))
			name, got := "want.md", string(out)
			if se := (*SectionError)(nil); errors.As(err, &se) {
				name, got = "error.txt", fmt.Sprintf("%d\n%s.\n%s.\n", se.Index, se.Reason, se.Fix)
			} else {
				cardHolds(t, got)
				if faults := CheckCard(strings.Fields(a.parts["card"])[0], out); faults != nil {
					t.Error(faults)
				}
				got += "=====\n"
				for _, m := range missing {
					got += m.Part + ": " + m.Fix + ".\n"
				}
			}
			compare(t, a.src, file, txtar.File{Name: name, Data: []byte(got)})
		})
	}
}

func makeCard(p Project, card []string) ([]byte, []Missing, error) {
	switch card[0] {
	case "model":
		return ModelCard(p, card[1])
	case "dataset":
		return DatasetCard(p, card[1])
	}
	return CitationFile(p)
}

// cardHolds: the front matter, or the whole file, is YAML without a key twice, and
// the rest a document of sound form.
func cardHolds(t *testing.T, md string) map[string]any {
	t.Helper()
	front, body, has := strings.Cut(strings.TrimPrefix(md, "---\n"), "---\n\n")
	if has && strings.HasPrefix(md, "---\n") {
		shape(t, body)
	} else if strings.HasPrefix(md, "cff-version") {
		front = md
	} else {
		shape(t, md)
		return nil
	}
	var out map[string]any
	if err := yaml.Unmarshal([]byte(front), &out); err != nil {
		t.Errorf("%v\n%s", err, front)
	}
	return out
}

// A text of a card's front matter is that text to every reader.
func TestYAMLStrings(t *testing.T) {
	t.Parallel()
	words := append(inlineParts(), "yes", "No", "null", "1e3", "0x1", "2026-01-01", ".inf", "-", "? ", ": ", " #", "'", "%", "@", "---", "=")
	r := rand.New(rand.NewPCG(19, 20))
	check := func(s string) {
		t.Helper()
		want := oneLine(s)
		var got map[string]any
		if err := yaml.Unmarshal([]byte("k: "+yamlString(s)+"\n"), &got); err != nil || got["k"] != want {
			t.Fatalf("%q is written %s and read %v (%v)", s, yamlString(s), got["k"], err)
		}
	}
	for _, w := range words {
		check(w)
	}
	for range 3000 {
		check(pick(r, words, 1+r.IntN(6)))
	}
}

// Whatever stands in the facts, the front matter says just that.
func TestFrontMatterLaw(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(21, 22))
	for range 120 {
		title := "x" + pick(r, inlineParts(), 1+r.IntN(8))
		p := Sample()
		for i, f := range p.Facts {
			if f.Kind == "dataset" || f.Kind == "model" {
				attrs := f.Value.AsValueMap()
				attrs["title"] = cty.StringVal(title)
				p.Facts[i].Value = cty.ObjectVal(attrs)
			}
		}
		p.Title, p.Summary, p.Authors = title, title, []Person{{Name: "Ada " + title}}
		data, _, err := DatasetCard(p, "customers")
		if err != nil {
			t.Fatal(err)
		}
		if got := cardHolds(t, string(data))["pretty_name"]; got != oneLine(title) {
			t.Fatalf("%q became %q", title, got)
		}
		model, _, err := ModelCard(p, "churn")
		if err != nil {
			t.Fatal(err)
		}
		index := cardHolds(t, string(model))["model-index"].([]any)[0].(map[string]any)
		if index["name"] != oneLine(title) {
			t.Fatalf("%q became %q", title, index["name"])
		}
		cff, _, err := CitationFile(p)
		if err != nil {
			t.Fatal(err)
		}
		if got := cardHolds(t, string(cff)); got["title"] != oneLine(title) || got["abstract"] != oneLine(title) {
			t.Fatalf("%q became %v", title, got)
		}
	}
}

func TestHubWords(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][2]string{
		"Apache-2.0": {"apache-2.0", ""}, "GPL-3.0-only": {"gpl-3.0", ""}, "ODbL-1.0": {"odbl", ""}, "C-UDA-1.0": {"c-uda", ""}, "Beerware": {"other", "beerware"},
		"MIT OR Zlib": {"other", "mit-or-zlib"}, "": {"", ""},
	} {
		if id, name := hubLicense(in); id != want[0] || name != want[1] {
			t.Errorf("%s: %s %s", in, id, name)
		}
	}
	for in, want := range map[string]string{"": "", "0": "n<1K", "999": "n<1K", "1000": "1K<n<10K", "9999": "1K<n<10K", "1000000": "1M<n<10M", "999999999999": "100B<n<1T", "1000000000000": "n>1T", "1.5": ""} {
		if got := hubSize(in); got != want {
			t.Errorf("%s rows: %s", in, got)
		}
	}
	for in, want := range map[string]string{"0.5": "0.5", "1e-7": "1.0e-7", "1.5E3": "1.5e+3", "-2": "-2"} {
		var back float64
		if got := yamlNumber(in); got != want || yaml.Unmarshal([]byte(got), &back) != nil {
			t.Errorf("%s: %s", in, got)
		}
	}
}

// The sample project has a derived section of every kind and both cards.
func TestSampleIsComplete(t *testing.T) {
	t.Parallel()
	for _, s := range mlSections() {
		out, err := Render([]Section{s}, Sample())
		if err != nil || len(out) == 0 {
			t.Errorf("%s: %v", s.Kind, err)
		}
	}
	if items := Completeness(mlSections(), Sample()); len(items) != 5 || !items[0].Done || !items[4].Done {
		t.Errorf("%+v", items)
	}
	if items := Completeness(nil, Project{}); items[0].Done || items[1].Done || items[2].Done || items[3].Done || items[4].Done || items[0].Fix == "" {
		t.Errorf("%+v", items)
	}
}
