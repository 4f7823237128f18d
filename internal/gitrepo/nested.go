package gitrepo

import (
	"os"
	"path/filepath"
	"strings"
)

// NestedRepo reports whether a path lies in a repository inside this one, a
// submodule or just a directory with .git, and where that begins. Only the
// directories above the path are looked at; what was found out about one is
// remembered.
func (r *Repo) NestedRepo(path string) (root string, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for end := 0; ; end++ {
		next := strings.IndexByte(path[end:], '/')
		if next < 0 {
			return "", false
		}
		end += next
		if r.isNested(path[:end]) {
			return path[:end], true
		}
	}
}

func (r *Repo) isNested(dir string) bool {
	nested, known := r.nested[dir]
	if known {
		return nested
	}
	dot := filepath.Join(r.Top, filepath.FromSlash(dir), ".git")
	info, err := os.Stat(dot)
	switch {
	case err != nil:
	case info.IsDir():
		nested = plausibleHead(filepath.Join(dot, "HEAD"))
	default:
		_, err := readGitFile(dot)
		nested = err == nil
	}
	r.nested[dir] = nested
	return nested
}
