//go:build unix

package fsops

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

const errNotDir = syscall.ENOTDIR

// move needs no path: both directories are open.
func (d *osDir) move(from string, to *osDir, name string) error {
	source, err := d.handle()
	if err != nil {
		return err
	}
	target, err := to.handle()
	if err != nil {
		return err
	}
	for {
		err := unix.Renameat(int(source.Fd()), from, int(target.Fd()), name)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return &os.LinkError{Op: "rename", Old: filepath.Join(d.top.Name(), d.name, from), New: filepath.Join(to.top.Name(), to.name, name), Err: err}
		}
		return nil
	}
}

// writable asks for the effective user, as opening a file would.
func writable(dir *os.File) error {
	err := unix.Faccessat(int(dir.Fd()), ".", unix.W_OK|unix.X_OK, unix.AT_EACCESS)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EOPNOTSUPP) {
		return nil
	}
	return err
}

// flock takes the lock without waiting.
func flock(f *os.File) error {
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EWOULDBLOCK):
			return ErrLocked
		}
		return &fs.PathError{Op: "flock", Path: f.Name(), Err: err}
	}
}

func unlock(f *os.File) { _ = unix.Flock(int(f.Fd()), unix.LOCK_UN) }

// Device identifies the file system that info was read from, or false.
func Device(info fs.FileInfo) (uint64, bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return uint64(st.Dev), true
}
