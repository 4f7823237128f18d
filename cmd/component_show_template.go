package cmd

import (
	"context"
	"fmt"
	"io/fs"
	"strings"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/cookiecutter"
	"github.com/zclconf/go-cty/cty"
)

// templateInfo is what a Cookiecutter template in use says of itself: its questions are
// its inputs, with the defaults that they have when nothing is answered, and what it
// adds is what it makes in this project.
func (s *session) templateInfo(ctx context.Context, u *hclspec.ComponentUse) (*hclspec.ComponentInfo, error) {
	all, err := s.questions(ctx, u.Files)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.Address, err)
	}
	info := &hclspec.ComponentInfo{Manifest: hclspec.Manifest{Name: blockName(u.Pin), Version: u.Files.Version, Description: "A Cookiecutter template."}}
	for i := range all {
		info.Inputs = append(info.Inputs, questionInput(&all[i]))
	}
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

func (s *session) questions(ctx context.Context, files *hclspec.ComponentFiles) ([]cookiecutter.Question, error) {
	fsys := files.FS
	if files.Local != "" {
		var err error
		if fsys, err = fs.Sub(s.root.FS(), files.Local); err != nil {
			return nil, err
		}
	}
	tree, err := templateFiles(fsys)
	if err != nil {
		return nil, err
	}
	t, err := components.OpenTemplate(tree)
	if err != nil {
		return nil, err
	}
	return t.Questions(ctx, cookiecutter.Input{Clock: s.a.Now().UTC()})
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
