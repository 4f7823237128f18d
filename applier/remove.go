package applier

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"syscall"
)

// removeAll takes files and directories away.
func (t *tx) removeAll(files []*file) error {
	for _, f := range files {
		if f.role == roleDropDir {
			t.dropDirs(f.path)
			t.result.Removed = append(t.result.Removed, f.path)
			continue
		}
		if err := t.take(f); err != nil {
			return err
		}
		t.dropDirs(path.Dir(f.path))
	}
	return nil
}

// take moves a file out of the way; it goes for good at the end.
func (t *tx) take(f *file) error {
	dir, err := t.parent(f)
	if err != nil {
		return err
	}
	defer t.release(dir)
	if err := t.unchanged(f, dir); err != nil {
		return err
	}
	old := f.kept()
	if err := t.work.Rename(f.path, old); err != nil {
		return err
	}
	t.onUndo(func() error {
		if _, err := t.work.Lstat(f.path); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: appeared at the same time, and stays", f.path)
		}
		return t.work.Rename(old, f.path)
	})
	return nil
}

// dropDirs takes away directories that became empty, as git does.
func (t *tx) dropDirs(dir string) {
	for ; dir != "."; dir = path.Dir(dir) {
		list, err := t.work.ReadDir(dir)
		if err != nil || len(list) > 0 || t.dropDir(dir) != nil {
			return // an empty directory harms nobody: it may be in use
		}
	}
}

// dropDir takes one directory away. It is not removed yet: to make it again
// takes space, and the disk may be full.
func (t *tx) dropDir(dir string) error {
	old := fmt.Sprintf("%s/dir-%d", stageDir, t.dropped.Add(1))
	err := t.work.Rename(dir, old)
	if err == nil {
		t.onUndo(func() error { return t.work.Rename(old, dir) })
	}
	if !errors.Is(err, syscall.EXDEV) {
		return err
	}
	// An overlay file system cannot rename a directory of a lower layer.
	if err = t.work.Remove(dir); err == nil {
		t.onUndo(func() error { return t.work.Mkdir(dir, 0o777) })
	}
	return err
}

// clearDir takes away what is left of a directory where a file is to be: other
// empty directories at most.
func (t *tx) clearDir(dir string) error {
	info, err := t.work.Lstat(dir)
	if err != nil || !info.IsDir() {
		return gone(err)
	}
	stays, err := t.emptied(dir, nil)
	if err != nil {
		return err
	}
	if stays != "" {
		return &StaleError{[]string{stays}}
	}
	return t.dropDir(dir)
}
