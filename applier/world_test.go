package applier

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/internal/gitconf"
	"github.com/mlops-as-code/mlops/internal/gitrepo"
	"github.com/mlops-as-code/mlops/planner"
)

// world is a project directory, its repository and what the spec wants of it.
type world struct {
	testing.TB
	base string // a directory of its own, beside nothing else
	root string // the project root
	top  string // the top of the repository
	env  map[string]string
	want map[string]string // path to content; a leading "#!" makes it executable
	// ever are all paths that were wanted at any time.
	ever map[string]bool
	// commit is what plans say about committing.
	commit planner.Commit
	now    time.Time
}

// newWorld makes an empty project without a repository.
func newWorld(t testing.TB) *world {
	t.Helper()
	base := tempDir(t)
	w := &world{
		TB: t, base: base, root: filepath.Join(base, "p"), want: map[string]string{}, ever: map[string]bool{},
		commit: planner.Commit{Enabled: true, Message: "chore(mlops): test"},
		now:    time.Unix(1_800_000_000, 0).UTC(),
	}
	w.top = w.root
	w.env = map[string]string{
		"PATH": os.Getenv("PATH"), "HOME": filepath.Join(base, "home"), "LC_ALL": "C",
		"GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b",
		"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@b", "GIT_CEILING_DIRECTORIES": base,
	}
	for _, dir := range []string{w.root, w.env["HOME"]} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// tempDir is in memory where that is possible: the fault tests make thousands
// of small files.
func tempDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "mlops-applier-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// withRepo gives the world a repository with one commit.
func (w *world) withRepo() *world {
	w.Helper()
	w.git("init", "-q", "-b", "main")
	w.git("config", "gc.auto", "0")
	w.write("user.txt", "the user's\n")
	w.git("add", "user.txt")
	w.git("commit", "-qm", "first")
	return w
}

func (w *world) path(name string) string { return filepath.Join(w.root, filepath.FromSlash(name)) }

func (w *world) write(name, content string) {
	w.Helper()
	p := w.path(name)
	if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
		w.Fatal(err)
	}
	os.Remove(p)
	if err := os.WriteFile(p, []byte(content), 0o666); err != nil {
		w.Fatal(err)
	}
}

func (w *world) read(name string) string {
	w.Helper()
	data, err := os.ReadFile(w.path(name))
	if err != nil {
		w.Fatal(err)
	}
	return string(data)
}

func (w *world) exists(name string) bool {
	_, err := os.Lstat(w.path(name))
	return err == nil
}

func (w *world) environ() (out []string) {
	for k, v := range w.env {
		out = append(out, k+"="+v)
	}
	return out
}

// tryGit runs git in the top of the repository.
func (w *world) tryGit(args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = w.top, w.environ()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	return out.String() + errs.String(), err
}

func (w *world) git(args ...string) string {
	w.Helper()
	out, err := w.tryGit(args...)
	if err != nil {
		w.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func (w *world) request(p *planner.Plan) Request {
	return Request{
		Plan: p, Root: w.root, Env: gitconf.Env(w.env), UID: os.Geteuid(), Now: w.now, Version: "0.1",
		Who: Who{PID: os.Getpid(), Host: "host", User: "user", Operation: "apply"}, Workers: 1,
	}
}

// tryApply plans and applies.
func (w *world) tryApply() (*Result, error) {
	w.Helper()
	return Apply(w.context(), w.request(w.plan()))
}

func (w *world) apply() *Result {
	w.Helper()
	r, err := w.tryApply()
	if err != nil {
		w.Fatal(err)
	}
	return r
}

// settled fails unless the wanted files are there and committed, git finds
// nothing wrong or changed in them, and there is nothing left to do.
func (w *world) settled() {
	w.Helper()
	for p, content := range w.want {
		if got := w.read(p); got != content {
			w.Errorf("%s holds %q, want %q", p, got, content)
		}
	}
	if p := w.plan(); !empty(p) {
		w.Errorf("the next plan is not empty: %s", describe(p))
	}
	w.tidy()
	w.committed()
}

// committed fails unless git sees nothing to commit of what mlops manages.
func (w *world) committed() {
	w.Helper()
	for line := range strings.Lines(w.git("status", "--porcelain", "--untracked-files=all", "--no-renames")) {
		p := strings.Trim(line[3:], "\"\n")
		rel, err := filepath.Rel(w.root, filepath.Join(w.top, p))
		if err != nil {
			w.Fatal(err)
		}
		if _, managed := w.want[filepath.ToSlash(rel)]; managed || rel == planner.LockPath || strings.HasPrefix(rel, ".mlops") {
			w.Errorf("git status: %s", line)
		}
	}
	if out := w.git("fsck", "--strict", "--no-dangling"); strings.TrimSpace(out) != "" {
		w.Errorf("git fsck: %s", out)
	}
}

// tidy fails when a run left something behind.
func (w *world) tidy(what ...any) {
	w.Helper()
	for _, name := range []string{stageDir, lockName, ".mlops/apply.json"} {
		if w.exists(name) {
			w.Errorf("%s is left over %v", name, what)
		}
	}
	repo, err := gitrepo.Open(w.root, gitrepo.Options{Env: gitconf.Env(w.env), UID: os.Geteuid()})
	if err != nil {
		return
	}
	defer repo.Close()
	left, _ := filepath.Glob(filepath.Join(repo.GitDir, "mlops", "*"))
	filepath.WalkDir(repo.CommonDir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && (strings.HasSuffix(p, ".lock") || strings.HasPrefix(d.Name(), "tmp_")) {
			left = append(left, p)
		}
		return err
	})
	for _, p := range left {
		if filepath.Base(p) != "lock" {
			w.Errorf("%s is left over %v", p, what)
		}
	}
}
