// Package lookalike runs the tests that compare renderings of our own templates with
// Cookiecutter's, for the packages that render and those that run hooks.
//
// Vocabulary: a template is testdata/templates/NAME.txtar. Each line of JSON at its top
// is a case: one rendering, with answers. What Cookiecutter 2.7.1 made of all cases is
// golden, in testdata/golden/NAME.txtar, where the first folder of a path is the case.
//
//	MLOPS_COOKIECUTTER=/path/to/python3.12+ go test PACKAGE -run Lookalikes
//
// has a test ask Cookiecutter again, and writes the golden trees when MLOPS_UPDATE is set.
//
// The package refuses to compare: what a tree is differs between those that use it.
package lookalike

import (
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// Case is one rendering.
type Case struct {
	Name      string         `json:"name"`
	Dir       string         `json:"dir"`
	Overrides map[string]any `json:"overrides"`
	// Error is what our error must hold, when there must be one.
	Error string `json:"error"`
	// Original says that Cookiecutter has no error, but does harm.
	Original bool `json:"original"`
}

// Compare renders a case of a template and compares with the tree that is wanted. It
// returns what is golden: what it was given, or what Cookiecutter says today.
type Compare func(t *testing.T, c *Case, template *txtar.Archive, want string) string

// Python is the program that has Cookiecutter, or "" where a test has to do with what
// is golden.
func Python() string { return os.Getenv("MLOPS_COOKIECUTTER") }

// Run compares every case of every template, templates in parallel.
func Run(t *testing.T, compare Compare) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "templates", "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatal("no templates", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runTemplate(t, name, compare)
		})
	}
}

func runTemplate(t *testing.T, name string, compare Compare) {
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "golden", filepath.Base(name))
	want := goldenTrees(golden)
	var all strings.Builder
	for line := range strings.Lines(string(a.Comment)) {
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		var c Case
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatalf("%s: %s", line, err)
		}
		t.Run(c.Name, func(t *testing.T) { all.WriteString(compare(t, &c, a, want[c.Name])) })
	}
	if os.Getenv("MLOPS_UPDATE") != "" && Python() != "" {
		if err := os.WriteFile(golden, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// goldenTrees are the trees of a golden file by case; none where there is no file yet.
func goldenTrees(name string) map[string]string {
	trees := map[string]string{}
	g, err := txtar.ParseFile(name)
	if err != nil {
		return trees
	}
	for _, f := range g.Files {
		c, _, _ := strings.Cut(f.Name, "/")
		trees[c] += "-- " + f.Name + " --\n" + string(f.Data)
	}
	return trees
}

// oracle runs Cookiecutter with the clock of the tests.
//
//go:embed oracle.py
var oracle string

// Oracle has Cookiecutter render a template from a folder into another, with the answers
// of a case, and with its hooks where more says "hooks". What it complains of is the last
// line that it prints; "" when it is content.
func Oracle(t *testing.T, c *Case, in, out string, more ...string) (complaint string) {
	t.Helper()
	overrides, err := json.Marshal(c.Overrides)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	cmd := exec.Command(Python(), append([]string{"-c", oracle, in, out, string(overrides)}, more...)...)
	cmd.Env = append(os.Environ(), "HOME="+home, "TZ=UTC", "PYTHONUTF8=1", "PYTHONDONTWRITEBYTECODE=1", "GIT_CEILING_DIRECTORIES="+filepath.Dir(out))
	text, err := cmd.CombinedOutput()
	if err == nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[len(lines)-1]
}
