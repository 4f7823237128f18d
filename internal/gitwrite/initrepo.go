package gitwrite

import (
	"runtime"
	"strings"

	"github.com/mlops-as-code/mlops/internal/fsops"
)

// Init makes an empty repository with a working tree around it, in dir/name:
// what git init makes without a template directory. HEAD names branch, which
// has no commit yet.
func Init(dir fsops.Dir, name, branch string) error {
	for _, sub := range []string{
		"", "/branches", "/hooks", "/info", "/objects", "/objects/info", "/objects/pack",
		"/refs", "/refs/heads", "/refs/tags",
	} {
		if err := dir.Mkdir(name+sub, 0o777); err != nil {
			return err
		}
	}
	for _, f := range [][2]string{
		{"HEAD", "ref: refs/heads/" + branch + "\n"},
		{"config", initialConfig(runtime.GOOS)},
		{"description", "Unnamed repository; edit this file 'description' to name the repository.\n"},
		{"info/exclude", exclude},
	} {
		if _, err := fsops.WriteFile(dir, name+"/"+f[0], []byte(f[1]), 0o666); err != nil {
			return err
		}
	}
	return nil
}

const exclude = "# Patterns for this clone alone, see gitignore(5).\n"

// initialConfig is the configuration of a new repository, with what git finds
// out by trying the file system taken from the system's habit.
func initialConfig(goos string) string {
	lines := []string{"[core]", "repositoryformatversion = 0", "filemode = true", "bare = false", "logallrefupdates = true"}
	switch goos {
	case "windows":
		lines[2] = "filemode = false"
		lines = append(lines, "symlinks = false", "ignorecase = true")
	case "darwin":
		lines = append(lines, "ignorecase = true", "precomposeunicode = true")
	}
	return strings.Join(lines, "\n\t") + "\n"
}
