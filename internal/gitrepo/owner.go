package gitrepo

import (
	"path/filepath"
	"strconv"
	"strings"
)

// owned reports whether the user owns the working tree, the .git file and the
// git directory. As for git, GIT_DIR stands for consent, and root is also whom
// sudo was started by. Where files have no owner the answer is yes.
func (s *search) owned() bool {
	if s.explicit || s.uid < 0 {
		return true
	}
	for _, path := range []string{s.gitFile, s.top, s.gitDir} {
		if path == "" {
			continue
		}
		uid, known := ownerOf(path)
		if known && uid != s.uid && !s.sudoer(uid) {
			return false
		}
	}
	return true
}

func (s *search) sudoer(uid int) bool {
	id, err := strconv.Atoi(s.env["SUDO_UID"])
	return s.uid == 0 && err == nil && id == uid
}

// owner is the directory that safe.directory would have to name.
func (s *search) owner() string {
	if s.top != "" {
		return s.top
	}
	return s.gitDir
}

// safeDirectory reports whether the user's own configuration trusts the
// directory; a repository cannot vouch for itself.
func (r *Repo) safeDirectory(dir string) bool {
	safe := false
	for e := range r.Config.Entries() {
		if e.Key != "safe.directory" || !e.Scope.Protected() {
			continue
		}
		switch allowed := e.Value; {
		case allowed == "":
			safe = false
		case allowed == "*", r.names(allowed, dir):
			safe = true
		}
	}
	return safe
}

// names reports whether an entry of safe.directory covers dir.
func (r *Repo) names(allowed, dir string) bool {
	if rest, ok := strings.CutPrefix(allowed, "~"); ok && (rest == "" || rest[0] == '/') {
		allowed = r.env["HOME"] + rest
	}
	below, whole := strings.CutSuffix(filepath.ToSlash(allowed), "/*")
	if real, err := filepath.EvalSymlinks(filepath.FromSlash(below)); err == nil {
		below = filepath.ToSlash(real)
	}
	dir = filepath.ToSlash(dir)
	if whole {
		return strings.HasPrefix(dir, strings.TrimSuffix(below, "/")+"/")
	}
	return dir == below
}
