package hclspec

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
)

// Read is a file that was read: its path relative to the project root and the
// SHA-256 of its exact bytes in hex.
type Read struct{ Path, Digest string }

// Glob is a pattern that was listed; Digest stands for the names found.
type Glob struct{ Pattern, Digest string }

// Probe is a path whose existence was asked for.
type Probe struct {
	Path   string
	Exists bool
}

// Reads gives the evaluation its read-only view of the project directory and
// remembers everything that was looked at: those files, and nothing else, can
// change what a spec means.
type Reads struct {
	// up, if set, is what holds the files: this is the view of its folder sub.
	up  *Reads
	sub string
	// label comes before the names of files that lie outside the project.
	label string

	fsys  fs.FS
	files map[string]*readFile
	globs map[string]string
	found map[string]bool
	mu    sync.Mutex
	// trace lists the files read since it was last taken.
	trace []string
	// bytes counts what was read, of the components too.
	bytes  *int64
	budget *hcllimit.Budget
}

type readFile struct {
	data   []byte
	digest string
	err    error
}

func newReads(fsys fs.FS, budget *hcllimit.Budget) *Reads {
	return &Reads{
		fsys: hide(fsys), files: map[string]*readFile{},
		globs: map[string]string{}, found: map[string]bool{}, bytes: new(int64), budget: budget,
	}
}

// below is the view of a folder. Its names are relative to it and lead nowhere else.
func (r *Reads) below(dir string) *Reads { return &Reads{up: r, sub: dir} }

// foreign reads files that are no part of the project. What is remembered of them
// is called by label and their path.
func (r *Reads) foreign(fsys fs.FS, label string) *Reads {
	out := newReads(fsys, r.budget)
	out.label, out.bytes = label, r.bytes
	return out
}

// Name is how messages and inputs call a file.
func (r *Reads) Name(clean string) string {
	switch {
	case r.up != nil:
		return r.up.Name(path.Join(r.sub, clean))
	case r.label != "":
		return r.label + "/" + clean
	}
	return clean
}

// origin is the view that holds the files themselves, and the name there.
func (r *Reads) origin(clean string) (*Reads, string) {
	if r.up != nil {
		return r.up.origin(path.Join(r.sub, clean))
	}
	return r, clean
}

// ReadFile returns a file's bytes, which the caller must not change. The error
// names the path once.
func (r *Reads) ReadFile(name string) ([]byte, error) {
	clean, err := r.inside(name)
	if err != nil {
		return nil, err
	}
	if r.up != nil {
		return r.up.ReadFile(path.Join(r.sub, clean))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trace = append(r.trace, r.Name(clean))
	f, ok := r.files[clean]
	if !ok {
		f = r.load(clean)
		r.files[clean] = f
	}
	return f.data, f.err
}

func (r *Reads) load(name string) *readFile {
	info, err := fs.Stat(r.fsys, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &readFile{err: fmt.Errorf("%s: no such file in the %s", r.Name(name), r.whole())}
	case err != nil:
		return &readFile{err: fmt.Errorf("%s: %w", r.Name(name), reason(err))}
	case !info.Mode().IsRegular():
		return &readFile{err: fmt.Errorf("%s: is not a regular file", r.Name(name))}
	case *r.bytes+info.Size() > hcllimit.MaxBytes:
		return &readFile{err: fmt.Errorf("%s: the files this spec reads are larger than the limit of %d MiB together", r.Name(name), hcllimit.MaxBytes>>20)}
	}
	data, err := fs.ReadFile(r.fsys, name)
	if err != nil {
		return &readFile{err: fmt.Errorf("%s: %w", r.Name(name), reason(err))}
	}
	*r.bytes += int64(len(data))
	sum := sha256.Sum256(data)
	return &readFile{data: data, digest: hex.EncodeToString(sum[:])}
}

// whole is what the files are together.
func (r *Reads) whole() string {
	if r.label != "" || r.up != nil {
		return "component"
	}
	return "project"
}

// reason strips the path that package os already put in.
func reason(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}

// Exists reports whether a regular file stands at the path.
func (r *Reads) Exists(name string) (bool, error) {
	clean, err := r.inside(name)
	if err != nil {
		return false, err
	}
	if r.up != nil {
		return r.up.Exists(path.Join(r.sub, clean))
	}
	info, err := fs.Stat(r.fsys, clean)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("%s: %w", clean, reason(err))
	}
	ok := err == nil && info.Mode().IsRegular()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.found[clean] = ok
	return ok, nil
}

// Files lists what was read, sorted by path; files that could not be read are
// left out, since they are errors already.
func (r *Reads) Files() []Read {
	out := make([]Read, 0, len(r.files))
	for name, f := range r.files {
		if f.err == nil {
			out = append(out, Read{name, f.digest})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out
}

// Globs lists the patterns that were listed, sorted.
func (r *Reads) Globs() []Glob {
	out := make([]Glob, 0, len(r.globs))
	for pattern, digest := range r.globs {
		out = append(out, Glob{pattern, digest})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Pattern < out[j].Pattern })
	return out
}

// Probes lists the existence questions, sorted.
func (r *Reads) Probes() []Probe {
	out := make([]Probe, 0, len(r.found))
	for name, ok := range r.found {
		out = append(out, Probe{name, ok})
	}
	for name, f := range r.files {
		// A read that failed inside try() counts as an answer, too.
		if _, asked := r.found[name]; f.err != nil && !asked {
			out = append(out, Probe{name, false})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out
}

// Source is the text that a diagnostic of the project points into, or nil.
func (p *Project) Source(name string) []byte {
	if p.Reads == nil {
		return nil
	}
	for _, view := range p.eval.views {
		if inner, ok := strings.CutPrefix(name, view.label+"/"); ok {
			name = inner
			src, _ := view.ReadFile(name)
			return src
		}
	}
	src, _ := p.Reads.ReadFile(name)
	return src
}

// Digest returns the digest of a file that was read, or "".
func (r *Reads) Digest(name string) string {
	if r.up != nil {
		return r.up.Digest(name)
	}
	if r.label != "" {
		name = strings.TrimPrefix(name, r.label+"/")
	}
	if f := r.files[path.Clean(name)]; f != nil {
		return f.digest
	}
	return ""
}

func (r *Reads) takeTrace() []string {
	if r.up != nil {
		return r.up.takeTrace()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.trace
	r.trace = nil
	return t
}

// inside cleans a path and refuses what leaves the project or the component.
func (r *Reads) inside(name string) (string, error) {
	clean := path.Clean(name)
	switch {
	case name == "":
		return "", errors.New("an empty path names no file")
	case !utf8.ValidString(name):
		return "", fmt.Errorf("%q: is not valid UTF-8", name)
	case path.IsAbs(name):
		return "", fmt.Errorf("%s: is absolute; write it without the slash before it", name)
	case !fs.ValidPath(clean):
		return "", fmt.Errorf("%s: leads out of the %s", name, r.whole())
	case isGitPath(clean):
		return "", fmt.Errorf("%s: lies in git's own directory", name)
	}
	return clean, nil
}

func isGitPath(clean string) bool {
	for seg := range strings.SplitSeq(clean, "/") {
		if strings.EqualFold(seg, ".git") {
			return true
		}
	}
	return false
}
