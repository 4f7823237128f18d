package gitwrite_test

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

func TestReflogLikeGit(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	r.env = append(r.env, "GIT_COMMITTER_DATE=1700000000 -0100")
	r.git("", "commit", "--allow-empty", "-qm", "first")
	r.git("", "commit", "--allow-empty", "-qm", "second  one")
	want, err := os.ReadFile(r.path("logs/HEAD"))
	if err != nil {
		t.Fatal(err)
	}
	first, second := r.hash("HEAD^"), r.hash("HEAD")
	for _, e := range []gitwrite.LogEntry{
		{New: first, Committer: "a <a@b> 1700000000 -0100", Message: "commit (initial): first"},
		{Old: first, New: second, Committer: "a <a@b> 1700000000 -0100", Message: "commit: second  one"},
	} {
		if err := gitwrite.AppendLog(r.dir, "logs/refs/heads/new/log", e, true); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := os.ReadFile(r.path("logs/refs/heads/new/log")); string(got) != string(want) {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func (r *repo) hash(rev string) plumbing.Hash {
	r.Helper()
	return plumbing.NewHash(strings.TrimSpace(r.git("", "rev-parse", rev)))
}

func TestReflogAfterACutLine(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	r.git("", "commit", "--allow-empty", "-qm", "first")
	log, _ := os.ReadFile(r.path("logs/HEAD"))
	os.WriteFile(r.path("logs/HEAD"), append(log, "0123456789"...), 0o666)
	h := r.hash("HEAD")
	e := gitwrite.LogEntry{Old: h, New: h, Committer: "a <a@b> 1700000000 +0000", Message: "two\nlines"}
	if err := gitwrite.AppendLog(r.dir, "logs/HEAD", e, false); err != nil {
		t.Fatal(err)
	}
	if got := r.git("", "reflog", "--format=%gs"); got != "two lines\ncommit (initial): first\n" {
		t.Errorf("reflog %q", got)
	}
	r.git("", "fsck", "--strict")
}

func TestReflogIsNotMadeUnasked(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	if err := gitwrite.AppendLog(r.dir, "logs/HEAD", gitwrite.LogEntry{}, false); err != nil || r.exists("logs") {
		t.Errorf("made, %v", err)
	}
}

func TestCreateRef(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	r.git("", "commit", "--allow-empty", "-qm", "first")
	h := r.hash("HEAD")
	if err := gitwrite.CreateRef(r.dir, "refs/mlops/backup/x", h, "mlops/ref"); err != nil {
		t.Fatal(err)
	}
	if got := r.hash("refs/mlops/backup/x"); got != h {
		t.Errorf("ref is %s", got)
	}
	if err := gitwrite.CreateRef(r.dir, "refs/mlops/backup/x", plumbing.ZeroHash, "mlops/ref"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over an existing ref: %v", err)
	}
	if r.exists("mlops/ref") {
		t.Error("the temporary file is left")
	}
}

func TestClearRefDirs(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	os.MkdirAll(r.path("refs/heads/x/y/z"), 0o777)
	if err := gitwrite.ClearRefDirs(r.dir, "refs/heads/x"); err != nil || r.exists("refs/heads/x") {
		t.Errorf("empty directories: %v", err)
	}
	os.MkdirAll(r.path("refs/heads/x/y"), 0o777)
	os.WriteFile(r.path("refs/heads/x/y/z"), nil, 0o666)
	if err := gitwrite.ClearRefDirs(r.dir, "refs/heads/x"); err == nil || !r.exists("refs/heads/x/y/z") {
		t.Errorf("a ref in the way: %v", err)
	}
	for _, name := range []string{"HEAD", "refs/none"} {
		if err := gitwrite.ClearRefDirs(r.dir, name); err != nil || !r.exists("HEAD") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
