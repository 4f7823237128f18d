package readme

import (
	"fmt"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
)

// phrases are the literals that the package's code says, and the headings of all
// kinds.
func phrases(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(gotoken.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is {
				return true
			}
			if f, is := call.Fun.(*ast.SelectorExpr); is {
				for _, p := range said(t, file, f.Sel.Name, call.Args) {
					found[p] = true
				}
			}
			return true
		})
	}
	for _, k := range catalogue() {
		if k.heading != "" {
			found[k.heading] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// said are the phrases among the arguments of a call.
func said(t *testing.T, file, function string, args []ast.Expr) []string {
	t.Helper()
	switch function {
	case "say":
		args = args[:1]
	case "headers":
	default:
		return nil
	}
	var out []string
	for _, a := range args {
		lit, is := a.(*ast.BasicLit)
		if !is {
			t.Errorf("%s: %s with something else than a literal", file, function)
			continue
		}
		s, err := strconv.Unquote(lit.Value)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

var placeholder = regexp.MustCompile(`\{[0-9]\}`)

// Every language has every heading and phrase, with the same places for values,
// and nothing else. MLOPS_PHRASES=1 prints what is missing, one a line.
func TestLanguagesAreComplete(t *testing.T) {
	t.Parallel()
	all := phrases(t)
	if len(all) < 100 {
		t.Fatalf("only %d phrases", len(all))
	}
	for _, lang := range Languages() {
		p, ok := phrasebookOf(lang)
		if !ok {
			t.Fatal(lang)
		}
		if lang == "en" {
			continue
		}
		for _, english := range all {
			own := p.words[english]
			if own == "" {
				t.Errorf("%s lacks %q", lang, english)
				continue
			}
			want, got := placeholder.FindAllString(english, -1), placeholder.FindAllString(own, -1)
			slices.Sort(got)
			if !slices.Equal(want, got) {
				t.Errorf("%s: %q has other places than %q", lang, own, english)
			}
		}
		for english := range p.words {
			if !slices.Contains(all, english) {
				t.Errorf("%s: nothing says %q", lang, english)
			}
		}
		checkLines(t, lang)
	}
	if os.Getenv("MLOPS_PHRASES") == "1" {
		fmt.Println(strings.Join(all, "\n"))
	}
}

// checkLines holds the form of a language's file: sorted by the English text,
// no line without a meaning.
func checkLines(t *testing.T, lang string) {
	t.Helper()
	data, err := phrasebooks.ReadFile("lang/" + lang + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for line := range strings.Lines(string(data)) {
		english, own, is := strings.Cut(strings.TrimSuffix(line, "\n"), " = ")
		if !is || strings.TrimSpace(own) != own || own == "" {
			t.Errorf("%s: bad line %q", lang, line)
		}
		keys = append(keys, english)
	}
	if !slices.IsSorted(keys) || len(slices.Compact(slices.Clone(keys))) != len(keys) {
		t.Errorf("%s is not sorted, or says something twice", lang)
	}
}

// Every example renders in every language, alone with its own heading, and all
// together with headings that differ.
func TestExamplesInEveryLanguage(t *testing.T) {
	t.Parallel()
	examples := examplesByKind(t)
	for _, lang := range Languages() {
		words, _ := phrasebookOf(lang)
		p := Sample()
		p.Lang = lang
		var all []Section
		for _, k := range catalogue() {
			s := examples[k.name]
			if k.name != "profile_intro" { // another top heading
				all = append(all, s...)
			}
			if k.late || k.heading == "" || s[0].Fields.Type().HasAttribute("title") && !s[0].Fields.GetAttr("title").IsNull() {
				continue
			}
			out, err := Render(s, p)
			if want := heading(2, words.phrase(k.heading)).text + "\n"; err != nil || !strings.HasPrefix(string(out), want) {
				t.Errorf("%s, %s: %v, want %q\n%s", lang, k.name, err, want, out)
			}
		}
		out, err := Render(all, p)
		if err != nil {
			t.Fatalf("%s: %v", lang, err)
		}
		shape(t, string(out))
	}
}

// Every preset renders with the examples of its kinds, in every language.
func TestPresetsRender(t *testing.T) {
	t.Parallel()
	examples := examplesByKind(t)
	for _, lang := range Languages() {
		p := Sample()
		p.Lang = lang
		for _, preset := range Presets() {
			var all []Section
			for _, name := range preset.Kinds {
				all = append(all, examples[name]...)
			}
			out, err := Render(all, p)
			if err != nil {
				t.Fatalf("%s, %s: %v", lang, preset.Name, err)
			}
			shape(t, string(out))
		}
	}
}

func examplesByKind(t *testing.T) map[string][]Section {
	t.Helper()
	examples := map[string][]Section{}
	for _, k := range catalogue() {
		examples[k.name] = parseSections(t, k.example)
	}
	return examples
}

func TestLanguageTags(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]bool{"": true, "en": true, "en-GB": true, "pt-BR": true, "PT_br": true, "zh-Hans": true, "tlh": false, "../de": false, "-": false} {
		_, err := Render([]Section{{Kind: "title", Fields: cty.EmptyObjectVal}}, Project{Name: "x", Lang: tag})
		if (err == nil) != want {
			t.Errorf("%q: %v", tag, err)
		}
	}
}
