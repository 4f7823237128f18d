package cmd

import (
	"maps"
	"reflect"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/mlops-as-code/mlops/internal/block"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
)

// compare holds HEAD's lock against the one that the apply leaves behind, object
// by object, and finds what has left its path between the two.
func (l *leftovers) compare() error {
	old, err := l.committed()
	if err != nil || old == nil {
		return err
	}
	next := l.next()
	if next == nil || next == old {
		return nil
	}
	for i := range old.Objects {
		o := &old.Objects[i]
		n := next.Find(o.Address)
		if n != nil && reflect.DeepEqual(o, n) {
			continue
		}
		l.differ[o.Path] = true
		if n == nil || n.Path != o.Path {
			l.gone = append(l.gone, *o)
		}
	}
	now := make(map[string]bool, len(next.Objects))
	for i := range next.Objects {
		n := &next.Objects[i]
		now[n.Path] = true
		if o := old.Find(n.Address); o == nil || o.Path != n.Path {
			l.differ[n.Path] = true
		}
	}
	return l.left(now)
}

// committed is HEAD's lock; nil when nothing follows from what HEAD holds.
func (l *leftovers) committed() (*lockfile.Lock, error) {
	r := l.s.repo
	if r == nil {
		return nil, nil
	}
	e, ok := l.head[r.full(planner.LockPath)]
	if !ok {
		return &lockfile.Lock{}, nil
	}
	// To name the lock on disk is much less work than to unpack the one of HEAD.
	if l.s.lockSrc != nil && e.Hash == plumbing.Hash(blobHash(l.s.lockSrc)) {
		return l.s.lock, nil
	}
	src, err := r.repo.Blob(e.Hash)
	if err != nil {
		return nil, err
	}
	old, err := lockfile.Parse(src)
	if err != nil {
		return nil, nil // it is no lock of ours
	}
	return old, nil
}

// next is the lock as it will be after the apply. It is nil where that cannot be:
// conflicts may give two objects one path, and nobody carries such a plan out.
func (l *leftovers) next() *lockfile.Lock {
	t := l.p.Lock
	switch {
	case t == nil:
		return l.s.lock
	case t.After == "":
		return &lockfile.Lock{}
	}
	next, err := lockfile.Parse(l.p.Blobs[t.After])
	if err != nil {
		return nil
	}
	return next
}

// left finds what HEAD still has at the paths that objects have left: whole files,
// unless another object has the path now, and parts of files that stay.
func (l *leftovers) left(now map[string]bool) error {
	paths := make([]string, len(l.gone))
	for i := range l.gone {
		paths[i] = l.gone[i].Path
	}
	head, err := l.s.repo.inHead(paths)
	if err != nil {
		return err
	}
	maps.Copy(l.head, head)
	disk, err := l.composed()
	if err != nil {
		return err
	}
	for i := range l.gone {
		o := &l.gone[i]
		e, ok := l.head[l.s.repo.full(o.Path)]
		if !ok || e.Mode == filemode.Dir || l.changed[o.Path] {
			continue
		}
		if d := disk[o.Path]; d != nil && d.Type == "file" {
			if err := l.taken(o, d); err != nil {
				return err
			}
		} else if info, err := l.s.root.Lstat(o.Path); !now[o.Path] && (err != nil || info.IsDir()) {
			l.out = append(l.out, planner.FileRef{Path: o.Path})
		}
	}
	return nil
}

func isPart(kind string) bool { return kind == "file_block" || kind == "file_keys" }

// composed are the files that parts have left, as they are on disk.
func (l *leftovers) composed() (map[string]*planner.Disk, error) {
	lock := &lockfile.Lock{}
	for _, o := range l.gone {
		if isPart(o.Kind) {
			lock.Objects = append(lock.Objects, o)
		}
	}
	if lock.Objects == nil {
		return nil, nil
	}
	return planner.Actual(l.s.root, &planner.Tree{}, lock, l.s.repo.checkout())
}

// taken commits a file without the part that HEAD still has in it. A part that
// its file keeps, because the spec only forgets it, is no work to be committed.
func (l *leftovers) taken(o *lockfile.Object, d *planner.Disk) error {
	hash := l.head[l.s.repo.full(o.Path)].Hash
	if !isPart(o.Kind) || l.forgotten[o.Path] || hash == plumbing.Hash(blobHash(l.s.repo.clean(o.Path, d.Content))) {
		return nil
	}
	if o.Kind == "file_block" {
		text, err := l.s.repo.repo.Blob(hash)
		if err != nil || !hasRegion(text, o.Address) || hasRegion(d.Content, o.Address) {
			return err
		}
	}
	l.keep(o.Path, planner.Digest(d.Content), d.Mode)
	return nil
}

func hasRegion(text []byte, address string) bool {
	// What cannot be read has no region that anybody could have taken out.
	all, _ := block.Find(text)
	for i := range all {
		if all[i].Address == address {
			return true
		}
	}
	return false
}
