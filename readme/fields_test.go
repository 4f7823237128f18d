package readme

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

// generator makes values for the fields of sections.
type generator struct{ r *rand.Rand }

// text is something that a field may hold: what most of them want, or what means
// something in Markdown.
func (g generator) text(a schema.Attr) string {
	good := append([]string{
		"x", "Ada Lovelace", "docs/a b.md", "https://example.com/x?y=(1)&z=*", "a@example.com", "python", "#0a66c2", "src", "10.1/x", "12",
		"2026", "params.yaml", "ci.yml", "GET", "ada", "a", "main", "make test", "left", "right", "A_B", "v1.0",
	}, a.OneOf...)
	bad := []string{
		"<!--", "```", "~~~", "# x", "- x", "1. y", "> q", "<div>", "|", "a|b", "`a|b", "\\", "[x](y", "x\n\n## y", "***", "---", "===", "<pre>", "$ ls",
		"](z)", "\"'<>&", "<script>", "{1}", "\t", "[ ] x", "</details>", "-->", "javascript:x", "../x", "/x", "x\r\ny", "漢字 👋", "![", "*a _b ~c",
	}
	s := good[g.r.IntN(len(good))]
	for g.r.IntN(4) == 0 {
		s += bad[g.r.IntN(len(bad))]
	}
	if g.r.IntN(12) == 0 {
		s = bad[g.r.IntN(len(bad))]
	}
	return s
}

// value is a value of a type.
func (g generator) value(t cty.Type, a schema.Attr) cty.Value {
	switch {
	case t == cty.String:
		return cty.StringVal(g.text(a))
	case t == cty.Bool:
		return cty.BoolVal(g.r.IntN(2) == 0)
	case t == cty.Number:
		return cty.NumberIntVal([]int64{1, 2, 3, 6, 200, 2026}[g.r.IntN(6)])
	case t.IsListType() || t.IsSetType() || t.IsTupleType() || t == cty.DynamicPseudoType:
		return g.list(t, a)
	case t.IsMapType():
		return cty.MapVal(map[string]cty.Value{g.text(a): g.value(t.ElementType(), a)})
	case t.IsObjectType():
		attrs := map[string]cty.Value{}
		for name, at := range t.AttributeTypes() {
			attrs[name] = g.maybe(at, a, !t.AttributeOptional(name))
		}
		return cty.ObjectVal(attrs)
	}
	return cty.NullVal(t)
}

func (g generator) list(t cty.Type, a schema.Attr) cty.Value {
	if !t.IsListType() {
		return cty.NullVal(t)
	}
	var all []cty.Value
	for range 1 + g.r.IntN(3) {
		all = append(all, g.value(t.ElementType(), a))
	}
	return cty.ListVal(all)
}

// maybe is a value, or null more often than not where it may be left out.
func (g generator) maybe(t cty.Type, a schema.Attr, needed bool) cty.Value {
	if !needed && g.r.IntN(3) > 0 {
		return cty.NullVal(t.WithoutOptionalAttributesDeep())
	}
	return g.value(t, a)
}

// Whatever the fields of a section hold, it is refused, or the document keeps its
// form and the section after it stays one.
func TestSectionsStayWhatTheyAre(t *testing.T) {
	t.Parallel()
	g := generator{rand.New(rand.NewPCG(13, 14))}
	last := Section{Kind: "custom", Fields: cty.ObjectVal(map[string]cty.Value{"title": cty.StringVal("The last"), "body": cty.StringVal("x")})}
	p := Sample()
	rendered := map[string]int{}
	for _, k := range Kinds() {
		for n := 0; n < 30 || rendered[k.Name] == 0 && n < 3000; n++ {
			fields := map[string]cty.Value{}
			for _, a := range k.Attrs {
				if common := a.Name == "enabled" || a.Name == "level" || a.Name == "before" || a.Name == "after"; !common {
					fields[a.Name] = g.maybe(a.Type, a, a.Required)
				}
			}
			out, err := Render([]Section{{Kind: k.Name, Fields: cty.ObjectVal(fields)}, last}, p)
			if se := (*SectionError)(nil); err != nil {
				if !errors.As(err, &se) || se.Index != 0 || se.Reason == "" {
					t.Fatalf("%s %#v: %v", k.Name, fields, err)
				}
				continue
			}
			rendered[k.Name]++
			form(t, string(out))
			if heads := parsedHeads(string(out)); len(heads) == 0 || heads[len(heads)-1] != (head{level: 2, text: "The last", top: true}) {
				t.Fatalf("%s: the section after it is gone\n%s", k.Name, out)
			}
		}
	}
	for _, k := range Kinds() {
		if rendered[k.Name] == 0 {
			t.Errorf("%s never rendered", k.Name)
		}
	}
}

// FuzzFields holds the same for one text in many fields, and that the text of a
// plain field is what its heading shows.
func FuzzFields(f *testing.F) {
	f.Add("a|b `c` <!-- ")
	f.Add("# x\n```")
	f.Add("%%{init: {}}%% \\")
	f.Fuzz(func(t *testing.T, s string) {
		text := cty.StringVal(s)
		item := func(names ...string) cty.Value {
			attrs := map[string]cty.Value{}
			for _, n := range names {
				attrs[n] = text
			}
			return cty.ListVal([]cty.Value{cty.ObjectVal(attrs)})
		}
		last := Section{Kind: "custom", Fields: cty.ObjectVal(map[string]cty.Value{"title": cty.StringVal("The last"), "body": cty.StringVal("x")})}
		for kind, fields := range map[string]map[string]cty.Value{
			"image":           {"path": cty.StringVal("a.png"), "alt": text, "caption": text},
			"logo":            {"path": cty.StringVal("a.png"), "alt": text, "width": cty.NumberIntVal(3)},
			"details":         {"summary": text, "body": text},
			"alert":           {"body": text},
			"glossary":        {"terms": cty.MapVal(map[string]cty.Value{s: text})},
			"cli":             {"items": item("name", "usage", "description")},
			"used_by":         {"items": item("name", "note", "grant")},
			"faq":             {"items": item("question", "answer")},
			"related":         {"items": item("text", "url")},
			"diagram":         {"source": text},
			"citation":        {"bibtex": text},
			"table":           {"columns": cty.ListVal([]cty.Value{text}), "rows": cty.ListVal([]cty.Value{cty.ListVal([]cty.Value{text})})},
			"troubleshooting": {"items": item("symptom", "fix")},
		} {
			out, err := Render([]Section{{Kind: kind, Fields: cty.ObjectVal(fields)}, last}, Project{Name: "x"})
			if err != nil {
				continue
			}
			heads := outline(string(out)).heads
			if len(heads) == 0 || heads[len(heads)-1].text != "The last" || !heads[len(heads)-1].top {
				t.Fatalf("%s: %q swallows the next section\n%s", kind, s, out)
			}
			if kind == "faq" && plainText(heads[1].text) != oneLine(s) {
				t.Fatalf("%q is shown as %q", s, heads[1].text)
			}
		}
	})
}
