package docs_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/term"
)

// TestComponentsPage does what components.md says, from top to bottom: a block with a
// path is a file, one of sh is run, and the text after it is what must come out.
// MLOPS_UPDATE=1 rewrites those texts.
func TestComponentsPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("components.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if out, err := exec.Command("git", "-c", "init.defaultBranch=main", "init", "-q", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	said, ran := "", 0
	updated := regexp.MustCompile("(?ms)^```(\\S+)( \\S+)?\n(.*?)^```\n").ReplaceAllStringFunc(string(page), func(block string) string {
		head, body, _ := strings.Cut(strings.TrimSuffix(block, "```\n"), "\n")
		kind, file, _ := strings.Cut(strings.TrimPrefix(head, "```"), " ")
		switch {
		case file != "":
			write(t, filepath.Join(dir, file), body)
		case kind == "sh":
			said = runLines(t, dir, body)
			ran++
		case said != body && os.Getenv("MLOPS_UPDATE") == "":
			t.Errorf("components.md says\n%s\nand this came out:\n%s", body, said)
		default:
			return head + "\n" + said + "```\n"
		}
		return block
	})
	if ran < 5 {
		t.Errorf("%d commands were found in components.md", ran)
	}
	if updated != string(page) && os.Getenv("MLOPS_UPDATE") != "" {
		write(t, "components.md", updated)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// runLines runs each line and returns what they print. None may fail.
func runLines(t *testing.T, dir, lines string) string {
	t.Helper()
	var out, errs bytes.Buffer
	for line := range strings.Lines(lines) {
		args := strings.Fields(line)
		code := cmd.Main(t.Context(), &cmd.Process{
			Args: args[1:], Dir: dir, Now: func() time.Time { return time.Unix(1_800_000_000, 0) },
			Env: []string{
				"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull,
				"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com",
			},
			Streams: &term.Streams{In: strings.NewReader(""), Out: &out, Err: &errs},
		})
		if code != 0 {
			t.Fatalf("%s: exit code %d\n%s%s", strings.TrimSpace(line), code, out.String(), errs.String())
		}
	}
	return out.String()
}
