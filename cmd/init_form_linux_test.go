package cmd_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/term"
	"golang.org/x/sys/unix"
)

const formStarter = `starter "demo" {}
variable "name" {
  type        = string
  description = "Name of the project"
  validation {
    condition     = !strcontains(var.name, " ")
    error_message = "A name has no spaces."
  }
}
variable "license" {
  type        = string
  description = "Which license"
  default     = "MIT"
  validation {
    condition     = contains(["MIT", "Apache-2.0", "ISC"], var.license)
    error_message = "Choose one."
  }
}
`

const formTemplate = `project ${literal(var.name)} {
  license = ${literal(var.license)}
}
file "a.txt" {
  content = "a\n"
}
`

// formed is mlops init --from on a terminal of its own.
type formed struct {
	*pty
	dir  string
	code chan int
}

func initOnPty(t *testing.T, ctx context.Context, env ...string) *formed {
	t.Helper()
	base := t.TempDir()
	for name, text := range map[string]string{"starter/starter.hcl": formStarter, "starter/mlops.hcl.tmpl": formTemplate, "p/keep": ""} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(base, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(base, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f := &formed{pty: openPty(t), dir: filepath.Join(base, "p"), code: make(chan int, 1)}
	env = append([]string{
		"HOME=" + base, "GIT_CONFIG_NOSYSTEM=1", "TERM=xterm",
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com",
	}, env...)
	go func() {
		f.code <- cmd.Main(ctx, &cmd.Process{
			Args: []string{"init", "--from", "../starter"}, Dir: f.dir, Env: env, Now: time.Now, Streams: term.System(f.end, f.end, f.end),
		})
	}()
	return f
}

// exit waits for the end, and says what was left in the folder.
func (f *formed) exit() (code int, left string) {
	f.t.Helper()
	select {
	case code = <-f.code:
	case <-time.After(20 * time.Second):
		f.t.Fatalf("it does not end; written was:\n%q", f.seen())
	}
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		f.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return code, strings.Join(names, " ")
}

// raw reports whether the terminal hands over single keys.
func (f *formed) raw() bool {
	f.t.Helper()
	mode, err := unix.IoctlGetTermios(int(f.end.Fd()), unix.TCGETS)
	if err != nil {
		f.t.Fatal(err)
	}
	return mode.Lflag&unix.ICANON == 0
}

func TestInitForm(t *testing.T) {
	t.Parallel()
	f := initOnPty(t, t.Context())
	f.await("Ctrl-C: leave", 1)
	if !f.raw() {
		t.Error("the terminal is not in raw mode")
	}
	f.keys("my shop\r")
	f.await("! A name has no spaces.", 1)
	f.keys("\x17\x7f\x7f\x7fshop\r")
	f.await("Which license", 1)
	f.keys("\x1b[B\x1b[Z") // down, and back
	f.await("Name of the project", 3)
	f.keys("2\r\x1b[B\r")
	f.await("'yes' is accepted", 1)
	if f.raw() {
		t.Error("the terminal is still in raw mode")
	}
	f.keys("yes\n")
	code, left := f.exit()
	if code != 0 || left != ".git a.txt keep mlops.hcl mlops.lock.json" {
		t.Errorf("exit code %d, left %s; written was\n%s", code, left, f.hangUp())
	}
	spec, err := os.ReadFile(filepath.Join(f.dir, "mlops.hcl"))
	if err != nil || !strings.Contains(string(spec), `project "shop2"`) || !strings.Contains(string(spec), "Apache-2.0") {
		t.Errorf("%v, %s", err, spec)
	}
}

// TestInitFormInterrupted leaves at each question, by the key and by the signal.
func TestInitFormInterrupted(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	for _, c := range []struct {
		name  string
		leave func(f *formed)
	}{
		{"key at a question", func(f *formed) { f.keys("shop\r"); f.await("Which license", 1); f.keys("\x03") }},
		{"signal at a question", func(f *formed) { f.keys("shop\r"); f.await("Which license", 1); interrupt() }},
	} {
		f := initOnPty(t, ctx)
		f.await("Ctrl-C: leave", 1)
		c.leave(f)
		code, left := f.exit()
		if code != 130 || left != "keep" || f.raw() {
			t.Errorf("%s: exit code %d, left %s, raw %v", c.name, code, left, f.raw())
		}
		if text := f.hangUp(); !strings.Contains(text, "Interrupted. Nothing was written.") {
			t.Errorf("%s: written was %q", c.name, text)
		}
	}
}

// TestInitInterruptedAtThePlan takes the files back that were written for the plan.
func TestInitInterruptedAtThePlan(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	f := initOnPty(t, ctx)
	f.await("Ctrl-C: leave", 1)
	f.keys("shop\r")
	f.await("Which license", 1)
	f.keys("\r")
	f.await("'yes' is accepted", 1)
	interrupt()
	if code, left := f.exit(); code != 130 || left != "keep" {
		t.Errorf("exit code %d, left %s", code, left)
	}
}

// TestInitAccessible asks in plain lines, without a single control sequence.
func TestInitAccessible(t *testing.T) {
	t.Parallel()
	for _, env := range []string{"ACCESSIBLE=1", "TERM=dumb"} {
		f := initOnPty(t, t.Context(), env)
		f.await("Name of the project: ", 1)
		f.keys("shop\n")
		f.await("Number or name, 1 to 3 [MIT]: ", 1)
		f.keys("isc\n")
		f.await("'yes' is accepted", 1)
		f.keys("no\n")
		code, left := f.exit()
		if code != 1 || left != "keep" {
			t.Errorf("%s: exit code %d, left %s", env, code, left)
		}
		questions, _, _ := strings.Cut(f.hangUp(), "Writing mlops.hcl")
		if strings.Contains(questions, "\x1b") {
			t.Errorf("%s: written was %q", env, questions)
		}
	}
}
