package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/mlops-as-code/mlops/readme"
)

// bigSpec wants n files, sixteen in a directory, from a block for every thousand and
// one template. Ten of the first thousand follow the variable rev.
func bigSpec(n int) string {
	var b strings.Builder
	b.WriteString("project \"big\" {}\n\nvariable \"rev\" {\n  type    = number\n  default = 0\n}\n")
	for k := 0; k*1000 < n; k++ {
		rev := "0"
		if k == 0 {
			rev = "each.value % 100 == 7 ? var.rev : 0"
		}
		fmt.Fprintf(&b, `
file "m%[1]d" {
  for_each = { for i in range(%[2]d) : format("m%%04x", i) => i }
  path     = "src/d%[1]d/${substr(each.key, 0, 4)}/${each.key}.py"
  template = "templates/m.tmpl"
  vars     = { name = each.key, index = each.value, rev = %[3]s }
}
`, k, min(1000, n-k*1000), rev)
	}
	return b.String()
}

// words are what filler is made of: about as repetitive as a program is.
const words = "import return self None True False data frame model train test path name index config value result " +
	"columns features target split seed score metric batch epoch load save read write open close list dict float " +
	"int str def class for while with as try except raise assert lambda yield numpy pandas sklearn pipeline stage " +
	"params logger info debug warning error shape mean std min max sum count group merge join drop fill apply map"

// filler is text of about a size, the same in every run, that compresses as source
// code does.
func filler(size int) string {
	vocabulary := strings.Fields(words)
	r := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	for b.Len() < size {
		b.WriteString(strings.Repeat("    ", r.IntN(3)))
		for range 2 + r.IntN(6) {
			b.WriteString(vocabulary[r.IntN(len(vocabulary))])
			b.WriteString([]string{" ", ".", ", ", "(", ") ", " = ", "_"}[r.IntN(7)])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func bigTemplate(size int) string {
	return "# module ${name} number ${index}\n" + filler(size) + "NAME = \"${name}\"\nREV = ${rev}\n"
}

// big writes a project of n files of a size from a handful of blocks.
func (l *lab) big(n, size int) (string, error) {
	return l.write(map[string]string{"mlops.hcl": bigSpec(n), "templates/m.tmpl": bigTemplate(size)})
}

// small writes a project of n files as people have them: a block and a template
// each, with some variables.
func (l *lab) small(n int) (string, error) {
	files := map[string]string{}
	var b strings.Builder
	b.WriteString("project \"small\" {}\n\nlocals {\n  package = \"small\"\n}\n")
	for i := range n {
		name := fmt.Sprintf("t%02d", i)
		fmt.Fprintf(&b, "\nfile \"src/%[1]s.py\" {\n  template = \"templates/%[1]s.tmpl\"\n  vars     = { name = %[1]q, package = local.package, n = %[2]d }\n}\n", name, i)
		files["templates/"+name+".tmpl"] = "# ${package}.${name}\n" + filler(1900) + "N = ${n}\nNEXT = ${n + 1}\nNAME = \"${upper(name)}\"\n"
	}
	files["mlops.hcl"] = b.String()
	return l.write(files)
}

func (l *lab) write(files map[string]string) (string, error) {
	dir := l.fresh()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// planOf is what mlops plan computes in a directory, in this process and without
// git: where the plan comes from is not part of what is timed.
func planOf(dir string, rev int) (*planner.Plan, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	spec, err := hclspec.Find(root.FS())
	if err != nil {
		return nil, err
	}
	project, diags := hclspec.Load(hclspec.Params{
		Spec: spec, FS: root.FS(), Sections: readme.Kinds(), Version: "0.1.0",
		Vars: []hclspec.Assignment{{Name: "rev", Origin: "--var", Text: strconv.Itoa(rev)}},
	})
	if diags.HasErrors() {
		return nil, diags
	}
	tree, diags := planner.Desired(project)
	if diags.HasErrors() {
		return nil, diags
	}
	plan, err := compare(root, tree)
	if err != nil {
		return nil, err
	}
	plan.Commit = planner.Commit{Enabled: true, Backend: project.Git.Backend, Message: "chore(mlops): measure", DefaultBranch: "main"}
	for _, r := range append(project.Spec, project.Reads.Files()...) {
		plan.Commit.Include = append(plan.Commit.Include, planner.FileRef{Path: r.Path, Digest: "sha256:" + r.Digest})
	}
	plan.Project = project.Facts.Name
	return plan, plan.Seal()
}

// compare is the difference between a tree and a directory.
func compare(root *os.Root, tree *planner.Tree) (*planner.Plan, error) {
	lock := &lockfile.Lock{Version: lockfile.Version}
	src, err := root.ReadFile(planner.LockPath)
	if err == nil {
		lock, err = lockfile.Parse(src)
	} else if os.IsNotExist(err) {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	disk, err := planner.Actual(root, tree, lock, planner.Checkout{})
	if err != nil {
		return nil, err
	}
	return planner.Diff(planner.Sides{Mode: "apply", Tree: tree, Disk: disk, Lock: lock, LockSrc: src}), nil
}
