package readme

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/mlops-as-code/mlops/internal/facts"
	"github.com/mlops-as-code/mlops/internal/schema"
)

// factReader evaluates fact blocks, each after those it refers to.
type factReader struct {
	t    *testing.T
	set  facts.Set
	seen map[string]map[string]cty.Value
	out  []Fact
}

// parseFacts reads facts as they stand in a spec, as the caller of Render must.
func parseFacts(t *testing.T, src string) []Fact {
	t.Helper()
	f, diags := hclsyntax.ParseConfig([]byte(src), "facts.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	r := &factReader{t: t, seen: map[string]map[string]cty.Value{}}
	for _, b := range f.Body.(*hclsyntax.Body).Blocks {
		r.block(b)
	}
	order := facts.Pipeline(r.set)
	slices.SortStableFunc(r.out, func(a, b Fact) int {
		if a.Kind == "stage" && b.Kind == "stage" {
			return slices.Index(order, a.Name) - slices.Index(order, b.Name)
		}
		return strings.Compare(a.Kind+"."+a.Name, b.Kind+"."+b.Name)
	})
	return r.out
}

func (r *factReader) block(b *hclsyntax.Block) {
	r.t.Helper()
	table := append(facts.Blocks(), facts.ProblemBlock())
	at := slices.IndexFunc(table, func(s schema.Block) bool { return s.Name == b.Type })
	if at < 0 {
		r.t.Fatalf("no fact %q", b.Type)
	}
	g := r.given(b, &table[at])
	v, diags := facts.Value(g)
	if diags.HasErrors() {
		r.t.Fatal(diags)
	}
	if r.set.Facts = append(r.set.Facts, g); b.Type == "problem" {
		r.set.Problem = &g
	}
	if r.seen[b.Type] == nil {
		r.seen[b.Type] = map[string]cty.Value{}
	}
	r.seen[b.Type][g.Name] = v
	r.out = append(r.out, Fact{b.Type, g.Name, v})
}

func (r *factReader) given(b *hclsyntax.Block, table *schema.Block) facts.Given {
	r.t.Helper()
	g := facts.Given{Kind: b.Type, Attrs: map[string]cty.Value{}, Order: map[string][]string{}}
	if len(b.Labels) > 0 {
		g.Name = b.Labels[0]
	}
	scope := &hcl.EvalContext{Variables: map[string]cty.Value{}}
	for kind, named := range r.seen {
		scope.Variables[kind] = cty.ObjectVal(named)
	}
	for _, a := range table.Attrs {
		g.Attrs[a.Name] = cty.NullVal(a.Type.WithoutOptionalAttributesDeep())
		attr := b.Body.Attributes[a.Name]
		if attr == nil {
			continue
		}
		v, diags := attr.Expr.Value(scope)
		if diags.HasErrors() {
			r.t.Fatal(diags)
		}
		v, err := convert.Convert(v, a.Type)
		if err != nil {
			r.t.Fatal(a.Name, err)
		}
		g.Attrs[a.Name] = v
		if object, is := attr.Expr.(*hclsyntax.ObjectConsExpr); is {
			for _, item := range object.Items {
				g.Order[a.Name] = append(g.Order[a.Name], hcl.ExprAsKeyword(item.KeyExpr))
			}
		}
	}
	for _, sub := range b.Body.Blocks {
		inner, ok := table.Block(sub.Type)
		if !ok {
			r.t.Fatalf("%s has no block %s", b.Type, sub.Type)
		}
		g.Blocks = append(g.Blocks, r.given(sub, inner))
	}
	return g
}

// archive is a case: sections, the project, its facts (those of facts.hcl in the
// folder, unless it has its own) and its files below "disk/".
type archive struct {
	parts map[string]string
	src   *txtar.Archive
}

func readArchive(t *testing.T, file string) archive {
	t.Helper()
	src, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	common, err := os.ReadFile(filepath.Join(filepath.Dir(file), "facts.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	a := archive{parts: map[string]string{"facts.hcl": string(common), "project.hcl": "name = \"churn\"\npackage = \"churn\"\n"}, src: src}
	for _, f := range src.Files {
		a.parts[f.Name] = string(f.Data)
	}
	return a
}

func (a archive) project(t *testing.T) Project {
	t.Helper()
	p := parseProject(t, a.parts["project.hcl"])
	p.Files = strings.Fields(a.parts["files"])
	p.Facts = parseFacts(t, a.parts["facts.hcl"])
	p.Read = func(path string) ([]byte, error) {
		if text, has := a.parts["disk/"+path]; has {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	}
	return p
}
