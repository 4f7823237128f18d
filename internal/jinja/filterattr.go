package jinja

import (
	"strings"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// getFn takes a value out of another.
type getFn func(v pyvalue.Value) (pyvalue.Value, error)

type getterOpts struct {
	lower bool          // texts become lower case
	def   pyvalue.Value // for what is undefined, when given
}

// getter is Jinja's make_attrgetter: the attribute may have dots, and numbers
// are indexes.
func (c *Context) getter(attribute pyvalue.Value, o getterOpts) getFn {
	parts := attributeParts(attribute)
	return func(v pyvalue.Value) (pyvalue.Value, error) {
		var err error
		for _, p := range parts {
			if v, err = c.item(v, p); err != nil {
				return nil, err
			}
			if given(o.def) && IsUndefined(v) {
				v = o.def
			}
		}
		if o.lower {
			return c.ignoreCase(v)
		}
		return v, nil
	}
}

func (c *Context) ignoreCase(v pyvalue.Value) (pyvalue.Value, error) {
	if _, ok := pyvalue.TextOf(v); ok {
		return c.method(v, "lower")
	}
	return v, nil
}

func attributeParts(attribute pyvalue.Value) []pyvalue.Value {
	if !given(attribute) {
		return nil
	}
	text, ok := pyvalue.TextOf(attribute)
	if !ok {
		return []pyvalue.Value{attribute}
	}
	var parts []pyvalue.Value
	for part := range strings.SplitSeq(text, ".") {
		if part != "" && strings.Trim(part, "0123456789") == "" {
			if n, err := pyvalue.ParseInt(nil, part, 10); err == nil {
				parts = append(parts, n)
				continue
			}
		}
		parts = append(parts, pyvalue.String(part))
	}
	return parts
}

// caseGetter is a getter for filters with case_sensitive and attribute.
func (c *Context) caseGetter(sensitive, attribute pyvalue.Value) (getFn, error) {
	exact, err := c.boolArg(sensitive)
	return c.getter(attribute, getterOpts{lower: !exact}), err
}

func extreme(op pyvalue.Op) boundFn {
	return func(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
		get, err := c.caseGetter(a[1], a[2])
		if err != nil {
			return nil, err
		}
		it, err := pyvalue.Iterate(c.run.budget, a[0])
		if err != nil {
			return nil, err
		}
		var best, bestKey pyvalue.Value
		for {
			v, ok, err := it.Next()
			if err != nil {
				return nil, err
			}
			if !ok {
				break
			}
			key, err := get(v)
			if err != nil {
				return nil, err
			}
			better := best == nil
			if !better {
				if better, err = pyvalue.Compare(c.run.budget, op, key, bestKey); err != nil {
					return nil, err
				}
			}
			if better {
				best, bestKey = v, key
			}
			if err := c.run.step(); err != nil {
				return nil, err
			}
		}
		if best == nil {
			return c.newUndefined(undefined{hint: "No aggregated item, sequence was empty."}), nil
		}
		return best, nil
	}
}

// sorted are values in the order of their keys.
func (c *Context) sorted(v pyvalue.Value, key getFn, reverse bool) ([]pyvalue.Value, error) {
	elems, err := pyvalue.Elements(c.run.budget, v)
	if err != nil {
		return nil, err
	}
	vals := append([]pyvalue.Value(nil), elems...)
	keys := make([]pyvalue.Value, len(vals))
	for i, v := range vals {
		if keys[i], err = key(v); err != nil {
			return nil, err
		}
	}
	return vals, pyvalue.Sort(c.run.budget, vals, keys, reverse)
}

func doSort(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	var gets []getFn
	attributes := []pyvalue.Value{a[3]}
	if text, ok := pyvalue.TextOf(a[3]); ok && a[3] != nil {
		attributes = nil
		for part := range strings.SplitSeq(text, ",") {
			attributes = append(attributes, pyvalue.String(part))
		}
	}
	for _, attr := range attributes {
		get, err := c.caseGetter(a[2], attr)
		if err != nil {
			return nil, err
		}
		gets = append(gets, get)
	}
	reverse, err := c.boolArg(a[1])
	if err != nil {
		return nil, err
	}
	vals, err := c.sorted(a[0], func(v pyvalue.Value) (pyvalue.Value, error) {
		key := make([]pyvalue.Value, len(gets))
		for i, get := range gets {
			if key[i], err = get(v); err != nil {
				return nil, err
			}
		}
		return pyvalue.NewList(key...), nil
	}, reverse)
	return pyvalue.NewList(vals...), err
}

func doDictsort(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	at := pyvalue.Int(0)
	switch by, _ := pyvalue.TextOf(a[2]); {
	case a[2] == nil || by == "key":
	case by == "value":
		at = 1
	default:
		return nil, raise(classFilterArg, `You can only sort by either "key" or "value"`)
	}
	exact, err := c.boolArg(a[1])
	if err != nil {
		return nil, err
	}
	reverse, err := c.boolArg(a[3])
	if err != nil {
		return nil, err
	}
	items, err := c.method(a[0], "items")
	if err != nil {
		return nil, err
	}
	vals, err := c.sorted(items, func(v pyvalue.Value) (pyvalue.Value, error) {
		key, err := pyvalue.Index(c.run.budget, v, at)
		if err != nil || exact {
			return key, err
		}
		return c.ignoreCase(key)
	}, reverse)
	return pyvalue.NewList(vals...), err
}

func doGroupby(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	exact, err := c.boolArg(a[3])
	if err != nil {
		return nil, err
	}
	key := c.getter(a[1], getterOpts{lower: !exact, def: a[2]})
	vals, err := c.sorted(a[0], key, false)
	if err != nil {
		return nil, err
	}
	output := c.getter(a[1], getterOpts{def: a[2]})
	var groups []pyvalue.Value
	var last pyvalue.Value
	var members *pyvalue.List
	for _, v := range vals {
		k, err := key(v)
		if err != nil {
			return nil, err
		}
		same := false
		if last != nil {
			if same, err = pyvalue.Equal(c.run.budget, last, k); err != nil {
				return nil, err
			}
		}
		if !same {
			last, members = k, pyvalue.NewList()
			shown, err := output(v)
			if err != nil {
				return nil, err
			}
			groups = append(groups, &group{pyvalue.NewTuple(shown, members)})
		}
		members.Elems = append(members.Elems, v)
	}
	return pyvalue.NewList(groups...), nil
}

func attrFilters() map[string]Function {
	return map[string]Function{
		"attr":       bound("do_attr(environment, obj, name)", doAttr),
		"map":        doMap,
		"select":     selecting(false, true),
		"reject":     selecting(false, false),
		"selectattr": selecting(true, true),
		"rejectattr": selecting(true, false),
	}
}

func doAttr(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	name, ok := pyvalue.TextOf(a[1])
	if !ok {
		return nil, typeError("attribute name must be string, not '%s'", a[1].TypeName())
	}
	if u, ok := c.unsafe(a[0], name); ok {
		return u, nil
	}
	v, ok, err := pyvalue.Attr(c.run.budget, a[0], name)
	if err == nil && !ok {
		return c.newUndefined(undefined{obj: a[0], name: a[1]}), nil
	}
	return v, err
}

// mapped is a generator of what get makes of the items of v, those left out
// for which it says so.
func (c *Context) mapped(v pyvalue.Value, prepare func() (func(pyvalue.Value) (pyvalue.Value, bool, error), error)) pyvalue.Value {
	return generator(func() (nextFn, error) {
		yes, err := pyvalue.Truth(c.run.budget, v)
		if err != nil {
			return nil, err
		}
		if !yes {
			return pyvalue.SliceIterator(nil).Next, nil
		}
		get, err := prepare()
		if err != nil {
			return nil, err
		}
		it, err := pyvalue.Iterate(c.run.budget, v)
		return func() (pyvalue.Value, bool, error) {
			for {
				v, ok, err := it.Next()
				if err == nil && ok {
					err = c.run.step()
				}
				if err != nil || !ok {
					return nil, false, err
				}
				if v, ok, err = get(v); err != nil || ok {
					return v, ok, err
				}
			}
		}, err
	})
}

func doMap(c *Context, args pyvalue.Args) (pyvalue.Value, error) {
	if len(args.Pos) == 0 {
		return nil, tooFew("sync_do_map", []string{"'value'"})
	}
	return c.mapped(args.Pos[0], func() (func(pyvalue.Value) (pyvalue.Value, bool, error), error) {
		get, err := c.mapper(args)
		return func(v pyvalue.Value) (pyvalue.Value, bool, error) {
			v, err := get(v)
			return v, err == nil, err
		}, err
	}), nil
}

// mapper is Jinja's prepare_map.
func (c *Context) mapper(args pyvalue.Args) (getFn, error) {
	kw := map[string]pyvalue.Value{}
	for _, k := range args.Kw {
		kw[k.Name] = k.Value
	}
	attribute, ok := kw["attribute"]
	if len(args.Pos) == 1 && ok {
		for _, k := range args.Kw {
			if k.Name != "attribute" && k.Name != "default" {
				return nil, raise(classFilterArg, "Unexpected keyword argument %s", repr(k.Name))
			}
		}
		return c.getter(attribute, getterOpts{def: kw["default"]}), nil
	}
	if len(args.Pos) == 1 {
		return nil, raise(classFilterArg, "map requires a filter argument")
	}
	f, err := c.named(c.run.env.filters, "filter", args.Pos[1])
	if err != nil {
		return func(pyvalue.Value) (pyvalue.Value, error) { return nil, err }, nil
	}
	return func(v pyvalue.Value) (pyvalue.Value, error) {
		pos := append([]pyvalue.Value{v}, args.Pos[2:]...)
		return f(c, pyvalue.Args{Pos: pos, Kw: args.Kw})
	}, nil
}

// named is a filter or test by a name that is a value.
func (c *Context) named(all map[string]Function, what string, name pyvalue.Value) (Function, error) {
	if err := pyvalue.Hashable(c.run.budget, name); err != nil {
		return nil, err
	}
	text, ok := pyvalue.TextOf(name)
	if f := all[text]; ok && f != nil {
		return f, nil
	}
	msg := "No " + what + " named " + nameRepr(name) + "."
	if u, ok := name.(*undefined); ok {
		msg += " (" + u.message() + "; did you forget to quote the callable name?)"
	}
	return nil, raise(classRuntime, "%s", msg)
}

// selecting is select, reject and those of an attribute.
func selecting(attr, keep bool) Function {
	return func(c *Context, args pyvalue.Args) (pyvalue.Value, error) {
		if len(args.Pos) == 0 {
			return nil, tooFew("sync_do_select", []string{"'value'"})
		}
		return c.mapped(args.Pos[0], func() (func(pyvalue.Value) (pyvalue.Value, bool, error), error) {
			test, err := c.selector(args, attr)
			return func(v pyvalue.Value) (pyvalue.Value, bool, error) {
				yes, err := test(v)
				return v, yes == keep && err == nil, err
			}, err
		}), nil
	}
}

// selector is Jinja's prepare_select_or_reject.
func (c *Context) selector(args pyvalue.Args, attr bool) (func(pyvalue.Value) (bool, error), error) {
	pos := args.Pos[1:]
	get := func(v pyvalue.Value) (pyvalue.Value, error) { return v, nil }
	if attr {
		if len(pos) == 0 {
			return nil, raise(classFilterArg, "Missing parameter for attribute name")
		}
		get, pos = c.getter(pos[0], getterOpts{}), pos[1:]
	}
	var test Function
	var missing error
	if len(pos) > 0 {
		test, missing = c.named(c.run.env.tests, "test", pos[0])
	}
	return func(v pyvalue.Value) (bool, error) {
		v, err := get(v)
		if err == nil {
			err = missing
		}
		if err == nil && test != nil {
			v, err = test(c, pyvalue.Args{Pos: append([]pyvalue.Value{v}, pos[1:]...), Kw: args.Kw})
		}
		if err != nil {
			return false, err
		}
		return pyvalue.Truth(c.run.budget, v)
	}, nil
}
