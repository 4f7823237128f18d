package readme

import (
	"errors"
	"slices"
	"testing"

	"github.com/zclconf/go-cty/cty"
)

// Whatever stands in a source file, it is refused, or stays within its section: it
// makes no heading, and swallows nothing that follows.
func FuzzSources(f *testing.F) {
	f.Add("{\"a\": 1, \"b|\\n# c\": \"<!-- `x\"}")
	f.Add("a: 1\nb: ['|', '```', 0x1, .nan]\n")
	f.Add("a,b\n1,\"# x\n\n```\"\n")
	f.Add("emissions,duration,region\n1e-3,3600,<b>\n")
	f.Add("# x\n```\n<!--\n")
	end := Section{Kind: "custom", Name: "end", Fields: cty.ObjectVal(map[string]cty.Value{"title": cty.StringVal("End of it"), "body": cty.StringVal("Done.")})}
	f.Fuzz(func(t *testing.T, src string) {
		p := Project{Name: "p", Read: func(string) ([]byte, error) { return []byte(src), nil }}
		for _, file := range []string{"a.json", "a.yaml", "a.csv", "a.py"} {
			for _, kind := range []string{"metrics", "results", "hyperparameters", "configuration", "table", "environmental_impact", "include"} {
				row := cty.ObjectVal(map[string]cty.Value{"model": cty.StringVal("m"), "file": cty.StringVal(file)})
				fields := cty.ObjectVal(map[string]cty.Value{
					"title": cty.StringVal("Middle"), "file": cty.StringVal(file), "files": words(file), "path": cty.StringVal(file), "baseline": cty.StringVal(file),
					"rows": cty.ListVal([]cty.Value{row}), "limit": cty.NumberIntVal(5),
				})
				if kind == "table" {
					attrs := fields.AsValueMap()
					delete(attrs, "rows")
					fields = cty.ObjectVal(attrs)
				}
				out, err := Render([]Section{{Kind: "title"}, {Kind: kind, Fields: fields}, end}, p)
				if se := (*SectionError)(nil); err != nil && !errors.As(err, &se) {
					t.Fatalf("%q as %s in %s: %v", src, file, kind, err)
				}
				if err != nil {
					continue
				}
				var heads []string
				for _, h := range parsedHeads(string(out)) {
					heads = append(heads, h.text)
				}
				if !slices.Equal(heads, []string{"p", "Middle", "End of it"}) {
					t.Fatalf("%q as %s in %s makes the headings %q\n%s", src, file, kind, heads, out)
				}
				shape(t, string(out))
			}
		}
	})
}
