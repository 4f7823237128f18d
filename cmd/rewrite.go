package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/mlops-as-code/mlops/applier"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/gitconf"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/mlops-as-code/mlops/readme"
)

// patched is the project directory with some files as they will be.
type patched struct {
	fs.FS
	files map[string][]byte
}

func (p patched) Open(name string) (fs.File, error) {
	if data, ok := p.files[name]; ok {
		return &memory{bytes.NewReader(data), path.Base(name)}, nil
	}
	return p.FS.Open(name)
}

// ReadLink and Lstat tell of the files that are there: none that is not written yet is
// a link.
func (p patched) ReadLink(name string) (string, error) {
	if _, ok := p.files[name]; ok {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	return fs.ReadLink(p.FS, name)
}

// Lstat describes what stands at name.
func (p patched) Lstat(name string) (fs.FileInfo, error) {
	if data, ok := p.files[name]; ok {
		return &memory{bytes.NewReader(data), path.Base(name)}, nil
	}
	return fs.Lstat(p.FS, name)
}

// memory is a file that is not written yet.
type memory struct {
	*bytes.Reader
	name string
}

func (m *memory) Stat() (fs.FileInfo, error) { return m, nil }
func (m *memory) Close() error               { return nil }
func (m *memory) Name() string               { return m.name }
func (m *memory) Mode() fs.FileMode          { return 0o644 }
func (m *memory) ModTime() time.Time         { return time.Time{} }
func (m *memory) IsDir() bool                { return false }
func (m *memory) Sys() any                   { return nil }

// imagine plans the project as it would be with the files: nothing is written.
// What it returns must not be closed; it shares what the session has open.
func (s *session) imagine(f *planFlags, files []adopt.File) (*session, *planner.Plan, error) {
	if err := s.reading(); err != nil {
		return s, nil, err
	}
	t := &session{a: s.a, dir: s.dir, root: s.root, repo: s.repo, reading: s.reading, lock: s.lock, lockSrc: s.lockSrc, watch: s.watch}
	t.spec = slices.Clone(s.spec)
	over := map[string][]byte{}
	for _, file := range files {
		over[file.Name] = file.New
		i := slices.IndexFunc(t.spec, func(src hclspec.Source) bool { return src.Name == file.Name })
		switch {
		case i >= 0:
			t.spec[i].Src = file.New
		case file.Old == nil && hclspec.IsSpecFile(file.Name):
			t.spec = append(t.spec, hclspec.Source{Name: file.Name, Src: file.New})
		}
		if hclspec.IsSpecFile(file.Name) && len(file.New) > hclspec.MaxFileBytes {
			return t, nil, fmt.Errorf("%s: would be larger than the limit of %d MiB for a spec file; nothing was written", file.Name, hclspec.MaxFileBytes>>20)
		}
	}
	given, diags := t.assignments(f.vars)
	if diags.HasErrors() {
		return t, nil, t.fault(diags, f.json)
	}
	t.project, diags = hclspec.Load(hclspec.Params{
		Spec: t.spec, FS: patched{s.root.FS(), over}, Vars: given, Sections: readme.Kinds(), Version: version(),
		Components: t.resolver(),
	})
	if diags.HasErrors() {
		return t, nil, t.fault(diags, f.json)
	}
	p, err := t.compute(f)
	return t, p, err
}

// rewrite writes the files, each in one step, or none of them. undo puts back what
// was there, where nobody has written since.
func (s *session) rewrite(files []adopt.File) (undo func() error, err error) {
	for _, f := range files {
		if err := s.still(f.Name, f.Old); err != nil {
			return nil, err
		}
	}
	done := 0
	undo = func() error {
		var errs []error
		for _, f := range files[:done] {
			errs = append(errs, s.putBack(f))
		}
		return errors.Join(errs...)
	}
	for _, f := range files {
		if err := s.put(f.Name, f.New); err != nil {
			return nil, errors.Join(err, undo())
		}
		done++
	}
	return undo, nil
}

func (s *session) putBack(f adopt.File) error {
	if err := s.still(f.Name, f.New); err != nil {
		return err
	}
	if f.Old == nil {
		return s.root.Remove(f.Name)
	}
	return s.put(f.Name, f.Old)
}

// still reports whether a file is a regular one with these bytes, below real
// directories; nil is one that is not there.
func (s *session) still(name string, want []byte) error {
	for i, r := range name {
		if r != '/' {
			continue
		}
		if info, err := s.root.Lstat(name[:i]); err != nil || !info.IsDir() {
			return fmt.Errorf("%s: %s is no directory of its own, and mlops writes through real directories only", name, name[:i])
		}
	}
	info, err := s.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) && want == nil {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	if want == nil {
		return fmt.Errorf("%s: is there already, and is not overwritten", name)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s: is no regular file, and is not written through; edit it by hand", name)
	}
	have, err := s.root.ReadFile(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	if !bytes.Equal(have, want) {
		return fmt.Errorf("%s: was changed meanwhile; nothing of it was overwritten", name)
	}
	return nil
}

// put replaces a file in one step and keeps its mode.
func (s *session) put(name string, data []byte) (err error) {
	perm := fs.FileMode(0o666)
	info, err := s.root.Lstat(name)
	if err == nil {
		perm = info.Mode().Perm()
	}
	tmp := path.Join(path.Dir(name), fmt.Sprintf(".%s.mlops-%d", path.Base(name), os.Getpid()))
	f, err := s.root.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	defer func() {
		if err != nil {
			s.root.Remove(tmp)
			err = fmt.Errorf("%s: %w", name, bare(err))
		}
	}()
	_, err = f.Write(data)
	if err == nil && info != nil {
		err = f.Chmod(perm)
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = s.root.Rename(tmp, name)
	}
	return err
}

// settleLock notes in the lock what the addresses have on disk by now. Nothing
// else is written, and nothing committed: the next apply does that. Addresses that
// have more to do than that stay as they are.
func (a *app) settleLock(ctx context.Context, f planFlags, addresses map[string]bool) error {
	f.noCommit, f.targets, f.excludes = true, nil, nil
	s, p, err := a.planAfresh(&f)
	defer s.close()
	if err != nil {
		return err
	}
	for i := range p.Changes {
		if c := &p.Changes[i]; addresses[c.Address] && c.Actions[0] == "adopt" {
			f.targets = append(f.targets, c.Address)
			if c.PreviousAddress != "" {
				f.targets = append(f.targets, c.PreviousAddress)
			}
		}
	}
	if len(f.targets) == 0 {
		return nil
	}
	if p, err = s.diff(&f, s.tree); err != nil {
		return err
	}
	if i := slices.IndexFunc(p.Changes, func(c planner.Change) bool { return c.Actions[0] != "adopt" }); i >= 0 {
		return fmt.Errorf("%s: has more to do than to be noted in the lock; run `mlops apply` first, and then this again", p.Changes[i].Path)
	}
	_, err = applier.Apply(ctx, applier.Request{
		Plan: p, Root: s.dir, Env: gitconf.NewEnv(a.Env), Now: a.Now(), Version: version(), Who: a.who("adopt"),
	})
	if err != nil {
		return applyFailure(err, f.json)
	}
	return nil
}

// readAfresh opens and evaluates the project. The session must be closed also on
// error.
func (a *app) readAfresh(f *planFlags) (*session, error) {
	s, err := a.enter()
	if err != nil {
		return nil, err
	}
	if s.repo, err = a.openRepository(s.dir); err != nil {
		return s, err
	}
	return s, s.load(f.vars, f.json)
}

// planAfresh plans the whole project without the cache. The session must be closed
// also on error.
func (a *app) planAfresh(f *planFlags) (*session, *planner.Plan, error) {
	s, err := a.readAfresh(f)
	if err != nil {
		return s, nil, err
	}
	p, err := s.compute(f)
	return s, p, err
}

// newlyPending are paths that a plan changes and the one before did not, beside
// those of the addresses.
func newlyPending(before, after *planner.Plan, addresses map[string]bool) []string {
	was := map[string]bool{}
	if before != nil {
		for i := range before.Changes {
			was[before.Changes[i].Address] = true
		}
	}
	out := map[string]bool{}
	for i := range after.Changes {
		if c := &after.Changes[i]; !was[c.Address] && !addresses[c.Address] {
			out[c.Path] = true
		}
	}
	return slices.SortedFunc(maps.Keys(out), strings.Compare)
}
