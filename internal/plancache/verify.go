package plancache

import (
	"io/fs"
	"os"
	"path"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
)

// coarse is how far the kernel's file times may lag behind the clock, in
// nanoseconds: a file younger than the cache by less proves nothing.
const coarse = 50_000_000

// Digests compute what a File's Digest is compared with.
type Digests struct {
	// Input is the SHA-256 of a file's bytes in hex, Managed its blob id.
	Input   func(data []byte) string
	Managed func(path string, data []byte) string
}

// True reports whether every file the cache speaks of is as it was.
func (c *Cache) True(root *os.Root, d Digests) bool {
	inputs := func(_ string, data []byte) string { return d.Input(data) }
	return c.all(root, c.Inputs, inputs) && c.all(root, c.Managed, d.Managed)
}

// all checks files, which are sorted by path, a directory at a time.
func (c *Cache) all(root *os.Root, files []File, digest func(string, []byte) string) bool {
	var wrong atomic.Bool
	InParts(len(files), func(from, to int) {
		v := &visitor{c: c, root: root, digest: digest}
		defer v.leave()
		for i := from; i < to && !wrong.Load(); i++ {
			if !v.same(&files[i]) {
				wrong.Store(true)
			}
		}
	})
	return !wrong.Load()
}

// visitor keeps the directory of the last file open: one system call a file.
type visitor struct {
	c      *Cache
	root   *os.Root
	digest func(string, []byte) string
	name   string
	dir    *os.Root
}

func (v *visitor) leave() {
	if v.dir != nil {
		v.dir.Close()
		v.dir = nil
	}
}

// enter returns the directory that holds p, nil when it cannot be reached.
func (v *visitor) enter(p string) *os.Root {
	name := path.Dir(p)
	if name == "." {
		return v.root
	}
	if v.dir == nil || v.name != name {
		v.leave()
		v.dir, v.name = v.open(name), name
	}
	return v.dir
}

func (v *visitor) same(f *File) bool {
	dir := v.enter(f.Path)
	if dir == nil {
		return false
	}
	base := path.Base(f.Path)
	info, err := dir.Lstat(base)
	if err != nil || !info.Mode().IsRegular() || info.Mode()&0o100 != 0 != f.Exec {
		return false
	}
	if stamp, ok := StampOf(info); ok && stamp == f.Stamp && stamp.MTime < v.c.Written-coarse {
		return true
	}
	data, err := dir.ReadFile(base)
	return err == nil && v.digest(f.Path, data) == f.Digest
}

// open walks down without following links.
func (v *visitor) open(name string) *os.Root {
	dir := v.root
	for seg := range strings.SplitSeq(name, "/") {
		info, err := dir.Lstat(seg)
		var next *os.Root
		if err == nil && info.Mode()&fs.ModeType == fs.ModeDir {
			next, err = dir.OpenRoot(seg)
		}
		if dir != v.root {
			dir.Close()
		}
		if err != nil || next == nil {
			return nil
		}
		dir = next
	}
	return dir
}

// Take stamps the files at paths, in order. A stamp of now proves bytes of then
// only if they are still there: right tells whether that and its permission are
// what stands at paths[i]; it is called for several at once. ok is false when one
// is not right, is no regular file, or stat data prove nothing here.
func Take(root *os.Root, paths []string, right func(i int, data []byte, exec bool) bool) (stamps []Stamp, exec []bool, ok bool) {
	stamps, exec = make([]Stamp, len(paths)), make([]bool, len(paths))
	var wrong atomic.Bool
	InParts(len(paths), func(from, to int) {
		v := &visitor{root: root}
		defer v.leave()
		for i := from; i < to && !wrong.Load(); i++ {
			var fine bool
			if stamps[i], exec[i], fine = v.take(paths[i]); !fine {
				wrong.Store(true)
			} else if data, err := v.read(paths[i]); err != nil || !right(i, data, exec[i]) {
				wrong.Store(true)
			}
		}
	})
	return stamps, exec, !wrong.Load()
}

// take stamps one file.
func (v *visitor) take(p string) (stamp Stamp, exec, ok bool) {
	dir := v.enter(p)
	if dir == nil {
		return stamp, false, false
	}
	info, err := dir.Lstat(path.Base(p))
	if err != nil || !info.Mode().IsRegular() {
		return stamp, false, false
	}
	stamp, ok = StampOf(info)
	return stamp, info.Mode()&0o100 != 0, ok
}

// read returns the bytes of a file that take has stamped.
func (v *visitor) read(p string) ([]byte, error) {
	dir := v.enter(p)
	if dir == nil {
		return nil, fs.ErrNotExist
	}
	return dir.ReadFile(path.Base(p))
}

// InParts cuts 0..n-1 into runs and calls f for each, at once where there are
// enough for several processors.
func InParts(n int, f func(from, to int)) {
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), 1+n/64)
	for w := range workers {
		wg.Go(func() { f(w*n/workers, (w+1)*n/workers) })
	}
	wg.Wait()
}
