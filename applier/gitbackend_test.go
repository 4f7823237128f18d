package applier

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/planner"
)

// withGit asks for the real git.
func (w *world) withGit() *world {
	w.commit.Backend = backendGit
	return w
}

func (w *world) hook(name, script string) {
	w.Helper()
	w.write(".git/hooks/"+name, "#!/bin/sh\n"+script)
	if err := os.Chmod(w.path(".git/hooks/"+name), 0o755); err != nil {
		w.Fatal(err)
	}
}

func TestGitBackendRunsHooksAndFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo().withGit()
	w.git("config", "filter.up.clean", "tr a-z A-Z")
	w.git("config", "filter.up.smudge", "tr A-Z a-z")
	w.write(".git/info/attributes", "*.up filter=up\n")
	w.hook("pre-commit", "git diff --cached --name-only > \"$(git rev-parse --absolute-git-dir)/seen\"\n")
	w.hook("commit-msg", "echo 'Checked-by: hook' >> \"$1\"\n")
	w.write("staged", "1\n")
	w.git("add", "staged")
	w.write("user.txt", "mine\n")
	w.want = map[string]string{"a": "1\n", "x.up": "abc\n", "s": "#!1\n"}
	status := w.git("status", "--porcelain")
	r := w.apply()
	if got := w.git("cat-file", "blob", "HEAD:x.up"); got != "ABC\n" || w.read("x.up") != "abc\n" {
		t.Errorf("x.up is stored as %q", got)
	}
	if got := w.read(".git/seen"); got != "a\nmlops.lock.json\ns\nx.up\n" {
		t.Errorf("the hook saw %q", got)
	}
	if got := w.git("log", "-1", "--format=%B"); !strings.Contains(got, "Checked-by: hook") || !strings.Contains(got, "Mlops-Plan: sha256:") {
		t.Errorf("message %q", got)
	}
	if got := w.git("status", "--porcelain"); got != status {
		t.Errorf("status\n%s\nwas\n%s", got, status)
	}
	if got := strings.TrimSpace(w.git("rev-parse", "HEAD")); got != r.Commit || r.Branch != "main" {
		t.Errorf("result %+v, HEAD %s", r, got)
	}
	w.tidy()
	w.want["a"] = "2\n"
	delete(w.want, "s")
	w.apply()
	if got := w.git("show", "--format=", "--name-status", "HEAD"); got != "M\ta\nM\tmlops.lock.json\nD\ts\n" {
		t.Errorf("the commit holds\n%s", got)
	}
	if got := w.git("status", "--porcelain"); got != status {
		t.Errorf("status\n%s\nwas\n%s", got, status)
	}
}

func TestGitBackendRefusedByHook(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo().withGit()
	w.hook("pre-commit", "echo 'no spaces, please' >&2\nexit 1\n")
	w.want = map[string]string{"a": "1\n"}
	w.write("staged", "1\n")
	w.git("add", "staged")
	r, err := w.tryApply()
	var refused *GitError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "no spaces, please") || !strings.Contains(err.Error(), "mlops apply again") {
		t.Fatalf("error %v", err)
	}
	if r == nil || len(r.Written) != 2 || r.Commit != "" || w.read("a") != "1\n" {
		t.Errorf("result %+v", r)
	}
	if got := w.git("status", "--porcelain"); got != "A  staged\n?? a\n?? mlops.lock.json\n" {
		t.Errorf("status %q", got)
	}
	os.Remove(w.path(".git/hooks/pre-commit"))
	w.apply()
	w.settled()
	if got := w.git("status", "--porcelain"); got != "A  staged\n" {
		t.Errorf("status %q", got)
	}
}

func TestGitBackendElsewhere(t *testing.T) {
	t.Parallel()
	for name, setup := range map[string]func(w *world){
		"new repository": func(w *world) {
			os.RemoveAll(w.path(".git"))
			os.Remove(w.path("user.txt"))
		},
		"unborn":      func(w *world) { w.git("checkout", "-q", "--orphan", "x") },
		"split index": func(w *world) { w.git("update-index", "--split-index") },
		"worktree": func(w *world) {
			w.git("worktree", "add", "-q", filepath.Join(w.base, "linked"))
			w.root = filepath.Join(w.base, "linked")
			w.top = w.root
		},
		"below the top": func(w *world) { w.root = w.path("sub/dir"); os.MkdirAll(w.root, 0o777) },
		"modes off":     func(w *world) { w.git("config", "core.fileMode", "false") },
		"author set":    func(w *world) { w.commit.Author = &planner.Person{Name: "Ada", Email: "ada@example.com"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).withRepo().withGit()
			setup(w)
			w.want = map[string]string{"a": "1\n", "s": "#!1\n", "b/c": "1\n"}
			w.apply()
			w.settled()
			w.write("a", "mine\n")
			delete(w.want, "b/c")
			w.want["n"] = "1\n"
			r := w.apply()
			w.settled()
			if got := w.git("ls-tree", "HEAD", strings.TrimPrefix(w.path("s"), w.top+"/")); !strings.HasPrefix(got, "100755") {
				t.Errorf("s is committed as %q", got)
			}
			if got := w.git("show", r.Backup+":"+strings.TrimPrefix(w.path("a"), w.top+"/")); got != "mine\n" {
				t.Errorf("%s keeps %q", r.Backup, got)
			}
			if got := w.git("log", "-1", "--format=%an"); w.commit.Author != nil && got != "Ada\n" {
				t.Errorf("author %q", got)
			}
			if r := w.apply(); !r.Nothing {
				t.Errorf("once more: %+v", r)
			}
		})
	}
}

func TestGitBackendWithoutGit(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo().withGit()
	w.want = map[string]string{"a": "1\n"}
	p := w.plan()
	path := w.env["PATH"]
	w.env["PATH"] = "/nonexistent"
	w.refusedPlan(p, "git program")
	w.env["PATH"] = path
}
