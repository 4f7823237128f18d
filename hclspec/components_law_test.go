package hclspec_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/mlops-as-code/mlops/planner"
)

// garden makes random specs twice: with components, and flat, where every input,
// local, output and object of an instance is the spec's own under another name.
type garden struct {
	rng   *rand.Rand
	files fstest.MapFS    // of the components
	with  strings.Builder // the spec with components
	flat  strings.Builder // the spec without
	count int
}

// plot is where names stand: in the spec or in one instance.
type plot struct {
	prefix string   // of flat names
	inside []string // what expressions may name in a component, and
	flat   []string // the same in the flat spec
	each   string   // the key of the instance that encloses
}

// TestComponentsAreSugar is the law that a spec with components wants what the same
// spec wants that is written flat.
func TestComponentsAreSugar(t *testing.T) {
	t.Parallel()
	for seed := range uint64(120) {
		g := &garden{rng: rand.New(rand.NewPCG(seed, 7)), files: fstest.MapFS{}}
		head := "project \"p\" {\n  title = \"T\"\n}\n"
		g.with.WriteString(head)
		g.flat.WriteString(head)
		top := &plot{inside: []string{`"t"`, "project.title"}, flat: []string{`"t"`, "project.title"}}
		for range 1 + g.rng.IntN(3) {
			g.component(&g.with, top, 1)
		}
		g.object(&g.with, top)
		g.files["t.tmpl"] = &fstest.MapFile{Data: []byte(tmpl)}
		flat := fstest.MapFS{"t.tmpl": {Data: []byte(tmpl)}, "mlops.hcl": {Data: []byte(g.flat.String())}}
		g.files["mlops.hcl"] = &fstest.MapFile{Data: []byte(g.with.String())}
		_, a, faultsA := rendered(g.files)
		_, b, faultsB := rendered(flat)
		if a == nil || b == nil {
			t.Fatalf("seed %d: %v\n%v\n%s\n%s", seed, faultsA, faultsB, g.with.String(), g.flat.String())
		}
		if diff := cmp.Diff(wants(b), wants(a)); diff != "" || len(wants(a)) == 0 {
			t.Fatalf("seed %d: %s\n%s", seed, diff, g.with.String())
		}
	}
}

const tmpl = "${var.x}/${project.title}\n"

// wants is what a tree wants where, whoever wants it.
func wants(t *planner.Tree) map[string]string {
	out := map[string]string{}
	for i := range t.Entries {
		e := &t.Entries[i]
		out[string(e.Path)] += fmt.Sprintf("%s %s %q", e.Mode, e.Ownership, e.Content)
	}
	for i := range t.Parts {
		out[string(t.Parts[i].Path)] += fmt.Sprintf("%v\n", t.Parts[i].Edits)
	}
	return out
}

// expr is an expression over what a plot may name, in both spellings.
func (g *garden) expr(p *plot) (inside, flat string) {
	k, l := g.rng.IntN(len(p.inside)), g.rng.IntN(len(p.inside))
	switch g.rng.IntN(3) {
	case 0:
		return p.inside[k], p.flat[k]
	case 1:
		return fmt.Sprintf(`"%%{ if %s == %s }=%%{ else }${%s}-${%s}%%{ endif }"`, p.inside[k], p.inside[l], p.inside[k], p.inside[l]),
			fmt.Sprintf(`"%%{ if %s == %s }=%%{ else }${%s}-${%s}%%{ endif }"`, p.flat[k], p.flat[l], p.flat[k], p.flat[l])
	}
	return "upper(" + p.inside[k] + ")", "upper(" + p.flat[k] + ")"
}

func (p *plot) knows(inside, flat string) {
	p.inside, p.flat = append(p.inside, inside), append(p.flat, flat)
}

func (g *garden) name(what string) string {
	g.count++
	return fmt.Sprintf("%s%d", what, g.count)
}

// component writes a block for a component, the component, and both once more flat.
func (g *garden) component(to *strings.Builder, p *plot, depth int) {
	name := g.name("c")
	keys := []string{""}
	if g.rng.IntN(3) == 0 {
		keys = []string{"k1", "k2"}
	}
	x, xFlat := g.expr(p)
	seed := g.rng.Uint64()
	for _, key := range keys {
		// Every instance grows from the same seed: the body of its component is the same.
		again := &garden{rng: rand.New(rand.NewPCG(seed, seed)), files: g.files, count: g.count * 100}
		in := &plot{prefix: p.prefix + name + key + "_", each: key}
		in.inside, in.flat = []string{`"s"`, "project.title"}, []string{`"s"`, "project.title"}
		value := xFlat
		if key != "" {
			value = fmt.Sprintf(`"%s${%s}"`, key, xFlat)
		}
		fmt.Fprintf(&g.flat, "locals {\n  %sx = %s\n}\n", in.prefix, value)
		fmt.Fprintf(&g.flat, "locals {\n  %sid = %q\n}\n", in.prefix, in.prefix)
		in.knows("var.x", "local."+in.prefix+"x")
		body := again.body(in, depth)
		g.files["parts/"+name+"/component.hcl"] = &fstest.MapFile{Data: []byte(body)}
		g.files["parts/"+name+"/t.tmpl"] = &fstest.MapFile{Data: []byte(tmpl)}
		g.flat.WriteString(again.flat.String())
		if key == "" {
			p.knows("component."+name+".out", "local."+in.prefix+"out")
		} else {
			p.knows(fmt.Sprintf("component.%s[%q].out", name, key), "local."+in.prefix+"out")
		}
	}
	g.call(to, p, name, x, keys)
}

// call writes the block.
func (g *garden) call(to *strings.Builder, p *plot, name, x string, keys []string) {
	source, id := "./parts/"+name, fmt.Sprintf("%q", p.prefix+name+"_")
	if p.prefix != "" {
		source, id = "../"+name, fmt.Sprintf(`"${var.id}%s_"`, name)
	}
	fmt.Fprintf(to, "component %q {\n  source = %q\n", name, source)
	if keys[0] != "" {
		fmt.Fprintf(to, "  for_each = toset([\"k1\", \"k2\"])\n")
		x, id = fmt.Sprintf(`"${each.key}${%s}"`, x), strings.TrimSuffix(id, `_"`)+`${each.key}_"`
	}
	fmt.Fprintf(to, "  inputs = {\n    x  = %s\n    id = %s\n  }\n}\n", x, id)
}

// body is a component.hcl.
func (g *garden) body(p *plot, depth int) string {
	var out strings.Builder
	out.WriteString("component \"c\" {\n  version = \"1.0.0\"\n  reads   = [\"project.title\"]\n}\nvariable \"x\" {\n  type = string\n}\nvariable \"id\" {}\n")
	for range g.rng.IntN(4) {
		x, flat := g.expr(p)
		name := g.name("l")
		fmt.Fprintf(&out, "locals {\n  %s = %s\n}\n", name, x)
		fmt.Fprintf(&g.flat, "locals {\n  %s%s = %s\n}\n", p.prefix, name, flat)
		p.knows("local."+name, "local."+p.prefix+name)
	}
	if depth < 3 && g.rng.IntN(2) == 0 {
		g.component(&out, p, depth+1)
	}
	for range 1 + g.rng.IntN(3) {
		g.object(&out, p)
	}
	x, flat := g.expr(p)
	fmt.Fprintf(&out, "output \"out\" {\n  value = %s\n}\n", x)
	fmt.Fprintf(&g.flat, "locals {\n  %sout = %s\n}\n", p.prefix, flat)
	return out.String()
}

// object writes one file, or keys of one that all share.
func (g *garden) object(to *strings.Builder, p *plot) {
	name := g.name("f")
	x, flat := g.expr(p)
	id := `${var.id}`
	if p.prefix == "" {
		id = ""
	}
	path, flatPath := fmt.Sprintf("%q", id+name), fmt.Sprintf("%q", p.prefix+name)
	switch kind := g.rng.IntN(3); {
	case kind == 0:
		fmt.Fprintf(to, "file_keys %q {\n  path = \"all.json\"\n  set = { %s = %s }\n}\n", name, path, x)
		fmt.Fprintf(&g.flat, "file_keys %q {\n  path = \"all.json\"\n  set = { %s = %s }\n}\n", p.prefix+name, flatPath, flat)
	case kind == 1 && p.prefix != "":
		fmt.Fprintf(to, "file %q {\n  path = %s\n  template = \"t.tmpl\"\n  mode = \"0755\"\n}\n", name, path)
		fmt.Fprintf(&g.flat, "file %q {\n  path = %s\n  template = \"t.tmpl\"\n  mode = \"0755\"\n  vars = { var = { x = local.%sx } }\n}\n", p.prefix+name, flatPath, p.prefix)
	default:
		fmt.Fprintf(to, "file %q {\n  path = %s\n  content = %s\n  ownership = \"shared\"\n}\n", name, path, x)
		fmt.Fprintf(&g.flat, "file %q {\n  path = %s\n  content = %s\n  ownership = \"shared\"\n}\n", p.prefix+name, flatPath, flat)
	}
}
