// Package odb reads objects from git's object database: loose objects, packs
// (index versions 1 and 2) and alternates. It only reads, and holds no more
// than it was asked for in memory.
//
// It stands in for go-git's object storage because that decodes whole pack
// indexes, follows delta chains without a limit and trusts the sizes that
// objects claim. Here every object's SHA-1 is checked against its name, and
// sizes and chains are limited, so that a hostile repository ends in an error.
// It does not read commit graphs, multi-pack indexes (the packs under them are
// read) or SHA-256 repositories, and does not follow replacement refs. Formats:
// gitformat-pack(5).
package odb

import (
	"crypto/sha1"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// MaxObject is the size of the largest object that is read, in bytes.
const MaxObject = 512 << 20

// ErrNotFound means that no object has the name.
var ErrNotFound = errors.New("object not found")

// DB is an object database. It is safe for concurrent use. Close it to let go
// of the packs' files.
type DB struct {
	dirs []string // own first, then alternates

	mu    sync.Mutex
	packs []*pack
	known map[string]bool // packs by path
	stamp []time.Time     // modification times of the pack directories, when listed

	hit     atomic.Pointer[pack] // where the last object was found
	readers sync.Pool            // *inflater
	cache   cache
}

// Open returns the database in objectDir, with its alternates and the further
// ones given. A directory that is not there is like an empty one.
func Open(objectDir string, alternates ...string) *DB {
	d := &DB{known: map[string]bool{}}
	d.readers.New = func() any { return new(inflater) }
	seen := map[string]bool{}
	for _, dir := range append([]string{objectDir}, alternates...) {
		d.dirs = appendAlternates(d.dirs, dir, seen)
	}
	return d
}

// Close releases every open file. The DB must not be used afterwards.
func (d *DB) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var errs []error
	for _, p := range d.packs {
		errs = append(errs, p.close())
	}
	d.packs = nil
	return errors.Join(errs...)
}

// Read returns an object's type and content, which must not be changed.
// ErrNotFound is wrapped when there is no such object, also not in a pack that
// appeared after Open.
func (d *DB) Read(name plumbing.Hash) (plumbing.ObjectType, []byte, error) {
	kind, data, err := d.read(name)
	if errors.Is(err, ErrNotFound) && d.list(true) {
		kind, data, err = d.read(name)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("object %s: %w", name, err)
	}
	h := sha1.New()
	h.Write(append(strconv.AppendInt([]byte(kind.String()+" "), int64(len(data)), 10), 0))
	h.Write(data)
	if [20]byte(h.Sum(nil)) != name {
		return 0, nil, fmt.Errorf("object %s: corrupt: its content has another name", name)
	}
	return kind, data, nil
}

// read tries the pack of the last object first, then loose objects, then the
// other packs.
func (d *DB) read(name plumbing.Hash) (plumbing.ObjectType, []byte, error) {
	if p, offset, ok := d.findAgain(name); ok {
		if kind, data, err := d.readPacked(p, offset); err == nil {
			return kind, data, nil
		}
	}
	for _, dir := range d.dirs {
		kind, data, err := d.readLoose(loosePath(dir, name))
		if !errors.Is(err, fs.ErrNotExist) {
			return kind, data, err
		}
	}
	p, offset, err := d.find(name)
	if err != nil {
		return 0, nil, err
	}
	return d.readPacked(p, offset)
}

// Has reports whether the object exists. It is as cheap for objects that do
// not; one packed at this very moment may be missed.
func (d *DB) Has(name plumbing.Hash) bool {
	if _, _, ok := d.findAgain(name); ok {
		return true
	}
	for _, dir := range d.dirs {
		if _, err := os.Lstat(loosePath(dir, name)); err == nil {
			return true
		}
	}
	if _, _, err := d.find(name); err == nil {
		return true
	}
	if !d.list(false) {
		return false
	}
	_, _, err := d.find(name)
	return err == nil
}

// findAgain looks only where the last object was found.
func (d *DB) findAgain(name plumbing.Hash) (p *pack, offset int64, ok bool) {
	p = d.hit.Load()
	if p == nil || p.gone.Load() {
		return nil, 0, false
	}
	offset, ok, err := p.find(name)
	return p, offset, ok && err == nil
}

// find locates the object in the packs.
func (d *DB) find(name plumbing.Hash) (*pack, int64, error) {
	var broken error
	for _, p := range d.listed() {
		if p.gone.Load() {
			continue
		}
		offset, ok, err := p.find(name)
		if ok && err == nil {
			d.hit.Store(p)
			return p, offset, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			broken = err // another pack may still have the object
		}
	}
	if broken != nil {
		return nil, 0, broken
	}
	return nil, 0, ErrNotFound
}

// listed returns the known packs, looking for them the first time.
func (d *DB) listed() []*pack {
	d.mu.Lock()
	listed := d.stamp != nil
	d.mu.Unlock()
	if !listed {
		d.list(true)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.packs
}

// list looks for new packs and reports whether it found any. Unless forced it
// only looks into directories that have changed.
func (d *DB) list(force bool) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stamp == nil {
		d.stamp = make([]time.Time, len(d.dirs))
	}
	var found []*pack
	for i, dir := range d.dirs {
		dir = filepath.Join(dir, "pack")
		info, err := os.Stat(dir)
		if err != nil || !force && info.ModTime().Equal(d.stamp[i]) {
			continue
		}
		d.stamp[i] = info.ModTime()
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			base := filepath.Join(dir, e.Name())
			if filepath.Ext(base) == ".idx" && !d.known[base] {
				d.known[base] = true
				found = append(found, &pack{base: base[:len(base)-len(".idx")]})
			}
		}
	}
	d.packs = append(d.present(), found...)
	return len(found) > 0
}

// present is a fresh slice of the packs that are still there: find walks the
// old one without the lock.
func (d *DB) present() []*pack {
	var packs []*pack
	for _, p := range d.packs {
		if p.gone.Load() {
			delete(d.known, p.base+".idx")
			continue
		}
		packs = append(packs, p)
	}
	return packs
}
