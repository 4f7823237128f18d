package cookiecutter

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/jinja"
)

// Hook is a script of the template that Cookiecutter would run.
type Hook struct {
	// Name is "pre_prompt", "pre_gen_project" or "post_gen_project".
	Name string
	// Path is the script's path in the template's tree.
	Path string
	// Digest is the SHA-256 of the script's text, unrendered, in hexadecimal.
	Digest string
	// Text is the script as it would run. It is there where Input.HookTexts asked for
	// it, and for pre_prompt, which is not rendered.
	Text []byte
}

// early are the scripts that run before any question is asked.
func (t *Template) early() []Hook {
	return slices.DeleteFunc(t.Hooks(), func(h Hook) bool { return h.Name != "pre_prompt" })
}

// Nested is the template that the input, or else the manifest, chooses among those
// within this one, with the input for it; nil when there are none.
func (t *Template) Nested(ctx context.Context, in Input) (*Template, Input, error) {
	in.Limits = in.Limits.withDefaults()
	v, err := t.resolve(ctx, in)
	if err != nil || v.nested == nil {
		return nil, in, err
	}
	return v.nested, v.in, nil
}

// Dir is the template's folder in its tree; "" is the top.
func (t *Template) Dir() string { return t.dir }

// hooks are the template's scripts, with their texts where they are asked for.
func (g *generation) hooks(ctx context.Context) ([]Hook, error) {
	hooks := g.v.t.Hooks()
	if !g.v.in.HookTexts {
		return hooks, nil
	}
	env, err := g.v.environment(nil)
	if err != nil {
		return nil, err
	}
	for i := range hooks {
		h := &hooks[i]
		f, err := g.v.t.tree.read(h.Path)
		if err != nil {
			return nil, err
		}
		if h.Name == "pre_prompt" {
			continue
		}
		if !utf8.Valid(f.Content) {
			return nil, refuse(h.Path, "the text of the hook is not UTF-8")
		}
		t, err := env.Parse("", string(f.Content))
		var text string
		if err == nil {
			text, err = t.Render(ctx, jinja.Input{
				Vars: g.vars, Random: g.v.in.random("hook " + h.Path),
				Limits: jinja.Limits{Steps: g.v.in.Limits.Steps, Output: maxManifest},
			})
		}
		if err != nil {
			return nil, engineError(h.Path, "", err)
		}
		h.Text = []byte(text)
	}
	return hooks, nil
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
				h := Hook{Name: name, Path: p, Digest: hex.EncodeToString(sum[:])}
				if name == "pre_prompt" {
					h.Text = f.Content
				}
				hooks = append(hooks, h)
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
