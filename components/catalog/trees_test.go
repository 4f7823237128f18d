package catalog_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/term"
)

// goldenTrees holds one paragraph a tree: the choice, then digest and path of each
// file. The full text of one whole project is examples/testdata/churn.
const goldenTrees = "trees.txt" // beside the folders, which are embedded

// tree is path -> text, of one project that was applied.
type tree map[string]string

// TestTrees makes the project of every row of the table, applies it, holds it to what
// can be seen without its tools, and against the digests. Applying it again does
// nothing. MLOPS_UPDATE=1 adds the rows that the pairs need, and writes the digests.
func TestTrees(t *testing.T) {
	t.Parallel()
	want, rows := readTrees(t)
	update := os.Getenv("MLOPS_UPDATE") != ""
	if update {
		rows = cover(rows)
	}
	if missing := uncovered(rows); len(missing) > 0 {
		p := missing[0]
		t.Fatalf("%d pairs of levels are in no tree, such as %s=%s with %s=%s; run MLOPS_UPDATE=1 go test ./components/catalog", len(missing),
			factors[p.f].name, factors[p.f].levels[p.level], factors[p.g].name, factors[p.g].levels[p.other])
	}
	got := make([]string, len(rows))
	t.Run("row", func(t *testing.T) {
		for i, row := range rows {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				made := apply(t, row.spec())
				got[i] = made.digests(row)
				for _, fault := range sound(made) {
					t.Error(fault)
				}
				if !update && got[i] != want[row.String()] {
					t.Errorf("another tree than in %s:\n%s", goldenTrees, unlike(want[row.String()], got[i]))
				}
			})
		}
	})
	if update {
		if err := os.WriteFile(goldenTrees, []byte(strings.Join(got, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// readTrees reads the golden file: paragraphs by choice, and the choices in order.
func readTrees(t *testing.T) (map[string]string, []choice) {
	t.Helper()
	src, err := os.ReadFile(goldenTrees)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	paragraphs, rows := map[string]string{}, []choice(nil)
	for text := range strings.SplitSeq(strings.TrimSuffix(string(src), "\n"), "\n\n") {
		head, _, _ := strings.Cut(text, "\n")
		row, err := parseChoice(head)
		if err != nil {
			if os.Getenv("MLOPS_UPDATE") != "" {
				continue // of other factors
			}
			t.Fatal(err)
		}
		paragraphs[head] = text + "\n"
		rows = append(rows, row)
	}
	return paragraphs, rows
}

// digests are the lines of one tree in the golden file.
func (made tree) digests(row choice) string {
	lines := []string{row.String()}
	for _, name := range made.names() {
		lines = append(lines, fmt.Sprintf("%x %s", sha256.Sum256([]byte(made[name])), name)[56:])
	}
	return strings.Join(lines, "\n") + "\n"
}

func (made tree) names() []string {
	var out []string
	for name := range made {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// unlike are the lines that only one of two paragraphs has.
func unlike(want, got string) string {
	var out []string
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for _, line := range a {
		if !slices.Contains(b, line) {
			out = append(out, "- "+line)
		}
	}
	for _, line := range b {
		if !slices.Contains(a, line) {
			out = append(out, "+ "+line)
		}
	}
	return strings.Join(out, "\n")
}

// apply writes a project into an empty folder, sees that a second plan is empty, and
// returns the files.
func apply(t *testing.T, spec string) tree {
	t.Helper()
	dir := t.TempDir()
	if keep := os.Getenv("MLOPS_TREES"); keep != "" { // to look at, and for real tools
		dir = filepath.Join(keep, strings.ReplaceAll(t.Name(), "/", "_"))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "mlops.hcl"), []byte(spec), 0o644); err != nil {
		t.Fatal(err)
	}
	mlops(t, dir, "apply", "--auto-approve", "--no-commit", "--summary")
	mlops(t, dir, "plan", "--detailed-exitcode", "--summary")
	made := tree{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if name == "mlops.hcl" || name == "mlops.lock.json" || strings.HasPrefix(name, ".mlops/") || strings.HasPrefix(name, ".git/") {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		made[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// mlops runs a command that must end well and has nothing to warn of but a README
// that is not there.
func mlops(t *testing.T, dir string, args ...string) {
	t.Helper()
	var out bytes.Buffer
	code := cmd.Main(context.Background(), &cmd.Process{
		Args: args, Dir: dir, Env: []string{"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "HOME=/nonexistent"}, Now: time.Now,
		Streams: &term.Streams{In: strings.NewReader(""), Out: &out, Err: &out, Width: 80},
	})
	if code != 0 {
		t.Fatalf("mlops %s: exit %d\n%s", strings.Join(args, " "), code, out.String())
	}
}
