package cookiecutter

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mlops-as-code/mlops/internal/lookalike"
	"github.com/rogpeppe/go-internal/txtar"
)

var frozen = time.Date(2026, 3, 4, 5, 6, 7, 890_000_000, time.UTC)

func TestLookalikes(t *testing.T) {
	t.Parallel()
	lookalike.Run(t, func(t *testing.T, c *lookalike.Case, a *txtar.Archive, want string) string {
		return compareCase(t, c, unpack(t, a), want)
	})
}

// compareCase compares one rendering, and returns what it should be.
func compareCase(t *testing.T, l *lookalike.Case, files []File, want string) string {
	tree, err := NewTree(files, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := Open(tree, l.Dir)
	var res *Result
	if err == nil {
		res, err = tpl.Generate(context.Background(), Input{
			Overrides: l.Overrides, Clock: frozen, Seed: 7, Source: "SRC", RepoDir: "REPO", OutputDir: "OUT",
		})
	}
	if lookalike.Python() != "" {
		var failed bool
		want, failed = original(t, l, files)
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
func original(t *testing.T, l *lookalike.Case, files []File) (string, bool) {
	in := filepath.Join(t.TempDir(), "in")
	for _, f := range files {
		writeFile(t, filepath.Join(in, filepath.FromSlash(f.Path)), f)
	}
	return originalOf(t, l, filepath.Join(in, l.Dir))
}

// originalOf runs Cookiecutter and returns its tree, or its error.
func originalOf(t *testing.T, l *lookalike.Case, in string) (string, bool) {
	out := filepath.Join(t.TempDir(), "out")
	if complaint := lookalike.Oracle(t, l, in, out); complaint != "" {
		return complaint, true
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
