package hclspec_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/readme"
)

// TestBombs is the law that a spec which explodes stops before it has taken much:
// counted in the bytes allocated on the way, so that the test is the same
// everywhere.
func TestBombs(t *testing.T) {
	const mib = 1 << 20
	for name, tt := range map[string]struct {
		first, next string // a local and the ones made from it, 40 times
		most        uint64 // MiB allocated in all; the race detector adds to it
	}{
		"concat":        {`["a", "b", "c", "d"]`, `concat(@, @)`, 3_000},
		"choice":        {`["a"]`, `true ? [@, @] : []`, 1_500},
		"text":          {`"aaaaaaaaaaaaaaaa"`, `"${@}${@}"`, 600},
		"joined text":   {`"aaaaaaaaaaaaaaaa"`, `join("", [@, @])`, 600},
		"repeated text": {`"aaaaaaaaaaaaaaaa"`, `"%{for x in [1, 2]}${@}%{endfor}"`, 600},
		"formatted":     {`"aaaaaaaaaaaaaaaa"`, `format("%s%s", @, @)`, 600},
		"JSON":          {`"\"aaaaaaaaaaaaaaa"`, `jsonencode([@, @])`, 600},
		"replaced":      {`"aaaaaaaaaaaaaaaa"`, `replace(@, "a", "aaaa")`, 600},
		"product":       {`range(1024)`, `setproduct(@, @, @)`, 200},
	} {
		t.Run(name, func(t *testing.T) {
			var spec strings.Builder
			fmt.Fprintf(&spec, "project \"p\" {}\nlocals {\n  l0 = %s\n", tt.first)
			for i := 1; i <= 40; i++ {
				fmt.Fprintf(&spec, "  l%d = %s\n", i, strings.ReplaceAll(tt.next, "@", fmt.Sprint("local.l", i-1)))
			}
			spec.WriteString("}\noutput \"x\" {\n  value = length(local.l40)\n}\n")
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			errs := faults(spec.String(), fstest.MapFS{})
			runtime.ReadMemStats(&after)
			if len(errs) != 1 || errs[0] != "Expression too large" {
				t.Errorf("got %q", errs)
			}
			if made := (after.TotalAlloc - before.TotalAlloc) / mib; made > tt.most {
				t.Errorf("%d MiB were allocated", made)
			}
		})
	}
}

// faults lists the summaries of a spec's errors.
func faults(spec string, files fstest.MapFS) []string {
	var out []string
	_, diags := hclspec.Load(hclspec.Params{
		Spec: []hclspec.Source{{Name: "mlops.hcl", Src: []byte(spec)}}, FS: files, Sections: readme.Kinds(),
	})
	for _, d := range diags {
		out = append(out, d.Summary)
	}
	return out
}

// TestGlobBombs searches a deep tree with patterns that ask for each
// file very often.
func TestGlobBombs(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{}
	for depth := range 30 {
		files[strings.Repeat("a/", depth)+"x"] = &fstest.MapFile{}
	}
	for pattern, want := range map[string]string{
		strings.Repeat("{a,b}", 30):                           "Invalid function argument",
		strings.Repeat("{a,b}/", 30) + "x":                    "Invalid function argument",
		strings.Repeat("{,a}", 30):                            "Invalid function argument",
		strings.Repeat("{a,", 300) + strings.Repeat("}", 300): "Invalid function argument",
		strings.Repeat("**/a/", 8) + "**/x":                   "Expression too large",
		strings.Repeat("**/", 60) + "x":                       "",
		"{a,b}/{x,y}":                                         "",
		strings.Repeat("*a", 30):                              "",
		"a,b{x,y}":                                            "",
	} {
		errs := faults(fmt.Sprintf("project \"p\" {}\noutput \"x\" {\n  value = length(fileset(\".\", %q))\n}\n", pattern), files)
		if got := strings.Join(errs, ","); got != want {
			t.Errorf("%.40s: got %q, want %q", pattern, got, want)
		}
	}
}
