package hooks

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
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
	"github.com/rogpeppe/go-internal/txtar"
)

func componentsAltered(files []cookiecutter.File, out *Outcome) ([]cookiecutter.File, error) {
	return components.Altered(files, out.Effect.Template)
}

// The templates in testdata/templates are generated with their hooks and compared with
// the golden trees, which Cookiecutter 2.7.1 made:
//
//	MLOPS_COOKIECUTTER=/path/to/python3 go test ./components/hooks -run Lookalikes
//
// runs it again, compares with what it makes now, and writes the golden trees when
// MLOPS_UPDATE is set.

// lookalike is one rendering: a line of JSON at the top of a template.
type lookalike struct {
	Name      string         `json:"name"`
	Dir       string         `json:"dir"`
	Overrides map[string]any `json:"overrides"`
	// Error is what our error must hold, when there must be one.
	Error string `json:"error"`
}

func TestLookalikes(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"python3", "sh", "bash", "git"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(program + " is not here, and the hooks need it")
		}
	}
	names, err := filepath.Glob(filepath.Join("testdata", "templates", "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatal("no templates", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runLookalikes(t, name)
		})
	}
}

func runLookalikes(t *testing.T, name string) {
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "golden", filepath.Base(name))
	want := map[string]string{}
	if g, err := txtar.ParseFile(golden); err == nil {
		for _, f := range g.Files {
			c, _, _ := strings.Cut(f.Name, "/")
			want[c] += "-- " + f.Name + " --\n" + string(f.Data)
		}
	}
	var all strings.Builder
	for line := range strings.Lines(string(a.Comment)) {
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		var l lookalike
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%s: %s", line, err)
		}
		t.Run(l.Name, func(t *testing.T) { all.WriteString(l.run(t, want[l.Name], l.files(a))) })
	}
	if os.Getenv("MLOPS_UPDATE") != "" && os.Getenv("MLOPS_COOKIECUTTER") != "" {
		if err := os.WriteFile(golden, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// files are those of the template that is meant.
func (l *lookalike) files(a *txtar.Archive) (out []cookiecutter.File) {
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

// run compares one rendering, and returns what it should be. What was recorded makes
// the same again, and nothing else.
func (l *lookalike) run(t *testing.T, want string, files []cookiecutter.File) string {
	in := cookiecutter.Input{Overrides: l.Overrides, Clock: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Seed: 7, Source: "SRC"}
	out, project, err := runJob(t.Context(), files, in)
	if python := os.Getenv("MLOPS_COOKIECUTTER"); python != "" {
		var failed bool
		want, failed = l.original(t, python, files)
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
func (l *lookalike) original(t *testing.T, python string, files []cookiecutter.File) (string, bool) {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	for _, f := range files {
		write(t, filepath.Join(in, filepath.FromSlash(f.Path)), f.Content, f.Executable)
	}
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	overrides, err := json.Marshal(l.Overrides)
	if err != nil {
		t.Fatal(err)
	}
	oracle := filepath.Join("..", "..", "internal", "cookiecutter", "testdata", "oracle.py")
	c := exec.Command(python, oracle, in, out, string(overrides), "hooks")
	c.Env = append(os.Environ(), "HOME="+dir, "TZ=UTC", "PYTHONUTF8=1", "PYTHONDONTWRITEBYTECODE=1", "GIT_CEILING_DIRECTORIES="+dir)
	if text, err := c.CombinedOutput(); err != nil {
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		return lines[len(lines)-1], true
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
