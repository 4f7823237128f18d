package jinja

import (
	"slices"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

func sequenceFilters() map[string]Function {
	return map[string]Function{
		"batch":   bound("do_batch(value, linecount, fill_with=)", doBatch),
		"slice":   bound("sync_do_slice(value, slices, fill_with=)", doSlice),
		"first":   bound("sync_do_first(environment, seq)", doFirst),
		"last":    bound("do_last(environment, seq)", doLast),
		"random":  bound("do_random(context, seq)", doRandom),
		"list":    bound("sync_do_list(value)", doList),
		"reverse": bound("do_reverse(value)", doReverse),
		"default": bound("do_default(value, default_value=, boolean=)", doDefault),
		"d":       bound("do_default(value, default_value=, boolean=)", doDefault),
		"items":   bound("do_items(value)", doItems),
		"sum":     bound("sync_do_sum(environment, iterable, attribute=, start=)", doSum),
		"unique":  bound("sync_do_unique(environment, value, case_sensitive=, attribute=)", doUnique),
		"min":     bound("do_min(environment, value, case_sensitive=, attribute=)", extreme(pyvalue.OpLt)),
		"max":     bound("do_max(environment, value, case_sensitive=, attribute=)", extreme(pyvalue.OpGt)),
		"sort":    bound("do_sort(environment, value, reverse=, case_sensitive=, attribute=)", doSort),
		"groupby": bound("sync_do_groupby(environment, value, attribute, default=, case_sensitive=)", doGroupby),

		"dictsort": bound("do_dictsort(value, case_sensitive=, by=, reverse=)", doDictsort),
	}
}

type nextFn = func() (pyvalue.Value, bool, error)

func doBatch(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	value, count, with := a[0], a[1], a[2]
	return generator(func() (nextFn, error) {
		it, err := pyvalue.Iterate(c.run.budget, value)
		var row []pyvalue.Value
		return func() (pyvalue.Value, bool, error) {
			for {
				v, ok, err := it.Next()
				if err == nil && ok {
					err = c.run.step()
				}
				if err != nil {
					return nil, false, err
				}
				if !ok {
					break
				}
				full, err := pyvalue.Equal(c.run.budget, pyvalue.Int(len(row)), count)
				if err != nil {
					return nil, false, err
				}
				if full {
					done := row
					row = []pyvalue.Value{v}
					return pyvalue.NewList(done...), true, nil
				}
				row = append(row, v)
			}
			if len(row) == 0 {
				return nil, false, nil
			}
			last, err := c.fill(row, count, with)
			row = nil
			return pyvalue.NewList(last...), true, err
		}, err
	}), nil
}

// fill fills a row up to count.
func (c *Context) fill(row []pyvalue.Value, count, with pyvalue.Value) ([]pyvalue.Value, error) {
	if !given(with) {
		return row, nil
	}
	short, err := pyvalue.Compare(c.run.budget, pyvalue.OpLt, pyvalue.Int(len(row)), count)
	if err != nil || !short {
		return row, err
	}
	n, err := intArg(count, 0)
	if err != nil {
		return nil, typeError("can't multiply sequence by non-int of type '%s'", count.TypeName())
	}
	if err := c.run.budget.Alloc(int64(n-len(row)) * 16); err != nil {
		return nil, err
	}
	for len(row) < n {
		row = append(row, with)
	}
	return row, nil
}

func doSlice(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	return generator(func() (nextFn, error) {
		seq, err := pyvalue.Elements(c.run.budget, a[0])
		if err != nil {
			return nil, err
		}
		if _, err := pyvalue.Binary(c.run.budget, pyvalue.OpFloorDiv, pyvalue.Int(len(seq)), a[1]); err != nil {
			return nil, err
		}
		n, err := intArg(a[1], 0)
		if err != nil {
			return nil, err
		}
		per, extra, offset, i := 0, 0, 0, 0
		if n > 0 {
			per, extra = len(seq)/n, len(seq)%n
		}
		return func() (pyvalue.Value, bool, error) {
			if i >= n {
				return nil, false, nil
			}
			start := offset + i*per
			if i < extra {
				offset++
			}
			part := slices.Clone(seq[start : offset+(i+1)*per])
			if given(a[2]) && i >= extra {
				part = append(part, a[2])
			}
			i++
			return pyvalue.NewList(part...), true, c.run.step()
		}, nil
	}), nil
}

func doFirst(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	it, err := pyvalue.Iterate(c.run.budget, a[0])
	if err != nil {
		return nil, err
	}
	v, ok, err := it.Next()
	if err == nil && !ok {
		return c.newUndefined(undefined{hint: "No first item, sequence was empty."}), nil
	}
	return v, err
}

// reversed is what Python's reversed yields, and its class.
func (c *Context) reversed(v pyvalue.Value) ([]pyvalue.Value, string, error) {
	class := "reversed"
	switch v := v.(type) {
	case *pyvalue.List:
		class = "list_reverseiterator"
	case *pyvalue.Dict:
		class = "dict_reversekeyiterator"
	case pyvalue.Range:
		class = "range_iterator"
	case pyvalue.String, pyvalue.Markup, pyvalue.Bytes, *pyvalue.Tuple, *group:
	case *undefined:
		// It has a length and items by its methods, the latter of which fail.
		if err := v.strictly(); err != nil {
			return nil, "", err
		}
		return nil, class, nil
	default:
		if n := v.TypeName(); n != "dict_keys" && n != "dict_values" && n != "dict_items" {
			return nil, "", typeError("'%s' object is not reversible", n)
		}
		class = "dict_reverse" + v.TypeName()[5:] + "iterator"
	}
	vals, err := pyvalue.Elements(c.run.budget, v)
	if err != nil {
		return nil, "", err
	}
	vals = slices.Clone(vals)
	slices.Reverse(vals)
	return vals, class, nil
}

func doLast(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	if l, ok := a[0].(*pyvalue.List); ok && len(l.Elems) > 0 {
		return l.Elems[len(l.Elems)-1], nil
	}
	vals, _, err := c.reversed(a[0])
	if err != nil {
		return nil, err
	}
	if len(vals) == 0 {
		return c.newUndefined(undefined{hint: "No last item, sequence was empty."}), nil
	}
	return vals[0], nil
}

func doReverse(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	if _, ok := pyvalue.TextOf(a[0]); ok {
		return pyvalue.Index(c.run.budget, a[0], pyvalue.Slice{Start: pyvalue.None{}, Stop: pyvalue.None{}, Step: pyvalue.Int(-1)})
	}
	vals, class, err := c.reversed(a[0])
	if err == nil {
		return pyvalue.NewIter(class, pyvalue.SliceIterator(vals)), nil
	}
	if !pyvalue.IsRaised(err, "TypeError") {
		return nil, err
	}
	if vals, err = pyvalue.Elements(c.run.budget, a[0]); err != nil {
		if pyvalue.IsRaised(err, "TypeError") {
			return nil, raise(classFilterArg, "argument must be iterable")
		}
		return nil, err
	}
	vals = slices.Clone(vals)
	slices.Reverse(vals)
	return pyvalue.NewList(vals...), nil
}

func doRandom(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	n, err := pyvalue.Len(c.run.budget, a[0])
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return c.newUndefined(undefined{hint: "No random item, sequence was empty."}), nil
	}
	if c.run.random == nil {
		return nil, raise(classRuntime, "random needs random numbers, which this render has none of")
	}
	return pyvalue.Index(c.run.budget, a[0], pyvalue.Int(c.run.random.IntN(n)))
}

func doList(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	vals, err := pyvalue.Elements(c.run.budget, a[0])
	if err != nil {
		return nil, err
	}
	return pyvalue.NewList(slices.Clone(vals)...), nil
}

func doDefault(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	def := a[1]
	if def == nil {
		def = pyvalue.String("")
	}
	if IsUndefined(a[0]) {
		return def, nil
	}
	boolean, err := c.boolArg(a[2])
	if err == nil && boolean {
		var yes bool
		if yes, err = pyvalue.Truth(c.run.budget, a[0]); err == nil && !yes {
			return def, nil
		}
	}
	return a[0], err
}

func doItems(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	return generator(func() (nextFn, error) {
		if IsUndefined(a[0]) {
			return pyvalue.SliceIterator(nil).Next, nil
		}
		if _, ok := a[0].(*pyvalue.Dict); !ok {
			return nil, typeError("Can only get item pairs from a mapping.")
		}
		items, err := c.method(a[0], "items")
		if err != nil {
			return nil, err
		}
		it, err := pyvalue.Iterate(c.run.budget, items)
		if err != nil {
			return nil, err
		}
		return it.Next, nil
	}), nil
}

func doSum(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	sum := a[2]
	if sum == nil {
		sum = pyvalue.Int(0)
	}
	get := func(v pyvalue.Value) (pyvalue.Value, error) { return v, nil }
	if given(a[1]) {
		get = c.getter(a[1], getterOpts{})
	}
	it, err := pyvalue.Iterate(c.run.budget, a[0])
	if err != nil {
		return nil, err
	}
	if _, ok := pyvalue.TextOf(sum); ok {
		return nil, typeError("sum() can't sum strings [use ''.join(seq) instead]")
	}
	for {
		v, ok, err := it.Next()
		if err == nil && ok {
			v, err = get(v)
		}
		if err != nil || !ok {
			return sum, err
		}
		if err := c.run.step(); err != nil {
			return nil, err
		}
		if sum, err = pyvalue.Binary(c.run.budget, pyvalue.OpAdd, sum, v); err != nil {
			return nil, err
		}
	}
}

func doUnique(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	return generator(func() (nextFn, error) {
		get, err := c.caseGetter(a[1], a[2])
		if err != nil {
			return nil, err
		}
		it, err := pyvalue.Iterate(c.run.budget, a[0])
		seen := pyvalue.NewDict()
		return func() (pyvalue.Value, bool, error) {
			for {
				v, ok, err := it.Next()
				if err != nil || !ok {
					return nil, false, err
				}
				key, err := get(v)
				if err != nil {
					return nil, false, err
				}
				if _, old, err := seen.Get(c.run.budget, key); err != nil || old {
					if err != nil {
						return nil, false, err
					}
					continue
				}
				if err := seen.Set(c.run.budget, key, pyvalue.None{}); err != nil {
					return nil, false, err
				}
				return v, true, c.run.step()
			}
		}, err
	}), nil
}
