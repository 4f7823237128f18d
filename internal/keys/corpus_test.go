package keys

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRealWorld holds every file of a directory tree against the laws. The script
// .ci/corpus fills such a directory.
func TestRealWorld(t *testing.T) {
	dir := os.Getenv("MLOPS_CORPUS")
	if dir == "" {
		t.Skip("MLOPS_CORPUS names no directory")
	}
	kinds, c := map[string]int{}, &tally{reasons: map[string]int{}}
	sound, unsound := 0, 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		f, ok := FormatOf(path)
		if err != nil || !ok || !e.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if len(text) > 200_000 {
			return nil // the laws parse a file some hundred times
		}
		if _, err := open(text, f); err != nil {
			unsound++
			return nil
		}
		sound++
		kinds[kindOf(path)]++
		if err := laws(text, f, max(4, min(40, 400_000/(len(text)+1))), c); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if c.unsafe != nil {
			t.Errorf("%s: %v", path, c.unsafe)
			c.unsafe = nil
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("files %d, not readable %d, kinds %v; keys %d, all laws %d, with a refusal %d", sound, unsound, kinds, c.keys, c.held, c.keys-c.held)
	for r, n := range c.reasons {
		t.Logf("refused %d times: %s", n, r)
	}
	five := kinds["pyproject"] + kinds["package.json"] + kinds["workflow"] + kinds["compose"] + kinds["pre-commit"]
	if five < 100 {
		t.Errorf("%d files of the five kinds; at least 100 are wanted", five)
	}
}

func kindOf(path string) string {
	base := filepath.Base(path)
	switch {
	case base == "pyproject.toml":
		return "pyproject"
	case base == "package.json":
		return "package.json"
	case strings.Contains(filepath.ToSlash(path), ".github/workflows/"):
		return "workflow"
	case strings.Contains(base, "compose"):
		return "compose"
	case strings.HasPrefix(base, ".pre-commit"):
		return "pre-commit"
	}
	return "other " + strings.ToLower(filepath.Ext(base))
}
