package jinja

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// param is a parameter of a Python function.
type param struct {
	name     string
	optional bool
	hidden   bool // given by Jinja itself; it counts in messages only
}

// params reads a signature: names with commas, "name=" for an optional one,
// and eval_ctx, environment, context and self for what Jinja gives.
func params(signature string) []param {
	var ps []param
	for name := range strings.SplitSeq(signature, ", ") {
		p := param{name: name}
		p.name, p.optional = strings.CutSuffix(name, "=")
		p.hidden = slices.Contains([]string{"eval_ctx", "environment", "context", "self"}, name)
		ps = append(ps, p)
	}
	return ps
}

// boundFn is a function of bound arguments; what was not given is nil.
type boundFn func(c *Context, a []pyvalue.Value) (pyvalue.Value, error)

// bound makes a Function of a Python signature, "name(a, b=)".
func bound(signature string, fn boundFn) Function {
	name, list, _ := strings.Cut(strings.TrimSuffix(signature, ")"), "(")
	ps := params(list)
	return func(c *Context, args pyvalue.Args) (pyvalue.Value, error) {
		vals, err := bind(name, ps, args)
		if err != nil {
			return nil, err
		}
		return fn(c, vals)
	}
}

// bind gives arguments to the parameters that are not hidden, with CPython's
// messages.
func bind(name string, ps []param, args pyvalue.Args) ([]pyvalue.Value, error) {
	hidden := 0
	for hidden < len(ps) && ps[hidden].hidden {
		hidden++
	}
	open := ps[hidden:]
	vals := make([]pyvalue.Value, len(open))
	if len(args.Pos) > len(open) {
		return nil, tooMany(name, ps, len(args.Pos)+hidden)
	}
	copy(vals, args.Pos)
	for _, kw := range args.Kw {
		i := slices.IndexFunc(open, func(p param) bool { return p.name == kw.Name })
		if i < 0 {
			return nil, typeError("%s() got an unexpected keyword argument %s", name, repr(kw.Name))
		}
		if vals[i] != nil {
			return nil, typeError("%s() got multiple values for argument %s", name, repr(kw.Name))
		}
		vals[i] = kw.Value
	}
	var missing []string
	for i, p := range open {
		if vals[i] == nil && !p.optional {
			missing = append(missing, repr(p.name))
		}
	}
	if len(missing) > 0 {
		return nil, tooFew(name, missing)
	}
	return vals, nil
}

func tooMany(name string, ps []param, given int) error {
	least := 0
	for _, p := range ps {
		if !p.optional {
			least++
		}
	}
	takes := fmt.Sprintf("%d positional argument%s", len(ps), plural(len(ps)))
	if least < len(ps) {
		takes = fmt.Sprintf("from %d to %d positional argument%s", least, len(ps), plural(len(ps)))
	}
	verb := "were"
	if given == 1 {
		verb = "was"
	}
	return typeError("%s() takes %s but %d %s given", name, takes, given, verb)
}

func tooFew(name string, missing []string) error {
	n := len(missing)
	list := missing[0]
	switch {
	case n == 2:
		list = missing[0] + " and " + missing[1]
	case n > 2:
		list = strings.Join(missing[:n-1], ", ") + ", and " + missing[n-1]
	}
	return typeError("%s() missing %d required positional argument%s: %s", name, n, plural(n), list)
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// generator is a Python generator: start runs when the first item is asked
// for, and returns what yields the items.
func generator(start func() (func() (pyvalue.Value, bool, error), error)) pyvalue.Value {
	return pyvalue.NewIter("generator", &generated{start: start})
}

type generated struct {
	start func() (func() (pyvalue.Value, bool, error), error)
	next  func() (pyvalue.Value, bool, error)
	over  bool
}

// Next is the next item; after the end or an error there is none.
func (g *generated) Next() (v pyvalue.Value, ok bool, err error) {
	if g.over {
		return nil, false, nil
	}
	if g.next == nil {
		g.next, err = g.start()
	}
	if err == nil {
		v, ok, err = g.next()
	}
	g.over = err != nil || !ok
	return v, ok, err
}

// intArg is an argument that must be an int.
func intArg(v pyvalue.Value, def int) (int, error) {
	if v == nil {
		return def, nil
	}
	if u, ok := v.(*undefined); ok {
		return 0, typeError("'%s' object cannot be interpreted as an integer", u.TypeName())
	}
	if n, ok := pyvalue.Int64Of(v); ok {
		return int(n), nil
	}
	if _, ok := pyvalue.BigOf(v); ok {
		return 0, pyvalue.Raise("OverflowError", "Python int too large to convert to C ssize_t")
	}
	return 0, typeError("'%s' object cannot be interpreted as an integer", v.TypeName())
}

// boolArg is the truth of an argument.
func (c *Context) boolArg(v pyvalue.Value) (bool, error) {
	if v == nil {
		return false, nil
	}
	return pyvalue.Truth(c.run.budget, v)
}

// given says whether an argument was given and is not None.
func given(v pyvalue.Value) bool {
	_, none := v.(pyvalue.None)
	return v != nil && !none
}

// method calls a method of v, as Python code would.
func (c *Context) method(v pyvalue.Value, name string, args ...pyvalue.Value) (pyvalue.Value, error) {
	f, ok, err := pyvalue.Attr(c.run.budget, v, name)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, pyvalue.Raise("AttributeError", "'%s' object has no attribute '%s'", v.TypeName(), name)
	}
	return pyvalue.Call(c.run.budget, f, pyvalue.Args{Pos: args})
}

// softMethod is a method of soft_str(v).
func (c *Context) softMethod(v pyvalue.Value, name string, args ...pyvalue.Value) (pyvalue.Value, error) {
	s, err := c.soft(v)
	if err != nil {
		return nil, err
	}
	return c.method(s, name, args...)
}
