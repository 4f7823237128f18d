package gitrepo

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/internal/gitconf"
)

// lab is a directory in which the real git works, isolated from the machine.
type lab struct {
	t   testing.TB
	dir string // without symlinks
	env gitconf.Env
}

func newLab(t testing.TB) *lab {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{t, dir, gitconf.Env{
		"HOME": dir, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1", "LC_ALL": "C", "GIT_CEILING_DIRECTORIES": filepath.Dir(dir),
		"GIT_AUTHOR_DATE": "@1700000000 +0000", "GIT_COMMITTER_DATE": "@1700000000 +0000", "GIT_EDITOR": "true",
	}}
	l.write(".gitconfig", "[user]\nname = A\nemail = a@example.com\n[init]\ndefaultBranch = main\n[protocol \"file\"]\nallow = always\n[gc]\nauto = 0\n[advice]\ndetachedHead = false\n")
	return l
}

// path is below the lab's directory.
func (l *lab) path(name string) string { return filepath.Join(l.dir, filepath.FromSlash(name)) }

// try runs git in a directory of the lab.
func (l *lab) try(dir string, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = l.path(dir)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	for k, v := range l.env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return errs.String(), err
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

func (l *lab) git(dir string, args ...string) string {
	l.t.Helper()
	out, err := l.try(dir, args...)
	if err != nil {
		l.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func (l *lab) write(name, text string) {
	l.t.Helper()
	if err := os.MkdirAll(filepath.Dir(l.path(name)), 0o755); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(l.path(name), []byte(text), 0o644); err != nil {
		l.t.Fatal(err)
	}
}

func (l *lab) read(name string) string {
	l.t.Helper()
	text, err := os.ReadFile(l.path(name))
	if err != nil {
		l.t.Fatal(err)
	}
	return string(text)
}

// repository makes one with three commits in "work". Two of them come from one
// process, for speed.
func (l *lab) repository() {
	l.t.Helper()
	var stream strings.Builder
	for _, text := range []string{"one\n", "two\n"} {
		fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\ndata %d\n%s\n", len(text), text)
		for name, data := range map[string]string{"file": text, "dir/sub/deep": text, "dir/other": "same\n"} {
			fmt.Fprintf(&stream, "M 100644 inline %s\ndata %d\n%s\n", name, len(data), data)
		}
	}
	l.write("stream", stream.String())
	l.git(".", "init", "-q", "work")
	l.git("work", "-c", "alias.import=!git fast-import --quiet <../stream", "import")
	l.git("work", "reset", "-q", "--hard")
	l.write("work/file", "three\n")
	l.write("work/dir/sub/deep", "three\n")
	l.git("work", "commit", "-q", "-a", "-m", "commit three")
}

func (l *lab) options() Options { return Options{Env: l.env, UID: os.Geteuid()} }

// open opens the repository as seen from a directory of the lab.
func (l *lab) open(dir string) *Repo {
	l.t.Helper()
	r, err := Open(l.path(dir), l.options())
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { r.Close() })
	return r
}

// states are the obstacles' names, joined.
func states(r *Repo) string {
	var names []string
	for _, o := range r.Obstacles() {
		names = append(names, o.State)
	}
	return strings.Join(names, ", ")
}
