package readme

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/schema"
)

// Heading is the heading that a section of the kind has when it states none, as
// plain text in English; "" for a kind without one, and for an unknown kind. A
// kind whose heading comes from the project has that of Sample.
func Heading(kind string) string {
	p := Sample()
	d := document{project: &p, catalogue: catalogue()}
	k := d.kind(kind)
	switch {
	case k == nil:
		return ""
	case k.top != nil:
		return k.top(&request{project: &p})
	}
	return k.heading
}

// Search finds the kinds that the words speak of, the best first, those that are
// alike in the order given; no words find all. Upper and lower case are the same.
// All words must be found: in the name, the heading, the purpose or a field.
func Search(kinds []schema.Block, words ...string) []schema.Block {
	type found struct {
		kind  schema.Block
		score int
	}
	var all []found
	for _, k := range kinds {
		if score, ok := matches(&k, words); ok {
			all = append(all, found{k, score})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(b.score, a.score) })
	out := make([]schema.Block, len(all))
	for i, f := range all {
		out[i] = f.kind
	}
	return out
}

// matches says how well the words fit a kind: its name counts more than its
// heading, and that more than the rest.
func matches(k *schema.Block, words []string) (score int, all bool) {
	var fields []string
	for _, a := range k.Attrs {
		fields = append(fields, a.Name)
	}
	places := []struct {
		text   string
		weight int
	}{{k.Name, 8}, {Heading(k.Name), 4}, {k.Doc, 2}, {strings.Join(fields, " "), 1}}
	for _, w := range words {
		w = strings.ToLower(strings.TrimSpace(w))
		best := 0
		for _, p := range places {
			text := strings.ToLower(p.text)
			if strings.Contains(text, w) || strings.Contains(strings.ReplaceAll(text, "_", " "), w) {
				best = max(best, p.weight)
			}
			if text == w {
				best = 16
			}
		}
		if score += best; best == 0 {
			return 0, false
		}
	}
	return score, true
}
