package hclspec

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/internal/safepath"
	"github.com/zclconf/go-cty/cty"
)

// maxObjects bounds how many objects a spec may want.
const maxObjects = 50_000

// smallProject is up to how many objects the console sees each one; beyond, only
// those that the spec itself refers to are kept.
const smallProject = 2_000

// fileEval evaluates one file or directory block, once or per element.
type fileEval struct {
	e      *evaluator
	n      *node
	ctx    *hcl.EvalContext
	common []Input
	// named is true when another node refers to this one.
	named   bool
	prevent bool
	pre     []*Condition
	post    []*Condition
	diags   hcl.Diagnostics
}

func (e *evaluator) evalFiles(n *node) hcl.Diagnostics {
	f := &fileEval{e: e, n: n, ctx: e.scope(n), common: e.bodyInputs(n), named: e.named[n.key] || e.named[n.kind+"."]}
	f.lifecycle()
	if f.diags.HasErrors() {
		return f.diags
	}
	attr := n.content.Attributes["for_each"]
	if attr == nil {
		n.value = f.instance(nil, cty.NilVal, f.ctx)
		return f.diags
	}
	items := f.items(attr)
	keys := make([]string, 0, len(items))
	for key := range items {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	values := make(map[string]cty.Value, len(keys))
	for i := range keys {
		child := f.ctx.NewChild()
		child.Variables = map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{
			"key": cty.StringVal(keys[i]), "value": items[keys[i]],
		})}
		values[keys[i]] = f.instance(&keys[i], items[keys[i]], child)
		if f.diags.HasErrors() && len(f.diags) > 20 {
			break // the same fault in every instance helps nobody
		}
	}
	n.value = cty.ObjectVal(values)
	return f.diags
}

// bodyInputs are the inputs every instance shares: all references but those that
// only choose the elements.
func (e *evaluator) bodyInputs(n *node) []Input {
	sch := *n.sch
	sch.Attrs = nil
	for _, a := range n.sch.Attrs {
		if a.Name != "for_each" {
			sch.Attrs = append(sch.Attrs, a)
		}
	}
	part := &node{kind: n.kind, content: n.content, key: n.key, inputs: map[string]string{}}
	for _, trav := range contentVariables(&sch, n.content) {
		if r, diag := e.ref(n, trav); diag == nil && r.node != "" {
			part.refs = append(part.refs, r)
		}
	}
	e.addInputs(part)
	out := make([]Input, 0, len(part.inputs))
	for name, digest := range part.inputs {
		out = append(out, Input{name, digest})
	}
	return sortInputs(out)
}

// items evaluates for_each to its elements.
func (f *fileEval) items(attr *hcl.Attribute) map[string]cty.Value {
	val, diags := f.e.expr(attr.Expr, f.ctx)
	f.diags = append(f.diags, diags...)
	if diags.HasErrors() {
		return nil
	}
	if why := badForEach(val); why != "" {
		f.diags = append(f.diags, errorAt(attr.Expr.Range(), "Invalid for_each", why))
		return nil
	}
	if val.LengthInt()+f.e.objects > maxObjects {
		f.diags = append(f.diags, errorAt(attr.Expr.Range(), "Too many objects", fmt.Sprintf("This spec wants more than %d objects.", maxObjects)))
		return nil
	}
	items := map[string]cty.Value{}
	for it := val.ElementIterator(); it.Next(); {
		k, v := it.Element()
		if val.Type().IsSetType() {
			k = v
		}
		items[k.AsString()] = v
	}
	return items
}

func badForEach(val cty.Value) string {
	switch ty := val.Type(); {
	case hasSensitive(val):
		return "for_each may not be sensitive: the keys become addresses, which every output shows."
	case val.IsNull():
		return "for_each must have a value, not null."
	case ty.IsMapType(), ty.IsObjectType():
		return ""
	case ty.IsSetType() && ty.ElementType() == cty.String:
		for it := val.ElementIterator(); it.Next(); {
			if _, v := it.Element(); v.IsNull() {
				return "for_each must not hold null."
			}
		}
		return ""
	case ty.IsSetType() && ty.ElementType() == cty.DynamicPseudoType && val.LengthInt() == 0:
		return ""
	default:
		return fmt.Sprintf("for_each takes a map or a set of strings, not %s. A list becomes a set with toset(...).", ty.FriendlyName())
	}
}

func (f *fileEval) lifecycle() {
	for _, block := range f.n.content.Blocks {
		sch, _ := f.n.sch.Block(block.Type)
		content, diags := block.Body.Content(hclSchema(sch))
		f.diags = append(f.diags, diags...)
		a, _ := sch.Attr("prevent_destroy")
		val, diags := f.e.attr(a, content.Attributes[a.Name], f.ctx)
		f.diags = append(f.diags, diags...)
		f.prevent = !diags.HasErrors() && !val.IsNull() && !hasSensitive(val) && val.True()
		for _, b := range content.Blocks {
			sub, _ := sch.Block(b.Type)
			c, diags := newCondition(sub, b)
			f.diags = append(f.diags, diags...)
			switch {
			case c == nil:
			case b.Type == "precondition":
				f.pre = append(f.pre, c)
			default:
				f.post = append(f.post, c)
			}
		}
	}
}

// instance evaluates the block once and returns what references to it see.
func (f *fileEval) instance(key *string, each cty.Value, ctx *hcl.EvalContext) cty.Value {
	before := len(f.diags)
	i := &instance{f: f, ctx: ctx, file: &File{
		Address: Address(f.n.kind, f.n.label, key), Kind: f.n.kind, Range: f.n.rng,
		PathRange: f.n.labelRng, BodyRange: f.n.rng, PreventDestroy: f.prevent,
		Mode: "0644", Ownership: "spec",
	}}
	f.e.reads.takeTrace()
	for _, c := range f.pre {
		f.diags = append(f.diags, c.check(f.e, ctx, verdict{"Precondition failed", ""})...)
	}
	if len(f.diags) > before {
		return cty.DynamicVal
	}
	i.read(key)
	for _, c := range f.post {
		with := *c
		with.ctx, with.eval = ctx, f.e
		i.file.Post = append(i.file.Post, with)
	}
	i.file.Inputs = f.inputs(key, each)
	if len(f.diags) > before {
		return cty.DynamicVal
	}
	f.e.project.Files = append(f.e.project.Files, i.file)
	if !f.named && f.e.objects > smallProject {
		return cty.EmptyObjectVal
	}
	return i.reference()
}

// inputs lists what an instance was made from, sorted by name.
func (f *fileEval) inputs(key *string, each cty.Value) []Input {
	out := make([]Input, len(f.common), len(f.common)+3)
	copy(out, f.common)
	if key != nil {
		if d := valueDigest(each); d != "" {
			out = append(out, Input{"each.value", d})
		}
	}
	for _, name := range f.e.reads.takeTrace() {
		if d := f.e.reads.Digest(name); d != "" {
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

// instance is one file in the making.
type instance struct {
	f    *fileEval
	ctx  *hcl.EvalContext
	file *File
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
		i.f.diags = append(i.f.diags, sensitiveFault(attr.Expr.Range(), name))
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
	i.f.diags = append(i.f.diags, diags...)
	return val, !diags.HasErrors()
}

func (i *instance) read(key *string) {
	if mode, ok := i.text("mode"); ok {
		i.file.Mode = mode
	}
	if ownership, ok := i.text("ownership"); ok {
		i.file.Ownership = ownership
	}
	i.path(key)
	if i.f.n.kind == "directory" {
		i.keep()
		return
	}
	i.body()
}

func (i *instance) path(key *string) {
	name := i.f.n.label
	if attr := i.f.n.content.Attributes["path"]; attr != nil {
		var ok bool
		if name, ok = i.text("path"); !ok {
			if len(i.f.diags) == 0 {
				i.f.diags = append(i.f.diags, errorAt(attr.Expr.Range(), "Null value", "The path must have a value, not null."))
			}
			return
		}
		i.file.PathRange = attr.Expr.Range()
	} else if key != nil {
		i.f.diags = append(i.f.diags, errorAt(i.f.n.labelRng, "Missing path", "With for_each the label is only a name. Set `path` to an expression that gives every element its own path, such as \"conf/${each.key}.yaml\"."))
		return
	}
	if i.f.n.kind == "directory" {
		name += "/.gitkeep"
	}
	i.file.Path, i.f.diags = i.f.e.claim(name, i.file.Address, i.file.PathRange, i.f.diags)
}

func (i *instance) keep() {
	i.file.HasContent = true
	if val, ok := i.value("keep"); ok && !val.IsNull() && !hasSensitive(val) && val.False() {
		i.f.diags = append(i.f.diags, errorAt(i.f.n.content.Attributes["keep"].Expr.Range(), "Unsupported value",
			"Git does not store empty directories, so without keep a clone would lack this one. Leave keep out, or drop the block."))
	}
}

// body reads the one attribute that says what is in the file.
func (i *instance) body() {
	attrs := i.f.n.content.Attributes
	var given []string
	for _, name := range []string{"content", "source", "template"} {
		if attrs[name] != nil {
			given = append(given, name)
		}
	}
	if len(given) != 1 {
		i.f.diags = append(i.f.diags, errorAt(i.f.n.rng, "Ambiguous content", fmt.Sprintf(
			"A file needs exactly one of content, source and template; this one has %d of them.", len(given))))
		return
	}
	i.file.BodyRange = attrs[given[0]].Expr.Range()
	if attrs["vars"] != nil && given[0] != "template" {
		i.f.diags = append(i.f.diags, errorAt(attrs["vars"].NameRange, "Unused vars", "Only a template sees vars. Use `template`, or drop `vars`."))
	}
	text, ok := i.text(given[0])
	if !ok {
		if val, evaluated := i.value(given[0]); evaluated && val.IsNull() {
			i.f.diags = append(i.f.diags, errorAt(i.file.BodyRange, "Null value", fmt.Sprintf("The argument %q must have a value, not null.", given[0])))
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
	if _, err := i.f.e.reads.ReadFile(name); err != nil {
		i.f.diags = append(i.f.diags, errorAt(i.file.BodyRange, "Unreadable file", fmt.Sprintf("%s. Paths in a spec are relative to the folder of mlops.hcl.", err)))
	}
	clean, err := inside(name)
	if err != nil {
		return name
	}
	return clean
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
		i.f.diags = append(i.f.diags, errorAt(i.f.n.content.Attributes["vars"].Expr.Range(), "Wrong type",
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

// claim checks a path against the policy and against every path claimed before.
func (e *evaluator) claim(name, address string, rng hcl.Range, diags hcl.Diagnostics) (safepath.Path, hcl.Diagnostics) {
	p, err := safepath.Parse(name)
	if err != nil {
		return "", append(diags, errorAt(rng, "Invalid path", fmt.Sprintf("%s.", err)))
	}
	if safepath.Reserved(p) {
		return "", append(diags, errorAt(rng, "Reserved path", fmt.Sprintf("%s belongs to mlops itself. Choose another path.", p)))
	}
	if first, ok := e.claims[string(p)]; ok {
		return p, append(diags, errorAt(rng, "Duplicate path", fmt.Sprintf("%s is claimed by %s at %s already, so %s cannot have it too.", p, first.address, place(first.rng), address)))
	}
	e.claims[string(p)] = claim{address, rng}
	e.claimed = append(e.claimed, p)
	e.objects++
	if e.objects == maxObjects+1 {
		diags = append(diags, errorAt(rng, "Too many objects", fmt.Sprintf("This spec wants more than %d objects.", maxObjects)))
	}
	return p, diags
}

// collisions reports paths that are one file on some systems, and files that
// would have to be directories too.
func (e *evaluator) collisions() hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, c := range safepath.Collisions(e.claimed) {
		a, b := e.claims[string(c.A)], e.claims[string(c.B)]
		diags = append(diags, errorAt(b.rng, "Colliding paths", fmt.Sprintf("%s (%s) and %s (%s at %s) collide: %s.", c.B, b.address, c.A, a.address, place(a.rng), c.Why)))
	}
	return diags
}
