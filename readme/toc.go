package readme

import (
	"fmt"
	"slices"
	"unicode"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func tocKind() kind {
	return kind{
		name: "toc", heading: "Contents", late: true,
		doc:     "Table of contents: a link to every heading after this section.",
		example: "section \"toc\" {\n  depth = 1\n}\n",
		attrs: []schema.Attr{
			{Name: "depth", Type: cty.Number, Default: "2", Doc: "How many levels of headings are listed, 1 to 5."},
			{Name: "exclude", Type: cty.List(cty.String), Default: "none", Doc: "Headings that are not listed, with what is below them."},
		},
		render: renderTOC,
	}
}

func renderTOC(r *request) []block {
	entries := contents(r)
	if len(entries) == 0 {
		r.fail("", "There is no heading after this section to list", "Move the section up, or leave it out")
		return nil
	}
	var items []string
	var indents, above []int
	disputed := false
	for _, e := range entries {
		for len(above) > 0 && above[len(above)-1] >= e.level {
			above = above[:len(above)-1]
		}
		items = append(items, linkTo(escape(e.text), "#"+e.slug))
		indents = append(indents, len(above))
		above = append(above, e.level)
		disputed = disputed || isDisputed(e.text)
	}
	list := bullets(items, indents)
	if disputed {
		list.exempt = []string{"MD051"}
	}
	return []block{list}
}

// contents are the headings to list.
func contents(r *request) []link {
	depth, exclude := r.number("depth", 1, 5, 2), r.texts("exclude")
	highest := 6
	for _, h := range r.following {
		highest = min(highest, h.level)
	}
	var out []link
	used := map[string]bool{}
	below := 0 // the level of the excluded heading that we are below, or 0
	for _, h := range r.following {
		if below > 0 && h.level > below {
			continue
		}
		below = 0
		if slices.Contains(exclude, h.text) {
			used[h.text] = true
			below = h.level
		} else if h.level < highest+depth && h.slug != "" {
			out = append(out, h)
		}
	}
	for _, e := range exclude {
		if !used[e] {
			r.fail("exclude", fmt.Sprintf("No heading after this section is called %q", e), "Write it as it stands in the README, or leave it out")
		}
	}
	return out
}

// isDisputed reports whether markdownlint makes another anchor of a heading than
// GitHub does: they differ in which numbers and symbols they keep.
func isDisputed(text string) bool {
	for _, r := range text {
		if unicode.Is(unicode.No, r) || unicode.IsSymbol(r) && unicode.Is(unicode.Other_Alphabetic, r) || r == 'İ' {
			return true
		}
	}
	return false
}
