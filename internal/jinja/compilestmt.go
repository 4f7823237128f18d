package jinja

import (
	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// output compiles data and printed expressions.
func (c *compiler) output(n *outputStmt, f *frame) execFn {
	if f.outputCheck && c.known {
		return nil
	}
	var list []execFn
	for _, item := range n.items {
		if d, ok := item.(*dataNode); ok {
			list = append(list, func(s *state) (signal, error) { return sigNone, s.write(d.text) })
			continue
		}
		list = append(list, c.print(item, f))
	}
	check, at := f.outputCheck, n.pos
	return func(s *state) (signal, error) {
		if err := s.run.step(); err != nil {
			return sigNone, c.t.located(err, at)
		}
		if check && s.parent() != nil {
			return sigNone, nil
		}
		for _, e := range list {
			if _, err := e(s); err != nil {
				return sigNone, c.t.located(err, at)
			}
		}
		return sigNone, nil
	}
}

func (c *compiler) print(e expr, f *frame) execFn {
	esc, at := *f.esc, e.at()
	value := c.foldedOutput(e, f)
	if value == nil {
		value = c.expr(e, f)
	} else {
		// Jinja escapes what is constant by what it knows when it compiles.
		esc.volatile = false
	}
	return func(s *state) (signal, error) {
		v, err := value(s)
		if err != nil {
			return sigNone, err
		}
		text, err := s.ctx.text(v, esc.active(s))
		if err == nil {
			err = s.write(text)
		}
		if err != nil {
			return sigNone, c.t.located(err, at)
		}
		return sigNone, nil
	}
}

type branch struct {
	test evalFn
	body execFn
	at   pos
}

func (c *compiler) ifElse(n *ifStmt, f *frame) execFn {
	branches := []branch{{c.expr(n.test, f), c.body(n.body, f), n.pos}}
	for _, e := range n.elifs {
		branches = append(branches, branch{c.expr(e.test, f), c.body(e.body, f), e.pos})
	}
	other := c.body(n.other, f)
	return func(s *state) (signal, error) {
		for _, b := range branches {
			yes, err := s.test(b.test)
			if err != nil {
				return sigNone, c.t.located(err, b.at)
			}
			if yes {
				return b.body(s)
			}
		}
		return other(s)
	}
}

func (c *compiler) assign(n *assignStmt, f *frame) execFn {
	c.pushAssigned()
	check := c.checkNamespaces(n, f)
	store := c.target(n.target, f)
	value := c.expr(n.value, f)
	export := c.popAssigned(f)
	return func(s *state) (signal, error) {
		if err := s.run.step(); err != nil {
			return sigNone, c.t.located(err, n.pos)
		}
		if err := check(s); err != nil {
			return sigNone, c.t.located(err, n.pos)
		}
		v, err := value(s)
		if err == nil {
			err = store(s, v)
		}
		if err != nil {
			return sigNone, c.t.located(err, n.pos)
		}
		export(s)
		return sigNone, nil
	}
}

// checkNamespaces refuses name.attr of what is no namespace, before anything
// is assigned.
func (c *compiler) checkNamespaces(n *assignStmt, f *frame) func(s *state) error {
	var gets []func(s *state) pyvalue.Value
	walk(n, func(d node) bool {
		if ref, ok := d.(*nsRef); ok {
			gets = append(gets, f.getter(c.ref(f, ref.name, ref.pos)))
		}
		return true
	})
	return func(s *state) error {
		for _, get := range gets {
			if _, ok := get(s).(*namespace); !ok {
				return raise(classRuntime, "cannot assign attribute on non-namespace object")
			}
		}
		return nil
	}
}

// target compiles what stores a value.
func (c *compiler) target(e expr, f *frame) storeFn {
	switch e := e.(type) {
	case *nameExpr:
		if f.toplevel && len(c.assigned) > 0 {
			c.assigned[len(c.assigned)-1][e.name] = true
		}
		return f.setter(c.ref(f, e.name, e.pos))
	case *nsRef:
		get := f.getter(c.ref(f, e.name, e.pos))
		return func(s *state, v pyvalue.Value) error { return s.setItem(get(s), e.attr, v) }
	case *tupleExpr:
		var stores []storeFn
		for _, i := range e.items {
			stores = append(stores, c.target(i, f))
		}
		return func(s *state, v pyvalue.Value) error { return unpack(s, v, stores) }
	}
	return func(*state, pyvalue.Value) error { return nil }
}

// setItem is obj[name] = v, which set blocks do without asking for a namespace.
func (s *state) setItem(obj pyvalue.Value, name string, v pyvalue.Value) error {
	b := s.run.budget
	switch obj := obj.(type) {
	case *namespace:
		return obj.attrs.Set(b, pyvalue.String(name), v)
	case *pyvalue.Dict:
		return obj.Set(b, pyvalue.String(name), v)
	case nil:
		return typeError("'MissingType' object does not support item assignment")
	}
	return typeError("'%s' object does not support item assignment", obj.TypeName())
}

func unpack(s *state, v pyvalue.Value, stores []storeFn) error {
	vals, err := unpackValues(s.run.budget, v, len(stores))
	for i := 0; err == nil && i < len(stores); i++ {
		err = stores[i](s, vals[i])
	}
	return err
}

// unpackValues takes exactly n values out of v, as Python's assignment does.
func unpackValues(b *pyvalue.Budget, v pyvalue.Value, n int) ([]pyvalue.Value, error) {
	it, err := pyvalue.Iterate(b, v)
	if err != nil {
		if pyvalue.IsRaised(err, "TypeError") {
			return nil, typeError("cannot unpack non-iterable %s object", v.TypeName())
		}
		return nil, err
	}
	var vals []pyvalue.Value
	for {
		x, ok, err := it.Next()
		if err != nil {
			return nil, err
		}
		switch {
		case ok && len(vals) == n:
			return nil, pyvalue.Raise("ValueError", "too many values to unpack (expected %d)", n)
		case ok:
			vals = append(vals, x)
		case len(vals) < n:
			return nil, pyvalue.Raise("ValueError", "not enough values to unpack (expected %d, got %d)", n, len(vals))
		default:
			return vals, nil
		}
	}
}

func (c *compiler) pushAssigned() { c.assigned = append(c.assigned, map[string]bool{}) }

// popAssigned exports to the context what was assigned at the top level.
func (c *compiler) popAssigned(f *frame) func(s *state) {
	names := c.assigned[len(c.assigned)-1]
	c.assigned = c.assigned[:len(c.assigned)-1]
	type export struct {
		name string
		get  func(s *state) pyvalue.Value
	}
	var all []export
	if f.toplevel {
		for name := range names {
			v, _ := f.symbols.find(name)
			all = append(all, export{name, f.getter(v)})
		}
	}
	return func(s *state) {
		for _, e := range all {
			s.ctx.set(e.name, e.get(s), e.name[0] != '_')
		}
	}
}

// assignText compiles a set block.
func (c *compiler) assignText(n *assignBlock, f *frame) execFn {
	c.pushAssigned()
	bf := f.inner(f.fn)
	bf.outputCheck = false
	bf.symbols.analyse(n)
	esc := *f.esc
	enter := c.enter(bf)
	body := c.body(n.body, bf)
	store := c.target(n.target, f)
	var filter evalFn
	if fe, ok := n.filter.(*filterExpr); ok {
		filter = c.expr(fe, bf)
	}
	export := c.popAssigned(f)
	leave := c.leave(bf)
	return func(s *state) (signal, error) {
		enter(s)
		text, sig, err := s.capture(body)
		if err != nil || sig != sigNone {
			return sig, err
		}
		var v pyvalue.Value = pyvalue.String(text)
		if filter != nil {
			v, err = s.filtered(filter, esc.captured(s, text))
		}
		if err == nil && s.ctx.eval.autoescape {
			v, err = markup(s.run.budget, v)
		}
		if err == nil {
			err = store(s, v)
		}
		if err != nil {
			return sigNone, c.t.located(err, n.pos)
		}
		export(s)
		leave(s)
		return sigNone, nil
	}
}

// active says whether text is escaped in a run.
func (e escaping) active(s *state) bool {
	if e.volatile {
		return s.ctx.eval.autoescape
	}
	return e.on
}

// captured is the text of a block as its filter sees it.
func (e escaping) captured(s *state, text string) pyvalue.Value {
	if e.active(s) {
		return pyvalue.Markup(text)
	}
	return pyvalue.String(text)
}

func (c *compiler) filterBlock(n *filterStmt, f *frame) execFn {
	ff := f.inner(f.fn)
	ff.symbols.analyse(n)
	esc := *ff.esc
	enter := c.enter(ff)
	body := c.body(n.body, ff)
	filter := c.expr(n.filter, ff)
	leave := c.leave(ff)
	return func(s *state) (signal, error) {
		enter(s)
		text, sig, err := s.capture(body)
		if err != nil || sig != sigNone {
			return sig, err
		}
		v, err := s.filtered(filter, esc.captured(s, text))
		if err == nil {
			err = s.writeText(v)
		}
		leave(s)
		if err != nil {
			return sigNone, c.t.located(err, n.pos)
		}
		return sigNone, nil
	}
}

func (c *compiler) with(n *withStmt, f *frame) execFn {
	wf := f.inner(f.fn)
	wf.symbols.analyse(n)
	enter := c.enter(wf)
	var stores []storeFn
	var values []evalFn
	for i, t := range n.targets {
		stores = append(stores, c.target(t, wf))
		values = append(values, c.expr(n.values[i], f))
	}
	body := c.body(n.body, wf)
	leave := c.leave(wf)
	return func(s *state) (signal, error) {
		enter(s)
		for i, value := range values {
			v, err := value(s)
			if err == nil {
				err = stores[i](s, v)
			}
			if err != nil {
				return sigNone, c.t.located(err, n.pos)
			}
		}
		sig, err := body(s)
		leave(s)
		return sig, err
	}
}

func (c *compiler) scope(n *scopeStmt, f *frame) execFn {
	sf := f.inner(f.fn)
	sf.symbols.analyse(n)
	enter := c.enter(sf)
	body := c.body(n.body, sf)
	leave := c.leave(sf)
	return func(s *state) (signal, error) {
		enter(s)
		sig, err := body(s)
		leave(s)
		return sig, err
	}
}

func (c *compiler) autoescape(n *autoescapeStmt, f *frame) execFn {
	saved := *f.esc
	value := c.expr(n.value, f)
	if v, ok := c.fold(n.value, f); ok {
		on, _ := pyvalue.Truth(nil, v) // a constant always has a truth value
		f.esc.on = on
	} else {
		f.esc.volatile = true
	}
	body := c.body(n.body, f)
	*f.esc = saved
	return func(s *state) (signal, error) {
		before := s.ctx.eval.autoescape
		on, err := s.test(value)
		if err != nil {
			return sigNone, c.t.located(err, n.pos)
		}
		s.ctx.eval.autoescape = on
		sig, err := body(s)
		if sig == sigNone { // Jinja, too, leaves it as it is after a break
			s.ctx.eval.autoescape = before
		}
		return sig, err
	}
}
