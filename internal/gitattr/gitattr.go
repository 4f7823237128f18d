// Package gitattr answers what git would do to a file's bytes on the way into
// the repository: the attributes of gitattributes(5) for a path, and the line
// ending conversion that they and core.autocrlf ask for.
//
// "Clean" is git's word for that direction: working tree to object. A "frame"
// is one attributes file; a "macro" an attribute that stands for others.
//
// The package runs no filter program, changes no encoding and expands no
// $Id$; Filtered names the paths where git would, so that callers can refuse.
// Where git ignores an attributes file it cannot read, Filtered names the path
// too. It follows attr.c and convert.c of git 2.55.
package gitattr

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/mlops-as-code/mlops/internal/gitconf"
)

// maxFile is the largest attributes file that is read; git's limit is 100 MiB.
const maxFile = 1 << 20

// Options say whose attributes to load.
type Options struct {
	// Config is the resolved configuration; Env the environment it came from.
	Config *gitconf.Config
	Env    gitconf.Env
	// CommonDir holds info/attributes; empty outside a repository.
	CommonDir string
	// Read returns a .gitattributes file of the working tree, by its path
	// relative to the top with slashes, or fs.ErrNotExist. It must not follow a
	// symlink in the last place, and may fall back to the index as git does. It
	// is asked once for each directory. See Dir.
	Read func(path string) ([]byte, error)
}

// Rules are all attributes of one repository. They are safe for concurrent use.
type Rules struct {
	read     func(string) ([]byte, error)
	settings settings
	// above outranks every directory, below is outranked by every directory.
	above, below []*frame
	macros       map[int][]state

	mu    sync.Mutex
	names map[string]int
	dirs  map[string]*directory
}

// directory is one .gitattributes file and those above it.
type directory struct {
	frame  *frame
	parent *directory
	// problem is why attributes here are unknown, "" when they are known.
	problem string
	// bare is true when neither this directory nor one above has a rule.
	bare bool
}

// Load reads the attributes files outside the working tree, the top
// .gitattributes (it may define macros) and the settings. An attributes file
// that cannot be read is no error here; see Attrs.Problem.
func Load(o Options) (*Rules, error) {
	s, err := loadSettings(o.Config)
	if err != nil {
		return nil, err
	}
	r := &Rules{read: o.Read, settings: s, names: map[string]int{}, dirs: map[string]*directory{}}
	for _, name := range known {
		r.intern(name)
	}
	files, err := outsideFiles(o)
	if err != nil {
		return nil, err
	}
	top := &directory{}
	top.frame, top.problem = r.parseFile(files.info, outside)
	r.above = []*frame{top.frame}
	for _, path := range []string{files.global, files.system} {
		f, problem := r.parseFile(path, outside)
		r.below = append(r.below, f)
		top.problem = firstOf(top.problem, problem)
	}
	r.below = append(r.below, r.parse(builtin))
	r.addTop(top)
	r.macros = r.findMacros(top.frame)
	return r, nil
}

const builtin = "[attr]binary -diff -merge -text\n"

// addTop completes the root directory, whose problem so far is that of the
// files outside the working tree.
func (r *Rules) addTop(top *directory) {
	rules := 0
	for _, f := range append(r.below, r.above...) {
		rules += f.patterns
	}
	f, problem := r.parseFile(".gitattributes", r.read)
	top.frame, top.problem = f, firstOf(top.problem, problem)
	top.bare = rules+f.patterns == 0
	r.dirs["."] = top
}

// findMacros takes the definition of each macro that ranks highest. Only files
// outside the working tree and the top one can define them.
func (r *Rules) findMacros(top *frame) map[int][]state {
	macros := map[int][]state{}
	for _, f := range append(append([]*frame{}, r.above...), append([]*frame{top}, r.below...)...) {
		for i := len(f.rules) - 1; i >= 0; i-- {
			if f.rules[i].pattern != nil {
				continue
			}
			if _, ok := macros[f.rules[i].macro]; !ok {
				macros[f.rules[i].macro] = f.rules[i].states
			}
		}
	}
	return macros
}

// For returns the attributes of a file, by its path relative to the top, with
// slashes. The file need not exist.
func (r *Rules) For(file string) Attrs {
	d, attributes := r.directory(path.Dir(file))
	if d.bare && d.problem == "" {
		return r.settings.attrs(nil)
	}
	a := r.settings.attrs(r.evaluate(d, file, attributes))
	a.Problem = d.problem
	return a
}

// Filtered reports whether git would do more to the file than convert its line
// endings, and what, in words that complete "the path has".
func (r *Rules) Filtered(file string) (what string, ok bool) {
	a := r.For(file)
	switch {
	case a.Problem != "":
		return "unknown attributes (" + a.Problem + ")", true
	case a.Filter != "":
		return fmt.Sprintf("the clean filter %q", a.Filter), true
	case a.WorkingTreeEncoding != "":
		return fmt.Sprintf("the working-tree-encoding %q", a.WorkingTreeEncoding), true
	case a.Ident:
		return "the attribute ident", true
	}
	return "", false
}

// directory returns the directory and how many attributes it can name.
func (r *Rules) directory(dir string) (*directory, int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.locate(strings.TrimPrefix(dir, "/"))
	return d, len(r.names)
}

func (r *Rules) locate(dir string) *directory {
	if d, ok := r.dirs[dir]; ok {
		return d
	}
	parent := r.dirs["."]
	if slash := strings.LastIndexByte(dir, '/'); slash > 0 {
		parent = r.locate(dir[:slash])
	}
	d := &directory{parent: parent}
	var problem string
	d.frame, problem = r.parseFile(dir+"/.gitattributes", r.read)
	d.frame.base = dir
	d.problem = firstOf(parent.problem, problem)
	d.bare = parent.bare && d.frame.patterns == 0
	r.dirs[dir] = d
	return d
}

// parseFile never returns a nil frame; problem says why the file was not read.
func (r *Rules) parseFile(name string, read func(string) ([]byte, error)) (f *frame, problem string) {
	if name == "" || read == nil {
		return &frame{}, ""
	}
	text, err := read(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &frame{}, ""
	case err != nil:
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return &frame{}, name + ": " + err.Error()
	case len(text) > maxFile:
		return &frame{}, fmt.Sprintf("%s: larger than %d KiB", name, maxFile>>10)
	}
	return r.parse(string(text)), ""
}

func (r *Rules) intern(name string) int {
	n, ok := r.names[name]
	if !ok {
		n = len(r.names)
		r.names[name] = n
	}
	return n
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
