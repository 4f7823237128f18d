package jinja

import (
	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// expr compiles an expression.
func (c *compiler) expr(e expr, f *frame) evalFn {
	if !c.folding && !c.optimizing && !f.esc.volatile && isOptimized(e) {
		c.checkDicts(e, f)
		c.optimizing = true
		defer func() { c.optimizing = false }()
	}
	if fn := c.folded(e, f); fn != nil {
		return fn
	}
	return c.compileExpr(e, f)
}

func (c *compiler) compileExpr(e expr, f *frame) evalFn {
	if c.folding {
		return c.constExpr(e, f)
	}
	return c.anyExpr(e, f)
}

func (c *compiler) anyExpr(e expr, f *frame) evalFn {
	switch e := e.(type) {
	case *constExpr:
		if isInfinite(e) && !c.folding {
			err := pyvalue.Raise("NameError", "name 'inf' is not defined")
			return func(*state) (pyvalue.Value, error) { return nil, c.t.located(err, e.pos) }
		}
		return func(*state) (pyvalue.Value, error) { return e.value, nil }
	case *nameExpr:
		return c.name(e, f)
	case *attrExpr:
		return c.attr(e, f)
	case *itemExpr:
		return c.item(e, f)
	case *callExpr:
		return c.callWith(e, f, nil)
	case *filterExpr:
		return c.filter(e, f)
	case *testExpr:
		return c.testCall(e, f)
	case *binExpr:
		return c.binary(e, f)
	case *boolExpr:
		return c.boolean(e, f)
	case *unaryExpr:
		return c.unary(e, f)
	case *compareExpr:
		return c.compare(e, f)
	case *condExpr:
		return c.cond(e, f.softly())
	case *concatExpr:
		return c.concat(e, f)
	case *tupleExpr:
		return c.sequence(e.items, f, func(vs []pyvalue.Value) pyvalue.Value { return pyvalue.NewTuple(vs...) })
	case *listExpr:
		return c.sequence(e.items, f, func(vs []pyvalue.Value) pyvalue.Value { return pyvalue.NewList(vs...) })
	case *dictExpr:
		return c.dict(e, f)
	case *safeExpr:
		return c.safe(e, f)
	case *tagExpr:
		return c.tag(e, f)
	}
	if sl, ok := e.(*sliceExpr); ok && c.folding {
		return c.slice(sl, f)
	}
	// A slice inside a tuple, and what the grammar does not let through.
	c.failLate(e.at(), "invalid syntax")
	return func(*state) (pyvalue.Value, error) { return pyvalue.None{}, nil }
}

func (c *compiler) name(e *nameExpr, f *frame) evalFn {
	v := c.ref(f, e.name, e.pos)
	get := f.getter(v)
	op, ok := f.symbols.findLoad(v)
	unset := len(c.params) > 0 && c.params[len(c.params)-1][v]
	if ok && op.kind == loadParam && !unset {
		return func(s *state) (pyvalue.Value, error) {
			if val := get(s); val != nil {
				return val, nil
			}
			return pyvalue.None{}, nil
		}
	}
	return func(s *state) (pyvalue.Value, error) {
		if val := get(s); val != nil {
			return val, nil
		}
		return s.ctx.newUndefined(undefined{name: pyvalue.String(e.name)}), nil
	}
}

func (c *compiler) attr(e *attrExpr, f *frame) evalFn {
	subject := c.expr(e.subject, f)
	return func(s *state) (pyvalue.Value, error) {
		v, err := subject(s)
		if err != nil {
			return nil, err
		}
		if v, err = s.ctx.attr(v, e.name); err != nil {
			return nil, c.t.located(err, e.pos)
		}
		return v, nil
	}
}

func (c *compiler) item(e *itemExpr, f *frame) evalFn {
	subject := c.expr(e.subject, f)
	get := (*Context).item
	var key evalFn
	if sl, ok := e.key.(*sliceExpr); ok {
		key = c.slice(sl, f)
		if !c.folding {
			get = func(ctx *Context, v, key pyvalue.Value) (pyvalue.Value, error) {
				return pyvalue.Index(ctx.run.budget, v, key)
			}
		}
	} else {
		key = c.expr(e.key, f)
	}
	return func(s *state) (pyvalue.Value, error) {
		v, err := subject(s)
		if err != nil {
			return nil, err
		}
		k, err := key(s)
		if err != nil {
			return nil, err
		}
		if v, err = get(s.ctx, v, k); err != nil {
			return nil, c.t.located(err, e.pos)
		}
		return v, nil
	}
}

func (c *compiler) slice(e *sliceExpr, f *frame) evalFn {
	var parts [3]evalFn
	for i, p := range []expr{e.start, e.stop, e.step} {
		parts[i] = func(*state) (pyvalue.Value, error) { return pyvalue.None{}, nil }
		if p != nil {
			parts[i] = c.expr(p, f)
		}
	}
	return func(s *state) (pyvalue.Value, error) {
		var vals [3]pyvalue.Value
		for i, p := range parts {
			v, err := p(s)
			if err != nil {
				return nil, err
			}
			vals[i] = v
		}
		return pyvalue.Slice{Start: vals[0], Stop: vals[1], Step: vals[2]}, nil
	}
}

func (c *compiler) binary(e *binExpr, f *frame) evalFn {
	left, right := c.expr(e.left, f), c.expr(e.right, f)
	return func(s *state) (pyvalue.Value, error) {
		x, err := left(s)
		if err != nil {
			return nil, err
		}
		y, err := right(s)
		if err != nil {
			return nil, err
		}
		v, err := pyvalue.Binary(s.run.budget, e.op, x, y)
		if err != nil {
			return nil, c.t.located(err, e.pos)
		}
		return v, nil
	}
}

func (c *compiler) boolean(e *boolExpr, f *frame) evalFn {
	left, right := c.expr(e.left, f), c.expr(e.right, f)
	return func(s *state) (pyvalue.Value, error) {
		v, err := left(s)
		if err != nil {
			return nil, err
		}
		yes, err := pyvalue.Truth(s.run.budget, v)
		if err != nil {
			return nil, c.t.located(err, e.pos)
		}
		if yes == e.or {
			return v, nil
		}
		return right(s)
	}
}

func (c *compiler) unary(e *unaryExpr, f *frame) evalFn {
	subject := c.expr(e.subject, f)
	return func(s *state) (pyvalue.Value, error) {
		v, err := subject(s)
		if err != nil {
			return nil, err
		}
		if e.op == 0 {
			var yes bool
			yes, err = pyvalue.Truth(s.run.budget, v)
			v = pyvalue.Bool(!yes)
		} else {
			v, err = pyvalue.Unary(s.run.budget, e.op, v)
		}
		if err != nil {
			return nil, c.t.located(err, e.pos)
		}
		return v, nil
	}
}

type compareFn func(b *pyvalue.Budget, x, y pyvalue.Value) (bool, error)

func comparison(op string) compareFn {
	ops := map[string]pyvalue.Op{"==": pyvalue.OpEq, "!=": pyvalue.OpNe, "<": pyvalue.OpLt, "<=": pyvalue.OpLe, ">": pyvalue.OpGt, ">=": pyvalue.OpGe}
	switch o := ops[op]; op {
	case "in":
		return func(b *pyvalue.Budget, x, y pyvalue.Value) (bool, error) { return pyvalue.Contains(b, y, x) }
	case "not in":
		return func(b *pyvalue.Budget, x, y pyvalue.Value) (bool, error) {
			in, err := pyvalue.Contains(b, y, x)
			return !in, err
		}
	default:
		return func(b *pyvalue.Budget, x, y pyvalue.Value) (bool, error) { return pyvalue.Compare(b, o, x, y) }
	}
}

func (c *compiler) compare(e *compareExpr, f *frame) evalFn {
	first := c.expr(e.first, f)
	type step struct {
		value   evalFn
		compare compareFn
	}
	var steps []step
	for _, o := range e.operands {
		steps = append(steps, step{c.expr(o.value, f), comparison(o.op)})
	}
	return func(s *state) (pyvalue.Value, error) {
		x, err := first(s)
		if err != nil {
			return nil, err
		}
		for _, st := range steps {
			y, err := st.value(s)
			if err != nil {
				return nil, err
			}
			yes, err := st.compare(s.run.budget, x, y)
			if err != nil {
				return nil, c.t.located(err, e.pos)
			}
			if !yes {
				return pyvalue.Bool(false), nil
			}
			x = y
		}
		return pyvalue.Bool(true), nil
	}
}

func (c *compiler) cond(e *condExpr, f *frame) evalFn {
	test, then := c.expr(e.test, f), c.expr(e.then, f)
	hint := "the inline if-expression on " + c.position(e.pos) + " evaluated to false and no else section was defined."
	other := func(*state) (pyvalue.Value, error) { return &undefined{hint: hint}, nil }
	if c.folding {
		other = func(*state) (pyvalue.Value, error) { return nil, errImpossible }
	}
	if e.other != nil {
		other = c.expr(e.other, f)
	}
	return func(s *state) (pyvalue.Value, error) {
		yes, err := s.test(test)
		if err != nil {
			return nil, c.t.located(err, e.pos)
		}
		if yes {
			return then(s)
		}
		return other(s)
	}
}

// concat is the operator ~. A constant one forgets that its parts are Markup.
func (c *compiler) concat(e *concatExpr, f *frame) evalFn {
	parts := c.exprs(e.items, f)
	if c.folding {
		return constConcat(parts)
	}
	escape := f.esc.on && !f.esc.volatile
	return func(s *state) (pyvalue.Value, error) {
		vals, err := s.values(parts)
		if err == nil {
			var v pyvalue.Value
			if v, err = s.ctx.join(vals, escape); err == nil {
				return v, nil
			}
		}
		return nil, c.t.located(err, e.pos)
	}
}

func (c *compiler) exprs(es []expr, f *frame) []evalFn {
	fns := make([]evalFn, len(es))
	for i, e := range es {
		fns[i] = c.expr(e, f)
	}
	return fns
}

func (c *compiler) sequence(items []expr, f *frame, mk func([]pyvalue.Value) pyvalue.Value) evalFn {
	parts := c.exprs(items, f)
	return func(s *state) (pyvalue.Value, error) {
		vals, err := s.values(parts)
		if err != nil {
			return nil, err
		}
		return mk(vals), nil
	}
}

func (c *compiler) dict(e *dictExpr, f *frame) evalFn {
	parts := c.exprs(e.items, f)
	return func(s *state) (pyvalue.Value, error) {
		vals, err := s.values(parts)
		if err != nil {
			return nil, err
		}
		d := pyvalue.NewDict()
		for i := 0; i < len(vals); i += 2 {
			if err := d.Set(s.run.budget, vals[i], vals[i+1]); err != nil {
				return nil, c.t.located(err, e.pos)
			}
		}
		return d, nil
	}
}

func (c *compiler) safe(e *safeExpr, f *frame) evalFn {
	subject := c.expr(e.subject, f)
	return func(s *state) (pyvalue.Value, error) {
		v, err := subject(s)
		if err == nil && s.ctx.eval.autoescape {
			v, err = markup(s.run.budget, v)
		}
		return v, c.t.located(err, e.pos)
	}
}

func (c *compiler) tag(e *tagExpr, f *frame) evalFn {
	args := c.exprs(e.args, f)
	return func(s *state) (pyvalue.Value, error) {
		vals, err := s.values(args)
		if err != nil {
			return nil, err
		}
		v, err := e.call(s.ctx, pyvalue.Args{Pos: vals})
		if err != nil {
			return nil, c.t.located(err, e.pos)
		}
		return v, nil
	}
}
