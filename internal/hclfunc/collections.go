package hclfunc

import (
	"errors"
	"fmt"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func collectionEntries(e env) []entry {
	return []entry{
		{"alltrue", "Tells whether all elements are true; so it is for an empty list.", boolsFunc(false), nil},
		{"anytrue", "Tells whether at least one element is true.", boolsFunc(true), nil},
		{"chunklist", "Splits a list into lists of at most so many elements.", stdlib.ChunklistFunc, builds},
		{"coalesce", "Returns the first argument that is neither null nor an empty string.", coalesceFunc(e), nil},
		{"coalescelist", "Returns the first list that is not empty.", stdlib.CoalesceListFunc, unifyCost},
		{"compact", "Removes null and empty strings from a list.", stdlib.CompactFunc, walks},
		{"concat", "Joins lists to one list.", concatFunc(e), builds},
		{"contains", "Tells whether a list, set or tuple contains a value.", stdlib.ContainsFunc, walks},
		{"distinct", "Removes repeated elements from a list.", distinctFunc(e), builds},
		{"element", "Returns the element at an index, which wraps around.", stdlib.ElementFunc, nil},
		{"flatten", "Replaces lists within a list by their elements, at all levels.", stdlib.FlattenFunc, flattenCost},
		{"index", "Returns the index of a value in a list.", indexFunc(), walks},
		{"keys", "Returns the keys of a map, sorted.", stdlib.KeysFunc, walks},
		{"length", "Counts the elements of a collection or the characters of a string.", lengthFunc(), lengthCost},
		{"lookup", "Returns the element of a map at a key, or else a default.", lookupFunc(), nil},
		{"matchkeys", "Returns the values at whose place another list has one of the wanted keys.", matchKeysFunc(), matchKeysCost},
		{"merge", "Joins maps or objects; later ones win.", stdlib.MergeFunc, builds},
		{"one", "Returns the only element of a list, or null if it is empty.", oneFunc(), nil},
		{"range", "Returns a list of numbers, at most 1024.", stdlib.RangeFunc, func(c *call) error { return c.steps(1_024) }},
		{"reverse", "Returns the elements of a list in reverse order.", stdlib.ReverseListFunc, builds},
		{"setintersection", "Returns the elements that all sets have.", stdlib.SetIntersectionFunc, setCost},
		{"setproduct", "Returns all combinations of the elements of sets.", setProductFunc(e), setProductCost},
		{"setsubtract", "Returns the elements of the first set that the second has not.", stdlib.SetSubtractFunc, setCost},
		{"setunion", "Returns the elements that any of the sets has.", stdlib.SetUnionFunc, setCost},
		{"slice", "Returns the elements from one index up to, but not at, another.", stdlib.SliceFunc, walks},
		{"sort", "Sorts strings by their Unicode code points.", stdlib.SortFunc, func(c *call) error { return c.steps(4 * c.total().nodes) }},
		{"sum", "Adds up numbers.", sumFunc(), walks},
		{"transpose", "Swaps the keys and the elements of a map of lists of strings.", transposeFunc(), walks},
		{"values", "Returns the elements of a map, sorted by key.", stdlib.ValuesFunc, walks},
		{"zipmap", "Makes a map from a list of keys and a list of values.", stdlib.ZipmapFunc, walks},
	}
}

// anyParam is a parameter the function judges itself.
func anyParam(name string) function.Parameter {
	return function.Parameter{Name: name, Type: cty.DynamicPseudoType}
}

func flattenCost(c *call) error {
	return c.steps(mul(c.total().nodes, depth(c.args[0])))
}

// depth counts the levels of nesting of a type.
func depth(v cty.Value) int64 { return typeDepth(v.Type()) }

func typeDepth(ty cty.Type) int64 {
	d := int64(0)
	switch {
	case ty.IsCollectionType():
		d = typeDepth(ty.ElementType())
	case ty.IsTupleType():
		for _, e := range ty.TupleElementTypes() {
			d = max(d, typeDepth(e))
		}
	case ty.IsObjectType():
		for _, e := range ty.AttributeTypes() {
			d = max(d, typeDepth(e))
		}
	}
	return d + 1
}

// unifyCost charges for finding a type all arguments convert to.
func unifyCost(c *call) error {
	for _, v := range c.args[min(1, len(c.args)):] {
		if err := c.steps(hcllimit.UnifySteps(c.args[0].Type(), v.Type())); err != nil {
			return err
		}
	}
	return nil
}

func lengthCost(c *call) error {
	if v, _ := c.args[0].Unmark(); v.Type() == cty.String {
		return c.steps(c.total().text / 8)
	}
	return nil
}

// setCost knows that each argument is joined to a copy of the ones before it,
// which is looked through three times, and that cty compares all their types.
func setCost(c *call) error {
	args := int64(len(c.args))
	n := add(mul(c.total().nodes, args), mul(args, args))
	for _, v := range c.args {
		if v, _ := v.Unmark(); v.Type().IsSetType() && v.IsKnown() && !v.IsNull() {
			n = add(n, mul(3, hcllimit.SetSteps(v)))
		}
	}
	return c.steps(n)
}

func setProductCost(c *call) error {
	n := mul(16, int64(len(c.args)))
	for i := range c.args {
		n = mul(n, c.length(i))
	}
	return c.steps(n)
}

func matchKeysCost(c *call) error {
	return c.steps(add(c.total().nodes, mul(c.sizes[1].nodes, c.sizes[2].nodes)/4))
}

// boolsFunc looks for a deciding element. An unknown one leaves it open.
func boolsFunc(decider bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			ret := cty.BoolVal(!decider)
			for it := args[0].ElementIterator(); it.Next(); {
				_, v := it.Element()
				switch {
				case !v.IsKnown():
					ret = cty.UnknownVal(cty.Bool)
				case v.IsNull():
					if !decider {
						return cty.False, nil
					}
				case v.True() == decider:
					return cty.BoolVal(decider), nil
				}
			}
			return ret, nil
		},
	})
}

func coalesceFunc(e env) function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{
			Name: "values", Type: cty.DynamicPseudoType,
			AllowNull: true, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true,
		},
		Type: function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			types := make([]cty.Type, len(args))
			for i, v := range args {
				types[i] = v.Type()
			}
			ty, err := unify(e.budget, types)
			if err != nil {
				return cty.NilVal, err
			}
			if ty == cty.NilType && len(args) > 0 {
				return cty.NilVal, errors.New("all arguments must have the same type")
			}
			return firstValue(args, ty)
		},
	})
}

// firstValue carries the marks of the arguments it passes over, because they
// decided too.
func firstValue(args []cty.Value, ty cty.Type) (cty.Value, error) {
	var passed []cty.ValueMarks
	for _, arg := range args {
		v, marks := arg.Unmark()
		if !v.IsKnown() {
			return cty.UnknownVal(ty).WithMarks(append(passed, marks)...), nil
		}
		if v.IsNull() || v.Type() == cty.String && v.AsString() == "" {
			passed = append(passed, marks)
			continue
		}
		out, err := convertTo(nil, arg, ty)
		if err != nil {
			return cty.NilVal, err
		}
		return out.WithMarks(passed...), nil
	}
	return cty.NilVal, errors.New("no non-null, non-empty-string arguments")
}

func indexFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyParam("list"), anyParam("value")},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			list := args[0]
			if ty := list.Type(); !ty.IsListType() && !ty.IsTupleType() {
				return cty.NilVal, function.NewArgErrorf(0, "argument must be a list or tuple")
			}
			if list.LengthInt() == 0 {
				return cty.NilVal, function.NewArgErrorf(0, "cannot search an empty list")
			}
			for it := list.ElementIterator(); it.Next(); {
				i, v := it.Element()
				eq := v.Equals(args[1])
				if !eq.IsKnown() {
					return cty.UnknownVal(cty.Number), nil
				}
				if eq.True() {
					return i, nil
				}
			}
			return cty.NilVal, errors.New("item not found")
		},
	})
}

func lengthFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowDynamicType: true, AllowUnknown: true, AllowMarked: true}},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v, marks := args[0].Unmark()
			ty := v.Type()
			switch {
			case ty == cty.DynamicPseudoType:
				return cty.UnknownVal(cty.Number).WithMarks(marks), nil
			case ty == cty.String:
				return stdlib.StrlenFunc.Call(args)
			case ty.IsObjectType():
				return cty.NumberIntVal(int64(len(ty.AttributeTypes()))).WithMarks(marks), nil
			case ty.IsTupleType():
				return cty.NumberIntVal(int64(ty.Length())).WithMarks(marks), nil
			case ty.IsCollectionType():
				return v.Length().WithMarks(marks), nil
			}
			return cty.NilVal, function.NewArgErrorf(0, "argument must be a string, a collection type, or a structural type")
		},
	})
}

// lookupFunc allows the default to be left out.
func lookupFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "map", Type: cty.DynamicPseudoType, AllowMarked: true},
			{Name: "key", Type: cty.String, AllowMarked: true},
		},
		VarParam: &function.Parameter{Name: "default", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true},
		Type:     function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if len(args) > 3 {
				return cty.NilVal, fmt.Errorf("takes two or three arguments, not %d", len(args))
			}
			if found, err := find(args[0], args[1]); err != nil || found != cty.NilVal {
				return found, err
			}
			_, marks := args[0].Unmark()
			key, keyMarks := args[1].Unmark()
			if len(args) < 3 {
				return cty.NilVal, fmt.Errorf("lookup failed to find key %q", key.AsString())
			}
			ret := args[2]
			if ty := args[0].Type(); ty.IsMapType() {
				v, err := convertTo(nil, ret, ty.ElementType())
				if err != nil {
					return cty.NilVal, function.NewArgErrorf(2, "the default value must have the same type as the map elements")
				}
				ret = v
			}
			return ret.WithMarks(marks, keyMarks), nil
		},
	})
}

// find returns the element of a map or object at key, or NilVal.
func find(coll, key cty.Value) (cty.Value, error) {
	coll, marks := coll.Unmark()
	key, keyMarks := key.Unmark()
	ty := coll.Type()
	switch {
	case ty.IsObjectType() && ty.HasAttribute(key.AsString()):
		return coll.GetAttr(key.AsString()).WithMarks(marks, keyMarks), nil
	case ty.IsMapType() && coll.HasIndex(key).True():
		return coll.Index(key).WithMarks(marks, keyMarks), nil
	case ty.IsMapType() || ty.IsObjectType():
		return cty.NilVal, nil
	}
	return cty.NilVal, function.NewArgErrorf(0, "lookup() requires a map as the first argument")
}
