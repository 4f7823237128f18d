package cookiecutter

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// File is one file of a template.
type File struct {
	// Path is relative to the top and separated by slashes. It may be a name
	// that no file system takes.
	Path       string
	Content    []byte
	Executable bool
	// Link is the target when the file is a symbolic link; Content is unused.
	Link string
}

// Tree is the repository of a template. It is immutable.
type Tree struct {
	root   *node
	limits Limits
}

// node is a directory of a tree.
type node struct {
	dirs  map[string]*node
	files map[string]*File
}

func newNode() *node { return &node{dirs: map[string]*node{}, files: map[string]*File{}} }

// NewTree returns the tree of files. Paths that are absolute, not clean, given
// twice or both a file and a directory are errors, and so are the limits.
func NewTree(files []File, l Limits) (*Tree, error) {
	l = l.withDefaults()
	if len(files) > l.Files {
		return nil, fmt.Errorf("the template has more than %d files", l.Files)
	}
	t := &Tree{root: newNode(), limits: l}
	var total int64
	for _, f := range files {
		if total += int64(len(f.Content)); total > l.Bytes {
			return nil, fmt.Errorf("the template is larger than %d bytes", l.Bytes)
		}
		if err := t.add(f); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *Tree) add(f File) error {
	parts := strings.Split(f.Path, "/")
	if f.Path == "" || path.Clean(f.Path) != f.Path || parts[0] == "" || parts[0] == ".." || strings.Contains(f.Path, "\x00") {
		return fmt.Errorf("%q: not a path inside the template", f.Path)
	}
	if len(parts) > t.limits.Depth {
		return fmt.Errorf("%s: more than %d directories deep", f.Path, t.limits.Depth)
	}
	n := t.root
	for _, name := range parts[:len(parts)-1] {
		if n.files[name] != nil {
			return fmt.Errorf("%s: %s is a file", f.Path, name)
		}
		if n.dirs[name] == nil {
			n.dirs[name] = newNode()
		}
		n = n.dirs[name]
	}
	name := parts[len(parts)-1]
	if n.files[name] != nil || n.dirs[name] != nil {
		return fmt.Errorf("%s: is in the template twice", f.Path)
	}
	n.files[name] = &f
	return nil
}

// ReadTree returns the tree below the top of fsys, without .git. Symbolic links
// are kept as links where fsys can read them.
func ReadTree(fsys fs.FS, l Limits) (*Tree, error) {
	l = l.withDefaults()
	r := &treeReader{fsys: fsys, limits: l}
	if err := fs.WalkDir(fsys, ".", r.visit); err != nil {
		return nil, err
	}
	return NewTree(r.files, l)
}

type treeReader struct {
	fsys   fs.FS
	limits Limits
	files  []File
	total  int64
}

func (r *treeReader) visit(p string, d fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return err
	case d.IsDir() && d.Name() == ".git":
		return fs.SkipDir
	case d.IsDir():
		return nil
	case d.Type()&fs.ModeSymlink != 0:
		target, err := fs.ReadLink(r.fsys, p)
		if err != nil {
			return err
		}
		r.files = append(r.files, File{Path: p, Link: target})
		return nil
	case !d.Type().IsRegular():
		return fmt.Errorf("%s: not a regular file", p)
	}
	return r.read(p, d)
}

func (r *treeReader) read(p string, d fs.DirEntry) error {
	info, err := d.Info()
	if err != nil {
		return err
	}
	if r.total += info.Size(); r.total > r.limits.Bytes || len(r.files) >= r.limits.Files {
		return fmt.Errorf("the template is larger than %d files or %d bytes", r.limits.Files, r.limits.Bytes)
	}
	data, err := fs.ReadFile(r.fsys, p)
	if err != nil {
		return err
	}
	r.files = append(r.files, File{Path: p, Content: data, Executable: info.Mode()&0o111 != 0})
	return nil
}

// dir returns a directory by its clean path, "" or "." for the top.
func (t *Tree) dir(p string) *node {
	n := t.root
	for name := range strings.SplitSeq(p, "/") {
		if name == "" || name == "." {
			continue
		}
		if n = n.dirs[name]; n == nil {
			return nil
		}
	}
	return n
}

// file returns a file by its clean path, or nil.
func (t *Tree) file(p string) *File {
	dir, name := path.Split(p)
	if n := t.dir(dir); n != nil {
		return n.files[name]
	}
	return nil
}

// follow resolves links: to a file or to a directory of the tree, also where links
// stand on the way.
func (t *Tree) follow(f *File) (*File, *node, error) {
	if f.Link == "" {
		return f, nil, nil
	}
	at := strings.Split(path.Dir(f.Path), "/")
	if at[0] == "." {
		at = nil
	}
	todo := []string{}
	for hops, link := 0, f.Link; ; hops++ {
		if hops == maxHops {
			return nil, nil, refuse(f.Path, "the symbolic link leads in a circle")
		}
		if path.IsAbs(link) {
			return nil, nil, refuse(f.Path, "the symbolic link leads out of the template, to %s", f.Link)
		}
		todo = append(strings.Split(link, "/"), todo...)
		next, err := t.descend(f, &at, &todo)
		switch {
		case err != nil:
			return nil, nil, err
		case next == nil:
			return nil, t.dir(strings.Join(at, "/")), nil
		case next.Link == "":
			return next, nil, nil
		}
		link = next.Link
	}
}

// maxHops is how many links may stand on the way, as on Linux.
const maxHops = 40

// descend goes from a directory as far as the steps lead: to the first link, to a file
// at the end, or to a directory, which is at and has no file. f is the link it is for.
func (t *Tree) descend(f *File, at, todo *[]string) (*File, error) {
	for len(*todo) > 0 {
		step := (*todo)[0]
		*todo = (*todo)[1:]
		switch {
		case step == "" || step == ".":
			continue
		case step == ".." && len(*at) == 0:
			return nil, refuse(f.Path, "the symbolic link leads out of the template, to %s", f.Link)
		case step == "..":
			*at = (*at)[:len(*at)-1]
			continue
		}
		n := t.dir(strings.Join(*at, "/"))
		if n.dirs[step] != nil {
			*at = append(*at, step)
			continue
		}
		if next := n.files[step]; next != nil && (next.Link != "" || len(*todo) == 0) {
			return next, nil
		}
		return nil, refuse(f.Path, "the symbolic link leads to %s, which is not there", f.Link)
	}
	return nil, nil
}

// read returns a file of the tree with links followed; nil when there is none.
func (t *Tree) read(p string) (*File, error) {
	f := t.file(p)
	if f == nil {
		return nil, nil
	}
	f, n, err := t.follow(f)
	if n != nil {
		return nil, nil
	}
	return f, err
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

var errNoManifest = errors.New("there is no cookiecutter.json")
