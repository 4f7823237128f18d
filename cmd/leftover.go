package cmd

import (
	"bytes"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/mlops-as-code/mlops/internal/gitrepo"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
)

// leftovers finds work of an earlier apply that is right on disk and in the lock
// but not in HEAD: after a crash, or after --no-commit. The next apply commits it.
type leftovers struct {
	s       *session
	p       *planner.Plan
	disk    map[string]*planner.Disk
	changed map[string]bool
	out     []planner.FileRef
}

func (s *session) leftover(p *planner.Plan, tree *planner.Tree, disk map[string]*planner.Disk) ([]planner.FileRef, error) {
	l := &leftovers{s: s, p: p, disk: disk, changed: map[string]bool{}, out: []planner.FileRef{}}
	if s.lockSrc == nil || (s.repo != nil && s.repo.broken != nil) {
		return l.out, nil
	}
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Actions[0] != "forget" || c.Before == nil {
			l.changed[c.Path] = true // the commit has it; a file that is forgotten and stays is not in it
		}
	}
	return l.find(tree)
}

func (l *leftovers) find(tree *planner.Tree) ([]planner.FileRef, error) {
	paths := []string{planner.LockPath}
	for i := range tree.Entries {
		paths = append(paths, string(tree.Entries[i].Path))
	}
	paths = append(paths, l.extra(tree)...)
	head, err := l.s.repo.inHead(paths)
	if err != nil {
		return nil, err
	}
	if err := l.more(tree, head); err != nil {
		return nil, err
	}
	for i := range tree.Entries {
		l.entry(&tree.Entries[i], head)
	}
	lockInHead := l.same(head, planner.LockPath, l.s.lockSrc, "0644")
	if l.p.Lock == nil && !lockInHead {
		l.out = append(l.out, planner.FileRef{Path: planner.LockPath, Digest: planner.Digest(l.s.lockSrc), Mode: "0644"})
	}
	if !lockInHead {
		if err := l.removed(head); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(l.out, func(a, b planner.FileRef) int { return strings.Compare(a.Path, b.Path) })
	return l.out, nil
}

// inHead looks project paths up in HEAD; without a repository nothing is there.
func (r *repository) inHead(paths []string) (map[string]gitrepo.Entry, error) {
	if r == nil {
		return nil, nil
	}
	full := make([]string, len(paths))
	for i, p := range paths {
		full[i] = r.full(p)
	}
	return r.repo.Lookup(r.head.Commit, full)
}

func (l *leftovers) entry(e *planner.Entry, head map[string]gitrepo.Entry) {
	p := string(e.Path)
	d := l.disk[p]
	if d == nil || d.Type != "file" || l.changed[p] || !l.locked(p) {
		return
	}
	if e.Ownership == "user" || e.Ownership == "shared" && (!d.Same || d.Mode != e.Mode) {
		// What the user made of it since is theirs to commit.
		if _, ok := head[l.s.repo.name(p)]; !ok {
			l.out = append(l.out, planner.FileRef{Path: p, Digest: planner.Digest(d.Content), Mode: d.Mode})
		}
		return
	}
	if !d.Same || (d.Content == nil && l.indexed(head, p, e.Mode)) || l.same(head, p, e.Content, e.Mode) {
		return
	}
	digest := e.Digest
	if d.Content != nil {
		digest = planner.Digest(d.Content)
	}
	l.out = append(l.out, planner.FileRef{Path: p, Digest: digest, Mode: d.Mode})
}

func (l *leftovers) locked(p string) bool {
	if l.s.locked == nil {
		l.s.locked = make(map[string]bool, len(l.s.lock.Objects))
		for i := range l.s.lock.Objects {
			l.s.locked[l.s.lock.Objects[i].Path] = true
		}
	}
	return l.s.locked[p]
}

// name is a project path as HEAD has it; r may be nil.
func (r *repository) name(p string) string {
	if r == nil {
		return p
	}
	return r.full(p)
}

// same reports whether HEAD holds these bytes, as git stores them.
func (l *leftovers) same(head map[string]gitrepo.Entry, p string, content []byte, mode string) bool {
	r := l.s.repo
	if r == nil {
		return false
	}
	e, ok := head[r.full(p)]
	if !ok || e.Hash != plumbing.Hash(blobHash(r.clean(p, content))) {
		return false
	}
	return (e.Mode == filemode.Executable) == (mode == "0755")
}

// indexed reports whether HEAD holds what the index does, for a file that the
// index proved to be the wanted one: no byte need be hashed again.
func (l *leftovers) indexed(head map[string]gitrepo.Entry, p, mode string) bool {
	if l.s.repo == nil {
		return false
	}
	full := l.s.repo.full(p)
	e, ok := head[full]
	return ok && e.Hash == plumbing.Hash(l.s.repo.index[full].hash) && (e.Mode == filemode.Executable) == (mode == "0755")
}

// removed finds deletions that HEAD does not have yet: paths of HEAD's lock that
// the lock on disk no longer lists and that are gone from the disk.
func (l *leftovers) removed(head map[string]gitrepo.Entry) error {
	r := l.s.repo
	if r == nil {
		return nil
	}
	e, ok := head[r.full(planner.LockPath)]
	if !ok {
		return nil
	}
	src, err := r.repo.Blob(e.Hash)
	if err != nil || bytes.Equal(src, l.s.lockSrc) {
		return err
	}
	old, err := lockfile.Parse(src)
	if err != nil {
		return nil // what HEAD holds is no lock of ours; nothing follows from it
	}
	var gone []string
	for i := range old.Objects {
		if p := old.Objects[i].Path; !l.locked(p) && l.disk[p] == nil {
			if _, err := l.s.root.Lstat(p); err != nil {
				gone = append(gone, p)
			}
		}
	}
	still, err := r.inHead(gone)
	for _, p := range gone {
		if _, ok := still[r.full(p)]; ok {
			l.out = append(l.out, planner.FileRef{Path: p})
		}
	}
	return err
}
