package fsops

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// osDir is Dir on an os.Root.
type osDir struct {
	root *os.Root
	sync *syncer
	// top is the directory that was opened by its path, and name leads here.
	top  *os.Root
	name string
	// file is the directory as a file, once handle was asked for it.
	once    sync.Once
	file    *os.File
	fileErr error
}

// handle is the directory as a file, opened when it is first needed.
func (d *osDir) handle() (*os.File, error) {
	d.once.Do(func() { d.file, d.fileErr = d.root.Open(".") })
	return d.file, d.fileErr
}

// OpenOS opens the directory at an absolute path, following links to it.
func OpenOS(dir string) (Dir, error) {
	r, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &osDir{root: r, sync: newSyncer(), top: r, name: "."}, nil
}

func (d *osDir) Open(name string) (*os.File, error) {
	f, err := d.root.Open(name)
	return f, d.whole(err)
}

func (d *osDir) Lstat(name string) (fs.FileInfo, error) {
	info, err := d.root.Lstat(name)
	return info, d.whole(err)
}

func (d *osDir) Readlink(name string) (string, error) {
	target, err := d.root.Readlink(name)
	return target, d.whole(err)
}

// whole gives an error the whole path: the one in it starts at a directory the
// reader cannot know. What does not exist is an answer rather than an error, and
// stays as it is.
func (d *osDir) whole(err error) error {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	at := func(name string) string {
		if filepath.IsAbs(name) {
			return name
		}
		return filepath.Join(d.top.Name(), d.name, name)
	}
	switch e := err.(type) {
	case *fs.PathError:
		return &fs.PathError{Op: e.Op, Path: at(e.Path), Err: e.Err}
	case *os.LinkError:
		return &os.LinkError{Op: e.Op, Old: at(e.Old), New: at(e.New), Err: e.Err}
	}
	return err
}

func (d *osDir) ReadDir(name string) ([]fs.DirEntry, error) {
	f, err := d.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	list, err := f.ReadDir(-1)
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return list, err
}

func (d *osDir) Writable(name string) error {
	f, err := d.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := writable(f); err != nil {
		return d.whole(&fs.PathError{Op: "write in", Path: name, Err: err})
	}
	return nil
}

func (d *osDir) Create(name string, perm fs.FileMode) (File, error) {
	return d.create(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, perm)
}

func (d *osDir) Append(name string, perm fs.FileMode) (File, error) {
	return d.create(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, perm)
}

func (d *osDir) create(name string, flag int, perm fs.FileMode) (File, error) {
	f, err := d.root.OpenFile(name, flag, perm)
	if err != nil {
		return nil, d.whole(err)
	}
	d.sync.touch(d.root, path.Dir(name))
	return d.sync.file(f), nil
}

func (d *osDir) Mkdir(name string, perm fs.FileMode) error {
	d.sync.touch(d.root, path.Dir(name))
	return d.whole(d.root.Mkdir(name, perm))
}

func (d *osDir) Rename(from, to string) error {
	d.sync.touch(d.root, path.Dir(to))
	return d.whole(d.root.Rename(from, to))
}

func (d *osDir) Move(from string, to Dir, name string) error {
	target, ok := to.(*osDir)
	if !ok || strings.Contains(from+name, "/") {
		return &os.LinkError{Op: "move", Old: from, New: name, Err: fs.ErrInvalid}
	}
	d.sync.touch(target.root, ".")
	return d.whole(d.move(from, target, name))
}

func (d *osDir) Link(from, to string) error {
	d.sync.touch(d.root, path.Dir(to))
	return d.whole(d.root.Link(from, to))
}

func (d *osDir) Remove(name string) error { return d.whole(d.root.Remove(name)) }

func (d *osDir) Sync() error { return d.sync.flush(d.root) }

func (d *osDir) Close() error {
	d.once.Do(func() {})
	if d.file != nil {
		d.file.Close()
	}
	return d.root.Close()
}

func (d *osDir) Sub(name string) (Dir, error) {
	at := d.root
	for seg := range strings.SplitSeq(name, "/") {
		next, err := openReal(at, seg)
		if at != d.root {
			at.Close()
		}
		if err != nil {
			return nil, d.whole(err)
		}
		at = next
	}
	return &osDir{root: at, sync: d.sync, top: d.top, name: path.Join(d.name, name)}, nil
}

// openReal opens first and looks at the name afterwards: had a link been swapped
// in before the opening, the two would differ.
func openReal(dir *os.Root, name string) (*os.Root, error) {
	r, err := dir.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	opened, err := r.Stat(".")
	if err == nil {
		var named fs.FileInfo
		if named, err = dir.Lstat(name); err == nil && !os.SameFile(opened, named) {
			err = &fs.PathError{Op: "open", Path: name, Err: errNotDir}
		}
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Lock looks at the name again once it holds the lock: the last holder may have
// removed the file in between, and a lock on a removed file guards nothing.
func (d *osDir) Lock(name string) (io.Closer, error) {
	for range 100 {
		f, err := d.root.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o666)
		if err != nil {
			return nil, d.whole(err)
		}
		if err := flock(f); err != nil {
			f.Close()
			return nil, err
		}
		held, err := f.Stat()
		if err != nil {
			f.Close()
			return nil, err
		}
		named, err := d.root.Lstat(name)
		if err == nil && os.SameFile(held, named) {
			return lock{f}, nil
		}
		f.Close()
		if err == nil && !named.Mode().IsRegular() {
			return nil, &fs.PathError{Op: "lock", Path: name, Err: fs.ErrInvalid}
		}
	}
	return nil, fmt.Errorf("%s: %w", name, ErrLocked)
}

// lock is a held lock. A child process that was just started may still share
// the file, so closing it would not be enough to unlock it.
type lock struct{ *os.File }

func (l lock) Close() error {
	unlock(l.File)
	return l.File.Close()
}
