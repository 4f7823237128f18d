package gitrepo

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"
)

// The law: for any paths, Lookup answers what ls-tree lists, and names what
// stands in the way of the rest.
func TestLookupLikeGit(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.git(".", "init", "-q", "lib")
	l.git("lib", "commit", "-q", "--allow-empty", "-m", "lib")
	l.git(".", "init", "-q", "work")
	names := []string{"a", "a-b", "a.c", "a0", "b", "é", "x y", "z"}
	rng := rand.New(rand.NewPCG(21, 22))
	random := func() string {
		parts := make([]string, 1+rng.IntN(4))
		for i := range parts {
			parts[i] = names[rng.IntN(len(names))]
		}
		return strings.Join(parts, "/")
	}
	for range 150 {
		if path := l.path("work/" + random()); os.MkdirAll(filepath.Dir(path), 0o755) == nil {
			os.WriteFile(path, []byte(random()), os.FileMode(0o644|rng.IntN(2)*0o111))
		}
	}
	must(l, os.Symlink("a", l.path("work/link")))
	l.git("work", "submodule", "--quiet", "add", "../lib", "sub")
	l.git("work", "add", "-A")
	l.git("work", "commit", "-q", "-m", "all")

	want := map[string]Entry{}
	for line := range strings.SplitSeq(l.git("work", "ls-tree", "-r", "-t", "-z", "HEAD"), "\x00") {
		meta, path, ok := strings.Cut(line, "\t")
		if f := strings.Fields(meta); ok {
			mode, valid := parseMode([]byte(f[0]))
			if !valid {
				t.Fatal(line)
			}
			want[path] = Entry{plumbing.NewHash(f[2]), mode}
		}
	}
	r := l.open("work")
	h, err := r.Head()
	must(l, err)
	for range 200 {
		asked := []string{"sub/x", "sub", "link/y", ".gitmodules", "none"}
		for range rng.IntN(60) {
			asked = append(asked, random())
		}
		rng.Shuffle(len(asked), func(i, j int) { asked[i], asked[j] = asked[j], asked[i] })
		before := slices.Clone(asked)
		got, err := r.Lookup(h.Commit, asked)
		must(l, err)
		if diff := cmp.Diff(expected(want, asked), got); diff != "" {
			t.Fatalf("%q: %s", asked, diff)
		}
		if !slices.Equal(before, asked) {
			t.Fatal("the caller's paths were reordered")
		}
	}
}

// expected is the law in the plainest words.
func expected(tree map[string]Entry, asked []string) map[string]Entry {
	found := map[string]Entry{}
	for _, path := range asked {
		if e, ok := tree[path]; ok {
			found[path] = e
			continue
		}
		for dir := filepath.Dir(path); dir != "."; dir = filepath.Dir(dir) {
			if e, ok := tree[dir]; ok && e.Mode.String() != "0040000" {
				found[dir] = e
			}
		}
	}
	return found
}

// Old tools left odd modes behind; the owner's bit decides.
func TestParseMode(t *testing.T) {
	t.Parallel()
	for digits, want := range map[string]string{
		"100644": "0100644", "100755": "0100755", "100664": "0100644", "100700": "0100755", "100611": "0100644", "40000": "0040000", "040000": "0040000",
		"120000": "0120000", "160000": "0160000", "1": "", "10064x": "", "140000": "", "": "",
	} {
		mode, ok := parseMode([]byte(digits))
		if ok != (want != "") || ok && mode.String() != want {
			t.Errorf("%s: %s, %v", digits, mode, ok)
		}
	}
}

func TestLookupUnborn(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.git(".", "init", "-q", "work")
	got, err := l.open("work").Lookup(plumbing.ZeroHash, []string{"a"})
	if err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestObjectsOfTheWrongKind(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.repository()
	r := l.open("work")
	hash := func(name string) plumbing.Hash { return plumbing.NewHash(l.git("work", "rev-parse", name)) }
	if _, err := r.Commit(hash("HEAD:file")); err == nil {
		t.Error("a blob is a commit")
	}
	if _, err := r.Tree(hash("HEAD")); err == nil {
		t.Error("a commit is a tree")
	}
	if data, err := r.Blob(hash("HEAD:file")); err != nil || string(data) != "three\n" {
		t.Errorf("file is %q, %v", data, err)
	}
	if !r.HasObject(hash("HEAD:file")) || r.HasObject(plumbing.NewHash(strings.Repeat("1", 40))) {
		t.Error("HasObject is wrong")
	}
}

func TestCommitLikeGit(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.repository()
	l.env["GIT_COMMITTER_DATE"] = "@1600000000 -0330"
	l.git("work", "checkout", "-q", "-b", "side", "HEAD~1")
	l.git("work", "commit", "-q", "--allow-empty", "-m", "side\n\nBody: with\n\nparagraphs")
	l.git("work", "merge", "-q", "--no-ff", "-m", "merge\n\nTrailer: x", "main")
	r := l.open("work")
	for _, name := range []string{"HEAD", "HEAD^1", "main"} {
		out := strings.Split(l.git("work", "log", "-1", "--format=%H%x00%T%x00%P%x00%ct%x00%cd%x00%B", "--date=format:%z", name), "\x00")
		c, err := r.Commit(plumbing.NewHash(out[0]))
		if err != nil {
			t.Fatal(err)
		}
		var parents []string
		for _, p := range c.Parents {
			parents = append(parents, p.String())
		}
		got := []string{out[0], c.Tree.String(), strings.Join(parents, " "), fmt.Sprint(c.Time.Unix()), c.Time.Format("-0700"), c.Message}
		if diff := cmp.Diff(out, got); diff != "" {
			t.Error(diff)
		}
	}
}

// The laws: no bytes panic; what parses, has a tree.
func FuzzParseCommit(f *testing.F) {
	f.Add([]byte("tree 0123456789012345678901234567890123456789\nparent 0123456789012345678901234567890123456789\ncommitter A <a> 5 +0100\n\nm"))
	f.Add([]byte("tree x\ncommitter <"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := parseCommit(data); err == nil && c.Tree.IsZero() {
			t.Errorf("%q has no tree", data)
		}
	})
}

func FuzzEachEntry(f *testing.F) {
	f.Add([]byte("100644 a\x0001234567890123456789" + "40000 d\x0001234567890123456789"))
	f.Fuzz(func(t *testing.T, data []byte) {
		size := 0
		err := eachEntry(data, func(name []byte, _ Entry) {
			if len(name) == 0 || strings.Contains(string(name), "/") {
				t.Errorf("name %q", name)
			}
			size += len(name) + 1 + 20
		})
		if err == nil && len(data) > 0 && (size == 0 || size >= len(data)) {
			t.Errorf("%d bytes of entries in %d", size, len(data))
		}
	})
}
