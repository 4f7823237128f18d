package components

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// leaf is a file of a tree in a test: its content, behind an x when executable.
type leaf string

// plant makes a tree.
func plant(t testing.TB, leaves map[string]leaf) *Tree {
	t.Helper()
	tree := NewTree()
	for name, l := range leaves {
		if err := tree.Add(name, []byte(l[1:]), l[0] == 'x'); err != nil {
			t.Fatal(err)
		}
	}
	return tree
}

// harvest is what plant was given, read through fs.FS.
func harvest(t testing.TB, fsys fs.FS) map[string]leaf {
	t.Helper()
	leaves := map[string]leaf{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		i, err := d.Info()
		if err != nil {
			return err
		}
		content, err := fs.ReadFile(fsys, name)
		mark := map[fs.FileMode]string{0o644: "-", 0o755: "x"}[i.Mode()]
		leaves[name] = leaf(mark + string(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return leaves
}

// odd are names that some system does not have.
func odd() map[string]leaf {
	return map[string]leaf{
		"component.hcl": "-component", "{{cookiecutter.x}}/a:b": "-1", "CON": "x2", "con": "-3", "a/b/c/d": "-",
		"a/b/c.txt": "-\x00\xff", "a-b": "x#!", "x\\y": "-4", "é\n*?": "-5", ".git/config": "-6", "a/ .": "-7", "trailing.": "-8",
	}
}

func TestTree(t *testing.T) {
	t.Parallel()
	tree := plant(t, odd())
	if diff := cmp.Diff(odd(), harvest(t, tree)); diff != "" {
		t.Error(diff)
	}
	// fstest takes a backslash for an escape in its own patterns.
	leaves := odd()
	delete(leaves, "x\\y")
	var names []string
	for name := range leaves {
		names = append(names, name)
	}
	if err := fstest.TestFS(plant(t, leaves), names...); err != nil {
		t.Error(err)
	}
	if err := fstest.TestFS(NewTree()); err != nil {
		t.Error(err)
	}
	content, err := tree.ReadFile("CON")
	if err != nil {
		t.Fatal(err)
	}
	content[0] = '?'
	if again, _ := tree.ReadFile("CON"); string(again) != "2" {
		t.Error("a reader can change the tree")
	}
	for _, name := range []string{"a", "nothing", "../x", "CON/x"} {
		if _, err := tree.ReadFile(name); err == nil {
			t.Errorf("%s was read", name)
		}
		if _, err := tree.ReadDir(name); (err == nil) != (name == "a") {
			t.Errorf("ReadDir(%s): %v", name, err)
		}
		if _, err := fs.Stat(tree, name); (err == nil) != (name == "a") {
			t.Errorf("Stat(%s): %v", name, err)
		}
	}
}

func TestTreeRefuses(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("d/", MaxDepth-1)
	tree := plant(t, map[string]leaf{"a/b": "-", "f": "-", deep + "x": "-"})
	before := tree.digest()
	for name, want := range map[string]string{
		"": "is no clean relative path", ".": "is no clean relative path", "..": "is no clean relative path", "/a": "is no clean relative path",
		"a/": "is no clean relative path", "a//b": "is no clean relative path", "a/../b": "is no clean relative path", "\xff": "is no clean relative path",
		"a/b": "stands twice", "a": "is a file and a folder at once", "a/b/c": "lies below a/b, which is a file", "f/g/h": "lies below f",
		deep + "y/z": "has more than 32 segments", strings.Repeat("x", MaxPath+1): "is longer than 1024 bytes",
	} {
		err := tree.Add(name, nil, false)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Add(%.40q): %v, want %s", name, err, want)
		}
	}
	if tree.digest() != before || len(tree.folders) != 2+MaxDepth-1 {
		t.Error("a refused file left a mark")
	}
	if err := tree.Add(strings.Repeat("x", MaxPath), nil, false); err != nil {
		t.Error(err)
	}
}

func TestTreeLimits(t *testing.T) {
	t.Parallel()
	big := NewTree()
	if err := big.Add("a", make([]byte, MaxBytes), false); err != nil {
		t.Fatal(err)
	}
	if err := big.Add("b", []byte("x"), false); err == nil || !strings.Contains(err.Error(), "64 MiB") {
		t.Errorf("one byte too many: %v", err)
	}
	if err := big.Add("b", nil, false); err != nil {
		t.Errorf("an empty file: %v", err)
	}
	many := NewTree()
	for i := range MaxFiles {
		if err := many.Add(fmt.Sprintf("%d/x", i), nil, false); err != nil {
			t.Fatal(err)
		}
	}
	if err := many.Add("y", nil, false); err == nil || !strings.Contains(err.Error(), "at most 10000") {
		t.Errorf("one file too many: %v", err)
	}
	wide := NewTree()
	for i := range MaxFiles / 4 {
		if err := wide.Add(fmt.Sprintf("%d/a/b/c/x", i), nil, false); err != nil {
			t.Fatal(err)
		}
	}
	if err := wide.Add("y/x", nil, false); err == nil || !strings.Contains(err.Error(), "one folder too many") {
		t.Errorf("one folder too many: %v", err)
	}
	if err := wide.Add("y", nil, false); err != nil {
		t.Error(err)
	}
}

// plainFS hides that a file system is a Tree.
type plainFS struct{ fs.FS }

func TestDigestKnown(t *testing.T) {
	t.Parallel()
	// Computed with printf and sha256sum.
	for want, leaves := range map[string]map[string]leaf{
		"sha256:203073d492c9b499775f678aa46e5df6cc60e57443faa0f82695a991b07fb841": {},
		"sha256:9fec6999f36dc4016eeae76f823a992738b950e0765a43ca45d525243a21fd6a": {"a": "-hi\n", "b/éx": "x"},
	} {
		for _, fsys := range []fs.FS{plant(t, leaves), plainFS{plant(t, leaves)}} {
			if got, err := Digest(fsys); got != want || err != nil {
				t.Errorf("Digest(%v) = %s, %v, want %s", leaves, got, err, want)
			}
		}
	}
}

// TestDigestLaw holds that trees are equal exactly when their digests are.
func TestDigestLaw(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	names := []string{"a", "b", "a/b", "a-b", "ab", "b/a", "a 1:b", "1:a"}
	contents := []leaf{"-", "x", "-a", "-b", "xa", "-ab", "-100644 1:b 0:\n", "-\n100644 1:b 0:"}
	byDigest, byTree := map[string]string{}, map[string]string{}
	for range 20_000 {
		leaves := map[string]leaf{}
		tree := NewTree()
		for range r.IntN(4) {
			name, l := names[r.IntN(len(names))], contents[r.IntN(len(contents))]
			if tree.Add(name, []byte(l[1:]), l[0] == 'x') == nil {
				leaves[name] = l
			}
		}
		digest, err := Digest(plainFS{tree})
		if err != nil || digest != tree.digest() {
			t.Fatalf("%q: %s, %s, %v", leaves, digest, tree.digest(), err)
		}
		text := fmt.Sprintf("%q", leaves) // sorted by key
		if other, seen := byDigest[digest]; seen && other != text {
			t.Fatalf("%s and %s have one digest", text, other)
		}
		if other, seen := byTree[text]; seen && other != digest {
			t.Fatalf("%s has two digests", text)
		}
		byDigest[digest], byTree[text] = text, digest
	}
	if len(byDigest) < 1000 {
		t.Errorf("only %d trees", len(byDigest))
	}
}

// TestLoad reads real folders. Folders without files, times and other mode bits
// make no difference.
func TestLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	want := map[string]leaf{"a/b.txt": "-one", "run": "xtwo", "c": "-"}
	for name, l := range want {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := map[byte]fs.FileMode{'-': 0o600, 'x': 0o700}[l[0]]
		if err := os.WriteFile(full, []byte(l[1:]), mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "empty", "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	tree, err := Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, harvest(t, tree)); diff != "" {
		t.Error(diff)
	}
	if got, _ := Digest(os.DirFS(dir)); got != plant(t, want).digest() {
		t.Errorf("digest %s", got)
	}
	if err := os.Symlink("c", filepath.Join(dir, "link")); err != nil {
		t.Skip(err)
	}
	if _, err := Load(os.DirFS(dir)); err == nil || !strings.HasPrefix(err.Error(), "link: is no regular file") {
		t.Errorf("a link: %v", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for want, fsys := range map[string]fs.FS{
		"p: is no regular file":     fstest.MapFS{"p": {Mode: fs.ModeNamedPipe}},
		"has more than 32 segments": fstest.MapFS{strings.Repeat("d/", MaxDepth) + "x": {}},
		"is longer than 1024 bytes": fstest.MapFS{strings.Repeat("x", MaxPath+1): {}},
		"is one folder too many":    barren{NewTree()},
		"larger than 64 MiB":        liar{fstest.MapFS{"f": {}}},
	} {
		if _, err := Digest(fsys); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	_, err := Load(os.DirFS(filepath.Join(t.TempDir(), "nothing")))
	if err == nil || strings.Count(err.Error(), ":") != 1 {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// barren has folders without files, one too many.
type barren struct{ *Tree }

func (barren) ReadDir(name string) ([]fs.DirEntry, error) {
	var list []fs.DirEntry
	for i := 0; name == "." && i <= MaxFiles; i++ {
		list = append(list, info{name: fmt.Sprint(i), mode: fs.ModeDir | 0o755})
	}
	return list, nil
}

// liar says that its file f is empty, and it never ends.
type liar struct{ fs.FS }

func (l liar) Open(name string) (fs.File, error) {
	f, err := l.FS.Open(name)
	if err == nil && name == "f" {
		f = endless{f}
	}
	return f, err
}

type endless struct{ fs.File }

func (endless) Read(p []byte) (int, error) { return len(p), nil }
