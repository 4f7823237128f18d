package cookiecutter

import (
	"context"
	"errors"
	"strings"

	"github.com/mlops-as-code/mlops/internal/jinja"
	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// variables is the work of settling a template's variables.
type variables struct {
	t      *Template
	in     Input
	budget *pyvalue.Budget
	env    *jinja.Environment
	// raw is the manifest with the overrides in it, original what templates
	// see as _cookiecutter, done what is settled so far.
	raw, original, done *pyvalue.Dict
	prompts             *pyvalue.Dict
	late                map[string]pyvalue.Value
	questions           []Question
	notes               []Note
	nested              *Template
	meter               *meter
}

// resolve reads the manifest and settles all variables, unless there is a
// nested template to go on with.
func (t *Template) resolve(ctx context.Context, in Input) (*variables, error) {
	v := &variables{
		t: t, in: in, done: pyvalue.NewOrderedDict(), original: pyvalue.NewDict(), prompts: pyvalue.NewDict(),
		budget: pyvalue.NewBudget(pyvalue.MaxSteps, pyvalue.MaxSize), late: map[string]pyvalue.Value{},
		meter: &meter{max: in.Limits.Total, out: in.Spent},
	}
	var err error
	if v.raw, err = t.manifest(v.budget); err != nil {
		return nil, err
	}
	if nested, err := v.choice(); nested || err != nil {
		return v, err
	}
	if err := v.override(in.Overrides); err != nil {
		return nil, err
	}
	v.setOriginal()
	if err := v.takePrompts(); err != nil {
		return nil, err
	}
	if v.env, err = v.environment(nil); err != nil {
		return nil, err
	}
	if err := v.render(ctx); err != nil {
		return nil, err
	}
	return v, nil
}

func (v *variables) setOriginal() {
	for k, x := range v.raw.All() {
		if name, _ := pyvalue.TextOf(k); !strings.HasPrefix(name, "_") {
			v.original.SetStr(name, x)
		}
	}
}

func (v *variables) takePrompts() error {
	x, ok, err := v.raw.Delete(v.budget, pyvalue.String("__prompts__"))
	if err != nil || !ok {
		return err
	}
	if v.prompts, ok = x.(*pyvalue.Dict); !ok {
		return v.refuse("__prompts__", "__prompts__ must be an object")
	}
	return nil
}

// render settles the variables: the plain ones in order, then the dicts.
func (v *variables) render(ctx context.Context) error {
	for _, second := range []bool{false, true} {
		for k, raw := range v.raw.All() {
			name, _ := pyvalue.TextOf(k)
			if err := v.settle(ctx, name, raw, second); err != nil {
				return v.located(name, err)
			}
		}
	}
	for k := range v.done.All() {
		x, _, err := v.done.Get(v.budget, k)
		if err == nil {
			err = v.raw.Set(v.budget, k, x)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// located says which variable an error is of.
func (v *variables) located(name string, err error) error {
	var j *jinja.Error
	if errors.As(err, &j) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return v.t.atKey(name, engineError(v.t.at(manifestName), "variable \""+name+"\"", err))
	}
	return v.refuse(name, "variable %q: %s", name, reason(err))
}

// settle is one variable in the first or the second pass.
func (v *variables) settle(ctx context.Context, name string, raw pyvalue.Value, second bool) error {
	_, isDict := raw.(*pyvalue.Dict)
	private, computed := strings.HasPrefix(name, "_"), strings.HasPrefix(name, "__")
	switch {
	case private && !computed:
		if !second {
			v.done.SetStr(name, raw)
		}
		return nil
	case second != isDict && (second || !computed):
		return nil
	}
	if l, ok := raw.(*pyvalue.List); ok && !computed {
		return v.settleChoice(ctx, name, l)
	}
	x, err := v.value(ctx, name, raw)
	if err != nil {
		return err
	}
	v.done.SetStr(name, x)
	if !computed {
		v.ask(name, x, nil)
	}
	return nil
}

func (v *variables) settleChoice(ctx context.Context, name string, l *pyvalue.List) error {
	if len(l.Elems) == 0 {
		return errors.New("the list of choices is empty")
	}
	options := make([]pyvalue.Value, len(l.Elems))
	for i, raw := range l.Elems {
		x, err := v.value(ctx, name, raw)
		if err != nil {
			return err
		}
		options[i] = x
	}
	chosen := options[0]
	if given, ok := v.late[name]; ok {
		all := pyvalue.NewList(options...)
		has, err := pyvalue.Contains(v.budget, all, given)
		if err != nil {
			return err
		}
		if !has {
			return v.badChoice(given, l)
		}
		chosen = given
	}
	v.done.SetStr(name, chosen)
	v.ask(name, chosen, options)
	return nil
}

// value renders a raw value as deep as it goes.
func (v *variables) value(ctx context.Context, name string, raw pyvalue.Value) (pyvalue.Value, error) {
	if err := v.budget.Enter(); err != nil {
		return nil, err
	}
	defer v.budget.Leave()
	switch raw := raw.(type) {
	case pyvalue.None, pyvalue.Bool:
		return raw, nil
	case *pyvalue.List:
		out := pyvalue.NewList()
		for _, e := range raw.Elems {
			x, err := v.value(ctx, name, e)
			if err != nil {
				return nil, err
			}
			out.Elems = append(out.Elems, x)
		}
		return out, nil
	case *pyvalue.Dict:
		return v.dict(ctx, name, raw)
	}
	text, err := pyvalue.Str(v.budget, raw)
	if err != nil {
		return nil, err
	}
	if text, err = v.text(ctx, name, text); err != nil {
		return nil, err
	}
	return pyvalue.String(text), nil
}

func (v *variables) dict(ctx context.Context, name string, raw *pyvalue.Dict) (pyvalue.Value, error) {
	out := pyvalue.NewDict()
	for k, e := range raw.All() {
		key, err := v.value(ctx, name, k)
		if err != nil {
			return nil, err
		}
		x, err := v.value(ctx, name, e)
		if err != nil {
			return nil, err
		}
		if err := out.Set(v.budget, key, x); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (v *variables) text(ctx context.Context, name, text string) (string, error) {
	t, err := v.env.Parse(name, text)
	if err != nil {
		return "", err
	}
	return v.meter.render(ctx, t, jinja.Input{
		Vars:   map[string]pyvalue.Value{"cookiecutter": v.done},
		Random: v.in.random("variable " + name),
		Limits: jinja.Limits{Steps: v.in.Limits.Steps, Output: maxManifest},
	})
}

// context is what files are rendered with.
func (v *variables) context() map[string]pyvalue.Value {
	in := v.in
	optional := func(s string) pyvalue.Value {
		if s == "" {
			return pyvalue.None{}
		}
		return pyvalue.String(s)
	}
	v.raw.SetStr("_template", pyvalue.String(in.Source))
	v.raw.SetStr("_output_dir", pyvalue.String(in.OutputDir))
	v.raw.SetStr("_repo_dir", pyvalue.String(in.RepoDir))
	v.raw.SetStr("_checkout", optional(in.Checkout))
	return map[string]pyvalue.Value{"cookiecutter": v.raw, "_cookiecutter": v.original}
}
