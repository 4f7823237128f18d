package jinja

import (
	"slices"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// argsFn evaluates the arguments of a call.
type argsFn func(s *state, first ...pyvalue.Value) (pyvalue.Args, error)

// arguments compiles arguments; callee is how Python's messages name what is
// called.
func (c *compiler) arguments(a *callArgs, f *frame, callee string) argsFn {
	pos := c.exprs(a.args, f)
	kws := make([]evalFn, len(a.kwargs))
	for i, k := range a.kwargs {
		if slices.ContainsFunc(a.kwargs[:i], func(o keyword) bool { return o.name == k.name }) {
			c.failLate(k.value.at(), "keyword argument repeated: %s", k.name)
		}
		kws[i] = c.expr(k.value, f)
	}
	var dynArgs, dynKws evalFn
	if a.dynArgs != nil {
		dynArgs = c.expr(a.dynArgs, f)
	}
	if a.dynKws != nil {
		dynKws = c.expr(a.dynKws, f)
	}
	return func(s *state, first ...pyvalue.Value) (args pyvalue.Args, err error) {
		args.Pos = append(make([]pyvalue.Value, 0, len(first)+len(pos)), first...)
		for _, p := range pos {
			v, err := p(s)
			if err != nil {
				return args, err
			}
			args.Pos = append(args.Pos, v)
		}
		for i, k := range kws {
			v, err := k(s)
			if err != nil {
				return args, err
			}
			args.Kw = append(args.Kw, pyvalue.Keyword{Name: a.kwargs[i].name, Value: v})
		}
		if dynArgs != nil {
			if err := s.starArgs(&args, dynArgs); err != nil {
				return args, err
			}
		}
		if dynKws != nil {
			err = s.starKwargs(&args, dynKws, callee)
		}
		return args, err
	}
}

func (s *state) starArgs(args *pyvalue.Args, value evalFn) error {
	v, err := value(s)
	if err != nil {
		return err
	}
	more, err := pyvalue.Elements(s.run.budget, v)
	if pyvalue.IsRaised(err, "TypeError") {
		return typeError("Value after * must be an iterable, not %s", v.TypeName())
	}
	args.Pos = append(args.Pos, more...)
	return err
}

func (s *state) starKwargs(args *pyvalue.Args, value evalFn, callee string) error {
	v, err := value(s)
	if err != nil {
		return err
	}
	if u, ok := v.(*undefined); ok {
		return u.fail()
	}
	d, ok := v.(*pyvalue.Dict)
	if !ok {
		return typeError("%s argument after ** must be a mapping, not %s", callee, v.TypeName())
	}
	for k, val := range d.All() {
		name, ok := pyvalue.TextOf(k)
		if !ok {
			return typeError("keywords must be strings")
		}
		if slices.ContainsFunc(args.Kw, func(o pyvalue.Keyword) bool { return o.Name == name }) {
			return typeError("%s got multiple values for keyword argument %s", callee, repr(name))
		}
		args.Kw = append(args.Kw, pyvalue.Keyword{Name: name, Value: val})
	}
	return nil
}

// callWith compiles a call; block is the body of a call block, or nil.
func (c *compiler) callWith(e *callExpr, f *frame, block *macroCode) evalFn {
	fn := c.expr(e.fn, f)
	args := c.arguments(&e.callArgs, f, "jinja2.runtime.Context.call()")
	return func(s *state) (pyvalue.Value, error) {
		callee, err := fn(s)
		if err != nil {
			return nil, err
		}
		a, err := args(s)
		if err != nil {
			return nil, c.t.located(err, e.pos)
		}
		if block != nil {
			a.Kw = append(a.Kw, pyvalue.Keyword{Name: "caller", Value: block.bind(s)})
		}
		if err = s.run.step(); err == nil {
			var v pyvalue.Value
			if v, err = s.ctx.call(callee, a); err == nil {
				return v, nil
			}
		}
		return nil, c.t.located(err, e.pos)
	}
}

func (c *compiler) filter(e *filterExpr, f *frame) evalFn {
	subject := func(s *state) (pyvalue.Value, error) { return s.subject, nil }
	if e.subject != nil {
		subject = c.expr(e.subject, f)
	}
	a := application{at: e.pos, subject: subject, fn: c.lookup(named{"filter", e.name, e.pos}, f)}
	return c.apply(a, c.arguments(&e.callArgs, f, e.name+"()"))
}

func (c *compiler) testCall(e *testExpr, f *frame) evalFn {
	fn := c.lookup(named{"test", e.name, e.pos}, f)
	a := application{at: e.pos, subject: c.expr(e.subject, f), fn: fn}
	return c.apply(a, c.arguments(&e.callArgs, f, e.name+"()"))
}

// named is a filter or test as a template names it.
type named struct {
	what, name string
	at         pos
}

// application is a filter or test on a subject.
type application struct {
	at      pos
	subject evalFn
	fn      Function
}

// lookup finds a filter or test. In what may not be executed, a missing one is
// an error only when it is called.
func (c *compiler) lookup(n named, f *frame) Function {
	all := c.env.filters
	if n.what == "test" {
		all = c.env.tests
	}
	if fn, ok := all[n.name]; ok {
		return fn
	}
	if c.folding {
		return func(*Context, pyvalue.Args) (pyvalue.Value, error) { return nil, errImpossible }
	}
	if !f.soft {
		c.fail(classAssertion, n.at, "No %s named %s.", n.what, repr(n.name))
	}
	return func(*Context, pyvalue.Args) (pyvalue.Value, error) {
		return nil, raise(classRuntime, "No %s named %s found.", n.what, repr(n.name))
	}
}

func (c *compiler) apply(call application, args argsFn) evalFn {
	fn := call.fn
	return func(s *state) (pyvalue.Value, error) {
		v, err := call.subject(s)
		if err != nil {
			return nil, err
		}
		a, err := args(s, v)
		if err == nil {
			err = s.run.step()
		}
		if text, ok := pyvalue.TextOf(v); ok && err == nil { // most go through all of it
			err = s.run.budget.Step(len(text) / 64)
		}
		if err == nil {
			v, err = fn(s.ctx, a)
		}
		if err == nil {
			// What a filter makes may be longer than what it was given.
			text, _ := pyvalue.TextOf(v)
			err = s.run.budget.Alloc(int64(len(text)))
		}
		if err == nil {
			return v, nil
		}
		return nil, c.t.located(err, call.at)
	}
}
