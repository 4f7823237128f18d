package applier

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/gitindex"
	"github.com/mlops-as-code/mlops/internal/safepath"
)

// dirOf is the directory of a path with slashes.
func dirOf(p string) string { return path.Dir(p) }

// publish renames the new files into place: first the removals that make room,
// then the files, then the other removals, and the lock file when all else is
// done. Only the merge bases that the old lock speaks of go after it: without
// them, a run that was killed before could not merge again. What it did it can
// undo.
func (t *tx) publish() error {
	first, writes, last := t.order()
	bases := slices.DeleteFunc(slices.Clone(last), func(f *file) bool { return !f.stored })
	last = slices.DeleteFunc(last, func(f *file) bool { return f.stored })
	for _, step := range []func() error{
		func() error { return t.removeAll(first) },
		func() error { return t.makeDirs(writes) },
		func() error { return t.writeAll(writes) },
		func() error { return t.removeAll(last) },
		t.publishLock,
		func() error { return t.removeAll(bases) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// order sorts the work. A removal comes first when it makes room: for a file
// where a directory was, for a directory where a file was, or for a name that
// some systems take for the same.
func (t *tx) order() (first, writes, last []*file) {
	keys := map[string]bool{}
	for _, f := range t.files {
		if f.role != roleWrite && f.role != roleMakeDir {
			continue
		}
		writes = append(writes, f)
		for key := safepath.Fold(safepath.Path(f.path)); key != "." && !keys[key]; key = path.Dir(key) {
			keys[key] = true
		}
	}
	for _, f := range t.files {
		if f.role != roleRemove && f.role != roleDropDir {
			continue
		}
		makesRoom := false
		for key := safepath.Fold(safepath.Path(f.path)); key != "."; key = path.Dir(key) {
			makesRoom = makesRoom || keys[key] && (key == safepath.Fold(safepath.Path(f.path)) || t.writesAt(key))
		}
		if makesRoom {
			first = append(first, f)
		} else {
			last = append(last, f)
		}
	}
	// Directories are removed after what is in them.
	deepest := func(a, b *file) int { return strings.Compare(b.path, a.path) }
	slices.SortStableFunc(first, deepest)
	slices.SortStableFunc(last, deepest)
	return first, writes, last
}

// writesAt reports whether the plan writes a file whose key is key.
func (t *tx) writesAt(key string) bool {
	if t.written == nil {
		t.written = map[string]bool{}
		for _, f := range t.files {
			if f.role == roleWrite {
				t.written[safepath.Fold(safepath.Path(f.path))] = true
			}
		}
	}
	return t.written[key]
}

// makeDirs makes the directories that the files need.
func (t *tx) makeDirs(writes []*file) error {
	done := map[string]bool{".": true}
	for _, f := range writes {
		dir := path.Dir(f.path)
		if f.role == roleMakeDir {
			dir = f.path
		}
		if done[dir] {
			continue
		}
		done[dir] = true
		made, err := fsops.MkdirAll(t.work, dir, 0o777)
		for _, name := range made {
			t.onUndo(func() error { return gone(t.work.Remove(name)) })
		}
		if err != nil {
			return err
		}
		if info, err := t.work.Lstat(dir); err != nil || !info.IsDir() {
			return &StaleError{[]string{dir + ": is not a directory any more"}}
		}
		if f.role == roleMakeDir {
			t.result.Written = append(t.result.Written, f.path)
		}
	}
	return nil
}

func (t *tx) writeAll(writes []*file) error {
	writes = slices.DeleteFunc(slices.Clone(writes), func(f *file) bool { return f.role != roleWrite })
	stage, err := t.work.Sub(stageDir)
	if err != nil {
		return err
	}
	defer stage.Close()
	groups := slices.Collect(byDirectory(writes))
	var done atomic.Int64
	return t.each(context.Background(), len(groups), func(i int) error {
		dir, err := t.parent(groups[i][0])
		if err != nil {
			return err
		}
		defer t.release(dir)
		for _, f := range groups[i] {
			if err := t.put(f, place{stage, dir}); err != nil {
				return err
			}
			t.progress(int(done.Add(1)), len(writes), "writing")
		}
		return nil
	})
}

// byDirectory splits sorted files into runs that share their directory, none so
// long that other workers would wait for it.
func byDirectory(files []*file) iter.Seq[[]*file] {
	return func(yield func([]*file) bool) {
		for len(files) > 0 {
			n := 1
			for n < min(len(files), 64) && path.Dir(files[n].path) == path.Dir(files[0].path) {
				n++
			}
			if !yield(files[:n]) {
				return
			}
			files = files[n:]
		}
	}
}

// place is where a file comes from and where it goes: two open directories, so
// that nobody can put a link in the way.
type place struct{ stage, dir fsops.Dir }

// parent opens the directory of a file.
func (t *tx) parent(f *file) (fsops.Dir, error) {
	if dir := path.Dir(f.path); dir != "." {
		return t.work.Sub(dir)
	}
	return t.work, nil
}

func (t *tx) release(dir fsops.Dir) {
	if dir != t.work {
		dir.Close()
	}
}

// put renames one new file into place. The old one keeps a second name until
// the end, so that an error can put it back.
func (t *tx) put(f *file, at place) error {
	name := path.Base(f.path)
	if isDir(f.before) {
		if err := t.clearDir(f.path); err != nil {
			return err
		}
	}
	if err := t.unchanged(f, at.dir); err != nil {
		return err
	}
	old := ""
	if f.pre != nil {
		old = f.kept()
		if err := t.work.Link(f.path, old); err != nil {
			if !linkless(err) {
				return err
			}
			old = "" // the error of a later step cannot be undone here
		}
	}
	if err := at.stage.Move(f.stage, at.dir, name); errors.Is(err, syscall.EXDEV) {
		return &ObstacleError{path.Dir(f.path) + " is mounted from another place", "mlops cannot replace files there in one step: unmount it"}
	} else if err != nil {
		return err
	}
	t.onUndo(func() error { return t.unput(f, old) })
	info, err := at.dir.Lstat(name)
	if err != nil {
		return err
	}
	f.placed = info
	return nil
}

// linkless tells whether an error means that a file can have no second name here.
func linkless(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission) ||
		errors.Is(err, syscall.EMLINK) || errors.Is(err, syscall.EXDEV)
}

// kept is the name that the old file keeps.
func (f *file) kept() string { return stageDir + "/old-" + f.stage }

// sameContent reports whether a file is the other one, not written to since.
// The change time may differ: renaming counts as a change of it.
func sameContent(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// unchanged compares a path with what check has seen, just before it is
// replaced.
func (t *tx) unchanged(f *file, dir fsops.Dir) error {
	info, err := dir.Lstat(path.Base(f.path))
	switch {
	case errors.Is(err, fs.ErrNotExist) && f.pre == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return &StaleError{[]string{f.path + ": is not there any more"}}
	case err != nil:
		return err
	case f.pre == nil:
		return &StaleError{[]string{f.path + ": appeared while the plan was carried out"}}
	}
	same := os.SameFile(info, f.pre) && gitindex.StatOf(info) == gitindex.StatOf(f.pre) && info.Mode() == f.pre.Mode()
	if same && t.young(info) {
		// Within one tick of the file system's clock a change leaves no trace.
		data, err := read(t.work, f.path, info)
		if err != nil {
			return err
		}
		same = digestOf(data) == f.before.Digest
	}
	if !same {
		return &StaleError{[]string{f.path + ": changed while the plan was carried out"}}
	}
	return nil
}

// young reports whether a file was written so shortly before this run that its
// times do not prove its content.
func (t *tx) young(info fs.FileInfo) bool {
	tick := 2 * time.Second // of the coarsest file systems
	if info.ModTime().Nanosecond() != 0 {
		tick = 100 * time.Millisecond
	}
	return t.started.IsZero() || info.ModTime().Add(tick).After(t.started)
}

// publishLock puts the lock file in place, which says that all is done.
func (t *tx) publishLock() error {
	switch {
	case t.lockFile == nil || t.lockFile.role == roleGone:
		return nil
	case t.lockFile.role == roleRemove:
		return t.take(t.lockFile)
	}
	stage, err := t.work.Sub(stageDir)
	if err != nil {
		return err
	}
	defer stage.Close()
	return t.put(t.lockFile, place{stage, t.work})
}
