package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/mlops-as-code/mlops/internal/block"
	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/gitindex"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
)

// lockState is the lock as it is on disk and in git's index. No spec is needed:
// in the middle of a merge there may be none.
type lockState struct {
	s *session
	// src is the file, nil when there is none; lock is it where it can be read, and
	// fault says why not.
	src   []byte
	perm  fs.FileMode
	lock  *lockfile.Lock
	fault error
	// sides are the locks of an unmerged index: base, ours and theirs. A base that
	// is not there is empty. They are nil when one cannot be read.
	sides []*lockfile.Lock
	// unmerged are mlops's own files that the index has as unmerged.
	unmerged []string
}

func (a *app) lockState() (*lockState, error) {
	s, err := a.enter()
	if err != nil {
		return nil, err
	}
	l := &lockState{s: s}
	if s.repo, err = a.openRepository(s.dir); err != nil {
		return l, err
	}
	if err := l.read(); err != nil {
		return l, err
	}
	if s.repo != nil {
		l.readStages()
	}
	return l, nil
}

func (l *lockState) close() {
	if l != nil {
		l.s.close()
	}
}

func (l *lockState) read() error {
	dir, err := fsops.OpenOS(l.s.dir)
	if err != nil {
		return fmt.Errorf("%s: %w", l.s.dir, bare(err))
	}
	defer dir.Close()
	info, err := dir.Lstat(planner.LockPath)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", planner.LockPath, bare(err))
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s: is no regular file", planner.LockPath)
	}
	l.perm = info.Mode().Perm()
	if l.src, err = fsops.ReadFile(dir, planner.LockPath, lockfile.MaxSize+1); err != nil {
		return named(planner.LockPath, err)
	}
	l.lock, l.fault = lockfile.Parse(l.src)
	return nil
}

// readStages reads what git's index holds of a merge that was not finished. An
// index that cannot be read tells nothing.
func (l *lockState) readStages() {
	repo := l.s.repo
	data, err := readGit(repo.repo.IndexFile, maxIndex)
	if err != nil {
		return
	}
	index, err := gitindex.Parse(data)
	if err != nil {
		return
	}
	lock, bases := repo.full(planner.LockPath), repo.full(planner.BaseDir)+"/"
	stages := map[int]gitindex.Hash{}
	for e := range index.All() {
		p := string(e.Path)
		if e.Stage == 0 || p != lock && !strings.HasPrefix(p, bases) {
			continue
		}
		if p == lock {
			stages[e.Stage] = e.Hash
		}
		l.unmerged = append(l.unmerged, strings.TrimPrefix(p, strings.TrimSuffix(lock, planner.LockPath)))
	}
	l.unmerged = slices.Compact(l.unmerged)
	l.sides = l.readSides(stages)
}

// readSides parses the three stages; nil when ours or theirs is not there, or one
// cannot be read.
func (l *lockState) readSides(stages map[int]gitindex.Hash) []*lockfile.Lock {
	out := []*lockfile.Lock{{}, nil, nil}
	for i := range out {
		hash, ok := stages[i+1]
		if !ok {
			continue
		}
		src, err := l.s.repo.repo.Blob(plumbing.Hash(hash))
		if err == nil {
			out[i], err = lockfile.Parse(src)
		}
		if err != nil {
			return nil
		}
	}
	if out[1] == nil || out[2] == nil {
		return nil
	}
	return out
}

// needs reports whether the lock needs resolving: it cannot be read, or it is one
// side of a merge as it was, without the other.
func (l *lockState) needs() bool {
	if l.fault != nil {
		return true
	}
	if l.sides == nil || l.lock == nil {
		return false
	}
	have := l.lock.Bytes()
	if !bytes.Equal(have, l.sides[1].Bytes()) && !bytes.Equal(have, l.sides[2].Bytes()) {
		return false // settled already
	}
	merged, _ := l.merge()
	return !bytes.Equal(have, merged.Bytes())
}

func (l *lockState) complaint() string {
	if l.fault != nil {
		return l.fault.Error()
	}
	return planner.LockPath + ": holds only one side of the merge: run `mlops lock --resolve`"
}

func (l *lockState) merge() (lockfile.Lock, []lockfile.Note) {
	return lockfile.Merge(*l.sides[0], *l.sides[1], *l.sides[2], l.onDisk)
}

// settle writes the resolved lock.
func (l *lockState) settle(r *lockReport) error {
	var merged lockfile.Lock
	var notes []lockfile.Note
	if l.sides != nil {
		r.From = "index"
		merged, notes = l.merge()
	} else {
		var err error
		r.From = "markers"
		if merged, notes, err = lockfile.Resolve(l.src, l.onDisk); err != nil {
			return err
		}
	}
	r.Resolved, r.Notes, l.lock = true, notesOf(notes), &merged
	return l.write(merged.Bytes())
}

// write replaces the lock in one step, unless somebody else just did.
func (l *lockState) write(content []byte) error {
	dir, err := fsops.OpenOS(l.s.dir)
	if err != nil {
		return fmt.Errorf("%s: %w", l.s.dir, bare(err))
	}
	defer dir.Close()
	temp := fmt.Sprintf("%s.%d", planner.LockPath, os.Getpid())
	if _, err := fsops.WriteFile(dir, temp, content, l.perm); err != nil {
		return fmt.Errorf("%s: %w", temp, bare(err))
	}
	now, err := fsops.ReadFile(dir, planner.LockPath, lockfile.MaxSize+1)
	if err == nil && !bytes.Equal(now, l.src) {
		err = errors.New(planner.LockPath + ": was changed by another program; try again")
	}
	if err == nil {
		err = dir.Sync()
	}
	if err == nil {
		err = dir.Rename(temp, planner.LockPath)
	}
	if err != nil {
		_ = dir.Remove(temp)
		return named(planner.LockPath, err)
	}
	return nil
}

// onDisk is what stands where an object is. The lock's digest of text is that of
// its LF form, so that it does not matter how git checked it out. Keys are in files
// of any layout, and their digests are not one for the object.
func (l *lockState) onDisk(o lockfile.Object) (digest, mode string, ok bool) {
	found, err := planner.Actual(l.s.root, &planner.Tree{}, &lockfile.Lock{Objects: []lockfile.Object{o}}, planner.Checkout{})
	disk := found[o.Path]
	if err != nil || disk == nil || disk.Type != "file" || o.Kind == "file_keys" {
		return "", "", false
	}
	if o.Kind == "file_block" {
		return regionDigest(disk.Content, o.Address)
	}
	if l.s.repo == nil || l.s.repo.fileMode {
		mode = disk.Mode
	}
	return planner.RenderedDigest(disk.Content), mode, true
}

func regionDigest(text []byte, address string) (digest, mode string, ok bool) {
	regions, err := block.Find(text)
	if err != nil {
		return "", "", false
	}
	for _, r := range regions {
		if r.Address == address {
			return planner.Digest(block.Normal(r.Body)), "", true
		}
	}
	return "", "", false
}
