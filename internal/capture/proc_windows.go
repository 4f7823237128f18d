package capture

import (
	"os/exec"
	"strconv"
)

// group makes stopping the command stop what it started too.
func group(c *exec.Cmd) {
	c.Cancel = func() error {
		if exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(c.Process.Pid)).Run() == nil {
			return nil
		}
		return c.Process.Kill()
	}
}

// ended has nothing left to do: a command that ended by itself has ended its own.
func ended(*exec.Cmd) {}
