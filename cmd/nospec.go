package cmd

import (
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/mlops-as-code/mlops/hclspec"
)

// maxClimb is how many parent folders are looked into for a spec.
const maxClimb = 10

// noSpecError is hclspec.ErrNoSpec with where to go instead.
type noSpecError string

func (e noSpecError) Error() string        { return string(e) }
func (e noSpecError) Is(target error) bool { return target == hclspec.ErrNoSpec }

// noSpec says what to do where the project folder holds no spec.
func (a *app) noSpec() error {
	here := "no mlops.hcl here"
	if a.root() != a.Dir {
		here = "no mlops.hcl in " + a.chdir
	}
	above, repo := a.above()
	switch {
	case above == ".":
		return noSpecError(here + "; there is one in the current folder: leave out -C")
	case above != "":
		return noSpecError(fmt.Sprintf("%s; there is one in %s: use -C %s", here, above, above))
	case repo:
		return noSpecError(here + ": run `mlops init`, or `mlops import .` for a spec of the files that are there, or name the project's folder with -C")
	}
	return noSpecError(here + ": run `mlops init`, or name the project's folder with -C")
}

// above finds the nearest parent folder of the project's with a spec, up to the top
// of the repository, as the working directory names it. It reports whether there is
// a repository.
func (a *app) above() (dir string, repo bool) {
	at := a.root()
	for range maxClimb + 1 {
		if at != a.root() && holdsSpec(at) {
			return a.seen(at), repo
		}
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return "", true
		}
		parent := filepath.Dir(at)
		if parent == at {
			return "", false
		}
		at = parent
	}
	return "", false
}

// seen is a folder as the working directory names it.
func (a *app) seen(dir string) string {
	if rel, err := filepath.Rel(a.Dir, dir); err == nil {
		return filepath.ToSlash(rel)
	}
	return dir
}

func holdsSpec(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if hclspec.IsSpecFile(e.Name()) && e.Type().IsRegular() {
			return true
		}
	}
	return false
}

// elsewhere refuses to begin a project in a folder of another one: its spec would
// not know of the new one's files.
func (i *importer) elsewhere() error {
	above, _ := i.a.above()
	if above == "" {
		return nil
	}
	name, err := filepath.Rel(filepath.Join(i.a.Dir, filepath.FromSlash(above)), filepath.Join(i.a.root(), filepath.FromSlash(i.o.dir)))
	if err != nil {
		return fmt.Errorf("%s: %w", above, err)
	}
	return fmt.Errorf("%s: lies in the project of %s: run `mlops -C %s import %s`, or `mlops init` here first for a project of its own",
		path.Clean(i.o.dir), above, above, filepath.ToSlash(name))
}
