//go:build unix

package procgroup

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// family is a shell and what it started, all of which hold our pipe.
type family struct {
	t    *testing.T
	c    *exec.Cmd
	out  *os.File
	tell io.WriteCloser // what the shell reads
}

// start runs a script until it says that it is ready.
func start(t *testing.T, script string, how func(*exec.Cmd)) *family {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh here")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	f := &family{t: t, c: exec.Command(sh, "-c", script), out: r}
	f.c.Stdout = w
	if f.tell, err = f.c.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	how(f.c)
	err = f.c.Start()
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	// A test that hangs would say less than one that fails.
	if err := r.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	ready := make([]byte, len("ready\n"))
	if _, err := io.ReadFull(r, ready); err != nil || string(ready) != "ready\n" {
		t.Fatalf("%q, %v", ready, err)
	}
	return f
}

// gone holds that nobody is left who holds the pipe, and that they have said this.
func (f *family) gone(said string) {
	f.t.Helper()
	got, err := io.ReadAll(f.out)
	if err != nil || string(got) != said {
		f.t.Errorf("said %q, want %q; %v", got, said, err)
	}
}

func alone(*exec.Cmd) {}

func TestKill(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]func(*exec.Cmd){"apart": Apart, "detached": Detach} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, "sleep 300 & echo ready; wait", how)
			if err := Kill(f.c); err != nil {
				t.Error(err)
			}
			_ = f.c.Wait()
			f.gone("")
		})
	}
}

// Who is asked to end can tidy up, and who does not listen is the rest.
func TestStop(t *testing.T) {
	t.Parallel()
	f := start(t, "(trap '' TERM; exec sleep 300) & trap 'echo tidy; exit 3' TERM; echo ready; wait", Detach)
	if err := Stop(f.c); err != nil {
		t.Error(err)
	}
	if err := f.c.Wait(); f.c.ProcessState.ExitCode() != 3 {
		t.Error(err)
	}
	KillRest(f.c)
	f.gone("tidy\n")
}

func TestKillRest(t *testing.T) {
	t.Parallel()
	f := start(t, "sleep 300 & echo ready", Apart)
	if err := f.c.Wait(); err != nil {
		t.Error(err)
	}
	KillRest(f.c)
	f.gone("")
	KillRest(f.c) // nobody is left
}

// A command that is not apart is in our group, of which nobody else is touched.
func TestAlone(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*exec.Cmd) error{"stop": Stop, "kill": Kill} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, "exec 3<&0; { read x <&3; echo alive; } & echo ready; wait", alone)
			if err := end(f.c); err != nil {
				t.Error(err)
			}
			// Not Wait, which closes the pipe that the child still reads.
			if _, err := f.c.Process.Wait(); err != nil {
				t.Error(err)
			}
			KillRest(f.c)
			if _, err := io.WriteString(f.tell, "x\n"); err != nil {
				t.Error(err)
			}
			f.gone("alive\n")
			if err := end(f.c); !errors.Is(err, os.ErrProcessDone) {
				t.Error(err)
			}
		})
	}
}

func TestNotStarted(t *testing.T) {
	t.Parallel()
	c := exec.Command("no-such-program-here")
	Apart(c)
	KillRest(c)
	for _, err := range []error{Stop(c), Kill(c)} {
		if !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
	}
}
