package cmd

import (
	"io/fs"
	"os"
	"strings"

	"github.com/mlops-as-code/mlops/components/catalog"
	"github.com/mlops-as-code/mlops/hclspec"
)

// describeStarter reads the starter that a built-in source or a folder names, whose
// questions are its inputs; nil where there is none.
func (a *app) describeStarter(source, folder string, json bool) (*described, error) {
	var fsys fs.FS
	if folder == "" {
		sub, err := fs.Sub(catalog.Files(), strings.TrimPrefix(source, "builtin/"))
		if err != nil {
			return nil, err
		}
		fsys = sub
	} else {
		root, err := os.OpenRoot(a.inRoot(folder))
		if err != nil {
			return nil, nil // which is told where a component is looked for
		}
		defer root.Close()
		fsys = root.FS()
	}
	if info, err := fs.Stat(fsys, hclspec.StarterFile); err != nil || !info.Mode().IsRegular() {
		return nil, nil
	}
	starter, diags := hclspec.ReadStarter(hclspec.StarterParams{FS: fsys, Label: source, Version: version()})
	if diags.HasErrors() {
		return nil, &diagError{diags: diags, sources: starter.Source, json: json}
	}
	info := &hclspec.ComponentInfo{Manifest: hclspec.Manifest{
		Name:        starter.Name,
		Description: strings.TrimSpace(starter.Description + " A starter: `mlops init --from " + source + "` begins a project with it."),
	}}
	for i := range starter.Questions {
		q := &starter.Questions[i]
		in := hclspec.ComponentInput{Variable: hclspec.Variable{Name: q.Name, Description: q.Description, Type: q.Type, Default: q.Default}, TypeText: q.Type.FriendlyName()}
		if len(q.Options) > 0 {
			in.Rules = []string{"one of " + strings.Join(q.Options, ", ")}
		}
		info.Inputs = append(info.Inputs, in)
	}
	return &described{source: source, info: info}, nil
}
