package keys

import (
	"os"
	"path/filepath"
	"testing"
)

// fixtures returns the files of testdata.
func fixtures(t testing.TB) map[string][]byte {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("testdata", "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, path := range found {
		if _, ok := FormatOf(path); !ok {
			continue
		}
		if files[filepath.Base(path)], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	if len(files) < 40 {
		t.Fatalf("%d fixtures; 40 are wanted", len(files))
	}
	return files
}

func TestFixturesHoldLaws(t *testing.T) {
	t.Parallel()
	for name, text := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, _ := FormatOf(name)
			if _, err := open(text, f); err != nil {
				t.Fatal(err)
			}
			c := &tally{reasons: map[string]int{}}
			if err := laws(text, f, 25, c); err != nil {
				t.Error(err)
			}
			if c.unsafe != nil {
				t.Error(c.unsafe)
			}
			if c.held == 0 {
				t.Error("no key held all laws")
			}
		})
	}
}
