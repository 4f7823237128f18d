package gitrepo

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-as-code/mlops/internal/gitconf"
)

// format is what the repository's own files say about how it is laid out.
// Includes do not count there.
type format struct {
	version    int // -1 when not given: then git heeds nothing of the rest
	bare       bool
	worktree   string
	extensions map[string]string // lower case
	// ownConfig is extensions.worktreeConfig.
	ownConfig bool
	promisor  bool // a remote that objects are fetched from on demand
}

// readFormat reads them from the configuration. In a linked working tree the
// shared core.bare and core.worktree are about the main one.
func readFormat(c *gitconf.Config, linked bool) format {
	f := format{version: -1, extensions: map[string]string{}}
	for e := range c.Entries() {
		if e.Scope != gitconf.Local || e.Included {
			continue
		}
		name, isExtension := strings.CutPrefix(e.Key, "extensions.")
		switch {
		case e.Key == "core.repositoryformatversion":
			f.version = atoi(e.Value)
		case isExtension:
			f.extensions[name] = e.Value
			f.ownConfig = f.ownConfig || name == "worktreeconfig" && truth(e)
		case strings.HasPrefix(e.Key, "remote.") && strings.HasSuffix(e.Key, ".promisor"):
			f.promisor = f.promisor || truth(e)
		}
	}
	if f.version < 0 {
		f.extensions = nil
		return f
	}
	f.readTree(c, linked)
	return f
}

// atoi makes nonsense a version that nobody supports.
func atoi(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 {
		return 99
	}
	return n
}

func (f *format) readTree(c *gitconf.Config, linked bool) {
	for e := range c.Entries() {
		own := e.Scope == gitconf.Worktree || e.Scope == gitconf.Local && (!linked || f.ownConfig)
		if !own || e.Included {
			continue
		}
		switch e.Key {
		case "core.bare":
			f.bare = truth(e)
		case "core.worktree":
			f.worktree = e.Value
		}
	}
}

func truth(e gitconf.Entry) bool {
	on, err := gitconf.Env{"": e.Value}.Bool("", false)
	return !e.Valued || err == nil && on
}

// faults returns the formats that mlops cannot commit to, and an error when it
// cannot even read refs or objects.
func (f *format) faults() (faults []Obstacle, unreadable error) {
	refuse := func(o Obstacle, fatal bool) {
		faults = append(faults, o)
		if fatal && unreadable == nil {
			unreadable = errors.New(o.State + ": " + o.Detail)
		}
	}
	if f.version > 1 {
		refuse(formatObstacle(fmt.Sprintf("repository format %d", f.version), "core.repositoryformatversion is higher than 1"), true)
	}
	names := make([]string, 0, len(f.extensions))
	for name := range f.extensions {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if o, fatal, ok := f.extension(name, f.extensions[name]); !ok {
			refuse(o, fatal)
		}
	}
	if _, listed := f.extensions["partialclone"]; f.promisor && !listed {
		refuse(partialObstacle(), false)
	}
	return faults, unreadable
}

// extension judges one extensions.* setting. Version 0 repositories may only
// have the four oldest ones; others are ignored there if unknown, else refused
// by git.
func (f *format) extension(name, value string) (o Obstacle, fatal, ok bool) {
	value = strings.ToLower(value)
	switch name {
	case "noop", "preciousobjects", "worktreeconfig":
		return o, false, true
	case "partialclone":
		return partialObstacle(), false, false
	case "objectformat":
		if value != "sha1" {
			return sha256Obstacle(value), true, false
		}
	case "refstorage":
		if value != "files" {
			return refStorageObstacle(value), true, false
		}
	case "noop-v1", "relativeworktrees", "submodulepathconfig":
	default:
		return formatObstacle("unknown repository extension", "extensions."+name+" is set, which mlops does not know"), true, f.version == 0
	}
	if f.version == 0 {
		return formatObstacle("inconsistent repository format", "extensions."+name+" needs core.repositoryformatversion = 1"), false, false
	}
	return o, false, true
}

func (s *search) envWorkTree() bool {
	_, set := s.env["GIT_WORK_TREE"]
	return set
}

// placeTop decides where the working tree is, as git's setup does.
func (r *Repo) placeTop(s *search, f format) error {
	top := s.top
	switch {
	case s.envWorkTree():
		top = absolute(s.start, s.env["GIT_WORK_TREE"])
	case f.bare:
		top = ""
	case f.worktree != "":
		top = absolute(s.gitDir, f.worktree)
	case s.explicit:
		implicit, err := s.env.Bool("GIT_IMPLICIT_WORK_TREE", true)
		if err != nil {
			return err
		}
		if implicit {
			top = s.start
		}
	}
	if top == "" {
		r.faults = append(r.faults, bareObstacle(s.gitDir, f.bare))
		return nil
	}
	real, err := filepath.EvalSymlinks(top)
	if err != nil {
		return placed(top, err)
	}
	rel, err := filepath.Rel(real, s.start)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(os.PathSeparator)) {
		return fmt.Errorf("%s: %w %s", s.start, ErrOutside, real)
	}
	r.Top = real
	if rel != "." {
		r.Prefix = filepath.ToSlash(rel)
	}
	return nil
}
