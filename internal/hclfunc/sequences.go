package hclfunc

import (
	"errors"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// concatFunc returns a list if all arguments are lists of types that agree, a
// tuple otherwise.
func concatFunc(e env) function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "lists", Type: cty.DynamicPseudoType, AllowMarked: true},
		Type:     function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if len(args) == 0 {
				return cty.NilVal, errors.New("at least one argument is required")
			}
			lists := make([]cty.Type, 0, len(args))
			for i, v := range args {
				ty := v.Type()
				if !ty.IsListType() && !ty.IsTupleType() {
					return cty.NilVal, function.NewArgErrorf(i, "all arguments must be lists or tuples; got %s", ty.FriendlyName())
				}
				if ty.IsListType() {
					lists = append(lists, ty)
				}
			}
			if len(lists) == len(args) {
				ty, err := unify(e.budget, lists)
				if err != nil {
					return cty.NilVal, err
				}
				if ty != cty.NilType {
					return concatLists(args, ty)
				}
			}
			vals, marks := elements(args)
			return cty.TupleVal(vals).WithMarks(marks...), nil
		},
	})
}

func concatLists(args []cty.Value, ty cty.Type) (cty.Value, error) {
	lists := make([]cty.Value, len(args))
	for i, v := range args {
		list, err := convert.Convert(v, ty)
		if err != nil {
			return cty.NilVal, function.NewArgError(i, err)
		}
		lists[i] = list
	}
	vals, marks := elements(lists)
	if len(vals) == 0 {
		return cty.ListValEmpty(ty.ElementType()).WithMarks(marks...), nil
	}
	return cty.ListVal(vals).WithMarks(marks...), nil
}

// elements returns the elements of sequences and the marks of the sequences.
func elements(seqs []cty.Value) ([]cty.Value, []cty.ValueMarks) {
	var vals []cty.Value
	var all []cty.ValueMarks
	for _, seq := range seqs {
		seq, marks := seq.Unmark()
		all = append(all, marks)
		vals = append(vals, seq.AsValueSlice()...)
	}
	return vals, all
}

// distinctFunc compares only values of one hash with each other.
func distinctFunc(e env) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.List(cty.DynamicPseudoType)}},
		Type:   func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
		Impl: func(args []cty.Value, ret cty.Type) (cty.Value, error) {
			if !args[0].IsWhollyKnown() {
				return cty.UnknownVal(ret), nil
			}
			var out []cty.Value
			seen := map[int][]cty.Value{}
			for it := args[0].ElementIterator(); it.Next(); {
				_, v := it.Element()
				h := v.Hash()
				if err := e.budget.Steps(int64(len(seen[h]))); err != nil {
					return cty.NilVal, err
				}
				if !slices.ContainsFunc(seen[h], func(w cty.Value) bool { return v.Equals(w).True() }) {
					seen[h] = append(seen[h], v)
					out = append(out, v)
				}
			}
			if len(out) == 0 {
				return cty.ListValEmpty(ret.ElementType()), nil
			}
			return cty.ListVal(out), nil
		},
	})
}

func matchKeysFunc() function.Function {
	list := cty.List(cty.DynamicPseudoType)
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "values", Type: list}, {Name: "keys", Type: list}, {Name: "searchset", Type: list}},
		Type: func(args []cty.Value) (cty.Type, error) {
			if ty, _ := convert.UnifyUnsafe([]cty.Type{args[1].Type(), args[2].Type()}); ty == cty.NilType {
				return cty.NilType, errors.New("keys and searchset must be of the same type")
			}
			return args[0].Type(), nil
		},
		Impl: func(args []cty.Value, ret cty.Type) (cty.Value, error) {
			if args[0].LengthInt() != args[1].LengthInt() {
				return cty.NilVal, errors.New("length of keys and values should be equal")
			}
			if !args[1].IsWhollyKnown() || !args[2].IsWhollyKnown() {
				return cty.UnknownVal(ret), nil
			}
			ty, _ := convert.UnifyUnsafe([]cty.Type{args[1].Type(), args[2].Type()})
			keys, err := convert.Convert(args[1], ty)
			if err != nil {
				return cty.NilVal, function.NewArgError(1, err)
			}
			search, err := convert.Convert(args[2], ty)
			if err != nil {
				return cty.NilVal, function.NewArgError(2, err)
			}
			return matching(args[0], keys.AsValueSlice(), search.AsValueSlice()), nil
		},
	})
}

func matching(values cty.Value, keys, search []cty.Value) cty.Value {
	var out []cty.Value
	for i, v := range values.AsValueSlice() {
		if slices.ContainsFunc(search, func(w cty.Value) bool { return keys[i].Equals(w).True() }) {
			out = append(out, v)
		}
	}
	if len(out) == 0 {
		return cty.ListValEmpty(values.Type().ElementType())
	}
	return cty.ListVal(out)
}

func oneFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType, AllowMarked: true}},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v, marks := args[0].Unmark()
			if !isSequence(v) {
				return cty.NilVal, function.NewArgErrorf(0, "must be a list, set, or tuple value with either zero or one elements")
			}
			if !v.Length().IsKnown() {
				return cty.DynamicVal.WithMarks(marks), nil
			}
			switch elems := v.AsValueSlice(); len(elems) {
			case 0:
				ety := cty.DynamicPseudoType
				if v.Type().IsCollectionType() {
					ety = v.Type().ElementType()
				}
				return cty.NullVal(ety).WithMarks(marks), nil
			case 1:
				return elems[0].WithMarks(marks), nil
			default:
				return cty.NilVal, function.NewArgErrorf(0, "must be a list, set, or tuple value with either zero or one elements")
			}
		},
	})
}

// setProductFunc turns tuples into lists first, because cty would compare all
// their elements' types.
func setProductFunc(e env) function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "sets", Type: cty.DynamicPseudoType, AllowMarked: true, AllowUnknown: true},
		Type:     function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			sets := slices.Clone(args)
			for i, v := range args {
				if !v.Type().IsTupleType() || v.Type().Length() == 0 {
					continue
				}
				list, err := convertTo(e.budget, v, cty.List(cty.DynamicPseudoType))
				if err != nil {
					return cty.NilVal, argError(i, err)
				}
				sets[i] = list
			}
			return stdlib.SetProductFunc.Call(sets)
		},
	})
}

func sumFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyParam("list")},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !isSequence(args[0]) {
				return cty.NilVal, function.NewArgErrorf(0, "argument must be list, set, or tuple of number values")
			}
			if !args[0].IsWhollyKnown() {
				return cty.UnknownVal(cty.Number), nil
			}
			elems := args[0].AsValueSlice()
			if len(elems) == 0 {
				return cty.NilVal, function.NewArgErrorf(0, "cannot sum an empty list")
			}
			sum := cty.Zero
			for _, v := range elems {
				n, err := convertTo(nil, v, cty.Number)
				if err != nil || n.IsNull() {
					return cty.NilVal, function.NewArgErrorf(0, "argument must be list, set, or tuple of number values")
				}
				if sum, err = stdlib.Add(sum, n); err != nil {
					return cty.NilVal, err
				}
			}
			return sum, nil
		},
	})
}

func transposeFunc() function.Function {
	ty := cty.Map(cty.List(cty.String))
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "map", Type: ty}},
		Type:   function.StaticReturnType(ty),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !args[0].IsWhollyKnown() {
				return cty.UnknownVal(ty), nil
			}
			out := map[string][]cty.Value{}
			for it := args[0].ElementIterator(); it.Next(); {
				key, list := it.Element()
				if list.IsNull() {
					return cty.NilVal, function.NewArgErrorf(0, "a null list cannot be transposed")
				}
				for _, v := range list.AsValueSlice() {
					if v.IsNull() {
						return cty.NilVal, function.NewArgErrorf(0, "input must not contain null string")
					}
					out[v.AsString()] = append(out[v.AsString()], key)
				}
			}
			if len(out) == 0 {
				return cty.MapValEmpty(ty.ElementType()), nil
			}
			vals := make(map[string]cty.Value, len(out))
			for k, keys := range out {
				vals[k] = cty.ListVal(keys)
			}
			return cty.MapVal(vals), nil
		},
	})
}
