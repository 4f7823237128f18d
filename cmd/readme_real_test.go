package cmd_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/term"
)

// TestImportRealOnes has real READMEs go through the commands: what is imported
// renders as the same bytes, and the plan is empty. There are a dozen of the Go
// modules at hand; with MLOPS_READMES, a folder of npm packages, it is all of the
// modules and of that folder.
func TestImportRealOnes(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	roots, most := []string{strings.TrimSpace(string(out))}, 12
	if more := os.Getenv("MLOPS_READMES"); more != "" {
		roots, most = append(roots, more), 1000
	}
	seen := map[string]bool{}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || len(seen) == most {
				return err
			}
			if d.IsDir() && name == filepath.Join(root, "cache") {
				return fs.SkipDir
			}
			if d.IsDir() || strings.ToLower(d.Name()) != "readme.md" {
				return nil
			}
			text, err := os.ReadFile(name)
			if err == nil && !seen[string(text)] {
				seen[string(text)] = true
				importAndBack(t, name, text)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) < 12 || len(roots) > 1 && len(seen) < 200 {
		t.Errorf("there are only %d READMEs", len(seen))
	}
	t.Logf("%d different READMEs: imported, rendered byte for byte, plan empty", len(seen))
}

func importAndBack(t *testing.T, name string, text []byte) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	file := filepath.Join(dir, "README.md")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"readme", "import"}, {"readme", "render"}, {"plan", "--detailed-exitcode"}} {
		var out, errs bytes.Buffer
		code := cmd.Main(t.Context(), &cmd.Process{
			Args: args, Dir: dir, Now: time.Now, Env: []string{"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "HOME=/nonexistent"},
			Streams: &term.Streams{In: strings.NewReader(""), Out: &out, Err: &errs},
		})
		if code != 0 {
			t.Errorf("%s: mlops %s: exit code %d\n%s%s", name, strings.Join(args, " "), code, out.String(), errs.String())
			return
		}
		if args[1] == "render" && !bytes.Equal(out.Bytes(), text) {
			t.Errorf("%s renders as other bytes", name)
		}
	}
	if left, err := os.ReadFile(file); err != nil || !bytes.Equal(left, text) {
		t.Errorf("%s is not as it was (%v)", name, err)
	}
}
