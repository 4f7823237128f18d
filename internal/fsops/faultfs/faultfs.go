// Package faultfs wraps fsops directories for tests: it counts the operations
// that change something and stops or fails a chosen one.
//
// An operation is numbered from 1 in the order of execution over all the
// directories that one FS wraps. Stopping is a panic with the private value
// that Stopped recognises; from then on the FS is dead: nothing changes any
// more, whatever deferred clean-up the panic runs, as after a SIGKILL.
// The package injects nothing into reads.
package faultfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sync"

	"github.com/mlops-as-code/mlops/internal/fsops"
)

// Fault says what happens at which operation. The zero Fault only counts.
type Fault struct {
	// At is the number of the operation; 0 is none.
	At int
	// Err is the error the operation fails with; nil stops the process.
	Err error
	// Torn lets a write put half of its bytes first.
	Torn bool
	// Sticky fails also every later operation that needs space, as on a full
	// disk.
	Sticky bool
	// Before, when set, is called at operation At in place of a fault.
	Before func()
}

// FS is a set of wrapped directories with one counter.
type FS struct {
	mu    sync.Mutex
	fault Fault
	log   []string
	dead  bool
}

// New returns an FS that does what fault says.
func New(fault Fault) *FS { return &FS{fault: fault} }

// Log lists the operations so far, one line each.
func (f *FS) Log() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.log...)
}

// Open opens a directory of the operating system, wrapped.
func (f *FS) Open(dir string) (fsops.Dir, error) {
	d, err := fsops.OpenOS(dir)
	if err != nil {
		return nil, err
	}
	return &faultDir{Dir: d, fs: f}, nil
}

// stopped is what a stopped operation panics with.
type stopped struct{ op string }

// Stopped reports whether a recovered value is a stop of this package.
func Stopped(recovered any) bool {
	_, ok := recovered.(stopped)
	return ok
}

var errDead = errors.New("the process is dead")

// grows tells the operations that need space.
func grows(op string) bool {
	switch op {
	case "create", "append", "write", "mkdir", "link":
		return true
	}
	return false
}

// step counts one operation and returns the error to inject. torn means that
// half of the write comes first.
func (f *FS) step(op, name string) (torn bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead {
		return false, errDead
	}
	f.log = append(f.log, op+" "+name)
	n := len(f.log)
	switch {
	case f.fault.At == 0 || n < f.fault.At:
		return false, nil
	case n > f.fault.At && !(f.fault.Sticky && grows(op)):
		return false, nil
	case f.fault.Before != nil:
		f.fault.Before()
		return false, nil
	case f.fault.Err != nil:
		return f.fault.Torn && op == "write", &fs.PathError{Op: op, Path: name, Err: f.fault.Err}
	}
	f.dead = true
	return f.fault.Torn && op == "write", stopped{fmt.Sprintf("%d: %s %s", n, op, name)}
}

func (s stopped) Error() string { return "stopped at operation " + s.op }

// do runs op unless the fault says otherwise.
func (f *FS) do(op, name string, run func() error) error {
	_, err := f.step(op, name)
	if s, ok := err.(stopped); ok {
		panic(s)
	}
	if err != nil {
		return err
	}
	return run()
}

type faultDir struct {
	fsops.Dir
	fs *FS
	// name leads here from the directory that was opened by its path.
	name string
}

func (d *faultDir) Create(name string, perm fs.FileMode) (file fsops.File, err error) {
	err = d.fs.do("create", name, func() error {
		file, err = d.Dir.Create(name, perm)
		return err
	})
	return d.wrap(file, name, err)
}

func (d *faultDir) Append(name string, perm fs.FileMode) (file fsops.File, err error) {
	err = d.fs.do("append", name, func() error {
		file, err = d.Dir.Append(name, perm)
		return err
	})
	return d.wrap(file, name, err)
}

func (d *faultDir) wrap(file fsops.File, name string, err error) (fsops.File, error) {
	if err != nil {
		return nil, err
	}
	return &faultFile{File: file, fs: d.fs, name: name}, nil
}

func (d *faultDir) Mkdir(name string, perm fs.FileMode) error {
	return d.fs.do("mkdir", name, func() error { return d.Dir.Mkdir(name, perm) })
}

func (d *faultDir) Rename(from, to string) error {
	return d.fs.do("rename", from+" "+to, func() error { return d.Dir.Rename(from, to) })
}

func (d *faultDir) Move(from string, to fsops.Dir, name string) error {
	target, ok := to.(*faultDir)
	if !ok {
		return fs.ErrInvalid
	}
	return d.fs.do("rename", path.Join(d.name, from)+" "+path.Join(target.name, name), func() error {
		return d.Dir.Move(from, target.Dir, name)
	})
}

func (d *faultDir) Link(from, to string) error {
	return d.fs.do("link", from+" "+to, func() error { return d.Dir.Link(from, to) })
}

func (d *faultDir) Remove(name string) error {
	return d.fs.do("remove", name, func() error { return d.Dir.Remove(name) })
}

// Sync is counted and may fail, but does not flush: a thousand tests would
// take minutes, and a stopped process loses no written byte.
func (d *faultDir) Sync() error {
	return d.fs.do("sync", ".", func() error { return nil })
}

func (d *faultDir) Sub(name string) (fsops.Dir, error) {
	sub, err := d.Dir.Sub(name)
	if err != nil {
		return nil, err
	}
	return &faultDir{Dir: sub, fs: d.fs, name: path.Join(d.name, name)}, nil
}

func (d *faultDir) Lock(name string) (lock io.Closer, err error) {
	err = d.fs.do("lock", name, func() error {
		lock, err = d.Dir.Lock(name)
		return err
	})
	return lock, err
}

type faultFile struct {
	fsops.File
	fs   *FS
	name string
}

func (f *faultFile) Write(p []byte) (int, error) {
	torn, err := f.fs.step("write", f.name)
	n := 0
	if torn {
		n, _ = f.File.Write(p[:len(p)/2])
	}
	if s, ok := err.(stopped); ok {
		panic(s)
	}
	if err != nil {
		return n, err
	}
	return f.File.Write(p)
}

// Close always releases the file; a fault only changes what it answers.
func (f *faultFile) Close() error {
	cerr := f.File.Close()
	return f.fs.do("close", f.name, func() error { return cerr })
}
