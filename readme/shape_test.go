package readme

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
)

// lawsOf holds what is true of every rendering.
func lawsOf(t *testing.T, parts map[string]string, got string, err error) {
	t.Helper()
	p := projectOf(t, parts)
	again, errAgain := Render(parseSections(t, parts["readme.hcl"]), p)
	if err != nil {
		if errAgain == nil || errAgain.Error() != err.Error() || again != nil {
			t.Errorf("first %v, then %v", err, errAgain)
		}
		return
	}
	if string(again) != got {
		t.Error("rendering twice gives two texts")
	}
	shape(t, got)
}

// shape holds the form of a document, and that every link into the document has
// its heading.
func shape(t *testing.T, md string) {
	t.Helper()
	form(t, md)
	linksResolve(t, md, md)
}

// form holds what markdownlint's rules say about any line.
func form(t *testing.T, md string) {
	t.Helper()
	if md == "" {
		return
	}
	if !strings.HasSuffix(md, "\n") || strings.HasSuffix(md, "\n\n") || strings.ContainsAny(md, "\r\ufeff") || !utf8.ValidString(md) {
		t.Errorf("bad line ends:\n%q", md)
	}
	if strings.Contains(md, "\n\n\n") || strings.HasPrefix(md, "\n") {
		t.Error("two blank lines")
	}
	ones := 0
	for _, h := range outline(md).heads {
		if h.level == 1 && h.top {
			ones++
		}
	}
	if ones > 1 {
		t.Errorf("%d headings of level 1", ones)
	}
}

// linksResolve checks the links of a part into the whole document, literally.
func linksResolve(t *testing.T, part, whole string) {
	t.Helper()
	var s slugger
	anchors := map[string]bool{}
	for _, h := range outline(whole).heads {
		anchors[s.slug(plainText(h.text))] = true
	}
	for rest := part; ; {
		_, after, found := strings.Cut(rest, "](#")
		if !found {
			return
		}
		slug, _, _ := strings.Cut(after, ")")
		if !anchors[slug] {
			t.Errorf("no heading has the anchor %q", slug)
		}
		rest = after
	}
}

func TestKindsAreComplete(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range Kinds() {
		if seen[k.Name] || k.Doc == "" || strings.Contains(k.Doc, "\n") || !strings.HasSuffix(k.Doc, ".") {
			t.Errorf("%s: stands twice or has no one-line description", k.Name)
		}
		seen[k.Name] = true
		names := map[string]bool{}
		for _, a := range k.Attrs {
			if names[a.Name] || a.Doc == "" || a.Type == cty.NilType || !a.Required && a.Default == "" {
				t.Errorf("%s.%s: stands twice, or lacks its description, type or default", k.Name, a.Name)
			}
			names[a.Name] = true
		}
		sections := parseSections(t, k.Example)
		if len(sections) != 1 || sections[0].Kind != k.Name {
			t.Errorf("%s: the example is %q", k.Name, k.Example)
		}
	}
}

// Every example renders, alone and with all the others.
func TestExamplesRender(t *testing.T) {
	t.Parallel()
	p := Sample()
	var all []Section
	for _, k := range Kinds() {
		s := parseSections(t, k.Example)
		if k.Name != "profile_intro" { // another top heading
			all = append(all, s...)
		}
		if k.Name == "toc" {
			s = append(s, parseSections(t, "section \"custom\" {\n  title = \"x\"\n  body = \"y\"\n}\n")...)
		}
		out, err := Render(s, p)
		if err != nil || len(out) == 0 {
			t.Errorf("%s: %v", k.Name, err)
		}
		shape(t, string(out))
	}
	out, err := Render(all, p)
	if err != nil {
		t.Fatal(err)
	}
	shape(t, string(out))
}

// Whatever the fields hold, Render answers with a document or a SectionError.
func TestRenderSurvivesOddFields(t *testing.T) {
	t.Parallel()
	odd := []cty.Value{
		cty.NilVal, cty.DynamicVal, cty.NullVal(cty.DynamicPseudoType), cty.StringVal("x"), cty.EmptyObjectVal,
		cty.UnknownVal(cty.EmptyObject), cty.EmptyObjectVal.Mark("secret"),
	}
	values := []cty.Value{
		cty.StringVal(""), cty.StringVal("\x1b"), cty.StringVal("```"), cty.NumberFloatVal(1.5), cty.NumberIntVal(1 << 40), cty.True,
		cty.ListValEmpty(cty.String), cty.ListVal([]cty.Value{cty.NullVal(cty.String)}), cty.ListVal([]cty.Value{cty.StringVal("")}),
		cty.ListVal([]cty.Value{cty.NullVal(cty.EmptyObject)}), cty.ListVal([]cty.Value{cty.EmptyObjectVal}),
		cty.MapVal(map[string]cty.Value{"x": cty.NullVal(cty.String)}), cty.UnknownVal(cty.String), cty.StringVal("x").Mark(1),
		cty.NullVal(cty.String), cty.TupleVal([]cty.Value{cty.True, cty.StringVal("x")}), cty.PositiveInfinity,
	}
	for _, k := range Kinds() {
		for _, v := range values {
			for _, a := range k.Attrs {
				odd = append(odd, cty.ObjectVal(map[string]cty.Value{a.Name: v}))
			}
		}
		for _, fields := range odd {
			_, err := Render([]Section{{Kind: k.Name, Fields: fields}}, Project{Name: "x", Files: []string{"README.md"}})
			if se := (*SectionError)(nil); err != nil && (!errors.As(err, &se) || se.Reason == "" || se.Fix == "" || se.Index != 0) {
				t.Errorf("%s %#v: %#v", k.Name, fields, err)
			}
		}
		odd = odd[:7]
	}
}

// Plain text fields render literally, whatever is in them.
func TestPlainTextFieldsRenderLiterally(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 10))
	for range 600 {
		text := "x" + pick(r, inlineParts(), 1+r.IntN(12))
		out, err := Render([]Section{{Kind: "title"}, {Kind: "custom", Fields: cty.ObjectVal(map[string]cty.Value{
			"title": cty.StringVal("y" + text), "body": cty.StringVal("z"),
		})}}, Project{Name: text, Summary: text})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		want := oneLine(text)
		heads := parsedHeads(string(out))
		if len(heads) != 2 || heads[0].text != want || heads[1].text != "y"+want {
			t.Fatalf("%q: %+v\n%s", text, heads, out)
		}
		for _, b := range strings.Split(string(out), "\n\n") {
			if strings.HasPrefix(b, "x") && shownParagraph(b) != want {
				t.Fatalf("%q shows %q\n%s", text, shownParagraph(b), out)
			}
		}
		shape(t, string(out))
	}
}

func TestAnchors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"Usage", "usage"},
		{"snake_case and-dash", "snake_case-and-dash"},
		{"C++ & C#: a/b", "c--c-ab"},
		{"  two  ", "--two--"},
		{"What's new?", "whats-new"},
		{"Été 2026", "été-2026"},
		{"漢字 かな", "漢字-かな"},
		{"🚀 Start", "-start"},
		{"❤️ heart", "️-heart"},
		{"x² ½ Ⅷ", "x--ⅷ"},
		{"ⓐ circled", "ⓐ-circled"},
		{"İstanbul", "i̇stanbul"},
		{"1.2.3", "123"},
		{"***", ""},
	} {
		if got := anchor(c.text); got != c.want {
			t.Errorf("anchor(%q) = %q, want %q", c.text, got, c.want)
		}
	}
	var s slugger
	for i, want := range []string{"echo", "echo-1", "echo-1-1", "echo-2", "", "-1"} {
		if got := s.slug([]string{"echo", "Echo", "echo 1", "ECHO", "!", "?"}[i]); got != want {
			t.Errorf("slug %d = %q, want %q", i, got, want)
		}
	}
}

func TestGitHubRepository(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://github.com/o/r":      "https://github.com/o/r",
		"https://github.com/o/r.git":  "https://github.com/o/r",
		"https://github.com/o/r.x/":   "https://github.com/o/r.x",
		"git@github.com:o/r.git":      "https://github.com/o/r",
		"ssh://git@github.com/o/r":    "https://github.com/o/r",
		"https://gitlab.com/o/r":      "",
		"https://github.com/o":        "",
		"https://github.com.evil/o/r": "",
		"https://github.com/o/r/x":    "",
		"javascript:github.com/o/r":   "",
		"":                            "",
	} {
		if got := githubRepository(in); got != want {
			t.Errorf("githubRepository(%q) = %q, want %q", in, got, want)
		}
	}
}
