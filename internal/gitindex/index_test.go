package gitindex_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/internal/gitindex"
)

// repo is a scratch repository driven through the real git.
type repo struct {
	*testing.T
	dir string
	env []string
}

func newRepo(t *testing.T, version int) *repo {
	t.Helper()
	r := &repo{T: t, dir: t.TempDir()}
	r.env = append(os.Environ(), "HOME="+t.TempDir(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b",
		"GIT_TEST_CHECK_CACHE_TREE=1")
	r.git("", "init", "-q")
	r.git("", "config", "index.version", fmt.Sprint(version))
	return r
}

func (r *repo) git(in string, args ...string) string {
	r.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env, cmd.Stdin = r.dir, r.env, strings.NewReader(in)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		r.Fatalf("git %v: %v\n%s", args, err, errs.String())
	}
	return string(out)
}

func (r *repo) write(name, content string) {
	r.Helper()
	p := filepath.Join(r.dir, name)
	os.MkdirAll(filepath.Dir(p), 0o777)
	if err := os.WriteFile(p, []byte(content), 0o666); err != nil {
		r.Fatal(err)
	}
}

func (r *repo) blob(content string) gitindex.Hash {
	r.Helper()
	return r.hash(r.git(content, "hash-object", "-w", "--stdin"))
}

func (r *repo) hash(s string) (h gitindex.Hash) {
	r.Helper()
	if n, err := hex.Decode(h[:], []byte(strings.TrimSpace(s))); n != len(h) || err != nil {
		r.Fatalf("bad hash %q", s)
	}
	return h
}

func (r *repo) index() string { return filepath.Join(r.dir, ".git/index") }

func (r *repo) parse() *gitindex.Index {
	r.Helper()
	data, err := os.ReadFile(r.index())
	if err != nil {
		r.Fatal(err)
	}
	x, err := gitindex.Parse(data)
	if err != nil {
		r.Fatal(err)
	}
	return x
}

// rewrite changes the index and checks that the result can be read again.
func (r *repo) rewrite(c gitindex.Change) {
	r.Helper()
	if c.Unproven == nil {
		c.Unproven = func(gitindex.Entry) bool { return false }
	}
	out, err := r.parse().Rewrite(c)
	if err != nil {
		r.Fatal(err)
	}
	if _, err := gitindex.Parse(out); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(r.index(), out, 0o666); err != nil {
		r.Fatal(err)
	}
}

func set(path string, h gitindex.Hash) gitindex.Edit {
	return gitindex.Edit{Path: path, Mode: 0o100644, Hash: h}
}

// randomPaths draws paths without file and directory conflicts; directories are
// named d0 to d4 and files differently.
func randomPaths(rng *rand.Rand, n int) []string {
	seen := map[string]bool{}
	for len(seen) < n {
		p := ""
		for range rng.IntN(4) {
			p += fmt.Sprintf("d%d/", rng.IntN(5))
		}
		p += strings.Repeat(string(rune('e'+rng.IntN(20))), 1+rng.IntN(12))
		if rng.IntN(10) == 0 {
			p += "é" + strings.Repeat("x", rng.IntN(200))
		}
		seen[p] = true
	}
	out := make([]string, 0, n)
	for p := range seen {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

// TestRewriteLikeGit changes random entries of random indexes with flags and
// compares with what git's own plumbing makes of them.
func TestRewriteLikeGit(t *testing.T) {
	t.Parallel()
	for _, version := range []int{2, 4} {
		for seed := range uint64(4) {
			t.Run(fmt.Sprintf("v%d/%d", version, seed), func(t *testing.T) {
				t.Parallel()
				checkLikeGit(newRepo(t, version), rand.New(rand.NewPCG(seed, 1)))
			})
		}
	}
}

func checkLikeGit(r *repo, rng *rand.Rand) {
	paths := randomPaths(rng, 60)
	for _, p := range paths[:40] {
		r.write(p, p)
	}
	r.git("", "add", "-A")
	r.git(strings.Join(paths[:5], "\x00")+"\x00", "update-index", "-z", "--assume-unchanged", "--stdin")
	if rng.IntN(2) == 0 {
		r.git(strings.Join(paths[3:9], "\x00")+"\x00", "update-index", "-z", "--skip-worktree", "--stdin")
		r.write("zz-intent", "x")
		r.git("", "add", "-N", "zz-intent")
	}
	h := r.blob("new content")
	var edits []gitindex.Edit
	var info strings.Builder
	for _, p := range paths {
		switch rng.IntN(4) {
		case 0:
			edits = append(edits, set(p, h))
			fmt.Fprintf(&info, "100644 %x 0\t%s\x00", h, p)
		case 1:
			edits = append(edits, gitindex.Edit{Path: p, Remove: true})
			fmt.Fprintf(&info, "0 %040d\t%s\x00", 0, p)
		}
	}
	before, _ := os.ReadFile(r.index())
	r.git(info.String(), "update-index", "-z", "--index-info")
	want := strings.Split(r.git("", "ls-files", "-z", "--stage", "--debug"), "\x00")
	if err := os.WriteFile(r.index(), before, 0o666); err != nil {
		r.Fatal(err)
	}
	flags := r.git("", "ls-files", "-z", "-v")
	r.rewrite(gitindex.Change{Edits: edits, ModifiedSec: 1<<32 - 1})
	got := strings.Split(r.git("", "ls-files", "-z", "--stage", "--debug"), "\x00")
	// update-index --index-info drops an edited entry's flags; we keep them.
	strip := func(s string) string { s, _, _ = strings.Cut(s, "flags:"); return s }
	if len(want) != len(got) {
		r.Fatalf("%d entries, want %d", len(got), len(want))
	}
	for i := range want {
		if strip(want[i]) != strip(got[i]) {
			r.Errorf("entry %d\ngot  %q\nwant %q", i, got[i], want[i])
		}
	}
	after := r.git("", "ls-files", "-z", "-v")
	for line := range strings.SplitSeq(after, "\x00") {
		p := line[min(2, len(line)):]
		if i := slices.Index(paths, p); i >= 0 && i < 40 && !strings.Contains(flags, line) {
			r.Errorf("flag of %s changed: %s", p, line)
		}
	}
	r.git("", "status", "--porcelain")
	r.git("", "fsck", "--strict")
}

func TestForeignEntriesStayByteForByte(t *testing.T) {
	t.Parallel()
	r := newRepo(t, 2)
	for _, p := range []string{"a", "b/c", "b/d", "e"} {
		r.write(p, p)
	}
	r.git("", "add", "-A")
	before := r.git("", "ls-files", "--stage", "--debug")
	h := r.blob("x")
	r.rewrite(gitindex.Change{Edits: []gitindex.Edit{set("b/cc", h)}})
	r.rewrite(gitindex.Change{Edits: []gitindex.Edit{{Path: "b/cc", Remove: true}}})
	if after := r.git("", "ls-files", "--stage", "--debug"); after != before {
		t.Errorf("changed\n%s\nto\n%s", before, after)
	}
}

// TestUnmergedEntries checks that stages are kept and that an edit takes out
// all stages of its path.
func TestUnmergedEntries(t *testing.T) {
	t.Parallel()
	for _, version := range []int{2, 4} {
		r := newRepo(t, version)
		h := r.blob("x")
		var in strings.Builder
		for _, p := range []string{"both", "mine"} {
			for stage := 1; stage <= 3; stage++ {
				fmt.Fprintf(&in, "100644 %x %d\t%s\n", h, stage, p)
			}
		}
		r.git(in.String(), "update-index", "--index-info")
		r.rewrite(gitindex.Change{Edits: []gitindex.Edit{set("mine", h), set("new", h)}})
		var got []string
		for e := range r.parse().All() {
			got = append(got, fmt.Sprintf("%s %d", e.Path, e.Stage))
		}
		want := []string{"both 1", "both 2", "both 3", "mine 0", "new 0"}
		if !slices.Equal(got, want) {
			t.Errorf("v%d: %v", version, got)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	r := newRepo(t, 2)
	r.write("a/b", "x")
	r.write("c", "x")
	r.git("", "add", "-A")
	good, _ := os.ReadFile(r.index())
	zeroed := append(slices.Clone(good[:len(good)-20]), make([]byte, 20)...)
	if _, err := gitindex.Parse(zeroed); err != nil {
		t.Errorf("an index without a checksum: %v", err)
	}
	for i := range good {
		bad := slices.Clone(good)
		bad[i] ^= 0x41
		if _, err := gitindex.Parse(bad); err == nil {
			t.Fatalf("byte %d changed and nobody noticed", i)
		}
		if _, err := gitindex.Parse(good[:i]); err == nil {
			t.Fatalf("cut at %d and nobody noticed", i)
		}
	}
	r.git("", "update-index", "--split-index")
	data, _ := os.ReadFile(r.index())
	if _, err := gitindex.Parse(data); !errors.Is(err, gitindex.ErrSplit) {
		t.Errorf("split index: %v", err)
	}
	r.git("", "update-index", "--no-split-index")
	r.git("", "commit", "-qm", "x")
	r.git("", "sparse-checkout", "set", "--cone", "--sparse-index", "nothing")
	data, _ = os.ReadFile(r.index())
	if _, err := gitindex.Parse(data); !errors.Is(err, gitindex.ErrSparse) {
		t.Errorf("sparse index: %v", err)
	}
}

func TestEditsMustBeSorted(t *testing.T) {
	t.Parallel()
	var x gitindex.Index
	edits := []gitindex.Edit{{Path: "b"}, {Path: "a"}}
	if _, err := x.Rewrite(gitindex.Change{Edits: edits}); err == nil {
		t.Error("accepted")
	}
	edits[1].Path = "b"
	if _, err := x.Rewrite(gitindex.Change{Edits: edits}); err == nil {
		t.Error("accepted a path twice")
	}
}

// mayFail runs git where a conflict is the point.
func (r *repo) mayFail(args ...string) {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = r.dir, r.env
	_ = cmd.Run()
}
