package planner

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/hcltmpl"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/zclconf/go-cty/cty"
)

// Desired renders a project to the tree it wants. Templates are compiled once;
// faults have the place inside the template.
func Desired(p *hclspec.Project) (*Tree, hcl.Diagnostics) {
	r := &renderer{project: p, templates: map[hclspec.FileID]*compiled{}, scopes: map[hclspec.Scope]map[string]cty.Value{}, known: map[reading][]lockfile.Input{}}
	entries := make([]Entry, 0, len(p.Files)+1)
	var parts []Part
	var cards []*hclspec.File
	for _, f := range p.Files {
		switch {
		case isPart(f.Kind):
			parts = append(parts, r.part(f))
		case f.Card != nil: // made when the other files are known
			cards = append(cards, f)
		default:
			entries = append(entries, r.entry(f))
		}
	}
	for _, f := range cards {
		entries = append(entries, r.card(f, entries))
	}
	r.partFaults(parts, p.Files)
	files := entries
	for _, doc := range p.Readmes() {
		entries = append(entries, r.readme(doc, files))
	}
	if r.diags.HasErrors() {
		return nil, r.diags
	}
	sortEntries(entries)
	sortParts(parts)
	digestAll(entries)
	for _, f := range p.Files {
		r.post(f, entries)
	}
	r.diags = append(r.diags, p.Unread(r.factsRead)...)
	return &Tree{Entries: entries, Parts: parts}, r.diags
}

type renderer struct {
	project   *hclspec.Project
	templates map[hclspec.FileID]*compiled
	scopes    map[hclspec.Scope]map[string]cty.Value // what templates see beside their vars
	known     map[reading][]lockfile.Input           // what templates read, with digests
	factsRead []string                               // the facts that templates read
	diags     hcl.Diagnostics
}

// compiled is a template with the references that may be to facts and inputs.
type compiled struct {
	tmpl *hcltmpl.Template
	refs []hcl.Traversal
}

func (r *renderer) entry(f *hclspec.File) Entry {
	e := Entry{
		Path: f.Path, Address: f.Address, Kind: f.Kind, Mode: f.Mode, Ownership: f.Ownership,
		PreventDestroy: f.PreventDestroy, Inputs: lockInputs(f.Inputs), Range: rangeOf(f.Range),
	}
	switch {
	case f.HasContent:
		e.Content = []byte(f.Content)
	case f.Source != "":
		e.Content = r.read(f, f.Source)
	default:
		e.Content = r.template(f, &e)
	}
	return e
}

func (r *renderer) read(f *hclspec.File, name string) []byte {
	data, err := f.Scope().ReadFile(name)
	if err != nil {
		r.fault(f.BodyRange, "Unreadable file", blame(err.Error()+".", f.UsedBy()))
	}
	return data
}

func (r *renderer) fault(rng hcl.Range, summary, detail string) {
	r.diags = append(r.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: rng.Ptr()})
}

// blame adds in brackets who uses the component that a fault lies in.
func blame(detail, used string) string {
	if used == "" {
		return detail
	}
	return detail + " (" + used + ")"
}

func (r *renderer) template(f *hclspec.File, e *Entry) []byte {
	c := r.compile(f)
	if c == nil {
		return nil
	}
	read, ok := r.reads(f, c)
	if !ok {
		return nil
	}
	if len(read) > 0 {
		e.Inputs = mergeInputs(e.Inputs, read)
	}
	ctx := &hcl.EvalContext{Variables: r.seen(f.Scope()), Functions: f.Scope().Funcs()}
	if f.Vars != cty.NilVal {
		plain, marks := f.Vars.Unmark()
		vars := plain.AsValueMap()
		if len(marks) > 0 {
			for name, v := range vars {
				vars[name] = v.WithMarks(marks)
			}
		}
		inner := ctx.NewChild()
		inner.Variables, inner.Functions = vars, ctx.Functions
		ctx = inner
	}
	out, marks, diags := c.tmpl.Render(ctx)
	r.diags = append(r.diags, caused(diags, f)...)
	if len(marks) > 0 {
		r.fault(f.BodyRange, "Sensitive value", blame(fmt.Sprintf("The template %s would write a sensitive value into %s, which is committed and shown in plans. Let the program read the secret at run time instead.", f.Template, f.Path), f.UsedBy()))
	}
	return out
}

// caused adds to a fault inside a template which line of the spec asked for it. A
// used up budget is one diagnostic, which every later template gives again.
func caused(diags hcl.Diagnostics, f *hclspec.File) hcl.Diagnostics {
	for _, d := range diags {
		if strings.Contains(d.Detail, " renders it at ") {
			continue
		}
		by := fmt.Sprintf("%s renders it at %s:%d. %s", f.Address, f.BodyRange.Filename, f.BodyRange.Start.Line, f.UsedBy())
		d.Detail += " (" + strings.TrimSuffix(by, " ") + ")"
	}
	return diags
}

func (r *renderer) compile(f *hclspec.File) *compiled {
	id := f.Scope().ID(f.Template)
	if c, ok := r.templates[id]; ok {
		return c
	}
	r.templates[id] = nil
	before := len(r.diags)
	src := r.read(f, f.Template)
	if len(r.diags) > before {
		return nil
	}
	tmpl, diags := hcltmpl.Compile(f.Scope().Name(f.Template), src, r.project.Budget())
	r.diags = append(r.diags, caused(diags, f)...)
	if diags.HasErrors() {
		return nil
	}
	c := &compiled{tmpl: tmpl, refs: tmpl.Variables()}
	r.templates[id] = c
	return c
}

// reading is a template in a scope.
type reading struct {
	scope hclspec.Scope
	tmpl  *compiled
}

// reads are the facts and inputs that a file's template names. A fact that the
// component may not read is a fault.
func (r *renderer) reads(f *hclspec.File, c *compiled) ([]lockfile.Input, bool) {
	refs := unshadowed(f, c.refs)
	if len(refs) == 0 {
		return nil, true
	}
	key := reading{f.Scope(), c}
	if known, ok := r.known[key]; ok && len(refs) == len(c.refs) {
		return known, true
	}
	found := map[string]string{}
	before := len(r.diags)
	for _, trav := range refs {
		name, digest, fault := f.Scope().Input(trav)
		if fault != nil {
			r.diags = append(r.diags, caused(hcl.Diagnostics{fault}, f)...)
		} else if name != "" {
			found[name] = digest
			r.factsRead = append(r.factsRead, name)
		}
	}
	var out []lockfile.Input
	for _, name := range slices.Sorted(maps.Keys(found)) {
		out = append(out, lockfile.Input{Name: name, Digest: found[name]})
	}
	if len(r.diags) > before {
		return nil, false
	}
	if len(refs) == len(c.refs) {
		r.known[key] = out
	}
	return out, true
}

// unshadowed leaves out the references to what a file gives its template by the name
// of a fact.
func unshadowed(f *hclspec.File, refs []hcl.Traversal) []hcl.Traversal {
	if f.Vars == cty.NilVal {
		return refs
	}
	plain, _ := f.Vars.Unmark()
	var out []hcl.Traversal
	for _, trav := range refs {
		if !gives(plain, trav.RootName()) {
			out = append(out, trav)
		}
	}
	return out
}

// gives reports whether an object or a map has a name.
func gives(v cty.Value, name string) bool {
	if v.Type().IsObjectType() {
		return v.Type().HasAttribute(name)
	}
	return v.HasIndex(cty.StringVal(name)).True()
}

// seen is what the templates of a scope see beside their vars.
func (r *renderer) seen(s hclspec.Scope) map[string]cty.Value {
	vars, ok := r.scopes[s]
	if !ok {
		vars = s.Variables()
		r.scopes[s] = vars
	}
	return vars
}

func mergeInputs(a, b []lockfile.Input) []lockfile.Input {
	all := map[string]string{}
	for _, in := range append(slices.Clone(a), b...) {
		all[in.Name] = in.Digest
	}
	out := make([]lockfile.Input, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, lockfile.Input{Name: name, Digest: all[name]})
	}
	return out
}

// digestAll hashes every entry, on every processor.
func digestAll(entries []Entry) {
	eachOf(len(entries), func(i int) {
		e := &entries[i]
		e.Rendered = RenderedDigest(e.Content)
		e.Digest = e.Rendered
		if lf := lfForm(e.Content); len(lf) != len(e.Content) {
			e.Digest = Digest(e.Content)
		}
	})
}

// eachOf calls f for 0..n-1 from as many goroutines as there are processors.
func eachOf(n int, f func(i int)) {
	inParts(n, func(from, to int) {
		for i := from; i < to; i++ {
			f(i)
		}
	})
}

// inParts cuts 0..n-1 into one run a processor and calls f for each at once.
func inParts(n int, f func(from, to int)) {
	workers := min(runtime.GOMAXPROCS(0), 1+n/64)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { f(w*n/workers, (w+1)*n/workers) })
	}
	wg.Wait()
}

// post checks the postconditions of one file on its rendered bytes.
func (r *renderer) post(f *hclspec.File, entries []Entry) {
	if len(f.Post) == 0 {
		return
	}
	if f.Region != nil {
		for j := range f.Post {
			r.diags = append(r.diags, f.Post[j].Check(string(f.Path), "", f.Content)...)
		}
		return
	}
	i, ok := slices.BinarySearchFunc(entries, string(f.Path), func(e Entry, p string) int {
		return strings.Compare(string(e.Path), p)
	})
	if !ok {
		return
	}
	for j := range f.Post {
		r.diags = append(r.diags, f.Post[j].Check(string(f.Path), f.Mode, string(entries[i].Content))...)
	}
}
