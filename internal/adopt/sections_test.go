package adopt

import (
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/planner"
)

// TestSectionEdits has the ways in which an edit of a section is taken into its block.
func TestSectionEdits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, spec, was, now, want string }{
		{"body", `body = "a b"`, "## H\n\na b", "## H\n\na c", "body: a c"},
		{"body at its end", `body = "a b"`, "## H\n\na b", "## H\n\na b\n\nmore", "body: a b\n\nmore\n; after: more"},
		{"one of two places", `body = "a"`, "## a\n\na", "## a\n\nb", "body: b"},
		{"between before and after", "body = \"b\"\nafter = \"c\"", "## H\n\nb\n\nc", "## H\n\nB\n\nc", "body: B"},
		{"in after", "body = \"b\"\nafter = \"c\"", "## H\n\nb\n\nc", "## H\n\nb\n\nC", "after: C"},
		{"derived, below", "", "## H\n\nd", "## H\n\nx\n\nd", "before: x"},
		{"derived, both", "", "## H\n\nd", "## H\n\nx\n\nd\n\ny", "before: x, after: y"},
		{"derived, within", "", "## H\n\nd", "## H\n\nD", ""},
		{"glued to what is derived", "", "## H\n\nd", "## H\n\nd\ny", ""},
		{"computed", `body = upper("d")`, "## H\n\nD", "## H\n\ne", ""},
		{"all of it gone", `body = "d"`, "## H\n\nd", "## H", ""},
		{"heading changed", `body = "d"`, "## H\n\nd", "## I\n\nd", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := parse([]byte("section \"x\" {\n"+c.spec+"\n}\n"), "").Blocks[0]
			var got []string
			for _, all := range sectionEdits(b, &planner.SectionEdit{Rendered: c.was, Text: c.now}) {
				var one []string
				for _, e := range all {
					one = append(one, e.attr+": "+e.value.AsString())
				}
				got = append(got, strings.Join(one, ", "))
			}
			if text := strings.Join(got, "; "); text != c.want {
				t.Errorf("got %q, want %q", text, c.want)
			}
		})
	}
}
