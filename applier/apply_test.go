package applier

import (
	"slices"
	"strings"
	"testing"
)

func TestApplyWithoutRepository(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.want = map[string]string{"README.md": "# hi\n", "src/pkg/a.py": "a = 1\n", "run.sh": "#!/bin/sh\n", "ünï/c": "x"}
	r := w.apply()
	if !r.InitialisedRepo || r.Branch != "main" || r.Commit == "" || len(r.Written) != 5 {
		t.Errorf("result %+v", r)
	}
	if got := strings.TrimSpace(w.git("rev-parse", "HEAD")); got != r.Commit {
		t.Errorf("HEAD is %s", got)
	}
	w.settled()
	if got := w.git("log", "--format=%an <%ae> %s%n%(trailers)", "-1"); !strings.HasPrefix(got, "A <a@b> chore(mlops): test\nMlops-Plan: sha256:") {
		t.Errorf("log %q", got)
	}
	if got := w.git("reflog", "--format=%gs", "HEAD"); got != "mlops apply (initial): chore(mlops): test\n" {
		t.Errorf("reflog %q", got)
	}
	if got := w.git("status", "--porcelain"); got != "" {
		t.Errorf("status %q", got)
	}
	if r := w.apply(); !r.Nothing {
		t.Errorf("the second apply did %+v", r)
	}
}

func TestApplyUpdates(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	w.want = map[string]string{"a": "1\n", "b/c": "1\n", "b/d/e": "1\n", "s": "#!1\n", "gone/g": "1\n"}
	w.apply()
	w.settled()
	w.want = map[string]string{"a": "2\n", "b/c": "1\n", "s": "2\n", "new/n": "#!n\n"}
	r := w.apply()
	w.settled()
	if want := []string{"b/d/e", "gone/g"}; !slices.Equal(r.Removed, want) {
		t.Errorf("removed %v", r.Removed)
	}
	if r.Backup != "" {
		t.Errorf("a backup %s of what HEAD holds", r.Backup)
	}
	if w.exists("gone") || w.exists("b/d") {
		t.Error("empty directories are left")
	}
	if got := w.git("ls-tree", "-r", "--name-only", "HEAD"); got != "a\nb/c\nmlops.lock.json\nnew/n\ns\nuser.txt\n" {
		t.Errorf("commit holds %q", got)
	}
	if got := w.git("log", "--format=%P", "-1", "HEAD"); len(strings.Fields(got)) != 1 {
		t.Errorf("parents %q", got)
	}
	w.want = nil
	w.apply()
	w.settled()
	if w.exists("mlops.lock.json") || w.exists("a") {
		t.Error("not everything was removed")
	}
}
