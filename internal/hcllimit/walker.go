package hcllimit

import "github.com/zclconf/go-cty/cty"

// maxBits bounds the binary exponent of numbers: 10^600 and its inverse are
// inside.
const maxBits = 2_048

// walker measures a value. Values share structure, so a few names can make one
// that takes for ever to walk: it stops at limit.
type walker struct {
	limit, n int64
	huge     bool
}

func (w *walker) done() bool { return w.n > w.limit || w.huge }

func (w *walker) value(v cty.Value) {
	w.n++
	v, _ = v.Unmark()
	if !v.IsKnown() || v.IsNull() {
		w.typ(v.Type())
		return
	}
	ty := v.Type()
	switch {
	case ty == cty.Number:
		w.huge = w.huge || bits(v) > maxBits
	case ty.IsCollectionType() && (ty.ElementType() == cty.String || ty.ElementType() == cty.Bool):
		w.n += int64(v.LengthInt()) / 8 // no need to visit these
	case v.CanIterateElements():
		for it := v.ElementIterator(); it.Next() && !w.done(); {
			_, e := it.Element()
			w.value(e)
		}
	}
}

// typ measures a type: that of a null or unknown value can be as large as the
// value it stands for.
func (w *walker) typ(ty cty.Type) {
	w.n++
	switch {
	case w.done():
	case ty.IsCollectionType():
		w.typ(ty.ElementType())
	case ty.IsTupleType():
		for _, ety := range ty.TupleElementTypes() {
			w.typ(ety)
		}
	case ty.IsObjectType():
		for _, aty := range ty.AttributeTypes() {
			w.typ(aty)
		}
	}
}

// bits is the distance of a number's binary exponent from zero.
func bits(v cty.Value) int64 {
	exp := int64(v.AsBigFloat().MantExp(nil))
	return max(exp, -exp)
}
