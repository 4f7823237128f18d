package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/mlops-as-code/mlops/internal/gitrepo"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
)

// The trailers of commits: every one that mlops makes has the first, an undo also
// the second, which names what it takes back.
const (
	planTrailer = "Mlops-Plan"
	undoTrailer = "Mlops-Undo"
)

// maxHistory bounds how many commits are looked at for an apply.
const maxHistory = 10000

// history goes back through the first parents of HEAD.
type history struct {
	s    *session
	next plumbing.Hash
	seen int
	// back are the commits that a later one takes back: those of undo and of git
	// revert, unless they are taken back themselves.
	back map[string]bool
	// undone counts the applies that were found to be undone already.
	undone int
	// alien is the newest commit that changed the lock and is none of these.
	alien *applied
}

// applied is the commit of an apply.
type applied struct {
	hash, parent plumbing.Hash // parent is zero for the first commit
	message      string
	before       lockSide
	after        lockSide
	// bases are the merge bases that the two commits hold, by name.
	bases map[string][]byte
}

// lockSide is the lock of one commit; src is nil where it has none.
type lockSide struct {
	lock *lockfile.Lock
	src  []byte
}

func (c *applied) short() string { return c.hash.String()[:7] }

func (c *applied) subject() string {
	line, _, _ := strings.Cut(c.message, "\n")
	return strings.TrimSpace(line)
}

// history begins at HEAD, where that is a branch with commits.
func (s *session) history() (*history, error) {
	r := s.repo
	switch {
	case r == nil:
		return nil, errors.New("no git repository here, so there is no apply to undo")
	case r.broken != nil:
		return nil, r.broken
	case r.head.Commit.IsZero():
		return nil, errors.New("no commit yet on this branch, so there is no apply to undo")
	case r.head.Ref == "":
		return nil, errors.New("HEAD is detached: switch to the branch whose last apply is to be undone")
	}
	return &history{s: s, next: r.head.Commit, back: map[string]bool{}}, nil
}

// lastApply finds the next older apply of this project that no later commit takes
// back.
func (h *history) lastApply() (*applied, error) {
	repo := h.s.repo.repo
	for ; !h.next.IsZero(); h.seen++ {
		if h.seen >= maxHistory {
			return nil, fmt.Errorf("no apply to undo among the last %d commits; older ones are not looked at", maxHistory)
		}
		now := h.next
		c, err := repo.Commit(now)
		if err != nil {
			return nil, err
		}
		h.next = plumbing.ZeroHash
		if len(c.Parents) > 0 {
			h.next = c.Parents[0]
			if !repo.HasObject(h.next) {
				return nil, fmt.Errorf("the history of this clone ends at commit %.7s, before an apply that could be undone; fetch the rest with `git fetch --unshallow`", now)
			}
		}
		found, err := h.look(&applied{hash: now, parent: h.next, message: c.Message}, len(c.Parents) > 1)
		if found != nil || err != nil {
			h.seen++
			return found, err
		}
	}
	if h.undone > 0 || len(h.back) > 0 {
		return nil, errors.New("no apply to undo: all of this branch are undone already")
	}
	return nil, errors.New("no apply to undo: no commit of this branch was made by `mlops apply` for this project")
}

// look judges one commit; nil is none to undo.
func (h *history) look(c *applied, merge bool) (*applied, error) {
	gone := h.back[c.hash.String()]
	if !gone {
		for _, name := range takenBack(c.message) {
			h.back[name] = true
		}
	}
	if merge && !gone {
		return nil, h.s.refuseMerge(c)
	}
	switch {
	case gone || gitwrite.Trailer(c.message, undoTrailer) != "":
		return nil, nil
	case gitwrite.Trailer(c.message, planTrailer) == "":
		return nil, h.notice(c)
	}
	touched, err := h.s.touched(c)
	if !touched || err != nil {
		return nil, err
	}
	if h.alien != nil {
		return nil, fmt.Errorf("commit %s (%s) changed %s since the last apply that mlops made (%s); undo cannot tell what it did: revert it with `git revert %s`, or change the spec back and run `mlops apply`",
			h.alien.short(), h.alien.subject(), planner.LockPath, c.subject(), h.alien.short())
	}
	return c, nil
}

// notice remembers a commit that is no apply and changed the lock all the same: an
// apply whose message was amended, or one that was committed by hand.
func (h *history) notice(c *applied) error {
	if h.alien != nil || len(takenBack(c.message)) > 0 {
		return nil
	}
	changed, err := h.s.changedLock(c)
	if changed && err == nil {
		h.alien = c
	}
	return err
}

// changedLock compares the lock of a commit with its first parent's.
func (s *session) changedLock(c *applied) (bool, error) {
	at := s.repo.full(planner.LockPath)
	after, before, err := s.pair(c, []string{at})
	return err == nil && after[at] != before[at], err
}

var revertLine = lazy.Regexp(`(?m)^This reverts commit ([0-9a-f]{40,64})[.,]?`)

// takenBack are the commits that a message says it takes back.
func takenBack(message string) []string {
	var out []string
	if name := gitwrite.Trailer(message, undoTrailer); name != "" {
		out = append(out, name)
	}
	for _, m := range revertLine().FindAllStringSubmatch(message, -1) {
		out = append(out, m[1])
	}
	return out
}

// refuseMerge stops at a merge that brought applies: which of them was the last,
// the first parents do not tell.
func (s *session) refuseMerge(c *applied) error {
	if changed, err := s.changedLock(c); !changed || err != nil {
		return err
	}
	return fmt.Errorf("commit %s is a merge that brought applies of another branch, and undo does not go past it; take it back with `git revert -m 1 %s`", c.short(), c.short())
}

// touched reports whether a commit changed the project's lock or anything that the
// lock names, and reads the locks.
func (s *session) touched(c *applied) (bool, error) {
	if prefix := s.repo.repo.Prefix; prefix != "" {
		after, before, err := s.pair(c, []string{prefix})
		if err != nil || after[prefix] == before[prefix] {
			return false, err
		}
	}
	var err error
	if c.after, err = s.lockAt(c.hash); err != nil {
		return false, err
	}
	if c.before, err = s.lockAt(c.parent); err != nil {
		return false, err
	}
	if string(c.after.src) != string(c.before.src) {
		return true, nil
	}
	var paths []string
	for i := range c.after.lock.Objects {
		paths = append(paths, s.repo.full(c.after.lock.Objects[i].Path))
	}
	after, before, err := s.pair(c, paths)
	for _, p := range paths {
		if after[p] != before[p] {
			return true, err
		}
	}
	return false, err
}

// pair looks paths up in a commit and in its parent.
func (s *session) pair(c *applied, full []string) (after, before map[string]gitrepo.Entry, err error) {
	if after, err = s.repo.repo.Lookup(c.hash, full); err != nil {
		return nil, nil, err
	}
	before, err = s.repo.repo.Lookup(c.parent, full)
	return after, before, err
}

// lockAt reads the lock of a commit; the zero commit has none.
func (s *session) lockAt(commit plumbing.Hash) (lockSide, error) {
	at := s.repo.full(planner.LockPath)
	found, err := s.repo.repo.Lookup(commit, []string{at})
	if err != nil {
		return lockSide{}, err
	}
	e, ok := found[at]
	if !ok {
		return lockSide{lock: &lockfile.Lock{Version: lockfile.Version}}, nil
	}
	src, err := s.repo.repo.Blob(e.Hash)
	if err != nil {
		return lockSide{}, fmt.Errorf("%s in commit %.7s: %w", planner.LockPath, commit, err)
	}
	lock, err := lockfile.Parse(src)
	if err != nil {
		return lockSide{}, fmt.Errorf("in commit %.7s: %w", commit, err)
	}
	return lockSide{lock, src}, nil
}
