package cmd_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/term"
)

// hasty is a clock on which each look costs a minute.
func hasty() func() time.Time {
	var looks atomic.Int64
	return func() time.Time {
		return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).Add(time.Duration(looks.Add(1)) * time.Minute)
	}
}

// TestProgress runs what takes long on a terminal and elsewhere. On a terminal each
// progress line is erased before anything else is written; elsewhere there is none.
func TestProgress(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(base, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	env := []string{"HOME=" + base, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "TERM=xterm", "MLOPS_CACHE_DIR=" + base + "/cache", "PATH=" + os.Getenv("PATH")}
	for _, who := range []string{"AUTHOR", "COMMITTER"} {
		env = append(env, "GIT_"+who+"_NAME=A", "GIT_"+who+"_EMAIL=a@example.com")
	}
	write("remote/component.hcl", "component \"c\" {\n  version = \"1.0.0\"\n}\n")
	for _, args := range []string{"init -q", "add -A", "commit -q -m start"} {
		git := exec.Command("git", strings.Fields(args)...)
		git.Dir, git.Env = filepath.Join(base, "remote"), env
		if out, err := git.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	fetch := fmt.Sprintf("project \"p\" {}\ncomponent \"c\" {\n  source = \"git::file://%s/remote\"\n}\n", base)
	for _, c := range []struct {
		name, spec, args, want string
		terminal               bool
	}{
		{"apply", "project \"p\" {}\nfile \"a\" {\n  content = \"a\"\n}\n", "apply --auto-approve", "1/1", true},
		{"fetch", fetch, "component lock", "remote", true},
		{"quiet-apply", "project \"p\" {}\nfile \"a\" {\n  content = \"a\"\n}\n", "apply --auto-approve", "", false},
		{"quiet-fetch", strings.ReplaceAll(fetch, "\"c\"", "\"d\""), "component lock", "", false},
	} {
		write(c.name+"/mlops.hcl", c.spec)
		p := openPty(t)
		streams := term.System(p.end, p.end, p.end)
		streams.ErrTTY = c.terminal
		code := cmd.Main(t.Context(), &cmd.Process{Args: strings.Fields(c.args), Dir: filepath.Join(base, c.name), Env: env, Now: hasty(), Streams: streams})
		text := p.hangUp()
		if code != 0 {
			t.Errorf("%s: exit code %d: %q", c.name, code, text)
		}
		shown := regexp.MustCompile(`\r\x1b\[K[^\r\n]*\(\d+s\)[^\r\n]*`).FindAllString(text, -1)
		erased := regexp.MustCompile(`\r\x1b\[K[^\r\n]*\(\d+s\)[^\r\n]*\r\x1b\[K`).FindAllString(strings.ReplaceAll(text, "\r\x1b[K", "\r\x1b[K\r\x1b[K"), -1)
		if len(shown) != len(erased) || (len(shown) > 0) != c.terminal || !strings.Contains(strings.Join(shown, ""), c.want) {
			t.Errorf("%s: %d lines shown, %d erased: %q", c.name, len(shown), len(erased), text)
		}
	}
}
