package facts

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
)

// TestFaults reads testdata/faults.txt: after "=== name" a spec, after "---" the
// faults it must give, to the letter. MLOPS_UPDATE=1 writes what it gives.
func TestFaults(t *testing.T) {
	t.Parallel()
	const file = "testdata/faults.txt"
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	update := os.Getenv("MLOPS_UPDATE") != ""
	var out strings.Builder
	seen := map[string]bool{}
	for c := range strings.SplitSeq(strings.TrimPrefix(string(raw), "=== "), "\n=== ") {
		name, rest, _ := strings.Cut(c, "\n")
		src, want, _ := strings.Cut(rest+"\n", "---\n")
		want = strings.TrimRight(want, "\n")
		set, diags := load(t, src)
		if !diags.HasErrors() {
			diags = Check(set, world("managed.txt conf/app.yaml", "a.txt big.bin.dvc"))
		}
		sortDiags(diags)
		for _, d := range diags {
			seen[d.Summary] = true
		}
		got := strings.TrimRight(told(src, diags), "\n")
		if update {
			out.WriteString("=== " + name + "\n" + src + "---\n" + got + "\n")
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	checkCovered(t, seen)
}

func sortDiags(diags hcl.Diagnostics) {
	slices.SortStableFunc(diags, func(a, b *hcl.Diagnostic) int { return a.Subject.Start.Byte - b.Subject.Start.Byte })
}

// checkCovered: every summary of the package occurs in the table, but for those
// that package hclspec gives before a fact gets here.
func checkCovered(t *testing.T, seen map[string]bool) {
	t.Helper()
	for _, s := range []string{"Unknown fact", "Sensitive value", "Unknown value", "Wrong type", "Unknown kind", "Undeclared column"} {
		seen[s] = true
	}
	for _, s := range summaries(t) {
		if !seen[s] {
			t.Errorf("no case gives %q", s)
		}
	}
}
