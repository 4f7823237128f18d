package cookiecutter

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mlops-as-code/mlops/internal/lookalike"
	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// TestPackages compares with Cookiecutter on all templates below a directory,
// such as .ci/templates fills with packages of PyPI, with three contexts each:
//
//	MLOPS_COOKIECUTTER=/path/to/python3.12+ MLOPS_TEMPLATES=dir go test ./internal/cookiecutter -run Packages -v
func TestPackages(t *testing.T) {
	dir, python := os.Getenv("MLOPS_TEMPLATES"), os.Getenv("MLOPS_COOKIECUTTER")
	if dir == "" || python == "" {
		t.Skip("MLOPS_TEMPLATES and MLOPS_COOKIECUTTER are not set")
	}
	var same, all int
	err := fs.WalkDir(os.DirFS(dir), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != manifestName || strings.Contains(p, "{{") {
			return err
		}
		sub, err := fs.Sub(os.DirFS(dir), path.Dir(p))
		if err != nil {
			return err
		}
		tree, err := ReadTree(sub, Limits{})
		if err != nil {
			return err
		}
		tpl, err := Open(tree, "")
		if err != nil {
			return err
		}
		for name, overrides := range otherContexts(t, tpl) {
			all++
			l := &lookalike.Case{Name: name, Overrides: overrides}
			if comparePackage(t, tpl, l, path.Join(dir, path.Dir(p))) {
				same++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if all == 0 {
		t.Error("no template there")
	}
	fmt.Printf("packages: %d of %d identical\n", same, all)
}

func comparePackage(t *testing.T, tpl *Template, l *lookalike.Case, dir string) bool {
	t.Helper()
	want, failed := originalOf(t, l, dir)
	res, err := tpl.Generate(context.Background(), Input{
		Overrides: l.Overrides, Clock: frozen, Seed: 7, Source: "SRC", RepoDir: "REPO", OutputDir: "OUT",
	})
	switch {
	case err != nil && failed:
		t.Logf("%s %s: both fail: %s; %s", dir, l.Name, err, want)
	case err != nil || failed:
		t.Errorf("%s %s: ours: %v; Cookiecutter: %s", dir, l.Name, err, want)
		return false
	default:
		if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(packResult(l.Name, res), "\n")); diff != "" {
			t.Errorf("%s %s: Cookiecutter's (-), ours (+):\n%s", dir, l.Name, diff)
			return false
		}
	}
	return true
}

// otherContexts are the default, one with the last of all choices and every
// boolean turned, and one with another first text.
func otherContexts(t *testing.T, tpl *Template) map[string]map[string]any {
	t.Helper()
	plain, flip, alt := map[string]any{}, map[string]any{}, map[string]any{}
	another := false
	raw, err := tpl.manifest(nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range raw.All() {
		name, _ := pyvalue.TextOf(k)
		if strings.HasPrefix(name, "_") {
			continue
		}
		switch v := v.(type) {
		case pyvalue.Bool:
			flip[name] = !bool(v)
		case *pyvalue.List:
			for _, last := range v.Elems {
				if s, ok := pyvalue.TextOf(last); ok {
					flip[name] = s
				}
			}
		case pyvalue.String:
			if strings.Contains(string(v), "cookiecutter."+name+" }}") {
				// It must be given, as Kedro does.
				plain[name], flip[name] = "given", "given"
				alt[name] = "given"
			} else if !another {
				alt[name], another = "Zoë Probe 9", true
			}
		}
	}
	return map[string]map[string]any{"default": plain, "flip": flip, "alt": alt}
}
