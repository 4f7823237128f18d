package hclspec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// instance is one file in the making: the block itself, or the block for one
// element. Several may be evaluated at once; none touches what they share.
type instance struct {
	f     *fileEval
	key   *string // nil without for_each
	each  cty.Value
	ctx   *hcl.EvalContext
	file  *File
	name  string // the path as written
	reads []string
	diags hcl.Diagnostics
}

func (i *instance) evaluate() {
	f := i.f
	i.file = &File{
		Address: f.e.prefix + Address(f.n.kind, f.n.label, i.key), from: f.e, Kind: f.n.kind, Range: f.n.rng,
		PathRange: f.n.labelRng, BodyRange: f.n.rng, PreventDestroy: f.prevent,
		Mode: "0644", Ownership: "spec",
	}
	for _, c := range f.pre {
		i.diags = append(i.diags, c.check(f.e, i.ctx, verdict{"Precondition failed", ""})...)
	}
	if i.diags.HasErrors() {
		return
	}
	i.read()
	for _, c := range f.post {
		with := *c
		with.ctx, with.eval = i.ctx, f.e
		i.file.Post = append(i.file.Post, with)
	}
}

// inputs lists what the instance was made from, sorted by name.
func (i *instance) inputs() []Input {
	out := make([]Input, len(i.f.common), len(i.f.common)+3)
	copy(out, i.f.common)
	if i.key != nil {
		if d := valueDigest(i.each); d != "" {
			out = append(out, Input{"each.value", d})
		}
	}
	for _, name := range i.reads {
		if d := i.f.e.reads.Digest(name); d != "" {
			out = append(out, Input{name, short(d)})
		}
	}
	return sortInputs(out)
}

func sortInputs(in []Input) []Input {
	slices.SortFunc(in, func(a, b Input) int { return strings.Compare(a.Name, b.Name) })
	out := in[:0]
	for _, x := range in {
		if len(out) == 0 || out[len(out)-1].Name != x.Name {
			out = append(out, x)
		}
	}
	return out
}

// text evaluates a string attribute that may not be sensitive.
func (i *instance) text(name string) (string, bool) {
	if i.f.n.content.Attributes[name] == nil {
		return "", false
	}
	val, ok := i.value(name)
	if !ok || val.IsNull() {
		return "", false
	}
	if hasSensitive(val) {
		attr := i.f.n.content.Attributes[name]
		i.diags = append(i.diags, sensitiveFault(attr.Expr.Range(), name))
		return "", false
	}
	return val.AsString(), true
}

func sensitiveFault(rng hcl.Range, name string) *hcl.Diagnostic {
	return errorAt(rng, "Sensitive value", fmt.Sprintf("The argument %q would hold a sensitive value, and what mlops writes is committed and shown in plans. "+
		"Let the program read the secret at run time instead, for example from its environment.", name))
}

func (i *instance) value(name string) (cty.Value, bool) {
	a, ok := i.f.n.sch.Attr(name)
	if !ok {
		return cty.NilVal, false
	}
	val, diags := i.f.e.attr(a, i.f.n.content.Attributes[name], i.ctx)
	i.diags = append(i.diags, diags...)
	return val, !diags.HasErrors()
}

func (i *instance) read() {
	if mode, ok := i.text("mode"); ok {
		i.file.Mode = mode
	}
	if ownership, ok := i.text("ownership"); ok {
		i.file.Ownership = ownership
	}
	i.path()
	switch i.f.n.kind {
	case "directory":
		i.keep()
	case "file_block":
		i.region()
	case "file_keys":
		i.keys()
	default:
		i.body()
	}
}

func (i *instance) path() {
	name := i.f.n.label
	if attr := i.f.n.content.Attributes["path"]; attr != nil {
		var ok bool
		if name, ok = i.text("path"); !ok {
			if len(i.diags) == 0 {
				i.diags = append(i.diags, errorAt(attr.Expr.Range(), "Null value", "The path must have a value, not null."))
			}
			return
		}
		i.file.PathRange = attr.Expr.Range()
	} else if i.f.n.kind != "file" && i.f.n.kind != "directory" {
		return // required, and reported as missing
	} else if i.key != nil {
		i.diags = append(i.diags, errorAt(i.f.n.labelRng, "Missing path", "With for_each the label is only a name. Set `path` to an expression that gives every element its own path, such as \"conf/${each.key}.yaml\"."))
		return
	}
	if i.f.n.kind == "directory" {
		name += "/.gitkeep"
	}
	i.name = name
}

func (i *instance) keep() {
	i.file.HasContent = true
	if val, ok := i.value("keep"); ok && !val.IsNull() && !hasSensitive(val) && val.False() {
		i.diags = append(i.diags, errorAt(i.f.n.content.Attributes["keep"].Expr.Range(), "Unsupported value",
			"Git does not store empty directories, so without keep a clone would lack this one. Leave keep out, or drop the block."))
	}
}

// body reads the one attribute that says what is in the file.
func (i *instance) body() {
	attrs := i.f.n.content.Attributes
	var given []string
	for _, name := range []string{"content", "source", "template", "card"} {
		if attrs[name] != nil {
			given = append(given, name)
		}
	}
	if len(given) == 0 && i.f.n.flawed {
		i.file.HasContent = true // most likely it is misspelt, and that is reported
		return
	}
	if len(given) != 1 {
		i.diags = append(i.diags, errorAt(i.f.n.rng, "Ambiguous content", fmt.Sprintf(
			"A file needs exactly one of content, source, template and card; this one has %d of them.", len(given))))
		return
	}
	i.file.BodyRange = attrs[given[0]].Expr.Range()
	if attrs["vars"] != nil && given[0] != "template" {
		i.diags = append(i.diags, errorAt(attrs["vars"].NameRange, "Unused vars", "Only a template sees vars. Use `template`, or drop `vars`."))
	}
	if given[0] == "card" {
		i.file.Card = i.card()
		return
	}
	text, ok := i.text(given[0])
	if !ok {
		if val, evaluated := i.value(given[0]); evaluated && val.IsNull() {
			i.diags = append(i.diags, errorAt(i.file.BodyRange, "Null value", fmt.Sprintf("The argument %q must have a value, not null.", given[0])))
		}
		return
	}
	switch given[0] {
	case "content":
		i.file.Content, i.file.HasContent = text, true
	case "source":
		i.file.Source = i.exists(text)
	case "template":
		i.file.Template = i.exists(text)
		i.file.Vars = i.vars()
	}
}

// exists reads the file, so that a missing one is reported at the spec's line.
func (i *instance) exists(name string) string {
	_, err := i.f.e.reads.ReadFile(name)
	if err != nil {
		i.diags = append(i.diags, errorAt(i.file.BodyRange, "Unreadable file", fmt.Sprintf("%s. %s.", err, i.f.e.relative())))
	}
	clean, err := i.f.e.reads.inside(name)
	if err != nil {
		return name
	}
	i.reads = append(i.reads, i.f.e.reads.Name(clean))
	return clean
}

// relative says where the paths of sources and templates begin.
func (e *evaluator) relative() string {
	if e.def != nil {
		return "Paths in a component are relative to the folder of component.hcl"
	}
	return "Paths in a spec are relative to the folder of mlops.hcl"
}

func (i *instance) vars() cty.Value {
	if i.f.n.content.Attributes["vars"] == nil {
		return cty.NilVal
	}
	val, ok := i.value("vars")
	if !ok || val.IsNull() {
		return cty.NilVal
	}
	plain, _ := val.Unmark()
	if ty := plain.Type(); !ty.IsObjectType() && !ty.IsMapType() {
		i.diags = append(i.diags, errorAt(i.f.n.content.Attributes["vars"].Expr.Range(), "Wrong type",
			fmt.Sprintf("vars is an object such as { name = \"x\" }, not %s.", ty.FriendlyName())))
		return cty.NilVal
	}
	return val
}

// reference is what file.x is to other expressions.
func (i *instance) reference() cty.Value {
	attrs := map[string]cty.Value{
		"path": cty.StringVal(string(i.file.Path)),
		"mode": cty.StringVal(i.file.Mode),
	}
	if i.file.HasContent {
		attrs["content"] = cty.StringVal(i.file.Content)
	}
	return cty.ObjectVal(attrs)
}
