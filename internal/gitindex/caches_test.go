package gitindex_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/internal/gitindex"
)

// trees lists the directories of a tree-ish with their hashes.
func (r *repo) trees(rev string) map[string]gitindex.Hash {
	r.Helper()
	out := map[string]gitindex.Hash{"": r.hash(r.git("", "rev-parse", rev+"^{tree}"))}
	for line := range strings.SplitSeq(r.git("", "ls-tree", "-r", "-d", "-z", rev), "\x00") {
		if meta, name, ok := strings.Cut(line, "\t"); ok {
			out[name] = r.hash(strings.Fields(meta)[2])
		}
	}
	return out
}

// changedTrees is what the caller of Rewrite knows after a commit.
func changedTrees(before, after map[string]gitindex.Hash, edits []gitindex.Edit) map[string]gitindex.Tree {
	out := map[string]gitindex.Tree{}
	for _, e := range edits {
		for dir := filepath.Dir(e.Path); ; dir = filepath.Dir(dir) {
			if dir == "." {
				out[""] = gitindex.Tree{Old: before[""], New: after[""]}
				break
			}
			out[dir] = gitindex.Tree{Old: before[dir], New: after[dir]}
		}
	}
	return out
}

// commitEdits makes a commit of HEAD with the edits, through a second index.
func (r *repo) commitEdits(edits []gitindex.Edit) {
	r.Helper()
	var info strings.Builder
	for _, e := range edits {
		if e.Remove {
			fmt.Fprintf(&info, "0 %040d\t%s\x00", 0, e.Path)
		} else {
			fmt.Fprintf(&info, "%o %x 0\t%s\x00", e.Mode, e.Hash, e.Path)
		}
	}
	other := &repo{T: r.T, dir: r.dir, env: append(slices.Clone(r.env), "GIT_INDEX_FILE="+filepath.Join(r.dir, ".git/other"))}
	other.git("", "read-tree", "HEAD")
	other.git(info.String(), "update-index", "-z", "--index-info")
	tree := strings.TrimSpace(other.git("", "write-tree"))
	commit := strings.TrimSpace(r.git("x", "commit-tree", "-p", "HEAD", tree))
	r.git("", "update-ref", "HEAD", commit)
}

// TestCachedTreeIsCarriedForward lets git verify the cached tree (it does so on
// every write of the index under GIT_TEST_CHECK_CACHE_TREE) and compares it
// with the tree git computes without one.
func TestCachedTreeIsCarriedForward(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			checkCachedTree(newRepo(t, 2+int(seed%2)*2), rand.New(rand.NewPCG(seed, 2)))
		})
	}
}

func checkCachedTree(r *repo, rng *rand.Rand) {
	paths := randomPaths(rng, 40)
	for _, p := range paths[:25] {
		r.write(p, p)
	}
	r.git("", "add", "-A")
	r.git("", "commit", "-qm", "1")
	staged := rng.IntN(2) == 0
	if staged {
		r.write("d1/zz-staged-by-the-user", "x")
		r.git("", "add", "d1/zz-staged-by-the-user")
	}
	h := r.blob("new")
	var edits []gitindex.Edit
	for _, p := range paths {
		switch rng.IntN(5) {
		case 0, 1:
			edits = append(edits, set(p, h))
		case 2:
			edits = append(edits, gitindex.Edit{Path: p, Remove: true})
		}
	}
	before := r.trees("HEAD")
	r.commitEdits(edits)
	after := r.trees("HEAD")
	r.rewrite(gitindex.Change{Edits: edits, Trees: changedTrees(before, after, edits)})
	data, _ := os.ReadFile(r.index())
	if !staged && !bytes.Contains(data, r.rawHash(after[""])) {
		r.Error("the new top tree is not in the index")
	}
	got := r.git("", "write-tree")
	r.rewrite(gitindex.Change{Edits: []gitindex.Edit{{Path: "zzz", Remove: true}}}) // makes the top unknown
	if want := r.git("", "write-tree"); got != want {
		r.Errorf("cached tree %s, real tree %s", got, want)
	}
	if !staged && strings.TrimSpace(got) != fmt.Sprintf("%x", after[""]) {
		r.Errorf("tree %s, committed %x", got, after[""])
	}
	r.write("zz", "z")
	r.git("", "add", "zz") // git reads, verifies and writes
	r.git("", "fsck", "--strict")
	checkCached(r)
}

func (r *repo) rawHash(h gitindex.Hash) []byte { return h[:] }

// checkCached demands what the commit holds and nothing else to be staged.
func checkCached(r *repo) {
	for line := range strings.SplitSeq(r.git("", "diff", "--cached", "--name-only"), "\n") {
		if line != "" && line != "zz" && !strings.HasSuffix(line, "zz-staged-by-the-user") {
			r.Errorf("staged: %s", line)
		}
	}
}

func TestFirstIndexKnowsItsTree(t *testing.T) {
	t.Parallel()
	r := newRepo(t, 2)
	h := r.blob("x")
	edits := []gitindex.Edit{set("a/b/c", h), set("a/d", h), set("e", h)}
	r.git("", "read-tree", "--empty")
	r.commitFirst(edits)
	after := r.trees("HEAD")
	out, err := new(gitindex.Index).Rewrite(gitindex.Change{Edits: edits, Trees: changedTrees(nil, after, edits)})
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(r.index(), out, 0o666)
	for _, h := range slices.Collect(maps.Values(after)) {
		if !bytes.Contains(out, h[:]) {
			t.Errorf("tree %x is not in the index", h)
		}
	}
	r.git("", "fsck", "--strict")
	if got := r.git("", "diff", "--cached"); got != "" {
		t.Error(got)
	}
}

func (r *repo) commitFirst(edits []gitindex.Edit) {
	r.Helper()
	for _, e := range edits {
		r.git("", "update-index", "--add", "--cacheinfo", fmt.Sprintf("%o,%x,%s", e.Mode, e.Hash, e.Path))
	}
	r.git("", "commit", "-qm", "1")
}

// TestUntrackedCache checks that it stays in use and does not hide that a path
// is no longer untracked, or has become so.
func TestUntrackedCache(t *testing.T) {
	t.Parallel()
	r := newRepo(t, 2)
	r.write("d/tracked", "x")
	r.write("d/other", "x")
	r.git("", "add", "d/tracked")
	r.git("", "commit", "-qm", "1")
	r.git("", "update-index", "--force-untracked-cache")
	past := time.Now().Add(-time.Hour)
	os.Chtimes(filepath.Join(r.dir, "d"), past, past) // a directory as young as the index is not cached
	os.Chtimes(r.dir, past, past)
	r.git("", "status", "--porcelain")
	r.git("", "status", "--porcelain")
	h := r.blob("x")
	r.rewrite(gitindex.Change{Edits: []gitindex.Edit{set("d/other", h), {Path: "d/tracked", Remove: true}}})
	if got := r.git("", "status", "--porcelain", "--no-renames"); got != "A  d/other\nD  d/tracked\n?? d/tracked\n" {
		t.Errorf("status\n%s", got)
	}
	if data, _ := os.ReadFile(r.index()); !bytes.Contains(data, []byte("UNTR")) {
		t.Error("the untracked cache is switched off")
	}
}

func TestResolveUndoIsKept(t *testing.T) {
	t.Parallel()
	r := newRepo(t, 2)
	r.write("f", "0\n")
	r.git("", "add", "f")
	r.git("", "commit", "-qm", "0")
	r.git("", "checkout", "-qb", "side")
	r.write("f", "1\n")
	r.git("", "commit", "-qam", "1")
	r.git("", "checkout", "-q", "-")
	r.write("f", "2\n")
	r.git("", "commit", "-qam", "2")
	exec := &repo{T: t, dir: r.dir, env: r.env}
	exec.mayFail("merge", "side")
	r.write("f", "3\n")
	r.git("", "add", "f")
	want := r.git("", "ls-files", "--resolve-undo")
	r.rewrite(gitindex.Change{Edits: []gitindex.Edit{set("g", r.blob("x"))}})
	if got := r.git("", "ls-files", "--resolve-undo"); want == "" || got != want {
		t.Errorf("resolve undo\n%s\nwas\n%s", got, want)
	}
}

// TestYoungEntriesAreProven is about an edit that leaves size and time alone:
// git finds it only because the index is as young as the entry.
func TestYoungEntriesAreProven(t *testing.T) {
	t.Parallel()
	r := newRepo(t, 2)
	r.write("f", "old")
	r.git("", "add", "f")
	var asked []string
	change := gitindex.Change{
		Edits: []gitindex.Edit{set("g", r.blob("x"))},
		Unproven: func(e gitindex.Entry) bool {
			asked = append(asked, string(e.Path))
			return true
		},
	}
	for e := range r.parse().All() {
		change.ModifiedSec = e.Stat.MTimeSec
	}
	r.rewrite(change)
	if !slices.Equal(asked, []string{"f"}) {
		t.Fatalf("asked about %v", asked)
	}
	for e := range r.parse().All() {
		if string(e.Path) == "f" && e.Stat.Size != 0 {
			t.Error("the size is still there")
		}
	}
	change.ModifiedSec++
	asked = nil
	r.rewrite(change)
	if asked != nil {
		t.Errorf("asked about %v", asked)
	}
}
