//go:build unix

package gitfetch

import (
	"os/exec"
	"syscall"
)

// detach gives git a session of its own: nothing in it has a terminal to ask,
// and all of it can be told to end. Where the terminal may be asked it must stay
// in ours, and ends its children by itself.
func detach(cmd *exec.Cmd, interactive bool) {
	target := -1
	if interactive {
		target = 1
	} else {
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	}
	cmd.Cancel = func() error { return syscall.Kill(target*cmd.Process.Pid, syscall.SIGTERM) }
}

// reap ends what is left of the session of a git that was stopped.
func reap(cmd *exec.Cmd, interactive, stopped bool) {
	if stopped && !interactive && cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}
