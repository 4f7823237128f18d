package components

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/mlops-as-code/mlops/internal/show"
)

// What a component's tree may have at most.
const (
	// MaxFiles bounds the regular files, and the folders too.
	MaxFiles = 10_000
	// MaxBytes bounds the content of all files together.
	MaxBytes = 64 << 20
	// MaxDepth bounds the segments of a path.
	MaxDepth = 32
	// MaxPath bounds a path, in bytes.
	MaxPath = 1024
)

// checkPath judges a path in a tree: any that fs.ValidPath accepts but ".", within
// the limits. It need not be a name on any real file system. The error is a reason
// without the path.
func checkPath(name string) error {
	switch {
	case len(name) > MaxPath:
		return fmt.Errorf("is longer than %d bytes, which is the limit for a path in a component", MaxPath)
	case !fs.ValidPath(name) || name == ".":
		return errors.New("is no clean relative path")
	case strings.Count(name, "/") >= MaxDepth:
		return fmt.Errorf("has more than %d segments, which is the limit in a component", MaxDepth)
	}
	return nil
}

// Tree is the files of a component in memory: a file system whose files are regular,
// with the mode 0644 or 0755 and no time, and whose folders (0755) are those that
// hold files. Only that of a template has symbolic links, which it tells and does not
// follow. It is within the limits. Once filled it is safe for concurrent use.
//
// It implements fs.FS, fs.ReadDirFS, fs.ReadFileFS, fs.ReadLinkFS and fs.StatFS.
type Tree struct {
	files map[string]file
	// folders map a folder to its entries; "." is always there.
	folders map[string]map[string]bool
	bytes   int64
}

type file struct {
	content    []byte // of a link the target
	executable bool
	link       bool
}

// NewTree returns a tree without files.
func NewTree() *Tree {
	return &Tree{files: map[string]file{}, folders: map[string]map[string]bool{".": {}}}
}

// Add puts a file into the tree, which takes over content. It fails, and leaves the
// tree as it was, on a path that fs.ValidPath refuses, one that is there already or
// that is a file and a folder at once, and when a limit would be exceeded. The error
// is "path: reason".
func (t *Tree) Add(name string, content []byte, executable bool) error {
	return t.add(name, file{content: content, executable: executable})
}

// AddLink puts a symbolic link into the tree, as Add does a file. Where it leads is
// not judged.
func (t *Tree) AddLink(name, target string) error {
	return t.add(name, file{content: []byte(target), link: true})
}

func (t *Tree) add(name string, f file) error {
	if err := t.refuse(name, int64(len(f.content))); err != nil {
		return fmt.Errorf("%s: %w", show.Clip(name, 200), err)
	}
	t.files[name] = f
	t.bytes += int64(len(f.content))
	for dir, base := path.Dir(name), path.Base(name); ; dir, base = path.Dir(dir), path.Base(dir) {
		entries, known := t.folders[dir]
		if !known {
			entries = map[string]bool{}
			t.folders[dir] = entries
		}
		entries[base] = true
		if known {
			return nil
		}
	}
}

// refuse says why a file of so many bytes cannot be added, or nil.
func (t *Tree) refuse(name string, size int64) error {
	if err := checkPath(name); err != nil {
		return err
	}
	if _, twice := t.files[name]; twice {
		return errors.New("stands twice in the component")
	}
	if _, folder := t.folders[name]; folder {
		return errors.New("is a file and a folder at once")
	}
	added := 0
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if _, isFile := t.files[dir]; isFile {
			return fmt.Errorf("lies below %s, which is a file", show.Clip(dir, 200))
		}
		if _, known := t.folders[dir]; !known {
			added++
		}
	}
	switch {
	case len(t.files) >= MaxFiles:
		return fmt.Errorf("is one file too many: a component has at most %d", MaxFiles)
	case len(t.folders)-1+added > MaxFiles:
		return fmt.Errorf("needs one folder too many: a component has at most %d", MaxFiles)
	case size > MaxBytes-t.bytes:
		return fmt.Errorf("makes the component larger than %d MiB, which is the limit", MaxBytes>>20)
	}
	return nil
}

// paths are the files' paths, sorted by byte.
func (t *Tree) paths() []string {
	list := make([]string, 0, len(t.files))
	for name := range t.files {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// Open returns the file or folder at name.
func (t *Tree) Open(name string) (fs.File, error) {
	i, err := t.stat("open", name)
	if err != nil {
		return nil, err
	}
	if i.mode&fs.ModeSymlink != 0 {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errLink}
	}
	if !i.IsDir() {
		return &openFile{info: i, Reader: bytes.NewReader(t.files[name].content)}, nil
	}
	return &openFolder{info: i, name: name, rest: t.entries(name)}, nil
}

// Stat describes the file or folder at name.
func (t *Tree) Stat(name string) (fs.FileInfo, error) {
	i, err := t.stat("stat", name)
	if err != nil {
		return nil, err
	}
	return i, nil
}

// Lstat is Stat, as no link is followed.
func (t *Tree) Lstat(name string) (fs.FileInfo, error) { return t.Stat(name) }

// ReadLink returns the target of the link at name.
func (t *Tree) ReadLink(name string) (string, error) {
	if f := t.files[name]; f.link {
		return string(f.content), nil
	}
	_, err := t.stat("readlink", name)
	if err == nil {
		err = &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	return "", err
}

// ReadFile returns a copy of the content of the file at name.
func (t *Tree) ReadFile(name string) ([]byte, error) {
	f, ok := t.files[name]
	switch {
	case ok && f.link:
		return nil, &fs.PathError{Op: "read", Path: name, Err: errLink}
	case ok:
		return append([]byte{}, f.content...), nil
	}
	_, err := t.stat("read", name)
	if err == nil {
		err = &fs.PathError{Op: "read", Path: name, Err: errFolder}
	}
	return nil, err
}

// ReadDir lists the folder at name, sorted.
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	i, err := t.stat("readdir", name)
	switch {
	case err != nil:
		return nil, err
	case !i.IsDir():
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errNoFolder}
	}
	return t.entries(name), nil
}

func (t *Tree) stat(op, name string) (info, error) {
	if !fs.ValidPath(name) {
		return info{}, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	if _, ok := t.folders[name]; ok {
		return info{name: path.Base(name), mode: fs.ModeDir | 0o755}, nil
	}
	f, ok := t.files[name]
	if !ok {
		return info{}, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	i := info{name: path.Base(name), mode: 0o644, size: int64(len(f.content))}
	switch {
	case f.link:
		i.mode = fs.ModeSymlink | 0o777
	case f.executable:
		i.mode = 0o755
	}
	return i, nil
}

// entries lists a folder that is there.
func (t *Tree) entries(dir string) []fs.DirEntry {
	list := make([]fs.DirEntry, 0, len(t.folders[dir]))
	for base := range t.folders[dir] {
		if i, err := t.stat("stat", path.Join(dir, base)); err == nil {
			list = append(list, i)
		}
	}
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return list
}

var (
	errFolder   = errors.New("is a folder")
	errLink     = errors.New("is a symbolic link")
	errNoFolder = errors.New("is no folder")
)

// info describes an entry; it is a fs.FileInfo and a fs.DirEntry.
type info struct {
	name string
	mode fs.FileMode
	size int64
}

func (i info) Name() string               { return i.name }
func (i info) Size() int64                { return i.size }
func (i info) Mode() fs.FileMode          { return i.mode }
func (i info) Type() fs.FileMode          { return i.mode.Type() }
func (i info) ModTime() time.Time         { return time.Time{} }
func (i info) IsDir() bool                { return i.mode.IsDir() }
func (i info) Sys() any                   { return nil }
func (i info) Info() (fs.FileInfo, error) { return i, nil }

type openFile struct {
	info info
	*bytes.Reader
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *openFile) Close() error               { return nil }

type openFolder struct {
	info info
	name string
	rest []fs.DirEntry
}

func (f *openFolder) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *openFolder) Close() error               { return nil }

func (f *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.name, Err: errFolder}
}

// ReadDir is that of fs.ReadDirFile.
func (f *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	switch {
	case n <= 0:
		n = len(f.rest)
	case len(f.rest) == 0:
		return nil, io.EOF
	}
	n = min(n, len(f.rest))
	list := f.rest[:n:n]
	f.rest = f.rest[n:]
	return list, nil
}
