// Package archtest holds the test of the import direction: nothing points
// backwards, and an unknown package is a failure until it has its line here.
package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/mlops-as-code/mlops"

// allowed says which packages of the module a package may import. "*" is all.
var allowed = map[string][]string{
	"cmd/mlops": {"cmd", "internal/term"},
	"cmd":       {"*"},

	"hclspec":                  {"internal/facts", "internal/hclfunc", "internal/hcllimit", "internal/hcltmpl", "internal/safepath", "internal/schema"},
	"readme":                   {"internal/facts", "internal/lazy", "internal/merge3", "internal/schema", "readme/internal/datafile"},
	"readme/internal/datafile": {"internal/lazy"},
	// What component blocks name: found, fetched and pinned.
	"components":         {"hclspec", "internal/cookiecutter", "internal/effect", "internal/lockfile", "internal/pyvalue", "internal/show"},
	"components/catalog": {},
	"components/pins":    {"components", "hclspec", "internal/gitfetch", "internal/lockfile", "internal/show"},
	"components/hooks":   {"components", "internal/cookiecutter", "internal/effect", "internal/hookrun", "internal/safepath"},
	"planner":            {"hclspec", "readme", "internal/block", "internal/hclfunc", "internal/keys", "internal/merge3", "internal/hcltmpl", "internal/lockfile", "internal/safepath", "internal/show", "internal/textdiff"},
	"applier":            {"planner", "internal/fsops", "internal/gitattr", "internal/gitconf", "internal/gitindex", "internal/gitrepo", "internal/gitwrite", "internal/lazy", "internal/lockfile", "internal/safepath"},

	"internal/facts":             {"internal/lazy", "internal/safepath", "internal/schema", "internal/show"},
	"internal/gitfetch":          {"internal/fsops", "internal/lazy", "internal/procgroup", "internal/show"},
	"internal/fsops":             {},
	"internal/fsops/faultfs":     {"internal/fsops"},
	"internal/gitattr":           {"internal/gitconf", "internal/gitconf/wildmatch"},
	"internal/gitconf":           {"internal/gitconf/wildmatch"},
	"internal/gitconf/wildmatch": {},
	"internal/gitindex":          {},
	"internal/gitrepo":           {"internal/gitattr", "internal/gitconf", "internal/gitrepo/odb"},
	"internal/gitrepo/odb":       {},
	"internal/gitwrite":          {"internal/fsops", "internal/gitindex", "internal/gitrepo"},
	"internal/plancache":         {},
	"internal/compdocs":          {"hclspec", "internal/block", "internal/show"},
	"internal/lookalike":         {}, // for tests
	"internal/comptest":          {"components", "hclspec", "internal/lockfile", "internal/show", "internal/textdiff", "planner", "readme"},
	"internal/adopt":             {"hclspec", "internal/block", "internal/keys", "internal/lockfile", "internal/specedit", "internal/textdiff", "planner"},
	"internal/takeover":          {"hclspec", "internal/safepath", "internal/specedit", "internal/textdiff"},
	"internal/gitignore":         {"internal/gitconf/wildmatch"},
	"internal/block":             {"internal/show"},
	"internal/keys":              {"internal/lazy"},
	"internal/merge3":            {"internal/textdiff"},
	"internal/specedit":          {"internal/hcllimit"},
	"internal/hclfunc":           {"internal/hcllimit", "internal/hcltmpl"},
	"internal/hcllimit":          {},
	"internal/hcltmpl":           {"internal/hcllimit"},
	"internal/lockfile":          {"internal/safepath", "internal/show"},
	"internal/safepath":          {"internal/show"},
	"internal/ratios":            {"*"}, // a measuring program
	"internal/schema":            {},
	"internal/cookiecutter":      {"internal/jinja", "internal/pyvalue"},
	"internal/effect":            {},
	"internal/hookrun":           {"internal/procgroup"},
	"internal/form":              {"internal/show"},
	"internal/jinja":             {"internal/pyvalue"},
	"internal/lazy":              {},
	"internal/pyvalue":           {},
	"internal/show":              {},
	"internal/term":              {},
	"internal/textdiff":          {"internal/show"},
	"internal/gfm":               {"internal/lazy"},
	"internal/preview":           {"internal/gfm", "internal/lazy"},
	"internal/termmd":            {"internal/gfm", "internal/show"},
	"internal/previewserver":     {"internal/preview", "internal/safepath", "internal/show"}, // an edge
	"internal/capture":           {"internal/lazy", "internal/procgroup", "internal/show"},   // an edge
	"internal/procgroup":         {},
}

// only says which packages may import a library that others must not see.
var only = map[string][]string{
	"github.com/sergi/go-diff": {"internal/textdiff"},
	"github.com/go-git/go-git": {"internal/gitrepo", "internal/gitwrite", "internal/gitconf", "internal/gitattr", "internal/gitindex", "internal/gitrepo/odb", "internal/gitfetch", "applier", "cmd", "internal/ratios"},
	// Its tables are those of the slugs of Cookiecutter, and of nothing else.
	"github.com/mozillazg/go-unidecode": {"internal/cookiecutter"},
	// Who runs programs: those a person asked for, git, an editor, a browser, hooks, and tests.
	"os/exec": {"applier", "cmd", "internal/capture", "internal/gitfetch", "internal/hookrun", "internal/lookalike", "internal/procgroup", "internal/ratios"},
	// Who opens connections.
	"net": {"internal/gitfetch", "internal/previewserver"},
}

// addresses are the packages of net that only read and write addresses.
var addresses = []string{"net/netip", "net/url"}

func TestImports(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && p != root || d.Name() == "testdata" || p == filepath.Join(root, "examples")) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, filepath.Dir(p))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(rel)
		seen[pkg] = true
		checkFile(t, pkg, p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range slices.Sorted(maps.Keys(allowed)) {
		if !seen[pkg] {
			t.Errorf("%s has a line here and does not exist", pkg)
		}
	}
}

func checkFile(t *testing.T, pkg, file string) {
	t.Helper()
	may, ok := allowed[pkg]
	if !ok {
		t.Errorf("%s: the package %s has no line in this test", file, pkg)
		return
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range f.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if inside, ok := strings.CutPrefix(imported, module+"/"); ok && !slices.Contains(may, inside) && !slices.Contains(may, "*") {
			t.Errorf("%s: %s may not import %s", file, pkg, inside)
		}
		for library, users := range only {
			if (imported == library || strings.HasPrefix(imported, library+"/")) && !slices.Contains(users, pkg) && !slices.Contains(addresses, imported) {
				t.Errorf("%s: %s may not import %s", file, pkg, path.Clean(imported))
			}
		}
	}
}
