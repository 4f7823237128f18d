package gitrepo

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"
)

func TestHeadVia(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.git(".", "init", "-q", "work")
	l.git("work", "symbolic-ref", "refs/heads/b", "refs/heads/c")
	l.git("work", "symbolic-ref", "refs/heads/a", "refs/heads/b")
	l.git("work", "symbolic-ref", "HEAD", "refs/heads/a")
	h, err := l.open("work").Head()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Head{Ref: "refs/heads/c", Via: []string{"refs/heads/a", "refs/heads/b"}}, h); diff != "" {
		t.Error(diff)
	}
	l.git("work", "symbolic-ref", "refs/heads/c", "refs/heads/a")
	if h, err := l.open("work").Head(); !errors.Is(err, ErrCorruptRef) {
		t.Errorf("a circle is %+v, %v", h, err)
	}
}

// A branch whose file broke is never an unborn one, and the error's advice
// mends it.
func TestCorruptBranchIsNotUnborn(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"empty": "", "newline": "\n", "zeros": strings.Repeat("\x00", 41), "short": "abc\n", "null": strings.Repeat("0", 40) + "\n", "words": "ref: ../../x\n", "long": strings.Repeat("a", maxSmallFile+1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.repository()
			want := l.git("work", "rev-parse", "HEAD")
			l.write("work/.git/refs/heads/main", content)
			r := l.open("work")
			h, err := r.Head()
			if err == nil || !h.Commit.IsZero() {
				t.Fatalf("HEAD is %+v, %v", h, err)
			}
			if got := states(r); got != "corrupt ref" && name != "long" {
				t.Errorf("obstacles: %s", got)
			}
			if name == "long" {
				return
			}
			reason := map[string]string{"empty": "empty", "newline": "empty", "zeros": "empty", "words": "names no valid ref"}[name]
			if !strings.Contains(err.Error(), ": "+reason) {
				t.Errorf("the error is %v", err)
			}
			path, log := l.path("work/.git/refs/heads/main"), l.path("work/.git/logs/refs/heads/main")
			if !errors.Is(err, ErrCorruptRef) || !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), "(tail -n 1 "+log+" | cut -d ' ' -f 2)") {
				t.Errorf("the error is %v", err)
			}
			if out, err := exec.Command("sh", "-c", "tail -n 1 "+log+" | cut -d ' ' -f 2 > "+path).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if got := l.git("work", "rev-parse", "HEAD"); got != want || states(r) != "" {
				t.Errorf("mended HEAD is %s, want %s; obstacles: %s", got, want, states(r))
			}
		})
	}
}

func TestLostRefs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		damage func(*lab)
		want   string
	}{
		"no branch file":      {func(l *lab) { must(l, os.Remove(l.path("work/.git/refs/heads/main"))) }, "branch without its ref"},
		"packed refs emptied": {func(l *lab) { l.git("work", "pack-refs", "--all"); l.write("work/.git/packed-refs", "") }, "branch without its ref"},
		"packed refs cut off": {func(l *lab) {
			l.git("work", "pack-refs", "--all")
			l.write("work/.git/packed-refs", l.read("work/.git/packed-refs")[:80])
		}, "corrupt ref"},
		"commit missing": {func(l *lab) {
			must(l, os.RemoveAll(l.path("work/.git/objects")))
			must(l, os.Mkdir(l.path("work/.git/objects"), 0o755))
		}, "unreadable HEAD"},
		"branch deleted": {func(l *lab) { l.git("work", "update-ref", "-d", "HEAD") }, ""},
		"orphan":         {func(l *lab) { l.git("work", "checkout", "-q", "--orphan", "other") }, ""},
		"branch of a directory": {func(l *lab) {
			l.git("work", "branch", "deep/er")
			l.git("work", "symbolic-ref", "HEAD", "refs/heads/deep")
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.repository()
			c.damage(l)
			if got := states(l.open("work")); got != c.want {
				t.Errorf("obstacles: %q, want %q", got, c.want)
			}
		})
	}
}

func TestRefValueLikeGit(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.repository()
	l.git("work", "tag", "-a", "-m", "t", "v1", "HEAD~1")
	l.git("work", "branch", "other", "HEAD~2")
	l.git("work", "pack-refs", "--all")
	l.git("work", "branch", "-f", "other", "HEAD")
	l.git("work", "update-ref", "refs/mlops/backup/x", "HEAD~1")
	l.git("work", "worktree", "add", "-q", "../linked", "-b", "side", "HEAD~1")
	l.git("linked", "update-ref", "refs/worktree/mine", "HEAD")
	for _, dir := range []string{"work", "linked"} {
		r := l.open(dir)
		for _, ref := range []string{"HEAD", "refs/heads/main", "refs/heads/other", "refs/tags/v1", "refs/mlops/backup/x", "refs/worktree/mine", "refs/heads/none", "refs/heads/mai", "refs/heads"} {
			want, err := l.try(dir, "rev-parse", "--verify", "-q", ref)
			if err != nil {
				want = plumbing.ZeroHash.String()
			}
			if got, err := r.RefValue(ref); err != nil || got.String() != want {
				t.Errorf("%s from %s: %s, %v; want %s", ref, dir, got, err, want)
			}
		}
		if _, err := r.RefValue("refs/heads/../../HEAD"); err == nil {
			t.Error("a ref leaves its directory")
		}
	}
}

// The law: what we take for a ref name, git does, and the other way round.
func TestValidRefLikeGit(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	rng := rand.New(rand.NewPCG(1, 3))
	pieces := []string{"a", "b", "c", "d", "e", "/", ".", "..", ".lock", "@", "@{", "-", "~", " ", "\\", "*", "é", "x", "\x7f", ":", "[", "lock"}
	valid := 0
	for range 150 {
		ref := "refs/"
		for range 1 + rng.IntN(5) {
			ref += pieces[rng.IntN(len(pieces))]
		}
		_, err := l.try(".", "check-ref-format", ref)
		if (err == nil) != validRef(ref) {
			t.Errorf("%q: git says %v, we say %v", ref, err == nil, validRef(ref))
		}
		if err == nil {
			valid++
		}
	}
	if valid < 20 {
		t.Errorf("only %d names are valid", valid)
	}
}

// The law: a packed ref is found if and only if a line of the file says so.
func FuzzPackedRef(f *testing.F) {
	line := "0123456789012345678901234567890123456789 refs/heads/main\n"
	f.Add("# pack-refs with: peeled fully-peeled sorted \n"+line, "refs/heads/main")
	f.Add(line+"^"+line, "refs/heads/mai")
	f.Fuzz(func(t *testing.T, text, ref string) {
		if !validRef(ref) {
			return
		}
		dir := t.TempDir()
		if err := os.WriteFile(dir+"/packed-refs", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		r := &Repo{GitDir: dir, CommonDir: dir}
		got, err := r.packedRef(ref)
		if (err != nil) != (text != "" && !strings.HasSuffix(text, "\n")) {
			t.Fatal(err)
		}
		want := plumbing.ZeroHash
		for line := range strings.SplitSeq(text, "\n") {
			hash, ok := parseHash(line)
			if ok && strings.TrimPrefix(line, line[:40]) == " "+ref && want.IsZero() && err == nil {
				want = hash
			}
		}
		if got != want {
			t.Errorf("%q in %q is %s, want %s", ref, text, got, want)
		}
	})
}
