package hooks

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/internal/cookiecutter"
	"github.com/mlops-as-code/mlops/internal/effect"
	"github.com/mlops-as-code/mlops/internal/lookalike"
	"github.com/rogpeppe/go-internal/txtar"
)

func componentsAltered(files []cookiecutter.File, out *Outcome) ([]cookiecutter.File, error) {
	return components.Altered(files, out.Effect.Template)
}

// The templates in testdata/templates are generated with their hooks.
func TestLookalikes(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"python3", "sh", "bash", "git"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(program + " is not here, and the hooks need it")
		}
	}
	lookalike.Run(t, func(t *testing.T, c *lookalike.Case, a *txtar.Archive, want string) string {
		return compareCase(t, c, filesOf(c, a), want)
	})
}

// filesOf are those of the template that is meant.
func filesOf(l *lookalike.Case, a *txtar.Archive) (out []cookiecutter.File) {
	for _, f := range a.Files {
		name, flag, _ := strings.Cut(f.Name, " | ")
		if l.Dir != "" {
			inner, ok := strings.CutPrefix(name, l.Dir+"/")
			if !ok {
				continue
			}
			name = inner
		}
		out = append(out, cookiecutter.File{Path: name, Content: f.Data, Executable: flag == "x"})
	}
	return out
}

// compareCase compares one rendering, and returns what it should be. What was recorded makes
// the same again, and nothing else.
func compareCase(t *testing.T, l *lookalike.Case, files []cookiecutter.File, want string) string {
	in := cookiecutter.Input{Overrides: l.Overrides, Clock: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Seed: 7, Source: "SRC"}
	out, project, err := runJob(t.Context(), files, in)
	if lookalike.Python() != "" {
		var failed bool
		want, failed = original(t, l, files)
		if failed != (l.Error != "") {
			t.Errorf("Cookiecutter fails: %v: %s", failed, want)
		}
		if failed {
			want = ""
		}
	}
	switch {
	case l.Error != "" && (err == nil || !strings.Contains(err.Error(), l.Error)):
		t.Errorf("error %v, want %q", err, l.Error)
	case l.Error == "" && err != nil && errors.Is(err, errNone):
		t.Log("no hooks run for it")
		return want
	case l.Error == "" && err != nil:
		t.Fatal(err)
	case l.Error == "":
		if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(pack(l.Name+"/"+project, out.After), "\n")); diff != "" {
			t.Errorf("Cookiecutter's (-), ours (+):\n%s", diff)
		}
		again(t, out)
	}
	return want
}

// again holds that the record makes the same tree.
func again(t *testing.T, out *Outcome) {
	t.Helper()
	src, err := (&effect.Record{Effects: []effect.Effect{out.Effect}}).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	record, err := effect.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	made, err := effect.Apply(out.Before, record.Effects[0].Project)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := pack("", out.After), pack("", made); a != b {
		t.Errorf("the record makes something else:\n%s", cmp.Diff(a, b))
	}
}

// original runs Cookiecutter and returns its tree, or its error.
func original(t *testing.T, l *lookalike.Case, files []cookiecutter.File) (string, bool) {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	for _, f := range files {
		write(t, filepath.Join(in, filepath.FromSlash(f.Path)), f.Content, f.Executable)
	}
	if complaint := lookalike.Oracle(t, l, in, out, "hooks"); complaint != "" {
		return complaint, true
	}
	made, err := readFiles(out)
	if err != nil {
		t.Fatal(err)
	}
	var tree []effect.File
	for _, f := range made {
		if !slices.Contains(strings.Split(f.Path, "/"), ".git") {
			tree = append(tree, effect.File{Path: f.Path, Content: f.Content, Executable: f.Executable})
		}
	}
	return pack(l.Name, tree), false
}

// pack writes a tree as the golden files have it.
func pack(name string, files []effect.File) string {
	slices.SortFunc(files, func(a, b effect.File) int { return strings.Compare(a.Path, b.Path) })
	var out strings.Builder
	for _, f := range files {
		flags, text := "", string(f.Content)
		if f.Executable {
			flags = " | x"
		}
		if !utf8.ValidString(text) || !strings.HasSuffix(text, "\n") && text != "" || strings.ContainsAny(text, "\r\x00") {
			flags, text = flags+" | q", strconv.Quote(text)+"\n"
		}
		fmt.Fprintf(&out, "-- %s/%s%s --\n%s", name, f.Path, flags, text)
	}
	return out.String()
}
