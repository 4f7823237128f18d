package cmd_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/term"
	"github.com/rogpeppe/go-internal/testscript"
)

// mlops is the program as scripts run it: main without the process edge.
func mlops() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	os.Exit(cmd.Main(ctx, &cmd.Process{
		Args: os.Args[1:], Dir: dir, Env: os.Environ(), Now: time.Now,
		Streams: term.System(os.Stdin, os.Stdout, os.Stderr),
	}))
}

// isolate keeps the machine's git configuration and identity out of the scripts.
func isolate(env *testscript.Env) error {
	env.Setenv("HOME", env.WorkDir+"/home")
	env.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	env.Setenv("GIT_CONFIG_GLOBAL", env.WorkDir+"/gitconfig")
	env.Setenv("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z")
	env.Setenv("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z")
	config := "[user]\n\tname = Test User\n\temail = test@example.com\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[core]\n\tcommitGraph = false\n\tmultiPackIndex = false\n[protocol \"file\"]\n\tallow = always\n"
	if err := os.Mkdir(env.WorkDir+"/home", 0o755); err != nil {
		return err
	}
	return os.WriteFile(env.WorkDir+"/gitconfig", []byte(config), 0o644)
}

// exitcode N CMD... runs a command that must end with code N; its output is
// compared with stdout and stderr as after exec.
func exitcode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode N command [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// gitinit [DIR] makes a repository with one commit of what is there.
func gitinit(ts *testscript.TestScript, neg bool, args []string) {
	dir := "."
	if len(args) > 0 {
		dir = args[0]
	}
	for _, line := range []string{"init -q", "add -A", "commit -q --allow-empty -m start"} {
		ts.Check(ts.Exec("git", append([]string{"-C", dir}, strings.Fields(line)...)...))
	}
}

// insync [FLAGS] is the law that every apply is followed by an empty plan, a
// clean status of what it wrote, and a sound repository.
func insync(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(ts.Exec("mlops", append([]string{"plan", "--detailed-exitcode"}, args...)...))
	if err := ts.Exec("git", "rev-parse", "--git-dir"); err != nil {
		return
	}
	ts.Check(ts.Exec("git", "fsck", "--strict"))
}

// binary FILE HEX writes bytes that a script cannot hold.
func binary(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: binary file quoted-bytes")
	}
	data, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(data), 0o644))
}

// same FILE QUOTED compares a file with quoted bytes.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: same file quoted-bytes")
	}
	want, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	got, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	if bytes.Equal(got, []byte(want)) == neg {
		ts.Fatalf("%s holds %q", args[0], got)
	}
}
