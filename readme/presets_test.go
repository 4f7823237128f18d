package readme

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPresetsNameKinds(t *testing.T) {
	t.Parallel()
	var names []string
	for _, p := range Presets() {
		names = append(names, p.Name)
		if p.Doc == "" || !strings.HasSuffix(p.Doc, ".") {
			t.Errorf("%s: no sentence says what it is for", p.Name)
		}
		if !slices.Contains(p.Kinds, "custom") || p.Kinds[0] != "title" && p.Kinds[0] != "profile_intro" {
			t.Errorf("%s: no top heading first, or no place for other kinds", p.Name)
		}
		seen := map[string]bool{}
		for _, name := range p.Kinds {
			if seen[name] || !slices.ContainsFunc(catalogue(), func(k kind) bool { return k.name == name }) {
				t.Errorf("%s: %q stands twice, or is no kind", p.Name, name)
			}
			seen[name] = true
		}
	}
	if diff := cmp.Diff([]string{"standard", "ml_paper", "service", "library", "dataset", "kaggle", "minimal", "profile"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ preset, kinds, want string }{
		{"minimal", "license usage title badges", "title badges usage license"},
		{"minimal", "license alert faq title custom details usage", "title usage faq custom details license alert"},
		{"profile", "support profile_about title", "title profile_about support"},
		{"minimal", "alert title", "title alert"},
		{"minimal", "", ""},
	} {
		kinds := strings.Fields(c.kinds)
		order, ok := Order(kinds, c.preset)
		if !ok {
			t.Fatal(c.preset)
		}
		var got []string
		for _, i := range order {
			got = append(got, kinds[i])
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q becomes %q, want %q", c.preset, c.kinds, strings.Join(got, " "), c.want)
		}
	}
	if _, ok := Order(nil, "best"); ok {
		t.Error("there is a preset called best")
	}
}

// Order is a permutation, and ordering what is in order changes nothing.
func TestOrderLaw(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	all := catalogue()
	for range 400 {
		kinds := make([]string, r.IntN(12))
		for i := range kinds {
			kinds[i] = all[r.IntN(len(all))].name
		}
		p := Presets()[r.IntN(len(Presets()))]
		order, _ := Order(kinds, p.Name)
		sorted := make([]string, len(order))
		seen := make([]bool, len(kinds))
		for i, from := range order {
			sorted[i], seen[from] = kinds[from], true
		}
		if len(order) != len(kinds) || slices.Contains(seen, false) {
			t.Fatalf("%v: %v is no permutation", kinds, order)
		}
		again, _ := Order(sorted, p.Name)
		if !slices.IsSorted(again) {
			t.Fatalf("%s: %v, then %v", p.Name, sorted, again)
		}
	}
}
