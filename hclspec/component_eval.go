package hclspec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/internal/hclfunc"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

// evalComponent evaluates a component once, or once an element of for_each. Its
// value is its outputs.
func (e *evaluator) evalComponent(n *node) hcl.Diagnostics {
	if n.def == nil {
		n.failed = true // what is wrong with its source was reported
		return nil
	}
	f := &fileEval{e: e, n: n, ctx: e.scope(n)}
	attr := n.content.Attributes["for_each"]
	if attr == nil {
		var diags hcl.Diagnostics
		n.value, diags = e.instance(n, &instance{f: f, ctx: f.ctx})
		return diags
	}
	values := map[string]cty.Value{}
	all := f.instances(attr)
	diags := f.diags
	for _, i := range all {
		val, more := e.instance(n, i)
		values[*i.key] = val
		if diags = append(diags, more...); diags.HasErrors() && len(diags) > 20 {
			break // the same fault in every instance helps nobody
		}
	}
	n.value = cty.ObjectVal(values)
	return diags
}

// instance evaluates one instance of a component, unless it is not enabled.
func (e *evaluator) instance(n *node, i *instance) (cty.Value, hcl.Diagnostics) {
	none := cty.NullVal(cty.DynamicPseudoType)
	enabled, ok := i.value("enabled")
	if diags := i.diags; !ok || diags.HasErrors() {
		return none, diags
	}
	if hasSensitive(enabled) {
		return none, hcl.Diagnostics{sensitiveFault(n.content.Attributes["enabled"].Expr.Range(), "enabled")}
	}
	if !enabled.IsNull() && enabled.False() {
		return none, nil
	}
	given, diags := e.inputs(n, i)
	if diags.HasErrors() {
		return none, diags
	}
	root := e.root()
	if root.instances++; root.instances > maxComponents {
		return none, hcl.Diagnostics{errorAt(n.rng, "Too many components", fmt.Sprintf("This spec uses more than %d components.", maxComponents))}
	}
	if n.def.files.Generate != nil {
		value, more := e.generate(n, i, given)
		return value, append(diags, more...)
	}
	if attr := foreignOnly(n.content.Attributes); attr != nil {
		return none, hcl.Diagnostics{errorAt(attr.NameRange, "Not for this component", fmt.Sprintf("The argument %q is for templates of other tools. A component says itself what it writes and who owns it.", attr.Name))}
	}
	c := e.child(n, i.key, given)
	faults := c.run()
	if slices.ContainsFunc(n.def.manifest.Requires, e.unstated) {
		faults = nil // they may follow from the missing fact, which checkTogether tells
	}
	e.blame(c.by, faults)
	diags = append(append(diags, faults...), c.checkPython()...)
	e.adoptChild(n, c)
	return c.result(), diags
}

// foreignOnly is an argument that only templates of other tools take; nil is none.
func foreignOnly(attrs hcl.Attributes) *hcl.Attribute {
	for _, name := range []string{"ownership", "remove", "move"} {
		if attr := attrs[name]; attr != nil {
			return attr
		}
	}
	return nil
}

// inputs evaluates the values for a component's variables, each with its place
// and what it was made from.
func (e *evaluator) inputs(n *node, i *instance) ([]Assignment, hcl.Diagnostics) {
	attr := n.content.Attributes["inputs"]
	if attr == nil {
		return nil, nil
	}
	whole, diags := e.native(attr.Expr)
	if diags.HasErrors() {
		return nil, diags
	}
	val, more := e.expr(whole, i.ctx)
	if diags = append(diags, more...); diags.HasErrors() || val.IsNull() {
		return nil, diags
	}
	plain, marks := val.Unmark()
	if ty := plain.Type(); !ty.IsObjectType() && !ty.IsMapType() {
		return nil, append(diags, errorAt(whole.Range(), "Wrong type", fmt.Sprintf("inputs is an object such as { name = \"x\" }, not %s.", ty.FriendlyName())))
	}
	var out []Assignment
	written := members(whole)
	for it := plain.ElementIterator(); it.Next(); {
		k, v := it.Element()
		x := whole
		if member := written[k.AsString()]; member != nil {
			x = member
		}
		out = append(out, Assignment{
			Name: k.AsString(), Origin: n.addr, Expr: x, Value: v.WithMarks(marks), Range: x.Range(),
			spec: e.params.Spec, inputs: e.part(n, &hcl.Attribute{Expr: x}),
		})
	}
	return out, diags
}

// innerLanguage is the table of component.hcl, made once for all components.
func (e *evaluator) innerLanguage() schema.Block {
	root := e.root()
	root.innerOnce.Do(func() { root.inner = ComponentLanguage(root.params.Sections) })
	return root.inner
}

// child prepares the evaluation of one instance.
func (e *evaluator) child(n *node, key *string, given []Assignment) *evaluator {
	p := e.params
	p.Spec, p.Vars, p.FS = []Source{n.def.source}, given, nil
	return &evaluator{
		params: p, lang: e.innerLanguage(), reads: n.def.reads, budget: e.budget, funcs: n.def.funcs,
		byKey: map[string]*node{}, byKind: map[string][]*node{}, named: map[string]bool{}, digests: map[string]string{},
		claims: e.claims, up: e, def: n.def,
		by:     by{e.prefix + Address("component", n.label, key), n.rng},
		prefix: e.prefix + Address("component", n.label, key) + ".",
		pin:    e.pin + Address("component", n.label, nil) + ".",
	}
}

// run evaluates a component's instance.
func (e *evaluator) run() hcl.Diagnostics {
	diags := e.collect([]hcl.Body{e.def.body})
	diags = append(diags, e.variables()...)
	diags = append(diags, e.resolve()...)
	sorted, cycles := e.order()
	diags = append(diags, cycles...)
	return append(diags, e.evaluateAll(sorted)...)
}

// adoptChild makes what an instance wants a part of what holds it.
func (e *evaluator) adoptChild(n *node, c *evaluator) {
	p := &e.project
	p.Files = append(p.Files, c.project.Files...)
	p.Moves = append(p.Moves, c.project.Moves...)
	p.Removed = append(p.Removed, c.project.Removed...)
	p.Checks = append(p.Checks, c.project.Checks...)
	p.Components = append(append(p.Components, c.use(n)), c.project.Components...)
	if offered := c.offered(); len(offered.Sections) > 0 {
		e.offers = append(e.offers, offer{n.label, c.prefix, n.rng, offered})
	}
	e.children = append(e.children, c)
}

// use describes an instance for people and for the lock.
func (e *evaluator) use(n *node) ComponentUse {
	call, _, _ := e.up.call(n)
	return ComponentUse{
		Address: e.prefix[:len(e.prefix)-1], Pin: call.Address, Source: call.Source, Constraint: call.Version,
		Files: e.def.files, Manifest: e.def.manifest, Range: n.rng, asked: usedBy(e.up.users()),
	}
}

// explainAbsent names the component without which an expression has no value.
func (e *evaluator) explainAbsent(diags hcl.Diagnostics, x hcl.Expression) hcl.Diagnostics {
	for _, d := range diags {
		if d.Summary != "Attempt to get attribute from null value" {
			continue
		}
		for _, trav := range x.Variables() {
			label, _ := step(trav, 1)
			if n := e.byKey["component."+label]; n != nil && trav.RootName() == "component" && n.value != cty.NilVal && n.content.Attributes["enabled"] != nil {
				d.Detail = fmt.Sprintf("%s is not enabled, so it has no outputs. Say what holds without it: try(%s.NAME, ...).", n.addr, n.addr)
			}
		}
	}
	return diags
}

// result is the value that references to an instance see: its outputs.
func (e *evaluator) result() cty.Value {
	values := map[string]cty.Value{}
	for _, n := range e.byKind["output"] {
		if n.failed || n.value == cty.NilVal {
			return cty.DynamicVal
		}
		values[n.label] = n.value
	}
	return cty.ObjectVal(values)
}

// crossings are the references that lead into an instance and out of it: the block is
// its outputs, and a variable is what the input was made from.
func (e *evaluator) crossings() []Link {
	block := e.up.prefix + strings.TrimPrefix(e.pin, e.up.pin)
	var out []Link
	for _, n := range e.byKind["output"] {
		out = append(out, Link{strings.TrimSuffix(block, "."), n.addr, n.rng})
	}
	for _, n := range e.byKind["var"] {
		if n.given == nil {
			continue
		}
		for _, trav := range n.given.Expr.Variables() {
			r, diag := e.up.ref(&node{}, trav)
			if diag != nil {
				continue
			}
			for _, to := range e.up.targets(r.node) {
				out = append(out, Link{n.addr, to.addr, r.rng})
			}
		}
	}
	return out
}

// checkPython holds a project's Python versions against those of the component.
func (e *evaluator) checkPython() hcl.Diagnostics {
	m := e.def.manifest
	if len(m.Python) == 0 {
		return nil
	}
	able := map[string]bool{}
	for _, v := range m.Python {
		able[v] = true
	}
	root := e.root()
	for _, v := range root.project.Facts.Python {
		if !able[v] {
			at := root.byKey["project"].rng
			if attr := root.byKey["project"].content.Attributes["python"]; attr != nil {
				at = attr.Expr.Range()
			}
			text := fmt.Sprintf("%s %s supports Python %s, not %s. Leave the version out, or the component.", e.by.addr, m.Version, quoted(m.Python), v)
			return hcl.Diagnostics{errorAt(at, "Unsupported Python", attach(text, usedBy(e.users())))}
		}
	}
	return nil
}

// given reads the value that a component block gives to a variable.
func (v *variable) input(a *Assignment) cty.Value {
	x, diags := v.e.native(a.Expr)
	if diags = append(diags, unquoted(x, v.info.Type, a.spec)...); diags.HasErrors() {
		v.diags = append(v.diags, diags...)
		return cty.NilVal
	}
	if hasSensitive(a.Value) {
		v.info.Sensitive = true
	}
	plain, _ := a.Value.UnmarkDeep()
	val, _ := v.fit(plain, x, a.Range)
	return val
}

// hideOutput marks what an output says is sensitive, so that it stays so outside.
func hideOutput(val cty.Value, sensitive bool) cty.Value {
	if sensitive {
		return val.Mark(hclfunc.Sensitive)
	}
	return val
}
