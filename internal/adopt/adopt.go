// Package adopt turns outside edits of managed files into edits of the spec: what
// somebody wrote into a file becomes what the spec says of it.
//
// An "edit" is what stands on disk where the spec has not changed since the last
// apply; only that is adopted. A "source" is the place that says what is in the
// file: a string literal of the spec, a file that is copied, an item of an object
// of keys, the text of a section of the README. All other sources (templates,
// functions, references, for_each, what a section derives) are computed, and nobody can run a computation backwards: those
// are refused with their place.
//
// It is all or nothing: one refusal, and there is no result. Texts of the spec are
// changed by splices, see package specedit. The package opens no file and writes
// none; whether the new spec plans to nothing is for the caller to see.
package adopt

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
)

// Sides is what is compared.
type Sides struct {
	// Spec is the spec as it was read, and Project what it says, with its Files.
	Spec    []hclspec.Source
	Project *hclspec.Project
	Tree    *planner.Tree
	Disk    map[string]*planner.Disk
	Lock    *lockfile.Lock
	// Changes are those of the plan made from the same sides.
	Changes []planner.Change
	// Clean returns the bytes git would store for a file.
	Clean func(path string, data []byte) []byte
	// Chosen says which objects are asked for. Those that are named, and not only
	// matched by a pattern, are refused also where there is nothing to be adopted.
	Chosen func(address, path string) (chosen, named bool)
}

// File is one file of the project before and after: of the spec, or a source.
type File struct {
	Name     string
	Old, New []byte
}

// Done is one thing adopted. Line counts from 1 in the new text of File; it is 0
// where the whole file is what was adopted.
type Done struct {
	Path    string `json:"path"`
	Address string `json:"address"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	What    string `json:"what"`
}

// Result is what has to be written, sorted by name, and what that adopts, in the
// order of the paths.
type Result struct {
	Files []File
	Done  []Done
}

// RefusedError says why edits cannot be adopted, one line for each.
type RefusedError struct{ Why []string }

// Error is all lines.
func (e *RefusedError) Error() string {
	return "nothing was adopted:\n  " + strings.Join(e.Why, "\n  ")
}

// Edits finds the edits of the chosen objects and where they belong. A Result
// without Done means that there are none. The error is a *RefusedError.
func Edits(s Sides) (*Result, error) {
	r := &run{
		Sides: s, files: map[string]*hclspec.File{}, locked: map[string]*lockfile.Object{},
		sources: map[string]source{},
	}
	for _, f := range s.Project.Files {
		r.files[f.Address] = f
	}
	intent := s.Project.Intent()
	for i := range s.Lock.Objects {
		o := &s.Lock.Objects[i]
		address, _ := intent.Moved(o.Address)
		r.locked[address] = o
	}
	r.texts = parseAll(s.Spec)
	for i := range s.Tree.Entries {
		e := &s.Tree.Entries[i]
		if chosen, named := s.Chosen(e.Address, string(e.Path)); chosen {
			r.entry(e, named)
		}
	}
	for i := range s.Tree.Parts {
		p := &s.Tree.Parts[i]
		if chosen, named := s.Chosen(p.Address, string(p.Path)); chosen {
			r.part(p, named)
		}
	}
	if r.splice(); len(r.why) > 0 {
		slices.Sort(r.why)
		return nil, &RefusedError{r.why}
	}
	return r.result(), nil
}

// run is one call of Edits.
type run struct {
	Sides
	files  map[string]*hclspec.File
	locked map[string]*lockfile.Object // by the address it has now
	texts  map[string]*text
	// sources are the files that are copied, with their new bytes.
	sources map[string]source
	edits   []*edit
	why     []string
}

type source struct {
	path string // what it is copied to
	data []byte
}

func (r *run) refuse(path, format string, args ...any) {
	r.why = append(r.why, path+": "+fmt.Sprintf(format, args...))
}

// result gathers what the splices made.
func (r *run) result() *Result {
	out := &Result{}
	for _, name := range slices.Sorted(maps.Keys(r.texts)) {
		if t := r.texts[name]; string(t.src) != string(t.next) {
			out.Files = append(out.Files, File{name, t.src, t.next})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.sources)) {
		// It was read by the evaluation, so it can be read again.
		old, _ := r.Project.Reads.ReadFile(name)
		out.Files = append(out.Files, File{name, old, r.sources[name].data})
	}
	slices.SortFunc(out.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(r.edits, func(a, b *edit) int { return strings.Compare(a.done.Path, b.done.Path) })
	for _, e := range r.edits {
		out.Done = append(out.Done, e.done)
	}
	return out
}

// pending reports whether the spec has changed since the last apply, with what
// becomes of an edit then.
func (r *run) pending(o *lockfile.Object, rendered, mode string) bool {
	return o.Rendered != rendered || mode != "" && o.Mode != mode
}
