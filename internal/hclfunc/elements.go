package hclfunc

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// elementwise is convert.Convert to a collection whose element type is known,
// one element after the other: cty compares the types of all elements with each
// other, although they can only be the wanted one. It returns NilVal where cty
// has to decide or to name the fault.
func elementwise(v cty.Value, want cty.Type) cty.Value {
	v, marks := v.Unmark()
	if !v.IsKnown() || v.IsNull() || v.Type().IsSetType() && !v.IsWhollyKnown() || want.HasDynamicTypes() || !feeds(v.Type(), want) || v.LengthInt() == 0 {
		return cty.NilVal
	}
	var out cty.Value
	if want.IsMapType() {
		out = mapElements(v, want)
	} else {
		out = listElements(v, want)
	}
	if out == cty.NilVal {
		return out
	}
	return out.WithMarks(marks)
}

// feeds tells whether values of the type have the elements that a collection of
// the other takes.
func feeds(ty, want cty.Type) bool {
	switch {
	case want.IsMapType():
		return ty.IsMapType() || ty.IsObjectType()
	case want.IsListType() || want.IsSetType():
		return ty.IsListType() || ty.IsSetType() || ty.IsTupleType()
	}
	return false
}

func mapElements(v cty.Value, want cty.Type) cty.Value {
	out := make(map[string]cty.Value, v.LengthInt())
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		if e = element(e, want.ElementType()); e == cty.NilVal {
			return e
		}
		out[k.AsString()] = e
	}
	if !cty.CanMapVal(out) {
		return cty.NilVal
	}
	return cty.MapVal(out)
}

func listElements(v cty.Value, want cty.Type) cty.Value {
	out := make([]cty.Value, 0, v.LengthInt())
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		if e = element(e, want.ElementType()); e == cty.NilVal {
			return e
		}
		out = append(out, e)
	}
	switch {
	case want.IsListType() && cty.CanListVal(out):
		return cty.ListVal(out)
	case want.IsSetType() && cty.CanSetVal(out):
		return cty.SetVal(out)
	}
	return cty.NilVal
}

// element converts one element, or returns NilVal.
func element(v cty.Value, want cty.Type) cty.Value {
	if v.Type().Equals(want) {
		return v
	}
	if want.IsCollectionType() {
		if out := elementwise(v, want); out != cty.NilVal {
			return out
		}
	}
	out, err := convert.Convert(v, want)
	if err != nil {
		return cty.NilVal
	}
	return out
}
