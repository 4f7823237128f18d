package jinja

import (
	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// forCode is a compiled loop.
type forCode struct {
	c         *compiler
	at        pos
	iter      evalFn // in the outer frame
	filter    *filterCode
	extended  bool // there is a loop object
	loop      storeFn
	target    storeFn
	enter     func(s *state)
	leave     func(s *state)
	body      execFn
	hasElse   bool
	other     execFn
	recursive *function // of a recursive loop
	esc       escaping
}

// filterCode is the if of a loop, a function of its own.
type filterCode struct {
	fn     *function
	enter  func(s *state)
	target storeFn
	yield  func(s *state) pyvalue.Value
	test   evalFn
}

func (c *compiler) forLoop(n *forStmt, f *frame) execFn {
	c.checkLoopName(n)
	code := &forCode{c: c, at: n.pos, hasElse: len(n.other) > 0, esc: *f.esc}
	fn := f.fn
	if n.recursive {
		fn = newFunction(f.fn)
		code.recursive = fn
	}
	lf := f.inner(fn)
	code.extended = n.recursive || undeclared(n.body, "loop")["loop"] || hasScopedBlock(n)
	if code.extended {
		code.loop = lf.setter(lf.symbols.param("loop"))
	}
	lf.symbols.analyseFor(n, branchBody)
	if n.test != nil {
		code.filter = c.loopFilter(n, f, fn)
	}
	code.target = c.target(n.target, lf)
	code.iter = c.expr(n.iter, f)
	code.enter = c.enter(lf)
	fn.loops++
	code.body = c.body(n.body, lf)
	fn.loops--
	code.leave = c.leave(lf)
	code.other = c.loopElse(n, f.inner(fn))
	if len(c.assigned) > 0 {
		for name := range lf.symbols.stores {
			delete(c.assigned[len(c.assigned)-1], name)
		}
	}
	if n.recursive {
		return code.execRecursive
	}
	return code.exec
}

func (c *compiler) checkLoopName(n *forStmt) {
	walk(n, func(d node) bool {
		if name, ok := d.(*nameExpr); ok && name.ctx == ctxStore && name.name == "loop" {
			c.fail(classAssertion, name.pos, "Can't assign to special loop variable in for-loop target")
		}
		return true
	})
}

func hasScopedBlock(n node) (found bool) {
	walk(n, func(d node) bool {
		b, ok := d.(*blockStmt)
		found = found || ok && b.scoped
		return !found
	})
	return found
}

func (c *compiler) loopElse(n *forStmt, f *frame) execFn {
	if len(n.other) == 0 {
		return nil
	}
	f.symbols.analyseFor(n, branchElse)
	enter := c.enter(f)
	body := c.body(n.other, f)
	leave := c.leave(f)
	return func(s *state) (signal, error) {
		enter(s)
		sig, err := body(s)
		leave(s)
		return sig, err
	}
}

func (c *compiler) loopFilter(n *forStmt, f *frame, up *function) *filterCode {
	fn := newFunction(up)
	tf := f.inner(fn)
	tf.symbols.analyseFor(n, branchTest)
	code := &filterCode{fn: fn, enter: c.enter(tf), test: c.expr(n.test, tf)}
	code.target = c.target(n.target, tf)
	code.yield = c.targetValue(n.target, tf)
	return code
}

// targetValue reads back what target stored, as the filter's generator yields it.
func (c *compiler) targetValue(e expr, f *frame) func(s *state) pyvalue.Value {
	switch e := e.(type) {
	case *nameExpr:
		return f.getter(c.ref(f, e.name, e.pos))
	case *tupleExpr:
		var parts []func(s *state) pyvalue.Value
		for _, i := range e.items {
			parts = append(parts, c.targetValue(i, f))
		}
		return func(s *state) pyvalue.Value {
			vals := make([]pyvalue.Value, len(parts))
			for i, p := range parts {
				vals[i] = p(s)
			}
			return pyvalue.NewTuple(vals...)
		}
	}
	return func(*state) pyvalue.Value { return pyvalue.None{} }
}

// filterIter yields the values the if of a loop is true for.
type filterIter struct {
	*filterCode
	s  *state
	in pyvalue.Iterator
}

func (f *filterCode) iterate(s *state, in pyvalue.Iterator) pyvalue.Iterator {
	inner := s.call(f.fn)
	f.enter(inner)
	return &filterIter{f, inner, in}
}

func (it *filterIter) Next() (pyvalue.Value, bool, error) {
	for {
		v, ok, err := it.in.Next()
		if err != nil || !ok {
			return nil, false, err
		}
		if err := it.s.run.step(); err != nil {
			return nil, false, err
		}
		if err := it.target(it.s, v); err != nil {
			return nil, false, err
		}
		yes, err := it.s.test(it.test)
		if err != nil {
			return nil, false, err
		}
		if yes {
			return it.yield(it.s), true, nil
		}
	}
}

func (l *forCode) exec(s *state) (signal, error) {
	v, err := l.iter(s)
	if err != nil {
		return sigNone, l.c.t.located(err, l.at)
	}
	return l.run(s, v, &loopContext{})
}

// execRecursive calls the loop as the function it is, and writes its result.
func (l *forCode) execRecursive(s *state) (signal, error) {
	v, err := l.iter(s)
	if err != nil {
		return sigNone, l.c.t.located(err, l.at)
	}
	text, err := l.recurse(s, v, 0)
	if err == nil {
		err = s.writeText(text)
	}
	if err != nil {
		return sigNone, l.c.t.located(err, l.at)
	}
	return sigNone, nil
}

// recurse renders the loop over v at a depth, in a function of its own called
// from s.
func (l *forCode) recurse(s *state, v pyvalue.Value, depth int) (pyvalue.Value, error) {
	if err := s.run.budget.Enter(); err != nil {
		return nil, err
	}
	defer s.run.budget.Leave()
	inner := s.call(l.recursive)
	text, _, err := inner.capture(func(in *state) (signal, error) {
		again := func(v pyvalue.Value) (pyvalue.Value, error) { return l.recurse(s, v, depth+1) }
		return l.run(in, v, &loopContext{recurse: again, depth0: depth})
	})
	if err != nil {
		return nil, err
	}
	return l.esc.captured(s, text), nil
}

type recurseFn func(v pyvalue.Value) (pyvalue.Value, error)

// run loops over v; loop has how it recurs and how deep it is.
func (l *forCode) run(s *state, v pyvalue.Value, loop *loopContext) (signal, error) {
	it, err := pyvalue.Iterate(s.run.budget, v)
	if err != nil {
		return sigNone, l.c.t.located(err, l.at)
	}
	sized := v
	if l.filter != nil {
		it, sized = l.filter.iterate(s, it), nil
	}
	if l.extended {
		loop.ctx, loop.sized, loop.it, loop.index0, loop.length = s.ctx, sized, it, -1, -1
		it = loop
	}
	empty, err := l.each(s, it, loop)
	if err != nil {
		return sigNone, l.c.t.located(err, l.at)
	}
	l.leave(s)
	if empty && l.hasElse {
		return l.other(s)
	}
	return sigNone, nil
}

// each runs the body for every item; it says whether no run reached its end,
// which is what Jinja's else asks.
func (l *forCode) each(s *state, it pyvalue.Iterator, loop *loopContext) (bool, error) {
	empty := true
	for {
		v, ok, err := it.Next()
		if err != nil || !ok {
			return empty, err
		}
		if err := s.run.step(); err != nil {
			return empty, err
		}
		if l.extended {
			if err := l.loop(s, loop); err != nil {
				return empty, err
			}
		}
		if err := l.target(s, v); err != nil {
			return empty, err
		}
		l.enter(s)
		sig, err := l.body(s)
		if err != nil {
			return empty, err
		}
		switch sig {
		case sigBreak:
			return empty, nil
		case sigNone:
			empty = false
		}
	}
}
