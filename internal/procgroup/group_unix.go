//go:build unix

package procgroup

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

func stop(c *exec.Cmd) error { return send(c, syscall.SIGTERM) }

func kill(c *exec.Cmd) error { return send(c, syscall.SIGKILL) }

// killRest reaches the group by the command's number, which is nobody else's for as long
// as somebody is in the group.
func killRest(c *exec.Cmd) {
	if leads(c) {
		_ = send(c, syscall.SIGKILL) // that nobody is left is what is wanted
	}
}

// leads reports whether a command was made the first of a group.
func leads(c *exec.Cmd) bool {
	return c.SysProcAttr != nil && (c.SysProcAttr.Setpgid || c.SysProcAttr.Setsid)
}

func send(c *exec.Cmd, s syscall.Signal) error {
	if !leads(c) {
		return c.Process.Signal(s)
	}
	err := syscall.Kill(-c.Process.Pid, s)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}
