package applier

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
	"github.com/mlops-as-code/mlops/planner"
)

// tx is one run of Apply.
type tx struct {
	req    Request
	plan   *planner.Plan
	result Result

	// files are the plan's paths, sorted, but for the lock file.
	files    []*file
	lockFile *file

	work fsops.Dir   // the project root
	repo *repository // nil when there is none and none is to be made
	// home is where this apply keeps what is its own.
	home   home
	held   io.Closer // the process lock
	record gitwrite.Record

	backup *backup
	out    outcome
	locks  *gitwrite.Locks
	// indexLock and refLock are held from prepare to commit.
	indexLock, refLock *gitwrite.Lock
	store              *gitwrite.Store

	mu     sync.Mutex
	undo   []func() error
	staged bool // the stage directory is ours
	// dropped counts the directories that were taken away.
	dropped atomic.Int64
	// started is when this run began, by the file system's clock.
	started time.Time
	// written are the keys of the files that the plan writes, and leaving the
	// paths of those it removes.
	written, leaving map[string]bool
	// moved is set when the ref has moved, and repaired when the index of an
	// interrupted apply was put right.
	moved, repaired bool
	// keepRecord leaves the record for the next run to find.
	keepRecord bool
}

// home is a private directory: mlops in the git directory, or .mlops.
type home struct {
	dir  fsops.Dir
	name string
}

func (h home) path(name string) string { return h.name + "/" + name }

// begin reads the plan and opens what is there. It changes nothing.
func begin(req Request) (*tx, error) {
	if req.Open == nil {
		req.Open = fsops.OpenOS
	}
	if req.Workers == 0 {
		req.Workers = 2
	}
	if req.UID == 0 {
		req.UID = os.Geteuid()
	}
	t := &tx{req: req, plan: req.Plan}
	var err error
	if t.files, t.lockFile, err = load(req.Plan); err != nil {
		return nil, err
	}
	if err := t.open(); err != nil {
		t.close()
		return nil, err
	}
	t.place()
	t.getAhead()
	return t, nil
}

// open opens the project and its repository.
func (t *tx) open() (err error) {
	if t.work, err = t.req.Open(t.req.Root); err != nil {
		return err
	}
	if t.repo, err = openRepository(t.req); err != nil {
		return err
	}
	return t.settleIn()
}

// settleIn decides where this apply keeps its own files, and what it does
// about git.
func (t *tx) settleIn() (err error) {
	if info, err := t.work.Lstat(privateDir); err == nil && !info.IsDir() {
		return &ObstacleError{privateDir + " is not a directory", "mlops keeps its own files there: move it away"}
	}
	if t.repo != nil && !t.plan.Commit.Enabled && t.repo.obstacles("") != nil {
		// Without a commit there is no need to touch such a repository.
		t.repo.close()
		t.repo = nil
	}
	t.home = home{t.work, privateDir}
	switch {
	case t.repo != nil:
		t.home = home{t.repo.git, t.repo.own + "mlops"}
	case t.plan.Commit.Enabled:
		t.repo, err = freshRepository(t.req)
	}
	return err
}

// place finds the files' full paths, and drops what is no business of this run:
// without a commit there is nothing to do for a file that stays as it is.
func (t *tx) place() {
	kept := t.files[:0]
	for _, f := range t.files {
		if !t.plan.Commit.Enabled && (f.role == roleKeep || f.role == roleGone) {
			continue
		}
		f.full = f.path
		if t.repo != nil {
			var inside bool
			if f.full, inside = fullPath(t.repo.prefix, f.path); !inside {
				continue
			}
		}
		kept = append(kept, f)
	}
	t.files = kept
	if t.lockFile != nil && t.repo != nil {
		t.lockFile.full, _ = fullPath(t.repo.prefix, t.lockFile.path)
	} else if t.lockFile != nil {
		t.lockFile.full = t.lockFile.path
	}
}

// close releases what begin opened.
func (t *tx) close() {
	if t.repo != nil {
		t.repo.close()
	}
	if t.work != nil {
		t.work.Close()
	}
}

// all are the plan's files with the lock file last.
func (t *tx) all() []*file {
	if t.lockFile == nil {
		return t.files
	}
	return append(t.files[:len(t.files):len(t.files)], t.lockFile)
}

// wants reports whether the plan asks for anything. That a file which the plan
// only read is not committed is no reason to do something.
func (t *tx) wants() bool {
	for _, f := range t.all() {
		if !f.read {
			return true
		}
	}
	return false
}

// idle reports whether there is neither something to do nor to clear up.
func (t *tx) idle() bool { return !t.wants() && !t.leftovers() }

// leftovers reports whether the record or the stage of another run is there.
func (t *tx) leftovers() bool {
	for _, left := range []home{{t.home.dir, t.home.path("apply.json")}, {t.work, stageDir}, {t.work, lockName}} {
		if _, err := left.dir.Lstat(left.name); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}

// nothing reports whether, all known, there is nothing left to do.
func (t *tx) nothing() bool {
	if !t.wants() {
		return true
	}
	for _, f := range t.all() {
		if f.role != roleKeep && f.role != roleGone || !f.settled {
			return false
		}
	}
	return true
}

// note adds a sentence for the user.
func (t *tx) note(format string, args ...any) {
	t.result.Notes = append(t.result.Notes, fmt.Sprintf(format, args...))
}

// each calls do for 0 to n-1, on as many goroutines as the request allows, and
// returns the first error. After an error or the end of ctx it starts no more.
func (t *tx) each(ctx context.Context, n int, do func(i int) error) error {
	if t.req.Workers <= 1 || n < 2 {
		for i := range n {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := do(i); err != nil {
				return err
			}
		}
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(t.req.Workers, n) {
		group.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := do(i); err != nil {
					cancel(err)
				}
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

// progress reports how far a step is, at most every hundredth file.
func (t *tx) progress(done, total int, what string) {
	if t.req.Progress == nil || done%100 != 0 && done != total {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.req.Progress(done, total, what)
}
