// Package effect holds what the hooks of a template did to a tree as a value: found by
// comparing the tree before with the one after, kept as a record, and made again from
// the record without running anything.
//
// Vocabulary: a change is a file that is deleted, or that has other content or another
// mode than before; an effect is all the changes that one run of the hooks made, with
// a digest of what the hooks were given; a record is the effects of a component's
// instances, as a text that people can read in a diff.
//
// The package refuses records that are too large, not in the form that Bytes writes,
// or that do not fit the tree they are applied to. It opens no file and runs nothing;
// whether a path is safe in a project is for those to judge who write it.
package effect

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// File is one file of a tree.
type File struct {
	Path       string
	Content    []byte
	Executable bool
}

// Change is what became of one path.
type Change struct {
	Path string
	// Delete says that the file went.
	Delete bool
	// Copy is a file of the tree before that has the same content; Content is unused
	// then.
	Copy       string
	Content    []byte
	Executable bool
}

// Hook is a script that ran.
type Hook struct {
	// Name is "pre_prompt", "pre_gen_project" or "post_gen_project"; Path that of the
	// script in the template, Digest the SHA-256 of its text before it was rendered, in
	// hexadecimal.
	Name, Path, Digest string
}

// Effect is what one run of the hooks did.
type Effect struct {
	// Before is a digest ("sha256:<hex>") of all that the hooks were given.
	Before string
	Hooks  []Hook
	// Template are the changes that pre_prompt made to the template, Project those
	// between the project that the template renders to and the one there was at the end.
	Template, Project []Change
}

// Names are the hooks' names, each once, in the order they ran.
func (e *Effect) Names() []string {
	var out []string
	for _, h := range e.Hooks {
		if !slices.Contains(out, h.Name) {
			out = append(out, h.Name)
		}
	}
	return out
}

// Count says how many files of the project came, changed and went.
func (e *Effect) Count(before []File) (added, changed, deleted int) {
	have := map[string]bool{}
	for i := range before {
		have[before[i].Path] = true
	}
	for _, c := range e.Project {
		switch {
		case c.Delete:
			deleted++
		case have[c.Path]:
			changed++
		default:
			added++
		}
	}
	return added, changed, deleted
}

// Diff is what makes after of before, sorted by path. What it returns shares the
// content of after.
func Diff(before, after []File) []Change {
	was, first := map[string]*File{}, map[string]string{}
	for _, i := range order(before) {
		f := &before[i]
		was[f.Path] = f
		if _, known := first[string(f.Content)]; !known && len(f.Content) > 0 {
			first[string(f.Content)] = f.Path
		}
	}
	var out []Change
	for i := range after {
		f := &after[i]
		old := was[f.Path]
		delete(was, f.Path)
		if old != nil && old.Executable == f.Executable && bytes.Equal(old.Content, f.Content) {
			continue
		}
		c := Change{Path: f.Path, Executable: f.Executable, Copy: first[string(f.Content)]}
		if c.Copy == "" {
			c.Content = f.Content
		}
		out = append(out, c)
	}
	for path := range was {
		out = append(out, Change{Path: path, Delete: true})
	}
	slices.SortFunc(out, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// order are the indices of files, by path.
func order(files []File) []int {
	out := make([]int, len(files))
	for i := range out {
		out[i] = i
	}
	slices.SortFunc(out, func(a, b int) int { return cmp.Compare(files[a].Path, files[b].Path) })
	return out
}

// Apply makes the changes again, on files with the paths and the content of those that
// Diff was given first. The result is sorted by path. The error is "path: reason".
func Apply(before []File, changes []Change) ([]File, error) {
	have := map[string]*File{}
	for i := range before {
		have[before[i].Path] = &before[i]
	}
	changed := map[string]bool{}
	var out []File
	for _, c := range changes {
		changed[c.Path] = true
		f := File{c.Path, c.Content, c.Executable}
		switch {
		case c.Delete && have[c.Path] == nil:
			return nil, fmt.Errorf("%s: %w", c.Path, errors.New("is to be deleted, and the template does not generate it"))
		case c.Delete:
			continue
		case c.Copy != "":
			from := have[c.Copy]
			if from == nil {
				return nil, fmt.Errorf("%s: is to be a copy of %s, which the template does not generate", c.Path, c.Copy)
			}
			f.Content = from.Content
		}
		out = append(out, f)
	}
	for i := range before {
		if !changed[before[i].Path] {
			out = append(out, before[i])
		}
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return out, nil
}
