package readme

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/zclconf/go-cty/cty"
)

// TestKindGoldens holds what each kind renders, testdata/kinds/KIND.txtar: full is
// its example in the sample project, derived is a section without any field there,
// and empty is that in a project that states only its name. What is refused stands
// in a .txt with the reason and the fix.
func TestKindGoldens(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, k := range catalogue() {
		known[k.name] = true
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			bare := []Section{{Kind: k.name, Fields: cty.EmptyObjectVal}}
			a := &txtar.Archive{}
			for _, c := range []struct {
				name     string
				sections []Section
				p        Project
			}{{"full", parseSections(t, k.example), Sample()}, {"derived", bare, Sample()}, {"empty", bare, Project{Name: "demo"}}} {
				out, err := Alone(c.sections, c.p)
				f := txtar.File{Name: c.name + ".md", Data: out}
				if se := (*SectionError)(nil); errors.As(err, &se) {
					f = txtar.File{Name: c.name + ".txt", Data: fmt.Appendf(nil, "%s: %s.\n%s.\n", se.Field, se.Reason, se.Fix)}
				}
				a.Files = append(a.Files, f)
			}
			if a.Files[0].Name != "full.md" {
				t.Errorf("the example is refused: %s", a.Files[0].Data)
			}
			holds(t, filepath.Join("testdata", "kinds", k.name+".txtar"), txtar.Format(a))
		})
	}
	files, err := filepath.Glob("testdata/kinds/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !known[strings.TrimSuffix(filepath.Base(file), ".txtar")] {
			t.Errorf("%s: there is no such kind", file)
		}
	}
}

// holds compares a golden file.
func holds(t *testing.T, file string, want []byte) {
	t.Helper()
	if os.Getenv("MLOPS_UPDATE") == "1" {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is stale (%v); now it is:\n%s", file, err, want)
	}
}

// provoking are the goldens whose Markdown is the user's and breaks rules on
// purpose: what is given verbatim is never changed. The lane sees to it that each
// of them has findings.
func provoking() map[string]string {
	return map[string]string{
		"toc":            "headings that stand twice, in a quote and as another top heading",
		"custom_heading": "a heading that is underlined, in a text that stands as it was written",
	}
}

// TestWriteDocuments writes every document that must pass markdownlint and Prettier
// into folders below MLOPS_MARKDOWN, each text once; what only provokes goes into
// provoking.
func TestWriteDocuments(t *testing.T) {
	dir := os.Getenv("MLOPS_MARKDOWN")
	if dir == "" {
		t.Skip("MLOPS_MARKDOWN is not set")
	}
	w := &shelf{t: t, dir: dir, seen: map[string]bool{}, counts: map[string]int{}}
	w.kinds()
	w.presets()
	w.goldens()
	w.combinations(1000)
	w.odd(300)
	for _, what := range []string{"kind", "preset", "golden", "combination", "odd"} {
		t.Logf("%d documents: %s", w.counts[what], what)
	}
	if w.counts["provoking"] != len(provoking()) {
		t.Errorf("%d of the %d provoking goldens are there", w.counts["provoking"], len(provoking()))
	}
}

// shelf is a folder of documents.
type shelf struct {
	t      *testing.T
	dir    string
	seen   map[string]bool
	counts map[string]int
}

func (w *shelf) put(what, name string, text []byte) {
	w.t.Helper()
	if len(text) == 0 || w.seen[string(text)] {
		return
	}
	w.seen[string(text)] = true
	w.counts[what]++
	file := filepath.Join(w.dir, what, name+".md")
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, text, 0o644)); err != nil {
		w.t.Fatal(err)
	}
}

// kinds are the goldens of the kinds, in every language.
func (w *shelf) kinds() {
	for _, lang := range Languages() {
		for _, k := range catalogue() {
			bare := []Section{{Kind: k.name, Fields: cty.EmptyObjectVal}}
			for name, c := range map[string]struct {
				sections []Section
				p        Project
			}{"full": {parseSections(w.t, k.example), Sample()}, "derived": {bare, Sample()}, "empty": {bare, Project{Name: "demo"}}} {
				c.p.Lang = lang
				if out, err := Alone(c.sections, c.p); err == nil {
					w.put("kind", strings.Join([]string{k.name, name, lang}, "-"), out)
				}
			}
		}
	}
}

// presets are the orders in every language: with the examples of their kinds, and
// with what is known without any.
func (w *shelf) presets() {
	examples := examplesByKind(w.t)
	for _, lang := range Languages() {
		p := Sample()
		p.Lang = lang
		for _, preset := range Presets() {
			var all []Section
			for _, name := range preset.Kinds {
				all = append(all, examples[name]...)
			}
			placed, _ := Arrange(nil, preset.Name, p)
			for name, sections := range map[string][]Section{"full": all, "derived": plainSections(placed)} {
				out, err := Render(sections, p)
				if err != nil && preset.Name != "profile" { // derived, it has no name to greet with
					w.t.Errorf("%s, %s: %v", preset.Name, lang, err)
				}
				w.put("preset", strings.Join([]string{preset.Name, name, lang}, "-"), out)
			}
		}
	}
}

// goldens are what the archives of testdata want. Sections alone get a title.
func (w *shelf) goldens() {
	for _, pattern := range []string{"testdata/*.txtar", "testdata/ml/*.txtar", "testdata/cards/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			w.t.Fatal(pattern, err)
		}
		for _, file := range files {
			a, err := txtar.ParseFile(file)
			if err != nil {
				w.t.Fatal(err)
			}
			last := a.Files[len(a.Files)-1]
			text, _, card := strings.Cut(string(last.Data), "=====\n")
			name := strings.TrimSuffix(filepath.Base(file), ".txtar")
			if last.Name != "want.md" || text == "" || strings.HasPrefix(name, "cff") {
				continue
			}
			if heads := outline(text).heads; !card && (len(heads) == 0 || heads[0].level > 1) {
				text = "# A document\n\n" + text
			}
			what := "golden"
			if provoking()[name] != "" {
				what = "provoking"
			}
			w.put(what, name, []byte(text))
		}
	}
}

// combinations are examples of some kinds in any order.
func (w *shelf) combinations(n int) {
	r := rand.New(rand.NewPCG(13, 14))
	examples, all := examplesByKind(w.t), catalogue()
	for w.counts["combination"] < n {
		p := Sample()
		p.Lang, p.Markers = Languages()[r.IntN(len(Languages()))], r.IntN(4) == 0
		sections := []Section{{Kind: "title"}}
		for _, at := range r.Perm(len(all))[:1+r.IntN(12)] {
			if all[at].top == nil {
				sections = append(sections, examples[all[at].name]...)
			}
		}
		out, err := Render(sections, p)
		if err != nil {
			continue // a table of contents with nothing below it
		}
		w.put("combination", fmt.Sprint(w.counts["combination"]+1), out)
	}
}

// odd are documents with anything in the fields that hold plain text and code.
func (w *shelf) odd(n int) {
	r := rand.New(rand.NewPCG(15, 16))
	object := func(pairs ...string) cty.Value {
		attrs := map[string]cty.Value{}
		for i := 0; i < len(pairs); i += 2 {
			attrs[pairs[i]] = cty.StringVal(pairs[i+1])
		}
		return cty.ObjectVal(attrs)
	}
	list := func(name string, v cty.Value) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{name: cty.ListVal([]cty.Value{v})})
	}
	for w.counts["odd"] < n {
		text := func() string { return "x" + cellText(r) + cellText(r) }
		sections := []Section{
			{Kind: "title", Fields: object("title", text(), "tagline", text()+" "+text())},
			{Kind: "toc"},
			{Kind: "custom", Fields: object("title", text(), "body", "text")},
			{Kind: "faq", Fields: list("items", object("question", text(), "answer", "It is."))},
			{Kind: "usage", Fields: list("examples", object("title", text(), "language", "python", "code", text()))},
			{Kind: "glossary", Fields: cty.ObjectVal(map[string]cty.Value{"terms": cty.MapVal(map[string]cty.Value{oneLine(text()): cty.StringVal("a word")})})},
			{Kind: "env_variables", Fields: list("items", object("name", "X", "default", oneLine(text()), "description", "what"))},
			{Kind: "screenshots", Fields: list("items", object("path", "https://example.com/a.png", "alt", text()))},
		}
		out, err := Render(sections, Sample())
		if err != nil {
			if se := (*SectionError)(nil); !errors.As(err, &se) || !strings.Contains(se.Reason, "invisible") && !strings.Contains(se.Reason, "headings are called") {
				w.t.Log(err)
			}
			continue
		}
		w.put("odd", fmt.Sprint(w.counts["odd"]+1), out)
	}
}
