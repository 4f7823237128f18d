package cookiecutter

import (
	"errors"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/jinja"
)

// load finds what a template includes: in the root, then in the folder
// "templates" beside it.
func (g *generation) load(name string) (string, bool, error) {
	p, err := g.included(name)
	if p == "" || err != nil {
		return "", false, err
	}
	f, err := g.v.t.tree.read(p)
	if err != nil {
		return "", false, err
	}
	if !utf8.Valid(f.Content) {
		return "", false, notText(p, f.Content, "the text is not UTF-8")
	}
	return string(f.Content), true, nil
}

// included is the path of what is included by a name; empty when there is none.
func (g *generation) included(name string) (string, error) {
	parts := strings.Split(name, "/")
	for _, part := range parts {
		if part == ".." {
			return "", nil
		}
	}
	for _, dir := range []string{g.source(""), g.v.t.at("templates")} {
		p := path.Join(dir, path.Join(parts...))
		if f, err := g.v.t.tree.read(p); f != nil || err != nil {
			return p, err
		}
	}
	return "", nil
}

// located is an error of a file's text, with the file it is in: the file
// itself, or one it includes.
func (g *generation) located(src string, err error) error {
	var e *jinja.Error
	if errors.As(err, &e) {
		if p, _ := g.included(e.Template); p != "" {
			src = p
		}
	}
	return engineError(src, "", err)
}
