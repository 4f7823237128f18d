package facts

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// loader is a small evaluator of spec text, so that tests read like specs.
type loader struct {
	set    Set
	diags  hcl.Diagnostics
	values map[string]map[string]cty.Value
}

// load evaluates text that holds fact blocks, and at most one project block with
// an attribute python and a problem block. The second result has the faults of
// the facts by themselves.
func load(t *testing.T, src string) (Set, hcl.Diagnostics) {
	t.Helper()
	l := loadAll(t, src)
	return l.set, l.diags
}

func loadAll(t *testing.T, src string) *loader {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(src), "mlops.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	l := &loader{values: map[string]map[string]cty.Value{}}
	var late hclsyntax.Blocks
	open := file.Body.(*hclsyntax.Body).Blocks
	for n := len(open); len(open) > 0 && n > 0; n-- {
		var rest hclsyntax.Blocks
		for _, b := range open {
			switch {
			case b.Type == "project":
				late = append(late, b)
			case l.waits(b, open):
				rest = append(rest, b)
			default:
				l.fact(t, b)
			}
		}
		open = rest
	}
	if len(open) > 0 {
		t.Fatalf("a cycle of references from %v on", open[0].Labels)
	}
	l.inOrder(file.Body.(*hclsyntax.Body).Blocks)
	for _, b := range late {
		l.project(t, b)
	}
	return l
}

// inOrder puts the facts as they were declared.
func (l *loader) inOrder(blocks hclsyntax.Blocks) {
	var sorted []Given
	for _, b := range blocks {
		for _, g := range l.set.Facts {
			if g.Range == b.DefRange() {
				sorted = append(sorted, g)
			}
		}
	}
	l.set.Facts = sorted
}

// waits reports whether b refers to one of the open blocks.
func (l *loader) waits(b *hclsyntax.Block, open hclsyntax.Blocks) bool {
	for _, trav := range variables(b.Body) {
		for _, o := range open {
			if step, ok := trav[1].(hcl.TraverseAttr); ok && trav.RootName() == o.Type && step.Name == o.Labels[0] {
				return true
			}
		}
	}
	return false
}

func variables(b *hclsyntax.Body) []hcl.Traversal {
	var out []hcl.Traversal
	for _, a := range b.Attributes {
		out = append(out, hclsyntax.Variables(a.Expr)...)
	}
	for _, sub := range b.Blocks {
		out = append(out, variables(sub.Body)...)
	}
	return out
}

func (l *loader) fact(t *testing.T, b *hclsyntax.Block) {
	t.Helper()
	for _, block := range Blocks() {
		if block.Name == b.Type {
			g := l.given(t, b, &block)
			for _, v := range g.Attrs {
				if !v.IsWhollyKnown() { // it refers to a fact with faults
					return
				}
			}
			v, diags := Value(g)
			l.diags = append(l.diags, diags...)
			if l.values[g.Kind] == nil {
				l.values[g.Kind] = map[string]cty.Value{}
			}
			l.values[g.Kind][g.Name] = v
			l.set.Facts = append(l.set.Facts, g)
			return
		}
	}
	t.Fatalf("no such block: %s", b.Type)
}

func (l *loader) project(t *testing.T, b *hclsyntax.Block) {
	t.Helper()
	g := l.given(t, b, &schema.Block{Name: "project", Attrs: []schema.Attr{{Name: "python", Type: cty.List(cty.String)}}})
	l.set.Project = &g
	block := ProblemBlock()
	for _, sub := range b.Body.Blocks {
		p := l.given(t, sub, &block)
		v, diags := Value(p)
		l.diags = append(l.diags, diags...)
		l.set.Problem = &p
		l.values["problem"] = map[string]cty.Value{"": v}
	}
}

func (l *loader) given(t *testing.T, b *hclsyntax.Block, block *schema.Block) Given {
	t.Helper()
	g := Given{Kind: b.Type, Attrs: map[string]cty.Value{}, Ranges: map[string]hcl.Range{}, Order: map[string][]string{}, Range: b.DefRange()}
	if len(b.Labels) > 0 {
		g.Name = b.Labels[0]
	}
	for i := range block.Attrs {
		a := &block.Attrs[i]
		g.Attrs[a.Name] = cty.NullVal(a.Type.WithoutOptionalAttributesDeep())
		attr := b.Body.Attributes[a.Name]
		if attr == nil {
			continue
		}
		g.Ranges[a.Name] = attr.Expr.Range()
		if obj, ok := attr.Expr.(*hclsyntax.ObjectConsExpr); ok {
			for _, item := range obj.Items {
				g.Order[a.Name] = append(g.Order[a.Name], keyOf(item.KeyExpr))
			}
		}
		g.Attrs[a.Name] = l.eval(t, attr.Expr, a.Type)
	}
	for name := range b.Body.Attributes {
		if _, ok := block.Attr(name); !ok {
			t.Fatalf("%s has no argument %s", b.Type, name)
		}
	}
	for _, sub := range b.Body.Blocks {
		inner, ok := block.Block(sub.Type)
		if !ok && sub.Type != "problem" {
			t.Fatalf("no such block: %s", sub.Type)
		} else if ok {
			g.Blocks = append(g.Blocks, l.given(t, sub, inner))
		}
	}
	g.Locate = func(attr string, path cty.Path) hcl.Range { return locate(b.Body.Attributes[attr].Expr, path) }
	return g
}

func keyOf(x hcl.Expression) string {
	if word := hcl.ExprAsKeyword(x); word != "" {
		return word
	}
	v, _ := x.Value(nil)
	return v.AsString()
}

func (l *loader) eval(t *testing.T, x hcl.Expression, want cty.Type) cty.Value {
	t.Helper()
	ctx := &hcl.EvalContext{Variables: map[string]cty.Value{}}
	for kind, named := range l.values {
		ctx.Variables[kind] = cty.ObjectVal(named)
	}
	v, diags := x.Value(ctx)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if want != cty.DynamicPseudoType {
		var err error
		if v, err = convert.Convert(v, want); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

func locate(x hclsyntax.Expression, path cty.Path) hcl.Range {
	for _, s := range path {
		var next hclsyntax.Expression
		switch c := x.(type) {
		case *hclsyntax.TupleConsExpr:
			if idx, ok := s.(cty.IndexStep); ok && idx.Key.Type() == cty.Number {
				i, _ := idx.Key.AsBigFloat().Int64()
				next = c.Exprs[i]
			}
		case *hclsyntax.ObjectConsExpr:
			for _, item := range c.Items {
				if keyOf(item.KeyExpr) == stepName(cty.Path{s}) {
					next = item.ValueExpr
				}
			}
		}
		if next == nil {
			break
		}
		x = next
	}
	return x.Range()
}

// told writes faults as "line text-at-the-range: summary: detail".
func told(src string, diags hcl.Diagnostics) string {
	var b strings.Builder
	for _, d := range diags {
		at := d.Subject.SliceBytes([]byte(src))
		fmt.Fprintf(&b, "%d `%s`: %s: %s\n", d.Subject.Start.Line, at, d.Summary, d.Detail)
	}
	return b.String()
}

// world knows the files that a test says are there.
func world(managed, exist string) World {
	has := func(list string) func(string) bool {
		return func(path string) bool {
			for _, f := range strings.Fields(list) {
				if f == path || strings.HasPrefix(f, path+"/") {
					return true
				}
			}
			return false
		}
	}
	return World{Managed: has(managed), Exists: has(exist)}
}
