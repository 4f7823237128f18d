package readme

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
)

// nastyLines are what a text of the user's may hold that looks like something of ours.
func nastyLines() []string {
	return []string{
		"", "", "", "text", "## A", "## B", "### B", "# T", "B", "---", "===", "<!-- mlops:custom.a -->", "<!-- /mlops:custom.a -->", "<!-- mlops:custom.b -->",
		"<!-- /mlops:custom.b -->", "<!-- mlops:title -->", "<!-- /mlops:x -->", "<!-- START tool -->", "<!-- END tool -->", "<!-- open", "-->", "```", "~~~",
		"- item", "  more", "> quote", "<div>", "</div>", "<pre>", "    code", "<!-- markdownlint-disable MD013 -->", "1. one", "cr\r", "cr\r\r", "in\rside",
	}
}

// hostile are sections whose texts are such lines.
func hostile(r *rand.Rand) []Section {
	text := func() string {
		lines := []string{"x"}
		for range r.IntN(8) {
			lines = append(lines, nastyLines()[r.IntN(len(nastyLines()))])
		}
		return strings.Join(lines, "\n")
	}
	field := func(values map[string]string) cty.Value {
		out := map[string]cty.Value{}
		for name, v := range values {
			out[name] = cty.StringVal(v)
		}
		return cty.ObjectVal(out)
	}
	return []Section{
		{Kind: "title", Fields: field(map[string]string{"title": "T"})},
		{Kind: "custom", Name: "a", Fields: field(map[string]string{"title": "A", "body": text()})},
		{Kind: "verbatim", Name: "v", Fields: field(map[string]string{"body": text()})},
		{Kind: "custom", Name: "b", Fields: field(map[string]string{"title": "B", "body": text()})},
		{Kind: "verbatim", Name: "w", Fields: field(map[string]string{"body": "## W\n\n" + text()})},
	}
}

// TestHostileTexts: whatever the texts of sections hold, each section is found again in
// the README that they make; what one of them is changed to comes into that one, and
// nothing else changes.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 61))
		skip := r.IntN(3)
		sections := hostile(r)[skip:]
		was, err := Pieces(sections, Project{Name: "x"})
		if err != nil {
			t.Fatal(seed, err)
		}
		disk := string(Join(was))
		c, err := Compose(sidesOf(disk, was, was))
		if err != nil || string(c.Text) != disk || len(c.Outcomes) > 0 {
			t.Fatalf("seed %d: %v %v\n%s\nbecomes\n%s", seed, err, c, disk, c.Text)
		}
		at := r.IntN(len(sections))
		sections[at].Fields = hostile(r)[skip+at].Fields
		if sections[at].Kind == "title" {
			sections[at].Fields = cty.ObjectVal(map[string]cty.Value{"title": cty.StringVal("Another")})
		}
		want, err := Pieces(sections, Project{Name: "x"})
		if err != nil {
			continue // the same heading twice
		}
		c, err = Compose(sidesOf(disk, was, want))
		if err != nil || string(c.Text) != string(Join(want)) || len(c.Outcomes) > 0 {
			t.Fatalf("seed %d: %v %v\n%s\nbecomes\n%s\nwant\n%s", seed, err, c, disk, c.Text, Join(want))
		}
	}
}
