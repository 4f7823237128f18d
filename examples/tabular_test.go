package examples_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestChurnIsTabular holds that examples/churn is the project that builtin/tabular
// begins: the same components, the same data, described alike.
func TestChurnIsTabular(t *testing.T) {
	t.Parallel()
	starter, example := read(t, "../components/catalog/tabular/mlops.hcl.tmpl"), read(t, "churn/mlops.hcl")
	questions := regexp.MustCompile(`(?m)^variable "`).FindAllString(read(t, "../components/catalog/tabular/starter.hcl"), -1)
	if len(questions) > 5 {
		t.Errorf("the starter asks %d questions, and five are the most", len(questions))
	}
	sources := regexp.MustCompile(`source = "builtin/[a-z-]+"`).FindAllString(starter, -1)
	if len(sources) < 12 {
		t.Fatalf("the starter uses %q", sources)
	}
	for _, source := range sources {
		if !strings.Contains(example, source) {
			t.Errorf("examples/churn/mlops.hcl has no component with %s", source)
		}
	}
	_, rest, _ := strings.Cut(starter, "dataset \"customers\" {")
	dataset, _, ok := strings.Cut(rest, "\n}\n")
	if !ok || !strings.Contains(example, dataset) {
		t.Errorf("examples/churn/mlops.hcl has another dataset than the starter:\n%s", dataset)
	}
	if read(t, "../components/catalog/tabular/files/data/raw/customers.csv") != read(t, "churn/files/data/customers.csv") {
		t.Error("examples/churn has other data than the starter")
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
