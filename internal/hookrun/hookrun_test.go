//go:build unix

package hookrun

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func stage(t *testing.T, env ...string) *Stage {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no sh here")
	}
	s, err := NewStage(Options{Dir: t.TempDir(), Env: append(os.Environ(), env...), Time: 42})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(s.dir); err == nil {
			t.Error("the stage is still there")
		}
	})
	if err := s.Make([]string{"out"}); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *Stage) sh(t *testing.T, text string, limit time.Duration) (string, error) {
	t.Helper()
	out, err := s.Run(t.Context(), Script{Name: "hook.sh", Text: []byte("#!/bin/sh\n" + text), Dir: "out", Limit: limit})
	return string(out), err
}

// A script sees nothing of the user's environment, and no input.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	s := stage(t, "MY_TOKEN=secret", "GIT_ASKPASS=x", "PYTHONPATH=x")
	out, err := s.sh(t, `env; cat; echo "in $PWD"; test -d "$HOME" && test -d "$TMPDIR" && touch "$HOME/x" "$TMPDIR/x"`, time.Minute)
	if err != nil {
		t.Fatal(err, out)
	}
	for _, not := range []string{"secret", "GIT_ASKPASS", "PYTHONPATH"} {
		if strings.Contains(out, not) {
			t.Errorf("%s is there:\n%s", not, out)
		}
	}
	for _, want := range []string{"HOME=" + s.Path("home"), "SOURCE_DATE_EPOCH=42", "LANG=C.UTF-8", "in " + s.Path("out")} {
		if !strings.Contains(out, want+"\n") {
			t.Errorf("%s is not there:\n%s", want, out)
		}
	}
}

// PATH has absolute folders only: what lies where the script works is not found by it.
func TestPath(t *testing.T) {
	t.Parallel()
	env := []string{"PATH=.:bin::/usr/bin", "PATH=" + strings.Join([]string{".", "", "/bin", "rel"}, ":")}
	if got := searched(env); !slices.Equal(got, []string{"/bin"}) {
		t.Error(got)
	}
}

func TestFails(t *testing.T) {
	t.Parallel()
	s := stage(t)
	out, err := s.sh(t, "echo said; exit 7", time.Minute)
	failed, ok := errors.AsType[*FailedError](err)
	if !ok || failed.Reason != "failed: exit status 7" || string(failed.Output) != "said\n" {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := s.sh(t, "sleep 600 & sleep 600", 100*time.Millisecond); err == nil || !strings.Contains(err.Error(), "was stopped after 100ms") {
		t.Error(err)
	}
}

// The end of a long output is kept, and what holds the output open does not hold us up.
func TestOutput(t *testing.T) {
	t.Parallel()
	s := stage(t)
	out, err := s.sh(t, `i=0; while [ $i -lt 4000 ]; do echo "$i 0123456789012345678901234567890123456789012345678901234567890123456789"; i=$((i+1)); done; echo last`, time.Minute)
	if err != nil || len(out) > MaxOutput+8 || !strings.HasSuffix(out, "last\n") || strings.HasPrefix(out, "0 ") {
		t.Errorf("%d bytes, %v", len(out), err)
	}
	start := time.Now()
	if out, err := s.sh(t, "echo here; sleep 600 &", time.Minute); err != nil || out != "here\n" || time.Since(start) > 30*time.Second {
		t.Errorf("%q, %v", out, err)
	}
}

func TestInterpreter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"python3", "python", "fish"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	env := []string{"PATH=" + dir}
	for _, c := range []struct{ name, text, want string }{
		{"a.py", "", "DIR/python3"},
		{"a.PY", "#!/bin/sh\n", "DIR/python3"},
		{"a.sh", "#!/bin/sh\n", "/bin/sh"},
		{"a", "#! /bin/sh -e\r\nx", "/bin/sh -e"},
		{"a.fish", "#!/usr/bin/env fish\n", "DIR/fish"},
		{"a", "#!/usr/bin/env zsh\n", "error: a: needs zsh, which is not there; install it, or put its folder into PATH"},
		{"a.sh", "echo\n", "error: a.sh: its first line names no program to run it, such as #!/bin/sh; Cookiecutter cannot run it either"},
		{"a.sh", "", "error: a.sh: its first line names no program to run it, such as #!/bin/sh; Cookiecutter cannot run it either"},
		{"a.sh", "#!\n", "error: a.sh: needs , which is not there; install it, or put its folder into PATH"},
	} {
		words, err := Interpreter(c.name, []byte(c.text), env)
		got := strings.ReplaceAll(strings.Join(words, " "), dir, "DIR")
		if err != nil {
			got = "error: " + err.Error()
		}
		if got != c.want {
			t.Errorf("%s %q: %s, want %s", c.name, c.text, got, c.want)
		}
	}
}

// Taking leaves out what nobody keeps, unless the template has it.
func TestTake(t *testing.T) {
	t.Parallel()
	s := stage(t)
	keep := []File{{Path: "node_modules/own.js", Content: []byte("x")}}
	files := append([]File{
		{Path: "a", Content: []byte("a"), Executable: true},
		{Path: ".git/HEAD"},
		{Path: "d/.GIT/x"},
		{Path: "d/__pycache__/a.pyc"},
		{Path: "b.pyc"},
		{Path: ".venv/pyvenv.cfg"},
		{Path: ".venv/bin/python"},
		{Path: "cache/CACHEDIR.TAG"},
		{Path: "venv/kept"},
	}, keep...)
	if err := s.Put("out", files); err != nil {
		t.Fatal(err)
	}
	taken, err := s.Take("out", keep)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range taken.Files {
		got = append(got, f.Path)
	}
	if !slices.Equal(got, []string{"a", "node_modules/own.js", "venv/kept"}) || !taken.Files[0].Executable {
		t.Error(got)
	}
	if want := []string{".git", ".venv", "b.pyc", "cache", "d/.GIT", "d/__pycache__"}; !slices.Equal(taken.Ignored, want) {
		t.Error(taken.Ignored)
	}
}

// What a script protected from being read or removed goes all the same.
func TestCloses(t *testing.T) {
	t.Parallel()
	s := stage(t)
	if _, err := s.sh(t, "mkdir -p a/b; touch a/b/c; chmod 0 a/b a", time.Minute); err != nil {
		t.Fatal(err)
	}
}

// Nothing is written through a link that a script has put in the way.
func TestPutReplacesLinks(t *testing.T) {
	t.Parallel()
	s := stage(t)
	victim := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(victim, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.sh(t, "ln -s "+victim+" f; ln -s "+filepath.Dir(victim)+" d", time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := s.Put("out", []File{{Path: "f", Content: []byte("theirs")}}); err != nil {
		t.Error(err)
	}
	if err := s.Put("out", []File{{Path: "d/victim", Content: []byte("theirs")}}); err == nil {
		t.Error("written through a link to a folder")
	}
	if got, _ := os.ReadFile(victim); string(got) != "mine" {
		t.Errorf("%s", got)
	}
}
