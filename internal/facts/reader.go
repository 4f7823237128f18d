package facts

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/safepath"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

// reader turns one block into its value and gathers its faults.
type reader struct {
	g     Given
	block schema.Block
	// vals has every attribute of the table, of the table's type or null, without
	// unknown or marked parts.
	vals  map[string]cty.Value
	diags hcl.Diagnostics
	hints hints
}

// site is a place in a block: an attribute and the way to an element of it.
type site struct {
	attr string
	path cty.Path
}

func read(g Given, block schema.Block) *reader {
	r := &reader{g: g, block: block, vals: map[string]cty.Value{}}
	for i := range block.Attrs {
		a := &block.Attrs[i]
		r.vals[a.Name] = r.take(a)
	}
	return r
}

// take is the value of an attribute, or null where it is not what was promised.
func (r *reader) take(a *schema.Attr) cty.Value {
	want := a.Type.WithoutOptionalAttributesDeep()
	null := cty.NullVal(want)
	v, ok := r.g.Attrs[a.Name]
	switch {
	case !ok || v == cty.NilVal:
		v = null
	case v.ContainsMarked():
		r.fault(site{attr: a.Name}, "Sensitive value", "The argument "+quote(a.Name)+" reaches files, so it may hold nothing sensitive.")
		return null
	case !v.IsWhollyKnown():
		r.fault(site{attr: a.Name}, "Unknown value", "The argument "+quote(a.Name)+" cannot be known while planning.")
		return null
	}
	if v.IsNull() {
		if a.Required {
			r.fault(site{attr: a.Name}, "Missing required argument", "The argument "+quote(a.Name)+" is required in "+r.self()+": "+a.Doc)
		}
		return null
	}
	if want != cty.DynamicPseudoType && !v.Type().Equals(want) {
		r.fault(site{attr: a.Name}, "Wrong type", "The argument "+quote(a.Name)+" takes a value of another type.")
		return null
	}
	if path, found := nullWithin(v, want, nil); found {
		r.fault(site{a.Name, path}, "Null value", "An element of "+quote(a.Name)+" must have a value, not null. Leave the element out or write a value.")
		return null
	}
	return v
}

// nullWithin finds an element of a collection that is null; attributes of an
// object may be.
func nullWithin(v cty.Value, want cty.Type, path cty.Path) (cty.Path, bool) {
	if v.IsNull() || want.IsPrimitiveType() || !want.IsCollectionType() && !want.IsObjectType() {
		return nil, false
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		var here cty.PathStep = cty.IndexStep{Key: k}
		var inner cty.Type
		switch {
		case !want.IsCollectionType():
			here, inner = cty.GetAttrStep{Name: k.AsString()}, want.AttributeType(k.AsString())
		case e.IsNull():
			return append(path.Copy(), here), true
		default:
			inner = want.ElementType()
		}
		if at, found := nullWithin(e, inner, append(path.Copy(), here)); found {
			return at, true
		}
	}
	return nil, false
}

// checkName sees to it that the fact can be referred to and can name files.
func (r *reader) checkName() {
	const longest = 63
	if len(r.block.Labels) == 0 {
		return
	}
	if !hclsyntax.ValidIdentifier(r.g.Name) || len(r.g.Name) > longest {
		r.diags = append(r.diags, fault(r.g.Range, "Invalid name",
			"The name "+quote(r.g.Name)+" of a "+r.g.Kind+" must begin with a letter and hold only letters, digits, - and _, at most 63 characters."))
	}
}

// self is the block in a sentence.
func (r *reader) self() string {
	if len(r.block.Labels) == 0 {
		return "the " + r.g.Kind + " block"
	}
	return r.g.Kind + " " + quote(r.g.Name)
}

// full reports whether so much is wrong that the rest can wait for the next run.
func (r *reader) full() bool {
	const most = 50
	return len(r.diags) > most
}

func (r *reader) fault(at site, summary, detail string) {
	r.diags = append(r.diags, fault(r.g.at(at), summary, detail))
}

// at is the tightest known range of a site.
func (g *Given) at(s site) hcl.Range {
	rng, written := g.Ranges[s.attr]
	if !written {
		return g.Range
	}
	if g.Locate != nil && len(s.path) > 0 {
		if tight := g.Locate(s.attr, s.path); tight != (hcl.Range{}) {
			return tight
		}
	}
	return rng
}

func key(name string) cty.Path { return cty.Path{cty.IndexStep{Key: cty.StringVal(name)}} }
func nth(i int) cty.Path       { return cty.Path{cty.IndexStep{Key: cty.NumberIntVal(int64(i))}} }

func (r *reader) has(attr string) bool    { return !r.vals[attr].IsNull() }
func (r *reader) text(attr string) string { return text(r.vals[attr]) }

// text is a string's content; "" for anything else.
func text(v cty.Value) string {
	if v == cty.NilVal || v.Type() != cty.String || v.IsNull() || !v.IsKnown() || v.IsMarked() {
		return ""
	}
	return v.AsString()
}

// yes is whether v is a bool that is true.
func yes(v cty.Value) bool {
	return v != cty.NilVal && v.Type() == cty.Bool && !v.IsNull() && v.IsKnown() && !v.IsMarked() && v.True()
}

// number is a number's content, or nil.
func number(v cty.Value) *big.Float {
	if v == cty.NilVal || v.Type() != cty.Number || v.IsNull() || !v.IsKnown() || v.IsMarked() {
		return nil
	}
	return v.AsBigFloat()
}

// digits writes a number for a sentence; a huge one is not written out.
func digits(f *big.Float) string {
	x, _ := f.Float64()
	return strconv.FormatFloat(x, 'g', 10, 64)
}

// field is an attribute of an object; null for anything else.
func field(v cty.Value, name string) cty.Value {
	if v == cty.NilVal || v.IsMarked() || v.IsNull() || !v.IsKnown() || !v.Type().IsObjectType() || !v.Type().HasAttribute(name) {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	return v.GetAttr(name)
}

// items are the elements of a list, tuple or set.
func items(v cty.Value) []cty.Value {
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() || v.IsMarked() {
		return nil
	}
	if ty := v.Type(); !ty.IsListType() && !ty.IsTupleType() && !ty.IsSetType() {
		return nil
	}
	return v.AsValueSlice()
}

func isList(v cty.Value) bool {
	ty := v.Type()
	return !v.IsNull() && (ty.IsListType() || ty.IsTupleType() || ty.IsSetType())
}

// whole faults a number that is no whole one from low to high.
func (r *reader) whole(attr string, low, high int64) {
	r.wholeAt(site{attr: attr}, r.vals[attr], [2]int64{low, high})
}

func (r *reader) wholeAt(at site, v cty.Value, span [2]int64) {
	f := number(v)
	if f == nil {
		return
	}
	if n, acc := f.Int64(); acc != big.Exact || n < span[0] || n > span[1] {
		name := at.attr
		if len(at.path) > 0 {
			name += "." + stepName(at.path)
		}
		r.fault(at, "Number out of range", "The argument "+quote(name)+" takes a whole number from "+
			strconv.FormatInt(span[0], 10)+" to "+strconv.FormatInt(span[1], 10)+", not "+digits(f)+".")
	}
}

func stepName(p cty.Path) string {
	switch s := p[len(p)-1].(type) {
	case cty.GetAttrStep:
		return s.Name
	case cty.IndexStep:
		return text(s.Key)
	}
	return ""
}

// path faults what is no path within the project.
func (r *reader) path(at site, given string) {
	if _, err := safepath.Parse(given); err != nil {
		detail := err.Error()
		if e, ok := err.(*safepath.Error); ok {
			detail = "The path " + quote(e.Path) + " " + e.Rule + ": " + e.Fix + "."
		}
		r.fault(at, "Invalid path", detail)
	}
}

// defaultOf is what the table's own words say holds for an attribute left out.
func defaultOf(a *schema.Attr) cty.Value {
	literal, quoted := strings.CutPrefix(a.Default, "`\"")
	switch want := a.Type; {
	case want == cty.String && a.Default == "empty":
		return cty.StringVal("")
	case want == cty.String && quoted:
		return cty.StringVal(strings.TrimSuffix(literal, "\"`"))
	case want == cty.Bool:
		return cty.BoolVal(a.Default == "true")
	case want == cty.Number:
		if n, err := strconv.ParseInt(a.Default, 10, 64); err == nil {
			return cty.NumberIntVal(n)
		}
	case want.IsListType():
		return cty.ListValEmpty(want.ElementType())
	case want.IsMapType():
		return cty.MapValEmpty(want.ElementType().WithoutOptionalAttributesDeep())
	}
	return cty.NullVal(a.Type.WithoutOptionalAttributesDeep())
}

// object is the value: what was given, the defaults of the table, and more.
func (r *reader) object(more map[string]cty.Value) cty.Value {
	attrs := map[string]cty.Value{"fact": cty.StringVal(r.g.Kind), "name": cty.StringVal(r.g.Name)}
	for i := range r.block.Attrs {
		a := &r.block.Attrs[i]
		attrs[a.Name] = r.vals[a.Name]
		if attrs[a.Name].IsNull() {
			attrs[a.Name] = defaultOf(a)
		}
	}
	for name, v := range more {
		attrs[name] = v
	}
	return cty.ObjectVal(attrs)
}

// nested reads the blocks of one kind.
func (r *reader) nested(kind string) []*reader {
	block, _ := r.block.Block(kind)
	var out []*reader
	for _, g := range r.g.Blocks {
		if g.Kind == kind {
			out = append(out, read(g, *block))
		}
	}
	return out
}

// only is the one block of a kind: a missing one has nothing but nulls.
func (r *reader) only(kind string) *reader {
	if all := r.nested(kind); len(all) > 0 {
		return all[0]
	}
	block, _ := r.block.Block(kind)
	return read(Given{Kind: kind, Range: r.g.Range}, *block)
}
