package cmd

import (
	"path"
	"strings"

	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/effect"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
)

// isRecord reports whether a name in effect.Dir is one that mlops gives.
func isRecord(name string) bool {
	hex, ok := strings.CutSuffix(name, ".json")
	return ok && len(hex) == 64 && strings.Trim(hex, "0123456789abcdef") == ""
}

// rewriteAll is rewrite for files among which records may be, whose folder is made.
func (s *session) rewriteAll(files []adopt.File) (undo func() error, err error) {
	for _, f := range files {
		if path.Dir(f.Name) == effect.Dir {
			if err := s.root.MkdirAll(effect.Dir, 0o777); err != nil {
				return nil, err
			}
		}
	}
	if undo, err = s.rewrite(files); err != nil {
		s.tidy()
	}
	return undo, err
}

// tidy removes the folders of records, unless something is in them.
func (s *session) tidy() {
	for _, dir := range []string{effect.Dir, path.Dir(effect.Dir)} {
		_ = s.root.Remove(dir)
	}
}

// prune removes records that none of the locks speaks of. Those of the lock before are
// kept for as long as undo may bring it back.
func (s *session) prune(locks ...*lockfile.Lock) {
	needed := map[string]bool{}
	for _, l := range locks {
		for _, c := range l.Components {
			if c.Hooks != "" {
				needed[effect.Path(c.Hooks)] = true
			}
		}
	}
	for _, name := range s.recordsOnDisk() {
		if !needed[name] {
			_ = s.root.Remove(name) // one that stays is in nobody's way
		}
	}
	s.tidy()
}

// recordsOnDisk are the files in the folder of records that mlops wrote.
func (s *session) recordsOnDisk() []string {
	if info, err := s.root.Lstat(effect.Dir); err != nil || !info.IsDir() {
		return nil
	}
	dir, err := s.root.Open(effect.Dir)
	if err != nil {
		return nil
	}
	defer dir.Close()
	entries, _ := dir.ReadDir(-1)
	var out []string
	for _, e := range entries {
		if isRecord(e.Name()) && e.Type().IsRegular() {
			out = append(out, path.Join(effect.Dir, e.Name()))
		}
	}
	return out
}

// goneRecords are those that HEAD has and the directory does not: they leave with the
// commit.
func (s *session) goneRecords() ([]planner.FileRef, error) {
	entries, err := s.repo.inHeadDir(effect.Dir)
	var out []planner.FileRef
	for _, e := range entries {
		name := path.Join(effect.Dir, e.Name)
		if _, err := s.root.Lstat(name); err != nil && isRecord(e.Name) {
			out = append(out, planner.FileRef{Path: name})
		}
	}
	return out, err
}
