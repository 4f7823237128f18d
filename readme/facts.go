package readme

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/zclconf/go-cty/cty"
)

// Fact is something the project states about itself.
type Fact struct {
	// Kind is "dataset", "stage", "model", "service", "monitor", "environment" or
	// "problem"; Name is its label, empty for the problem.
	Kind, Name string
	// Value is the object that references in the spec see: every attribute has its
	// default or is null, and a path is a plain string.
	Value cty.Value
}

// facts are the project's facts of a kind: stages in the order of the pipeline.
func (p *Project) facts(kind string) []view {
	var out []view
	for _, f := range p.Facts {
		if f.Kind == kind {
			out = append(out, view{f.Value, f.Kind, f.Name})
		}
	}
	return out
}

// theFact is the fact of that kind and name, or one without any attribute.
func (p *Project) theFact(kind, name string) (view, bool) {
	for _, f := range p.facts(kind) {
		if f.name == name {
			return f, true
		}
	}
	return view{}, false
}

// view reads a value of the language. What is null, unknown or of another kind
// than asked for is absent, as it is in the zero view.
type view struct {
	value cty.Value
	// kind and name say whose value it is.
	kind, name string
}

// at is an attribute of an object, or a member of a map.
func (v view) at(name string) view {
	out := view{kind: v.kind, name: v.name}
	w, ok := v.known()
	switch {
	case !ok:
	case w.Type().IsObjectType() && w.Type().HasAttribute(name):
		out.value = w.GetAttr(name)
	case w.Type().IsMapType():
		if key := cty.StringVal(name); w.HasIndex(key).True() {
			out.value = w.Index(key)
		}
	}
	return out
}

func (v view) known() (cty.Value, bool) {
	if v.value == cty.NilVal {
		return cty.NilVal, false
	}
	w, _ := v.value.Unmark()
	return w, w.IsKnown() && !w.IsNull()
}

// text is a string, or "".
func (v view) text() string {
	w, ok := v.known()
	if !ok || w.Type() != cty.String {
		return ""
	}
	return w.AsString()
}

// get is at(name).text().
func (v view) get(name string) string { return v.at(name).text() }

// yes reports whether it is a bool that is true.
func (v view) yes() bool {
	w, ok := v.known()
	return ok && w.Type() == cty.Bool && w.True()
}

// number is the exact decimal of a number, or "".
func (v view) number() string {
	w, ok := v.known()
	if !ok || w.Type() != cty.Number {
		return ""
	}
	return decimalOf(w.AsBigFloat())
}

// decimalOf writes a number of the language. Those are binary with 512 bits, so
// what was written in decimal is the shortest text that is near enough.
func decimalOf(f *big.Float) string {
	if f.IsInf() {
		return strings.ToLower(f.String())
	}
	if e := f.MantExp(nil); e > 200 || e < -200 {
		return f.Text('g', -1)
	}
	return f.Text('f', -1)
}

// items are the elements of a list, tuple or set.
func (v view) items() []view {
	w, ok := v.known()
	if ty := w.Type; !ok || !(ty().IsListType() || ty().IsTupleType() || ty().IsSetType()) {
		return nil
	}
	var out []view
	for _, e := range w.AsValueSlice() {
		out = append(out, view{e, v.kind, v.name})
	}
	return out
}

// texts are the elements of a list that are strings.
func (v view) texts() []string {
	var out []string
	for _, e := range v.items() {
		if s := e.text(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// keys are the names of a map or object, sorted.
func (v view) keys() []string {
	w, ok := v.known()
	if !ok || !(w.Type().IsMapType() || w.Type().IsObjectType()) {
		return nil
	}
	var out []string
	for k := range w.AsValueMap() {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// values are the texts of a map or object, in the order of the keys.
func (v view) values() []string {
	var out []string
	for _, k := range v.keys() {
		if s := v.at(k).text(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// scalar is a bool, number or string as text; a list or object is written as in
// the language.
func (v view) scalar() string {
	w, ok := v.known()
	switch {
	case !ok:
		return ""
	case w.Type() == cty.Bool:
		return map[bool]string{true: "true", false: "false"}[w.True()]
	case w.Type() == cty.Number:
		return v.number()
	case w.Type() == cty.String:
		return w.AsString()
	}
	var parts []string
	for _, e := range v.items() {
		parts = append(parts, e.scalar())
	}
	if w.Type().IsMapType() || w.Type().IsObjectType() {
		for _, k := range v.keys() {
			parts = append(parts, k+": "+v.at(k).scalar())
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// plain is an attribute of a fact on one line, ready for escape. It refuses what
// nobody can see.
func (r *request) plain(v view, attr string) string {
	s := oneLine(v.get(attr))
	if s == "" {
		return ""
	}
	sub := fields{place: v.kind + " " + v.name}
	sub.checkText(attr, s)
	sub.checkLine(attr, s)
	if sub.err != nil {
		sub.err.Field = ""
	}
	r.adopt(&sub)
	return s
}

// brief is the first paragraph of an attribute, on one line.
func (r *request) brief(v view, attr string) string {
	text, _, _ := strings.Cut(strings.TrimSpace(strings.ReplaceAll(v.get(attr), "\r\n", "\n")), "\n\n")
	return r.plain(view{cty.ObjectVal(map[string]cty.Value{attr: cty.StringVal(text)}), v.kind, v.name}, attr)
}

// prose is an attribute of a fact as paragraphs of plain text; blank lines stand
// between them.
func (r *request) prose(v view, attr string) []block {
	var out []block
	for part := range strings.SplitSeq(strings.ReplaceAll(v.get(attr), "\r\n", "\n"), "\n\n") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		one := view{cty.ObjectVal(map[string]cty.Value{attr: cty.StringVal(part)}), v.kind, v.name}
		out = append(out, paragraph(escape(r.plain(one, attr))))
	}
	return out
}

// chosen are the facts of a kind that the section names in an attribute, in that
// order; all of them when it names none.
func (r *request) chosen(kind, attr string) []view {
	names := r.texts(attr)
	if names == nil {
		return r.project.facts(kind)
	}
	var out []view
	for _, n := range names {
		if f, ok := r.named(kind, attr, n); ok {
			out = append(out, f)
		}
	}
	return out
}

// named is the fact of that name; there must be one.
func (r *request) named(kind, attr, name string) (view, bool) {
	f, ok := r.project.theFact(kind, name)
	if !ok {
		r.fail(attr, fmt.Sprintf("The project declares no %s %q", kind, name), near(name, namesOf(r.project.facts(kind)), "Name one that it declares"))
	}
	return f, ok
}

// one is the fact that the section names in an attribute, or the only one of its
// kind. It fails when the section must say which is meant.
func (r *request) one(kind, attr string) (view, bool) {
	all := r.project.facts(kind)
	if name := r.line(attr); name != "" {
		return r.named(kind, attr, name)
	}
	switch len(all) {
	case 0:
		return view{}, false
	case 1:
		return all[0], true
	}
	r.fail(attr, "The project declares more than one "+kind, "Name one in "+attr+": "+listed(namesOf(all)))
	return view{}, false
}

func namesOf(all []view) []string {
	var out []string
	for _, v := range all {
		out = append(out, v.name)
	}
	return out
}

// near is a remedy that names what may have been meant, or else the fix given.
func near(name string, known []string, fix string) string {
	const longest = 64
	if len(name) > longest {
		return fix
	}
	best, limit := "", max(2, len(name)/3)+1
	for _, k := range known[:min(len(known), 500)] {
		if len(k) > 2*longest {
			continue
		}
		if d := levenshtein.Distance(strings.ToLower(name), strings.ToLower(k), nil); d < limit {
			best, limit = k, d
		}
	}
	if best == "" {
		if len(known) > 0 {
			return fix + ": " + listed(known)
		}
		return fix
	}
	return fmt.Sprintf("Did you mean %q", best) + "? " + fix
}

// listed names the first words of many.
func listed(words []string) string {
	const most = 12
	if n := len(words) - most; n > 1 {
		return strings.Join(words[:most], ", ") + fmt.Sprintf(" and %d others", n)
	}
	return strings.Join(words, ", ")
}
