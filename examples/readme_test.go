package examples_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/term"
)

// TestReadmePlan holds that the plan shown in README.md is what mlops prints.
func TestReadmePlan(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "churn")
	if err := os.CopyFS(dir, os.DirFS("churn")); err != nil {
		t.Fatal(err)
	}
	mlops(t, dir, "apply", "--auto-approve")
	makefile, err := os.OpenFile(filepath.Join(dir, "Makefile"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := makefile.WriteString("# my own target\n"); err != nil {
		t.Fatal(err)
	}
	if err := makefile.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, ".python-version")); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	code := cmd.Main(context.Background(), &cmd.Process{
		Args: []string{"plan", "--var", "seed=7"}, Dir: dir, Env: env, Now: time.Now,
		Streams: &term.Streams{In: strings.NewReader(""), Out: &out, Err: &out, Width: 80},
	})
	if code != 0 {
		t.Fatal(out.String())
	}
	holdBlock(t, "$ mlops plan --var seed=7\n", out.String())
}

// holdBlock compares what follows a prompt in README.md, up to the closing fence.
func holdBlock(t *testing.T, prompt, want string) {
	t.Helper()
	src, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(src), prompt)
	if !ok {
		t.Fatalf("README.md does not show %q", prompt)
	}
	got, tail, ok := strings.Cut(rest, "```\n")
	if !ok {
		t.Fatal("README.md: a fence is not closed")
	}
	if os.Getenv("MLOPS_UPDATE") != "" && got != want {
		if err := os.WriteFile("../README.md", []byte(head+prompt+want+"```\n"+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("README.md shows another plan; run MLOPS_UPDATE=1 go test ./examples\n%s", want)
	}
}
