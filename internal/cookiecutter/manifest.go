package cookiecutter

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

const maxManifest = 4 << 20

// manifest reads cookiecutter.json, in order.
func (t *Template) manifest(b *pyvalue.Budget) (*pyvalue.Dict, error) {
	p := t.at(manifestName)
	f, err := t.tree.read(p)
	switch {
	case err != nil:
		return nil, err
	case len(f.Content) > maxManifest:
		return nil, refuse(p, "larger than %d bytes", maxManifest)
	case !utf8.Valid(f.Content):
		return nil, notText(p, f.Content, "not UTF-8")
	}
	v, err := pyvalue.DecodeJSON(b, string(f.Content))
	if err != nil {
		return nil, jsonError(p, err)
	}
	d, ok := v.(*pyvalue.Dict)
	if !ok {
		return nil, refuse(p, "must be an object, and is a %s", v.TypeName())
	}
	return ordered(d).(*pyvalue.Dict), nil
}

// ordered makes the objects of a document OrderedDicts, as Cookiecutter does.
// How deep they may be nested is the decoder's limit.
func ordered(v pyvalue.Value) pyvalue.Value {
	switch v := v.(type) {
	case *pyvalue.List:
		for i, x := range v.Elems {
			v.Elems[i] = ordered(x)
		}
	case *pyvalue.Dict:
		out := pyvalue.NewOrderedDict()
		for k, x := range v.All() {
			name, _ := pyvalue.TextOf(k)
			out.SetStr(name, ordered(x))
		}
		return out
	}
	return v
}

// jsonError moves the place out of CPython's message into the Error.
func jsonError(p string, err error) error {
	var e *pyvalue.Error
	if !errors.As(err, &e) {
		return fmt.Errorf("%s: %w", p, err)
	}
	out := &Error{Path: p, Reason: "invalid JSON: " + e.Message, cause: err}
	if m := regexp.MustCompile(`^(.*): line (\d+) column (\d+) \(char \d+\)$`).FindStringSubmatch(e.Message); m != nil {
		out.Reason = "invalid JSON: " + m[1]
		out.Line, _ = strconv.Atoi(m[2])
		out.Column, _ = strconv.Atoi(m[3])
	}
	return out
}

// value turns a Go value into Python's.
func value(x any) (pyvalue.Value, error) {
	switch x := x.(type) {
	case nil:
		return pyvalue.None{}, nil
	case pyvalue.Value:
		return x, nil
	case bool:
		return pyvalue.Bool(x), nil
	case int:
		return pyvalue.Int(x), nil
	case int64:
		return pyvalue.Int(x), nil
	case float64:
		if x == math.Trunc(x) && math.Abs(x) < 1<<53 {
			return pyvalue.Int(x), nil
		}
		return pyvalue.Float(x), nil
	case string:
		return pyvalue.String(x), nil
	case []any:
		return listValue(x)
	case map[string]any:
		d := pyvalue.NewDict()
		for _, k := range sortedNames(x) {
			v, err := value(x[k])
			if err != nil {
				return nil, err
			}
			d.SetStr(k, v)
		}
		return d, nil
	}
	return nil, fmt.Errorf("a value of the type %T cannot be given", x)
}

func listValue(x []any) (pyvalue.Value, error) {
	l := pyvalue.NewList()
	for _, e := range x {
		v, err := value(e)
		if err != nil {
			return nil, err
		}
		l.Elems = append(l.Elems, v)
	}
	return l, nil
}

// override puts the overrides in place of the defaults. A value that is none
// of the choices is kept aside in late: it may yet be one once they are
// rendered.
func (v *variables) override(in map[string]any) error {
	for _, name := range sortedNames(in) {
		have, ok := v.raw.GetStr(name)
		if !ok {
			v.notes = append(v.notes, Note{NoteIgnored, name})
			continue
		}
		given, err := value(in[name])
		if err == nil {
			given, err = v.overridden(name, have, given)
		}
		if err != nil {
			return v.refuse(name, "variable %q: %s", name, reason(err))
		}
		v.raw.SetStr(name, given)
	}
	return nil
}

func reason(err error) string {
	var e *pyvalue.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

func (v *variables) overridden(name string, have, given pyvalue.Value) (pyvalue.Value, error) {
	switch have := have.(type) {
	case *pyvalue.List:
		if many, ok := given.(*pyvalue.List); ok {
			return many, v.subset(have, many)
		}
		return v.choose(name, have, given)
	case *pyvalue.Dict:
		if more, ok := given.(*pyvalue.Dict); ok {
			return have, v.merge(have, more)
		}
	case pyvalue.Bool:
		if s, ok := pyvalue.TextOf(given); ok {
			return yesNo(s)
		}
	}
	return given, nil
}

func (v *variables) subset(have, given *pyvalue.List) error {
	for _, x := range given.Elems {
		ok, err := pyvalue.Contains(v.budget, have, x)
		if err != nil {
			return err
		}
		if !ok {
			return v.badChoice(x, have)
		}
	}
	return nil
}

func (v *variables) choose(name string, have *pyvalue.List, given pyvalue.Value) (pyvalue.Value, error) {
	for i, x := range have.Elems {
		same, err := pyvalue.Equal(v.budget, x, given)
		if err != nil {
			return nil, err
		}
		if same {
			rest := slices.Delete(slices.Clone(have.Elems), i, i+1)
			return pyvalue.NewList(append([]pyvalue.Value{x}, rest...)...), nil
		}
	}
	v.late[name] = given
	return have, nil
}

func (v *variables) badChoice(given pyvalue.Value, choices *pyvalue.List) error {
	g, err := pyvalue.Repr(v.budget, given)
	if err != nil {
		return err
	}
	c, err := pyvalue.Repr(v.budget, choices)
	if err != nil {
		return err
	}
	return fmt.Errorf("%s is none of the choices %s", g, c)
}

// merge puts given into have, as far down as both are dicts.
func (v *variables) merge(have, given *pyvalue.Dict) error {
	for k, x := range given.All() {
		old, ok, err := have.Get(v.budget, k)
		if err != nil {
			return err
		}
		if ok {
			if _, isList := old.(*pyvalue.List); !isList {
				if x, err = v.overridden("", old, x); err != nil {
					return err
				}
			}
		}
		if err := have.Set(v.budget, k, x); err != nil {
			return err
		}
	}
	return nil
}

func yesNo(s string) (pyvalue.Value, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "1", "true", "t", "yes", "y", "on":
		return pyvalue.Bool(true), nil
	case "0", "false", "f", "no", "n", "off":
		return pyvalue.Bool(false), nil
	}
	return nil, fmt.Errorf("%q could not be converted to a boolean: give yes or no", s)
}
