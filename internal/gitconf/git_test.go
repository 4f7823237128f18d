package gitconf

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// realGit runs the real git in dir with exactly this environment (and PATH).
type realGit struct {
	t   *testing.T
	dir string
	env Env
}

// newRealGit isolates git from the machine's configuration. dir has no
// symlinks, so that paths compare.
func newRealGit(t *testing.T) realGit {
	t.Helper()
	home, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return realGit{t: t, dir: home, env: Env{
		"HOME": home, "GIT_CONFIG_SYSTEM": filepath.Join(home, "system"), "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
	}}
}

func (g realGit) try(args ...string) ([]byte, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = g.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	for k, v := range g.env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return errs.Bytes(), err
	}
	return out, nil
}

func (g realGit) must(args ...string) string {
	g.t.Helper()
	out, err := g.try(args...)
	if err != nil {
		g.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func (g realGit) write(name, text string) {
	g.t.Helper()
	path := filepath.Join(g.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		g.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		g.t.Fatal(err)
	}
}
