package cmd

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/mlops-as-code/mlops/internal/gitrepo"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/safepath"
	"github.com/mlops-as-code/mlops/planner"
)

// undoSides gathers what undoing a commit compares.
func (s *session) undoSides(c *applied, committing bool) (*planner.UndoSides, error) {
	files, err := s.undoFiles(c)
	if err != nil {
		return nil, err
	}
	if err := s.undoDisk(files); err != nil {
		return nil, err
	}
	if err := s.committed(files, committing); err != nil {
		return nil, err
	}
	bases, err := planner.Bases(s.root)
	if err != nil {
		return nil, err
	}
	if err := s.knownBases(c); err != nil {
		return nil, err
	}
	return &planner.UndoSides{
		Name: c.short(), Files: files, Bases: bases, Known: c.bases,
		After: c.after.lock, AfterSrc: c.after.src, Before: c.before.lock, BeforeSrc: c.before.src,
		Lock: s.lock, LockSrc: s.lockSrc,
	}, nil
}

// undoFiles are the managed paths that the commit changed, with their versions.
func (s *session) undoFiles(c *applied) ([]planner.UndoFile, error) {
	all := planner.UndoFiles(c.before.lock, c.after.lock, s.project.Intent())
	var full []string
	for i := range all {
		full = append(full, s.repo.full(all[i].Path), s.repo.full(all[i].From))
	}
	after, before, err := s.pair(c, full)
	if err != nil {
		return nil, err
	}
	kept, err := s.backupOf(c, full)
	if err != nil {
		return nil, err
	}
	var out []planner.UndoFile
	for i := range all {
		f := all[i]
		was, had := before[s.repo.full(f.Path)]
		if e, ok := kept[s.repo.full(f.Path)]; ok {
			was, had, f.Exact = e, true, true
		}
		is, has := after[s.repo.full(f.From)]
		if f.From == f.Path && had == has && was == is {
			continue
		}
		if f.Before, err = s.versionOf(&f, was, had); err != nil {
			return nil, err
		}
		if f.After, err = s.versionOf(&f, is, has); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// versionOf reads one version of a file. What cannot be one is noted as a fault.
func (s *session) versionOf(f *planner.UndoFile, e gitrepo.Entry, there bool) (*planner.FileVersion, error) {
	if !there {
		return nil, nil
	}
	if what, ok := s.repo.rules.Filtered(s.repo.full(f.Path)); ok {
		f.Fault = "has " + what + ", which mlops does not run; take it back with git"
	}
	v := &planner.FileVersion{Mode: "0644"}
	switch e.Mode {
	case filemode.Executable:
		v.Mode = "0755"
	case filemode.Regular, filemode.Deprecated:
	default:
		f.Fault = "was a symbolic link or a repository before or after the apply, which mlops does not write; take it back with git"
		return v, nil
	}
	var err error
	if v.Content, err = s.repo.repo.Blob(e.Hash); err != nil {
		return nil, fmt.Errorf("%s: %w", f.Path, err)
	}
	return v, nil
}

// backupOf finds what the apply overwrote and no commit held: that is what stood
// there before it.
func (s *session) backupOf(c *applied, full []string) (map[string]gitrepo.Entry, error) {
	id := gitwrite.Trailer(c.message, planTrailer)
	hex := strings.TrimPrefix(id, "sha256:")
	if len(hex) < 12 {
		return nil, nil
	}
	kept, err := s.repo.repo.RefValue("refs/mlops/backup/" + hex[:12])
	if err != nil || kept.IsZero() || !s.repo.repo.HasObject(kept) {
		return nil, err
	}
	commit, err := s.repo.repo.Commit(kept)
	if err != nil || gitwrite.Trailer(commit.Message, planTrailer) != id {
		return nil, err
	}
	return s.repo.repo.Lookup(kept, full)
}

// undoDisk reads what stands at the paths, whole.
func (s *session) undoDisk(files []planner.UndoFile) error {
	tree, paths := &planner.Tree{}, &lockfile.Lock{}
	for i := range files {
		f := &files[i]
		for _, p := range []string{f.Path, f.From} {
			paths.Objects = append(paths.Objects, lockfile.Object{Path: p, Kind: "file_block"})
		}
		if f.Before != nil {
			tree.Entries = append(tree.Entries, planner.Entry{Path: safepath.Path(f.Path), Content: f.Before.Content, Mode: f.Before.Mode})
		}
	}
	git := s.repo.checkout()
	disk, err := planner.Actual(s.root, tree, paths, git)
	if err != nil {
		return err
	}
	for i := range files {
		f := &files[i]
		f.Disk, f.At = disk[f.From], disk[f.Path]
		f.IsBefore = f.At.Same
		f.IsAfter = f.After != nil && f.Disk.Type == "file" && f.Disk.Content != nil &&
			bytes.Equal(git.Clean(f.From, f.Disk.Content), git.Clean(f.From, f.After.Content))
	}
	return nil
}

// committed notes which paths HEAD holds as they are on disk. Without a commit
// there is nothing to be held.
func (s *session) committed(files []planner.UndoFile, committing bool) error {
	have := map[string]*planner.FileVersion{}
	for i := range files {
		f := &files[i]
		if have[f.Path] = nil; f.At.Type == "file" {
			have[f.Path] = &planner.FileVersion{Content: f.At.Content, Mode: f.At.Mode}
		}
	}
	left, err := s.notInHead(have)
	if err != nil {
		return err
	}
	for i := range files {
		f := &files[i]
		f.Committed = !committing || !slices.ContainsFunc(left, func(r planner.FileRef) bool { return r.Path == f.Path })
	}
	return nil
}

// notInHead are the paths that HEAD does not hold like this; nil is no file.
func (s *session) notInHead(have map[string]*planner.FileVersion) ([]planner.FileRef, error) {
	paths := slices.Sorted(maps.Keys(have))
	head, err := s.repo.inHead(paths)
	if err != nil {
		return nil, err
	}
	var out []planner.FileRef
	for _, p := range paths {
		v := have[p]
		e, ok := head[s.repo.full(p)]
		if v == nil {
			if ok {
				out = append(out, planner.FileRef{Path: p})
			}
			continue
		}
		if e.Hash != plumbing.Hash(blobHash(s.repo.clean(p, v.Content))) || (e.Mode == filemode.Executable) != (v.Mode == "0755") {
			out = append(out, planner.FileRef{Path: p, Digest: planner.Digest(v.Content), Mode: v.Mode})
		}
	}
	return out, nil
}

// knownBases reads the merge bases of shared files that the two commits hold.
func (s *session) knownBases(c *applied) error {
	c.bases = map[string][]byte{}
	var full []string
	names := map[string]string{}
	for _, lock := range []*lockfile.Lock{c.before.lock, c.after.lock, s.lock} {
		for i := range lock.Objects {
			if o := &lock.Objects[i]; o.Ownership == "shared" && o.Rendered != "" {
				name := strings.TrimPrefix(o.Rendered, "sha256:")
				at := s.repo.full(basePath(name))
				names[at] = name
				full = append(full, at)
			}
		}
	}
	after, before, err := s.pair(c, full)
	if err != nil {
		return err
	}
	for at, name := range names {
		e, ok := after[at]
		if !ok {
			e, ok = before[at]
		}
		if !ok {
			continue
		}
		stored, err := s.repo.repo.Blob(e.Hash)
		if err != nil {
			return fmt.Errorf("%s: %w", basePath(name), err)
		}
		if content, ok := planner.OpenBase(name, stored); ok {
			c.bases[name] = content
		}
	}
	return nil
}
