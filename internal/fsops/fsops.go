// Package fsops is the seam between apply and the operating system: every
// operation by which apply changes a working tree or a git directory is a
// method of Dir, so that a test can stop or fail any one of them.
//
// A Dir is an open directory. Names are relative to it and separated by
// slashes; they never end in a slash and never leave the directory, not through
// a symbolic link either (see os.Root). Publishing is by Rename: the package
// has no way to truncate or overwrite an existing file and none to change the
// mode of a file by its name, on purpose. The two exceptions are Append, for
// git's reflogs, and the lock file, whose content nobody reads.
package fsops

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// ErrLocked is returned by Dir.Lock when another process holds the lock.
var ErrLocked = errors.New("locked by another process")

// Reader is the part of Dir that changes nothing.
type Reader interface {
	// Open opens a regular file for reading.
	Open(name string) (*os.File, error)
	// Lstat describes name itself, also when it is a symbolic link.
	Lstat(name string) (fs.FileInfo, error)
	// ReadDir lists a directory, sorted by name.
	ReadDir(name string) ([]fs.DirEntry, error)
	// Readlink returns the target of a symbolic link.
	Readlink(name string) (string, error)
	// Writable returns nil when this process may create entries in directory
	// name, as far as the system tells without trying.
	Writable(name string) error
}

// Dir is an open directory. It is safe for concurrent use.
type Dir interface {
	Reader
	// Create makes a new file for writing; it fails when name exists. The mode
	// is perm less the umask.
	Create(name string, perm fs.FileMode) (File, error)
	// Append opens a file for writing at its end and makes it when missing.
	Append(name string, perm fs.FileMode) (File, error)
	// Mkdir makes one directory.
	Mkdir(name string, perm fs.FileMode) error
	// Rename moves from to to, replacing a file or a link there at once.
	Rename(from, to string) error
	// Move renames an entry of this directory to an entry of another one, which
	// was opened below the same top. Both names are single segments.
	Move(from string, to Dir, name string) error
	// Link gives the file a second name; it fails when to exists.
	Link(from, to string) error
	// Remove removes a file or an empty directory.
	Remove(name string) error
	// Sync returns when everything done before, through this Dir or another one
	// of the same file system, outlasts a loss of power, as far as the system
	// can promise it.
	Sync() error
	// Sub opens a directory below. It fails when a segment of name is a
	// symbolic link.
	Sub(name string) (Dir, error)
	// Lock takes the kernel's lock on a file, which it makes when missing, or
	// fails with ErrLocked. The kernel drops the lock when the process dies.
	Lock(name string) (io.Closer, error)
	// Close releases the directory, not what was opened through it.
	Close() error
}

// File is a file open for writing.
type File interface {
	io.Writer
	// Stat describes the file as it is now.
	Stat() (fs.FileInfo, error)
	// Close closes the file. Where the system cannot flush a whole file system
	// it flushes this file first.
	Close() error
}
