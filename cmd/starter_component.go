package cmd

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/zclconf/go-cty/cty"
)

// use writes a commented spec for a project that is built from one component: the
// answers that are not the default are its inputs, the others stand as comments.
func (s *basics) use(from *origin, version string, starter *hclspec.Starter, values map[string]cty.Value) string {
	var out strings.Builder
	out.WriteString(specHead)
	s.project(&out)
	out.WriteString("\n")
	comment(&out, "", starter.Description)
	fmt.Fprintf(&out, "component %s {\n  source = %s\n", hclString(from.name), hclString(from.source))
	if version != "" {
		fmt.Fprintf(&out, "  version = %s\n", hclString(version))
	}
	if len(starter.Questions) > 0 {
		out.WriteString("  inputs = {\n")
		for _, q := range starter.Questions {
			comment(&out, "    ", q.Description)
			item := fmt.Sprintf("%s = %s", q.Name, hclValue(values[q.Name]))
			if q.Default != nil && q.Default.RawEquals(values[q.Name]) {
				comment(&out, "    ", item)
				continue
			}
			fmt.Fprintf(&out, "    %s\n", item)
		}
		out.WriteString("  }\n")
	}
	out.WriteString("}\n")
	s.block(&out, "README.md", fmt.Sprintf(`
# The sections of the component follow; section "component" %s {} gives them
# another place.
readme {
  section "title" {}
}
`, hclString(from.name)))
	s.git(&out)
	return string(hclwrite.Format([]byte(out.String())))
}

// comment writes a text as comments.
func comment(b *strings.Builder, indent, text string) {
	if text == "" {
		return
	}
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		b.WriteString(strings.TrimRight(indent+"# "+show.Text(line), " ") + "\n")
	}
}

// basicAnswers are the flags of init that answer the project's own questions.
func (s *basics) flags() map[string]string {
	return map[string]string{"name": s.name, "title": s.title, "summary": s.summary, "license": s.license, "python": s.python, "author": s.author, "email": s.email}
}

// given are the flags that are set, sorted.
func (s *basics) given() []string {
	var out []string
	all := s.flags()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if all[name] != "" {
			out = append(out, "--"+name)
		}
	}
	return out
}
