package cmd

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/mlops-as-code/mlops/applier"
)

// explained is the text of an error as a user can act on it: `path: reason`, with
// the remedy where the operating system refused and nobody has named one.
func (a *app) explained(err error) string {
	msg := err.Error()
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		msg = strings.Replace(msg, pe.Error(), pe.Path+": "+pe.Err.Error(), 1)
	} else if le, ok := errors.AsType[*os.LinkError](err); ok {
		msg = strings.Replace(msg, le.Error(), le.New+": "+le.Err.Error(), 1)
	}
	msg = strings.ReplaceAll(msg, a.root()+string(filepath.Separator), "")
	if _, ok := errors.AsType[*applier.ObstacleError](err); ok {
		return msg
	}
	if todo := a.remedy(err); todo != "" {
		return msg + "; " + todo
	}
	return msg
}

// remedy says in one phrase what to do about a refusal of the operating system,
// or nothing.
func (a *app) remedy(err error) string {
	again := "try again"
	if a.applying {
		again = "run " + a.running + " again: nothing was lost"
	}
	is := func(codes ...syscall.Errno) bool {
		for _, code := range codes {
			if errors.Is(err, code) {
				return true
			}
		}
		return false
	}
	switch {
	case is(syscall.ENOSPC, syscall.EDQUOT):
		return "free some space and " + again
	case is(syscall.EROFS):
		return "the file system is mounted read-only: mount it for writing and " + again
	case is(syscall.EMFILE, syscall.ENFILE):
		return "allow more open files (ulimit -n) and " + again
	case is(syscall.ENAMETOOLONG):
		return "shorten the name"
	case is(syscall.EIO):
		return "the disk reports a fault: look into the system's log, then " + again
	case errors.Is(err, fs.ErrPermission):
		return "correct its permissions or its owner and " + again
	}
	return ""
}
