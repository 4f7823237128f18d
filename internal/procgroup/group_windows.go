package procgroup

import (
	"os/exec"
	"strconv"
	"syscall"
)

func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

func detached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP, HideWindow: true}
}

// stop has no gentle way: a program without a console hears nothing.
func stop(c *exec.Cmd) error { return kill(c) }

// kill follows who started whom, which needs the first one to be there still.
func kill(c *exec.Cmd) error {
	if exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(c.Process.Pid)).Run() == nil {
		return nil
	}
	return c.Process.Kill()
}

func killRest(*exec.Cmd) {}
