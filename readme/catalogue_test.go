package readme_test

import (
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/readme"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ words, first string }{
		{"license", "license"},
		{"run locally", "run_locally"},
		{"METRICS", "metrics"},
		{"contents", "toc"},
		{"", "title"},
		{"colour", ""},
		{"no such thing", ""},
	} {
		got := readme.Search(readme.Kinds(), strings.Fields(c.words)...)
		switch {
		case c.first == "" && len(got) > 0 && c.words == "no such thing":
			t.Errorf("%q finds %s", c.words, got[0].Name)
		case c.first != "" && (len(got) == 0 || got[0].Name != c.first):
			t.Errorf("%q does not find %s first", c.words, c.first)
		}
	}
}

// Each kind is found by its name, first of all; no words find every kind.
func TestSearchFindsEveryKind(t *testing.T) {
	t.Parallel()
	kinds := readme.Kinds()
	if n := len(readme.Search(kinds)); n != len(kinds) {
		t.Errorf("%d of %d kinds are found", n, len(kinds))
	}
	for _, k := range kinds {
		if got := readme.Search(kinds, k.Name); len(got) == 0 || got[0].Name != k.Name {
			t.Errorf("%s is not the first to be found by its name", k.Name)
		}
	}
}
