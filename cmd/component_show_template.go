package cmd

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/cookiecutter"
	"github.com/zclconf/go-cty/cty"
)

// templateInfo is what a Cookiecutter template in use says of itself, and what it makes
// in this project.
func (s *session) templateInfo(ctx context.Context, u *hclspec.ComponentUse) (*hclspec.ComponentInfo, error) {
	fsys := u.Files.FS
	if u.Files.Local != "" {
		var err error
		if fsys, err = fs.Sub(s.root.FS(), u.Files.Local); err != nil {
			return nil, err
		}
	}
	info, err := s.a.asks(ctx, fsys)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.Address, err)
	}
	info.Manifest.Name, info.Manifest.Version = blockName(u.Pin), u.Files.Version
	for _, f := range s.project.Files {
		if name, ok := strings.CutPrefix(f.Address, u.Address+"."+f.Kind); ok && name != "" {
			if label, quoted := strings.CutPrefix(name, `["`); quoted {
				name = strings.TrimSuffix(label, `"]`)
			} else {
				name = name[1:]
			}
			info.Objects = append(info.Objects, hclspec.ComponentObject{Kind: f.Kind, Name: name, Path: string(f.Path)})
		}
	}
	return info, nil
}

// describeTemplate reads a Cookiecutter template in a folder; nil where it holds none.
func (a *app) describeTemplate(ctx context.Context, dir string) (*described, error) {
	root, err := os.OpenRoot(a.inRoot(dir))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", slashed(dir), bare(err))
	}
	defer root.Close()
	is, err := components.IsTemplate(root.FS(), ".")
	if err != nil || !is {
		return nil, err
	}
	d := &described{source: dir}
	if d.info, err = a.asks(ctx, root.FS()); err != nil {
		return nil, fmt.Errorf("%s: %w", slashed(dir), err)
	}
	d.info.Manifest.Name = path.Base(slashed(dir))
	return d, nil
}

// asks is what a Cookiecutter template says of itself: its questions are its inputs, with
// the defaults that they have when nothing is answered.
func (a *app) asks(ctx context.Context, fsys fs.FS) (*hclspec.ComponentInfo, error) {
	files, err := templateFiles(fsys)
	if err != nil {
		return nil, err
	}
	t, err := components.OpenTemplate(files)
	if err != nil {
		return nil, err
	}
	all, err := t.Questions(ctx, cookiecutter.Input{Clock: a.Now().UTC()})
	if err != nil {
		return nil, err
	}
	info := &hclspec.ComponentInfo{Manifest: hclspec.Manifest{Description: "A Cookiecutter template."}}
	for i := range all {
		info.Inputs = append(info.Inputs, questionInput(&all[i]))
	}
	return info, nil
}

// questionInput is a question as an input.
func questionInput(q *cookiecutter.Question) hclspec.ComponentInput {
	def := pyLiteral(q.Default)
	if def.IsNull() {
		def = cty.NullVal(cty.String)
	}
	in := hclspec.ComponentInput{Variable: hclspec.Variable{Name: q.Name, Type: def.Type(), Default: &def}, TypeText: "string"}
	if q.Label != q.Name {
		in.Description = q.Label
	}
	switch q.Kind {
	case cookiecutter.KindBool:
		in.TypeText = "bool"
	case cookiecutter.KindObject:
		in.TypeText = "object"
	case cookiecutter.KindChoice, cookiecutter.KindTemplate:
		var names []string
		for _, c := range q.Choices {
			names = append(names, pyText(c.Value))
		}
		in.Rules = []string{"one of " + strings.Join(names, ", ")}
	}
	return in
}
