package hclfunc

import (
	"errors"
	"maps"
	"slices"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// Convert is convert.Convert with its cost charged first, for values that meet a
// type outside of functions. The error is an *hcllimit.Excess or cty's.
func Convert(b *hcllimit.Budget, v cty.Value, want cty.Type) (cty.Value, error) {
	return convertTo(b, v, want)
}

// convertTo is convert.Convert with its cost charged first. cty looks for a
// common element type by comparing all elements with each other; here equal
// types are taken together before, which gives the same result.
func convertTo(b *hcllimit.Budget, v cty.Value, want cty.Type) (cty.Value, error) {
	if want == cty.DynamicPseudoType || v.Type().Equals(want) {
		return v, nil
	}
	if want.IsCollectionType() && want.ElementType() == cty.DynamicPseudoType {
		ety, err := commonElement(b, elementTypes(v.Type(), want))
		if err != nil {
			return cty.NilVal, err
		}
		if ety != cty.NilType {
			want = withElement(want, ety)
		}
	}
	if err := checkNumbers(v, want); err != nil {
		return cty.NilVal, err
	}
	if out := elementwise(v, want); out != cty.NilVal {
		return out, nil
	}
	return convert.Convert(v, want)
}

func withElement(coll, ety cty.Type) cty.Type {
	switch {
	case coll.IsListType():
		return cty.List(ety)
	case coll.IsSetType():
		return cty.Set(ety)
	default:
		return cty.Map(ety)
	}
}

// elementTypes returns the types of a structure's elements, in order, if they
// are to become elements of the collection.
func elementTypes(ty, coll cty.Type) []cty.Type {
	switch {
	case ty.IsTupleType() && !coll.IsMapType():
		return ty.TupleElementTypes()
	case ty.IsObjectType() && coll.IsMapType():
		attrs := ty.AttributeTypes()
		etys := make([]cty.Type, 0, len(attrs))
		for _, name := range slices.Sorted(maps.Keys(attrs)) {
			etys = append(etys, attrs[name])
		}
		return etys
	default:
		return nil
	}
}

// commonElement returns the type all elements convert to, or NilType where cty
// has to decide: there are no elements, or nothing is known of their types.
func commonElement(b *hcllimit.Budget, etys []cty.Type) (cty.Type, error) {
	if len(etys) == 0 {
		return cty.NilType, nil
	}
	ety, err := unify(b, etys)
	switch {
	case err != nil:
		return cty.NilType, err
	case ety == cty.NilType:
		return cty.NilType, errors.New("all elements must have the same type")
	case ety == cty.DynamicPseudoType:
		n := int64(len(etys))
		return cty.NilType, b.Steps(mul(n, n) / 32)
	}
	return ety, nil
}

// unify returns the type that all of the given ones convert to, or NilType.
func unify(b *hcllimit.Budget, types []cty.Type) (cty.Type, error) {
	kinds, err := distinctTypes(b, types)
	if err != nil {
		return cty.NilType, err
	}
	if len(kinds) > 1 {
		n := int64(0)
		for _, ty := range kinds {
			n = add(n, typeNodes(ty))
		}
		if err := b.Steps(mul(n, n) / 8); err != nil {
			return cty.NilType, err
		}
	}
	ty, _ := convert.UnifyUnsafe(kinds)
	return ty, nil
}

// distinctTypes returns the types without repetitions, in order.
func distinctTypes(b *hcllimit.Budget, types []cty.Type) ([]cty.Type, error) {
	var kinds []cty.Type
	work := int64(0)
next:
	for i, ty := range types {
		if i > 0 && ty.Equals(types[i-1]) {
			continue
		}
		if work += int64(len(kinds)); work > stride {
			if err := b.Steps(work); err != nil {
				return nil, err
			}
			work = 0
		}
		for _, k := range kinds {
			if k.Equals(ty) {
				continue next
			}
		}
		kinds = append(kinds, ty)
	}
	return kinds, b.Steps(work)
}

func typeNodes(ty cty.Type) int64 {
	n := int64(1)
	switch {
	case ty.IsCollectionType():
		n += typeNodes(ty.ElementType())
	case ty.IsTupleType():
		for _, e := range ty.TupleElementTypes() {
			n += typeNodes(e)
		}
	case ty.IsObjectType():
		for _, e := range ty.AttributeTypes() {
			n += typeNodes(e)
		}
	}
	return n
}

// checkNumbers refuses overlong strings that are to become numbers.
func checkNumbers(v cty.Value, want cty.Type) error {
	if want.IsCollectionType() {
		want = want.ElementType()
	}
	v, _ = v.Unmark()
	if want != cty.Number || !v.IsKnown() || v.IsNull() {
		return nil
	}
	if v.Type() == cty.String {
		return checkNumber(v.AsString())
	}
	if !v.CanIterateElements() {
		return nil
	}
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		e, _ = e.Unmark()
		if e.Type() != cty.String || !e.IsKnown() || e.IsNull() {
			continue
		}
		if err := checkNumber(e.AsString()); err != nil {
			return err
		}
	}
	return nil
}

// checkNumber refuses number texts nobody writes and that take for ever to
// parse.
func checkNumber(s string) error {
	if len(s) > maxDigits {
		return errors.New("a number is required, of at most 4096 digits")
	}
	return nil
}

// toFunc returns tostring and its like. Nested marks stay where they are.
func toFunc(e env, want cty.Type) function.Function {
	explain := stdlib.MakeToFunc(want)
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "v", Type: cty.DynamicPseudoType, AllowNull: true, AllowMarked: true, AllowDynamicType: true}},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v, err := convertTo(e.budget, args[0], want)
			if err == nil {
				return v, nil
			}
			if _, over := errors.AsType[*hcllimit.Excess](err); over {
				return cty.NilVal, err
			}
			from := args[0].Type()
			if from.IsPrimitiveType() {
				return explain.Call(args)
			}
			return cty.NilVal, function.NewArgErrorf(0, "cannot convert %s to %s", from.FriendlyName(), want.FriendlyNameForConstraint())
		},
	})
}
