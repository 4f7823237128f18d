package cmd_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/term"
	"github.com/mlops-as-code/mlops/readme"
)

// TestRenderKind has the example of every kind go through the language and the
// renderer.
func TestRenderKind(t *testing.T) {
	t.Parallel()
	for _, k := range readme.Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			code := cmd.Main(t.Context(), &cmd.Process{
				Args: []string{"readme", "render", "--kind", k.Name}, Dir: t.TempDir(), Now: time.Now,
				Streams: &term.Streams{In: strings.NewReader(""), Out: &out, Err: &errs},
			})
			if code != 0 || strings.TrimSpace(out.String()) == "" {
				t.Errorf("exit code %d\n%s%s", code, out.String(), errs.String())
			}
		})
	}
}
