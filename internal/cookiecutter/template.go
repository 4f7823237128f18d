package cookiecutter

import (
	"context"
	"fmt"
	"path"
	"time"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

const manifestName = "cookiecutter.json"

// Template is a folder of a tree that holds a cookiecutter.json.
type Template struct {
	tree *Tree
	dir  string
}

// Open returns the template in a directory of the tree, "" for its top.
func Open(t *Tree, dir string) (*Template, error) {
	clean := path.Join(".", dir)
	if clean == "." {
		clean = ""
	}
	out := &Template{t, clean}
	if f, err := t.read(out.at(manifestName)); err != nil {
		return nil, err
	} else if f == nil {
		return nil, fmt.Errorf("%s: %w", path.Join(".", clean), errNoManifest)
	}
	return out, nil
}

// at is a path of the template from the top of its tree.
func (t *Template) at(p string) string { return path.Join(t.dir, p) }

// Input is what a generation is given.
type Input struct {
	// Overrides are values for variables: nil, bool, int, int64, float64,
	// string, []any, map[string]any or a pyvalue.Value. A key the manifest
	// does not have is ignored, as Cookiecutter does, and noted. The key
	// "templates" (or "template") chooses among nested templates.
	Overrides map[string]any
	// Clock is what now and its kin see; its location is the zone "local".
	Clock time.Time
	// Seed is where all random values come from.
	Seed uint64
	// Source, Checkout, RepoDir and OutputDir are what templates see as
	// cookiecutter._template, _checkout (null when empty), _repo_dir and
	// _output_dir.
	Source, Checkout, RepoDir, OutputDir string
	// Commit is the template's, for templates that print it; it may be empty.
	Commit string
	Limits Limits
	// Spent, if set, is what rendering cost, added to what is there, also where it
	// failed.
	Spent *Work
	// HookTexts asks for the texts of the hooks, rendered.
	HookTexts bool
}

// Output is one file of the result.
type Output struct {
	// Path begins with the project's name and is clean.
	Path       string
	Content    []byte
	Executable bool
	// Source is the file of the template it was made from.
	Source string
}

// NoteKind says what a Note is about.
type NoteKind string

// The kinds of notes.
const (
	NoteCopied  NoteKind = "copied"  // copied without rendering, as the manifest asks
	NoteSkipped NoteKind = "skipped" // its name renders to nothing
	NoteIgnored NoteKind = "ignored" // an override of no variable
	NoteRoot    NoteKind = "root"    // more than one folder could be the root
	NoteLink    NoteKind = "link"    // a link to a directory, which stays empty
)

// Note is something worth saying about a generation that is no error.
type Note struct {
	Kind NoteKind
	// Path is the file or directory of the template, or the name of the override.
	Path string
}

// Result is a generated project.
type Result struct {
	// Project is the directory the project is in.
	Project string
	// Template is the directory of the template that was used, which is a
	// nested one where the manifest offers such.
	Template string
	// Files are sorted by path.
	Files []Output
	// Dirs are all directories, sorted, also those without a file.
	Dirs []string
	// Variables are the final values of all variables, in order.
	Variables *pyvalue.Dict
	Hooks     []Hook
	Notes     []Note
}

// Generate renders the project. Errors name the file of the template and,
// where there is one, the line; there is no partial result.
func (t *Template) Generate(ctx context.Context, in Input) (*Result, error) {
	in.Limits = in.Limits.withDefaults()
	v, err := t.resolve(ctx, in)
	if err != nil {
		return nil, err
	}
	if v.nested != nil {
		res, err := v.nested.Generate(ctx, v.in)
		if err == nil {
			res.Hooks = append(t.early(), res.Hooks...)
		}
		return res, err
	}
	return v.generate(ctx)
}
