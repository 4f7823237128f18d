package cmd

import (
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
// What HEAD's lock and the next one tell of differently is left over where disk
// and HEAD differ; edits that a user made of anything else are his to commit.
type leftovers struct {
	s    *session
	p    *planner.Plan
	disk map[string]*planner.Disk
	head map[string]gitrepo.Entry
	// changed are the paths that the commit has because of the plan's changes, and
	// forgotten those of keys that are the user's from now on.
	changed, forgotten map[string]bool
	// differ are the paths of objects that HEAD's lock and the next one have
	// different stanzas for, gone the objects that have left their path since.
	differ map[string]bool
	gone   []lockfile.Object
	out    []planner.FileRef
}

func (s *session) leftover(p *planner.Plan, tree *planner.Tree, disk map[string]*planner.Disk) ([]planner.FileRef, error) {
	l := &leftovers{s: s, p: p, disk: disk, changed: map[string]bool{}, forgotten: map[string]bool{}, differ: map[string]bool{}, out: []planner.FileRef{}}
	if s.repo != nil && s.repo.broken != nil {
		return l.out, nil
	}
	if s.lockSrc == nil {
		head, err := s.repo.inHead([]string{planner.LockPath})
		if err != nil || len(head) == 0 {
			return l.out, err
		}
	}
	for i := range p.Changes {
		l.change(&p.Changes[i])
	}
	return l.find(tree)
}

// change notes what the commit has of a change. A file that is forgotten and
// stays is not in it.
func (l *leftovers) change(c *planner.Change) {
	switch {
	case c.Actions[0] != "forget" || c.Before == nil:
		l.changed[c.Path] = true
		if c.Actions[0] == "move" {
			l.changed[c.PreviousPath] = true
		}
	case c.Kind == "file_keys":
		l.forgotten[c.Path] = true
	}
}

func (l *leftovers) find(tree *planner.Tree) (out []planner.FileRef, err error) {
	paths := []string{planner.LockPath}
	for i := range tree.Entries {
		paths = append(paths, string(tree.Entries[i].Path))
	}
	paths = append(paths, l.extra(tree)...)
	if l.head, err = l.s.repo.inHead(paths); err != nil {
		return nil, err
	}
	if err := l.compare(); err != nil {
		return nil, err
	}
	if err := l.more(tree); err != nil {
		return nil, err
	}
	for i := range tree.Entries {
		l.entry(&tree.Entries[i])
	}
	l.lock()
	slices.SortFunc(l.out, func(a, b planner.FileRef) int { return strings.Compare(a.Path, b.Path) })
	return slices.CompactFunc(l.out, func(a, b planner.FileRef) bool { return a.Path == b.Path }), nil
}

// keep commits a file as it is on disk.
func (l *leftovers) keep(p, digest, mode string) {
	l.out = append(l.out, planner.FileRef{Path: p, Digest: digest, Mode: mode})
}

// lock finds that HEAD has another lock, or one that is gone.
func (l *leftovers) lock() {
	_, there := l.head[l.s.repo.name(planner.LockPath)]
	switch {
	case l.p.Lock != nil:
	case l.s.lockSrc == nil && there:
		l.out = append(l.out, planner.FileRef{Path: planner.LockPath})
	case l.s.lockSrc != nil && !l.same(planner.LockPath, l.s.lockSrc, "0644"):
		l.keep(planner.LockPath, planner.Digest(l.s.lockSrc), "0644")
	}
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

func (l *leftovers) entry(e *planner.Entry) {
	p := string(e.Path)
	d := l.disk[p]
	if d == nil || d.Type != "file" || l.changed[p] || !l.locked(p) {
		return
	}
	// A README has edits, line ends and sections of both owners; what is wrong with it
	// is a change of the plan.
	edited := (e.Ownership == "shared" || e.Kind == "readme") && (!d.Same || d.Mode != e.Mode)
	mode, theirs := e.Mode, e.Ownership == "user" || edited && !l.differ[p]
	if theirs || edited {
		mode = d.Mode
	}
	if _, there := l.head[l.s.repo.name(p)]; theirs && there || !theirs && !edited && !d.Same {
		return // what the user made of it since is theirs to commit
	}
	switch {
	case d.Content != nil && !l.same(p, d.Content, mode):
		l.keep(p, planner.Digest(d.Content), d.Mode)
	case d.Content == nil && !l.indexed(p, mode) && !l.same(p, e.Content, mode):
		l.keep(p, e.Digest, d.Mode) // proven to be the wanted bytes
	}
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
func (l *leftovers) same(p string, content []byte, mode string) bool {
	r := l.s.repo
	if r == nil {
		return false
	}
	e, ok := l.head[r.full(p)]
	if !ok || e.Hash != plumbing.Hash(blobHash(r.clean(p, content))) {
		return false
	}
	return (e.Mode == filemode.Executable) == (mode == "0755")
}

// indexed reports whether HEAD holds what the index does, for a file that the
// index proved to be the wanted one: no byte need be hashed again.
func (l *leftovers) indexed(p, mode string) bool {
	if l.s.repo == nil {
		return false
	}
	full := l.s.repo.full(p)
	e, ok := l.head[full]
	return ok && e.Hash == plumbing.Hash(l.s.repo.index[full].hash) && (e.Mode == filemode.Executable) == (mode == "0755")
}
