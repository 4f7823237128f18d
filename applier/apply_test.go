package applier

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/planner"
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

// TestCommitTakesAlongWhatThePlanRead is about spec files and templates: they
// are committed as they are on disk, also above the project, and left alone when
// HEAD has them already.
func TestCommitTakesAlongWhatThePlanRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	w.write("shared/t.tmpl", "1\n")
	w.write("p/old.hcl", "1\n")
	w.write("p/same.hcl", "1\n")
	w.git("add", "p")
	w.git("commit", "-qm", "spec")
	w.write("p/same.hcl", "staged\n")
	w.git("add", "p/same.hcl")
	w.write("p/same.hcl", "1\n")
	w.write("p/mlops.hcl", "1\n")
	os.Remove(w.path("p/old.hcl"))
	w.write("p/vars.hcl", "secret\n")
	w.root = w.path("p")
	w.want = map[string]string{"a": "1\n"}
	p := w.plan()
	for _, name := range []string{"mlops.hcl", "same.hcl", "../shared/t.tmpl"} {
		p.Commit.Include = append(p.Commit.Include, planner.FileRef{Path: name, Digest: digestOf([]byte("1\n"))})
	}
	p.Commit.Include = append(p.Commit.Include, planner.FileRef{Path: "old.hcl"})
	if _, err := Apply(w.context(), w.request(p)); err != nil {
		t.Fatal(err)
	}
	w.settled()
	want := "A\tp/a\nA\tp/mlops.hcl\nA\tp/mlops.lock.json\nD\tp/old.hcl\nA\tshared/t.tmpl\n"
	if got := w.git("show", "--format=", "--name-status", "--no-renames", "HEAD"); got != want {
		t.Errorf("the commit holds\n%s", got)
	}
	if got := w.git("status", "--porcelain"); got != "MM p/same.hcl\n?? p/vars.hcl\n" {
		t.Errorf("status\n%s", got)
	}
	// That a file was read is no reason to commit.
	w.write("mlops.hcl", "2\n")
	p = w.plan()
	p.Commit.Include = []planner.FileRef{{Path: "mlops.hcl", Digest: digestOf([]byte("2\n"))}}
	if r, err := Apply(w.context(), w.request(p)); err != nil || !r.Nothing {
		t.Errorf("result %+v, %v", r, err)
	}
}

func TestDirectoriesAndForgottenFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	w.want = map[string]string{"a": "1\n", "b": "1\n"}
	w.apply()
	dir := &planner.State{Type: "directory"}
	p := w.plan()
	p.Changes = []planner.Change{
		{Path: "a", Actions: []string{"forget"}, Before: wanted("1\n")},
		{Path: "data/raw", Actions: []string{"create"}, After: dir},
	}
	r, err := Apply(w.context(), w.request(p))
	if err != nil || w.read("a") != "1\n" || !w.exists("data/raw") || !slices.Equal(r.Written, []string{"data/raw"}) {
		t.Errorf("result %+v, %v", r, err)
	}
	os.Remove(w.path("b"))
	p.Changes = []planner.Change{
		{Path: "b", Actions: []string{"forget"}},
		{Path: "data/raw", Actions: []string{"delete"}, Before: dir},
	}
	if _, err = Apply(w.context(), w.request(p)); err != nil || w.exists("data") {
		t.Error(err)
	}
	if got := w.git("show", "--format=", "--name-status", "HEAD"); got != "D\tb\n" {
		t.Errorf("the commit holds\n%s", got)
	}
	w.tidy()
}
