package hclspec

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"iter"
	"sort"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/hclfunc"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// Params is everything the evaluation depends on beside the files it reads.
type Params struct {
	// Spec are the spec files, as Find returns them.
	Spec []Source
	// FS is the project directory.
	FS fs.FS
	// Vars are the given values of variables; later ones win.
	Vars []Assignment
	// Sections is the catalogue of README section kinds.
	Sections []schema.Block
	// Version is the version of this binary, without a leading v.
	Version string
	// Components finds what component blocks name.
	Components Components
}

// evaluator holds one run over one spec, or over one instance of a component.
type evaluator struct {
	// up evaluates what the component is a part of; nil for the project. by is the
	// block that asks for it, prefix comes before the addresses of its objects, and
	// pin is the same without the keys of for_each.
	up          *evaluator
	by          by
	def         *definition
	prefix, pin string
	children    []*evaluator
	offers      []offer
	// of the project: what its components are by label, what their blocks name by pin,
	// how many instances there are, the files of those that lie elsewhere, and who asked
	// for the component that a fault lies in.
	defs      map[string]*definition
	calls     map[string]*call
	instances int
	// foreign is what templates of other tools may still cost.
	foreign TemplateWork
	// inner is the language of components, once it is needed.
	inner     schema.Block
	innerOnce sync.Once
	views     []*Reads
	askers    map[*hcl.Diagnostic][]by
	short     map[string]string // forms of sources that the spec declares
	asked     []*Found          // what was looked for

	params Params
	lang   schema.Block
	reads  *Reads
	budget *hcllimit.Budget
	funcs  map[string]function.Function

	nodes  []*node
	byKey  map[string]*node
	byKind map[string][]*node
	// named are the keys of nodes that some reference names.
	named map[string]bool

	project Project
	digests map[string]string
	claims  *claims
}

// Load evaluates a spec. The Project is complete only when the diagnostics hold
// no error; warnings may come with a complete one. Diagnostics are sorted.
func Load(p Params) (*Project, hcl.Diagnostics) {
	e := newEvaluator(p)
	diags := e.load()
	e.finish()
	return &e.project, Sort(e.traced(diags), p.Spec)
}

func newEvaluator(p Params) *evaluator {
	budget := hcllimit.NewBudget(hcllimit.MaxSteps, hcllimit.MaxBytes)
	e := &evaluator{
		params: p, lang: Language(p.Sections), reads: newReads(p.FS, budget), budget: budget,
		byKey: map[string]*node{}, byKind: map[string][]*node{},
		project: Project{Git: Git{Commit: true, Backend: "mlops"}},
		defs:    map[string]*definition{}, calls: map[string]*call{}, askers: map[*hcl.Diagnostic][]by{},
		named: map[string]bool{}, digests: map[string]string{}, claims: &claims{first: map[string]claim{}},
		foreign: foreignWork,
	}
	e.funcs = hclfunc.Table(e.reads, e.budget)
	return e
}

func (e *evaluator) load() hcl.Diagnostics {
	bodies, diags := e.parse()
	if diags.HasErrors() {
		return diags
	}
	if version := e.checkVersion(bodies); version.HasErrors() {
		return version
	}
	diags = append(diags, e.shortForms(bodies)...)
	diags = append(diags, e.collect(bodies)...)
	diags = append(diags, e.variables()...)
	diags = append(diags, e.resolve()...)
	sorted, cycles := e.order()
	diags = append(diags, cycles...)
	diags = append(diags, e.evaluateAll(sorted)...)
	e.readmeInputs()
	// What lies between the evaluations may have been too much, too.
	diags = append(diags, e.budget.Refuse(hcl.Range{}, nil)...)
	diags = append(diags, e.checkMoves()...)
	diags = append(diags, e.checkFacts()...)
	diags = append(diags, e.checkTogether()...)
	return append(diags, e.collisions()...)
}

// parse reads every spec file; syntax faults of all of them are reported.
func (e *evaluator) parse() ([]hcl.Body, hcl.Diagnostics) {
	var bodies []hcl.Body
	var diags hcl.Diagnostics
	for _, src := range e.params.Spec {
		body, more := parse(src)
		diags = append(diags, more...)
		if body != nil {
			if syntax, ok := body.(*hclsyntax.Body); ok {
				e.budget.Instrument(syntax)
			}
			bodies = append(bodies, body)
		}
	}
	return bodies, diags
}

// finish fills in what stands for the whole evaluation.
func (e *evaluator) finish() {
	for _, src := range e.params.Spec {
		sum := sha256.Sum256(src.Src)
		e.project.Spec = append(e.project.Spec, Read{src.Name, hex.EncodeToString(sum[:])})
	}
	e.project.SpecDigest = SpecDigest(e.params.Spec)
	e.project.VarsDigest = e.varsDigest()
	e.project.Reads = e.reads
	for _, call := range e.asked {
		e.project.Pins = append(e.project.Pins, call.Address)
	}
	e.project.eval = e
	e.project.Links = e.links()
}

// links are the references of a spec and of its components.
func (e *evaluator) links() []Link {
	var out []Link
	for _, n := range e.nodes {
		if n.hidden() {
			continue
		}
		for _, r := range n.refs {
			for _, to := range e.targets(r.node) {
				out = append(out, Link{n.addr, to.addr, r.rng})
			}
		}
	}
	for _, c := range e.children {
		out = append(append(out, c.crossings()...), c.links()...)
	}
	return out
}

// SpecDigest stands for the text of a whole spec, in hex.
func SpecDigest(spec []Source) string {
	all := sha256.New()
	for _, src := range spec {
		fmt.Fprintf(all, "%s\x00%x\n", src.Name, sha256.Sum256(src.Src))
	}
	return hex.EncodeToString(all.Sum(nil))
}

// Funcs is the function table templates are rendered with.
func (p *Project) Funcs() map[string]function.Function { return p.eval.funcs }

// Budget bounds the work and the bytes of this project's evaluation and
// rendering together.
func (p *Project) Budget() *hcllimit.Budget { return p.eval.budget }

// Nodes lists the addresses of everything the spec declares, in order.
func (p *Project) Nodes() []string {
	var out []string
	for n := range p.eval.all() {
		if !n.hidden() {
			out = append(out, n.addr)
		}
	}
	return out
}

// all are the nodes of a spec and of its components.
func (e *evaluator) all() iter.Seq[*node] {
	return func(yield func(*node) bool) {
		for _, n := range e.nodes {
			if !yield(n) {
				return
			}
		}
		for _, c := range e.children {
			for n := range c.all() {
				if !yield(n) {
					return
				}
			}
		}
	}
}

// Sort orders diagnostics by place, the spec's files first, and drops repetitions.
func Sort(diags hcl.Diagnostics, spec []Source) hcl.Diagnostics {
	rank := map[string]int{}
	for i, src := range spec {
		rank[src.Name] = i - len(spec)
	}
	key := func(d *hcl.Diagnostic) (int, string, int) {
		if d.Subject == nil {
			return 1, "", 0
		}
		return rank[d.Subject.Filename], d.Subject.Filename, d.Subject.Start.Byte
	}
	sort.SliceStable(diags, func(i, j int) bool {
		ri, fi, bi := key(diags[i])
		rj, fj, bj := key(diags[j])
		if ri != rj {
			return ri < rj
		}
		if fi != fj {
			return fi < fj
		}
		return bi < bj
	})
	seen := map[string]bool{}
	out := diags[:0:0]
	for _, d := range diags {
		if id := d.Error() + d.Summary; !seen[id] {
			seen[id] = true
			out = append(out, d)
		}
	}
	return out
}

func errorAt(rng hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: rng.Ptr()}
}

// hasSensitive reports whether a value holds a sensitive part.
func hasSensitive(v cty.Value) bool { return v != cty.NilVal && v.ContainsMarked() }
