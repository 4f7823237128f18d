package hclspec

import (
	"io/fs"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/facts"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

// factKinds are the blocks that state facts beside the project block.
var factKinds = []string{"dataset", "stage", "model", "service", "monitor", "environment"}

// factKey is the key of the nodes that a name in a manifest's reads stands for.
func factKey(name string) string {
	switch attr, of := strings.CutPrefix(name, "project."); {
	case !of:
		return name + "." // project too: with its problem and its pipeline
	case attr == "problem" || attr == "pipeline" || isOutline(attr):
		return name
	}
	return "project"
}

// isFactKey reports whether a node key names facts.
func isFactKey(key string) bool {
	kind, _, _ := strings.Cut(key, ".")
	return kind == "project" || slices.Contains(factKinds, kind)
}

// evalFact evaluates one fact block to the value that references to it see.
func (e *evaluator) evalFact(n *node) hcl.Diagnostics {
	g, diags := e.given(n.sch, n.content, e.scope(n))
	if n.flawed || diags.HasErrors() {
		return diags
	}
	g.Kind, g.Name, g.Range = n.kind, n.label, n.rng
	val, more := facts.Value(g)
	n.value, n.fact = val, &g
	if err := e.budget.Encode(val); err != nil {
		more = append(more, e.budget.Refuse(n.rng, err)...)
	}
	return append(diags, more...)
}

// given evaluates the attributes of a fact and of the blocks in it.
func (e *evaluator) given(sch *schema.Block, content *hcl.BodyContent, ctx *hcl.EvalContext) (facts.Given, hcl.Diagnostics) {
	g := facts.Given{Attrs: map[string]cty.Value{}, Ranges: map[string]hcl.Range{}, Order: map[string][]string{}}
	exprs := map[string]hcl.Expression{}
	var diags hcl.Diagnostics
	for i := range sch.Attrs {
		a := &sch.Attrs[i]
		attr := content.Attributes[a.Name]
		val, more := e.attr(a, attr, ctx)
		diags = append(diags, more...)
		if hasSensitive(val) {
			diags = append(diags, sensitiveFault(attr.Expr.Range(), a.Name))
		}
		g.Attrs[a.Name] = val
		if attr == nil {
			continue
		}
		x, _ := e.native(attr.Expr)
		exprs[a.Name], g.Ranges[a.Name] = x, x.Range()
		g.Order[a.Name] = keysInOrder(x)
	}
	g.Locate = func(attr string, path cty.Path) hcl.Range {
		if x := exprs[attr]; x != nil {
			return locate(x, path)
		}
		return g.Ranges[attr]
	}
	for _, b := range content.Blocks {
		sub, ok := sch.Block(b.Type)
		if !ok || b.Type == "problem" {
			continue
		}
		inner, more := b.Body.Content(hclSchema(sub))
		diags = append(append(diags, more...), requireAttrs(sub, inner.Attributes, b.DefRange)...)
		nested, more := e.given(sub, inner, ctx)
		diags = append(diags, more...)
		if nested.Kind, nested.Range = b.Type, b.DefRange; len(b.Labels) > 0 {
			nested.Name = b.Labels[0]
		}
		g.Blocks = append(g.Blocks, nested)
	}
	return g, diags
}

// keysInOrder are the keys of an object literal as written.
func keysInOrder(x hcl.Expression) []string {
	object, ok := x.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return nil
	}
	var out []string
	for _, item := range object.Items {
		if key, ok := staticKey(item.KeyExpr); ok {
			out = append(out, key)
		}
	}
	return out
}

// declareProblem makes the problem block a node of its own: what it refers to may
// itself refer to the project.
func (e *evaluator) declareProblem(project *node) hcl.Diagnostics {
	n := &node{kind: "problem", key: "project.problem", addr: "project.problem", labelRng: project.rng, rng: project.rng, value: cty.NullVal(cty.DynamicPseudoType)}
	var diags hcl.Diagnostics
	for _, b := range project.content.Blocks {
		if b.Type != "problem" || n.block != nil {
			continue
		}
		sch, _ := project.sch.Block("problem")
		n.sch, n.block, n.rng, n.labelRng = sch, b, b.DefRange, b.DefRange
		n.content, diags = b.Body.Content(hclSchema(sch))
		n.flawed = diags.HasErrors()
		diags = append(diags, requireAttrs(sch, n.content.Attributes, n.rng)...)
	}
	diags = append(diags, e.add(n)...)
	diags = append(diags, e.add(&node{kind: "pipeline", key: "project.pipeline", addr: "project.pipeline", rng: project.rng})...)
	return append(diags, e.declareOutlines(project)...)
}

// evalPipeline gives the names of the stages in the order they run.
func (e *evaluator) evalPipeline(n *node) {
	var names []cty.Value
	for _, name := range facts.Pipeline(e.factSet()) {
		names = append(names, cty.StringVal(name))
	}
	if n.value = cty.ListValEmpty(cty.String); len(names) > 0 {
		n.value = cty.ListVal(names)
	}
}

// factSet are the facts that were evaluated, as declared.
func (e *evaluator) factSet() facts.Set {
	var set facts.Set
	for _, n := range e.nodes {
		switch {
		case n.fact == nil || n.failed:
		case n.kind == "project":
			set.Project = n.fact
		case n.kind == "problem":
			set.Problem = n.fact
		default:
			set.Facts = append(set.Facts, *n.fact)
		}
	}
	return set
}

// checkFacts holds the facts against each other once all could be evaluated.
func (e *evaluator) checkFacts() hcl.Diagnostics {
	stated := false
	for _, n := range e.nodes {
		if slices.Contains(factKinds, n.kind) || n.kind == "problem" {
			stated = stated || n.fact != nil
			if n.failed {
				return nil
			}
		}
	}
	if !stated {
		return nil
	}
	folders := map[string]bool{}
	for _, p := range e.claims.paths {
		for dir := string(p); dir != ""; dir = dir[:max(strings.LastIndexByte(dir, '/'), 0)] {
			if folders[dir] {
				break
			}
			folders[dir] = true
		}
	}
	return facts.Check(e.factSet(), facts.World{
		Managed: func(path string) bool { return folders[strings.TrimSuffix(path, "/")] },
		Exists:  e.reads.present,
	})
}

// projectValue is the project as references see it, with the problem and the
// pipeline where they are asked for.
func projectValue(nodes ...*node) cty.Value {
	attrs := map[string]cty.Value{}
	for _, n := range nodes {
		switch {
		case n.value == cty.NilVal:
		case n.kind == "project":
			maps.Copy(attrs, n.value.AsValueMap())
		default:
			attrs[n.kind] = n.value
		}
	}
	return cty.ObjectVal(attrs)
}

// known is the value of a fact, or what stands for one that has faults.
func known(n *node) cty.Value {
	if n.failed || n.value == cty.NilVal {
		return cty.DynamicVal
	}
	return n.value
}

// Sound reports whether every fact could be evaluated, so that templates can be
// rendered with them.
func (p *Project) Sound() bool {
	for _, n := range p.eval.nodes {
		if n.failed && (slices.Contains(factKinds, n.kind) || addrKind(n.kind) == "project") {
			return false
		}
	}
	return true
}

// Unread are the facts that nothing reads: no object, section, check or output, and
// no template, whose reads are given by name as FactInput has them.
func (p *Project) Unread(templates []string) hcl.Diagnostics {
	e := p.eval
	seen := map[*node]bool{}
	var read func(key string)
	read = func(key string) {
		for _, to := range e.targets(key) {
			if !seen[to] {
				seen[to] = true
				for _, r := range to.refs {
					read(r.node)
				}
			}
		}
	}
	for _, n := range e.nodes {
		if !n.states() {
			for _, r := range n.refs {
				read(r.node)
			}
		}
	}
	for _, name := range templates {
		read(templateKey(name))
	}
	var out hcl.Diagnostics
	for _, n := range e.nodes {
		if slices.Contains(factKinds, n.kind) && !seen[n] {
			out = append(out, &hcl.Diagnostic{
				Severity: hcl.DiagWarning, Summary: "Unread fact", Subject: n.rng.Ptr(),
				Detail: "Nothing reads " + n.addr + ": no file, section, check or output follows from it. Use it, or leave it out.",
			})
		}
	}
	return out
}

// states tells facts, and locals that only lead to them, from what reads them.
func (n *node) states() bool {
	return slices.Contains(factKinds, n.kind) || n.kind == "problem" || n.kind == "pipeline" || n.kind == "local"
}

// templateKey is the node that a template's read names, or a kind with a dot.
func templateKey(name string) string {
	if strings.Contains(name, ".") || strings.Contains(name, "[") {
		return name
	}
	return name + "."
}

// present reports whether a file or a directory stands at a path. The answer for a
// file is remembered as a question, as Exists does.
func (r *Reads) present(name string) bool {
	if ok, err := r.Exists(name); ok || err != nil {
		return ok
	}
	clean, err := r.inside(name)
	if err != nil {
		return false
	}
	info, err := fs.Stat(r.fsys, clean)
	return err == nil && info.IsDir()
}

// factSuggestions are the roots of references to facts, sorted.
func factSuggestions() []string {
	out := slices.Clone(factKinds)
	sort.Strings(out)
	return out
}
