// Package examples_test applies every example and compares the tree it gives
// with examples/testdata/NAME. MLOPS_UPDATE=1 rewrites that.
package examples_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/term"
)

func TestExamples(t *testing.T) {
	t.Parallel()
	specs, err := filepath.Glob("*/mlops.hcl")
	if err != nil || len(specs) < 2 {
		t.Fatalf("examples: %v, %v", specs, err)
	}
	for _, spec := range specs {
		name := filepath.Dir(spec)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), name)
			if err := os.CopyFS(dir, os.DirFS(name)); err != nil {
				t.Fatal(err)
			}
			mlops(t, dir, "fmt", "--check", "--diff")
			mlops(t, dir, "apply", "--auto-approve")
			compare(t, dir, name)
			mlops(t, dir, "plan", "--detailed-exitcode")
			git(t, dir, "fsck", "--strict")
			if left := git(t, dir, "status", "--porcelain"); left != "" {
				t.Errorf("not everything is committed:\n%s", left)
			}
			clone := dir + "-clone"
			git(t, dir, "clone", "-q", dir, clone)
			mlops(t, clone, "plan", "--detailed-exitcode")
		})
	}
}

var env = []string{"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "HOME=/nonexistent"}

func mlops(t *testing.T, dir string, args ...string) {
	t.Helper()
	var out bytes.Buffer
	code := cmd.Main(context.Background(), &cmd.Process{
		Args: args, Dir: dir, Env: env, Now: time.Now,
		Streams: &term.Streams{In: strings.NewReader(""), Out: &out, Err: &out, Width: 80},
	})
	if code != 0 {
		t.Fatalf("mlops %s: exit %d\n%s", strings.Join(args, " "), code, out.String())
	}
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command("git", args...)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// compare holds the generated files, with their modes, against the golden tree.
func compare(t *testing.T, dir, name string) {
	t.Helper()
	golden := filepath.Join("testdata", name)
	got := generated(t, dir, name)
	if os.Getenv("MLOPS_UPDATE") != "" {
		update(t, golden, dir, got)
	}
	want := files(t, golden)
	if !slices.Equal(want, got) {
		t.Fatalf("files of examples/%s:\n%s\nwant:\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, p := range got {
		have, err := os.ReadFile(filepath.Join(dir, p))
		if err != nil {
			t.Fatal(err)
		}
		exp, err := os.ReadFile(filepath.Join(golden, p))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(have, exp) {
			t.Errorf("%s differs from %s", p, filepath.Join("examples", golden, p))
		}
		if executable(t, filepath.Join(dir, p)) != executable(t, filepath.Join(golden, p)) {
			t.Errorf("%s: the executable bit differs", p)
		}
	}
}

func executable(t *testing.T, p string) bool {
	t.Helper()
	info, err := os.Stat(p)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()&0o100 != 0
}

// generated are the files that apply added to the example's inputs.
func generated(t *testing.T, dir, name string) []string {
	t.Helper()
	inputs := files(t, name)
	return slices.DeleteFunc(files(t, dir), func(p string) bool { return slices.Contains(inputs, p) })
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == ".git" {
			return filepath.SkipDir
		}
		if !d.IsDir() {
			rel, _ := filepath.Rel(dir, p)
			out = append(out, filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func update(t *testing.T, golden, dir string, paths []string) {
	t.Helper()
	if err := os.RemoveAll(golden); err != nil {
		t.Fatal(err)
	}
	for _, p := range paths {
		data, err := os.ReadFile(filepath.Join(dir, p))
		if err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o644)
		if executable(t, filepath.Join(dir, p)) {
			mode = 0o755
		}
		to := filepath.Join(golden, p)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, data, mode); err != nil {
			t.Fatal(err)
		}
	}
}
