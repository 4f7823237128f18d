package gitwrite_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

func scratch(b *testing.B) (fsops.Dir, func()) {
	b.Helper()
	top, err := os.MkdirTemp("", "pack")
	if err != nil {
		b.Fatal(err)
	}
	dir, err := fsops.OpenOS(top)
	if err != nil {
		b.Fatal(err)
	}
	return dir, func() { dir.Close(); os.RemoveAll(top) }
}

// model is a tree as a map from path to content and mode.
type model map[string]gitwrite.Edit

func (m model) tree(r *repo) plumbing.Hash {
	r.Helper()
	r.git("", "read-tree", "--empty")
	var in strings.Builder
	for _, p := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(&in, "%o %s\t%s\x00", m[p].Mode, m[p].Hash, p)
	}
	r.git(in.String(), "update-index", "-z", "--index-info")
	return plumbing.NewHash(strings.TrimSpace(r.git("", "write-tree")))
}

// drawPath gives directories and files different names; the names sort
// differently as directories than as files.
func drawPath(rng *rand.Rand) string {
	p := ""
	for range rng.IntN(4) {
		p += []string{"a", "a-b", "a0", "é"}[rng.IntN(4)] + "/"
	}
	return p + []string{"a.x", "a!", "b", "zz", "a-c"}[rng.IntN(5)]
}

func TestBuildLikeGit(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := newRepo(t)
			rng := rand.New(rand.NewPCG(seed, 4))
			blob := gitwrite.NewObject(gitwrite.Blob, []byte("x"))
			r.write(1, blob)
			m := model{}
			for range 20 {
				m[drawPath(rng)] = gitwrite.Edit{Mode: gitwrite.ModeFile, Hash: blob.Hash}
			}
			base := m.tree(r)
			before := r.dirs(base)
			edits := map[string]gitwrite.Edit{}
			for range rng.IntN(25) {
				p := drawPath(rng)
				edits[p] = gitwrite.Edit{Path: p}
				delete(m, p)
				if rng.IntN(2) == 0 {
					edits[p] = gitwrite.Edit{Path: p, Mode: gitwrite.ModeExec, Hash: blob.Hash}
					m[p] = edits[p]
				}
			}
			want := m.tree(r)
			got, err := gitwrite.Build(r.readTree, base, slices.Collect(maps.Values(edits)))
			if err != nil {
				t.Fatal(err)
			}
			r.write(1, got.Objects...)
			if got.Root != want {
				t.Fatalf("got\n%s\nwant\n%s", r.git("", "ls-tree", "-r", got.Root.String()), r.git("", "ls-tree", "-r", want.String()))
			}
			checkDirs(t, got.Dirs, before, r.dirs(want))
			if len(edits) == 0 && len(got.Objects) > 0 {
				t.Errorf("%d trees for no edit", len(got.Objects))
			}
		})
	}
}

// dirs lists the directories of a tree.
func (r *repo) dirs(tree plumbing.Hash) map[string]plumbing.Hash {
	r.Helper()
	out := map[string]plumbing.Hash{"": tree}
	for line := range strings.SplitSeq(r.git("", "ls-tree", "-r", "-d", "-z", tree.String()), "\x00") {
		if meta, name, ok := strings.Cut(line, "\t"); ok {
			out[name] = plumbing.NewHash(strings.Fields(meta)[2])
		}
	}
	return out
}

func checkDirs(t *testing.T, got map[string]gitwrite.Change, before, after map[string]plumbing.Hash) {
	t.Helper()
	for dir, c := range got {
		if c.Old != before[dir] || c.New != after[dir] {
			t.Errorf("%q: %v, want %v to %v", dir, c, before[dir], after[dir])
		}
	}
	for dir := range after {
		if _, ok := got[dir]; !ok && before[dir] != after[dir] {
			t.Errorf("%q changed and is not reported", dir)
		}
	}
}

func TestBuildFilesAndDirectories(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	x := gitwrite.NewObject(gitwrite.Blob, []byte("x"))
	r.write(1, x)
	file := func(p string) gitwrite.Edit { return gitwrite.Edit{Path: p, Mode: gitwrite.ModeFile, Hash: x.Hash} }
	gone := func(p string) gitwrite.Edit { return gitwrite.Edit{Path: p} }
	base := model{"f": file("f"), "d/a": file("d/a"), "d/b": file("d/b")}.tree(r)
	for _, c := range []struct {
		name  string
		edits []gitwrite.Edit
		want  string // the files, or "clash"
	}{
		{"file below a file", []gitwrite.Edit{file("f/x")}, "clash"},
		{"file becomes directory", []gitwrite.Edit{file("f/x"), gone("f")}, "d/a d/b f/x"},
		{"file over a directory", []gitwrite.Edit{file("d")}, "clash"},
		{"file over half a directory", []gitwrite.Edit{file("d"), gone("d/a")}, "clash"},
		{"directory becomes file", []gitwrite.Edit{file("d"), gone("d/a"), gone("d/b")}, "d f"},
		{"removals of nothing", []gitwrite.Edit{gone("d"), gone("f/x/y"), gone("n/n")}, "d/a d/b f"},
		{"everything", []gitwrite.Edit{gone("f"), gone("d/a"), gone("d/b")}, ""},
		{"both at once", []gitwrite.Edit{file("n"), file("n/n")}, "clash"},
	} {
		got, err := gitwrite.Build(r.readTree, base, c.edits)
		var clash *gitwrite.ClashError
		if errors.As(err, &clash) != (c.want == "clash") || err != nil && clash == nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil {
			continue
		}
		r.write(1, got.Objects...)
		list := strings.Fields(r.git("", "ls-tree", "-r", "--name-only", got.Root.String()))
		if strings.Join(list, " ") != c.want {
			t.Errorf("%s: %v", c.name, list)
		}
	}
}
