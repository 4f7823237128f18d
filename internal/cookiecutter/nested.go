package cookiecutter

import (
	"errors"
	"maps"
	"path"
	"strings"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// choice looks whether the manifest offers nested templates, and then which of
// them is meant: the override's, or the first.
func (v *variables) choice() (bool, error) {
	list, _ := v.raw.GetStr("templates")
	if d, ok := list.(*pyvalue.Dict); ok && d.Len() > 0 {
		return true, v.fault("templates", v.chooseNew(d))
	}
	old, isOld := v.raw.GetStr("template")
	if list == nil && !isOld {
		return false, nil
	}
	l, ok := old.(*pyvalue.List)
	if !ok || len(l.Elems) == 0 {
		return true, refuse(v.t.at(manifestName), "templates must be an object of templates, or template a list of them")
	}
	return true, v.fault("template", v.chooseOld(l))
}

func (v *variables) fault(key string, err error) error {
	if err == nil {
		return nil
	}
	return v.located(key, err)
}

func (v *variables) chooseNew(d *pyvalue.Dict) error {
	var options, labels []string
	places := map[string]string{}
	for k, x := range d.All() {
		name, _ := pyvalue.TextOf(k)
		one, ok := x.(*pyvalue.Dict)
		if !ok {
			return errors.New("each template must be an object with a path")
		}
		at, _ := one.GetStr("path")
		places[name], _ = pyvalue.TextOf(at)
		options, labels = append(options, name), append(labels, v.templateLabel(name, one))
	}
	return v.chooseTemplate("templates", nestedOffer{options, labels, places})
}

// templateLabel is the title and, if it says more, the description.
func (v *variables) templateLabel(name string, one *pyvalue.Dict) string {
	part := func(key string) string {
		x, ok := one.GetStr(key)
		if !ok {
			return name
		}
		s, err := pyvalue.Str(v.budget, x)
		if err != nil {
			return name
		}
		return s
	}
	title, about := part("title"), part("description")
	if title == about {
		return title
	}
	return title + " (" + about + ")"
}

// chooseOld is the list of texts that end in a path in parentheses.
func (v *variables) chooseOld(l *pyvalue.List) error {
	var options []string
	places := map[string]string{}
	for _, x := range l.Elems {
		s, _ := pyvalue.TextOf(x)
		from, to := strings.IndexByte(s, '('), strings.LastIndexByte(s, ')')
		if from < 0 || to <= from+1 {
			return errors.New("each template must be a text with a path in parentheses")
		}
		options = append(options, s)
		places[s] = s[from+1 : to]
	}
	return v.chooseTemplate("template", nestedOffer{options, options, places})
}

// nestedOffer are the nested templates of a manifest.
type nestedOffer struct {
	options, labels []string
	places          map[string]string
}

func (v *variables) chooseTemplate(key string, o nestedOffer) error {
	chosen, err := v.chosenTemplate(key)
	if err != nil {
		return err
	}
	if chosen == "" {
		chosen = o.options[0]
	}
	q := Question{Name: key, Label: "Select a template", Kind: KindTemplate, Default: pyvalue.String(chosen)}
	for i, name := range o.options {
		q.Choices = append(q.Choices, Choice{pyvalue.String(name), plain(o.labels[i])})
	}
	v.questions = append(v.questions, q)
	at, ok := o.places[chosen]
	if !ok {
		return errors.New(chosen + " is none of the templates " + strings.Join(o.options, ", "))
	}
	return v.enter(at)
}

// chosenTemplate takes the choice out of the overrides: a text, or a list for
// templates within templates. It is empty when there is none.
func (v *variables) chosenTemplate(key string) (string, error) {
	x, ok := v.in.Overrides[key]
	if !ok {
		return "", nil
	}
	v.in.Overrides = maps.Clone(v.in.Overrides)
	delete(v.in.Overrides, key)
	if l, ok := x.([]any); ok && len(l) > 0 {
		x = l[0]
		if len(l) > 1 {
			v.in.Overrides[key] = l[1:]
		}
	}
	switch s := x.(type) {
	case string:
		return s, nil
	case pyvalue.String:
		return string(s), nil
	}
	return "", errors.New("the choice of a template must be text")
}

func (v *variables) enter(at string) error {
	dir := path.Join(v.t.dir, at)
	if at == "" || path.IsAbs(at) || dir == ".." || strings.HasPrefix(dir, "../") {
		return errors.New(`"` + at + `" is not a path inside the template`)
	}
	if dir == path.Join(".", v.t.dir) || !strings.HasPrefix(dir+"/", v.t.dir+"/") && v.t.dir != "" {
		return errors.New(`"` + at + `" is not below this template`)
	}
	nested, err := Open(v.t.tree, dir)
	v.nested = nested
	v.in.RepoDir = path.Join(v.in.RepoDir, at)
	v.in.Source = v.in.RepoDir
	return err
}
