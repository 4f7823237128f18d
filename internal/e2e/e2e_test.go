// Package e2e_test runs the real binary against the world: killed at random
// times, run against itself, and watched by strace. The long tests run when
// MLOPS_KILL=1 or MLOPS_STRACE=1 is set, as the lanes of .ci/run do; a short round of
// each runs always.
package e2e_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// program builds mlops once for all tests.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "mlops-e2e-")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "mlops")
	out, err := exec.Command("go", "build", "-o", bin, "../../cmd/mlops").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return bin, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if bin, err := program(); err == nil {
		os.RemoveAll(filepath.Dir(bin))
	}
	os.Exit(code)
}

func binary(t *testing.T) string {
	t.Helper()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

// rounds is n in the lane and a few elsewhere.
func rounds(n int) int {
	if os.Getenv("MLOPS_KILL") != "" {
		return n
	}
	return 6
}

// world is one project directory with a repository and user work in it.
type world struct {
	t   *testing.T
	dir string
	bin string
}

const spec = `
project "kill" {}

variable "word" {
  default = "one"
}

file "module" {
  for_each = { for i in range(%d) : format("m%%03d", i) => i }
  path     = "src/d${substr(each.key, 0, 3)}/${each.key}.py"
  content  = "# ${each.key} ${var.word}\n${join("", [for i in range(40) : "line ${i} of ${each.key}\n"])}"
}

file "run.sh" {
  content = "#!/bin/sh\necho ${var.word}\n"
  mode    = "0755"
}

git {
  author = { name = "Ada Byron", email = "ada@example.com" }
}
`

func newWorld(t *testing.T, files int) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), bin: binary(t)}
	w.write("mlops.hcl", fmt.Sprintf(spec, files))
	return w
}

func (w *world) write(name, content string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(content), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir = w.dir
	c.Env = append(os.Environ(), "HOME="+w.dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=T", "GIT_AUTHOR_EMAIL=t@example.com", "GIT_COMMITTER_NAME=T", "GIT_COMMITTER_EMAIL=t@example.com")
	return c
}

func (w *world) run(name string, args ...string) string {
	w.t.Helper()
	out, err := w.command(name, args...).CombinedOutput()
	if err != nil {
		w.t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// userWork makes a repository with staged and unstaged work of the user's.
func (w *world) userWork() {
	w.run("git", "init", "-q", "-b", "main")
	w.write("theirs.txt", "one\n")
	w.run("git", "add", "theirs.txt")
	w.run("git", "commit", "-q", "-m", "start")
	w.write("staged.txt", "staged\n")
	w.run("git", "add", "staged.txt")
	w.write("theirs.txt", "two\n")
}

// intact holds that the user's work is as userWork left it.
func (w *world) intact() {
	w.t.Helper()
	if got := w.run("git", "diff", "--cached", "--name-status"); !strings.Contains(got, "A\tstaged.txt") {
		w.t.Fatalf("the staged file is gone: %q", got)
	}
	if got := w.run("git", "diff", "--", "theirs.txt"); !strings.Contains(got, "+two") {
		w.t.Fatalf("the unstaged edit is gone: %q", got)
	}
	w.run("git", "fsck", "--strict")
}

// TestKill kills apply at random times: the repository is sound each time, the
// user's work is there, and one re-run completes it.
func TestKill(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	landed := 0
	for i := range rounds(200) {
		if killOnce(t, rng, i%2 == 0) {
			landed++
		}
	}
	t.Logf("%d of %d kills landed inside a run", landed, rounds(200))
	if landed == 0 {
		t.Error("no kill landed inside a run")
	}
}

func killOnce(t *testing.T, rng *rand.Rand, update bool) bool {
	t.Helper()
	w := newWorld(t, 60)
	w.userWork()
	args := []string{"apply", "--auto-approve", "--summary"}
	if update {
		w.run(w.bin, args...)
		args = append(args, "--var", "word=two")
	}
	c := w.command(w.bin, args...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Duration(rng.IntN(30_000)) * time.Microsecond)
	c.Process.Kill()
	killed := c.Wait() != nil
	if out, err := w.command("git", "fsck", "--strict").CombinedOutput(); err != nil {
		t.Fatalf("fsck after a kill: %v\n%s", err, out)
	}
	w.run(w.bin, args...)
	w.intact()
	w.run(w.bin, append([]string{"plan", "--detailed-exitcode"}, args[3:]...)...)
	if left := w.run("git", "status", "--porcelain", "--", "src", "run.sh", "mlops.lock.json", ".mlops"); left != "" {
		t.Fatalf("not clean after the re-run: %q", left)
	}
	os.RemoveAll(w.dir)
	return killed
}

// TestInterrupt sends SIGINT at random times: either nothing was written and the
// exit code is 130, or the apply was finished.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 2))
	for range rounds(60) {
		w := newWorld(t, 60)
		w.userWork()
		before := w.run("git", "rev-parse", "HEAD")
		c := w.command(w.bin, "apply", "--auto-approve", "--summary")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rng.IntN(30_000)) * time.Microsecond)
		c.Process.Signal(os.Interrupt)
		c.Wait()
		// A signal before the handler stands kills, as it does any program.
		switch code := c.ProcessState.ExitCode(); code {
		case 0:
			w.run(w.bin, "plan", "--detailed-exitcode")
		case 130, -1:
			if got := w.run("git", "rev-parse", "HEAD"); got != before {
				t.Fatal("interrupted, and there is a commit")
			}
			if left := w.run("git", "status", "--porcelain", "--untracked-files=all"); strings.Contains(left, "src") || strings.Contains(left, ".mlops") {
				t.Fatalf("interrupted, and something was left behind: %s", left)
			}
		default:
			t.Fatalf("exit code %d", code)
		}
		w.intact()
		os.RemoveAll(w.dir)
	}
}

// TestConcurrent runs applies against each other: as many commits are there as
// reported success with a change, and the losers say who holds the lock.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	for i := range rounds(100) {
		concurrentOnce(t, 2+i%3)
	}
}

func concurrentOnce(t *testing.T, n int) {
	t.Helper()
	w := newWorld(t, 30)
	w.userWork()
	var wg sync.WaitGroup
	outs, errs := make([]bytes.Buffer, n), make([]error, n)
	for i := range n {
		wg.Go(func() {
			c := w.command(w.bin, "apply", "--auto-approve", "--summary")
			c.Stdout, c.Stderr = &outs[i], &outs[i]
			errs[i] = c.Run()
		})
	}
	wg.Wait()
	commits := 0
	for i := range n {
		out := outs[i].String()
		switch {
		case errs[i] == nil && strings.Contains(out, "Committed as"):
			commits++
		case errs[i] == nil && strings.Contains(out, "No changes"):
		case errs[i] != nil && (strings.Contains(out, "try again") || strings.Contains(out, "stale")):
		default:
			t.Fatalf("apply %d: %v\n%s", i, errs[i], out)
		}
	}
	count := strings.Count(w.run("git", "log", "--format=%b"), "Mlops-Plan:")
	if count != commits || commits == 0 {
		t.Fatalf("%d commits, %d reported", count, commits)
	}
	w.intact()
	w.run(w.bin, "plan", "--detailed-exitcode")
	os.RemoveAll(w.dir)
}
