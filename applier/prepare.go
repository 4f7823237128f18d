package applier

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

// prepare takes git's locks and writes everything under private names, flushed
// to disk. Nothing that git or the user looks at changes, but for a backup.
func (t *tx) prepare(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		t.announce, t.lockGit, t.stageFiles, t.makeRepository, t.writeObjects, t.flush, t.keepBackup,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// announce writes the record, from which the next run knows what is ours.
func (t *tx) announce(context.Context) error {
	t.record = gitwrite.Record{
		PID: t.req.Who.PID, Host: t.req.Who.Host, User: t.req.Who.User, Operation: t.req.Who.Operation,
		Version: t.req.Version, Started: t.req.Now, Plan: t.plan.ID,
		Locks: t.lockNames(),
	}
	if !t.out.commit.IsZero() {
		t.record.Commit = t.out.commit.String()
	}
	if t.lockNames() != nil {
		t.record.Entries = t.restaged()
	}
	switch {
	case !t.out.backup.IsZero():
		t.record.Backup = t.out.backupRef
	case len(t.backup.saved) > 0:
		t.record.Backup = backupDir
	}
	return t.record.Write(t.home.dir, t.home.name)
}

// restaged are the paths that are in HEAD as they are to be, and in the index
// otherwise.
func (t *tx) restaged() map[string]string {
	out := map[string]string{}
	for _, f := range t.all() {
		head, entry := t.repo.inHead[f.full], t.repo.indexed[f.full]
		same := head.Mode == f.edit.Mode && head.Hash == f.edit.Hash
		if f.commits() && !f.settled && same && (entry.Mode != head.Mode || entry.Hash != head.Hash) {
			out[f.full] = plumbing.Hash(entry.Hash).String()
		}
	}
	return out
}

// lockNames are the files whose git locks are taken, in this order.
func (t *tx) lockNames() []string {
	switch {
	case t.repo == nil || t.repo.fresh || !t.plan.Commit.Enabled:
		return nil
	case t.out.commit.IsZero(): // the real git takes those of refs by itself
		return []string{t.repo.own + "index"}
	case t.repo.ref == "HEAD":
		return []string{t.repo.own + "index", t.repo.own + "HEAD"}
	}
	return []string{t.repo.own + "index", t.repo.own + "HEAD", t.repo.ref}
}

// lockGit takes the locks, the index's first, and makes sure that what was read
// before still holds.
func (t *tx) lockGit(ctx context.Context) error {
	names := t.lockNames()
	if len(names) == 0 {
		return nil
	}
	t.locks = gitwrite.NewLocks(t.repo.git, t.home.name)
	for i, name := range names {
		if i == 2 {
			if err := gitwrite.ClearRefDirs(t.repo.git, name); err != nil {
				return err
			}
		}
		lock, err := t.locks.Take(ctx, name)
		var held *gitwrite.LockedError
		if errors.As(err, &held) {
			return &BusyError{Path: filepath.Join(t.repo.read.CommonDir, filepath.FromSlash(held.Path))}
		}
		if err != nil {
			return err
		}
		if i == 0 {
			t.indexLock = lock
		} else {
			t.refLock = lock // the last one is of the file that moves
		}
	}
	if err := t.stillThere(); err != nil {
		return err
	}
	if t.refLock != nil {
		return t.refLock.Fill([]byte(t.out.commit.String() + "\n"))
	}
	return nil
}

// stillThere fails when HEAD or the index changed before they were locked.
func (t *tx) stillThere() error {
	head, err := t.repo.read.Head()
	if err != nil {
		return err
	}
	ref := head.Ref
	if ref == "" {
		ref = "HEAD"
	}
	var moved []string
	if ref != t.repo.ref || head.Commit != t.repo.head {
		moved = append(moved, "HEAD: moved while the plan was carried out")
	}
	if !t.repo.sameIndex() {
		moved = append(moved, "the index: changed while the plan was carried out")
	}
	if moved != nil {
		return &StaleError{moved}
	}
	return nil
}

// stageFiles writes the new files under private names beside the targets, with
// their final mode.
func (t *tx) stageFiles(ctx context.Context) error {
	t.staged = true
	if _, err := fsops.MkdirAll(t.work, stageDir, 0o777); err != nil {
		return err
	}
	info, err := fsops.WriteFile(t.work, stageDir+"/.gitignore", []byte("*\n"), 0o666)
	if err != nil {
		return err
	}
	t.started = info.ModTime()
	stage, err := t.work.Sub(stageDir)
	if err != nil {
		return err
	}
	defer stage.Close()
	all := t.all()
	return t.each(ctx, len(all), func(i int) (err error) {
		f := all[i]
		if f.role != roleWrite {
			return nil
		}
		perm := fs.FileMode(0o666)
		if f.exec {
			perm = 0o777
		}
		f.staged, err = fsops.WriteFile(stage, f.stage, f.content, perm)
		t.progress(i+1, len(all), "staging")
		return err
	})
}

// freshDir is where a new repository is built.
const freshDir = stageDir + "/git"

// makeRepository builds the repository that is not there yet.
func (t *tx) makeRepository(context.Context) error {
	if t.repo == nil || !t.repo.fresh {
		return nil
	}
	if err := gitwrite.Init(t.work, freshDir, t.repo.ref[len("refs/heads/"):]); err != nil {
		return err
	}
	git, err := t.work.Sub(freshDir)
	if err != nil {
		return err
	}
	t.repo.git = git
	if t.out.commit.IsZero() {
		return nil
	}
	if _, err := fsops.MkdirAll(git, dirOf(t.repo.ref), 0o777); err != nil {
		return err
	}
	_, err = fsops.WriteFile(git, t.repo.ref, []byte(t.out.commit.String()+"\n"), 0o666)
	return err
}

// writeObjects writes all objects without giving them their names yet.
func (t *tx) writeObjects(ctx context.Context) error {
	if len(t.out.objects) == 0 {
		return nil
	}
	tmp := t.tmpDir()
	if _, err := fsops.MkdirAll(t.repo.git, tmp, 0o777); err != nil {
		return err
	}
	t.store = gitwrite.NewStore(t.repo.git, tmp, t.req.Workers)
	return t.store.Write(ctx, t.out.objects)
}

// tmpDir is where objects wait in the repository.
func (t *tx) tmpDir() string {
	if t.repo.fresh {
		return "mlops/tmp"
	}
	return t.home.path("tmp")
}

// flush makes all that was written outlast a loss of power.
func (t *tx) flush(context.Context) error {
	if err := t.work.Sync(); err != nil {
		return err
	}
	if t.repo == nil || t.repo.fresh || t.sameDevice() {
		return nil
	}
	return t.repo.git.Sync()
}

// sameDevice reports whether one flush does for both directories.
func (t *tx) sameDevice() bool {
	a, aerr := t.work.Lstat(".")
	b, berr := t.repo.git.Lstat(".")
	if aerr != nil || berr != nil {
		return false
	}
	da, ok := fsops.Device(a)
	db, _ := fsops.Device(b)
	return ok && da == db
}

// keepBackup gives the objects their names and, before any file is overwritten,
// makes what it held reachable.
func (t *tx) keepBackup(ctx context.Context) error {
	if t.store != nil {
		if err := t.store.Publish(); err != nil {
			return err
		}
	}
	switch {
	case len(t.backup.saved) == 0:
		return nil
	case t.repo == nil || t.repo.fresh:
		// What is kept in a repository that is not there yet, a kill would lose.
		if err := t.copyBackup(); err != nil {
			return err
		}
	default:
		if _, err := t.repo.git.Lstat(t.out.backupRef); errors.Is(err, fs.ErrNotExist) {
			t.onUndo(func() error { return gone(t.repo.git.Remove(t.out.backupRef)) })
		}
		err := gitwrite.CreateRef(t.repo.git, t.out.backupRef, t.out.backup, t.tmpDir()+"/ref")
		if errors.Is(err, fs.ErrExist) && t.holdsBackup() {
			err = nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", t.out.backupRef, err)
		}
		t.result.Backup = t.out.backupRef
	}
	return t.flush(ctx)
}

// holdsBackup reports whether the backup's name holds it already, from a run that
// overwrote the same bytes within the same second.
func (t *tx) holdsBackup() bool {
	value, err := t.repo.read.RefValue(t.out.backupRef)
	return err == nil && value == t.out.backup
}

// copyBackup keeps what is overwritten where there is no repository: in a
// directory that appears with all its files at once.
func (t *tx) copyBackup() error {
	built := stageDir + "/backup"
	for _, s := range t.backup.saved {
		data, err := s.object.Load()
		if err != nil {
			return err
		}
		if _, err := fsops.MkdirAll(t.work, dirOf(built+"/"+s.path), 0o777); err != nil {
			return err
		}
		perm := fs.FileMode(0o666)
		if s.mode == gitwrite.ModeExec {
			perm = 0o777
		}
		if _, err := fsops.WriteFile(t.work, built+"/"+s.path, data, perm); err != nil {
			return err
		}
		t.result.BackupPaths = append(t.result.BackupPaths, s.path)
	}
	made, err := fsops.MkdirAll(t.work, backupDir, 0o777)
	if len(made) > 0 {
		t.onUndo(func() error { return fsops.RemoveAll(t.work, backupDir) })
	}
	if err != nil {
		return err
	}
	if _, err := t.work.Lstat(backupDir + "/.gitignore"); errors.Is(err, fs.ErrNotExist) {
		if _, err := fsops.WriteFile(t.work, stageDir+"/ignore", []byte("*\n"), 0o666); err != nil {
			return err
		}
		if err := t.work.Rename(stageDir+"/ignore", backupDir+"/.gitignore"); err != nil {
			return err
		}
	}
	if err := t.flush(context.Background()); err != nil {
		return err
	}
	name := backupDir + "/" + t.shortID()
	for n := 2; ; n++ {
		if _, err := t.work.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			break
		}
		name = fmt.Sprintf("%s/%s-%d", backupDir, t.shortID(), n)
	}
	t.result.Backup = name
	t.onUndo(func() error { return fsops.RemoveAll(t.work, name) })
	return t.work.Rename(built, name)
}
