package hclspec

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Whatever links there are, a name is refused exactly when it leads into git's
// directory, as the system resolves it; all else is read as without the view.
func TestHiddenFollowsLinks(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links need a right there")
	}
	rng := rand.New(rand.NewPCG(4, 12))
	refused, read := 0, 0
	for range 60 {
		dir, err := filepath.EvalSymlinks(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		names := maze(t, rng, dir)
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		view := hide(root.FS())
		for _, name := range names {
			want, plain := fs.ReadFile(root.FS(), name)
			got, err := view.ReadFile(name)
			at, _ := filepath.EvalSymlinks(filepath.Join(dir, name))
			switch secret := strings.Contains(at+"/", "/.git/"); {
			case secret && plain == nil:
				if refused++; !errors.Is(err, errGit) {
					t.Fatalf("%s leads to %s and gives %q, %v", name, at, got, err)
				}
			case errors.Is(err, errGit) && plain == nil, string(got) != string(want):
				t.Fatalf("%s leads to %s and gives %q, %v instead of %q, %v", name, at, got, err, want, plain)
			case plain == nil:
				read++
			}
		}
	}
	if refused < 100 || read < 100 {
		t.Errorf("%d were refused and %d read: too few to tell", refused, read)
	}
}

// maze makes files, folders and links between them, and returns names to try.
func maze(t *testing.T, rng *rand.Rand, dir string) []string {
	t.Helper()
	folders := []string{".", "a", "a/b", "c", ".git", ".git/x", "c/.git"}
	var names []string
	for _, folder := range folders {
		at := filepath.Join(dir, folder)
		err := errors.Join(os.MkdirAll(at, 0o755), os.WriteFile(filepath.Join(at, "f"), []byte(folder), 0o644))
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, filepath.Join(folder, "f"))
	}
	for i := range 8 {
		link := filepath.Join(folders[rng.IntN(4)], fmt.Sprintf("l%d", i))
		aim := names[rng.IntN(len(names))]
		if rng.IntN(2) == 0 {
			aim = filepath.Dir(aim)
		}
		target, err := filepath.Rel(filepath.Join(dir, filepath.Dir(link)), filepath.Join(dir, aim))
		if rng.IntN(3) == 0 {
			target = "./" + target + "/../" + filepath.Base(aim)
		}
		if err == nil {
			err = os.Symlink(target, filepath.Join(dir, link))
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, link, filepath.Join(link, "f"), filepath.Join(link, "..", "f"), filepath.Join(link, "b", "f"), filepath.Join(link, ".git", "f"))
	}
	return names
}
