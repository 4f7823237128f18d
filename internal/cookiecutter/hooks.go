package cookiecutter

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"
)

// Hook is a script of the template that Cookiecutter would run.
type Hook struct {
	// Name is "pre_prompt", "pre_gen_project" or "post_gen_project".
	Name string
	// Path is the script's path in the template's tree.
	Path string
	// Digest is the SHA-256 of the script's text, unrendered, in hexadecimal.
	Digest string
}

// Hooks are the template's scripts, in the order they would run; those of one
// name by their path. The package runs none of them.
func (t *Template) Hooks() []Hook {
	dir := path.Join(t.dir, "hooks")
	n := t.tree.dir(dir)
	if n == nil {
		return nil
	}
	var hooks []Hook
	for _, name := range []string{"pre_prompt", "pre_gen_project", "post_gen_project"} {
		for _, file := range sortedNames(n.files) {
			if strings.HasSuffix(file, "~") || stem(file) != name {
				continue
			}
			p := path.Join(dir, file)
			if f, err := t.tree.read(p); err == nil && f != nil {
				sum := sha256.Sum256(f.Content)
				hooks = append(hooks, Hook{name, p, hex.EncodeToString(sum[:])})
			}
		}
	}
	return hooks
}

// stem is os.path.splitext(name)[0].
func stem(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 && strings.Trim(name[:i], ".") != "" {
		return name[:i]
	}
	return name
}
