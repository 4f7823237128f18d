package applier

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

// realGit runs the git program in the working tree. It is used only where the
// spec asks for it: for hooks, signing and filters.
type realGit struct {
	program string
	dir     string
	env     map[string]string
}

// outputLimit is how much of what git prints is kept.
const outputLimit = 64 << 10

// newRealGit finds git and fixes its environment. index is the index it uses.
func (t *tx) newRealGit(index string) (*realGit, error) {
	g := &realGit{dir: t.req.Root, env: maps.Clone(t.req.Env)}
	if g.env == nil {
		g.env = map[string]string{}
	}
	if t.repo.read != nil {
		g.dir = t.repo.read.Top
		if _, set := g.env["GIT_DIR"]; set { // it may be relative to another directory
			g.env["GIT_DIR"], g.env["GIT_WORK_TREE"] = t.repo.read.GitDir, t.repo.read.Top
		}
	}
	if p := t.plan.Commit.Author; p != nil {
		g.env["GIT_AUTHOR_NAME"], g.env["GIT_AUTHOR_EMAIL"] = p.Name, p.Email
		g.env["GIT_COMMITTER_NAME"], g.env["GIT_COMMITTER_EMAIL"] = p.Name, p.Email
	}
	delete(g.env, "GIT_INDEX_FILE")
	if index != "" {
		g.env["GIT_INDEX_FILE"] = index
	}
	g.env["GIT_LITERAL_PATHSPECS"] = "1"
	g.env["GIT_EDITOR"] = ":"
	var err error
	g.program, err = findProgram("git", g.env)
	return g, err
}

// findProgram looks a program up in the request's PATH, not in this process's.
func findProgram(name string, env map[string]string) (string, error) {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	for _, dir := range filepath.SplitList(env["PATH"]) {
		if !filepath.IsAbs(dir) {
			continue
		}
		p := filepath.Join(dir, name)
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() && (runtime.GOOS == "windows" || executable(info)) {
			return p, nil
		}
	}
	return "", &ObstacleError{"git { backend = \"git\" } asks for the git program, which is not in PATH", "install git, or drop the setting"}
}

// run runs git and returns what it printed.
func (g *realGit) run(ctx context.Context, stdin string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, g.program, args...)
	cmd.Dir = g.dir
	cmd.Stdin = strings.NewReader(stdin)
	for _, k := range slices.Sorted(maps.Keys(g.env)) {
		cmd.Env = append(cmd.Env, k+"="+g.env[k])
	}
	var out, errs limited
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", &GitError{Command: args[0], Output: out.String() + errs.String(), Err: err}
	}
	return out.String(), nil
}

// limited keeps the first bytes written to it.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	l.Buffer.Write(p[:min(len(p), max(0, outputLimit-l.Len()))])
	return len(p), nil
}

// commitWithGit lets git commit what was published: through an index of HEAD
// and our paths, as git commit --only does, so that hooks see just these.
func (t *tx) commitWithGit(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	if err := t.flush(ctx); err != nil {
		return err
	}
	if t.repo.fresh {
		if err := t.nameRepository(); err != nil {
			return err
		}
		if err := t.openFresh(); err != nil {
			return err
		}
	}
	// A hook may refuse: then the files stay, for the user to see why.
	t.moved = true
	commit, err := t.gitCommit(ctx)
	if err != nil {
		return err
	}
	if t.locks != nil {
		if err := t.locks.Release(); err != nil {
			return err
		}
		t.locks = nil
	}
	if commit {
		if err := t.seeCommit(); err != nil {
			return err
		}
	}
	return t.gitIndex(ctx)
}

// openFresh opens the repository that was just made.
func (t *tx) openFresh() error {
	r, err := openRepository(t.req)
	if err == nil && r == nil {
		err = errors.New(".git: is not a repository")
	}
	if err != nil {
		return err
	}
	r.ref, r.inHead = t.repo.ref, t.repo.inHead
	t.repo.close()
	t.repo = r
	return nil
}

// gitCommit makes the commit unless HEAD holds all already.
func (t *tx) gitCommit(ctx context.Context) (made bool, err error) {
	private := t.repo.own + "mlops"
	tmp := private + "/tmp"
	if _, err := fsops.MkdirAll(t.repo.git, tmp, 0o777); err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, fsops.RemoveAll(t.repo.git, tmp)) }()
	abs := filepath.Join(t.repo.read.CommonDir, filepath.FromSlash(tmp))
	git, err := t.newRealGit(filepath.Join(abs, "index"))
	if err != nil {
		return false, err
	}
	base := "--empty"
	if !t.repo.head.IsZero() {
		base = t.repo.head.String()
	}
	if _, err := git.run(ctx, "", "read-tree", base); err != nil {
		return false, err
	}
	if err := t.gitAdd(ctx, git); err != nil {
		return false, err
	}
	tree, err := git.run(ctx, "", "write-tree")
	if err != nil {
		return false, err
	}
	if plumbing.NewHash(strings.TrimSpace(tree)) == t.repo.tree && !t.repo.head.IsZero() {
		return false, nil
	}
	message := gitwrite.WithTrailer(t.plan.Commit.Message, trailerKey, t.plan.ID)
	name := tmp + "/message"
	if err := gone(t.repo.git.Remove(name)); err != nil {
		return false, err
	}
	if _, err := fsops.WriteFile(t.repo.git, name, []byte(message), 0o666); err != nil {
		return false, err
	}
	_, err = git.run(ctx, "", "commit", "--quiet", "--cleanup=verbatim", "--file="+filepath.Join(abs, "message"))
	return err == nil, err
}

// gitAdd puts the plan's paths into git's index, through its filters.
func (t *tx) gitAdd(ctx context.Context, git *realGit) error {
	var paths, exec strings.Builder
	for _, f := range t.all() {
		if !f.commits() || f.settled {
			continue
		}
		paths.WriteString(f.full + "\x00")
		if f.role == roleWrite && f.exec {
			exec.WriteString(f.full + "\x00")
		}
	}
	if _, err := git.run(ctx, paths.String(), "update-index", "--add", "--remove", "--replace", "-z", "--stdin"); err != nil {
		return err
	}
	if t.repo.fileMode || exec.Len() == 0 {
		return nil
	}
	_, err := git.run(ctx, exec.String(), "update-index", "--chmod=+x", "-z", "--stdin")
	return err
}

// seeCommit finds out what git has made.
func (t *tx) seeCommit() error {
	head, err := t.repo.read.Head()
	if err != nil {
		return err
	}
	t.out.commit = head.Commit
	commit, err := t.repo.read.Commit(head.Commit)
	if err != nil {
		return err
	}
	t.committed()
	if len(commit.Parents) == 1 && commit.Parents[0] != t.repo.head {
		return fmt.Errorf("%s: HEAD moved while git committed; the commit may take back what came between: look at git show %s", t.repo.ref, head.Commit)
	}
	return nil
}

// gitIndex lets git bring the user's index up to the commit, for our paths only.
func (t *tx) gitIndex(ctx context.Context) error {
	git, err := t.newRealGit("")
	if err != nil {
		return err
	}
	var paths strings.Builder
	for _, f := range t.all() {
		if f.commits() && !f.settled {
			paths.WriteString(f.full + "\x00")
		}
	}
	if _, err := git.run(ctx, paths.String(), "reset", "--quiet", "--pathspec-from-file=-", "--pathspec-file-nul"); err != nil {
		return err
	}
	_, err = git.run(ctx, "", "update-index", "-q", "--refresh")
	var refused *GitError
	if errors.As(err, &refused) {
		return nil // it says so when other files are modified
	}
	return err
}
