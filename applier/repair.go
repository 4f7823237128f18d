package applier

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/gitindex"
	"github.com/mlops-as-code/mlops/internal/gitrepo"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

// repairIndex puts the index right behind a run that was killed between moving
// the ref and replacing the index: without that git would show the commit taken
// back. It touches only entries that are as they were before that commit, of
// files that are as the commit has them.
func (t *tx) repairIndex(ctx context.Context, left *gitwrite.Record) error {
	edits, err := t.staleEntries(left)
	if err != nil || len(edits) == 0 {
		return err
	}
	t.locks = gitwrite.NewLocks(t.repo.git, t.home.name)
	lock, err := t.locks.Take(ctx, t.repo.own+"index")
	if err == nil && !t.repo.sameIndex() {
		err = &StaleError{[]string{"the index: changed at this moment"}}
	}
	var index []byte
	if err == nil {
		index, err = t.repo.index.Rewrite(t.repo.change(edits, nil))
	}
	if err == nil {
		err = lock.Fill(index)
	}
	if err == nil {
		err = t.repo.git.Sync()
	}
	if err == nil {
		err = lock.Commit()
	}
	err = errors.Join(err, t.locks.Release())
	t.locks = nil
	if err != nil {
		return fmt.Errorf("the index, which an interrupted apply left behind: %w", err)
	}
	t.repaired = true
	t.note("The index was put right after an apply that was interrupted.")
	return nil
}

// staleEntries compares what the killed run was about with index and disk.
func (t *tx) staleEntries(left *gitwrite.Record) ([]gitindex.Edit, error) {
	r := t.repo
	head, err := r.read.Head()
	if err != nil || head.Commit.IsZero() {
		return nil, nil // check will say what is wrong
	}
	commit, err := r.read.Commit(head.Commit)
	if err != nil {
		return nil, err
	}
	changed, err := r.lastChanges(head.Commit, commit, left)
	if err != nil {
		return nil, err
	}
	if err := r.restaged(head.Commit, left, changed); err != nil || len(changed) == 0 {
		return nil, err
	}
	if err := r.readIndex(); err != nil {
		return nil, err
	}
	if err := r.loadRules(t); err != nil {
		return nil, err
	}
	return r.stale(changed, t.req.Now)
}

// lastChanges are the files that HEAD's commit changed, if the killed run made
// that commit.
func (r *repository) lastChanges(head plumbing.Hash, commit gitrepo.Commit, left *gitwrite.Record) (map[string]pair, error) {
	changed := map[string]pair{}
	ours := left.Commit == head.String() ||
		left.Commit == "" && left.Plan != "" && gitwrite.Trailer(commit.Message, trailerKey) == left.Plan
	if !ours || len(commit.Parents) > 1 {
		return changed, nil
	}
	base := plumbing.ZeroHash
	if len(commit.Parents) == 1 {
		parent, err := r.read.Commit(commit.Parents[0])
		if err != nil {
			return nil, err
		}
		base = parent.Tree
	}
	return changed, r.diff("", base, commit.Tree, changed)
}

// restaged adds the entries that the killed run was to bring to what HEAD has.
func (r *repository) restaged(head plumbing.Hash, left *gitwrite.Record, changed map[string]pair) error {
	found, err := r.read.Lookup(head, slices.Collect(maps.Keys(left.Entries)))
	if err != nil {
		return err
	}
	for p, hash := range left.Entries {
		e := found[p]
		changed[p] = pair{
			old: gitwrite.Entry{Hash: plumbing.NewHash(hash)},
			new: gitwrite.Entry{Mode: uint32(e.Mode), Hash: e.Hash},
		}
	}
	return nil
}

// pair is an entry before and after a commit; without a mode it is not there.
type pair struct{ old, new gitwrite.Entry }

// diff lists the files in which two trees differ.
func (r *repository) diff(prefix string, old, new plumbing.Hash, out map[string]pair) error {
	if old == new {
		return nil
	}
	sides := map[string]pair{}
	for side, hash := range []plumbing.Hash{old, new} {
		if hash.IsZero() {
			continue
		}
		entries, err := r.readTree(hash)
		if err != nil {
			return err
		}
		for _, e := range entries {
			p := sides[e.Name]
			if side == 0 {
				p.old = e
			} else {
				p.new = e
			}
			sides[e.Name] = p
		}
	}
	for name, p := range sides {
		file, dirs := p, [2]plumbing.Hash{}
		if p.old.Mode == gitwrite.ModeDir {
			dirs[0], file.old = p.old.Hash, gitwrite.Entry{}
		}
		if p.new.Mode == gitwrite.ModeDir {
			dirs[1], file.new = p.new.Hash, gitwrite.Entry{}
		}
		if err := r.diff(prefix+name+"/", dirs[0], dirs[1], out); err != nil {
			return err
		}
		if file.old.Mode != file.new.Mode || file.old.Hash != file.new.Hash {
			out[prefix+name] = file
		}
	}
	return nil
}

// stale returns the edits that bring entries from before the commit up to it.
func (r *repository) stale(changed map[string]pair, now time.Time) ([]gitindex.Edit, error) {
	r.indexed = map[string]gitindex.Entry{}
	unmerged := map[string]bool{}
	for e := range r.index.All() {
		p := string(e.Path)
		if _, ok := changed[p]; ok {
			unmerged[p] = unmerged[p] || e.Stage > 0
			r.indexed[p] = e
		}
	}
	var edits []gitindex.Edit
	for p, c := range changed {
		e := r.indexed[p]
		if unmerged[p] || e.Hash != c.old.Hash || c.old.Mode != 0 && e.Mode != c.old.Mode {
			continue
		}
		edit := gitindex.Edit{Path: p, Remove: c.new.Mode == 0, Mode: c.new.Mode, Hash: c.new.Hash}
		if r.onDisk(p, c.new, &edit.Stat, now) {
			edits = append(edits, edit)
		}
	}
	slices.SortFunc(edits, func(a, b gitindex.Edit) int { return strings.Compare(a.Path, b.Path) })
	return edits, nil
}

// onDisk reports whether the disk holds what the commit has, and fills in what
// the index is to record of the file.
func (r *repository) onDisk(p string, want gitwrite.Entry, stat *gitindex.Stat, now time.Time) bool {
	info, err := r.top.Lstat(p)
	if want.Mode == 0 {
		return err == nil && info.IsDir() || errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
	}
	if err != nil || !info.Mode().IsRegular() || r.fileMode && executable(info) != (want.Mode == gitwrite.ModeExec) {
		return false
	}
	data, err := fsops.ReadFile(r.top, p, maxFile)
	if err != nil || gitwrite.HashOf(gitwrite.Blob, r.cleaner(p)(data)) != want.Hash {
		return false
	}
	if after, err := r.top.Lstat(p); err == nil && os.SameFile(info, after) && info.ModTime().Before(now.Add(-2*time.Second)) {
		*stat = gitindex.StatOf(after)
	}
	return true
}
