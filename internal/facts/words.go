package facts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/show"
)

func fault(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: at.Ptr()}
}

func place(at hcl.Range) string {
	return fmt.Sprintf("%s:%d:%d", at.Filename, at.Start.Line, at.Start.Column)
}

// quote makes text of unknown origin and length fit for a sentence.
func quote(s string) string { return `"` + show.Clip(s, 80) + `"` }

// who names a fact as a reference does.
func who(kind, name string) string { return kind + member(name) }

// member is the step of a reference that leads to name.
func member(name string) string {
	if hclsyntax.ValidIdentifier(name) {
		return "." + show.Clip(name, 80)
	}
	return "[" + quote(name) + "]"
}

// listed joins words as a sentence does; of many it names the first ones.
func listed(words []string, last string) string {
	const most = 12
	if n := len(words) - most; n > 1 {
		words = append(slices.Clone(words[:most]), fmt.Sprintf("%d others", n))
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}

// a is the noun with its article.
func a(noun string) string {
	if strings.Contains("aeiou", noun[:1]) || noun == "hour" {
		return "an " + noun
	}
	return "a " + noun
}

// hints counts suggestions: comparing costs, so only the first ones of a run are
// looked for.
type hints int

func (h *hints) suggest(given string, names func() []string) string {
	const most = 20
	if *h++; *h > most {
		return ""
	}
	return suggest(given, names())
}

// suggest returns " Did you mean ...?" for the nearest name, or "".
func suggest(given string, names []string) string {
	const longest = 64
	if len(given) > longest {
		return ""
	}
	best, limit := "", max(2, len(given)/3)+1
	for _, name := range slices.Sorted(slices.Values(names)) {
		if len(name)-len(given) >= limit || len(given)-len(name) >= limit {
			continue
		}
		if d := levenshtein.Distance(strings.ToLower(given), strings.ToLower(name), nil); d < limit {
			best, limit = name, d
		}
	}
	if best == "" {
		return ""
	}
	return " Did you mean " + quote(best) + "?"
}
