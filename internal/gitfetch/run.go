package gitfetch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mlops-as-code/mlops/internal/procgroup"
)

// command is one run of git.
type command struct {
	cache    *cache
	args     []string
	in       io.Reader
	out      io.Writer
	connects bool // to the remote: ssh may not ask, objects are watched, progress told
}

const (
	watchEvery = 100 * time.Millisecond
	killAfter  = 2 * time.Second // time for git to end by itself when told to
)

// start prepares git with its environment. All that it starts ends with it.
func (p *program) start(ctx context.Context, b *cache, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.f.Git, append(p.settings(), args...)...)
	cmd.Dir = b.path
	cmd.Env = p.environment(b)
	cmd.WaitDelay = killAfter
	// Where the terminal may be asked git must stay in our session, and ends its children
	// by itself. It is not killed at once: it has lock files to remove.
	if !p.f.Interactive {
		procgroup.Detach(cmd)
	}
	cmd.Cancel = func() error { return procgroup.Stop(cmd) }
	return cmd
}

// run runs git and returns what went wrong, in this order: a limit, the context,
// what git said.
func (p *program) run(ctx context.Context, c command) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	cmd := p.start(ctx, c.cache, c.args...)
	said := &listener{report: p.report}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.in, c.out, said
	if c.connects {
		ssh, err := p.ssh(ctx, c.cache)
		if err != nil {
			return err
		}
		cmd.Env = append(cmd.Env, ssh...)
		var wg sync.WaitGroup
		ended := make(chan struct{})
		wg.Go(func() { p.watch(c.cache, ended, stop) })
		defer wg.Wait()
		defer close(ended)
	}
	err := cmd.Run()
	if ctx.Err() != nil {
		procgroup.KillRest(cmd)
	}
	var limit *Error
	switch {
	case errors.As(context.Cause(ctx), &limit):
		return limit
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil, errors.Is(err, exec.ErrWaitDelay): // a helper outlives git, as a credential cache does
		return nil
	}
	if lines := said.lines(); len(lines) > 0 {
		return failure(lines)
	}
	return err
}

// watch stops git when the objects grow over the limit.
func (p *program) watch(b *cache, ended <-chan struct{}, stop context.CancelCauseFunc) {
	before := b.size()
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return
		case <-tick.C:
		}
		grown := b.size() - before
		if grown > p.limits.Transfer {
			stop(p.tooMuch())
			return
		}
		p.report.update(func(s *Progress) { s.Bytes = max(0, grown) })
	}
}

func (s *session) tooMuch() *Error {
	return overLimit("the transfer is over the limit of %s", bytesOf(s.limits.Transfer))
}

// ssh returns the variable that keeps ssh from asking, or none where the user has
// said what to run. GIT_SSH_COMMAND would win over core.sshCommand.
func (p *program) ssh(ctx context.Context, b *cache) ([]string, error) {
	quiet := []string{"GIT_SSH_COMMAND=ssh -o BatchMode=yes"}
	if p.f.Interactive || p.remote.scheme == "file" || p.remote.scheme == "http" || p.has("GIT_SSH_COMMAND") || p.has("GIT_SSH") {
		return nil, nil
	}
	out, err := p.start(ctx, b, "config", "--get", "core.sshCommand").Output()
	var status *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &status) && status.ExitCode() == 1: // not set
		return quiet, nil
	case errors.As(err, &status):
		return nil, diagnose(strings.Split(string(status.Stderr), "\n"))
	case len(bytes.TrimSpace(out)) > 0:
		return nil, err
	}
	return quiet, err
}

// listener reads git's stderr: lines of progress, which end in CR or LF, and the
// last of the others.
type listener struct {
	report *reporter
	mu     sync.Mutex
	part   []byte
	kept   []string
}

func (l *listener) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(b)
	for {
		i := bytes.IndexAny(b, "\r\n")
		if i < 0 {
			l.add(b)
			return n, nil
		}
		l.add(b[:i])
		l.flush()
		b = b[i+1:]
	}
}

// add keeps the start of a line.
func (l *listener) add(b []byte) {
	l.part = append(l.part, b[:min(len(b), maxLine-len(l.part))]...)
}

func (l *listener) flush() {
	line := string(l.part)
	l.part = l.part[:0]
	if line == "" {
		return
	}
	if step, done, total, ok := parseProgress(line); ok {
		l.report.update(func(p *Progress) { p.Step, p.Objects, p.Total = step, done, total })
		return
	}
	if l.kept = append(l.kept, line); len(l.kept) > keepLines {
		l.kept = l.kept[1:]
	}
}

func (l *listener) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flush()
	return l.kept
}

// parseProgress reads a line of git's progress, such as "Receiving objects:  45%
// (9/20), 1.2 MiB | 300 KiB/s".
func parseProgress(line string) (step string, done, total int64, ok bool) {
	line, remote := strings.CutPrefix(line, "remote: ")
	step, rest, ok := strings.Cut(line, ":")
	if !ok {
		return "", 0, 0, false
	}
	switch step = strings.ToLower(step); step {
	case "enumerating objects", "counting objects", "compressing objects":
		ok = remote
	case "receiving objects", "resolving deltas", "checking connectivity", "indexing objects":
		ok = !remote
	default:
		ok = false
	}
	if i := strings.IndexByte(rest, '('); i >= 0 {
		a, b, _ := strings.Cut(rest[i+1:], "/")
		b, _, _ = strings.Cut(b, ")")
		done, _ = strconv.ParseInt(a, 10, 64)
		total, _ = strconv.ParseInt(b, 10, 64)
	} else {
		word, _, _ := strings.Cut(strings.TrimSpace(rest), ",")
		done, _ = strconv.ParseInt(word, 10, 64)
	}
	return step, done, total, ok
}
