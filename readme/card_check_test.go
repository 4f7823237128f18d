package readme

import (
	"fmt"
	"strings"
	"testing"
)

func TestCheckCard(t *testing.T) {
	t.Parallel()
	index := func(result string) string {
		return "---\nmodel-index:\n  - name: m\n    results:\n      - " + result + "\n---\n"
	}
	for _, c := range []struct {
		kind, card, want string
	}{
		{"model", "# no front matter\n", ""},
		{"model", "---\n---\n\n# x\n", ""},
		{"model", "---\nlicense: mit\nlanguage: [en, pt-BR, code]\nmine: 1\nextra_gated_prompt: x\n---\n", ""},
		{"model", "---\nlicense: MIT\n---\n", `2 The Hub knows no license "MIT"`},
		{"model", "---\nlicense: mitt\n---\n", `2 The Hub knows no license "mitt"`},
		{"model", "---\r\n\r\nlicense: other\r\n---\r\n", `3 The license is "other", and nothing names it`},
		{"model", "---\nlicense: other\nlicense_name: own\nlanguage: English\n---\n", `4 "English" is no language`},
		{"model", "---\nlicence: mit\n---\n", `2 The key "licence" is likely misspelled`},
		{"model", "---\ntags: a\npipeline_tag: tabular\n---\n", "2 The key \"tags\" takes a list\n3 The Hub knows no pipeline_tag \"tabular\""},
		{"model", "---\nlanguage: no\nlibrary_name: 3\n---\n", `3 The key "library_name" takes text`},
		{"model", "---\na: 1\na: 2\n---\n", `3 The key "a" stands twice`},
		{"model", "---\na: [1\n---\n", "2 No YAML can be read: did not find expected ',' or ']'"},
		{"model", "---\n- a\n---\n", "1 The front matter is no list of keys and values"},
		{"model", "---\nmodel-index: x\n---\n", `2 The key "model-index" takes a list of models`},
		{"model", index("task: {type: a}\n        dataset: {type: d, name: n}\n        metrics: [{type: f1, value: 0.5}]"), ""},
		{"model", index("task: {type: a}\n        metrics: [{type: f1}]"), "5 There is no \"type\" in the dataset of a result\n5 There is no \"name\" in the dataset of a result\n6 There is no \"value\" in a metric of a result"},
		{"dataset", "---\nsize_categories: [10k]\ntask_categories:\n  - tabular-classification\n---\n", `2 The Hub knows no size_categories "10k"`},
		{"dataset", "---\npretty_nam: x\n---\n", `2 The key "pretty_nam" is likely misspelled`},
	} {
		var got []string
		for _, f := range CheckCard(c.kind, []byte(c.card)) {
			if got = append(got, fmt.Sprint(f.Line, " ", f.Reason)); f.Fix == "" {
				t.Errorf("%q: no fix", c.card)
			}
		}
		if strings.Join(got, "\n") != c.want {
			t.Errorf("%q:\n%s\nwant\n%s", c.card, strings.Join(got, "\n"), c.want)
		}
	}
}

// What is not a card is no reason to panic.
func FuzzCheckCard(f *testing.F) {
	f.Add("---\nlicense: mit\nmodel-index:\n  - name: x\n---\n")
	f.Fuzz(func(t *testing.T, card string) {
		lines := strings.Count(card, "\n") + 2
		for _, kind := range []string{"model", "dataset"} {
			for _, fault := range CheckCard(kind, []byte(card)) {
				if fault.Line < 1 || fault.Line > lines || fault.Reason == "" || fault.Fix == "" {
					t.Errorf("%q: %+v", card, fault)
				}
			}
		}
	})
}
