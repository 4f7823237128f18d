package cookiecutter

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// Record is what cruft or Cookiecutter wrote down when it generated a project.
type Record struct {
	// Template is where the template came from, as it was typed; Directory is its
	// folder in there, Checkout the branch, tag or commit that was asked for, and
	// Commit the one that was used. All but Template may be empty.
	Template, Directory, Checkout, Commit string
	// Skip are the paths and globs that cruft leaves alone.
	Skip []string
	// Values are the final values of the variables, in order.
	Values *pyvalue.Dict
}

// ReadCruft reads a .cruft.json. It refuses one with keys that cruft 2 does not
// write, as what they mean is not known. Errors are *Error with name as the path.
func ReadCruft(name string, data []byte) (*Record, error) {
	d, err := readObject(name, data)
	if err != nil {
		return nil, err
	}
	if err := onlyKeys(name, d, "cruft", "template", "commit", "checkout", "context", "directory", "skip"); err != nil {
		return nil, err
	}
	r := &Record{}
	for key, to := range map[string]*string{"template": &r.Template, "commit": &r.Commit, "checkout": &r.Checkout, "directory": &r.Directory} {
		if *to, err = textOf(d, key); err != nil {
			return nil, refuse(name, "%s", err)
		}
	}
	switch {
	case r.Template == "":
		return nil, refuse(name, "names no template: it is no file of cruft")
	case !isCommit(r.Commit):
		return nil, refuse(name, "its commit is no id of a commit, so that it is not known what the project was made from")
	}
	skip, _ := d.GetStr("skip")
	if r.Skip, err = texts(skip); err != nil {
		return nil, refuse(name, "skip %s", err)
	}
	r.Values, err = valuesOf(name, d, "context", "cookiecutter")
	return r, err
}

// ReadReplay reads a file that Cookiecutter left for --replay. It refuses one with
// keys that Cookiecutter 2 does not write. Errors are *Error with name as the path.
func ReadReplay(name string, data []byte) (*Record, error) {
	d, err := readObject(name, data)
	if err != nil {
		return nil, err
	}
	if err := onlyKeys(name, d, "Cookiecutter", "cookiecutter", "_cookiecutter"); err != nil {
		return nil, err
	}
	r := &Record{}
	if r.Values, err = valuesOf(name, d, "cookiecutter"); err != nil {
		return nil, err
	}
	for key, to := range map[string]*string{"_template": &r.Template, "_checkout": &r.Checkout} {
		if *to, err = textOf(r.Values, key); err != nil {
			return nil, refuse(name, "%s", err)
		}
	}
	return r, nil
}

func readObject(name string, data []byte) (*pyvalue.Dict, error) {
	switch {
	case len(data) > maxManifest:
		return nil, refuse(name, "larger than %d bytes", maxManifest)
	case !utf8.Valid(data):
		return nil, refuse(name, "not UTF-8")
	}
	v, err := pyvalue.DecodeJSON(pyvalue.NewBudget(pyvalue.MaxSteps, pyvalue.MaxSize), string(data))
	if err != nil {
		return nil, jsonError(name, err)
	}
	d, ok := v.(*pyvalue.Dict)
	if !ok {
		return nil, refuse(name, "must be an object, and is a %s", v.TypeName())
	}
	return d, nil
}

// onlyKeys refuses a document of a form that is not known.
func onlyKeys(name string, d *pyvalue.Dict, tool string, known ...string) error {
	for k := range d.All() {
		if key, _ := pyvalue.TextOf(k); !slices.Contains(known, key) {
			return refuse(name, "has the key %q, which no known version of %s writes: what it means is not known, so nothing is taken over", key, tool)
		}
	}
	return nil
}

// textOf is a text, or "" for null and what is not there.
func textOf(d *pyvalue.Dict, key string) (string, error) {
	x, ok := d.GetStr(key)
	if _, none := x.(pyvalue.None); none || !ok {
		return "", nil
	}
	s, ok := pyvalue.TextOf(x)
	if !ok {
		return "", fmt.Errorf("%s must be a text, and is a %s", key, x.TypeName())
	}
	return s, nil
}

func texts(x pyvalue.Value) ([]string, error) {
	l, ok := x.(*pyvalue.List)
	if _, none := x.(pyvalue.None); x == nil || none {
		return nil, nil
	}
	if !ok {
		return nil, errors.New("must be a list of paths")
	}
	var out []string
	for _, e := range l.Elems {
		s, ok := pyvalue.TextOf(e)
		if !ok {
			return nil, errors.New("must be a list of paths")
		}
		out = append(out, s)
	}
	return out, nil
}

// valuesOf goes down to the object that holds the variables.
func valuesOf(name string, d *pyvalue.Dict, keys ...string) (*pyvalue.Dict, error) {
	for _, key := range keys {
		x, _ := d.GetStr(key)
		inner, ok := x.(*pyvalue.Dict)
		if !ok {
			return nil, refuse(name, "has no object %q with the values of the template's variables", key)
		}
		d = inner
	}
	return d, nil
}

func isCommit(s string) bool {
	return len(s) >= 7 && len(s) <= 64 && strings.Trim(s, "0123456789abcdef") == ""
}

// Recorded says how a record's values are given to a template.
type Recorded struct {
	// Inputs are the values to give, in the order of the record.
	Inputs *pyvalue.Dict
	// Unknown are the variables that the template does not have.
	Unknown []string
}

// For sorts out which values of a record a template is to be given: those of the
// questions it asks, and private ones that are not as its manifest has them. Computed
// ones follow from the others, and what the tools put in themselves is left out.
func (r *Record) For(t *Template) (*Recorded, error) {
	manifest, err := t.manifest(pyvalue.NewBudget(pyvalue.MaxSteps, pyvalue.MaxSize))
	if err != nil {
		return nil, err
	}
	out := &Recorded{Inputs: pyvalue.NewDict()}
	for k, given := range r.Values.All() {
		name, _ := pyvalue.TextOf(k)
		have, known := manifest.GetStr(name)
		switch private := strings.HasPrefix(name, "_"); {
		case !known && private:
			// of the tools' own: _template, _output_dir, _repo_dir, _checkout, _commit
		case !known:
			out.Unknown = append(out.Unknown, name)
		case strings.HasPrefix(name, "__"):
			// computed anew
		case private && sameJSON(have, given):
		default:
			out.Inputs.SetStr(name, given)
		}
	}
	return out, nil
}

func sameJSON(a, b pyvalue.Value) bool {
	x, err := pyvalue.EncodeJSON(nil, a, pyvalue.JSONStyle{SortKeys: true})
	if err != nil {
		return false
	}
	y, err := pyvalue.EncodeJSON(nil, b, pyvalue.JSONStyle{SortKeys: true})
	return err == nil && x == y
}
