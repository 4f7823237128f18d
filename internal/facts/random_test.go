package facts

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

// gen makes random facts from a stream of choices.
type gen struct {
	choose func(n int) int
	facts  []cty.Value // values of facts made before
}

var words = []string{
	"", "a", "a.txt", "../x", "target", "feature", "int", "vector(3)", "category", "true", "x.y", "0 0 * * *", "/predict",
	"https://e.com", "roc_auc", "higher", "psi", "test", "median", "\x00\xff", "binary_classification", "A_B", "(?=a", "8Gi", "dataset", "3.11", "out/a", "out",
}

func (g *gen) word() string { return words[g.choose(len(words))] }

// value is a random value of a type; sometimes of another, null, unknown or marked.
func (g *gen) value(want cty.Type, depth int) cty.Value {
	switch g.choose(40) {
	case 0:
		return cty.NullVal(want)
	case 1:
		return cty.UnknownVal(want)
	case 2:
		return cty.StringVal(g.word()).Mark("sensitive")
	case 3:
		want = cty.DynamicPseudoType
	}
	switch {
	case want == cty.String:
		return cty.StringVal(g.word())
	case want == cty.Bool:
		return cty.BoolVal(g.choose(2) == 0)
	case want == cty.Number:
		return []cty.Value{cty.NumberIntVal(int64(g.choose(100)) - 10), cty.NumberFloatVal(0.5), cty.PositiveInfinity, cty.MustParseNumberVal("1e900000"), cty.NumberFloatVal(math.MaxFloat64)}[g.choose(5)]
	case want.IsListType():
		return listOf(want.ElementType(), g.same(want.ElementType(), depth))
	case want.IsMapType():
		m := map[string]cty.Value{}
		for i, v := range g.same(want.ElementType(), depth) {
			m[fmt.Sprint(g.word(), i%2)] = v
		}
		if len(m) == 0 {
			return cty.MapValEmpty(want.ElementType())
		}
		return cty.MapVal(m)
	case want.IsObjectType():
		return g.object(want, depth)
	}
	return g.any(depth)
}

// same makes values that can share a collection.
func (g *gen) same(ty cty.Type, depth int) []cty.Value {
	var out []cty.Value
	for range g.choose(4) {
		if v := g.value(ty, depth+1); v.Type().Equals(ty) && !v.IsMarked() {
			out = append(out, v)
		}
	}
	return out
}

func (g *gen) object(want cty.Type, depth int) cty.Value {
	attrs := map[string]cty.Value{}
	for _, name := range slices.Sorted(maps.Keys(want.AttributeTypes())) {
		ty := want.AttributeType(name)
		if attrs[name] = g.value(ty, depth+1); !attrs[name].Type().Equals(ty) {
			attrs[name] = cty.NullVal(ty)
		}
	}
	return cty.ObjectVal(attrs)
}

// any is anything: a fact, something that looks like one, or a deep value.
func (g *gen) any(depth int) cty.Value {
	switch g.choose(9) {
	case 0, 1, 2:
		if len(g.facts) > 0 {
			v := g.facts[g.choose(len(g.facts))]
			if g.choose(2) == 0 {
				for _, c := range items(field(v, "fields")) {
					return c
				}
			}
			return v
		}
	case 3:
		forged := map[string]cty.Value{"fact": cty.StringVal([]string{"dataset", "column", "model", "service", "stage"}[g.choose(5)]), "name": cty.StringVal(g.word())}
		for _, name := range []string{"path", "fields", "columns", "outs", "log", "inputs", "dataset", "values", "artifact", "model"} {
			if depth < 4 && g.choose(2) == 0 {
				forged[name] = g.any(depth + 1)
			}
		}
		return cty.ObjectVal(forged)
	case 4:
		if depth < 4 {
			return cty.TupleVal([]cty.Value{g.any(depth + 1), g.any(depth + 1)})
		}
	case 5:
		return cty.SetVal([]cty.Value{cty.StringVal(g.word()), cty.StringVal(g.word())})
	case 6:
		return cty.CapsuleVal(capsule(), &words)
	case 7:
		v := cty.StringVal("x")
		for range 100 {
			v = cty.TupleVal([]cty.Value{v})
		}
		return v
	}
	return cty.StringVal(g.word())
}

func (g *gen) given(block *schema.Block, name string) Given {
	out := Given{Kind: block.Name, Name: name, Attrs: map[string]cty.Value{}, Ranges: map[string]hcl.Range{}}
	for _, a := range block.Attrs {
		if a.Required || g.choose(3) > 0 {
			out.Attrs[a.Name] = g.value(a.Type.WithoutOptionalAttributesDeep(), 0)
			out.Ranges[a.Name] = hcl.Range{Start: hcl.Pos{Line: 2}}
		}
	}
	for i := range block.Blocks {
		for range g.choose(3) {
			out.Blocks = append(out.Blocks, g.given(&block.Blocks[i], g.word()))
		}
	}
	return out
}

// project makes a random project and runs everything over it.
func (g *gen) project(t *testing.T) {
	var s Set
	blocks := Blocks()
	for i := range 2 + g.choose(8) {
		f := g.given(&blocks[g.choose(len(blocks))], fmt.Sprintf("n%d", i))
		v, diags := Value(f)
		checkDiags(t, diags)
		if !diags.HasErrors() {
			if v.ContainsMarked() || !v.IsWhollyKnown() {
				t.Errorf("a marked or unknown value passed: %#v", v)
			}
			g.facts = append(g.facts, v)
		}
		s.Facts = append(s.Facts, f)
	}
	block := ProblemBlock()
	p := g.given(&block, "")
	_, diags := Value(p)
	checkDiags(t, diags)
	s.Problem = &p
	project := Given{Kind: "project", Attrs: map[string]cty.Value{"python": g.value(cty.List(cty.String), 0)}}
	s.Project = &project
	all := func(string) bool { return g.choose(2) == 0 }
	checkDiags(t, Check(s, World{Managed: all, Exists: all}))
	Pipeline(s)
}

func checkDiags(t *testing.T, diags hcl.Diagnostics) {
	t.Helper()
	for _, d := range diags {
		if d.Subject == nil || d.Summary == "" || d.Detail == "" || d.Severity != hcl.DiagError {
			t.Errorf("a fault without place or words: %#v", d)
		}
	}
}

// TestRandom: nothing panics, and no sensitive or unknown part gets through.
func TestRandom(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		(&gen{choose: rng.IntN}).project(t)
	}
}

// FuzzFacts is TestRandom with the choices in the fuzzer's hand.
func FuzzFacts(f *testing.F) {
	f.Add([]byte("facts"))
	f.Fuzz(func(t *testing.T, data []byte) {
		i := 0
		(&gen{choose: func(n int) int {
			if i >= len(data) {
				return 0
			}
			i++
			return int(data[i-1]) % n
		}}).project(t)
	})
}

func capsule() cty.Type { return cty.Capsule("c", reflect.TypeFor[[]string]()) }
