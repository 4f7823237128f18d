package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/specedit"
	"github.com/mlops-as-code/mlops/internal/takeover"
	"github.com/mlops-as-code/mlops/planner"
)

// importer is one run of import DIR.
type importer struct {
	a *app
	o *importOptions
	s *session
	// plan is that of the spec as it is; nil without one.
	plan  *planner.Plan
	found *takeover.Found
	// file is the spec file before and after.
	file adopt.File
	// others are paths that want to change because of what is new in the spec.
	others []string
}

func (i *importer) addresses() map[string]bool {
	out := make(map[string]bool, len(i.found.Files))
	for _, f := range i.found.Files {
		out[f.Address] = true
	}
	return out
}

// scan finds the files.
func (i *importer) scan() error {
	s := i.s
	dir := path.Clean(filepath.ToSlash(i.o.dir))
	if err := s.realDir(dir); err != nil {
		return err
	}
	g, err := s.ignores()
	if err != nil {
		return err
	}
	if by, ignored := g.by(dir, true); ignored && dir != "." {
		return fmt.Errorf("%s: is ignored by git (%s:%d: %s), so nothing of it is taken over", dir, by.File, by.Line, by.Text)
	}
	o := takeover.Options{
		FS: s.root.FS(), Dir: dir, Managed: map[string]bool{}, Chosen: i.o.asked, Named: len(i.o.include) > 0, Ownership: i.o.ownership,
		Ignored:    func(p string, dir bool) bool { _, ignored := g.by(p, dir); return ignored },
		Foreign:    func(p string) string { return s.foreign(g, p) },
		Executable: func(_ string, info fs.FileInfo) bool { return info.Mode()&0o100 != 0 },
	}
	if s.repo != nil {
		o.Clean = s.repo.clean
		if exec := s.repo.checkout().Executable; exec != nil {
			o.Executable = func(p string, info fs.FileInfo) bool { is, known := exec(p, info); return is && known }
		}
	}
	if s.tree != nil {
		for n := range s.tree.Entries {
			o.Managed[string(s.tree.Entries[n].Path)] = true
		}
		for n := range s.tree.Parts {
			o.Managed[string(s.tree.Parts[n].Path)] = true
		}
	}
	i.found, err = takeover.Scan(o)
	return err
}

// foreign says whose a directory is that is not the project's.
func (s *session) foreign(g *ignores, dir string) string {
	if g.submodules[g.full(dir)] {
		return "is a submodule"
	}
	entries, err := fs.ReadDir(s.root.FS(), dir)
	if err != nil {
		return ""
	}
	for _, e := range entries {
		switch {
		case strings.EqualFold(e.Name(), ".git"):
			return "is a repository of its own"
		case hclspec.IsSpecFile(e.Name()) && !e.IsDir():
			return "is an mlops project of its own"
		}
	}
	return ""
}

// write makes the new text of the spec.
func (i *importer) write() error {
	i.file.Name = hclspec.MainFile
	if n := slices.IndexFunc(i.s.spec, func(s hclspec.Source) bool { return strings.HasSuffix(s.Name, ".hcl") }); n >= 0 {
		i.file.Name, i.file.Old = i.s.spec[n].Name, i.s.spec[n].Src
	}
	var head []specedit.Block
	if len(i.s.spec) == 0 {
		name := filepath.Base(i.s.dir)
		if !namePattern().MatchString(name) {
			name = validName(name)
		}
		head = append(head, specedit.Block{Type: "project", Labels: []string{name}})
	}
	var err error
	i.file.New, err = i.found.Append(i.file.Old, head...)
	if err != nil {
		return fmt.Errorf("%s: %w", i.file.Name, err)
	}
	return nil
}

// verify plans the new spec before it is written: every file must be the one on
// disk, with nothing to do but to be noted.
func (i *importer) verify(f *planFlags) error {
	t, p, err := i.s.imagine(f, []adopt.File{i.file})
	if err != nil {
		return err
	}
	var errs []error
	for n := range i.found.Files {
		file := &i.found.Files[n]
		d, c := t.sides.Disk[file.Path], changeOf(p, file.Address)
		if d == nil || d.Type != "file" || !d.Same || d.Mode != file.Mode || c != nil && c.Actions[0] != "adopt" {
			errs = append(errs, fmt.Errorf("%s: was changed meanwhile, or the spec cannot say it exactly; nothing was written", file.Path))
		}
	}
	i.others = newlyPending(i.plan, p, i.addresses())
	return errors.Join(errs...)
}
