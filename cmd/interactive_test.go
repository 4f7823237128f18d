package cmd_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/term"
)

// prompt is a stream that reports the first question asked on it.
type prompt struct {
	mu    sync.Mutex
	text  bytes.Buffer
	asked func()
}

func (p *prompt) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text.Write(b)
	if p.asked != nil && strings.Contains(string(b), "? ") {
		p.asked()
		p.asked = nil
	}
	return len(b), nil
}

// Ctrl-C at a question ends the run at once, and nothing is written.
func TestInteractiveInterrupted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	spec := "project \"demo\" {}\n\nfile \"a.txt\" {\n  content = \"a\\n\"\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "mlops.hcl"), []byte(spec), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	in, typed := io.Pipe()
	defer typed.Close()
	err := &prompt{asked: interrupt}
	code := cmd.Main(ctx, &cmd.Process{
		Args: []string{"apply", "--interactive"}, Dir: dir, Env: []string{"HOME=" + dir, "GIT_CONFIG_NOSYSTEM=1"}, Now: time.Now,
		Streams: &term.Streams{In: in, InTTY: true, Out: io.Discard, Err: err, Width: 80},
	})
	if code != 130 || !strings.Contains(err.text.String(), "Nothing was written") {
		t.Errorf("exit code %d, said %q", code, err.text.String())
	}
	left, readErr := os.ReadDir(dir)
	if readErr != nil || len(left) != 1 {
		t.Errorf("in the folder: %v, %v", left, readErr)
	}
}
