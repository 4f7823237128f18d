// Package capture runs a command because a person asked for it, and makes its output
// fit to be committed and shown in a document: plain text that is the same wherever and
// whenever the command says the same.
//
// A run is bounded in time and in bytes, gets no input, and leaves no process behind
// where the system can say which it started. Who may write the output where is not
// decided here.
package capture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"

	"github.com/mlops-as-code/mlops/internal/procgroup"
)

// Request is a command to run.
type Request struct {
	// Args are the program and its arguments; no shell reads them.
	Args []string
	Dir  string
	Env  []string
	// Timeout ends the command; Limit is how many bytes it may print.
	Timeout time.Duration
	Limit   int
	// Both takes what is printed on standard error too; else it goes to Err.
	Both bool
	Err  io.Writer
}

// Run runs the command and returns what it printed and its exit code. A command that
// cannot be started, takes too long, prints too much or is killed is an error.
func Run(ctx context.Context, r Request) (out []byte, code int, err error) {
	short, stop := context.WithTimeoutCause(ctx, r.Timeout, fmt.Errorf("took longer than %s and was ended", r.Timeout))
	defer stop()
	bounded, stop2 := context.WithCancelCause(short)
	defer stop2(nil)
	buf := &limited{left: r.Limit, full: func() {
		stop2(fmt.Errorf("printed more than %d KiB and was ended", r.Limit>>10))
	}}
	c := exec.CommandContext(bounded, r.Args[0], r.Args[1:]...)
	c.Dir, c.Env, c.Stdout, c.Stderr = r.Dir, r.Env, buf, r.Err
	if r.Both {
		c.Stderr = buf
	}
	c.WaitDelay = 2 * time.Second
	procgroup.Apart(c)
	c.Cancel = func() error { return procgroup.Kill(c) }
	err = c.Run()
	procgroup.KillRest(c)
	if ctx.Err() != nil {
		return nil, 0, ctx.Err()
	}
	if cause := context.Cause(bounded); cause != nil {
		return nil, 0, cause
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() >= 0 {
		return buf.buf.Bytes(), exit.ExitCode(), nil
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		return nil, 0, errors.New("left a process behind that holds its output open")
	}
	return buf.buf.Bytes(), 0, err
}

// limited keeps what is written up to a limit.
type limited struct {
	buf  bytes.Buffer // not embedded: it would be read into past the limit
	left int
	full func()
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		l.full()
		return 0, io.ErrShortWrite
	}
	return l.buf.Write(p)
}
