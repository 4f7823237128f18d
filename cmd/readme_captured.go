package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/capture"
	"github.com/mlops-as-code/mlops/internal/safepath"
	"github.com/mlops-as-code/mlops/internal/specedit"
	"github.com/zclconf/go-cty/cty"
)

// maxCaptured is how much a command may print: more is no part of a README.
const maxCaptured = 1 << 20

// mayCapture refuses files that are not the user's to be made by a command.
func (s *session) mayCapture(name string) error {
	p, err := safepath.Parse(name)
	if err != nil {
		return err
	}
	if safepath.Reserved(p) || hclspec.IsSpecFile(name) || isVarFile(name) {
		return fmt.Errorf("%s: is no file for the output of a command", name)
	}
	managed := func(by string) error {
		return fmt.Errorf("%s: is written by %s, and not by a command; name another file", name, by)
	}
	for _, f := range s.project.Files {
		if f.Path == p {
			return managed(f.Address)
		}
	}
	for _, doc := range s.project.Readmes() {
		if doc.Path == p {
			return managed(doc.Address)
		}
	}
	for i := range s.lock.Objects {
		if o := &s.lock.Objects[i]; o.Path == name {
			return managed(o.Address)
		}
	}
	return nil
}

// before is what stands there, nil for nothing.
func (s *session) before(name string) ([]byte, error) {
	old, err := readOwn(s.root, name, hclspec.MaxFileBytes)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, bare(err))
	case old == nil:
		old = []byte{}
	}
	return old, nil
}

// write puts the new output in place, where nobody wrote since.
func (s *session) write(c *captured) error {
	if dir := path.Dir(c.Path); dir != "." && c.old == nil {
		if err := s.root.MkdirAll(dir, 0o777); err != nil {
			return fmt.Errorf("%s: %w", dir, bare(err))
		}
	}
	if err := s.still(c.Path, c.old); err != nil {
		return err
	}
	return s.put(c.Path, c.new)
}

// plainEnv is the environment of a command whose output is kept: programs that can be
// told so print no colours, start no pager, and take a terminal of 80 columns.
func (a *app) plainEnv() []string {
	own := map[string]string{
		"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "80", "PAGER": "cat", "GIT_PAGER": "cat", "PYTHONIOENCODING": "utf-8",
	}
	var out []string
	for _, kv := range a.Env {
		name, _, _ := strings.Cut(kv, "=")
		switch name {
		case "FORCE_COLOR", "CLICOLOR_FORCE", "LINES":
			continue
		}
		if _, ours := own[name]; !ours {
			out = append(out, kv)
		}
	}
	for name, value := range own {
		out = append(out, name+"="+value)
	}
	return out
}

// places are the paths of this machine that have no place in a README.
func (s *session) places() []capture.Place {
	var out []capture.Place
	add := func(dir, as string) {
		if dir == "" || !filepath.IsAbs(dir) {
			return
		}
		out = append(out, capture.Place{Path: filepath.Clean(dir), As: as})
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			out = append(out, capture.Place{Path: real, As: as})
		}
	}
	add(s.dir, ".")
	add(s.a.getenv("HOME"), "~")
	add(s.a.getenv("USERPROFILE"), "~")
	return out
}

// includeOf is the section that shows a captured file.
func includeOf(c *captured) string {
	words := make([]cty.Value, len(c.Command))
	for i, w := range c.Command {
		words[i] = cty.StringVal(w)
	}
	src, err := specedit.AppendBlocks(nil, specedit.Block{Type: "section", Labels: []string{"include"}, Attributes: []specedit.Attr{
		{Name: "path", Value: cty.StringVal(c.Path)}, {Name: "command", Value: cty.ListVal(words)},
	}})
	if err != nil {
		return ""
	}
	return string(src)
}
