package textdiff

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// change is one patch that git is asked to apply; either side may be nil.
type change struct{ old, new *File }

// checkWithGit puts the old files into a folder, lets git apply all patches at
// once and compares what is there with the new files.
func checkWithGit(t *testing.T, list []change) {
	t.Helper()
	dir := t.TempDir()
	var patch []byte
	for _, c := range list {
		if c.old != nil {
			put(t, filepath.Join(dir, c.old.Path), c.old)
		}
		patch = append(patch, Patch(c.old, c.new)...)
	}
	cmd := gitCommand(t, dir, "apply", "--whitespace=nowarn")
	cmd.Stdin = bytes.NewReader(patch)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s", err, cut(out))
	}
	for _, c := range list {
		checkFile(t, dir, c)
	}
}

func cut(b []byte) []byte { return b[:min(len(b), 2000)] }

func put(t *testing.T, path string, f *File) {
	t.Helper()
	mode := os.FileMode(0o644)
	if f.Mode == "0755" {
		mode = 0o755
	}
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, f.Data, mode)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func checkFile(t *testing.T, dir string, c change) {
	t.Helper()
	if c.old != nil && (c.new == nil || c.new.Path != c.old.Path) {
		if _, err := os.Lstat(filepath.Join(dir, c.old.Path)); !os.IsNotExist(err) {
			t.Errorf("%q is still there: %v", c.old.Path, err)
		}
	}
	if c.new == nil {
		return
	}
	path := filepath.Join(dir, c.new.Path)
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, c.new.Data) {
		t.Fatalf("%q: %v: got %q, want %q; patch\n%q", c.new.Path, err, cut(got), cut(c.new.Data), cut(Patch(c.old, c.new)))
	}
	info, err := os.Stat(path)
	if err != nil || (info.Mode()&0o100 != 0) != (c.new.Mode == "0755") {
		t.Errorf("%q: mode %v, %v, want %s", c.new.Path, info.Mode(), err, c.new.Mode)
	}
}

func TestGitAppliesText(t *testing.T) {
	t.Parallel()
	texts := []string{
		"", "\n", "a", "a\n", "a\nb", "a\r\nb\r\n", "a\nb\n", "a\rb\r", "a\r\n\r\nb", "\r", "\r\n", "\xff\xfe\n\x80",
		"\ufeffa\n", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n", "-- \n", "\\ No newline at end of file\n", " a \t\n",
		"diff --git a/f b/f\n", strings.Repeat("a", 8000) + "\n\x00b\x00\nc",
	}
	var list []change
	for i, old := range texts {
		for j, new := range texts {
			path := fmt.Sprintf("d/%d-%d", i, j)
			list = append(list, change{text644(path, old), text644(path, new)})
		}
		list = append(list, change{nil, text644(fmt.Sprintf("new/%d", i), old)},
			change{text644(fmt.Sprintf("gone/%d", i), old), nil})
	}
	checkWithGit(t, list)
}

func TestGitAppliesLarge(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 10<<20)
	many := string(join(numbered(0, 100_000)))
	var list []change
	for i, pair := range [][2]string{
		{"", long},
		{long, long + "\ny"},
		{"y\n" + long + "\n", "z\n" + long + "\n"},
		{many, ""},
		{many, "0\n" + many[:len(many)/2] + "\r\n" + many[len(many)/2:] + "z"},
	} {
		path := fmt.Sprint(i)
		list = append(list, change{text644(path, pair[0]), text644(path, pair[1])})
	}
	checkWithGit(t, list)
}

func TestGitAppliesPaths(t *testing.T) {
	t.Parallel()
	paths := []string{
		"f", "a b", " f ", "f\t", "f\ng", `f"g`, `f\g`, "é/日本", "f\x01", "f\x7f", "\xff", "f\u202eg", "a/b/c d/e",
		"b/f", "a => b", "'f'", "{f}", "dev/null", "-f", "f ", "a b/b a",
	}
	var list []change
	for i, path := range paths {
		at := func(prefix, mode, data string) *File {
			return &File{Path: fmt.Sprintf("%d-%s/%s", i, prefix, path), Mode: mode, Data: []byte(data)}
		}
		list = append(list,
			change{nil, at("new", "0755", "a\n")},
			change{nil, at("empty", "0644", "")},
			change{at("gone", "0755", "a\nb"), nil},
			change{at("gone empty", "0644", ""), nil},
			change{at("edit", "0755", "a\nb\n"), at("edit", "0755", "a\nc\n")},
			change{at("mode", "0755", "a\x00"), at("mode", "0644", "a\x00")},
			change{at("both", "0644", "a\n"), at("both", "0755", "b\n")},
			change{at("from", "0644", "a\nb\n"), at("to", "0644", "a\nb\n")},
			change{at("from all", "0644", "a\nb\n"), at("to all", "0755", "b\n")},
		)
	}
	checkWithGit(t, list)
}

func TestGitAppliesRandom(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	var list []change
	for i := range 2000 {
		path := fmt.Sprintf("%d/f", i)
		old := text644(path, randomText(r))
		list = append(list, change{old, text644(path, mutated(r, string(old.Data)))})
	}
	checkWithGit(t, list)
}

// git shortstat counts what Stat counts, where both find a shortest diff.
func TestStatLikeGit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(9, 10))
	old, new := edited(r, numbered(0, 3000), 200)
	put(t, filepath.Join(dir, "old"), &File{Data: old})
	put(t, filepath.Join(dir, "new"), &File{Data: new})
	out, err := gitCommand(t, dir, "diff", "--no-index", "--numstat", "old", "new").Output()
	if _, exited := err.(*exec.ExitError); !exited {
		t.Fatal(err)
	}
	added, removed := Stat(old, new)
	if want := fmt.Sprintf("%d\t%d\t", added, removed); !strings.HasPrefix(string(out), want) {
		t.Errorf("git: %s, we: %s", out, want)
	}
}
