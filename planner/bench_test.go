package planner_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/mlops-as-code/mlops/readme"
)

// bigSpec wants n files from a few blocks and one template.
func bigSpec(n int) string {
	var b strings.Builder
	b.WriteString("project \"big\" {}\n")
	for k := 0; k*1000 < n; k++ {
		fmt.Fprintf(&b, `
file "m%[1]d" {
  for_each = { for i in range(%[2]d) : format("m%%04d", i) => i }
  path     = "src/d%[1]d/${substr(each.key, 0, 5)}/${each.key}.py"
  template = "templates/m.tmpl"
  vars     = { name = each.key, index = each.value, dir = "x" }
}
`, k, min(1000, n-k*1000))
	}
	return b.String()
}

const bigTemplate = "# module ${name} number ${index}\n%s\nNAME = \"${name}\"\nDIR = \"${dir}\"\n"

// bench is a project of n files of about 2 KiB in a temporary directory.
type bench struct {
	dir  string
	root *os.Root
	spec []hclspec.Source
	lock *lockfile.Lock
}

func newBench(b *testing.B, n int) *bench {
	b.Helper()
	x := &bench{dir: b.TempDir(), lock: &lockfile.Lock{Version: 1}}
	body := strings.Repeat("# a line of a module that does a thing\n", 48)
	x.write(b, "templates/m.tmpl", fmt.Sprintf(bigTemplate, body))
	x.spec = []hclspec.Source{{Name: "mlops.hcl", Src: []byte(bigSpec(n))}}
	root, err := os.OpenRoot(x.dir)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { root.Close() })
	x.root = root
	return x
}

func (x *bench) write(b *testing.B, name, content string) {
	path := filepath.Join(x.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		b.Fatal(err)
	}
}

func (x *bench) load(b *testing.B) *hclspec.Project {
	p, diags := hclspec.Load(hclspec.Params{Spec: x.spec, FS: x.root.FS(), Sections: readme.Kinds(), Version: "0.1.0"})
	if diags.HasErrors() {
		b.Fatal(diags)
	}
	return p
}

func (x *bench) desired(b *testing.B, p *hclspec.Project) *planner.Tree {
	tree, diags := planner.Desired(p)
	if diags.HasErrors() {
		b.Fatal(diags)
	}
	return tree
}

func (x *bench) diff(b *testing.B, tree *planner.Tree) *planner.Plan {
	disk, err := planner.Actual(x.root, tree, x.lock, planner.Checkout{})
	if err != nil {
		b.Fatal(err)
	}
	return planner.Diff(planner.Sides{Mode: "apply", Tree: tree, Disk: disk, Lock: x.lock, LockSrc: x.lock.Bytes()})
}

// apply writes what the plan says, without a commit.
func (x *bench) apply(b *testing.B, p *planner.Plan) {
	for i := range p.Changes {
		c := &p.Changes[i]
		x.write(b, c.Path, string(p.Blobs[c.After.Digest]))
	}
	lock, err := lockfile.Parse(p.Blobs[p.Lock.After])
	if err != nil {
		b.Fatal(err)
	}
	x.lock = lock
}

// BenchmarkStages measures each stage of a plan over n managed files.
func BenchmarkStages(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x := newBench(b, n)
			p := x.load(b)
			tree := x.desired(b, p)
			first := x.diff(b, tree)
			b.Run("load", func(b *testing.B) {
				for b.Loop() {
					x.load(b)
				}
			})
			b.Run("render", func(b *testing.B) {
				for b.Loop() {
					x.desired(b, x.load(b))
				}
			})
			b.Run("first", func(b *testing.B) {
				for b.Loop() {
					x.diff(b, tree)
				}
			})
			x.apply(b, first)
			src := x.lock.Bytes()
			b.Run("lock", func(b *testing.B) {
				for b.Loop() {
					if _, err := lockfile.Parse(src); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("noop", func(b *testing.B) {
				for b.Loop() {
					if x.diff(b, tree).HasChanges() {
						b.Fatal("not in sync")
					}
				}
			})
		})
	}
}
