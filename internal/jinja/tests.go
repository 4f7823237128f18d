package jinja

import (
	"slices"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// builtinTests are Jinja's tests by name.
func builtinTests() map[string]Function {
	ts := map[string]Function{
		"odd":         bound("test_odd(value)", modTest(2, 1)),
		"even":        bound("test_even(value)", modTest(2, 0)),
		"divisibleby": bound("test_divisibleby(value, num)", divisibleBy),
		"filter":      bound("test_filter(environment, value)", func(c *Context, a []pyvalue.Value) (pyvalue.Value, error) { return c.has(c.run.env.filters, a[0]) }),
		"test":        bound("test_test(environment, value)", func(c *Context, a []pyvalue.Value) (pyvalue.Value, error) { return c.has(c.run.env.tests, a[0]) }),
		"lower":       bound("test_lower(value)", textTest("islower")),
		"upper":       bound("test_upper(value)", textTest("isupper")),
		"sequence":    bound("test_sequence(value)", isSequence),
		"iterable":    bound("test_iterable(value)", isIterable),
		"sameas": bound("test_sameas(value, other)", func(_ *Context, a []pyvalue.Value) (pyvalue.Value, error) {
			return pyvalue.Bool(pyvalue.Identical(a[0], a[1])), nil
		}),
		"in": bound("test_in(value, seq)", testIn),
		"callable": builtin("callable", func(_ *pyvalue.Budget, v pyvalue.Value) (pyvalue.Value, error) {
			return pyvalue.Bool(pyvalue.IsCallable(v)), nil
		}),
	}
	for name, is := range typeTests() {
		ts[name] = bound("test_"+name+"(value)", func(_ *Context, a []pyvalue.Value) (pyvalue.Value, error) { return pyvalue.Bool(is(a[0])), nil })
	}
	for op, names := range map[pyvalue.Op][]string{
		pyvalue.OpEq: {"eq", "==", "equalto"}, pyvalue.OpNe: {"ne", "!="}, pyvalue.OpGt: {"gt", ">", "greaterthan"},
		pyvalue.OpGe: {"ge", ">="}, pyvalue.OpLt: {"lt", "<", "lessthan"}, pyvalue.OpLe: {"le", "<="},
	} {
		for _, name := range names {
			ts[name] = compareTest(names[0], op)
		}
	}
	return ts
}

// typeTests are the tests of what a value is.
func typeTests() map[string]func(v pyvalue.Value) bool {
	return map[string]func(v pyvalue.Value) bool{
		"defined":   func(v pyvalue.Value) bool { return !IsUndefined(v) },
		"undefined": IsUndefined,
		"none":      func(v pyvalue.Value) bool { return v == pyvalue.None{} },
		"boolean":   func(v pyvalue.Value) bool { _, ok := v.(pyvalue.Bool); return ok },
		"false":     func(v pyvalue.Value) bool { return v == pyvalue.Bool(false) },
		"true":      func(v pyvalue.Value) bool { return v == pyvalue.Bool(true) },
		"integer": func(v pyvalue.Value) bool {
			_, isBool := v.(pyvalue.Bool)
			_, isInt := pyvalue.BigOf(v)
			return isInt && !isBool
		},
		"float":   func(v pyvalue.Value) bool { _, ok := v.(pyvalue.Float); return ok },
		"string":  func(v pyvalue.Value) bool { _, ok := pyvalue.TextOf(v); return ok },
		"mapping": func(v pyvalue.Value) bool { _, ok := v.(*pyvalue.Dict); return ok },
		"number": func(v pyvalue.Value) bool {
			_, isFloat := v.(pyvalue.Float)
			_, isInt := pyvalue.BigOf(v)
			return isInt || isFloat
		},
		"escaped": hasHTML,
	}
}

func modTest(n, want int) boundFn {
	return func(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
		return c.remainder(a[0], pyvalue.Int(n), pyvalue.Int(want))
	}
}

func divisibleBy(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	return c.remainder(a[0], a[1], pyvalue.Int(0))
}

// remainder is v % n == want.
func (c *Context) remainder(v, n, want pyvalue.Value) (pyvalue.Value, error) {
	rest, err := pyvalue.Binary(c.run.budget, pyvalue.OpMod, v, n)
	if err != nil {
		return nil, err
	}
	same, err := pyvalue.Equal(c.run.budget, rest, want)
	return pyvalue.Bool(same), err
}

func (c *Context) has(all map[string]Function, name pyvalue.Value) (pyvalue.Value, error) {
	if err := pyvalue.Hashable(c.run.budget, name); err != nil {
		return nil, err
	}
	text, ok := pyvalue.TextOf(name)
	_, found := all[text]
	return pyvalue.Bool(ok && found), nil
}

func textTest(method string) boundFn {
	return func(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
		s, err := pyvalue.Str(c.run.budget, a[0])
		if err != nil {
			return nil, err
		}
		return c.method(pyvalue.String(s), method)
	}
}

func isSequence(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	if u, ok := a[0].(*undefined); ok {
		return pyvalue.Bool(u.kind != Strict), nil
	}
	if _, err := pyvalue.Len(c.run.budget, a[0]); err != nil {
		return pyvalue.Bool(false), nil
	}
	unindexed := []string{"dict_keys", "dict_values", "dict_items", "set", "frozenset", "LoopContext"}
	return pyvalue.Bool(!slices.Contains(unindexed, a[0].TypeName())), nil
}

func isIterable(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	_, err := pyvalue.Iterate(c.run.budget, a[0])
	if pyvalue.IsRaised(err, "TypeError") {
		return pyvalue.Bool(false), nil
	}
	return pyvalue.Bool(true), err
}

func testIn(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	in, err := pyvalue.Contains(c.run.budget, a[1], a[0])
	return pyvalue.Bool(in), err
}

func compareTest(name string, op pyvalue.Op) Function {
	return func(c *Context, args pyvalue.Args) (pyvalue.Value, error) {
		if len(args.Kw) > 0 {
			return nil, typeError("_operator.%s() takes no keyword arguments", name)
		}
		if len(args.Pos) != 2 {
			return nil, typeError("%s expected 2 arguments, got %d", name, len(args.Pos))
		}
		yes, err := pyvalue.Compare(c.run.budget, op, args.Pos[0], args.Pos[1])
		return pyvalue.Bool(yes), err
	}
}
