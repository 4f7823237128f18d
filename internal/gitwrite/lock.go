package gitwrite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"github.com/mlops-as-code/mlops/internal/fsops"
)

// How long another program's lock is waited for. git itself waits 100 ms for a
// ref; people's tools hold the index for up to a second or so.
const (
	lockTries = 40
	lockPause = 50 * time.Millisecond
)

// LockedError names a lock file that another program holds.
type LockedError struct{ Path string }

func (e *LockedError) Error() string { return e.Path + ": held by another program" }

// Locks takes git's lock files. A private file of ours, own.0 and so on in the
// directory that private names, becomes the lock by a second name (see link(2)).
type Locks struct {
	dir     fsops.Dir
	private string
	held    []*Lock
}

// Lock is a held lock file.
type Lock struct {
	dir  fsops.Dir
	file fsops.File
	// name is the lock file, own the private file or "" when the file system
	// has no links.
	name, own string
	closed    bool
}

// NewLocks returns a set of no locks; private is a directory of ours.
func NewLocks(dir fsops.Dir, private string) *Locks { return &Locks{dir: dir, private: private} }

// Take locks the file at path as git would, by path.lock. It waits about two
// seconds for another holder and then fails with a *LockedError.
func (l *Locks) Take(ctx context.Context, file string) (*Lock, error) {
	own := ownName(l.private, len(l.held))
	k := &Lock{dir: l.dir, name: file + ".lock", own: own}
	var err error
	if k.file, err = l.dir.Create(own, 0o666); err != nil {
		return nil, err
	}
	l.held = append(l.held, k)
	if _, err := fsops.MkdirAll(l.dir, path.Dir(file), 0o777); err != nil {
		return nil, err
	}
	for try := range lockTries {
		if err = k.link(); !errors.Is(err, fs.ErrExist) {
			break
		}
		if try == lockTries-1 {
			err = &LockedError{k.name}
			break
		}
		if err = pause(ctx); err != nil {
			break
		}
	}
	if err != nil {
		k.name = "" // not ours
		return nil, err
	}
	return k, nil
}

// link gives the private file the lock's name. Without links in the file system
// the lock is made directly, and a crash leaves it for a person to remove.
func (k *Lock) link() error {
	err := k.dir.Link(k.own, k.name)
	if err == nil || errors.Is(err, fs.ErrExist) || !linkless(err) {
		return err
	}
	f, err := k.dir.Create(k.name, 0o666)
	if err != nil {
		return err
	}
	_ = k.file.Close()
	k.file = f
	return k.dir.Remove(k.own)
}

// linkless tells whether an error may mean that links are not supported.
func linkless(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission)
}

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(lockPause):
		return nil
	}
}

func ownName(private string, n int) string { return fmt.Sprintf("%s/own.%d", private, n) }

// Fill writes the new content of the locked file and closes the lock file. It
// is called at most once, and before Commit.
func (k *Lock) Fill(content []byte) error {
	_, err := k.file.Write(content)
	k.closed = true
	if cerr := k.file.Close(); err == nil {
		err = cerr
	}
	return err
}

// Commit replaces the locked file by what was filled in, and so unlocks it.
func (k *Lock) Commit() error {
	if err := k.dir.Rename(k.name, k.name[:len(k.name)-len(".lock")]); err != nil {
		return err
	}
	k.name = ""
	return nil
}

// Release gives up the locks that are still held, and clears up after all.
func (l *Locks) Release() error {
	var errs []error
	for _, k := range l.held {
		if !k.closed {
			_ = k.file.Close()
		}
		if k.name != "" {
			if err := gone(l.dir.Remove(k.name)); err != nil {
				errs = append(errs, err)
				continue // with the private file the next run knows it is ours
			}
		}
		errs = append(errs, gone(l.dir.Remove(k.own)))
	}
	l.held = nil
	return errors.Join(errs...)
}

// gone forgives that there was nothing to remove.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// BreakStale removes the locks that a killed process left on files, which it
// took in this order with the same private directory. The caller holds the lock
// that the killed process held all the time, so none can be in use. A lock file
// of another program is another file and stays.
func BreakStale(dir fsops.Dir, private string, files []string) error {
	for n, file := range files {
		own, err := dir.Lstat(ownName(private, n))
		if err != nil {
			continue
		}
		if lock, err := dir.Lstat(file + ".lock"); err == nil && os.SameFile(own, lock) {
			if err := gone(dir.Remove(file + ".lock")); err != nil {
				return err
			}
		}
	}
	list, err := dir.ReadDir(private)
	if err != nil {
		return gone(err)
	}
	for _, e := range list {
		if strings.HasPrefix(e.Name(), "own.") {
			if err := gone(dir.Remove(private + "/" + e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
