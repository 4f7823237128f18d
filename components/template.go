package components

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/cookiecutter"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/pyvalue"
	"github.com/zclconf/go-cty/cty"
)

// CookiecutterFile is the manifest of a Cookiecutter template.
const CookiecutterFile = "cookiecutter.json"

// copierFiles are those of a Copier template.
func copierFiles() []string { return []string{"copier.yml", "copier.yaml"} }

// IsTemplate reports whether a folder holds a Cookiecutter template. The error is one
// of another tool, which mlops cannot run.
func IsTemplate(fsys fs.FS, dir string) (bool, error) {
	has := func(name string) bool {
		info, err := fs.Stat(fsys, path.Join(dir, name))
		return err == nil && info.Mode().IsRegular()
	}
	switch {
	case has(hclspec.ManifestFile):
		return false, nil
	case has(CookiecutterFile):
		return true, nil
	}
	for _, name := range copierFiles() {
		if has(name) {
			return false, errors.New("it is a Copier template, and mlops runs those of Cookiecutter only")
		}
	}
	return false, nil
}

// template makes the files of a Cookiecutter template one: what it draws comes from
// the time and the seed in the lock.
func (r *Resolver) template(files *hclspec.ComponentFiles, call hclspec.ComponentCall) error {
	fsys, dir := files.FS, "."
	if files.Local != "" {
		fsys, dir = r.Project, files.Local
	}
	if fsys == nil {
		return nil
	}
	is, err := IsTemplate(fsys, dir)
	if err != nil || !is {
		return err
	}
	pins, err := r.Pins()
	if err != nil {
		return err
	}
	pin := pins[call.Address]
	if pin.Time == "" || pin.Seed == "" {
		return errors.New("the lock has no time and no seed for it yet, which a Cookiecutter template may draw from; run `mlops component lock`")
	}
	src, err := ParseCall(call)
	if err != nil {
		return err
	}
	files.Generate, err = generator(pin, src)
	return err
}

// generator runs Cookiecutter's rules on the files of a template.
func generator(pin lockfile.Component, src Source) (hclspec.Generator, error) {
	clock, err := time.Parse(time.RFC3339, pin.Time)
	if err != nil {
		return nil, fmt.Errorf("the lock's time for it is malformed: %w", err)
	}
	seed, err := strconv.ParseUint(pin.Seed, 16, 64)
	if err != nil {
		return nil, fmt.Errorf("the lock's seed for it is malformed: %w", err)
	}
	return func(call hclspec.TemplateCall) (*hclspec.Generated, error) {
		t, err := OpenTemplate(call.Files)
		if err != nil {
			return nil, err
		}
		spent := cookiecutter.Work{}
		res, err := t.Generate(context.Background(), cookiecutter.Input{
			Overrides: call.Inputs, Clock: clock, Seed: seed, Source: src.String(), Checkout: src.Ref(), Commit: pin.Commit,
			Limits: within(call.Left), Spent: &spent,
		})
		cost := hclspec.TemplateWork{Steps: spent.Steps, Memory: spent.Memory}
		if err != nil {
			return &hclspec.Generated{Spent: cost}, err
		}
		return generated(res, cost)
	}, nil
}

// within are the limits of one generation, of which no more is left than that.
func within(left hclspec.TemplateWork) cookiecutter.Limits {
	l := cookiecutter.DefaultLimits()
	for to, rest := range map[*int64]int64{&l.Total.Steps: left.Steps, &l.Total.Memory: left.Memory, &l.Bytes: left.Bytes} {
		if rest > 0 {
			*to = min(*to, rest)
		}
	}
	return l
}

// OpenTemplate reads the files of a Cookiecutter template.
func OpenTemplate(files []hclspec.TemplateFile) (*cookiecutter.Template, error) {
	list := make([]cookiecutter.File, len(files))
	for i, f := range files {
		list[i] = cookiecutter.File{Path: f.Path, Content: f.Content, Executable: f.Executable, Link: f.Link}
	}
	tree, err := cookiecutter.NewTree(list, cookiecutter.Limits{})
	if err != nil {
		return nil, err
	}
	return cookiecutter.Open(tree, "")
}

// generated is the project without the folder that Cookiecutter makes around it.
func generated(res *cookiecutter.Result, cost hclspec.TemplateWork) (*hclspec.Generated, error) {
	out := &hclspec.Generated{Values: map[string]cty.Value{}, Spent: cost}
	for _, f := range res.Files {
		inner, ok := strings.CutPrefix(f.Path, res.Project+"/")
		if !ok {
			return nil, fmt.Errorf("%s: would lie outside of the project", f.Path)
		}
		out.Spent.Bytes += int64(len(f.Content))
		// Below the template's folder, and the one in it that stands for the project.
		_, from, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(f.Source, res.Template), "/"), "/")
		out.Files = append(out.Files, hclspec.TemplateFile{Path: inner, Content: f.Content, Executable: f.Executable, From: from})
	}
	for _, n := range res.Notes {
		if n.Kind == cookiecutter.NoteIgnored {
			return nil, fmt.Errorf("%s: is no variable of the template", n.Path)
		}
	}
	for _, h := range res.Hooks {
		out.Notes = append(out.Notes, fmt.Sprintf("the template has a hook, %s, which is not run (sha256 %s); what it does to files can often be said with `remove` and `move`", h.Path, h.Digest[:min(12, len(h.Digest))]))
	}
	for name, v := range res.Variables.All() {
		if text, ok := pyvalue.TextOf(name); ok {
			if val, ok := ctyOf(v, 0); ok {
				out.Values[text] = val
			}
		}
	}
	return out, nil
}

// ctyOf is a value of a template as one of the language.
func ctyOf(v pyvalue.Value, depth int) (cty.Value, bool) {
	if depth > 20 {
		return cty.NilVal, false
	}
	switch t := v.(type) {
	case pyvalue.None:
		return cty.NullVal(cty.DynamicPseudoType), true
	case pyvalue.Bool:
		return cty.BoolVal(bool(t)), true
	case pyvalue.Int:
		return cty.NumberIntVal(int64(t)), true
	case pyvalue.Float:
		return cty.NumberFloatVal(float64(t)), true
	case *pyvalue.List:
		var list []cty.Value
		for _, e := range t.Elems {
			if val, ok := ctyOf(e, depth+1); ok {
				list = append(list, val)
			}
		}
		return cty.TupleVal(list), true
	case *pyvalue.Dict:
		object := map[string]cty.Value{}
		for k, e := range t.All() {
			if name, ok := pyvalue.TextOf(k); ok {
				if val, ok := ctyOf(e, depth+1); ok {
					object[name] = val
				}
			}
		}
		return cty.ObjectVal(object), true
	}
	if text, ok := pyvalue.TextOf(v); ok {
		return cty.StringVal(text), true
	}
	return cty.NilVal, false
}
