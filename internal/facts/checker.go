package facts

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/internal/safepath"
	"github.com/zclconf/go-cty/cty"
)

// fact is a sound fact with its value.
type fact struct {
	*Given
	name  string
	value cty.Value
}

func (f *fact) self() string              { return who(f.Kind, f.name) }
func (f *fact) get(attr string) cty.Value { return field(f.value, attr) }
func (f *fact) text(attr string) string   { return text(f.get(attr)) }

// output is a path that a stage writes, or the log of a service.
type output struct {
	stage int // -1 for a log
	self  string
	path  string
	at    hcl.Range
}

// need is a path that a stage reads.
type need struct {
	path string
	at   hcl.Range
}

// checker holds the facts by kind, and which paths are theirs.
type checker struct {
	set      Set
	world    World
	diags    hcl.Diagnostics
	problem  *fact
	datasets []*fact
	stages   []*fact
	models   []*fact
	services []*fact
	monitors []*fact
	needs    [][]need // by stage
	outputs  []output
	made     *paths               // of outputs
	data     *paths               // of datasets
	columns  map[string]cty.Value // by name; of several, one that is personal data
	named    map[string]*fact     // datasets
	hints    hints
}

func newChecker(s Set, w World) *checker {
	c := &checker{set: s, world: w}
	if s.Problem != nil {
		c.problem = sound(s.Problem)
	}
	for i := range s.Facts {
		f := sound(&s.Facts[i])
		if f == nil {
			continue
		}
		switch f.Kind {
		case "dataset":
			c.datasets = append(c.datasets, f)
		case "stage":
			c.stages = append(c.stages, f)
		case "model":
			c.models = append(c.models, f)
		case "service":
			c.services = append(c.services, f)
		case "monitor":
			c.monitors = append(c.monitors, f)
		}
	}
	c.collect()
	return c
}

func sound(g *Given) *fact {
	v, diags := Value(*g)
	if diags.HasErrors() {
		return nil
	}
	return &fact{Given: g, name: g.Name, value: v}
}

// collect gathers the paths of all facts.
func (c *checker) collect() {
	c.needs = make([][]need, len(c.stages))
	for i, s := range c.stages {
		for n, v := range items(s.Attrs["deps"]) {
			c.needs[i] = append(c.needs[i], need{pathOf(v), s.at(site{"deps", nth(n)})})
		}
		for _, attr := range writing() {
			for _, k := range attrNames(s.get(attr)) {
				c.outputs = append(c.outputs, output{i, s.self() + "." + attr + member(k), text(field(s.get(attr), k)), s.at(site{attr, key(k)})})
			}
		}
	}
	for _, s := range c.services {
		if log := s.text("log"); log != "" {
			c.outputs = append(c.outputs, output{-1, s.self() + ".log", log, s.at(site{attr: "log"})})
		}
	}
	var made, data []string
	for _, o := range c.outputs {
		made = append(made, o.path)
	}
	for _, d := range c.datasets {
		data = append(data, d.text("path"))
	}
	c.made, c.data = newPaths(made), newPaths(data)
	c.collectColumns()
}

func (c *checker) collectColumns() {
	c.columns, c.named = map[string]cty.Value{}, map[string]*fact{}
	for _, d := range c.datasets {
		c.named[d.name] = d
		for _, col := range items(d.get("fields")) {
			name := text(field(col, "name"))
			if _, taken := c.columns[name]; !taken || yes(field(col, "pii")) {
				c.columns[name] = col
			}
		}
	}
}

// pathOf is the path of a dependency: a string, or a dataset.
func pathOf(v cty.Value) string {
	if s := text(v); s != "" {
		return s
	}
	return text(field(v, "path"))
}

func (c *checker) fault(at hcl.Range, summary, detail string) {
	c.diags = append(c.diags, fault(at, summary, detail))
}

func (c *checker) managed(path string) bool { return c.world.Managed != nil && c.world.Managed(path) }

// known reports whether something explains that a file is at path when it is
// read. A .dvc file beside it says that DVC brings it.
func (c *checker) known(path string) bool {
	return c.made.touch(path) || c.data.touch(path) || c.managed(path) ||
		c.world.Exists != nil && (c.world.Exists(path) || c.world.Exists(path+".dvc"))
}

// suggestPath looks for a path much like one that is not there.
func (c *checker) suggestPath(path string) string {
	return c.hints.suggest(path, func() []string {
		var all []string
		for _, o := range c.outputs {
			all = append(all, o.path)
		}
		for _, d := range c.datasets {
			all = append(all, d.text("path"))
		}
		return all
	})
}

// checkPaths is about what the facts claim in the tree.
func (c *checker) checkPaths() {
	for i, o := range c.outputs {
		switch same, above := c.made.first(o.path), c.made.above(o.path); {
		case same != i:
			first := c.outputs[same]
			c.fault(o.at, "Path made twice", o.self+" is "+quote(o.path)+", which "+first.self+" at "+place(first.at)+" makes already. Each path is made once: choose another.")
		case above >= 0:
			outer := c.outputs[above]
			c.fault(o.at, "Nested outputs", o.self+" is "+quote(o.path)+", within "+quote(outer.path)+", which is "+outer.self+" at "+place(outer.at)+". Who makes a folder owns all of it: move one of them out.")
		case safepath.Reserved(safepath.Path(o.path)):
			c.fault(o.at, "Reserved path", o.self+" is "+quote(o.path)+", which belongs to mlops itself. Choose another path.")
		case c.managed(o.path):
			c.fault(o.at, "Output managed by spec", o.self+" is "+quote(o.path)+", and the spec writes a file there too, so each would undo the other. Choose another path, or remove that file from the spec.")
		}
	}
	for i, d := range c.datasets {
		if same := c.data.first(d.text("path")); same != i {
			c.fault(d.at(site{attr: "path"}), "Path taken twice", d.self()+" is at "+quote(d.text("path"))+", which is "+c.datasets[same].self()+" at "+place(c.datasets[same].Range)+" already. Two datasets have two paths.")
		}
	}
}

// paths finds paths by place in the tree; those that some file system takes for
// the same are the same.
type paths struct {
	keys   []string
	byKey  map[string]int // the first one
	sorted []int          // by key
}

func newPaths(given []string) *paths {
	p := &paths{byKey: map[string]int{}}
	for i, s := range given {
		k := safepath.Fold(safepath.Path(s))
		p.keys = append(p.keys, k)
		if _, taken := p.byKey[k]; !taken {
			p.byKey[k] = i
			p.sorted = append(p.sorted, i)
		}
	}
	slices.SortFunc(p.sorted, func(a, b int) int { return strings.Compare(p.keys[a], p.keys[b]) })
	return p
}

// first is the index of the first path that is the same as s, or -1.
func (p *paths) first(s string) int {
	if i, ok := p.byKey[safepath.Fold(safepath.Path(s))]; ok {
		return i
	}
	return -1
}

// above is the index of the outermost path that s lies within, or -1.
func (p *paths) above(s string) int {
	k := safepath.Fold(safepath.Path(s))
	for i := range len(k) {
		if k[i] != '/' {
			continue
		}
		if n, ok := p.byKey[k[:i]]; ok {
			return n
		}
	}
	return -1
}

// within is where, in sorted, the paths begin that lie within the key k, and what
// their keys begin with.
func (p *paths) within(k string) (from int, below string) {
	below = k + "/"
	from, _ = slices.BinarySearchFunc(p.sorted, below, func(i int, k string) int { return strings.Compare(p.keys[i], k) })
	return from, below
}

// touch reports whether near finds anything.
func (p *paths) touch(s string) bool {
	if p.first(s) >= 0 || p.above(s) >= 0 {
		return true
	}
	from, below := p.within(safepath.Fold(safepath.Path(s)))
	return from < len(p.sorted) && strings.HasPrefix(p.keys[p.sorted[from]], below)
}

// near are the paths that are s, hold s, or lie within s, in ascending order.
func (p *paths) near(s string) []int {
	var out []int
	k := safepath.Fold(safepath.Path(s))
	for i := range len(k) + 1 {
		if i < len(k) && k[i] != '/' {
			continue
		}
		if n, ok := p.byKey[k[:i]]; ok {
			out = append(out, n)
		}
	}
	from, below := p.within(k)
	for _, i := range p.sorted[from:] {
		if !strings.HasPrefix(p.keys[i], below) {
			break
		}
		out = append(out, i)
	}
	slices.Sort(out)
	return out
}
