package hookrun

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/mlops-as-code/mlops/internal/procgroup"
)

// MaxOutput is how many bytes of what a script prints are kept: the last ones.
const MaxOutput = 64 << 10

// Script is a hook to be run.
type Script struct {
	// Name is its file name, which tells the language by its ending.
	Name string
	Text []byte
	// Dir is the folder of the stage that it works in.
	Dir string
	// File is where in the stage the script lies already; "" is nowhere.
	File string
	// Limit is how long it may take.
	Limit time.Duration
}

// FailedError says that a script ran and failed.
type FailedError struct {
	// Name is the script's, Reason why it failed.
	Name, Reason string
	// Output is the last of what it printed.
	Output []byte
}

// Error is "name: reason".
func (e *FailedError) Error() string { return e.Name + ": " + e.Reason }

// Run runs a script to its end and returns the last of what it printed. What it
// started, and what that started, is dead when Run returns, as far as the system lets
// it be found. A script that fails, or takes too long, is a *FailedError.
func (s *Stage) Run(ctx context.Context, script Script) ([]byte, error) {
	words, err := Interpreter(script.Name, script.Text, s.o.Env)
	if err != nil {
		return nil, err
	}
	name := script.File
	if name == "" {
		name = path.Join(scriptsDir, script.Name)
		err = s.put(name, File{Content: script.Text, Executable: true})
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", script.Name, bare(err))
	}
	ctx, cancel := context.WithTimeoutCause(ctx, script.Limit, errTooLong)
	defer cancel()
	c := exec.Command(words[0], append(words[1:], s.Path(name))...)
	c.Dir, c.Env = s.Path(script.Dir), s.environment()
	out, err := s.watch(ctx, c)
	switch {
	case errors.Is(context.Cause(ctx), errTooLong):
		return nil, &FailedError{script.Name, fmt.Sprintf("was stopped after %s, which is the limit", script.Limit), out}
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, &FailedError{script.Name, "failed: " + err.Error(), out}
	}
	return out, nil
}

var errTooLong = errors.New("took too long")

// watch starts a program, waits for it, and kills what is left of it.
func (s *Stage) watch(ctx context.Context, c *exec.Cmd) ([]byte, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	c.Stdout, c.Stderr = w, w
	procgroup.Apart(c)
	err = c.Start()
	w.Close()
	if err != nil {
		return nil, bare(err)
	}
	read := make(chan []byte, 1)
	go func() { read <- last(r) }()
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err = <-ended:
	case <-ctx.Done():
		_ = procgroup.Kill(c) // one that has just ended is fine, too
		err = <-ended
	}
	procgroup.KillRest(c)
	s.sweep()
	select {
	case out := <-read:
		return out, err
	case <-time.After(2 * time.Second):
		// Somebody who was not found still holds the pipe.
		r.Close()
		return <-read, err
	}
}

// last reads all there is and keeps the end of it.
func last(r io.Reader) []byte {
	var kept []byte
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		if kept = append(kept, buf[:n]...); len(kept) > 4*MaxOutput {
			kept = bytes.Clone(kept[len(kept)-MaxOutput:])
		}
		if err != nil {
			return bytes.ToValidUTF8(kept[max(0, len(kept)-MaxOutput):], []byte("\uFFFD"))
		}
	}
}

// given are the variables of the user that a program needs to be found and started.
func given() []string {
	if runtime.GOOS == "windows" {
		return []string{"PATHEXT", "SystemRoot", "SystemDrive", "ComSpec", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"}
	}
	return nil
}

// environment is all that a script gets to know of the machine.
func (s *Stage) environment() []string {
	home, temp := s.Path(homeDir), s.Path(tempDir)
	out := []string{
		"PATH=" + strings.Join(searched(s.o.Env), string(filepath.ListSeparator)),
		"HOME=" + home, "USERPROFILE=" + home, "APPDATA=" + home, "LOCALAPPDATA=" + home,
		"TMPDIR=" + temp, "TEMP=" + temp, "TMP=" + temp,
		"LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC", "SOURCE_DATE_EPOCH=" + strconv.FormatInt(s.o.Time, 10),
		"PYTHONHASHSEED=0", "PYTHONDONTWRITEBYTECODE=1", "PYTHONUTF8=1", "PIP_DISABLE_PIP_VERSION_CHECK=1",
		// git finds no repository but one that the script makes, and asks nobody.
		"GIT_CEILING_DIRECTORIES=" + s.dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=mlops", "GIT_AUTHOR_EMAIL=mlops@localhost", "GIT_COMMITTER_NAME=mlops", "GIT_COMMITTER_EMAIL=mlops@localhost",
	}
	for _, name := range given() {
		if value := lookup(s.o.Env, name); value != "" {
			out = append(out, name+"="+value)
		}
	}
	return out
}

// lookup finds a variable; the last one of a name wins.
func lookup(env []string, name string) string {
	value := ""
	for _, kv := range env {
		k, v, _ := strings.Cut(kv, "=")
		if k == name || runtime.GOOS == "windows" && strings.EqualFold(k, name) {
			value = v
		}
	}
	return value
}

// searched are the absolute folders of PATH.
func searched(env []string) []string {
	var out []string
	for _, dir := range filepath.SplitList(lookup(env, "PATH")) {
		if filepath.IsAbs(dir) {
			out = append(out, dir)
		}
	}
	return out
}
