package cookiecutter

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// The templates in testdata/templates are rendered with each of the contexts
// they name and compared with the golden trees, which Cookiecutter 2.7.1 made:
//
//	MLOPS_COOKIECUTTER=/path/to/python3.12+ go test ./internal/cookiecutter -run Lookalikes
//
// runs it again and compares with what it makes now, and writes the golden
// trees when MLOPS_UPDATE is set.

// lookalike is one rendering: a line of JSON at the top of a template.
type lookalike struct {
	Name      string         `json:"name"`
	Dir       string         `json:"dir"`
	Overrides map[string]any `json:"overrides"`
	// Error is what our error must hold, when there must be one.
	Error string `json:"error"`
	// Original says that Cookiecutter has no error, but does harm.
	Original bool `json:"original"`
}

var frozen = time.Date(2026, 3, 4, 5, 6, 7, 890_000_000, time.UTC)

func TestLookalikes(t *testing.T) {
	t.Parallel()
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
	files := unpack(t, a)
	tree, err := NewTree(files, Limits{})
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
		t.Run(l.Name, func(t *testing.T) { all.WriteString(l.run(t, want[l.Name], lookalikeSource{tree, files})) })
	}
	if os.Getenv("MLOPS_UPDATE") != "" && os.Getenv("MLOPS_COOKIECUTTER") != "" {
		if err := os.WriteFile(golden, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

type lookalikeSource struct {
	tree  *Tree
	files []File
}

// run compares one rendering, and returns what it should be.
func (l lookalike) run(t *testing.T, want string, src lookalikeSource) string {
	tpl, err := Open(src.tree, l.Dir)
	var res *Result
	if err == nil {
		res, err = tpl.Generate(context.Background(), Input{
			Overrides: l.Overrides, Clock: frozen, Seed: 7, Source: "SRC", RepoDir: "REPO", OutputDir: "OUT",
		})
	}
	if python := os.Getenv("MLOPS_COOKIECUTTER"); python != "" {
		var failed bool
		want, failed = l.original(t, python, src.files)
		if failed != (l.Error != "" && !l.Original) {
			t.Errorf("Cookiecutter fails: %v: %s", failed, want)
		}
		if failed || l.Original {
			want = ""
		}
	}
	switch {
	case l.Error != "" && (err == nil || res != nil):
		t.Fatalf("no error; want %q", l.Error)
	case l.Error != "" && !strings.Contains(err.Error(), l.Error):
		t.Errorf("error %q, want %q", err, l.Error)
	case l.Error == "" && err != nil:
		t.Fatal(err)
	case l.Error == "":
		got := strings.Split(packResult(l.Name, res), "\n")
		if diff := cmp.Diff(strings.Split(want, "\n"), got); diff != "" {
			t.Errorf("Cookiecutter's (-), ours (+):\n%s", diff)
		}
	}
	return want
}

// original writes the template to a directory and runs Cookiecutter on it.
func (l lookalike) original(t *testing.T, python string, files []File) (string, bool) {
	in := filepath.Join(t.TempDir(), "in")
	for _, f := range files {
		writeFile(t, filepath.Join(in, filepath.FromSlash(f.Path)), f)
	}
	return l.originalOf(t, python, filepath.Join(in, l.Dir))
}

// originalOf runs Cookiecutter and returns its tree, or its error.
func (l lookalike) originalOf(t *testing.T, python, in string) (string, bool) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	overrides, err := json.Marshal(l.Overrides)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(python, filepath.Join("testdata", "oracle.py"), in, out, string(overrides))
	c.Env = append(os.Environ(), "HOME="+dir, "TZ=UTC", "PYTHONUTF8=1", "PYTHONDONTWRITEBYTECODE=1")
	if text, err := c.CombinedOutput(); err != nil {
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		return lines[len(lines)-1], true
	}
	tree, err := ReadTree(os.DirFS(out), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	res := &Result{}
	collect(tree.root, "", res)
	return packResult(l.Name, res), false
}

func writeFile(t *testing.T, p string, f File) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	mode := os.FileMode(0o644)
	if f.Executable {
		mode = 0o755
	}
	err := os.WriteFile(p, f.Content, mode)
	if f.Link != "" {
		_ = os.Remove(p)
		err = os.Symlink(f.Link, p)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func collect(n *node, dir string, res *Result) {
	for _, name := range sortedNames(n.files) {
		f := n.files[name]
		res.Files = append(res.Files, Output{Path: dir + name, Content: f.Content, Executable: f.Executable})
	}
	for _, name := range sortedNames(n.dirs) {
		collect(n.dirs[name], dir+name+"/", res)
	}
	slices.SortFunc(res.Files, func(a, b Output) int { return strings.Compare(a.Path, b.Path) })
}

// unpack reads a template. A name may be followed by flags: " | x" is
// executable, " | link" a link, " | q" text in Go's quotes, one piece a line.
func unpack(t *testing.T, a *txtar.Archive) []File {
	t.Helper()
	var files []File
	for _, e := range a.Files {
		name, flags, _ := strings.Cut(e.Name, " | ")
		f := File{Path: name, Content: e.Data}
		for flag := range strings.FieldsSeq(flags) {
			switch flag {
			case "x":
				f.Executable = true
			case "link":
				f.Link, f.Content = strings.TrimSpace(string(e.Data)), nil
			case "q":
				f.Content = nil
				for line := range strings.Lines(string(e.Data)) {
					s, err := strconv.Unquote(strings.TrimSpace(line))
					if err != nil {
						t.Fatalf("%s: %s: %s", name, line, err)
					}
					f.Content = append(f.Content, s...)
				}
			}
		}
		files = append(files, f)
	}
	return files
}

// packResult writes a tree as the golden files have it.
func packResult(name string, res *Result) string {
	var out strings.Builder
	for _, f := range res.Files {
		flags := ""
		if f.Executable {
			flags += " x"
		}
		text := f.Content
		if len(text) > 0 && (!bytes.HasSuffix(text, []byte("\n")) || bytes.ContainsAny(text, "\r\x00") || !strings.Contains(strconv.Quote(string(text)), "\\n") || bytes.Contains(text, []byte("-- ")) || !isPlain(text)) {
			flags += " q"
			text = quoted(text)
		}
		if flags != "" {
			flags = " |" + flags
		}
		fmt.Fprintf(&out, "-- %s/%s%s --\n%s", name, f.Path, flags, text)
	}
	return out.String()
}

func isPlain(text []byte) bool {
	return bytes.Equal([]byte(strings.ToValidUTF8(string(text), "")), text)
}

func quoted(text []byte) []byte {
	var out []byte
	for line := range bytes.Lines(text) {
		out = append(strconv.AppendQuote(out, string(line)), '\n')
	}
	return out
}
