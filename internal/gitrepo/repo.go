// Package gitrepo finds and reads a git repository in this process, without
// starting git: its directories, configuration, HEAD, refs, commits, trees and
// blobs, and the states in which mlops must not commit.
//
// "Top" is the root of the working tree; paths are relative to it, with
// slashes, unless said otherwise. An "obstacle" is a state in which an apply is
// refused before its first write; reading works as far as it can. An "unborn"
// branch is one that HEAD names and that has no commit yet.
//
// The package writes nothing, runs no hook, filter or other program, and does
// not read the index: its conflicts and flags are somebody else's matter. It
// never takes a broken ref for an unborn branch. It follows git-init(1),
// gitrepository-layout(5) and git 2.55, where that differs from older ones.
package gitrepo

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/mlops-as-code/mlops/internal/gitattr"
	"github.com/mlops-as-code/mlops/internal/gitconf"
	"github.com/mlops-as-code/mlops/internal/gitrepo/odb"
)

// ErrNotRepository means that neither the directory nor one above it belongs to
// a git repository.
var ErrNotRepository = errors.New("not a git repository")

// ErrOutside means that GIT_WORK_TREE or core.worktree puts the working tree
// where the directory is not.
var ErrOutside = errors.New("outside the working tree")

// Options say how to look for a repository.
type Options struct {
	Env gitconf.Env
	// UID is the effective user id, for the question who owns the repository;
	// -1 where the system has none.
	UID int
}

// Repo is one repository as seen from one directory. Its fields do not change
// after Open. It is safe for concurrent use.
type Repo struct {
	// Top is absolute and without symlinks; "" when there is no working tree.
	Top string
	// GitDir is private to this working tree, CommonDir shared by all; both are
	// absolute and without symlinks.
	GitDir, CommonDir string
	// ObjectDir is where objects are stored.
	ObjectDir string
	// IndexFile need not exist.
	IndexFile string
	// Prefix is the opened directory relative to Top, "" at the top.
	Prefix string
	// Config is the resolved configuration.
	Config *gitconf.Config

	env     gitconf.Env
	objects *odb.DB
	// faults are the obstacles that were met while opening.
	faults []Obstacle
	// unreadable is why refs and objects cannot be read, nil when they can.
	unreadable error

	mu     sync.Mutex
	nested map[string]bool // whether a directory is a repository of its own
}

// Open finds the repository that dir belongs to, as git would from there:
// through GIT_DIR, .git directories and files in dir and above, and as bare
// repository, bounded by GIT_CEILING_DIRECTORIES and file systems. It fails with
// ErrNotRepository or ErrOutside, or when a file that says where things are, or
// the configuration, cannot be read. Close the Repo when done.
func Open(dir string, o Options) (*Repo, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return nil, placed(abs, err)
	}
	s := &search{env: o.Env, uid: o.UID, start: real, given: abs}
	if err := s.find(); err != nil {
		return nil, err
	}
	r := &Repo{GitDir: s.gitDir, CommonDir: s.commonDir, env: o.Env, faults: s.faults, nested: map[string]bool{}}
	if err := r.configure(s); err != nil {
		return nil, err
	}
	return r, nil
}

// Close releases the packs' files.
func (r *Repo) Close() error { return r.objects.Close() }

// configure reads the configuration and what depends on it.
func (r *Repo) configure(s *search) error {
	if err := r.loadConfig(s); err != nil {
		return err
	}
	f := readFormat(r.Config, s.linked)
	faults, err := f.faults()
	r.faults, r.unreadable = append(r.faults, faults...), err
	if err := r.placeTop(s, f); err != nil {
		return err
	}
	if err := r.reloadConfig(s); err != nil {
		return err
	}
	if safe := s.owned() || r.safeDirectory(s.owner()); !safe {
		r.faults = append(r.faults, foreignObstacle(s.owner()))
	}
	r.placeFiles(s)
	return nil
}

func (r *Repo) loadConfig(s *search) (err error) {
	gitDir := s.gitDir
	if s.discovered && s.start == s.top {
		gitDir = filepath.Join(s.given, ".git") // as git sees it, symlinks and all
	}
	r.Config, err = gitconf.Load(gitconf.Options{
		Env: s.env, GitDir: gitDir, CommonDir: s.commonDir, WorkTree: r.Top, Branch: r.branch,
	})
	return err
}

// reloadConfig resolves conditions on the working tree, which is known only
// after the configuration was read once.
func (r *Repo) reloadConfig(s *search) error {
	for e := range r.Config.Entries() {
		if r.Top != "" && strings.HasPrefix(e.Key, "includeif.worktree") {
			return r.loadConfig(s)
		}
	}
	return nil
}

// branch is the short name of HEAD's branch, for onbranch: conditions.
func (r *Repo) branch() string {
	ref, _, err := r.follow("HEAD")
	if err != nil {
		return ""
	}
	name, ok := strings.CutPrefix(ref, "refs/heads/")
	if !ok {
		return ""
	}
	return name
}

func (r *Repo) placeFiles(s *search) {
	base := r.Top
	if base == "" {
		base = s.start
	}
	r.IndexFile = filepath.Join(r.GitDir, "index")
	if name := s.env["GIT_INDEX_FILE"]; name != "" {
		r.IndexFile = absolute(base, name)
	}
	r.ObjectDir = s.objectDir()
	var alternates []string
	for _, dir := range filepath.SplitList(s.env["GIT_ALTERNATE_OBJECT_DIRECTORIES"]) {
		if dir != "" {
			alternates = append(alternates, absolute(base, dir))
		}
	}
	r.objects = odb.Open(r.ObjectDir, alternates...)
}

// Attributes loads the attributes that hold in the working tree. read returns a
// .gitattributes file, see gitattr.Options; nil reads the files below Top.
func (r *Repo) Attributes(read func(path string) ([]byte, error)) (*gitattr.Rules, error) {
	if read == nil && r.Top != "" {
		read = gitattr.Dir(r.Top)
	}
	return gitattr.Load(gitattr.Options{Config: r.Config, Env: r.env, CommonDir: r.CommonDir, Read: read})
}

// LostLineEndings is what is wrong with a file whose line endings no clone would
// have, and KeepLineEndings what helps.
const (
	LostLineEndings = "a clone would not get its line endings, because the attributes that change them are in no commit"
	KeepLineEndings = "commit .gitattributes first, with the rules of info/attributes of the git directory that are about this file, or write LF in the spec"
)

// ClonedAttributes loads the attributes that hold in a clone of a commit with some
// files more: planned answers for those, with fs.ErrNotExist for one that leaves.
func (r *Repo) ClonedAttributes(commit plumbing.Hash, planned func(path string) (data []byte, is bool, err error)) (*gitattr.Rules, error) {
	read := func(path string) ([]byte, error) {
		if data, is, err := planned(path); is {
			return data, err
		}
		found, err := r.Lookup(commit, []string{path})
		e, ok := found[path]
		if err == nil && (!ok || e.Mode != filemode.Regular && e.Mode != filemode.Executable) {
			err = fs.ErrNotExist
		}
		if err != nil {
			return nil, err
		}
		return r.Blob(e.Hash)
	}
	return gitattr.Load(gitattr.Options{Config: r.Config, Env: r.env, Read: read})
}

func absolute(base, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(base, path)
}
