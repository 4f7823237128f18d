package jinja

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// Context is what a Function may know of the run that calls it.
type Context struct {
	run      *run
	t        *Template
	parents  map[string]pyvalue.Value // given; never changed
	vars     map[string]pyvalue.Value // set by the template
	exported map[string]bool
	blocks   map[string][]*block
	eval     *evalContext
}

type evalContext struct{ autoescape bool }

// Budget is what the run may still spend; every computation of a Function is
// charged to it.
func (c *Context) Budget() *pyvalue.Budget { return c.run.budget }

// Autoescape says whether text is escaped here.
func (c *Context) Autoescape() bool { return c.eval.autoescape }

// Random is the source of random numbers, or nil when the render has none.
func (c *Context) Random() *rand.Rand { return c.run.random }

// Lookup returns a variable of the template's context; false when there is none.
func (c *Context) Lookup(name string) (pyvalue.Value, bool) {
	v := c.resolve(name)
	return v, v != nil
}

// newContext is a context for a run of t; locals may be nil.
func (t *Template) newContext(r *run, vars, locals map[string]pyvalue.Value) *Context {
	if len(locals) > 0 {
		vars = maps.Clone(vars)
		if vars == nil {
			vars = map[string]pyvalue.Value{}
		}
		maps.Copy(vars, locals)
	}
	c := &Context{
		run: r, t: t, parents: vars, vars: map[string]pyvalue.Value{}, exported: map[string]bool{},
		blocks: make(map[string][]*block, len(t.blocks)), eval: &evalContext{t.env.opts.Autoescape},
	}
	for name, b := range t.blocks {
		c.blocks[name] = []*block{b}
	}
	return c
}

// render runs the root, and then the template it extends.
func (t *Template) render(c *Context, out *buffer) error {
	s := &state{run: c.run, ctx: c, rec: newRecord(t.fn, nil), out: out, yield: out, top: &inheritance{}}
	if _, err := t.root(s); err != nil {
		return t.located(err, pos{line: 1})
	}
	if s.top.parent != nil {
		return c.run.nested(func() error { return s.top.parent.render(c, out) })
	}
	return nil
}

// derived is an independent context that sees locals, too.
func (c *Context) derived(locals map[string]pyvalue.Value) *Context {
	d := *c
	d.parents = maps.Clone(c.all())
	maps.Copy(d.parents, locals)
	d.vars, d.exported = map[string]pyvalue.Value{}, map[string]bool{}
	d.blocks = make(map[string][]*block, len(c.blocks))
	for name, stack := range c.blocks {
		d.blocks[name] = slices.Clone(stack)
	}
	return &d
}

// resolve is a variable, or nil.
func (c *Context) resolve(name string) pyvalue.Value {
	if v, ok := c.vars[name]; ok {
		return v
	}
	return c.parents[name]
}

// all are all variables; the map must not be changed.
func (c *Context) all() map[string]pyvalue.Value {
	if len(c.vars) == 0 {
		return c.parents
	}
	all := make(map[string]pyvalue.Value, len(c.parents)+len(c.vars))
	maps.Copy(all, c.parents)
	for name, v := range c.vars {
		if v != nil {
			all[name] = v
		}
	}
	return all
}

func (c *Context) set(name string, v pyvalue.Value, export bool) {
	c.vars[name] = v
	if export {
		c.exported[name] = true
	}
}

// hide sets what was imported, which is not exported again.
func (c *Context) hide(name string, v pyvalue.Value) {
	c.vars[name] = v
	if !strings.HasPrefix(name, "_") {
		delete(c.exported, name)
	}
}

// call calls a value.
func (c *Context) call(f pyvalue.Value, args pyvalue.Args) (pyvalue.Value, error) {
	switch f := f.(type) {
	case *macro:
		return f.invoke(args, c.eval.autoescape)
	case *goFunction:
		return f.fn(c, args)
	case *pyClass:
		return f.fn(c, args)
	case *undefined:
		return nil, f.fail()
	}
	return pyvalue.Call(c.run.budget, f, args)
}

// attr is v.name, with Jinja's way out to v["name"].
func (c *Context) attr(v pyvalue.Value, name string) (pyvalue.Value, error) {
	if u, ok := c.unsafe(v, name); ok {
		return u, nil
	}
	a, ok, err := pyvalue.Attr(c.run.budget, v, name)
	switch {
	case err != nil && !pyvalue.IsRaised(err, "AttributeError"):
		return nil, err
	case ok && err == nil:
		return a, nil
	}
	item, err := c.index(v, pyvalue.String(name))
	if err != nil || item != nil {
		return item, err
	}
	return c.newUndefined(undefined{obj: v, name: pyvalue.String(name)}), nil
}

// item is v[key], with Jinja's way out to the attribute.
func (c *Context) item(v, key pyvalue.Value) (pyvalue.Value, error) {
	item, err := c.index(v, key)
	if err != nil || item != nil {
		return item, err
	}
	if name, ok := pyvalue.TextOf(key); ok {
		if u, ok := c.unsafe(v, name); ok {
			return u, nil
		}
		a, ok, err := pyvalue.Attr(c.run.budget, v, name)
		switch {
		case err != nil && !pyvalue.IsRaised(err, "AttributeError"):
			return nil, err
		case ok && err == nil:
			return a, nil
		}
	}
	return c.newUndefined(undefined{obj: v, name: key}), nil
}

// index is v[key], or nil when there is no such item or v has none.
func (c *Context) index(v, key pyvalue.Value) (pyvalue.Value, error) {
	item, err := pyvalue.Index(c.run.budget, v, key)
	if pyvalue.IsRaised(err, "TypeError", "LookupError", "AttributeError") {
		return nil, nil
	}
	return item, err
}

// unsafe is what Jinja's sandbox gives for an attribute every Python object
// has and no template may read.
func (c *Context) unsafe(v pyvalue.Value, name string) (pyvalue.Value, bool) {
	if !strings.HasPrefix(name, "__") || !slices.Contains(objectAttributes(), name) {
		return nil, false
	}
	return c.newUndefined(undefined{
		hint: "access to attribute " + repr(name) + " of " + repr(v.TypeName()) + " object is unsafe.",
		name: pyvalue.String(name), obj: v, class: classSecurity,
	}), true
}

// objectAttributes are the attributes of every Python object.
func objectAttributes() []string {
	return []string{
		"__class__", "__delattr__", "__dir__", "__doc__", "__eq__", "__format__", "__ge__", "__getattribute__", "__getstate__", "__gt__", "__hash__",
		"__init__", "__init_subclass__", "__le__", "__lt__", "__ne__", "__new__", "__reduce__", "__reduce_ex__", "__repr__", "__setattr__", "__sizeof__", "__str__", "__subclasshook__",
	}
}

// text is what printing v writes.
func (c *Context) text(v pyvalue.Value, escape bool) (string, error) {
	if s, ok := v.(pyvalue.String); ok && !escape {
		return string(s), nil
	}
	if escape {
		m, err := c.escape(v)
		return string(m), err
	}
	return pyvalue.Str(c.run.budget, v)
}

// htmler is a host value with an __html__ of its own.
type htmler interface{ html() (string, error) }

// escape is markupsafe.escape(v).
func (c *Context) escape(v pyvalue.Value) (pyvalue.Markup, error) {
	if h, ok := v.(htmler); ok && hasHTML(v) {
		s, err := h.html()
		return pyvalue.Markup(s), err
	}
	return pyvalue.Escape(c.run.budget, v)
}

// hasHTML says whether v is HTML already.
func hasHTML(v pyvalue.Value) bool {
	switch v := v.(type) {
	case pyvalue.Markup, *module:
		return true
	case *undefined:
		return v.kind == Chainable && v.class == ""
	}
	return false
}

// markup is Markup(v).
func markup(b *pyvalue.Budget, v pyvalue.Value) (pyvalue.Value, error) {
	if h, ok := v.(htmler); ok && hasHTML(v) {
		s, err := h.html()
		return pyvalue.Markup(s), err
	}
	s, err := pyvalue.Str(b, v)
	return pyvalue.Markup(s), err
}

// soft is soft_str(v): texts stay what they are.
func (c *Context) soft(v pyvalue.Value) (pyvalue.Value, error) {
	switch v.(type) {
	case pyvalue.String, pyvalue.Markup:
		return v, nil
	}
	s, err := pyvalue.Str(c.run.budget, v)
	return pyvalue.String(s), err
}

// join is the operator ~; with escape on, one Markup makes all of it Markup.
func (c *Context) join(vals []pyvalue.Value, escape bool) (pyvalue.Value, error) {
	safe := false
	for i, v := range vals {
		t, err := c.soft(v)
		if err != nil {
			return nil, err
		}
		vals[i] = t
		safe = safe || escape && hasHTML(t)
	}
	parts := make([]string, len(vals))
	for i, v := range vals {
		s, _ := pyvalue.TextOf(v)
		if safe {
			m, err := c.escape(v)
			if err != nil {
				return nil, err
			}
			s = string(m)
		}
		parts[i] = s
	}
	text, err := joined(c.run.budget, parts, "")
	if err != nil {
		return nil, err
	}
	if safe {
		return pyvalue.Markup(text), nil
	}
	return pyvalue.String(text), nil
}
