package cookiecutter

import (
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/internal/jinja"
	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// environment is Cookiecutter's: strict, with its extensions, those the
// manifest names and the settings of _jinja2_env_vars.
func (v *variables) environment(loader jinja.Loader) (*jinja.Environment, error) {
	o, err := v.options()
	if err != nil {
		return nil, err
	}
	o.Loader = loader
	env, err := jinja.NewEnvironment(o)
	if err != nil {
		return nil, v.refuse("_jinja2_env_vars", "_jinja2_env_vars: %s", reason(err))
	}
	return env, nil
}

func (v *variables) options() (jinja.Options, error) {
	o := jinja.Options{
		KeepTrailingNewline: true, Undefined: jinja.Strict,
		Filters: map[string]jinja.Function{"jsonify": jsonify, "slugify": slugifyFilter},
		Functions: map[string]jinja.Function{
			"random_ascii_string": randomASCII, "uuid4": uuid4,
		},
		Tags: map[string]jinja.Tag{"now": {Call: now{v.in.Clock}.tag, SplitSum: true}},
	}
	if x, ok := v.raw.GetStr("_jinja2_env_vars"); ok {
		d, ok := x.(*pyvalue.Dict)
		if !ok {
			return o, v.refuse("_jinja2_env_vars", "_jinja2_env_vars must be an object")
		}
		for k, x := range d.All() {
			name, _ := pyvalue.TextOf(k)
			if err := v.setting(&o, name, x); err != nil {
				return o, v.refuse("_jinja2_env_vars", "_jinja2_env_vars: %s: %s", name, reason(err))
			}
		}
	}
	return o, v.extensions(&o)
}

// setting is one argument of Jinja's Environment.
func (v *variables) setting(o *jinja.Options, name string, x pyvalue.Value) error {
	texts := map[string]*string{
		"block_start_string": &o.BlockStart, "block_end_string": &o.BlockEnd,
		"variable_start_string": &o.VariableStart, "variable_end_string": &o.VariableEnd,
		"comment_start_string": &o.CommentStart, "comment_end_string": &o.CommentEnd,
		"line_statement_prefix": &o.LineStatementPrefix, "line_comment_prefix": &o.LineCommentPrefix,
		"newline_sequence": &o.NewlineSequence,
	}
	flags := map[string]*bool{"trim_blocks": &o.TrimBlocks, "lstrip_blocks": &o.LstripBlocks, "autoescape": &o.Autoescape}
	if to := texts[name]; to != nil {
		s, ok := pyvalue.TextOf(x)
		if _, none := x.(pyvalue.None); none && strings.HasPrefix(name, "line_") {
			return nil
		}
		if !ok || s == "" {
			return fmt.Errorf("must be a text that is not empty")
		}
		*to = s
		return nil
	}
	if to := flags[name]; to != nil {
		on, err := pyvalue.Truth(v.budget, x)
		*to = on
		return err
	}
	switch name {
	case "optimized", "cache_size", "auto_reload":
		return nil // they change nothing in what is rendered
	case "keep_trailing_newline", "undefined", "extensions", "context":
		return fmt.Errorf("is set by Cookiecutter itself, which fails when it is given here: take it out")
	}
	return fmt.Errorf("is no setting that can be given in a manifest")
}

// extensions turns on what _extensions names.
func (v *variables) extensions(o *jinja.Options) error {
	x, ok := v.raw.GetStr("_extensions")
	if !ok {
		return nil
	}
	l, ok := x.(*pyvalue.List)
	if !ok {
		return v.refuse("_extensions", "_extensions must be a list")
	}
	for _, e := range l.Elems {
		name, err := pyvalue.Str(v.budget, e)
		if err != nil {
			return err
		}
		if !v.extension(o, name) {
			return v.unknownExtension(name)
		}
	}
	return nil
}

// extension turns on one extension; false when it is not known.
func (v *variables) extension(o *jinja.Options, name string) bool {
	switch name {
	case "jinja2.ext.do", "jinja2.ext.ExprStmtExtension":
		o.Extensions.Do = true
	case "jinja2.ext.loopcontrols", "jinja2.ext.LoopControlExtension":
		o.Extensions.LoopControls = true
	case "jinja2.ext.i18n", "jinja2.ext.InternationalizationExtension":
		o.Extensions.I18n = true
	case "jinja2.ext.debug", "jinja2.ext.DebugExtension":
		o.Extensions.Debug = true
	case "cookiecutter.extensions.JsonifyExtension", "cookiecutter.extensions.RandomStringExtension",
		"cookiecutter.extensions.SlugifyExtension", "cookiecutter.extensions.TimeExtension",
		"cookiecutter.extensions.UUIDExtension", "jinja2_time.TimeExtension":
		// on already
	case "jinja2_git.GitExtension":
		o.Tags["gitcommit"] = jinja.Tag{Call: commit(v.in.Commit).tag, Option: "short"}
	default:
		return false
	}
	return true
}

// commit is the tag {% gitcommit %} of jinja2_git: the template's commit. With
// short=True it is the short form, of 7 digits.
type commit string

func (h commit) tag(c *jinja.Context, args pyvalue.Args) (pyvalue.Value, error) {
	if h == "" {
		return nil, pyvalue.Raise("ValueError", "gitcommit: the template has no commit, as it does not come from git")
	}
	if len(args.Pos) > 0 {
		short, err := pyvalue.Truth(c.Budget(), args.Pos[0])
		if err != nil {
			return nil, err
		}
		if short {
			return pyvalue.String(h[:min(7, len(h))]), nil
		}
	}
	return pyvalue.String(h), nil
}

// unknownExtension says whose the extension is, and what to do about it.
func (v *variables) unknownExtension(name string) error {
	module, _, _ := strings.Cut(name, ".")
	n := v.t.tree.dir(v.t.dir)
	if n.files[module+".py"] != nil || n.dirs[module] != nil {
		return v.refuse("_extensions", "the extension %s is Python code of the template's own, which is never run here: "+
			"generate the project with Cookiecutter, or ask the template's author for a form without it", name)
	}
	return v.refuse("_extensions", "the extension %s is written in Python and not known here: "+
		"generate the project with Cookiecutter, or take the extension out of _extensions in a copy of the template", name)
}

func jsonify(c *jinja.Context, args pyvalue.Args) (pyvalue.Value, error) {
	p, err := bind("jsonify", args, "obj", "indent")
	if err != nil {
		return nil, err
	}
	indent := "    "
	style := pyvalue.JSONStyle{SortKeys: true, Indent: &indent}
	if x := p["indent"]; x != nil {
		text, isText := pyvalue.TextOf(x)
		n, isInt := pyvalue.Int64Of(x)
		_, none := x.(pyvalue.None)
		switch {
		case none:
			style.Indent = nil
		case isText:
			indent = text
		case isInt && n < 1<<16:
			indent = strings.Repeat(" ", int(max(n, 0)))
		default:
			return nil, pyvalue.Raise("TypeError", "jsonify() needs the indent as an int or a text")
		}
	}
	s, err := pyvalue.EncodeJSON(c.Budget(), p["obj"], style)
	if err != nil {
		return nil, err
	}
	return pyvalue.String(s), nil
}
