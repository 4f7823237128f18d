package applier

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

// commit makes git see what was published. The index is written before the ref
// moves, so that then only renames are left.
func (t *tx) commit(ctx context.Context) error {
	switch {
	case t.repo == nil || !t.plan.Commit.Enabled:
		return t.flush(ctx)
	case t.plan.Commit.Backend == backendGit:
		return t.commitWithGit(ctx)
	case t.repo.fresh:
		return t.placeRepository(ctx)
	}
	index, err := t.newIndex()
	if err != nil {
		return err
	}
	if err := t.indexLock.Fill(index); err != nil {
		return err
	}
	if err := t.flush(ctx); err != nil {
		return err
	}
	if err := t.moveRef(); err != nil {
		return err
	}
	if err := t.indexLock.Commit(); err != nil {
		return fmt.Errorf("the commit is made, but the index could not be replaced; run mlops apply again: %w", err)
	}
	return nil
}

// moveRef sets the ref, with its reflogs.
func (t *tx) moveRef() error {
	if t.out.commit.IsZero() {
		t.moved = true // nothing to move: all files are as HEAD has them
		return nil
	}
	unborn := t.repo.head.IsZero()
	// git writes the reflog first. On a branch without a commit that would, if
	// we were killed now, look like a branch whose ref was lost.
	if !unborn {
		if err := t.log(t.repo.git); err != nil {
			return err
		}
	}
	if err := t.refLock.Commit(); err != nil {
		return err
	}
	t.committed()
	if unborn {
		if err := t.log(t.repo.git); err != nil {
			t.note("The reflog could not be written: %v.", err)
		}
	}
	return nil
}

// committed notes that the ref has moved: there is no way back.
func (t *tx) committed() {
	t.moved = true
	t.result.Commit, t.result.Ref = t.out.commit.String(), t.repo.ref
	t.result.Branch, _ = strings.CutPrefix(t.repo.ref, "refs/heads/")
	if t.repo.ref == "HEAD" {
		t.result.Branch = ""
		t.note("HEAD is detached: the commit is on no branch. Keep it with git switch -c NAME.")
	}
}

// log appends to the reflogs of HEAD and of its branch, as
// core.logAllRefUpdates says.
func (t *tx) log(git fsops.Dir) error {
	entry := gitwrite.LogEntry{Old: t.repo.head, New: t.out.commit, Committer: t.out.who, Message: "mlops apply: " + t.out.subject}
	if entry.Old.IsZero() {
		entry.Message = "mlops apply (initial): " + t.out.subject
	}
	create := true
	if v, ok := t.repo.config.Get("core.logallrefupdates"); ok && !strings.EqualFold(v, "always") {
		on, err := t.repo.config.Bool("core.logallrefupdates", true)
		create = on && err == nil
	}
	names := []string{t.repo.own + "logs/HEAD"}
	if t.repo.ref != "HEAD" {
		names = append(names, "logs/"+t.repo.ref)
	}
	for _, name := range names {
		if err := gitwrite.AppendLog(git, name, entry, create); err != nil {
			return err
		}
	}
	return nil
}

// placeRepository completes the new repository and gives it its name.
func (t *tx) placeRepository(ctx context.Context) error {
	if !t.out.commit.IsZero() {
		if err := t.log(t.repo.git); err != nil {
			return err
		}
	}
	index, err := t.newIndex()
	if err != nil {
		return err
	}
	if _, err := fsops.WriteFile(t.repo.git, "index", index, 0o666); err != nil {
		return err
	}
	if err := fsops.RemoveAll(t.repo.git, "mlops"); err != nil {
		return err
	}
	if err := t.flush(ctx); err != nil {
		return err
	}
	if err := t.nameRepository(); err != nil {
		return err
	}
	t.committed()
	return nil
}

// nameRepository renames the finished repository to .git.
func (t *tx) nameRepository() error {
	if _, err := t.work.Lstat(".git"); !errors.Is(err, fs.ErrNotExist) {
		return &StaleError{[]string{".git: appeared while the plan was carried out"}}
	}
	t.repo.git.Close() // Windows renames no directory that is open
	t.repo.git = nil
	if err := t.work.Rename(freshDir, ".git"); err != nil {
		return err
	}
	t.result.InitialisedRepo = true
	return nil
}

// finish clears up after everything is done, or done but for the index.
func (t *tx) finish(cause error) (*Result, error) {
	t.report()
	if cause != nil {
		t.keepRecord = true
	}
	err := t.clearUp()
	if err == nil {
		err = t.work.Sync()
	}
	if err == nil && t.repo != nil && t.repo.git != nil && !t.sameDevice() {
		err = t.repo.git.Sync()
	}
	if err != nil && cause == nil {
		t.keepRecord = true
		t.note("All is done, but clearing up failed: %v. The next run does it.", err)
	}
	return &t.result, cause
}

// report fills in the paths.
func (t *tx) report() {
	for _, f := range t.all() {
		switch f.role {
		case roleWrite:
			t.result.Written = append(t.result.Written, f.path)
		case roleRemove:
			t.result.Removed = append(t.result.Removed, f.path)
		}
	}
	slices.Sort(t.result.Written)
	slices.Sort(t.result.Removed)
	slices.Sort(t.result.BackupPaths)
	if t.result.Backup == "" {
		t.result.BackupPaths = nil
	}
}
