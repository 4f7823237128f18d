package planner

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/safepath"
)

// Disk is what stands at one path.
type Disk struct {
	// Type is "" (nothing), "file", "symlink", "directory" or "other".
	Type string
	Mode string // "0644" or "0755", of a file
	Size int64
	// Content is what was read: a file's bytes, a link's target. It is nil when
	// Same was proven without reading.
	Content []byte
	// Stored are the bytes git would store for a file; nil when they are Content.
	Stored []byte
	// otherEnds says that only its line ends are not those last rendered, and that
	// git does not make them so.
	otherEnds bool
	// Same says that git would store the wanted bytes for it.
	Same bool
	// Inside are the paths of what is in a directory that stands where a file is
	// wanted, but for directories; of very many, some.
	Inside []string
	// Blocked names a parent that is no directory, and what it is.
	Blocked string
	// Twin is a neighbour that some systems take for the same file.
	Twin string
}

// Checkout is what git knows about the directory; every field may be nil.
type Checkout struct {
	// Unchanged reports whether the stat data proves that the file holds the
	// bytes git would store for content.
	Unchanged func(p string, info fs.FileInfo, content []byte) bool
	// Clean returns the bytes git would store for a file with these bytes.
	Clean func(p string, data []byte) []byte
	// Executable overrides the executable bit of a file where the file system
	// keeps none (core.fileMode=false); where it is not known, the wanted one holds.
	Executable func(p string, info fs.FileInfo) (exec, known bool)
}

// Actual reads what stands at every path of the tree and the lock. It follows no
// symbolic link and reads nothing else.
func Actual(root *os.Root, t *Tree, lock *lockfile.Lock, git Checkout) (map[string]*Disk, error) {
	wanted := make(map[string]*Entry, len(t.Entries))
	var paths []string
	for i := range t.Entries {
		wanted[string(t.Entries[i].Path)] = &t.Entries[i]
		paths = append(paths, string(t.Entries[i].Path))
	}
	composed := map[string]bool{}
	for i := range t.Parts {
		paths = append(paths, string(t.Parts[i].Path))
		composed[string(t.Parts[i].Path)] = true
	}
	for _, o := range lock.Objects {
		if wanted[o.Path] == nil {
			paths = append(paths, o.Path)
		}
		if isPart(o.Kind) {
			composed[o.Path] = true
		}
	}
	slices.Sort(paths)
	paths = slices.Compact(paths)
	out := make([]Disk, len(paths))
	errs := make([]error, len(paths))
	groups := byDirectory(paths)
	inParts(len(groups), func(from, to int) {
		r := &reader{root: root, git: git, wanted: wanted, composed: composed}
		defer r.leave(0)
		for _, g := range groups[from:to] {
			r.group(paths, g, out, errs)
		}
	})
	found := make(map[string]*Disk, len(paths))
	for i, p := range paths {
		found[p] = &out[i]
	}
	return found, errors.Join(errs...)
}

// span is a run of paths in one directory.
type span struct {
	dir      string
	from, to int
}

func byDirectory(paths []string) []span {
	var out []span
	for i, p := range paths {
		dir := path.Dir(p)
		if len(out) == 0 || out[len(out)-1].dir != dir {
			out = append(out, span{dir, i, i})
		}
		out[len(out)-1].to = i + 1
	}
	return out
}

// reader reads directories one after the other, each through a handle: one
// system call a file instead of one per path segment. It keeps the handles on the
// way to the last directory open, because the next one mostly shares them.
type reader struct {
	root   *os.Root
	git    Checkout
	wanted map[string]*Entry
	// composed are the files with parts, whose text is needed in any case.
	composed map[string]bool
	way      []segment
}

// segment is one open directory on the way, by its name in the one before.
type segment struct {
	name string
	dir  *os.Root
}

// leave closes the handles beyond the first n.
func (r *reader) leave(n int) {
	for _, s := range r.way[n:] {
		s.dir.Close()
	}
	r.way = r.way[:n]
}

func (r *reader) group(paths []string, s span, out []Disk, errs []error) {
	dir, blocked, err := r.open(s.dir)
	for i := s.from; i < s.to; i++ {
		switch {
		case err != nil:
			errs[i] = fmt.Errorf("%s: %w", s.dir, reason(err))
			return
		case blocked != "":
			out[i].Blocked = blocked
		case dir != nil:
			errs[i] = r.read(dir, paths[i], &out[i])
		}
	}
	if dir != nil && err == nil {
		r.twins(dir, paths[s.from:s.to], out[s.from:s.to])
	}
}

// open walks down to a directory and stops at the first segment that is not one.
// It returns nil when the directory does not exist. The handle is the reader's.
func (r *reader) open(name string) (dir *os.Root, blocked string, err error) {
	if name == "." {
		return r.root, "", nil
	}
	segs := strings.Split(name, "/")
	common := 0
	for common < len(segs) && common < len(r.way) && r.way[common].name == segs[common] {
		common++
	}
	r.leave(common)
	dir = r.root
	if common > 0 {
		dir = r.way[common-1].dir
	}
	for i := common; i < len(segs); i++ {
		next, blocked, err := step(dir, segs[i])
		if next == nil {
			if blocked != "" {
				blocked = strings.Join(segs[:i+1], "/") + " is " + blocked
			}
			return nil, blocked, err
		}
		r.way = append(r.way, segment{segs[i], next})
		dir = next
	}
	return dir, "", nil
}

// step opens one directory below another, following no link. What is there and
// no directory comes back as words.
func step(dir *os.Root, seg string) (next *os.Root, blocked string, err error) {
	info, err := dir.Lstat(seg)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, "", nil
	case err != nil:
		return nil, "", err
	case !info.IsDir():
		return nil, map[string]string{"file": "a file", "symlink": "a symbolic link", "other": "no directory"}[typeOf(info.Mode())], nil
	}
	next, err = dir.OpenRoot(seg)
	return next, "", err
}

func typeOf(m fs.FileMode) string {
	switch {
	case m.IsRegular():
		return "file"
	case m.IsDir():
		return "directory"
	case m&fs.ModeSymlink != 0:
		return "symlink"
	default:
		return "other"
	}
}

func (r *reader) read(dir *os.Root, p string, d *Disk) error {
	base := path.Base(p)
	info, err := dir.Lstat(base)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p, reason(err))
	}
	d.Type, d.Size = typeOf(info.Mode()), info.Size()
	switch d.Type {
	case "symlink":
		target, err := dir.Readlink(base)
		if err != nil {
			return fmt.Errorf("%s: %w", p, reason(err))
		}
		d.Content = []byte(target)
	case "file":
		return r.file(dir, p, info, d)
	case "directory":
		if r.wanted[p] != nil {
			d.Inside = inside(dir, p)
		}
	}
	return nil
}

// maxInside is how many files of a directory in the way are looked for.
const maxInside = 10_000

// inside lists what is in a directory; what cannot be read is something, too.
func inside(dir *os.Root, p string) (out []string) {
	sub, err := dir.OpenRoot(path.Base(p))
	if err != nil {
		return []string{p + "/"}
	}
	defer sub.Close()
	_ = fs.WalkDir(sub.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			out = append(out, path.Join(p, name)+"/")
			return fs.SkipDir
		case !e.IsDir():
			out = append(out, path.Join(p, name))
		}
		if len(out) > maxInside {
			return fs.SkipAll
		}
		return nil
	})
	return out
}

func (r *reader) file(dir *os.Root, p string, info fs.FileInfo, d *Disk) error {
	e := r.wanted[p]
	d.Mode = r.mode(p, info, e)
	if e != nil && !r.composed[p] && r.git.Unchanged != nil && r.git.Unchanged(p, info, e.Content) {
		d.Same = true
		return nil
	}
	data, err := dir.ReadFile(path.Base(p))
	if err != nil {
		return fmt.Errorf("%s: %w", p, reason(err))
	}
	d.Content, d.Size = data, int64(len(data))
	if r.git.Clean != nil && bytes.Contains(data, []byte("\r\n")) {
		if stored := r.git.Clean(p, data); !bytes.Equal(stored, data) {
			d.Stored = stored
		}
	}
	d.Same = e != nil && r.same(p, data, e.Content)
	return nil
}

func (r *reader) mode(p string, info fs.FileInfo, e *Entry) string {
	exec := info.Mode()&0o100 != 0
	if r.git.Executable != nil {
		known := false
		if exec, known = r.git.Executable(p, info); !known && e != nil {
			return e.Mode
		}
	}
	if exec {
		return "0755"
	}
	return "0644"
}

// same compares bytes as git would store them.
func (r *reader) same(p string, have, want []byte) bool {
	if string(have) == string(want) {
		return true
	}
	return r.git.Clean != nil && string(r.git.Clean(p, have)) == string(r.git.Clean(p, want))
}

// twins looks, for paths that are free, for neighbours whose name differs only
// in case or Unicode form: on some systems they are one file.
func (r *reader) twins(dir *os.Root, paths []string, out []Disk) {
	free := map[string]int{}
	for i, p := range paths {
		if out[i].Type == "" && r.wanted[p] != nil {
			free[safepath.Fold(safepath.Path(path.Base(p)))] = i
		}
	}
	if len(free) == 0 {
		return
	}
	handle, err := dir.Open(".")
	if err != nil {
		return
	}
	defer handle.Close()
	names, _ := handle.Readdirnames(-1)
	for _, name := range names {
		// The very name is no twin: another program made the file since it was looked for.
		if i, ok := free[safepath.Fold(safepath.Path(name))]; ok && name != path.Base(paths[i]) {
			out[i].Twin = name
		}
	}
}

func reason(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}

// stored are a file's bytes as git has them.
func (d *Disk) stored() []byte {
	if d.Stored != nil {
		return d.Stored
	}
	return d.Content
}

// state describes a Disk for the plan document.
func (d *Disk) state() *State {
	if d.Type == "" {
		return nil
	}
	s := &State{Type: d.Type, Mode: d.Mode, Size: d.Size}
	if d.Content != nil || d.Type == "file" {
		s.Digest = Digest(d.Content)
		s.Binary = isBinary(d.Content)
	}
	return s
}
