package cmd_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/term"
)

// run is one command in this process.
func run(b *testing.B, dir string, args ...string) {
	b.Helper()
	var out bytes.Buffer
	code := cmd.Main(context.Background(), &cmd.Process{
		Args: args, Dir: dir, Now: time.Now,
		Env:     []string{"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "HOME=" + dir},
		Streams: &term.Streams{In: strings.NewReader(""), Out: &out, Err: &out, Width: 80},
	})
	if code != 0 {
		b.Fatalf("mlops %v: exit %d\n%s", args, code, out.String())
	}
}

// project writes a spec of n files of about 2 KiB from a few blocks.
func project(b *testing.B, n int) string {
	b.Helper()
	dir := b.TempDir()
	var spec strings.Builder
	spec.WriteString("project \"big\" {}\n\ngit {\n  author = { name = \"A\", email = \"a@example.com\" }\n}\n")
	for k := 0; k*1000 < n; k++ {
		fmt.Fprintf(&spec, "\nfile \"m%[1]d\" {\n  for_each = { for i in range(%[2]d) : format(\"m%%04d\", i) => i }\n"+
			"  path     = \"src/d%[1]d/${substr(each.key, 0, 5)}/${each.key}.py\"\n  template = \"m.tmpl\"\n"+
			"  vars     = { name = each.key, index = each.value, dir = \"x\" }\n}\n", k, min(1000, n-k*1000))
	}
	body := "# module ${name} number ${index}\n" + strings.Repeat("# a line of a module that does a thing\n", 48) + "NAME = \"${name}\"\nDIR = \"${dir}\"\n"
	for name, text := range map[string]string{"mlops.hcl": spec.String(), "m.tmpl": body} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

// BenchmarkCommands measures whole commands over n files: the first plan, the
// plan after apply from the cache and without it, and a first apply.
func BenchmarkCommands(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.Run("apply", func(b *testing.B) {
				for b.Loop() {
					b.StopTimer()
					dir := project(b, n)
					b.StartTimer()
					run(b, dir, "apply", "--auto-approve", "--summary")
				}
			})
			dir := project(b, n)
			run(b, dir, "apply", "--auto-approve", "--summary")
			b.Run("cached", func(b *testing.B) {
				for b.Loop() {
					run(b, dir, "plan", "--detailed-exitcode")
				}
			})
			if err := os.RemoveAll(filepath.Join(dir, ".git", "mlops")); err != nil {
				b.Fatal(err)
			}
			b.Run("uncached", func(b *testing.B) {
				for b.Loop() {
					run(b, dir, "plan", "--detailed-exitcode")
				}
			})
		})
	}
}
