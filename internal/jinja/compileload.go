package jinja

import (
	"fmt"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// This file compiles what involves other templates: blocks, extends, include,
// import.

// locals compiles the variables another template may see.
func (c *compiler) locals(f *frame) func(s *state) map[string]pyvalue.Value {
	type local struct {
		name string
		get  func(s *state) pyvalue.Value
	}
	var all []local
	for name, v := range f.symbols.storedNames() {
		all = append(all, local{name, f.getter(v)})
	}
	return func(s *state) map[string]pyvalue.Value {
		vars := make(map[string]pyvalue.Value, len(all))
		for _, l := range all {
			if v := l.get(s); v != nil {
				vars[l.name] = v
			}
		}
		return vars
	}
}

func (c *compiler) blockCall(n *blockStmt, f *frame) execFn {
	if f.toplevel && c.known {
		return nil
	}
	check := f.toplevel && c.extends > 0
	locals := c.locals(f)
	return func(s *state) (signal, error) {
		if check && s.parent() != nil {
			return sigNone, nil
		}
		ctx := s.ctx
		if n.scoped {
			ctx = ctx.derived(locals(s))
		}
		stack := s.ctx.blocks[n.name]
		if n.required && len(stack) <= 1 {
			return sigNone, c.t.located(raise(classRuntime, "Required block %s not found", repr(n.name)), n.pos)
		}
		if len(stack) == 0 {
			return sigNone, c.t.located(pyvalue.Raise("KeyError", "%s", repr(n.name)), n.pos)
		}
		return sigNone, c.t.located(stack[0].render(ctx, s.out), n.pos)
	}
}

func (c *compiler) extend(n *extendsStmt, f *frame) execFn {
	if !f.toplevel {
		c.fail(classAssertion, n.pos, "cannot use extend from a non top-level scope")
	}
	twice := c.extends > 0
	if twice && c.known {
		c.exit = true
		return func(*state) (signal, error) {
			return sigNone, c.t.located(raise(classRuntime, "extended multiple times"), n.pos)
		}
	}
	name := c.expr(n.template, f)
	if f.rootlevel {
		c.known = true
	}
	c.extends++
	return func(s *state) (signal, error) {
		if twice && s.parent() != nil {
			return sigNone, c.t.located(raise(classRuntime, "extended multiple times"), n.pos)
		}
		v, err := name(s)
		if err != nil {
			return sigNone, err
		}
		t, err := s.run.load(v)
		if err != nil {
			return sigNone, c.t.located(err, n.pos)
		}
		s.top.parent = t
		for _, b := range t.blockNames {
			s.ctx.blocks[b] = append(s.ctx.blocks[b], t.blocks[b])
		}
		return sigNone, nil
	}
}

// loader compiles how an include finds its template.
func includeLoader(e expr) func(r *run, v pyvalue.Value) (*Template, error) {
	switch e := e.(type) {
	case *constExpr:
		if _, ok := e.value.(pyvalue.String); ok {
			return (*run).load
		}
	case *tupleExpr, *listExpr:
		return (*run).selectTemplate
	}
	return (*run).loadOrSelect
}

func (c *compiler) include(n *includeStmt, f *frame) execFn {
	name, find, locals := c.expr(n.template, f), includeLoader(n.template), c.locals(f)
	return func(s *state) (signal, error) {
		v, err := name(s)
		var t *Template
		if err == nil {
			t, err = find(s.run, v)
		}
		if n.ignoreMissing && isClass(err, classNotFound, classNotFounds) {
			return sigNone, nil
		}
		if err == nil && n.withContext {
			err = s.run.nested(func() error {
				return t.render(t.newContext(s.run, s.ctx.all(), locals(s)), s.out)
			})
		} else if err == nil {
			var m *module
			if m, err = s.run.defaultModule(t); err == nil {
				err = s.writeThrough(m.body)
			}
		}
		if err != nil {
			return sigNone, c.t.located(err, n.pos)
		}
		return sigNone, nil
	}
}

// module compiles how an import gets its module.
func (c *compiler) module(template expr, withContext bool, f *frame) func(s *state) (*module, error) {
	name, locals := c.expr(template, f), c.locals(f)
	return func(s *state) (*module, error) {
		v, err := name(s)
		if err != nil {
			return nil, err
		}
		t, err := s.run.load(v)
		if err != nil {
			return nil, err
		}
		if withContext {
			return s.run.newModule(t, t.newContext(s.run, s.ctx.all(), locals(s)))
		}
		return s.run.defaultModule(t)
	}
}

func (c *compiler) importAs(n *importStmt, f *frame) execFn {
	get := c.module(n.template, n.withContext, f)
	set := f.setter(c.ref(f, n.target, n.pos))
	top := f.toplevel
	return func(s *state) (signal, error) {
		m, err := get(s)
		if err != nil {
			return sigNone, c.t.located(err, n.pos)
		}
		if top {
			s.ctx.hide(n.target, m)
		}
		return sigNone, set(s, m)
	}
}

func (c *compiler) importFrom(n *fromStmt, f *frame) execFn {
	get := c.module(n.template, n.withContext, f)
	var sets []storeFn
	for _, name := range n.names {
		sets = append(sets, f.setter(c.ref(f, name.alias, n.pos)))
	}
	top, position := f.toplevel, c.position(n.pos)
	return func(s *state) (signal, error) {
		m, err := get(s)
		if err != nil {
			return sigNone, c.t.located(err, n.pos)
		}
		for i, name := range n.names {
			v, ok := m.attr(name.name)
			if !ok {
				v = s.ctx.newUndefined(undefined{name: pyvalue.String(name.name), hint: fmt.Sprintf(
					"the template %s (imported on %s) does not export the requested name %s", m.nameRepr(), position, repr(name.name))})
			}
			if err := sets[i](s, v); err != nil {
				return sigNone, err
			}
			if top {
				s.ctx.hide(name.alias, v)
			}
		}
		return sigNone, nil
	}
}

// position is how Jinja's messages name a place.
func (c *compiler) position(p pos) string {
	if c.t.name == "" {
		return fmt.Sprintf("line %d", p.line)
	}
	return fmt.Sprintf("line %d in %s", p.line, repr(c.t.name))
}
