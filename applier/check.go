package applier

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/gitattr"
	"github.com/mlops-as-code/mlops/internal/gitindex"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

// check looks at everything and changes nothing. After it, all that is to be
// written is known.
func (t *tx) check(ctx context.Context) error {
	t.backup = &backup{t: t}
	if t.repo != nil {
		if err := t.repo.load(t); err != nil {
			return err
		}
	}
	if err := t.checkFiles(ctx); err != nil {
		return err
	}
	if t.repo == nil {
		return nil
	}
	return t.compute()
}

// checkFiles compares the disk with what the plan expects, and the bytes to be
// written with their digests. It collects every difference on disk.
func (t *tx) checkFiles(ctx context.Context) error {
	all := t.all()
	t.leaving = map[string]bool{}
	for _, f := range all {
		if f.role == roleRemove {
			t.leaving[f.path] = true
		}
	}
	dirs, err := t.checkDirs(all)
	if err != nil {
		return err
	}
	reasons := make([]string, len(all))
	err = t.each(ctx, 2*len(all), func(i int) (err error) {
		if f := all[i/2]; i%2 == 0 {
			reasons[i/2], err = t.checkDisk(f, dirs)
		} else {
			err = t.checkContent(f)
		}
		return err
	})
	if err != nil {
		return err
	}
	reasons = slices.DeleteFunc(reasons, func(s string) bool { return s == "" })
	if len(reasons) > 0 {
		return &StaleError{What: reasons}
	}
	return nil
}

// checkContent compares the bytes to be written with their digest, and finds
// out what git will make of them.
func (t *tx) checkContent(f *file) (err error) {
	if f.role != roleWrite {
		return nil
	}
	digest, hash := f.ahead.names(f.content)
	if t.repo != nil {
		clean := t.repo.cleaner(f.full)
		if stored := clean(f.content); hash.IsZero() || !same(stored, f.content) {
			f.ahead, hash = nil, gitwrite.HashOf(gitwrite.Blob, stored)
		}
		f.edit = gitwrite.Edit{Path: f.full, Mode: gitwrite.ModeFile, Hash: hash}
		if f.exec {
			f.edit.Mode = gitwrite.ModeExec
		}
		f.sure, f.loss = true, t.repo.loss(f.full, f.content)
		if f.lost, err = t.repo.lost(f.full, f.content); err != nil {
			return err
		}
		f.load = func() ([]byte, error) { return clean(f.content), nil }
	}
	if digest != f.digest {
		return &PlanError{f.path + ": the bytes to write are not those the plan was made with"}
	}
	return nil
}

// load reads what the repository says about the plan's paths and refuses the
// states in which nothing may be committed.
func (r *repository) load(t *tx) error {
	if !r.fresh {
		if err := r.obstacles(t.plan.Commit.Backend); err != nil {
			return err
		}
		if err := r.loadHead(t.all()); err != nil {
			return err
		}
		if t.plan.Commit.Enabled {
			if err := r.loadIndex(t); err != nil {
				return err
			}
			if err := r.checkWritable(t.plan.Commit.Backend); err != nil {
				return err
			}
		}
	}
	return r.loadRules(t)
}

// loadHead reads HEAD and what it says of the files.
func (r *repository) loadHead(files []*file) error {
	head, err := r.read.Head()
	if err != nil {
		return err
	}
	r.ref, r.head = head.Ref, head.Commit
	if r.ref == "" {
		r.ref = "HEAD"
	} else if !strings.HasPrefix(r.ref, "refs/heads/") {
		return &ObstacleError{"HEAD names " + r.ref + ", which is no branch", "check out a branch"}
	}
	r.inHead = map[string]gitwrite.Entry{}
	if r.head.IsZero() {
		return nil
	}
	commit, err := r.read.Commit(r.head)
	if err != nil {
		return err
	}
	r.tree, r.after = commit.Tree, commit.Time
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = f.full
	}
	found, err := r.read.Lookup(r.head, paths)
	for p, e := range found {
		r.inHead[p] = gitwrite.Entry{Mode: uint32(e.Mode), Hash: e.Hash}
	}
	return err
}

// loadIndex reads the index and refuses one that stands in the way.
func (r *repository) loadIndex(t *tx) error {
	err := r.readIndex()
	unusual := errors.Is(err, gitindex.ErrSplit) || errors.Is(err, gitindex.ErrSparse)
	switch {
	case unusual && t.plan.Commit.Backend == backendGit:
		return nil // git itself updates it
	case errors.Is(err, gitindex.ErrSplit):
		return &ObstacleError{err.Error(), "run git update-index --no-split-index, or apply with --no-commit"}
	case errors.Is(err, gitindex.ErrSparse):
		return &ObstacleError{err.Error(), "run git sparse-checkout reapply --no-sparse-index, or apply with --no-commit"}
	case err != nil:
		return &ObstacleError{err.Error(), "run git status to see what git makes of it"}
	}
	return r.scanIndex(t)
}

// readIndex reads the index; one that is not there is empty.
func (r *repository) readIndex() error {
	r.index, r.indexInfo = &gitindex.Index{}, nil
	info, err := r.git.Lstat(r.own + "index")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	const limit = 2 << 30
	data, err := fsops.ReadFile(r.git, r.own+"index", limit)
	if err != nil {
		return err
	}
	r.indexInfo = info
	index, err := gitindex.Parse(data)
	if err == nil {
		r.index = index
	}
	return err
}

// sameIndex reports whether the index file is still the one that was read.
func (r *repository) sameIndex() bool {
	info, err := r.git.Lstat(r.own + "index")
	if r.indexInfo == nil || err != nil {
		return r.indexInfo == nil && errors.Is(err, fs.ErrNotExist)
	}
	return os.SameFile(info, r.indexInfo) && gitindex.StatOf(info) == gitindex.StatOf(r.indexInfo)
}

// scanIndex notes the entries of the plan's paths and refuses what cannot stay
// beside them.
func (r *repository) scanIndex(t *tx) error {
	wanted := map[string]*file{} // by path
	parents := map[string]bool{} // of those that will be there
	gone := map[string]bool{}
	for _, f := range t.all() {
		if !f.commits() {
			continue
		}
		wanted[f.full] = f
		if f.role == roleRemove || f.role == roleGone {
			gone[f.full] = true
			continue
		}
		for dir := path.Dir(f.full); dir != "." && !parents[dir]; dir = path.Dir(dir) {
			parents[dir] = true
		}
	}
	r.indexed = map[string]gitindex.Entry{}
	for e := range r.index.All() {
		if e.Stage > 0 {
			return &ObstacleError{string(e.Path) + " is unmerged in the index", "finish or abort the merge first"}
		}
		if f := wanted[string(e.Path)]; f != nil {
			e.Path = nil
			r.indexed[f.full] = e
			continue
		}
		if parents[string(e.Path)] {
			if e.Mode == gitwrite.ModeGitlink {
				return &ObstacleError{fmt.Sprintf("%s is a submodule in the index, and the plan has files below it", e.Path), "move them elsewhere in mlops.hcl"}
			}
			return &ObstacleError{fmt.Sprintf("%s is a file in the index, and the plan has files below it", e.Path), "commit or unstage it first"}
		}
		for i, c := range e.Path {
			if c != '/' {
				continue
			}
			if f := wanted[string(e.Path[:i])]; f != nil && !gone[f.full] {
				return &ObstacleError{fmt.Sprintf("%s is in the index, and the plan has a file %s", e.Path, f.full), "commit the removal of the directory first"}
			}
		}
	}
	return nil
}

// checkSparse refuses paths that git keeps out of the working tree.
func (t *tx) checkSparse() error {
	for _, f := range t.all() {
		if e, ok := t.repo.indexed[f.full]; ok && e.SkipWorktree && f.commits() && f.pre == nil {
			return &ObstacleError{f.path + " is outside the sparse checkout", "run git sparse-checkout add for its directory"}
		}
	}
	return nil
}

// checkWritable tries, without writing, whether the repository can be written.
func (r *repository) checkWritable(backend string) error {
	for _, dir := range []string{path.Clean(r.own), "objects", "refs", "refs/heads"} {
		info, err := r.git.Lstat(dir)
		if err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return &ObstacleError{"the git directory's " + dir + " is a symbolic link", "apply with --no-commit"}
		}
		if err == nil {
			err = r.git.Writable(dir)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return unwritable(err, "correct the git directory's permissions, or apply with --no-commit")
		}
	}
	if info, err := r.git.Lstat(r.ref); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return &ObstacleError{r.ref + " is a symbolic link", "replace it by a symbolic ref"}
	}
	if v, _ := r.config.Get("core.sharedrepository"); backend != backendGit && v != "" && v != "umask" && v != "false" && v != "0" {
		return &ObstacleError{"core.sharedRepository is " + v, `set git { backend = "git" }, or apply with --no-commit`}
	}
	return nil
}

// loadRules loads the attributes that hold once the plan is carried out.
func (r *repository) loadRules(t *tx) (err error) {
	planned := map[string]*file{}
	for _, f := range t.all() {
		if path.Base(f.full) == ".gitattributes" && (f.role == roleWrite || f.role == roleRemove) {
			planned[f.full] = f
		}
	}
	read := func(p string) ([]byte, error) {
		f := planned[p]
		switch {
		case f == nil:
			return nil, errAsk
		case f.role == roleRemove:
			return nil, fs.ErrNotExist
		}
		return f.content, nil
	}
	r.inClone = sync.OnceValues(func() (*gitattr.Rules, error) { return r.cloned(read, t.req) })
	r.rules, err = r.attributes(read, t.req)
	return err
}
