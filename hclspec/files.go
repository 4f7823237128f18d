package hclspec

import (
	"fmt"
	"sort"

	"github.com/hashicorp/hcl/v2"
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
	all     []*instance
}

// prepareFiles is what has to happen before a block's instances, and in order.
func (e *evaluator) prepareFiles(n *node) *fileEval {
	f := &fileEval{e: e, n: n, ctx: e.scope(n), common: e.bodyInputs(n), named: e.named[n.key] || e.named[n.kind+"."]}
	f.lifecycle()
	return f
}

// evaluate computes the instances. Blocks whose expressions read no files may do
// so at the same time.
func (f *fileEval) evaluate() {
	if f.diags.HasErrors() {
		return
	}
	if attr := f.n.content.Attributes["for_each"]; attr != nil {
		f.all = f.instances(attr)
	} else {
		f.all = []*instance{{f: f, ctx: f.ctx}}
	}
	f.run()
}

// finish claims the paths, in order, and gives the node its value.
func (f *fileEval) finish() hcl.Diagnostics {
	values := make(map[string]cty.Value, len(f.all))
	for _, i := range f.all {
		value := f.settle(i)
		if i.key == nil {
			f.n.value = value
			return f.diags
		}
		values[*i.key] = value
		if f.diags.HasErrors() && len(f.diags) > 20 {
			break // the same fault in every instance helps nobody
		}
	}
	f.n.value = cty.ObjectVal(values)
	return f.diags
}

// instances prepares one instance per element of for_each, by key.
func (f *fileEval) instances(attr *hcl.Attribute) []*instance {
	items := f.items(attr)
	keys := make([]string, 0, len(items))
	for key := range items {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	out := make([]*instance, len(keys))
	for n := range keys {
		child := f.ctx.NewChild()
		child.Variables = map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{
			"key": cty.StringVal(keys[n]), "value": items[keys[n]],
		})}
		out[n] = &instance{f: f, key: &keys[n], each: items[keys[n]], ctx: child}
	}
	return out
}

// run evaluates instances: on all processors when there are many and none of
// their expressions reads files, whose reads could not be told apart.
func (f *fileEval) run() {
	if f.n.readsFiles() {
		for _, i := range f.all {
			f.e.reads.takeTrace()
			i.evaluate()
			i.reads = append(i.reads, f.e.reads.takeTrace()...)
		}
		return
	}
	parallel(len(f.all), 256, func(k int) { f.all[k].evaluate() })
}

// settle claims the instance's path, in order, and returns what references to
// it see.
func (f *fileEval) settle(i *instance) cty.Value {
	f.diags = append(f.diags, i.diags...)
	if i.diags.HasErrors() {
		return cty.DynamicVal
	}
	var diags hcl.Diagnostics
	i.file.Path, diags = f.e.claim(i.name, i.file)
	i.file.Inputs = i.inputs()
	f.diags = append(f.diags, diags...)
	if diags.HasErrors() {
		return cty.DynamicVal
	}
	f.e.project.Files = append(f.e.project.Files, i.file)
	if !f.named && f.e.claims.objects > smallProject {
		return cty.EmptyObjectVal
	}
	return i.reference()
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
	if val.LengthInt()+f.e.claims.objects > maxObjects {
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
