package hclspec_test

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/readme"
)

// load evaluates one spec text in a small project.
func load(name, src string, vars ...hclspec.Assignment) (*hclspec.Project, hcl.Diagnostics) {
	return hclspec.Load(hclspec.Params{
		Spec: []hclspec.Source{{Name: name, Src: []byte(src)}},
		FS: fstest.MapFS{
			"templates/ok.tmpl": {Data: []byte("hello ${name}\n")},
			"data.txt":          {Data: []byte("data\n")},
		},
		Vars: vars, Sections: readme.Kinds(), Version: "0.1.0", Components: shelf{},
	})
}

// TestErrors loads the specs of testdata/errors: each line that is wrong carries
// the summary of the fault it must give, and no other fault may appear.
func TestErrors(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/errors/*.hcl")
	if err != nil || len(files) < 5 {
		t.Fatalf("fixtures: %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, diags := load("mlops.hcl", string(src))
			got := map[string]string{}
			for _, d := range diags {
				if d.Subject == nil {
					t.Errorf("a fault without a place: %s: %s", d.Summary, d.Detail)
					continue
				}
				got[fmt.Sprintf("%03d %s", d.Subject.Start.Line, d.Summary)] = d.Detail
			}
			compare(t, wanted(src), got)
		})
	}
}

func wanted(src []byte) map[string]bool {
	want := map[string]bool{}
	scan := bufio.NewScanner(bytes.NewReader(src))
	for n := 1; scan.Scan(); n++ {
		if _, summary, ok := strings.Cut(scan.Text(), "# ERROR: "); ok {
			want[fmt.Sprintf("%03d %s", n, summary)] = true
		}
	}
	return want
}

func compare(t *testing.T, want map[string]bool, got map[string]string) {
	t.Helper()
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if _, ok := got[key]; !ok {
			t.Errorf("missing: %s", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if !want[key] {
			t.Errorf("unexpected: %s: %s", key, got[key])
		}
	}
}
