package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/mlops-as-code/mlops/internal/gitconf"
)

// memoryDir is a file system in memory, where Linux has one.
const memoryDir = "/dev/shm"

// lab is the temporary directory everything happens in, with the programs that
// are measured.
type lab struct {
	dir, warning string
	rounds       int
	// mlops and empty are the binaries: ours, and a Go program that does nothing.
	mlops, empty string
	env          []string
	made         int
}

func newLab(ctx context.Context, rounds int) (*lab, error) {
	l := &lab{rounds: rounds}
	parent := memoryDir
	if info, err := os.Stat(parent); err != nil || !info.IsDir() {
		parent = os.TempDir()
		l.warning = "WARNING: there is no " + memoryDir + "; on a disk the ratios say less.\n\n"
	}
	dir, err := os.MkdirTemp(parent, "mlops-ratios-")
	if err != nil {
		return nil, err
	}
	l.dir = dir
	l.env = environment(filepath.Join(dir, "home"))
	if err := l.build(ctx); err != nil {
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

// environment gives git and mlops an identity and none of the machine's
// configuration.
func environment(home string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LC_ALL=C", "NO_COLOR=1",
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_SYSTEM=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_TERMINAL_PROMPT=0", "GIT_CEILING_DIRECTORIES=" + filepath.Dir(filepath.Dir(home)),
		"GIT_AUTHOR_NAME=Ada Byron", "GIT_AUTHOR_EMAIL=ada@example.com",
		"GIT_COMMITTER_NAME=Ada Byron", "GIT_COMMITTER_EMAIL=ada@example.com",
	}
}

func (l *lab) gitEnv() gitconf.Env { return gitconf.NewEnv(l.env) }

func (l *lab) build(ctx context.Context) error {
	if err := os.Mkdir(filepath.Join(l.dir, "home"), 0o755); err != nil {
		return err
	}
	l.mlops, l.empty = filepath.Join(l.dir, "mlops"), filepath.Join(l.dir, "empty")
	if runtime.GOOS == "windows" {
		l.mlops, l.empty = l.mlops+".exe", l.empty+".exe"
	}
	source := filepath.Join(l.dir, "empty.go")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o644); err != nil {
		return err
	}
	for bin, pkg := range map[string]string{l.mlops: "github.com/mlops-as-code/mlops/cmd/mlops", l.empty: source} {
		c := exec.CommandContext(ctx, "go", "build", "-o", bin, pkg)
		c.Env = append(os.Environ(), "CGO_ENABLED=0") // as the README says to install it
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
		}
	}
	return nil
}

func (l *lab) close() error { return os.RemoveAll(l.dir) }

// describe is the head of the report: what the numbers were measured on.
func (l *lab) describe() string {
	version, err := exec.Command("git", "--version").Output()
	if err != nil {
		version = []byte("no git")
	}
	return fmt.Sprintf("## Measured ratios\n\n%s%d CPUs, %s, %s, %s/%s; %d rounds; load %s.\n", l.warning, runtime.NumCPU(),
		strings.TrimSpace(string(version)), runtime.Version(), runtime.GOOS, runtime.GOARCH, l.rounds, load())
}

// load is how busy the machine is, where it says so.
func load() string {
	data, err := os.ReadFile("/proc/loadavg")
	fields := strings.Fields(string(data))
	if err != nil || len(fields) < 3 {
		return "unknown"
	}
	return strings.Join(fields[:3], " ")
}

// fresh names a directory that does not exist yet.
func (l *lab) fresh() string {
	l.made++
	return filepath.Join(l.dir, fmt.Sprintf("t%d", l.made))
}

// copyOf makes a copy of a tree, untimed.
func (l *lab) copyOf(tree string) (string, error) {
	dir := l.fresh()
	return dir, os.CopyFS(dir, os.DirFS(tree))
}

// process runs a program to its end.
func (l *lab) process(ctx context.Context, dir, name string, args ...string) (cost, *os.ProcessState, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir, c.Env = dir, l.env
	var stderr bytes.Buffer
	c.Stderr = &stderr
	start := time.Now()
	err := c.Run()
	spent := cost{wall: time.Since(start)}
	if c.ProcessState != nil {
		spent.cpu = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	}
	if err != nil {
		err = fmt.Errorf("%s %s: %w: %s", filepath.Base(name), strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return spent, c.ProcessState, err
}

// all runs programs one after the other and adds up.
func (l *lab) all(ctx context.Context, dir string, commands ...[]string) (cost, error) {
	var sum cost
	for _, args := range commands {
		spent, _, err := l.process(ctx, dir, args[0], args[1:]...)
		if err != nil {
			return sum, err
		}
		sum = sum.plus(spent)
	}
	return sum, nil
}

// git is a git command that starts no work in the background.
func git(args ...string) []string { return append([]string{"git", "-c", "gc.auto=0"}, args...) }

// settle lets git look at every file once more when the clock's second has moved
// on, so that no index entry is as young as the index itself.
func (l *lab) settle(ctx context.Context, dir string) error {
	time.Sleep(1100 * time.Millisecond)
	return l.clean(ctx, dir)
}

// clean is an error unless git finds nothing to do.
func (l *lab) clean(ctx context.Context, dir string) error {
	c := exec.CommandContext(ctx, "git", "status", "--porcelain")
	c.Dir, c.Env = dir, l.env
	out, err := c.Output()
	if err != nil {
		return fmt.Errorf("git status: %w", err)
	}
	if len(out) > 0 {
		return fmt.Errorf("git status is not empty:\n%.300s", out)
	}
	return nil
}
