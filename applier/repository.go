package applier

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/gitattr"
	"github.com/mlops-as-code/mlops/internal/gitconf"
	"github.com/mlops-as-code/mlops/internal/gitindex"
	"github.com/mlops-as-code/mlops/internal/gitrepo"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

// repository is the repository that the project lies in, or the one that this
// apply makes.
type repository struct {
	// fresh is true for a repository that is not there yet; read and git are
	// nil then.
	fresh bool
	read  *gitrepo.Repo
	// git is the common directory; own leads from there to the directory of
	// this working tree: "" or "worktrees/x/".
	git fsops.Dir
	own string
	// top is the top of the working tree, prefix leads from there to the root.
	top    fsops.Dir
	prefix string

	config *gitconf.Config
	rules  *gitattr.Rules
	// inClone are the rules that a clone of the commit to be made will have.
	inClone  func() (*gitattr.Rules, error)
	fileMode bool

	// ref is what a commit moves: a branch, or "HEAD" when it is detached.
	ref string
	// head is the commit it is at, zero before the first; tree is its tree.
	head, tree plumbing.Hash
	// after is when that commit was made.
	after time.Time

	// inHead and indexed hold what HEAD and the index say of the plan's paths.
	inHead  map[string]gitwrite.Entry
	indexed map[string]gitindex.Entry

	index     *gitindex.Index
	indexInfo fs.FileInfo // nil when there is no index file
}

// openRepository opens the repository around the project, nil when there is
// none. It changes nothing.
func openRepository(req Request) (*repository, error) {
	read, err := gitrepo.Open(req.Root, gitrepo.Options{Env: req.Env, UID: req.UID})
	if errors.Is(err, gitrepo.ErrNotRepository) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := &repository{read: read, prefix: read.Prefix, config: read.Config}
	if err := r.places(); err != nil {
		r.close()
		return nil, err
	}
	if r.git, err = req.Open(read.CommonDir); err == nil {
		r.top, err = req.Open(read.Top)
	}
	if err == nil {
		r.fileMode, err = r.config.Bool("core.filemode", true)
	}
	if err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// places refuses a repository whose parts are not where mlops writes them.
func (r *repository) places() error {
	own, err := filepath.Rel(r.read.CommonDir, r.read.GitDir)
	own = filepath.ToSlash(own)
	switch {
	case err != nil || own == ".." || strings.HasPrefix(own, "../"):
		return &ObstacleError{"GIT_COMMON_DIR puts the git directory outside of the common one", "unset GIT_COMMON_DIR"}
	case own != ".":
		r.own = own + "/"
	}
	if r.read.Top == "" {
		return r.obstacles("")
	}
	if r.read.IndexFile != filepath.Join(r.read.GitDir, "index") {
		return &ObstacleError{"GIT_INDEX_FILE names another index", "unset GIT_INDEX_FILE"}
	}
	if r.read.ObjectDir != filepath.Join(r.read.CommonDir, "objects") {
		return &ObstacleError{"GIT_OBJECT_DIRECTORY names another object store", "unset GIT_OBJECT_DIRECTORY"}
	}
	return nil
}

// obstacles returns the first state in which nothing may be committed. The real
// git knows its way about some of them.
func (r *repository) obstacles(backend string) error {
	for _, o := range r.read.Obstacles() {
		if backend == backendGit && (o.State == "sparse checkout" || o.State == "split index") {
			continue
		}
		return &ObstacleError{State: o.State + ": " + o.Detail, Remedy: o.Remedy}
	}
	return nil
}

// freshRepository stands for the one that is made at the end of this apply.
func freshRepository(req Request) (*repository, error) {
	config, err := gitconf.Load(gitconf.Options{Env: req.Env})
	if err != nil {
		return nil, err
	}
	r := &repository{fresh: true, config: config, fileMode: true, index: &gitindex.Index{}}
	branch := req.Plan.Commit.DefaultBranch
	if branch == "" {
		branch, _ = config.Get("init.defaultbranch")
	}
	if branch == "" {
		branch = "main"
	}
	if !goodBranch(branch) {
		return nil, &ObstacleError{fmt.Sprintf("%q is no name for a branch", branch), "set git { default_branch } or git's init.defaultBranch"}
	}
	r.ref = "refs/heads/" + branch
	if r.top, err = req.Open(req.Root); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *repository) close() {
	if r.git != nil {
		r.git.Close()
	}
	if r.top != nil {
		r.top.Close()
	}
	if r.read != nil {
		r.read.Close()
	}
}

// goodBranch follows git-check-ref-format(1).
func goodBranch(name string) bool {
	if name == "" || name == "@" || name[0] == '-' || strings.HasSuffix(name, ".") || len(name) > 200 {
		return false
	}
	for _, bad := range []string{"..", "//", "@{", " ", "~", "^", ":", "?", "*", "[", "\\", "\x7f"} {
		if strings.Contains(name, bad) {
			return false
		}
	}
	for seg := range strings.SplitSeq(name, "/") {
		if seg == "" || seg[0] == '.' || strings.HasSuffix(seg, ".lock") {
			return false
		}
	}
	return !strings.ContainsFunc(name, func(c rune) bool { return c < ' ' })
}

// cleaner returns what turns a file's bytes into those git stores for it.
func (r *repository) cleaner(full string) func([]byte) []byte {
	attrs := r.rules.For(full)
	return func(data []byte) []byte {
		return attrs.Clean(data, func() bool { return r.indexHasCRLF(full) })
	}
}

// loss is what a checkout would not give back of a file's bytes, where git minds.
func (r *repository) loss(full string, data []byte) string {
	return r.rules.For(full).Irreversible(data, func() bool { return r.indexHasCRLF(full) })
}

// lost reports whether a clone finds other line endings than those of a file, because
// the attributes that take them away here are in no commit.
func (r *repository) lost(full string, data []byte) (bool, error) {
	if !bytes.Contains(data, []byte("\r\n")) {
		return false, nil
	}
	there, err := r.inClone()
	if err != nil {
		return false, err
	}
	return there.For(full).Differ(r.cleaner(full)(data), data), nil
}

// cloned loads the rules that hold in a clone: those of HEAD, but for what read
// answers.
func (r *repository) cloned(read func(string) ([]byte, error), req Request) (*gitattr.Rules, error) {
	if r.read != nil {
		return r.read.ClonedAttributes(r.head, func(p string) ([]byte, bool, error) {
			data, err := read(p)
			return data, !errors.Is(err, errAsk), err
		})
	}
	return gitattr.Load(gitattr.Options{Config: r.config, Env: req.Env, Read: func(p string) ([]byte, error) {
		data, err := read(p)
		if errors.Is(err, errAsk) {
			err = fs.ErrNotExist
		}
		return data, err
	}})
}

// attributes loads the rules with read answering for some .gitattributes files;
// it returns errAsk for the others.
func (r *repository) attributes(read func(string) ([]byte, error), req Request) (*gitattr.Rules, error) {
	top := req.Root
	if r.read != nil {
		top = r.read.Top
	}
	disk := gitattr.Dir(top)
	both := func(p string) ([]byte, error) {
		data, err := read(p)
		if errors.Is(err, errAsk) {
			return disk(p)
		}
		return data, err
	}
	if r.read != nil {
		return r.read.Attributes(both)
	}
	return gitattr.Load(gitattr.Options{Config: r.config, Env: req.Env, Read: both})
}

var errAsk = errors.New("not planned")

// indexHasCRLF reports whether the index holds the file with CR LF.
func (r *repository) indexHasCRLF(full string) bool {
	e, ok := r.indexed[full]
	if !ok || r.read == nil {
		return false
	}
	blob, err := r.read.Blob(e.Hash)
	return err == nil && gitattr.HasCRLF(blob)
}

// tree reads a tree object; the zero hash is the empty tree.
func (r *repository) readTree(h plumbing.Hash) ([]gitwrite.Entry, error) {
	list, err := r.read.Tree(h)
	out := make([]gitwrite.Entry, len(list))
	for i, e := range list {
		out[i] = gitwrite.Entry{Name: e.Name, Mode: uint32(e.Mode), Hash: e.Hash}
	}
	return out, err
}
