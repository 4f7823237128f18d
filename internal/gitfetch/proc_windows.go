package gitfetch

import (
	"os/exec"
	"strconv"
	"syscall"
)

// detach gives git a process group of its own, which Ctrl-C of ours does not
// reach; stopping it ends the processes that it started too.
func detach(cmd *exec.Cmd, interactive bool) {
	if !interactive {
		cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP, HideWindow: true}
	}
	cmd.Cancel = func() error {
		tree := exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid))
		if tree.Run() == nil {
			return nil
		}
		return cmd.Process.Kill()
	}
}

// reap has nothing left to do: taskkill ends the whole tree.
func reap(*exec.Cmd, bool, bool) {}
