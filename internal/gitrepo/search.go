package gitrepo

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/mlops-as-code/mlops/internal/gitconf"
)

// maxSmallFile limits the files that name one path or one ref.
const maxSmallFile = 64 << 10

// search finds the directories of the repository that start belongs to.
type search struct {
	env   gitconf.Env
	uid   int
	start string // without symlinks
	given string // the same as the caller spelt it

	top        string // directory that holds .git, "" when found otherwise
	gitFile    string // .git when it is a file
	gitDir     string
	commonDir  string
	linked     bool // commonDir comes from a commondir file or GIT_COMMON_DIR
	explicit   bool // GIT_DIR is set
	discovered bool // .git is a directory in top
	faults     []Obstacle
}

func (s *search) find() error {
	if dir, set := s.env["GIT_DIR"]; set {
		return s.explicitDir(dir)
	}
	stops, err := s.ceilings()
	if err != nil {
		return err
	}
	across, err := s.env.Bool("GIT_DISCOVERY_ACROSS_FILESYSTEM", false)
	if err != nil {
		return err
	}
	device, known := deviceOf(s.start)
	for dir := s.start; ; {
		if found, err := s.at(dir); found || err != nil {
			return err
		}
		parent := filepath.Dir(dir)
		if parent == dir || stops[parent] {
			return fmt.Errorf("%s: %w", s.start, ErrNotRepository)
		}
		if other, ok := deviceOf(parent); known && ok && other != device && !across {
			return fmt.Errorf("%s: %w (looked up to the mount point %s)", s.start, ErrNotRepository, dir)
		}
		dir = parent
	}
}

// ceilings are the directories of GIT_CEILING_DIRECTORIES, which the search
// does not enter. An empty one stops resolving symlinks in the rest.
func (s *search) ceilings() (map[string]bool, error) {
	stops := map[string]bool{}
	plain := false
	for _, dir := range filepath.SplitList(s.env["GIT_CEILING_DIRECTORIES"]) {
		if dir == "" {
			plain = true
		}
		if !filepath.IsAbs(dir) {
			continue
		}
		if plain {
			stops[filepath.Clean(dir)] = true
		} else if real, err := filepath.EvalSymlinks(dir); err == nil {
			stops[real] = true
		}
	}
	return stops, nil
}

// explicitDir takes GIT_DIR, which is relative to the starting directory.
func (s *search) explicitDir(value string) error {
	s.explicit = true
	dir := absolute(s.start, value)
	if info, err := os.Stat(dir); err == nil && info.Mode().IsRegular() {
		target, err := readGitFile(dir)
		if err != nil {
			return err
		}
		dir = target
	}
	if value == "" || !s.isGitDir(dir) {
		return fmt.Errorf("GIT_DIR: %q is no git repository", value)
	}
	return s.take(dir)
}

// at looks for a repository in exactly this directory.
func (s *search) at(dir string) (bool, error) {
	dot := filepath.Join(dir, ".git")
	info, err := os.Stat(dot)
	switch {
	case err == nil && info.Mode().IsRegular():
		target, err := readGitFile(dot)
		if err != nil {
			return false, err
		}
		if !s.isGitDir(target) {
			return false, fmt.Errorf("%s: names %s, which is no git repository; git worktree repair or git submodule update --init may mend it", dot, target)
		}
		s.top, s.gitFile = dir, dot
		return true, s.take(target)
	case err == nil && info.IsDir() && s.isGitDir(dot):
		s.top, s.discovered = dir, true
		return true, s.take(dot)
	case err == nil && info.IsDir() && resembles(dot):
		s.top, s.discovered = dir, true
		s.faults = append(s.faults, damagedObstacle(dot, plausibleHead(filepath.Join(dot, "HEAD"))))
		return true, s.take(dot)
	case err != nil && !absent(err):
		return false, placed(dot, err)
	}
	if s.isGitDir(dir) {
		return true, s.take(dir)
	}
	return false, nil
}

// take settles on the directory.
func (s *search) take(dir string) error {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return placed(dir, err)
	}
	s.gitDir = real
	s.commonDir, s.linked, err = s.common(real)
	return err
}

// common returns the directory that linked working trees share.
func (s *search) common(gitDir string) (dir string, linked bool, err error) {
	if dir, set := s.env["GIT_COMMON_DIR"]; set && dir != "" {
		real, err := filepath.EvalSymlinks(absolute(s.start, dir))
		if err != nil {
			return "", false, placed("GIT_COMMON_DIR", err)
		}
		return real, true, nil
	}
	path := filepath.Join(gitDir, "commondir")
	text, err := readSmall(path)
	if absent(err) {
		return gitDir, false, nil
	}
	if err != nil {
		return "", false, placed(path, err)
	}
	dir = absolute(gitDir, strings.TrimRight(text, "\r\n"))
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", false, placed(dir, err)
	}
	return real, true, nil
}

func (s *search) objectDir() string {
	if dir := s.env["GIT_OBJECT_DIRECTORY"]; dir != "" {
		return absolute(s.start, dir)
	}
	return filepath.Join(s.commonDir, "objects")
}

// isGitDir follows git: a HEAD that makes sense, objects and refs.
func (s *search) isGitDir(dir string) bool {
	if !plausibleHead(filepath.Join(dir, "HEAD")) {
		return false
	}
	common, _, err := s.common(dir)
	if err != nil {
		return false
	}
	objects := filepath.Join(common, "objects")
	if s.env["GIT_OBJECT_DIRECTORY"] != "" {
		objects = s.objectDir()
	}
	return exists(objects) && exists(filepath.Join(common, "refs"))
}

func plausibleHead(path string) bool {
	if target, err := os.Readlink(path); err == nil {
		return strings.HasPrefix(target, "refs/")
	}
	text, err := readSmall(path)
	if err != nil {
		return false
	}
	if target, ok := strings.CutPrefix(text, "ref:"); ok {
		return strings.HasPrefix(strings.TrimLeft(target, " \t\n\r"), "refs/")
	}
	_, ok := parseHash(text)
	return ok
}

// resembles reports whether a directory that git does not take for a
// repository is one that broke. Going on upwards, or making a new repository
// in its place, would lose it.
func resembles(dir string) bool {
	for _, name := range []string{"HEAD", "objects", "refs", "packed-refs", "config"} {
		if exists(filepath.Join(dir, name)) {
			return true
		}
	}
	return false
}

// readGitFile returns the directory that a .git file names.
func readGitFile(path string) (string, error) {
	text, err := readSmall(path)
	if err != nil {
		return "", placed(path, err)
	}
	target, ok := strings.CutPrefix(text, "gitdir: ")
	target = strings.TrimRight(target, "\r\n")
	if !ok || target == "" {
		return "", fmt.Errorf("%s: is a file, but not one of git's that says gitdir: and a directory", path)
	}
	return absolute(filepath.Dir(path), target), nil
}

func readSmall(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", errors.New("not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSmallFile+1))
	if len(text) > maxSmallFile {
		return "", fmt.Errorf("larger than %d KiB", maxSmallFile>>10)
	}
	return string(text), err
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// absent also holds when a parent is a file.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// placed puts the path first and drops the system call's name.
func placed(path string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return fmt.Errorf("%s: %w", path, err)
}
