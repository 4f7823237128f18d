package lockfile

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The test binary is the merge driver in the repositories of these tests.
func TestMain(m *testing.M) {
	if len(os.Args) == 5 && os.Args[1] == "merge-driver" {
		os.Exit(driver(os.Args[2], os.Args[3], os.Args[4]))
	}
	os.Exit(m.Run())
}

func driver(base, ours, theirs string) int {
	var locks [3]Lock
	for i, name := range []string{base, ours, theirs} {
		text, err := os.ReadFile(name)
		if err != nil {
			return 2
		}
		l, err := Parse(text)
		if err != nil {
			return 2
		}
		locks[i] = *l
	}
	l, notes := Merge(locks[0], locks[1], locks[2], nil)
	if err := os.WriteFile(ours, l.Bytes(), 0o600); err != nil {
		return 2
	}
	return min(len(notes), 1)
}

// disk holds digests by path, all of mode 0644.
type disk map[string]string

func (d disk) look(o Object) (digest, mode string, ok bool) {
	digest, ok = d[o.Path]
	return digest, "0644", ok
}

// repo is a repository with the branches ours, checked out, and theirs.
type repo struct {
	t   *testing.T
	dir string
}

func (r repo) run(args ...string) error {
	cmd := exec.CommandContext(r.t.Context(), "git", args...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "HOME="+r.dir, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	return cmd.Run()
}

func (r repo) must(args ...string) {
	r.t.Helper()
	if err := r.run(args...); err != nil {
		r.t.Fatalf("git %v: %v", args, err)
	}
}

func (r repo) commit(l *Lock) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, Name), l.Bytes(), 0o600); err != nil {
		r.t.Fatal(err)
	}
	r.must("add", Name)
	r.must("commit", "-q", "--allow-empty", "-m", "x")
}

func newRepo(t *testing.T, ours, theirs side) repo {
	t.Helper()
	r := repo{t, t.TempDir()}
	r.must("init", "-q", "-b", "ours")
	r.commit(base())
	r.must("checkout", "-q", "-b", "theirs")
	l := base()
	theirs(l)
	r.commit(l)
	r.must("checkout", "-q", "ours")
	l = base()
	ours(l)
	r.commit(l)
	return r
}

// merge merges theirs into ours, returns the lock that git leaves, and goes back.
func (r repo) merge(settings ...string) (text []byte, conflict bool) {
	r.t.Helper()
	err := r.run(append(settings, "merge", "-q", "--no-commit", "--no-ff", "theirs")...)
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		r.t.Fatal(err)
	}
	text, readErr := os.ReadFile(filepath.Join(r.dir, Name))
	if readErr != nil {
		r.t.Fatal(readErr)
	}
	r.must("reset", "-q", "--hard", "ours")
	return text, err != nil
}

type scenario struct {
	name         string
	ours, theirs side
	conflict     bool
	disk         disk
	// want is what both sides did when it is nil.
	want  side
	notes []Note
}

func scenarios() []scenario {
	same := []Note{{Address: "e40", Clash: BothChanged}}
	return []scenario{
		{name: "change entries far apart", ours: change("e10", 50), theirs: change("e80", 60)},
		{name: "change adjacent entries", ours: change("e40", 50), theirs: change("e50", 60)},
		{name: "add entries far apart", ours: add("e15"), theirs: add("e75")},
		{name: "add two in the same gap", ours: add("e43"), theirs: add("e47"), conflict: true},
		{name: "add two at the end", ours: add("e93"), theirs: add("e97"), conflict: true},
		{name: "same change in both", ours: change("e40", 50), theirs: change("e40", 50)},
		{name: "delete next to a change", ours: remove("e40"), theirs: change("e50", 60)},
		{
			name: "same entry, different; ours on disk", ours: change("e40", 50), theirs: change("e40", 60), conflict: true,
			disk: disk{"p/e40": digest(50)}, want: change("e40", 50),
		},
		{
			name: "same entry, different; theirs on disk", ours: change("e40", 50), theirs: change("e40", 60), conflict: true,
			disk: disk{"p/e40": digest(60)}, want: change("e40", 60),
		},
		{
			name: "same entry, different; another on disk", ours: change("e40", 50), theirs: change("e40", 60), conflict: true,
			disk: disk{"p/e40": digest(70)}, want: change("e40", 50), notes: same,
		},
		{
			name: "same entry, different; nothing on disk", ours: change("e40", 50), theirs: change("e40", 60), conflict: true,
			want: change("e40", 50), notes: same,
		},
	}
}

func (s scenario) result() *Lock {
	l := base()
	if s.want != nil {
		s.want(l)
		return l
	}
	s.ours(l)
	s.theirs(l)
	return l
}

// Branches are merged with git itself, in every style of conflict.
func TestResolveWhatGitMergeLeaves(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			r := newRepo(t, s.ours, s.theirs)
			for _, style := range []string{"merge", "diff3", "zdiff3"} {
				text, conflict := r.merge("-c", "merge.conflictStyle="+style)
				if conflict != s.conflict || conflict != bytes.Contains(text, []byte("<<<<<<<")) {
					t.Fatalf("%s: conflict = %v, want %v\n%s", style, conflict, s.conflict, text)
				}
				got, notes, err := Resolve(text, s.disk.look)
				if err != nil {
					t.Fatalf("%s: %v\n%s", style, err, text)
				}
				if diff := cmp.Diff(s.result(), &got) + cmp.Diff(s.notes, notes); diff != "" {
					t.Errorf("%s: -want +got\n%s\n%s", style, diff, text)
				}
			}
		})
	}
}

// As a merge driver, nothing is left to resolve but what both changed.
func TestMergeAsGitsDriver(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scenarios() {
		if s.disk != nil {
			continue // which a driver is not told
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			r := newRepo(t, s.ours, s.theirs)
			if err := os.WriteFile(filepath.Join(r.dir, ".git", "info", "attributes"), []byte(Name+" merge=lock\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			text, conflict := r.merge("-c", "merge.lock.driver='"+self+"' merge-driver %O %A %B")
			if conflict != (s.notes != nil) || string(text) != string(s.result().Bytes()) {
				t.Errorf("conflict = %v\n%s", conflict, text)
			}
		})
	}
}

// randomSide makes up to four edits, among them moves, which keep the path.
func randomSide(r *rand.Rand, edits []string) side {
	seed := [2]uint64{r.Uint64(), r.Uint64()}
	return func(l *Lock) {
		r := rand.New(rand.NewPCG(seed[0], seed[1]))
		for range 1 + r.IntN(4) {
			if len(l.Objects) == 0 {
				return
			}
			at := l.Objects[r.IntN(len(l.Objects))].Address
			switch edits[r.IntN(len(edits))] {
			case "change":
				change(at, 50+r.IntN(4))(l)
			case "add":
				if a := fmt.Sprintf("e%d%d", r.IntN(10), r.IntN(10)); l.Find(a) == nil && l.Find("m"+a) == nil {
					add(a)(l)
				}
			case "remove":
				remove(at)(l)
			case "move":
				a := "m" + at
				if strings.HasPrefix(at, "m") {
					a = at[1:]
				}
				moved := *l.Find(at)
				remove(at)(l)
				add(a)(l)
				moved.Address = a
				*l.Find(a) = moved
			case "component":
				l.Components = []Component{{Address: "component.x", Source: "./x", Digest: digest(r.IntN(3))}}
			case "note":
				l.Extra = []Extra{{"note", fmt.Sprint(r.IntN(3))}}
			}
		}
	}
}

func every() []string {
	return []string{"change", "change", "add", "remove", "move", "component", "note"}
}

// real is the base with a digest of its own for each entry, as files have.
func real() *Lock {
	l := base()
	for i := range l.Objects {
		o := &l.Objects[i]
		o.Rendered, o.Applied = digest(100+i), digest(100+i)
		o.Inputs[0].Digest = digest(200 + i)
	}
	return l
}

// edited are the three versions of a lock.
func edited(ours, theirs side) (b, o, t Lock) {
	list := [3]*Lock{real(), real(), real()}
	ours(list[1])
	theirs(list[2])
	return *list[0], *list[1], *list[2]
}

func reads(t *testing.T, l Lock) {
	t.Helper()
	again, err := Parse(l.Bytes())
	if err != nil {
		t.Fatalf("%v\n%s", err, l.Bytes())
	}
	if !reflect.DeepEqual(&l, again) {
		t.Fatalf("-merged +read\n%s", cmp.Diff(&l, again))
	}
}

func TestMergeLaws(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(21, 22))
	clashes := map[Clash]int{}
	for range 1000 {
		b, o, th := edited(randomSide(r, every()), randomSide(r, every()))
		look := disk{"p/e40": digest(50), "p/e50": digest(51)}.look
		for _, c := range [][4]Lock{{b, b, b, b}, {b, o, b, o}, {b, b, th, th}, {b, o, o, o}, {Lock{}, o, o, o}} {
			if got, notes := Merge(c[0], c[1], c[2], look); !reflect.DeepEqual(c[3], got) || notes != nil {
				t.Fatalf("-want +got\n%s\n%v", cmp.Diff(c[3], got), notes)
			}
		}
		got, notes := Merge(b, o, th, look)
		reads(t, got)
		dropped := map[string]bool{}
		for _, n := range notes {
			clashes[n.Clash]++
			dropped[n.Address] = n.Clash == SamePath
		}
		for _, list := range [][]Object{b.Objects, o.Objects, th.Objects, got.Objects} {
			for _, e := range list {
				checkEntry(t, [4]*Object{b.Find(e.Address), o.Find(e.Address), th.Find(e.Address), got.Find(e.Address)}, dropped[e.Address])
			}
		}
		if mirror, others := Merge(b, th, o, look); notes == nil && (others != nil || !reflect.DeepEqual(got, mirror)) {
			t.Fatalf("not symmetric: %s", cmp.Diff(got, mirror))
		}
	}
	if len(clashes) != 3 {
		t.Errorf("clashes met: %v", clashes)
	}
}

// checkEntry holds what Merge says of one entry: base, ours, theirs, merged.
func checkEntry(t *testing.T, v [4]*Object, dropped bool) {
	t.Helper()
	same := func(a, b *Object) bool { return reflect.DeepEqual(a, b) }
	switch base, ours, theirs, got := v[0], v[1], v[2], v[3]; {
	case dropped:
		if got != nil {
			t.Fatalf("%+v was to be dropped", got)
		}
	case same(base, ours):
		if !same(got, theirs) {
			t.Fatalf("theirs is %+v, got %+v", theirs, got)
		}
	case same(base, theirs):
		if !same(got, ours) {
			t.Fatalf("ours is %+v, got %+v", ours, got)
		}
	case same(ours, theirs):
		if !same(got, ours) {
			t.Fatalf("both are %+v, got %+v", ours, got)
		}
	case got == nil || !same(got, ours) && !same(got, theirs):
		t.Fatalf("got %+v, neither %+v nor %+v", got, ours, theirs)
	}
}

func mergeFile(t *testing.T, style string, versions [3]Lock) []byte {
	t.Helper()
	dir := t.TempDir()
	args := []string{"merge-file", "-p", "ours", "base", "theirs"}
	if style != "" {
		args = slices.Insert(args, 1, style)
	}
	for i, name := range []string{"base", "ours", "theirs"} {
		if err := os.WriteFile(filepath.Join(dir, name), versions[i].Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
	text, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return text
}

// Whatever git leaves of random branches is resolved into a lock that reads, has
// no address of its own making, and loses none that it holds and Merge keeps. When the
// branches only change and add, it is what Merge gives.
func TestResolveLaws(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(23, 24))
	for i := range 150 {
		simple := i%2 == 0
		edits := every()
		if simple {
			edits = []string{"change", "add", "component"}
		}
		b, o, th := edited(randomSide(r, edits), randomSide(r, edits))
		look := disk{"p/e40": digest(50), "p/e50": digest(51)}.look
		style := []string{"", "--diff3", "--zdiff3"}[r.IntN(3)]
		text := mergeFile(t, style, [3]Lock{b, o, th})
		got, _, err := Resolve(text, look)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		reads(t, got)
		want, _ := Merge(b, o, th, look)
		if simple && !reflect.DeepEqual(want, got) {
			t.Fatalf("%s: -Merge +Resolve\n%s\n%s", style, cmp.Diff(want, got), text)
		}
		for _, e := range got.Objects {
			if o.Find(e.Address) == nil && th.Find(e.Address) == nil {
				t.Fatalf("%s is on no side\n%s", e.Address, text)
			}
		}
		for _, e := range want.Objects {
			// Where stanzas are alike, git may take one for another.
			if bytes.Contains(text, []byte(`"`+e.Address+`"`)) && got.Find(e.Address) == nil && !slices.ContainsFunc(got.Objects, func(g Object) bool { return g.Path == e.Path }) {
				t.Fatalf("%s: %s is lost\n%s", style, e.Address, text)
			}
		}
	}
}
