package facts

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// stageGiven is a stage that reads and writes files.
func stageGiven(name string, deps, outs []string) Given {
	g := Given{Kind: "stage", Name: name, Attrs: map[string]cty.Value{"command": cty.StringVal("x")}}
	g.Range = hcl.Range{Filename: "mlops.hcl", Start: hcl.Pos{Line: 1, Column: 1}}
	written := map[string]cty.Value{}
	for i, o := range outs {
		written[fmt.Sprintf("o%d", i)] = cty.StringVal(o)
	}
	if len(outs) > 0 {
		g.Attrs["outs"] = cty.MapVal(written)
	}
	var read []cty.Value
	for _, d := range deps {
		read = append(read, cty.StringVal(d))
	}
	g.Attrs["deps"] = cty.TupleVal(read)
	return g
}

// dag is a random sound pipeline: stage i reads only what earlier ones write, by
// the path itself, something below it or a folder above it.
func dag(rng *rand.Rand) []Given {
	var facts []Given
	var paths []string
	for i := range 2 + rng.IntN(12) {
		var deps, outs []string
		for _, p := range paths {
			switch rng.IntN(8) {
			case 0:
				deps = append(deps, p)
			case 1:
				deps = append(deps, p+"/part.csv")
			}
		}
		if i > 0 && rng.IntN(6) == 0 && len(paths) > 0 {
			folder, _, _ := strings.Cut(paths[rng.IntN(len(paths))], "/")
			deps = append(deps, folder)
		}
		for k := range rng.IntN(3) {
			outs = append(outs, fmt.Sprintf("d%d/o%d", i, k))
		}
		facts = append(facts, stageGiven(fmt.Sprintf("s%02d", i), deps, outs))
		paths = append(paths, outs...)
	}
	return facts
}

// follows reports whether stage b reads what stage a writes, judged anew.
func follows(a, b Given) bool {
	outs := a.Attrs["outs"]
	if outs == cty.NilVal {
		return false
	}
	for _, o := range outs.AsValueMap() {
		for _, d := range items(b.Attrs["deps"]) {
			x, y := text(o)+"/", text(d)+"/"
			if strings.HasPrefix(x, y) || strings.HasPrefix(y, x) {
				return true
			}
		}
	}
	return false
}

// TestPipelineLaw: every stage comes once, after those it reads from, and of
// those that may come next the first declared does.
func TestPipelineLaw(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 4))
	for range 400 {
		facts := dag(rng)
		rng.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
		if diags := Check(Set{Facts: facts}, World{}); diags.HasErrors() {
			t.Fatal(diags)
		}
		done := map[string]bool{}
		for _, name := range Pipeline(Set{Facts: facts}) {
			next := slices.IndexFunc(facts, func(g Given) bool { return !done[g.Name] && ready1(facts, g, done) })
			if facts[next].Name != name {
				t.Fatalf("%s comes, and %s may", name, facts[next].Name)
			}
			done[name] = true
		}
		if len(done) != len(facts) {
			t.Fatal(done)
		}
	}
}

func ready1(facts []Given, g Given, done map[string]bool) bool {
	for _, other := range facts {
		if !done[other.Name] && follows(other, g) {
			return false
		}
	}
	return true
}

// TestCycleLaw: a back edge in a random pipeline is found, and Pipeline still
// names every stage once.
func TestCycleLaw(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 5))
	for range 200 {
		n := 2 + rng.IntN(8)
		var facts []Given
		for i := range n {
			prev := (i + n - 1) % n
			facts = append(facts, stageGiven(fmt.Sprintf("s%d", i), []string{fmt.Sprintf("f%d", prev)}, []string{fmt.Sprintf("f%d", i)}))
		}
		rng.Shuffle(n, func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
		diags := Check(Set{Facts: facts}, World{})
		if len(diags) != 1 || diags[0].Summary != "Stage cycle" || strings.Count(diags[0].Detail, " needs ") != n {
			t.Fatal(diags)
		}
		if got := Pipeline(Set{Facts: facts}); len(got) != n || got[0] != facts[0].Name {
			t.Fatal(got)
		}
	}
}

// TestOrderOfDeclarations: the order of the blocks of a project changes neither
// a value nor a fault.
func TestOrderOfDeclarations(t *testing.T) {
	t.Parallel()
	broken := strings.NewReplacer(
		`stage.prepare.outs.train`+"\n", `stage.evaluate.metrics.report`+"\n",
		`gate "profit"`, `gate "profits"`, `"src/churn/evaluate.py"`, `"src/gone.py"`,
		"port      = 8080", "port      = 1",
	).Replace(sample)
	set, _ := load(t, broken)
	want := told(broken, Check(set, World{}))
	if strings.Count(want, "\n") < 3 {
		t.Fatal(want)
	}
	rng := rand.New(rand.NewPCG(6, 6))
	for range 50 {
		rng.Shuffle(len(set.Facts), func(i, j int) { set.Facts[i], set.Facts[j] = set.Facts[j], set.Facts[i] })
		if diff := cmp.Diff(want, told(broken, Check(set, World{}))); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff([]string{"prepare", "train", "evaluate"}, Pipeline(set)); diff != "" {
			t.Fatal(diff)
		}
	}
}

// TestLarge: the cost follows the size of the facts, also where many stages read
// a folder that many write, and in a long chain.
func TestLarge(t *testing.T) {
	t.Parallel()
	const n = 5000
	var facts []Given
	for i := range n {
		facts = append(facts, stageGiven(fmt.Sprintf("w%d", i), nil, []string{fmt.Sprintf("d/f%d", i)}))
	}
	for i := range n {
		facts = append(facts, stageGiven(fmt.Sprintf("r%d", i), []string{"d", fmt.Sprintf("e/%d", i-1)}, []string{fmt.Sprintf("e/%d", i)}))
	}
	facts[n].Attrs["deps"] = cty.TupleVal([]cty.Value{cty.StringVal("d")})
	if diags := Check(Set{Facts: facts}, World{}); diags.HasErrors() {
		t.Fatal(diags)
	}
	if got := Pipeline(Set{Facts: facts}); len(got) != 2*n || got[2*n-1] != fmt.Sprintf("r%d", n-1) {
		t.Fatal(len(got))
	}
}

func BenchmarkCheck(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 7))
	var facts []Given
	for i := range 100 {
		for _, g := range dag(rng) {
			g.Name = fmt.Sprintf("%s_%d", g.Name, i)
			facts = append(facts, g)
		}
	}
	for b.Loop() {
		Check(Set{Facts: facts}, World{})
	}
}
