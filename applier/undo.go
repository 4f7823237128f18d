package applier

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/mlops-as-code/mlops/internal/fsops"
)

// onUndo remembers how to take a step back.
func (t *tx) onUndo(step func() error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.undo = append(t.undo, step)
}

// unput takes put back, unless somebody has changed the file since.
func (t *tx) unput(f *file, old string) error {
	info, err := t.work.Lstat(f.path)
	if err != nil || !sameContent(info, f.staged) {
		return fmt.Errorf("%s: was changed at the same time, and stays as it is now", f.path)
	}
	switch {
	case f.pre == nil:
		return t.work.Remove(f.path)
	case old == "":
		return fmt.Errorf("%s: stays as the plan wants it", f.path)
	}
	return t.work.Rename(old, f.path)
}

// rollBack undoes all that was done, the last step first.
func (t *tx) rollBack() error {
	var errs []error
	for _, step := range slices.Backward(t.undo) {
		errs = append(errs, step())
	}
	t.undo = nil
	return errors.Join(append(errs, t.clearUp())...)
}

// clearUp releases git's locks and removes everything that was only for this
// run.
func (t *tx) clearUp() error {
	var errs []error
	if t.locks != nil {
		errs = append(errs, t.locks.Release())
		t.locks = nil
	}
	if t.staged {
		errs = append(errs, t.clearStage())
	}
	if t.repo != nil && !t.repo.fresh {
		errs = append(errs, fsops.RemoveAll(t.repo.git, t.tmpDir()))
	}
	return errors.Join(errs...)
}

// gone forgives that there was nothing to remove.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
