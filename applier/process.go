package applier

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

// lockProcess takes the kernel's lock, which lets one apply at a time into a
// repository, or without one into a project.
func (t *tx) lockProcess() error {
	if _, err := fsops.MkdirAll(t.home.dir, t.home.name, 0o777); err != nil {
		return err
	}
	held, err := t.home.dir.Lock(t.home.path("lock"))
	if errors.Is(err, fsops.ErrLocked) {
		return t.busy(t.home)
	}
	if err != nil {
		return err
	}
	t.held = held
	return nil
}

// busy describes the holder of the process lock.
func (t *tx) busy(h home) error {
	top := t.req.Root
	if h.name != privateDir {
		top = t.repo.read.CommonDir
	}
	e := &BusyError{Path: filepath.Join(top, filepath.FromSlash(h.path("lock")))}
	if r := gitwrite.ReadRecord(h.dir, h.name); r != nil {
		e.PID, e.Host, e.User, e.Operation, e.Since = r.PID, r.Host, r.User, r.Operation, r.Started
	}
	return e
}

// unlockProcess ends the run: it removes the record, and outside a git directory
// every trace of the lock.
func (t *tx) unlockProcess() {
	defer t.held.Close()
	if t.keepRecord || gitwrite.RemoveRecord(t.home.dir, t.home.name) != nil {
		return
	}
	if t.home.name == privateDir {
		// Whoever waits for this very file looks again at its name.
		_ = t.home.dir.Remove(t.home.path("lock"))
	}
	fsops.RemoveEmpty(t.work, privateDir)
}

// recover clears up behind a run that was killed. The process lock is held, so
// what is left of one is of no use to anybody.
func (t *tx) recover(ctx context.Context) error {
	if err := t.orphan(); err != nil {
		return err
	}
	left := gitwrite.ReadRecord(t.home.dir, t.home.name)
	var locks []string
	if left != nil {
		locks = left.Locks
	}
	if err := gitwrite.BreakStale(t.home.dir, t.home.name, locks); err != nil {
		return err
	}
	if err := fsops.RemoveAll(t.home.dir, t.home.path("tmp")); err != nil {
		return err
	}
	if err := t.clearStage(); err != nil {
		return err
	}
	if left == nil {
		return nil
	}
	if left.Backup != "" {
		t.note("An apply that was interrupted keeps what it overwrote in %s.", left.Backup)
	}
	if t.repo != nil && !t.repo.fresh {
		return t.repairIndex(ctx, left)
	}
	return nil
}

// orphan clears up behind a run that was killed when it had just made the
// repository: its lock and record lie beside it.
func (t *tx) orphan() error {
	if t.home.name == privateDir || !t.hasPrivateDir() {
		return nil
	}
	beside := home{t.work, privateDir}
	if _, err := t.work.Lstat(beside.path("lock")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	held, err := t.work.Lock(beside.path("lock"))
	if errors.Is(err, fsops.ErrLocked) {
		return t.busy(beside)
	}
	if err != nil {
		return err
	}
	defer held.Close()
	if err := gitwrite.RemoveRecord(t.work, privateDir); err != nil {
		return err
	}
	return t.work.Remove(beside.path("lock"))
}

// clearStage removes the stage directory.
func (t *tx) clearStage() error {
	if !t.hasPrivateDir() {
		return nil
	}
	return fsops.RemoveAll(t.work, stageDir)
}

// hasPrivateDir reports whether .mlops is there; begin has refused a link.
func (t *tx) hasPrivateDir() bool {
	info, err := t.work.Lstat(privateDir)
	return err == nil && info.IsDir()
}
