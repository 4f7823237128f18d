package applier

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"time"
)

// StaleError says that what the plan was made for has changed. Nothing was.
type StaleError struct {
	// What has one line "path: what moved" for each difference.
	What []string
}

func (e *StaleError) Error() string {
	return "the plan is stale, nothing was changed:\n  " + strings.Join(clip(e.What), "\n  ")
}

// ConflictError says that the plan has conflicts, which a person decides.
type ConflictError struct{ Paths []string }

func (e *ConflictError) Error() string {
	return "the plan has conflicts, nothing was changed:\n  " + strings.Join(clip(e.Paths), "\n  ")
}

// BusyError says that another process holds a lock. Nothing was changed.
type BusyError struct {
	// Path is the lock file.
	Path string
	// PID is 0 when the holder has not said who it is; then only Path is known.
	PID                   int
	Host, User, Operation string
	Since                 time.Time
}

func (e *BusyError) Error() string {
	if e.PID == 0 && strings.HasSuffix(e.Path, ".lock") {
		return e.Path + ": another git program holds this lock; when none is running, a crash left it behind: remove the file"
	}
	if e.PID == 0 {
		return e.Path + ": another process holds this lock; try again when it is done"
	}
	return fmt.Sprintf("%s: mlops %s of process %d (%s on %s) is running since %s; try again when it is done",
		e.Path, e.Operation, e.PID, e.User, e.Host, e.Since.Format(time.RFC3339))
}

// ObstacleError names a state of the repository or of the directory in which
// the plan cannot be carried out. Nothing was changed.
type ObstacleError struct {
	// State is what is the case, Remedy what to do.
	State, Remedy string
}

func (e *ObstacleError) Error() string {
	if e.Remedy == "" {
		return e.State
	}
	return e.State + "; " + e.Remedy
}

// unwritable is the error of a directory that permissions or its file system keep
// from being written; any other error says for itself what is wrong.
func unwritable(err error, remedy string) error {
	pe, ok := errors.AsType[*fs.PathError](err)
	if !ok || !errors.Is(err, fs.ErrPermission) && !errors.Is(err, syscall.EROFS) {
		return err
	}
	return &ObstacleError{State: pe.Path + ": cannot be written: " + pe.Err.Error(), Remedy: remedy}
}

// PlanError says that a plan document cannot be carried out because it is
// damaged, tampered with, or from another version. Nothing was changed.
type PlanError struct{ Reason string }

func (e *PlanError) Error() string { return "plan: " + e.Reason }

// GitError is the refusal of the real git, with what it printed: a hook, a
// signature or a filter failed. The files are written and not committed.
type GitError struct {
	Command string
	Output  string
	Err     error
}

func (e *GitError) Error() string {
	return fmt.Sprintf("git %s: %v\n%s\nThe files are written, but not committed. "+
		"Correct the cause and run mlops apply again: it commits them.", e.Command, e.Err, strings.TrimSpace(e.Output))
}

func (e *GitError) Unwrap() error { return e.Err }

// clip keeps a list of faults readable.
func clip(lines []string) []string {
	const most = 20
	if len(lines) <= most {
		return lines
	}
	return append(lines[:most:most], fmt.Sprintf("and %d more", len(lines)-most))
}
