package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/cookiecutter"
	"github.com/mlops-as-code/mlops/internal/form"
	"github.com/mlops-as-code/mlops/internal/pyvalue"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// templated asks the questions of a Cookiecutter template: its own, in its order.
type templated struct {
	a  *app
	o  *initOptions
	t  *cookiecutter.Template
	in cookiecutter.Input
	// given are the answers, in order; those of flags come first.
	given []string
}

// composeTemplate makes the spec of a project that a Cookiecutter template begins.
func (f *founding) composeTemplate(ctx context.Context) error {
	files, err := templateFiles(f.from.files)
	if err != nil {
		return fmt.Errorf("%s: %w", f.from.label, err)
	}
	t, err := components.OpenTemplate(files)
	if err != nil {
		return fmt.Errorf("%s: %w", f.from.label, err)
	}
	q := &templated{a: f.a, o: f.o, t: t, in: cookiecutter.Input{Overrides: map[string]any{}, Clock: f.a.Now().UTC()}}
	if err := q.read(ctx); err != nil {
		return fmt.Errorf("%s: %w", f.from.label, err)
	}
	f.o.defaults(f.a, f.a.root())
	if f.o.asks(f.a) {
		if err := q.ask(ctx); err != nil {
			return err
		}
	}
	if err := f.o.validate(); err != nil {
		return err
	}
	spec, err := q.spec(ctx, f.from)
	if err != nil {
		return fmt.Errorf("%s: %w", f.from.label, err)
	}
	f.files = []newFile{{name: hclspec.MainFile, data: spec}}
	return nil
}

// templateFiles reads the files of a template, but for git's. Links are those of a
// fetched one only.
func templateFiles(fsys fs.FS) ([]hclspec.TemplateFile, error) {
	var out []hclspec.TemplateFile
	left := int64(components.MaxBytes)
	tree, fetched := fsys.(*components.Tree)
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.EqualFold(entry.Name(), ".git"):
			return fs.SkipDir
		case entry.Type()&fs.ModeSymlink != 0 && fetched:
			link, err := tree.ReadLink(name)
			out = append(out, hclspec.TemplateFile{Path: name, Link: link})
			return err
		case !entry.Type().IsRegular():
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if left -= info.Size(); left < 0 || len(out) >= components.MaxFiles {
			return fmt.Errorf("has more than %d files, or more than %d MiB", components.MaxFiles, components.MaxBytes>>20)
		}
		data, err := fs.ReadFile(fsys, name)
		out = append(out, hclspec.TemplateFile{Path: name, Content: data, Executable: info.Mode()&0o100 != 0})
		return err
	})
	return out, err
}

// read takes what the flags answer.
func (q *templated) read(ctx context.Context) error {
	inquiry := &inquiry{a: q.a, o: q.o}
	for _, name := range q.o.from.files {
		src, err := inquiry.file(name)
		if err != nil {
			return fmt.Errorf("--answers %s: %w", name, bare(err))
		}
		given, diags := hclspec.ParseVars(hclspec.Source{Name: name, Src: src})
		if diags.HasErrors() {
			return &diagError{diags: diags, sources: func(string) []byte { return src }, json: q.o.json}
		}
		for _, g := range given {
			val, diags := g.Expr.Value(nil)
			if diags.HasErrors() {
				return &diagError{diags: diags, sources: func(string) []byte { return src }, json: q.o.json}
			}
			q.give(g.Name, hclspec.GoValue(val))
		}
	}
	for _, text := range q.o.from.answers {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return fmt.Errorf("--answer %s: want name=value, for example --answer license=MIT", text)
		}
		q.give(strings.TrimSpace(name), value)
	}
	all, err := q.t.Questions(ctx, q.in)
	if err != nil {
		return err
	}
	asked, names := map[string]bool{}, make([]string, 0, len(all))
	for _, x := range all {
		asked[x.Name], names = true, append(names, x.Name)
	}
	for _, name := range q.given {
		if !asked[name] {
			return fmt.Errorf("--answer %s: is not asked; the questions are %s", name, strings.Join(names, ", "))
		}
	}
	return nil
}

func (q *templated) give(name string, value any) {
	if _, known := q.in.Overrides[name]; !known {
		q.given = append(q.given, name)
	}
	q.in.Overrides[name] = value
}

// ask puts the questions to a person; what is asked may follow from what was said.
func (q *templated) ask(ctx context.Context) error {
	var fault error
	answers, err := q.a.ask(ctx, func(done []form.Answer) (form.Question, bool) {
		all, err := q.t.Questions(ctx, q.answered(done))
		if err != nil {
			fault = err
			return form.Question{}, false
		}
		n := 0
		for i := range all {
			if _, given := q.in.Overrides[all[i].Name]; given {
				continue
			}
			if n == len(done) {
				return q.form(ctx, &all[i], done), true
			}
			n++
		}
		return form.Question{}, false
	})
	if err != nil || fault != nil {
		return errors.Join(err, fault)
	}
	final := q.answered(answers)
	for _, a := range answers {
		q.given = append(q.given, a.Name)
	}
	q.in = final
	return nil
}

// answered is the input with some answers more.
func (q *templated) answered(done []form.Answer) cookiecutter.Input {
	in := q.in
	in.Overrides = map[string]any{}
	for name, v := range q.in.Overrides {
		in.Overrides[name] = v
	}
	for _, a := range done {
		in.Overrides[a.Name] = a.Value
	}
	return in
}

// form is a question as it is put to a person.
func (q *templated) form(ctx context.Context, x *cookiecutter.Question, done []form.Answer) form.Question {
	out := form.Question{Name: x.Name, Text: x.Label, Default: pyText(x.Default), HasDefault: true}
	switch x.Kind {
	case cookiecutter.KindBool:
		out.Kind = form.Confirm
		out.Default = map[bool]string{true: form.Yes, false: form.No}[x.Default == pyvalue.Bool(true)]
	case cookiecutter.KindChoice, cookiecutter.KindTemplate:
		out.Kind = form.Choice
		var labels []string
		for _, c := range x.Choices {
			value := pyText(c.Value)
			out.Options = append(out.Options, value)
			if c.Label != "" && c.Label != value {
				labels = append(labels, value+": "+c.Label)
			}
		}
		out.Hint = strings.Join(labels, "; ")
	case cookiecutter.KindObject:
		out.Hint = "JSON"
	}
	out.Check = func(answer string) error {
		_, err := q.t.Questions(ctx, q.answered(append(done[:len(done):len(done)], form.Answer{Name: x.Name, Value: answer})))
		return err
	}
	return out
}

func pyText(v pyvalue.Value) string {
	if dict, ok := v.(*pyvalue.Dict); ok {
		if text, err := pyvalue.EncodeJSON(nil, dict, pyvalue.JSONStyle{}); err == nil {
			return text
		}
	}
	text, err := pyvalue.Str(nil, v)
	if err != nil {
		return ""
	}
	return text
}

// spec writes the commented spec: what was answered are the inputs, what was not
// stands as a comment.
func (q *templated) spec(ctx context.Context, from *origin) ([]byte, error) {
	all, err := q.t.Questions(ctx, q.in)
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	out.WriteString(specHead)
	q.o.project(&out)
	fmt.Fprintf(&out, "\n# A Cookiecutter template. Its files are shared: edits stay, and what a new version\n# changes is merged in. No plan runs its hooks.\ncomponent %s {\n  source = %s\n", hclString(from.name), hclString(from.source))
	if q.o.from.version != "" {
		fmt.Fprintf(&out, "  version = %s\n", hclString(q.o.from.version))
	}
	out.WriteString("  inputs = {\n")
	for _, x := range all {
		if x.Label != x.Name {
			comment(&out, "    ", x.Label)
		}
		item := fmt.Sprintf("%s = %s", hclKey(x.Name), hclValue(pyLiteral(x.Default)))
		if _, given := q.in.Overrides[x.Name]; !given {
			comment(&out, "    ", item)
			continue
		}
		fmt.Fprintf(&out, "    %s\n", item)
	}
	out.WriteString("  }\n}\n")
	q.o.git(&out)
	return hclwrite.Format([]byte(out.String())), nil
}

func hclKey(name string) string {
	if hclsyntax.ValidIdentifier(name) {
		return name
	}
	return hclString(name)
}

// pyLiteral is a value of a template, to be written into a spec.
func pyLiteral(v pyvalue.Value) cty.Value {
	switch t := v.(type) {
	case pyvalue.None:
		return cty.NullVal(cty.DynamicPseudoType)
	case pyvalue.Bool:
		return cty.BoolVal(bool(t))
	case pyvalue.Int:
		return cty.NumberIntVal(int64(t))
	case *pyvalue.Dict, *pyvalue.List:
		text := pyText(v)
		if list, ok := v.(*pyvalue.List); ok {
			text, _ = pyvalue.EncodeJSON(nil, list, pyvalue.JSONStyle{})
		}
		if ty, err := ctyjson.ImpliedType([]byte(text)); err == nil {
			if val, err := ctyjson.Unmarshal([]byte(text), ty); err == nil {
				return val
			}
		}
	}
	return cty.StringVal(pyText(v))
}
