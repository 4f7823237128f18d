package hclspec

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/big"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/internal/safepath"
	"github.com/zclconf/go-cty/cty"
)

// TemplateFile is one file of a foreign template, or of what it generates.
type TemplateFile struct {
	Path       string
	Content    []byte
	Executable bool
	// Link is the target of a symbolic link; Content is not used then.
	Link string
	// From is what stays the same of a generated file when its name changes: the path
	// in the template.
	From string
	// Hooked is a digest of what hooks made of a generated file; "" for one that they
	// left alone.
	Hooked string
}

// TemplateCall is what a foreign template is to be generated from.
type TemplateCall struct {
	Files []TemplateFile
	// Inputs are the given values: nil, bool, int64, float64, string, []any,
	// map[string]any.
	Inputs map[string]any
	// Left is what it may cost.
	Left TemplateWork
	// Record is what the hooks did when they were run, where ComponentFiles has one.
	Record []byte
}

// TemplateWork is what foreign templates cost: it is counted, never measured, so that
// every run comes to the same end.
type TemplateWork struct {
	// Steps are those of the other tool's engine, Memory the bytes of what it computes,
	// Bytes the size of the files.
	Steps, Memory, Bytes int64
}

// foreignWork is what all foreign templates of one plan may cost.
var foreignWork = TemplateWork{Steps: 100_000_000, Memory: 8 << 30, Bytes: 512 << 20}

func (w *TemplateWork) spend(x TemplateWork) {
	w.Steps -= x.Steps
	w.Memory -= x.Memory
	w.Bytes -= x.Bytes
}

func (w TemplateWork) empty() bool { return w.Steps <= 0 || w.Memory <= 0 || w.Bytes <= 0 }

// Generated is the project that a foreign template makes.
type Generated struct {
	Files []TemplateFile
	// Values are the final values of its variables.
	Values map[string]cty.Value
	// Notes say what was not done, such as its hooks.
	Notes []string
	// Spent is what it cost.
	Spent TemplateWork
	// Hooked says what hooks did when they were run; "" when none were.
	Hooked string
}

// Generator generates a project from a template of another tool, as that tool does:
// the same call gives the same project. The error begins with the file of the
// template; what it cost to come to it may be told beside it.
type Generator func(TemplateCall) (*Generated, error)

// UnknownInputError says that a template has no variable for some of the inputs. The
// diagnostic stands at each of them.
type UnknownInputError struct {
	// Names are those inputs, Known the variables that an input can set.
	Names, Known []string
}

func (e *UnknownInputError) Error() string {
	return strings.Join(e.Names, ", ") + ": is no variable of the template"
}

// diagnose says of each input where it is given and what may have been meant.
func (e *UnknownInputError) diagnose(addr string, given []Assignment) (diags hcl.Diagnostics) {
	const longest, most = 64, 12
	known := slices.DeleteFunc(slices.Clone(e.Known), func(name string) bool { return len(name) > longest })
	all := ""
	if len(known) == len(e.Known) && len(known) > 0 && len(known) <= most {
		all = " It has " + strings.Join(known, ", ") + "."
	}
	if len(e.Known) == 0 {
		all = none(nil)
	}
	for _, a := range given {
		if slices.Contains(e.Names, a.Name) {
			near := ""
			if len(a.Name) <= longest {
				near = suggest(a.Name, known)
			}
			diags = append(diags, errorAt(a.Range, "Unknown input", fmt.Sprintf("%s: %s is no variable of the template.%s%s", addr, a.Name, near, all)))
		}
	}
	return diags
}

// parseForeign is the definition of a template of another tool.
func (e *evaluator) parseForeign(files *ComponentFiles, rng hcl.Range) (*definition, hcl.Diagnostics) {
	def := &definition{files: files, manifest: Manifest{Name: files.Label}}
	if files.Local != "" {
		def.reads = e.root().reads.below(files.Local)
	} else {
		def.reads = e.root().reads.foreign(files.FS, files.Label)
	}
	def.source = Source{Name: files.Label}
	var err error
	if files.Archive != "" { // so that it is known what the spec depends on
		if _, err = e.root().reads.ReadFile(files.Archive); err != nil {
			return nil, hcl.Diagnostics{errorAt(rng, "Unreadable template", fmt.Sprintf("%s.", err))}
		}
	}
	if def.template, err = e.templateFiles(def); err != nil {
		return nil, hcl.Diagnostics{errorAt(rng, "Unreadable template", fmt.Sprintf("%s.", err))}
	}
	return def, nil
}

// templateFiles reads a template whole. One in the project is read as everything
// there is, so that it is known what the spec depends on.
func (e *evaluator) templateFiles(def *definition) ([]TemplateFile, error) {
	fsys, dir := def.files.FS, "."
	if def.files.Local != "" {
		fsys, dir = e.root().reads.fsys, def.files.Local
	}
	var out []TemplateFile
	err := fs.WalkDir(fsys, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		inner := strings.TrimPrefix(name, dir+"/")
		if dir == "." {
			inner = name
		}
		if def.files.Local != "" {
			if _, err := safepath.Existing(name); err != nil {
				return err // apply would refuse to commit it
			}
		}
		if entry.Type()&fs.ModeSymlink != 0 {
			return def.link(&out, name, inner)
		}
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		data, err := def.read(fsys, name, inner)
		out = append(out, TemplateFile{Path: inner, Content: data, Executable: info.Mode()&0o100 != 0})
		return err
	})
	if err == nil && def.files.Local != "" {
		_, err = def.reads.Glob("**") // a file more would change the template
	}
	return out, err
}

// link takes a symbolic link of a template from elsewhere. One in the project is left
// out, and told: a commit of apply holds what the spec depends on, and no links.
func (d *definition) link(out *[]TemplateFile, name, inner string) error {
	if d.files.Local != "" {
		d.links = append(d.links, inner)
		return nil
	}
	target, err := fs.ReadLink(d.files.FS, name)
	*out = append(*out, TemplateFile{Path: inner, Link: target})
	return err
}

func (d *definition) read(fsys fs.FS, name, inner string) ([]byte, error) {
	if d.files.Local != "" {
		return d.reads.ReadFile(inner)
	}
	return fs.ReadFile(fsys, name)
}

// generate evaluates one instance of a foreign template.
func (e *evaluator) generate(n *node, i *instance, given []Assignment) (cty.Value, hcl.Diagnostics) {
	none := cty.NullVal(cty.DynamicPseudoType)
	call := TemplateCall{Files: n.def.template, Inputs: map[string]any{}}
	inputs := map[string]string{}
	for _, a := range given {
		if hasSensitive(a.Value) {
			return none, hcl.Diagnostics{sensitiveFault(a.Range, a.Name)}
		}
		call.Inputs[a.Name] = GoValue(a.Value)
		maps.Copy(inputs, a.inputs)
		if d := valueDigest(a.Value); d != "" {
			inputs[e.prefix+Address("component", n.label, i.key)+".inputs."+a.Name] = d
		}
	}
	source := n.content.Attributes["source"].Expr.Range()
	root := e.root()
	if root.foreign.empty() {
		return none, hcl.Diagnostics{errorAt(source, "Templates too large", fmt.Sprintf("%s: the templates of the project together take more than %d million steps, or %d MiB of files. Use fewer of them, or instances of them.", n.addr, foreignWork.Steps/1_000_000, foreignWork.Bytes>>20))}
	}
	call.Left = root.foreign
	if name := n.def.files.Record; name != "" {
		var err error
		if call.Record, err = root.reads.ReadFile(name); err != nil {
			return none, hcl.Diagnostics{errorAt(source, "Hook record missing", fmt.Sprintf("%s: %s. The lock says that it holds what the hooks of the template did. Take it back from git, or run `mlops component update %s --run-hooks`.",
				n.addr, err, n.label))}
		}
	}
	made, err := n.def.files.Generate(call)
	if made != nil {
		root.foreign.spend(made.Spent)
	}
	if unknown, ok := errors.AsType[*UnknownInputError](err); ok {
		return none, unknown.diagnose(n.addr, given)
	}
	if err != nil {
		return none, hcl.Diagnostics{errorAt(source, "Template failed", sentence(fmt.Sprintf("%s: %s", n.addr, strings.TrimSuffix(err.Error(), "."))))}
	}
	inputs[n.def.files.Label] = short(n.def.digest())
	g := &generation{e: e, n: n, i: i, source: source, prefix: e.prefix + Address("component", n.label, i.key)}
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		g.inputs = append(g.inputs, Input{name, inputs[name]})
	}
	g.overlay(made.Files)
	for _, link := range n.def.links {
		made.Notes = append(made.Notes, fmt.Sprintf("the symbolic link %s is left out: a template in the project has only files; put a copy in its place", link))
	}
	for _, note := range made.Notes {
		g.diags = append(g.diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Template note", Detail: fmt.Sprintf("%s: %s.", g.prefix, note), Subject: source.Ptr()})
	}
	call2, _, _ := e.call(n)
	e.project.Components = append(e.project.Components, ComponentUse{
		Address: g.prefix, Pin: call2.Address, Source: call2.Source, Constraint: call2.Version, Files: n.def.files, Manifest: n.def.manifest, Range: n.rng,
		Hooked: made.Hooked,
	})
	return cty.ObjectVal(made.Values), g.diags
}

// generation turns generated files into objects.
type generation struct {
	e      *evaluator
	n      *node
	i      *instance
	source hcl.Range
	prefix string
	inputs []Input
	diags  hcl.Diagnostics
}

// overlay makes objects of the files, but for those that the block removes, and with
// the paths that it moves.
func (g *generation) overlay(files []TemplateFile) {
	remove, moves, ownership := g.settings()
	if g.diags.HasErrors() {
		return
	}
	used := map[string]bool{}
	for _, f := range files {
		if pattern := matching1(remove, f.Path); pattern != "" {
			used[pattern] = true
			continue
		}
		name := f.Path
		for from, to := range moves {
			if rest, ok := strings.CutPrefix(f.Path, from); ok && (rest == "" || rest[0] == '/') {
				name = path.Join(to, rest)
				used[from] = true
			}
		}
		g.file(name, f, ownership)
	}
	for _, pattern := range slices.Sorted(maps.Keys(moves)) {
		if !used[pattern] {
			g.diags = append(g.diags, errorAt(g.n.content.Attributes["move"].Expr.Range(), "Nothing to move", fmt.Sprintf("The template generates no %s.", pattern)))
		}
	}
	for _, pattern := range remove {
		if !used[pattern] {
			g.diags = append(g.diags, errorAt(g.n.content.Attributes["remove"].Expr.Range(), "Nothing to remove", fmt.Sprintf("The template generates nothing that matches %s.", pattern)))
		}
	}
}

// matching1 is the first pattern that a path matches; "" is none.
func matching1(patterns []string, name string) string {
	for _, p := range patterns {
		if ok, err := doublestar.Match(p, name); err == nil && ok || strings.HasPrefix(name, p+"/") {
			return p
		}
	}
	return ""
}

// settings reads what the block says of the generated files.
func (g *generation) settings() (remove []string, moves map[string]string, ownership string) {
	get := func(name string) cty.Value {
		val, _ := g.i.value(name)
		if g.diags = append(g.diags, g.i.diags...); val == cty.NilVal || val.IsNull() {
			return cty.NilVal
		}
		if hasSensitive(val) {
			g.diags = append(g.diags, sensitiveFault(g.n.content.Attributes[name].Expr.Range(), name))
			return cty.NilVal
		}
		return val
	}
	if v := get("remove"); v != cty.NilVal {
		remove = words(v)
	}
	moves = map[string]string{}
	if v := get("move"); v != cty.NilVal {
		for from, to := range v.AsValueMap() {
			moves[from] = str(to)
		}
	}
	if ownership = "shared"; true {
		if v := get("ownership"); v != cty.NilVal {
			ownership = v.AsString()
		}
	}
	return remove, moves, ownership
}

func (g *generation) file(name string, f TemplateFile, ownership string) {
	mode := "0644"
	if f.Executable {
		mode = "0755"
	}
	file := &File{
		Address: g.prefix + "." + Address("file", f.From, nil), Kind: "file", Range: g.n.rng, PathRange: g.source, BodyRange: g.source,
		HasContent: true, Content: string(f.Content), Mode: mode, Ownership: ownership, Inputs: g.inputs, from: g.e,
	}
	if f.Hooked != "" {
		file.Inputs = sortInputs(append(slices.Clone(g.inputs), Input{g.prefix + ".hooks", short(f.Hooked)}))
	}
	var diags hcl.Diagnostics
	if file.Path, diags = g.e.claim(name, file); diags.HasErrors() {
		for _, d := range diags {
			d.Detail += fmt.Sprintf(" It is made from %s of the template.", f.From)
		}
		if len(g.diags) < 20 {
			g.diags = append(g.diags, diags...)
		}
		return
	}
	g.e.project.Files = append(g.e.project.Files, file)
}

// digest stands for the files of a template.
func (d *definition) digest() string {
	if d.files.Digest != "" {
		return strings.TrimPrefix(d.files.Digest, "sha256:")
	}
	var all strings.Builder
	for _, f := range d.template {
		fmt.Fprintf(&all, "%q %t %s\n", f.Path, f.Executable, textDigest(string(f.Content)))
	}
	return textDigest(all.String())
}

// GoValue is a known, unmarked value of the language as plain Go: nil, bool, int64,
// float64, string, []any or map[string]any.
func GoValue(v cty.Value) any {
	switch ty := v.Type(); {
	case v.IsNull():
		return nil
	case ty == cty.String:
		return v.AsString()
	case ty == cty.Bool:
		return v.True()
	case ty == cty.Number:
		if n, accuracy := v.AsBigFloat().Int64(); accuracy == big.Exact {
			return n
		}
		f, _ := v.AsBigFloat().Float64()
		return f
	case ty.IsObjectType() || ty.IsMapType():
		out := map[string]any{}
		for name, e := range v.AsValueMap() {
			out[name] = GoValue(e)
		}
		return out
	default:
		out := []any{}
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			out = append(out, GoValue(e))
		}
		return out
	}
}
