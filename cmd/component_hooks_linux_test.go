package cmd_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/term"
)

const hookSpec = `project "demo" {}
component "layout" {
  source = "./tpl"
  inputs = { name = "one" }
}
`

// hookedProject is a project whose template has a hook.
func hookedProject(t *testing.T) (base string) {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no sh here")
	}
	base = t.TempDir()
	for name, text := range map[string]string{
		"p/mlops.hcl":                           hookSpec,
		"p/tpl/cookiecutter.json":               `{"name": "x"}`,
		"p/tpl/hooks/post_gen_project.sh":       "#!/bin/sh\n# \x1b[2Jclear\necho {{ cookiecutter.name }} > made\n",
		"p/tpl/{{cookiecutter.name}}/README.md": "# x\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(base, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(base, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return base
}

// typed runs a command on a terminal of its own, types the answer where it asks, and
// returns what was shown.
func typed(t *testing.T, base, question, answer string, args ...string) (string, int) {
	t.Helper()
	p := openPty(t)
	code := make(chan int, 1)
	go func() {
		code <- cmd.Main(context.Background(), &cmd.Process{
			Args: args, Dir: filepath.Join(base, "p"), Now: time.Now, Streams: term.System(p.end, p.end, p.end),
			Env: []string{"HOME=" + base, "PATH=" + os.Getenv("PATH"), "GIT_CONFIG_NOSYSTEM=1", "TERM=xterm"},
		})
	}()
	if question != "" {
		p.await(question, 1)
		p.keys(answer + "\n")
	}
	got := <-code
	return p.hangUp(), got
}

// A person who says yes is not asked again, as long as nothing of it changes.
func TestHooksAsk(t *testing.T) {
	t.Parallel()
	base := hookedProject(t)
	const question = "Only 'yes' is accepted:"
	if _, code := typed(t, base, "", "", "component", "lock"); code != 0 {
		t.Fatal("lock")
	}
	update := []string{"component", "update", "--run-hooks"}
	shown, code := typed(t, base, question, "y", update...)
	if code != 1 || !strings.Contains(shown, "the hooks were not run; nothing was written") || strings.Contains(shown, "\x1b[2J") {
		t.Errorf("%d: %q", code, shown)
	}
	trust := filepath.Join(base, ".config", "mlops", "trusted-hooks.json")
	if _, err := os.Stat(trust); err == nil {
		t.Error("no means that nothing is remembered")
	}
	if shown, code = typed(t, base, question, "yes", update...); code != 0 || !strings.Contains(shown, "post_gen_project.sh ran") {
		t.Fatalf("%d: %q", code, shown)
	}
	if info, err := os.Stat(trust); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if shown, code = typed(t, base, "", "", update...); code != 0 || strings.Contains(shown, question) {
		t.Errorf("%d: %q", code, shown)
	}
	// Another input gets into the script: what was trusted is not what would run.
	spec := filepath.Join(base, "p", "mlops.hcl")
	if err := os.WriteFile(spec, []byte(strings.Replace(hookSpec, `"one"`, `"two"`, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if shown, code = typed(t, base, question, "no", update...); code != 1 || !strings.Contains(shown, "echo two > made") {
		t.Errorf("%d: %q", code, shown)
	}
}
