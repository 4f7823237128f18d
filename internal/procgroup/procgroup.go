// Package procgroup ends a program together with what it started.
//
// Vocabulary: a command that is apart leads a group of processes of its own, which those
// that it starts belong to; one that is detached leads a session too, so that nothing in
// it has a terminal. To stop is to ask, as far as the system can, to kill is to end. The
// rest is who is left in the group when the command has ended.
//
// The package refuses to look for who has left the group, as daemons do. Where there are
// no such groups, on Windows, a process knows who started it: what a command has started
// can be ended for as long as it runs, and the rest is not found.
package procgroup

import (
	"os"
	"os/exec"
)

// Apart makes a command lead a group, which a key typed at the terminal is not for. It
// must not be started yet.
func Apart(c *exec.Cmd) { c.SysProcAttr = apart() }

// Detach makes a command lead a group, and a session without a terminal. It must not be
// started yet.
func Detach(c *exec.Cmd) { c.SysProcAttr = detached() }

// Stop asks a running command and its group to end, so that they can tidy up; on Windows
// it is Kill. Of a command that is not apart only itself is asked. Where nobody is left
// the error is os.ErrProcessDone, as package os/exec wants to hear of it.
func Stop(c *exec.Cmd) error {
	if c.Process == nil {
		return os.ErrProcessDone
	}
	return stop(c)
}

// Kill ends a running command and its group, and on Windows all that it started. Of a
// command that is not apart only itself is ended elsewhere. Where nobody is left the error
// is os.ErrProcessDone.
func Kill(c *exec.Cmd) error {
	if c.Process == nil {
		return os.ErrProcessDone
	}
	return kill(c)
}

// KillRest ends who is left in the group of a command that has ended. It does nothing for
// one that was not apart, or not started, and nothing on Windows.
func KillRest(c *exec.Cmd) {
	if c.Process != nil {
		killRest(c)
	}
}
