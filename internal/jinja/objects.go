package jinja

import (
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// block is a compiled block.
type block struct {
	t    *Template
	name string
	fn   *function
	exec execFn
}

// render runs the block in a context.
func (b *block) render(c *Context, out *buffer) error {
	return c.run.nested(func() error {
		s := &state{run: c.run, ctx: c, rec: newRecord(b.fn, nil), out: out, yield: out, top: &inheritance{}}
		_, err := b.exec(s)
		return err
	})
}

// super is the block b overrides.
func (c *Context) super(b *block) pyvalue.Value {
	stack := c.blocks[b.name]
	for i, o := range stack {
		if o == b && i+1 < len(stack) {
			return &blockRef{name: b.name, ctx: c, stack: stack, depth: i + 1}
		}
	}
	return c.noParent(b.name)
}

func (c *Context) noParent(name string) pyvalue.Value {
	return c.newUndefined(undefined{hint: "there is no parent block called " + repr(name) + ".", name: pyvalue.String("super")})
}

// blockRef is a block as a value.
type blockRef struct {
	name  string
	ctx   *Context
	stack []*block
	depth int
}

func (*blockRef) TypeName() string { return "BlockReference" }
func (*blockRef) module() string   { return "jinja2.runtime" }

// Call renders the block.
func (r *blockRef) Call(_ *pyvalue.Budget, args pyvalue.Args) (pyvalue.Value, error) {
	if len(args.Pos)+len(args.Kw) > 0 {
		return nil, typeError("BlockReference.__call__() takes 1 positional argument but %d were given", len(args.Pos)+len(args.Kw)+1)
	}
	text, err := r.ctx.run.hold(func(out *buffer) error { return r.stack[r.depth].render(r.ctx, out) })
	if err != nil {
		return nil, err
	}
	if r.ctx.eval.autoescape {
		return pyvalue.Markup(text), nil
	}
	return pyvalue.String(text), nil
}

// Attr answers super and name.
func (r *blockRef) Attr(_ *pyvalue.Budget, name string) (pyvalue.Value, bool, error) {
	switch name {
	case "super":
		if r.depth+1 >= len(r.stack) {
			return r.ctx.noParent(r.name), true, nil
		}
		return &blockRef{r.name, r.ctx, r.stack, r.depth + 1}, true, nil
	case "name":
		return pyvalue.String(r.name), true, nil
	}
	return nil, false, nil
}

// selfRef is self.
type selfRef struct{ ctx *Context }

func (*selfRef) TypeName() string { return "TemplateReference" }
func (*selfRef) module() string   { return "jinja2.runtime" }

// Index is a block by name.
func (r *selfRef) Index(_ *pyvalue.Budget, key pyvalue.Value) (pyvalue.Value, error) {
	if name, ok := pyvalue.TextOf(key); ok {
		if stack, ok := r.ctx.blocks[name]; ok {
			return &blockRef{name: name, ctx: r.ctx, stack: stack}, nil
		}
	}
	return nil, pyvalue.Raise("KeyError", "%s", nameRepr(key))
}

// Repr names the template.
func (r *selfRef) Repr(*pyvalue.Budget) (string, error) {
	return "<TemplateReference " + nameOrNone(r.ctx.t.name) + ">", nil
}

func nameOrNone(name string) string {
	if name == "" {
		return "None"
	}
	return repr(name)
}

// module is a template as import gives it.
type module struct {
	name string
	body string
	vars map[string]pyvalue.Value
}

func (r *run) newModule(t *Template, c *Context) (*module, error) {
	text, err := r.hold(func(out *buffer) error {
		return r.nested(func() error { return t.render(c, out) })
	})
	if err != nil {
		return nil, err
	}
	m := &module{name: t.name, body: text, vars: map[string]pyvalue.Value{}}
	for name := range c.exported {
		if v := c.vars[name]; v != nil {
			m.vars[name] = v
		}
	}
	return m, nil
}

// hold returns what f writes. It counts as output while it is written only.
func (r *run) hold(f func(out *buffer) error) (string, error) {
	before, out := r.output, newBuffer()
	if err := f(out); err != nil {
		return "", err
	}
	r.output = before
	text, err := out.text()
	if err != nil {
		return "", err
	}
	return text, r.budget.Alloc(int64(len(text)))
}

// defaultModule is the module of a template without a context, made once a run.
func (r *run) defaultModule(t *Template) (*module, error) {
	if m, ok := r.modules[t]; ok {
		return m, nil
	}
	m, err := r.newModule(t, t.newContext(r, t.env.globals, nil))
	if err == nil {
		r.modules[t] = m
	}
	return m, err
}

func (m *module) attr(name string) (pyvalue.Value, bool) {
	v, ok := m.vars[name]
	return v, ok
}

func (m *module) nameRepr() string { return nameOrNone(m.name) }

func (*module) TypeName() string { return "TemplateModule" }
func (*module) module() string   { return "jinja2.environment" }

// Attr is an exported variable.
func (m *module) Attr(_ *pyvalue.Budget, name string) (pyvalue.Value, bool, error) {
	v, ok := m.vars[name]
	return v, ok, nil
}

// Str is the text of the template.
func (m *module) Str(*pyvalue.Budget) (string, error) { return m.body, nil }

// Repr names the template.
func (m *module) Repr(*pyvalue.Budget) (string, error) {
	if m.name == "" {
		return "<TemplateModule memory:0x0>", nil
	}
	return "<TemplateModule " + repr(m.name) + ">", nil
}

func (m *module) html() (string, error) { return m.body, nil }

// load is environment.get_template.
func (r *run) load(name pyvalue.Value) (*Template, error) {
	if u, ok := name.(*undefined); ok {
		return nil, u.fail()
	}
	if err := r.step(); err != nil {
		return nil, err
	}
	text, ok := pyvalue.TextOf(name)
	if !ok {
		if err := pyvalue.Hashable(r.budget, name); err != nil {
			return nil, err
		}
		s, err := pyvalue.Str(r.budget, name)
		if err != nil {
			return nil, err
		}
		return nil, raise(classNotFound, "%s", s)
	}
	return r.env.get(text)
}

// loadOrSelect is environment.get_or_select_template.
func (r *run) loadOrSelect(v pyvalue.Value) (*Template, error) {
	switch v.(type) {
	case pyvalue.String, pyvalue.Markup, *undefined:
		return r.load(v)
	}
	return r.selectTemplate(v)
}

// selectTemplate is environment.select_template.
func (r *run) selectTemplate(v pyvalue.Value) (*Template, error) {
	yes, err := pyvalue.Truth(r.budget, v)
	if err != nil {
		return nil, err
	}
	if !yes {
		return nil, raise(classNotFounds, "Tried to select from an empty list of templates.")
	}
	names, err := pyvalue.Elements(r.budget, v)
	if err != nil {
		return nil, err
	}
	var tried []string
	for _, name := range names {
		t, err := r.load(name)
		if err == nil || !isClass(err, classNotFound, classNotFounds, classUndefined) {
			return t, err
		}
		if u, ok := name.(*undefined); ok {
			tried = append(tried, u.message())
			continue
		}
		s, err := pyvalue.Str(r.budget, name)
		if err != nil {
			return nil, err
		}
		tried = append(tried, s)
	}
	return nil, raise(classNotFounds, "none of the templates given were found: %s", strings.Join(tried, ", "))
}

// goFunction is a global written in Go.
type goFunction struct {
	name string
	fn   Function
}

func (*goFunction) TypeName() string { return "function" }

// Call answers a call from outside of any template, where there is no context.
func (f *goFunction) Call(*pyvalue.Budget, pyvalue.Args) (pyvalue.Value, error) {
	return nil, typeError("%s() missing 1 required positional argument: 'context'", f.name)
}

// Repr names the function.
func (f *goFunction) Repr(*pyvalue.Budget) (string, error) {
	return fmt.Sprintf("<function %s>", f.name), nil
}
