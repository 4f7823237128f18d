package safepath

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for _, group := range [][]Path{
		{"readme.md", "README.md", "ReadMe.MD"},
		{"straße", "STRASSE", "Straße", "strasse"},
		{"été", "e\u0301te\u0301", "ÉTÉ", "E\u0301TE\u0301"},
		{"ΜΆΪΟΣ", "μάϊος", "μάϊοσ"},
		{"ﬁle", "FILE", "file"},
		{"K", "k", "\u212a"},
		{"\u1fb3", "\u03b1\u0345", "\u0391\u0399"},
	} {
		for _, p := range group[1:] {
			if Fold(p) != Fold(group[0]) {
				t.Errorf("Fold(%q) = %q, Fold(%q) = %q", p, Fold(p), group[0], Fold(group[0]))
			}
		}
	}
	if Fold("a/b") == Fold("a-b") || Fold("é") == Fold("e") {
		t.Error("different paths have one key")
	}
}

// Every letter that simple folding pairs with another has one key with it, and
// keys are stable.
func TestFoldCoversSimpleFolding(t *testing.T) {
	t.Parallel()
	for r := rune('A'); r <= unicode.MaxRune; r++ {
		q := unicode.SimpleFold(r)
		if q == r {
			continue
		}
		k := Fold(Path(string(r)))
		if Fold(Path(string(q))) != k || Fold(Path(k)) != k {
			t.Errorf("Fold(%U) = %q, Fold(%U) = %q, folded again %q", r, k, q, Fold(Path(string(q))), Fold(Path(k)))
		}
	}
}

func TestCollisions(t *testing.T) {
	t.Parallel()
	const same, unicodeForm, letters = "are the same path", "differ only in Unicode form", "differ only in case"
	const folder = "need the same name for a file and a folder"
	for _, c := range []struct {
		name  string
		paths []Path
		want  []Collision
	}{
		{"none", []Path{"a", "ab", "b/a", "b/b", "a-b/c", "a.b"}, nil},
		{"empty", nil, nil},
		{"same", []Path{"a", "b", "a"}, []Collision{{"a", "a", same}}},
		{"case", []Path{"x/Readme", "x/README"}, []Collision{{"x/Readme", "x/README", letters}}},
		{"form", []Path{"é", "e\u0301"}, []Collision{{"é", "e\u0301", unicodeForm}}},
		{"full folding", []Path{"STRASSE", "straße"}, []Collision{{"STRASSE", "straße", letters}}},
		{"folder", []Path{"a/b", "a"}, []Collision{{"a", "a/b", folder}}},
		{"folder and case", []Path{"A", "a/b/c", "a/b/d"}, []Collision{{"A", "a/b/c", folder}, {"A", "a/b/d", folder}}},
		{"nearest file", []Path{"a", "a/b", "a/b/c"}, []Collision{{"a", "a/b", folder}, {"a/b", "a/b/c", folder}}},
		{"sorted between", []Path{"a", "a-b", "a.b", "a/b"}, []Collision{{"a", "a/b", folder}}},
	} {
		if diff := cmp.Diff(c.want, Collisions(c.paths)); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.name, diff)
		}
	}
}

// clash is the definition, by pairs.
func clash(a, b Path) bool {
	x, y := Fold(a), Fold(b)
	return x == y || strings.HasPrefix(x, y+"/") || strings.HasPrefix(y, x+"/")
}

// A path is in a collision exactly when the definition says so of some pair.
func TestCollisionsLaw(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	names := []string{"a", "A", "b", "é", "É", "-", "ab"}
	for range 3000 {
		paths := make([]Path, 1+r.IntN(8))
		for i := range paths {
			seg := make([]string, 1+r.IntN(3))
			for j := range seg {
				seg[j] = names[r.IntN(len(names))]
			}
			paths[i] = Path(strings.Join(seg, "/"))
		}
		found := Collisions(paths)
		for _, c := range found {
			if !clash(c.A, c.B) {
				t.Fatalf("%q: %+v is no collision", paths, c)
			}
		}
		for i, a := range paths {
			clashes := slices.ContainsFunc(slices.Concat(paths[:i], paths[i+1:]), func(b Path) bool { return clash(a, b) })
			named := slices.ContainsFunc(found, func(c Collision) bool { return c.A == a || c.B == a })
			if clashes != named {
				t.Fatalf("%q: %q clashes: %v, named: %v in %+v", paths, a, clashes, named, found)
			}
		}
	}
}

func TestFolders(t *testing.T) {
	t.Parallel()
	const letters, form = "differ only in case", "differ only in Unicode form"
	why := func(a, b, how string) string {
		return "need the folders " + a + " and " + b + ", which " + how + " and are one folder on some systems"
	}
	for _, c := range []struct {
		name  string
		paths []Path
		want  []Collision
	}{
		{"none", []Path{"a", "ab/c", "b/a", "b/b", "a-b/c", "A.b/c", "b/a.b/c"}, nil},
		{"files are not folders", []Path{"x/Readme", "x/README", "y", "Y"}, nil},
		{"case", []Path{"A/x", "a/y", "a/z", "A/z"}, []Collision{{"A/x", "a/y", why("A", "a", letters)}}},
		{"three", []Path{"ab/x", "Ab/y", "aB/z"}, []Collision{{"ab/x", "Ab/y", why("ab", "Ab", letters)}, {"ab/x", "aB/z", why("ab", "aB", letters)}}},
		{"form", []Path{"é/x", "e\u0301/y"}, []Collision{{"é/x", "e\u0301/y", why("é", "e\u0301", form)}}},
		{"full folding", []Path{"STRASSE/a/b", "straße/c"}, []Collision{{"STRASSE/a/b", "straße/c", why("STRASSE", "straße", letters)}}},
		{"outermost", []Path{"s/A/B/x", "s/a/b/y"}, []Collision{{"s/A/B/x", "s/a/b/y", why("s/A", "s/a", letters)}}},
		{"inner", []Path{"s/a/B/x", "s/a/b/c/y", "s/a/B/c/z"}, []Collision{{"s/a/B/x", "s/a/b/c/y", why("s/a/B", "s/a/b", letters)}}},
		{"only above", []Path{"A/b/x", "a/b/y", "a/b/z"}, []Collision{{"A/b/x", "a/b/y", why("A", "a", letters)}}},
	} {
		if diff := cmp.Diff(c.want, Folders(c.paths)); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.name, diff)
		}
	}
}

// There is something to report exactly when some folder has two spellings, each path
// is reported once, and what is said of it is so.
func TestFoldersLaw(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	names := []string{"a", "A", "b", "B", "é", "É", "e\u0301", "c"}
	for range 3000 {
		paths, spelled, want := make([]Path, 1+r.IntN(6)), map[string]string{}, false
		for i := range paths {
			dir, key := "", ""
			for range r.IntN(4) {
				name := names[r.IntN(len(names))]
				dir, key = dir+name+"/", key+Fold(Path(name))+"/"
				first, known := spelled[key]
				want = want || known && first != dir
				if !known {
					spelled[key] = dir
				}
			}
			paths[i] = Path(dir + "f")
		}
		found, seen := Folders(paths), map[Path]bool{}
		if (len(found) > 0) != want {
			t.Fatalf("%q: %+v, want some: %t", paths, found, want)
		}
		for _, c := range found {
			a, b, _ := strings.Cut(strings.TrimPrefix(c.Why, "need the folders "), " and ")
			b, _, _ = strings.Cut(b, ", which ")
			ok := a != b && Fold(Path(a)) == Fold(Path(b)) && strings.HasPrefix(string(c.A), a+"/") && strings.HasPrefix(string(c.B), b+"/")
			if !ok || seen[c.B] {
				t.Fatalf("%q: %+v", paths, c)
			}
			seen[c.B] = true
		}
	}
}

// Whatever Parse accepts, git takes into its index with both of its own guards
// on.
func TestGitAcceptsWhatParseAccepts(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	git := func(stdin []byte, args ...string) []byte {
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir, cmd.Stdin = home, bytes.NewReader(stdin)
		cmd.Env = append(os.Environ(), "HOME="+home, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
		return out
	}
	git(nil, "init", "-q")
	var in bytes.Buffer
	r := rand.New(rand.NewPCG(7, 8))
	for n := 0; n < 5000; {
		s := randomPath(r)
		if _, err := Parse(s); err == nil {
			fmt.Fprintf(&in, "100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\t%s\x00", s)
			n++
		}
	}
	if out := git(in.Bytes(), "-c", "core.protectHFS=true", "-c", "core.protectNTFS=true", "update-index", "-z", "--index-info"); len(out) > 0 {
		t.Errorf("git says: %s", out)
	}
}

func benchPaths() []Path {
	paths := make([]Path, 10_000)
	for i := range paths {
		paths[i] = Path(fmt.Sprintf("src/package_%02d/module_%03d/file_%05d.py", i/1000, i/50, i))
	}
	return paths
}

func BenchmarkCollisions(b *testing.B) {
	paths := benchPaths()
	for b.Loop() {
		if len(Collisions(paths)) > 0 {
			b.Fatal("collisions")
		}
	}
}

func BenchmarkFolders(b *testing.B) {
	paths := benchPaths()
	for b.Loop() {
		if len(Folders(paths)) > 0 {
			b.Fatal("collisions")
		}
	}
}

func BenchmarkFold(b *testing.B) {
	for b.Loop() {
		Fold("Données/Été_1/Rapport.csv")
	}
}
