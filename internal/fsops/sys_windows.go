package fsops

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"syscall"

	"golang.org/x/sys/windows"
)

const errNotDir = syscall.ENOTDIR

func (d *osDir) move(from string, to *osDir, name string) error {
	return d.top.Rename(path.Join(d.name, from), path.Join(to.name, name))
}

// writable has no cheap answer here; the first write will tell.
func writable(*os.File) error { return nil }

// flock takes the lock without waiting.
func flock(f *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, new(windows.Overlapped))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return ErrLocked
	}
	return err
}

func unlock(f *os.File) {
	_ = windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, new(windows.Overlapped))
}

// Device identifies the file system that info was read from, or false.
func Device(fs.FileInfo) (uint64, bool) { return 0, false }
