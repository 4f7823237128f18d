package applier

import (
	"context"
	"errors"
	"time"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/gitconf"
	"github.com/mlops-as-code/mlops/planner"
)

// Request is one plan to carry out, and the world to do it in.
type Request struct {
	Plan *planner.Plan
	// Root is the project root, an absolute path.
	Root string
	// Env is the process's environment, as git is to see it.
	Env gitconf.Env
	// UID is the effective user id, by which git tells whose a repository is;
	// 0 means this process's.
	UID int
	// Now is the time of the commit.
	Now time.Time
	// Version is the program's.
	Version string
	// Who is told to other processes that find the lock held.
	Who Who
	// Workers is how many files are worked on at once; 0 means two. With 1 all
	// is done on the caller's goroutine.
	Workers int
	// Open opens a directory for reading and writing; nil means the operating
	// system's.
	Open func(dir string) (fsops.Dir, error)
	// Progress, if set, is called now and then, not concurrently.
	Progress func(done, total int, what string)
}

// Who is the process that applies.
type Who struct {
	PID        int
	Host, User string
	// Operation is the command, such as "apply" or "destroy".
	Operation string
}

// Result is what was done. Paths are relative to the project root and sorted.
type Result struct {
	// Commit is the new commit, "" when none was made; Ref is what it moved:
	// "refs/heads/x", or "HEAD" when that is detached.
	Commit, Ref string
	// Branch is Ref's short name, "" when HEAD is detached.
	Branch           string
	Written, Removed []string
	// Backup is the ref, or without a repository the directory, that keeps the
	// bytes that were overwritten; "" when there are none. BackupPaths are the
	// paths in it.
	Backup      string
	BackupPaths []string
	// InitialisedRepo says that the repository is new.
	InitialisedRepo bool
	// Nothing says that there was nothing to do.
	Nothing bool
	// Notes are sentences for the user.
	Notes []string
}

// Apply carries out the plan. Until it has looked at everything and taken all
// locks, an error or the end of ctx leaves everything as it was; later ones do
// too, up to the moving of the ref. After that the end of ctx is ignored. A
// Result is also returned with an error when files were written.
//
// Errors are *StaleError, *ConflictError, *BusyError, *ObstacleError,
// *PlanError, *GitError, gitconf.ErrNoIdentity, or what the system answered.
func Apply(ctx context.Context, req Request) (*Result, error) {
	t, err := begin(req)
	if err != nil {
		return nil, err
	}
	defer t.close()
	if t.idle() {
		return &Result{Nothing: true}, nil
	}
	if err := t.lockProcess(); err != nil {
		return nil, err
	}
	defer t.unlockProcess()
	if err := t.recover(ctx); err != nil {
		t.keepRecord = true // the next run still has to know whose locks these are
		return nil, err
	}
	if t.wants() {
		if err := t.check(ctx); err != nil {
			return nil, err
		}
	}
	if t.nothing() {
		t.result.Nothing = !t.repaired
		return &t.result, nil
	}
	return t.run(ctx)
}

// run is the part of Apply that writes.
func (t *tx) run(ctx context.Context) (*Result, error) {
	err := t.prepare(ctx)
	if err == nil {
		err = ctx.Err()
	}
	// The point of no return: from here on a kill is finished by the next run.
	if err == nil {
		err = t.publish()
	}
	if err == nil {
		err = t.commit(ctx)
	}
	if err != nil && !t.moved {
		return t.giveUp(err)
	}
	return t.finish(err)
}

// giveUp puts everything back as it was.
func (t *tx) giveUp(cause error) (*Result, error) {
	if err := t.rollBack(); err != nil {
		t.keepRecord = true
		return &t.result, errors.Join(cause, errIncomplete, err)
	}
	return nil, cause
}

var errIncomplete = errors.New("not everything could be put back; run mlops plan to see what is left to do")
