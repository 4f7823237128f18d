package hcllimit

import (
	"math/big"
	"math/bits"

	"github.com/zclconf/go-cty/cty"
)

// maxBits bounds the binary exponent of numbers: 10^600 and its inverse are
// inside.
const maxBits = 2_048

// Prices of visiting a value. Iterating makes a key for each element, and sorts
// those of an object.
const (
	nodeSteps = 2
	keySteps  = 1
)

// walker measures a value. Values share structure, so a few names can make one
// that takes for ever to walk: it stops at limit.
type walker struct {
	limit, n int64
	huge     bool
	each     bool // also elements that have no need of it
	encode   bool // charge for writing them out
}

func (w *walker) done() bool { return w.n > w.limit || w.huge }

func (w *walker) value(v cty.Value) {
	w.n += nodeSteps
	v, _ = v.Unmark()
	if !v.IsKnown() || v.IsNull() {
		w.typ(v.Type())
		return
	}
	ty := v.Type()
	if ty.IsSetType() {
		w.n += SetSteps(v)
	}
	switch {
	case ty == cty.Number:
		w.huge = w.huge || exponent(v) > maxBits
		if w.encode {
			w.n += intSteps
		}
	case w.encode && ty == cty.String:
		w.n += int64(len(v.AsString())) / 128
	case !w.each && ty.IsCollectionType() && (ty.ElementType() == cty.String || ty.ElementType() == cty.Bool):
		w.n += int64(v.LengthInt()) / 8 // no need to visit these
	case v.CanIterateElements():
		if ty.IsObjectType() || ty.IsMapType() {
			w.n += keySteps * int64(v.LengthInt())
		}
		for it := v.ElementIterator(); it.Next() && !w.done(); {
			_, e := it.Element()
			w.value(e)
		}
	}
}

// SetSteps is the price of looking through a set, which sorts its elements, and
// sorts them again the next time. The set is known and not marked.
func SetSteps(v cty.Value) int64 {
	n := int64(v.LengthInt())
	log := int64(bits.Len64(uint64(n)))
	price := int64(4) // elements are compared by all that is in them
	switch v.Type().ElementType() {
	case cty.String, cty.Bool:
		price = 1
	case cty.Number:
		price = 2
	}
	return n * log * log * price / 6
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

// exponent is the distance of a number's binary exponent from zero.
func exponent(v cty.Value) int64 { return exponentOf(v.AsBigFloat()) }

func exponentOf(f *big.Float) int64 {
	exp := int64(f.MantExp(nil))
	return max(exp, -exp)
}
