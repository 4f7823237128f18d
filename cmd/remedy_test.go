//go:build unix

package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/mlops-as-code/mlops/applier"
)

// TestRefusalsCarryARemedy holds that what the operating system refuses is told as
// a path, a reason and what to do.
func TestRefusalsCarryARemedy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	object := filepath.Join(dir, ".git", "objects", "ab")
	refusal := func(err error) error { return &fs.PathError{Op: "openat", Path: object, Err: err} }
	for _, tt := range []struct {
		err      error
		applying bool
		want     string
	}{
		{refusal(syscall.ENOSPC), true, ".git/objects/ab: no space left on device; free some space and run mlops apply again: nothing was lost"},
		{refusal(syscall.ENOSPC), false, ".git/objects/ab: no space left on device; free some space and try again"},
		{refusal(syscall.EDQUOT), true, ".git/objects/ab: disk quota exceeded; free some space and run mlops apply again: nothing was lost"},
		{refusal(syscall.EROFS), true, ".git/objects/ab: read-only file system; the file system is mounted read-only: mount it for writing and run mlops apply again: nothing was lost"},
		{refusal(syscall.EACCES), false, ".git/objects/ab: permission denied; correct its permissions or its owner and try again"},
		{refusal(syscall.EPERM), false, ".git/objects/ab: operation not permitted; correct its permissions or its owner and try again"},
		{refusal(syscall.EMFILE), false, ".git/objects/ab: too many open files; allow more open files (ulimit -n) and try again"},
		{refusal(syscall.ENAMETOOLONG), false, ".git/objects/ab: file name too long; shorten the name"},
		{refusal(syscall.EIO), false, ".git/objects/ab: input/output error; the disk reports a fault: look into the system's log, then try again"},
		{refusal(syscall.ENOTDIR), false, ".git/objects/ab: not a directory"},
		{fmt.Errorf("the index: %w", refusal(syscall.ENOSPC)), false, "the index: .git/objects/ab: no space left on device; free some space and try again"},
		{&failure{msg: refusal(syscall.ENOSPC).Error(), cause: refusal(syscall.ENOSPC)}, false, ".git/objects/ab: no space left on device; free some space and try again"},
		{&os.LinkError{Op: "rename", Old: dir + "/x", New: dir + "/y", Err: syscall.ENOSPC}, false, "y: no space left on device; free some space and try again"},
		{fmt.Errorf("p.x: %w", syscall.EACCES), false, "p.x: permission denied; correct its permissions or its owner and try again"},
		{&applier.ObstacleError{State: object + ": cannot be written: permission denied", Remedy: "do so"}, true, ".git/objects/ab: cannot be written: permission denied; do so"},
		{errors.New("a.txt: is odd"), true, "a.txt: is odd"},
	} {
		a := &app{Process: &Process{Dir: dir}, running: "mlops apply", applying: tt.applying}
		if got := a.explained(tt.err); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}
