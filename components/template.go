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
	"github.com/mlops-as-code/mlops/internal/effect"
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
	g := &generator{pin: pin, src: src, address: call.Address, watch: r.Watch}
	if err := g.parse(); err != nil {
		return err
	}
	if pin.Hooks != "" && r.Watch == nil {
		files.Record = effect.Path(pin.Hooks)
	}
	files.Generate = g.generate
	return nil
}

// generator runs Cookiecutter's rules on the files of a template.
type generator struct {
	pin     lockfile.Component
	src     Source
	address string
	clock   time.Time
	seed    uint64
	watch   func(Watched)
}

func (g *generator) parse() (err error) {
	if g.clock, err = time.Parse(time.RFC3339, g.pin.Time); err != nil {
		return fmt.Errorf("the lock's time for it is malformed: %w", err)
	}
	if g.seed, err = strconv.ParseUint(g.pin.Seed, 16, 64); err != nil {
		return fmt.Errorf("the lock's seed for it is malformed: %w", err)
	}
	return nil
}

// input is what the template is generated from.
func (g *generator) input(call hclspec.TemplateCall) cookiecutter.Input {
	return cookiecutter.Input{Overrides: call.Inputs, Clock: g.clock, Seed: g.seed, Source: g.src.String(), Checkout: g.src.Ref(), Commit: g.pin.Commit}
}

func (g *generator) generate(call hclspec.TemplateCall) (*hclspec.Generated, error) {
	r := &run{generator: g, call: call}
	out, err := r.generate()
	if out == nil {
		out = &hclspec.Generated{}
	}
	out.Spent.Steps, out.Spent.Memory = r.spent.Steps, r.spent.Memory
	for _, f := range out.Files {
		out.Spent.Bytes += int64(len(f.Content))
	}
	return out, err
}

// run is one call of a generator, and what it has cost so far.
type run struct {
	*generator
	call  hclspec.TemplateCall
	spent cookiecutter.Work
}

func (r *run) generate() (*hclspec.Generated, error) {
	if r.watch != nil {
		r.watch(Watched{Address: r.address, Pin: r.pin, Source: r.src, Files: r.call.Files, Input: r.input(r.call)})
	}
	if r.watch == nil && r.pin.Hooks != "" {
		return r.recorded()
	}
	res, err := r.render(TemplateFiles(r.call.Files), false)
	if err != nil {
		return nil, err
	}
	out, err := generated(res)
	if err != nil {
		return nil, err
	}
	for _, h := range res.Hooks {
		out.Notes = append(out.Notes, fmt.Sprintf("the template has a hook, %s, which is not run (sha256 %s); what it does to files can often be said with `remove` and `move`, and `mlops component update %s --run-hooks` shows it, asks, and runs it once", h.Path, h.Digest[:min(12, len(h.Digest))], blockName(r.address)))
	}
	return out, nil
}

// render is what the template makes, within what is left of the budget.
func (r *run) render(files []cookiecutter.File, hookTexts bool) (*cookiecutter.Result, error) {
	t, err := openFiles(files)
	if err != nil {
		return nil, err
	}
	in := r.input(r.call)
	in.HookTexts, in.Spent = hookTexts, &r.spent
	in.Limits = within(r.call.Left, r.spent)
	return t.Generate(context.Background(), in)
}

// within are the limits of one generation, when no more is left than that, of which
// some is spent. What is left of it as zero is not limited any further.
func within(left hclspec.TemplateWork, spent cookiecutter.Work) cookiecutter.Limits {
	l := cookiecutter.DefaultLimits()
	bound := func(to *int64, left, spent int64) {
		if left > 0 {
			*to = min(*to, max(left-spent, 1))
		}
	}
	bound(&l.Total.Steps, left.Steps, spent.Steps)
	bound(&l.Total.Memory, left.Memory, spent.Memory)
	bound(&l.Bytes, left.Bytes, 0)
	return l
}

// OpenTemplate reads the files of a Cookiecutter template.
func OpenTemplate(files []hclspec.TemplateFile) (*cookiecutter.Template, error) {
	return openFiles(TemplateFiles(files))
}

func openFiles(files []cookiecutter.File) (*cookiecutter.Template, error) {
	tree, err := cookiecutter.NewTree(files, cookiecutter.Limits{})
	if err != nil {
		return nil, err
	}
	return cookiecutter.Open(tree, "")
}

// generated is the project without the folder that Cookiecutter makes around it.
func generated(res *cookiecutter.Result) (*hclspec.Generated, error) {
	out := &hclspec.Generated{Values: map[string]cty.Value{}}
	for _, f := range res.Files {
		inner, ok := strings.CutPrefix(f.Path, res.Project+"/")
		if !ok {
			return nil, fmt.Errorf("%s: would lie outside of the project", f.Path)
		}
		// Below the template's folder, and the one in it that stands for the project.
		_, from, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(f.Source, res.Template), "/"), "/")
		out.Files = append(out.Files, hclspec.TemplateFile{Path: inner, Content: f.Content, Executable: f.Executable, From: from})
	}
	unknown := &hclspec.UnknownInputError{}
	for _, n := range res.Notes {
		switch n.Kind {
		case cookiecutter.NoteIgnored:
			unknown.Names = append(unknown.Names, n.Path)
		case cookiecutter.NoteRoot:
			out.Notes = append(out.Notes, n.Path+" of the template could be the project too, and is left out: the first by name is taken whose name renders")
		}
	}
	for name, v := range res.Variables.All() {
		if text, ok := pyvalue.TextOf(name); ok {
			if !strings.HasPrefix(text, "_") {
				unknown.Known = append(unknown.Known, text)
			}
			if val, ok := ctyOf(v, 0); ok {
				out.Values[text] = val
			}
		}
	}
	if len(unknown.Names) > 0 {
		return nil, unknown
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
