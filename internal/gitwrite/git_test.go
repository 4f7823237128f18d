package gitwrite_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

// repo is a repository made by Init and looked at through the real git.
type repo struct {
	*testing.T
	top string
	dir fsops.Dir // the git directory
	env []string
}

func newRepo(t *testing.T) *repo {
	t.Helper()
	r := &repo{T: t, top: t.TempDir()}
	r.env = append(os.Environ(), "HOME="+t.TempDir(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b")
	top, err := fsops.OpenOS(r.top)
	if err != nil {
		t.Fatal(err)
	}
	defer top.Close()
	if err := gitwrite.Init(top, ".git", "main"); err != nil {
		t.Fatal(err)
	}
	if r.dir, err = fsops.OpenOS(filepath.Join(r.top, ".git")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.dir.Close() })
	if err := r.dir.Mkdir("mlops", 0o777); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *repo) tryGit(in string, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env, cmd.Stdin = r.top, r.env, strings.NewReader(in)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

func (r *repo) git(in string, args ...string) string {
	r.Helper()
	out, err := r.tryGit(in, args...)
	if err != nil {
		r.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return out
}

// write writes objects and makes them part of the repository.
func (r *repo) write(workers int, objects ...gitwrite.Object) {
	r.Helper()
	s := gitwrite.NewStore(r.dir, "mlops", workers)
	if err := s.Write(r.Context(), objects); err != nil {
		r.Fatal(err)
	}
	if err := s.Publish(); err != nil {
		r.Fatal(err)
	}
}

// readTree is a TreeReader that asks git.
func (r *repo) readTree(h plumbing.Hash) (out []gitwrite.Entry, err error) {
	for line := range strings.SplitSeq(r.git("", "ls-tree", "-z", h.String()), "\x00") {
		meta, name, ok := strings.Cut(line, "\t")
		if !ok {
			continue
		}
		f := strings.Fields(meta)
		mode := map[string]uint32{
			"100644": gitwrite.ModeFile, "100755": gitwrite.ModeExec, "120000": gitwrite.ModeSymlink,
			"040000": gitwrite.ModeDir, "160000": gitwrite.ModeGitlink,
		}[f[0]]
		out = append(out, gitwrite.Entry{Name: name, Mode: mode, Hash: plumbing.NewHash(f[2])})
	}
	return out, nil
}

func TestInitIsARepository(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	if got := r.git("", "status", "--porcelain=2", "--branch"); got != "# branch.oid (initial)\n# branch.head main\n" {
		t.Errorf("status %q", got)
	}
	r.git("", "fsck", "--strict")
	r.git("", "commit", "--allow-empty", "-qm", "git can commit here")
}
