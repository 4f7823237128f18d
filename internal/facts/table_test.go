package facts

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/mlops-as-code/mlops/internal/schema"
)

// TestExamples evaluates the example of every block: it is formatted, has no
// fault, and shows the block it belongs to.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, b := range Blocks() {
		set, diags := load(t, b.Example)
		diags = append(diags, Check(set, World{})...)
		if len(diags) > 0 {
			t.Errorf("%s: %s", b.Name, told(b.Example, diags))
		}
		if out := string(hclwrite.Format([]byte(b.Example))); out != b.Example {
			t.Errorf("%s: not formatted:\n%s", b.Name, out)
		}
		if !strings.Contains(b.Example, b.Name+" \"") {
			t.Errorf("%s: the example shows another block", b.Name)
		}
	}
	src := Blocks()[0].Example + "project \"p\" {\n" + ProblemBlock().Example + "}\n"
	set, diags := load(t, src)
	if diags = append(diags, Check(set, World{})...); len(diags) > 0 {
		t.Error(told(src, diags))
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	for _, b := range append(Blocks(), ProblemBlock()) {
		checkBlock(t, b)
		if v, _ := builder(b.Name); v == nil {
			t.Errorf("%s has no value", b.Name)
		}
	}
}

func checkBlock(t *testing.T, b schema.Block) {
	t.Helper()
	if !strings.HasSuffix(b.Doc, ".") {
		t.Errorf("%s: the doc is no sentence: %q", b.Name, b.Doc)
	}
	seen := map[string]bool{"fact": true, "name": true}
	for _, a := range b.Attrs {
		if seen[a.Name] || !strings.HasSuffix(a.Doc, ".") {
			t.Errorf("%s.%s: declared twice, or the doc is no sentence", b.Name, a.Name)
		}
		seen[a.Name] = true
		if v := defaultOf(&a); len(a.OneOf) > 0 && !v.IsNull() && !slices.Contains(a.OneOf, text(v)) {
			t.Errorf("%s.%s: the default is none of those allowed", b.Name, a.Name)
		}
	}
	for _, sub := range b.Blocks {
		checkBlock(t, sub)
	}
}

// TestMetrics: no name is better in two directions or has two ranges, none
// stands twice in a kind, and every kind has one that decides and can be named.
func TestMetrics(t *testing.T) {
	t.Parallel()
	all := map[string]Metric{}
	for _, kind := range Kinds() {
		seen := map[string]bool{}
		for _, m := range Metrics(kind) {
			if seen[m.Name] || !checkable().MatchString(m.Name) || m.Low >= m.High || m.Better != "higher" && m.Better != "lower" {
				t.Errorf("%s: %v", kind, m)
			}
			seen[m.Name] = true
			if other, ok := all[m.Name]; ok && other != m {
				t.Errorf("%v and %v", other, m)
			}
			all[m.Name] = m
		}
		if first := Metrics(kind)[0]; strings.HasSuffix(first.Name, "_at_k") {
			t.Errorf("%s: %v cannot decide", kind, first)
		}
	}
	if Metrics("astrology") != nil || len(Kinds()) != 13 {
		t.Error(Kinds())
	}
	if m, ok := find(Metrics("retrieval"), "recall_at_10"); !ok || m.Name != "recall_at_10" || m.High != 1 {
		t.Error(m)
	}
	for _, name := range []string{"recall_at_0", "recall_at_k", "rmse_at_3", "recall_at_", "Recall"} {
		if _, ok := find(Metrics("retrieval"), name); ok {
			t.Errorf("%s is a metric", name)
		}
	}
	if m, _ := find(Metrics("regression"), "r2"); !math.IsInf(m.Low, -1) {
		t.Error(m)
	}
}

func TestCron(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"0 6 * * 1", "*/5 * * * *", "0 0 29 2 *", "0 0 31 JAN,feb *", "59 23 31 12 6", "0 0-23/2 1-15,20 * mon-FRI", "5/10 * * * *", "0 0 31 2 1", "  0 0\t1 1 *  ",
	} {
		if why := badCron(good); why != "" {
			t.Errorf("%q %s", good, why)
		}
	}
	for _, bad := range []string{
		"", "* * * *", "* * * * * *", "0 24 * * *", "0 0 0 * *", "0 0 32 * *", "0 0 * 13 *", "0 0 * 0 *", "0 0 * * 7", "0 0 * * 1#2", "0 0 L * *", "0 0 15W * *",
		"0 0 ? * *", "@hourly", " @Daily ", "1- * * * *", "-1 * * * *", "1,,2 * * * *", "*/60 * * * *", "1/x * * * *", "+1 * * * *", "0 0 30 2 *", "0 0 31 4,6,9,11 *",
		"0 0 * FOO *", "99999999999999999999 * * * *", "*-5 * * * *", strings.Repeat("1,", 200) + "1 * * * *",
	} {
		if badCron(bad) == "" {
			t.Errorf("%q passed", bad)
		}
	}
}
