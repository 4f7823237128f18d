// Package hookrun runs the hooks of templates: the one place where code of a template
// is started, once somebody has said that it may be.
//
// Vocabulary: a stage is a temporary folder outside of the project, with a folder for
// what the hooks work on, a home and a temporary folder of their own; a script is the
// text of a hook; taking is reading a tree of the stage back.
//
// What a script gets is an environment of its own (PATH, the stage's home and temporary
// folder, a UTF-8 locale, UTC) without the user's variables, credentials or standard
// input, a limit of time and a limit of output; what it started is killed when it ends.
// A stage is no sandbox: a script can do what the user can. The package refuses scripts
// for which there is no interpreter, and trees with links, devices or too much in them.
package hookrun

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// MaxFiles bounds the files that are taken from a stage, MaxBytes their content.
	MaxFiles = 20_000
	MaxBytes = 48 << 20
)

// File is one file of a tree.
type File struct {
	Path       string
	Content    []byte
	Executable bool
}

// Stage is a temporary folder in which scripts run. Close must be called.
type Stage struct {
	dir  string
	root *os.Root
	o    Options
}

// Options are what a stage is made with.
type Options struct {
	// Dir is the folder to make the stage in; it must not be one of the project.
	Dir string
	// Env is the user's environment, of which only what a program needs to be found and
	// started is given on.
	Env []string
	// Time is what programs that honour SOURCE_DATE_EPOCH take for now, in seconds.
	Time int64
}

// The folders of a stage beside those that scripts work on.
const (
	homeDir    = "home"
	tempDir    = "tmp"
	scriptsDir = "hooks"
)

// NewStage makes a stage.
func NewStage(o Options) (*Stage, error) {
	dir, err := os.MkdirTemp(o.Dir, "mlops-hooks-")
	if err != nil {
		return nil, err
	}
	s := &Stage{dir: dir, o: o}
	if s.dir, err = filepath.EvalSymlinks(dir); err == nil {
		s.root, err = os.OpenRoot(s.dir)
	}
	for _, name := range []string{homeDir, tempDir, scriptsDir} {
		if err == nil {
			err = s.root.Mkdir(name, 0o700)
		}
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Path is where a name of the stage lies.
func (s *Stage) Path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

// Close removes the stage, also what a script has protected from that.
func (s *Stage) Close() error {
	if s.root != nil {
		s.root.Close()
	}
	if os.RemoveAll(s.dir) == nil {
		return nil
	}
	_ = filepath.WalkDir(s.dir, func(name string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() {
			_ = os.Chmod(name, 0o700) // what cannot be removed is told below
		}
		return nil
	})
	return os.RemoveAll(s.dir)
}

// Make makes folders of the stage, those above first. One that is there is an error
// which errors.Is calls fs.ErrExist.
func (s *Stage) Make(dirs []string) error {
	for _, dir := range slices.Sorted(slices.Values(dirs)) {
		if err := s.root.Mkdir(filepath.FromSlash(dir), 0o755); err != nil {
			return fmt.Errorf("%s: %w", dir, bare(err))
		}
	}
	return nil
}

// Put writes files below a folder of the stage, and the folders they need. What a
// script has put in their place goes, unless it is a folder.
func (s *Stage) Put(below string, files []File) error {
	for _, f := range files {
		name := path.Join(below, f.Path)
		if err := s.put(name, f); err != nil {
			return fmt.Errorf("%s: %w", name, bare(err))
		}
	}
	return nil
}

func (s *Stage) put(name string, f File) error {
	mode := fs.FileMode(0o644)
	if f.Executable {
		mode = 0o755
	}
	native := filepath.FromSlash(name)
	if err := s.root.MkdirAll(filepath.Dir(native), 0o755); err != nil {
		return err
	}
	if info, err := s.root.Lstat(native); err == nil && !info.IsDir() {
		if err := s.root.Remove(native); err != nil {
			return err
		}
	}
	out, err := s.root.OpenFile(native, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = out.Write(f.Content)
	if err == nil {
		err = out.Chmod(mode)
	}
	return errors.Join(err, out.Close())
}

// bare strips the path that package os put in.
func bare(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}

// Taken is a tree of the stage as it was read back.
type Taken struct {
	// Files are sorted by path.
	Files []File
	// Ignored are the folders and files that nobody keeps, such as git's and caches.
	Ignored []string
}

// Take reads what is below a folder of the stage, but for git's folder, caches and
// virtual environments in which no file of keep lies.
func (s *Stage) Take(below string, keep []File) (*Taken, error) {
	t := &taking{s: s, below: below, keep: map[string]bool{}, out: &Taken{}}
	for _, f := range keep {
		for dir := f.Path; dir != "."; dir = path.Dir(dir) {
			t.keep[dir] = true
		}
	}
	err := fs.WalkDir(s.root.FS(), below, t.visit)
	slices.SortFunc(t.out.Files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return t.out, err
}

// Beside are the names in a folder of the stage, but for one.
func (s *Stage) Beside(dir, but string) ([]string, error) {
	entries, err := fs.ReadDir(s.root.FS(), dir)
	var out []string
	for _, e := range entries {
		if e.Name() != but {
			out = append(out, e.Name())
		}
	}
	return out, err
}

type taking struct {
	s     *Stage
	below string
	keep  map[string]bool
	total int64
	out   *Taken
}

func (t *taking) visit(name string, d fs.DirEntry, err error) error {
	inner := strings.TrimPrefix(strings.TrimPrefix(name, t.below), "/")
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", inner, bare(err))
	case inner == "":
		return nil
	case t.ignored(name, inner, d):
		t.out.Ignored = append(t.out.Ignored, inner)
		if d.IsDir() {
			return fs.SkipDir
		}
		return nil
	case d.IsDir():
		return nil
	case d.Type()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s: is a symbolic link, and a project that mlops keeps has none", inner)
	case !d.Type().IsRegular():
		return fmt.Errorf("%s: is neither a file nor a folder", inner)
	}
	return t.file(name, inner)
}

func (t *taking) file(name, inner string) error {
	f, err := t.s.root.Open(filepath.FromSlash(name))
	if err != nil {
		return fmt.Errorf("%s: %w", inner, bare(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("%s: %w", inner, bare(err))
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxBytes-t.total+1))
	if err != nil {
		return fmt.Errorf("%s: %w", inner, bare(err))
	}
	if t.total += int64(len(data)); t.total > MaxBytes || len(t.out.Files) >= MaxFiles {
		return fmt.Errorf("%s: is too much: the hooks may leave %d files and %d MiB at most", inner, MaxFiles, MaxBytes>>20)
	}
	t.out.Files = append(t.out.Files, File{inner, data, info.Mode()&0o111 != 0})
	return nil
}

// ignored reports whether something is nobody's to keep.
func (t *taking) ignored(name, inner string, d fs.DirEntry) bool {
	base := d.Name()
	switch {
	case strings.EqualFold(base, ".git"):
		return true
	case t.keep[inner]:
		return false
	case !d.IsDir():
		return strings.HasSuffix(base, ".pyc") || base == ".DS_Store"
	case slices.Contains([]string{"__pycache__", "node_modules", ".tox", ".nox", ".ipynb_checkpoints"}, base):
		return true
	}
	for _, mark := range []string{"pyvenv.cfg", "CACHEDIR.TAG"} {
		if _, err := t.s.root.Lstat(filepath.Join(filepath.FromSlash(name), mark)); err == nil {
			return true
		}
	}
	return false
}
