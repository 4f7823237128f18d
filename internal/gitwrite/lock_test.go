package gitwrite_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

func (r *repo) path(name string) string { return filepath.Join(r.top, ".git", name) }

func (r *repo) exists(name string) bool {
	_, err := os.Lstat(r.path(name))
	return err == nil
}

func TestLockKeepsGitOut(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	locks := gitwrite.NewLocks(r.dir, "mlops")
	index, err := locks.Take(t.Context(), "index")
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(filepath.Join(r.top, "f"), nil, 0o666)
	if out, err := r.tryGit("", "add", "f"); err == nil {
		t.Errorf("git added under our lock: %s", out)
	}
	ref, err := locks.Take(t.Context(), "refs/heads/deep/er/x")
	if err != nil {
		t.Fatal(err)
	}
	if err := ref.Fill([]byte("content\n")); err != nil {
		t.Fatal(err)
	}
	if err := ref.Commit(); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(r.path("refs/heads/deep/er/x")); string(got) != "content\n" {
		t.Errorf("content %q", got)
	}
	os.Remove(r.path("refs/heads/deep/er/x"))
	if err := locks.Release(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(r.path("mlops")); len(left) > 0 || r.exists("index.lock") {
		t.Errorf("left over: %v", left)
	}
	r.git("", "add", "f")
	_ = index
}

func TestForeignLockIsRespected(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	os.WriteFile(r.path("index.lock"), []byte("git's"), 0o666)
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Millisecond)
	defer cancel()
	locks := gitwrite.NewLocks(r.dir, "mlops")
	if _, err := locks.Take(ctx, "index"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("cancelled while waiting: %v", err)
	}
	var held *gitwrite.LockedError
	if _, err := locks.Take(t.Context(), "index"); !errors.As(err, &held) || held.Path != "index.lock" {
		t.Errorf("got %v", err)
	}
	if err := locks.Release(); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(r.path("index.lock")); string(got) != "git's" {
		t.Errorf("the lock is now %q", got)
	}
}

func TestLockIsWaitedFor(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	os.WriteFile(r.path("index.lock"), nil, 0o666)
	go func() {
		time.Sleep(20 * time.Millisecond)
		os.Remove(r.path("index.lock"))
	}()
	locks := gitwrite.NewLocks(r.dir, "mlops")
	if _, err := locks.Take(t.Context(), "index"); err != nil {
		t.Error(err)
	}
}

// TestBreakStale checks that the locks of a killed process go and those of
// others stay, also when both are of the same name.
func TestBreakStale(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	files := []string{"index", "HEAD", "refs/heads/main"}
	locks := gitwrite.NewLocks(r.dir, "mlops")
	for _, f := range files {
		if _, err := locks.Take(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	os.Remove(r.path("HEAD.lock")) // a person removed it and git took it
	os.WriteFile(r.path("HEAD.lock"), []byte("git's"), 0o666)
	if err := gitwrite.BreakStale(r.dir, "mlops", files); err != nil {
		t.Fatal(err)
	}
	for f, want := range map[string]bool{"index.lock": false, "HEAD.lock": true, "refs/heads/main.lock": false, "mlops/own.0": false} {
		if r.exists(f) != want {
			t.Errorf("%s exists: %v", f, !want)
		}
	}
	if err := gitwrite.BreakStale(r.dir, "nothing", nil); err != nil {
		t.Error(err)
	}
}

func TestRecord(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	if got := gitwrite.ReadRecord(r.dir, "mlops"); got != nil {
		t.Errorf("read %v", got)
	}
	want := &gitwrite.Record{
		PID: 1, Host: "h", User: "u", Operation: "apply", Started: time.Unix(1, 0).UTC(), Plan: "p",
		Locks: []string{"index"}, Commit: "c", Backup: "b",
	}
	for range 2 {
		if err := want.Write(r.dir, "mlops"); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(want, gitwrite.ReadRecord(r.dir, "mlops")); diff != "" {
		t.Error(diff)
	}
	for range 2 {
		if err := gitwrite.RemoveRecord(r.dir, "mlops"); err != nil {
			t.Error(err)
		}
	}
}
