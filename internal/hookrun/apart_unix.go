//go:build unix

package hookrun

import (
	"os/exec"
	"syscall"
)

// apart gives a program a process group of its own, so that all of it can be killed,
// and so that a key typed at the terminal is not for it.
func apart(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// end kills the program's group. That of one that has ended is there for as long as
// somebody in it is.
func end(c *exec.Cmd) { _ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
