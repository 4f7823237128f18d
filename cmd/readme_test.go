package cmd_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/term"
	"github.com/mlops-as-code/mlops/readme"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestRenderKind has the example of every kind go through the language and the
// renderer: what comes is its golden rendering.
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
			golden, err := txtar.ParseFile(filepath.Join("..", "readme", "testdata", "kinds", k.Name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			if want := string(golden.Files[0].Data); code != 0 || out.String() != want || golden.Files[0].Name != "full.md" {
				t.Errorf("exit code %d\n%s%s\nwant:\n%s", code, out.String(), errs.String(), want)
			}
		})
	}
}
