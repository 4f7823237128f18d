package jinja

import (
	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// macroCode is a compiled macro or call block.
type macroCode struct {
	t       *Template
	at      pos
	name    string // empty for a call block
	args    []string
	params  []macroParam
	fn      *function
	enter   func(s *state)
	body    execFn
	caller  int // slots of the special parameters, -1 when not used
	kwargs  int
	varargs int
	// usesCaller says that caller is read, explicitCaller that it is an argument.
	usesCaller, explicitCaller bool
}

type macroParam struct {
	slot  int
	value evalFn // the default, or an undefined
}

// macroNode is a macro or call block.
type macroNode interface {
	node
	declared() (signature, []node)
}

func (s *macroStmt) declared() (signature, []node) { return s.signature, s.body }
func (s *callStmt) declared() (signature, []node)  { return s.signature, s.body }

// macroBody compiles the function of a macro or call block.
func (c *compiler) macroBody(n macroNode, f *frame) *macroCode {
	sig, body := n.declared()
	fn := newFunction(f.fn)
	mf := f.inner(fn)
	mf.symbols.analyse(n)
	m := &macroCode{t: c.t, at: n.at(), fn: fn, caller: -1, kwargs: -1, varargs: -1}
	special := map[string]bool{}
	for i, a := range sig.args {
		m.args = append(m.args, a.name)
		special[a.name] = true
		if a.name == "caller" {
			m.explicitCaller = true
			m.usesCaller = i >= len(sig.args)-len(sig.defaults) // whether it has a default
		}
	}
	found := undeclared(body, "caller", "kwargs", "varargs")
	switch {
	case !found["caller"]:
		m.usesCaller = false
	case m.explicitCaller && !m.usesCaller:
		c.fail(classAssertion, n.at(), `When defining macros or call blocks the special "caller" argument must be omitted or be given a default.`)
	case !m.explicitCaller:
		m.caller, m.usesCaller = mf.symbols.param("caller").slot, true
	}
	if found["kwargs"] && !special["kwargs"] {
		m.kwargs = mf.symbols.param("kwargs").slot
	}
	if found["varargs"] && !special["varargs"] {
		m.varargs = mf.symbols.param("varargs").slot
	}
	mf.outputCheck = false
	mf.symbols.analyse(n)
	m.enter = c.enter(mf)
	m.params = c.macroParams(sig, mf)
	m.body = c.body(body, mf)
	return m
}

// macroParams compiles the defaults. Until a parameter is set, those before it
// see it as undefined.
func (c *compiler) macroParams(sig signature, f *frame) []macroParam {
	unset := map[variable]bool{}
	for v, op := range f.symbols.loads {
		if op.kind == loadParam {
			unset[v] = true
		}
	}
	c.params = append(c.params, unset)
	var params []macroParam
	for i, a := range sig.args {
		v := c.ref(f, a.name, a.pos)
		p := macroParam{slot: v.slot}
		if d := i - (len(sig.args) - len(sig.defaults)); d >= 0 {
			p.value = c.expr(sig.defaults[d], f)
		} else {
			hint := "parameter " + repr(a.name) + " was not provided"
			p.value = func(s *state) (pyvalue.Value, error) {
				return s.ctx.newUndefined(undefined{hint: hint, name: pyvalue.String(a.name)}), nil
			}
		}
		params = append(params, p)
		delete(unset, v)
	}
	c.params = c.params[:len(c.params)-1]
	return params
}

func (c *compiler) macro(n *macroStmt, f *frame) execFn {
	code := c.macroBody(n, f)
	code.name = n.name
	set := f.setter(c.ref(f, n.name, n.pos))
	top := f.toplevel
	return func(s *state) (signal, error) {
		m := code.bind(s)
		if top {
			s.ctx.set(n.name, m, n.name[0] != '_')
		}
		return sigNone, set(s, m)
	}
}

func (c *compiler) callBlock(n *callStmt, f *frame) execFn {
	code := c.macroBody(n, f)
	call := c.callWith(n.call, f, code)
	return func(s *state) (signal, error) {
		v, err := call(s)
		if err == nil {
			err = s.writeText(v)
		}
		if err != nil {
			return sigNone, c.t.located(err, n.pos)
		}
		return sigNone, nil
	}
}

// bind makes the macro as a value that remembers where it was defined.
func (m *macroCode) bind(s *state) *macro {
	return &macro{code: m, state: s, autoescape: s.ctx.eval.autoescape}
}

// macro is a macro as a value.
type macro struct {
	code       *macroCode
	state      *state
	autoescape bool // at its definition
}

// invoke calls the macro; autoescape is the caller's.
func (m *macro) invoke(args pyvalue.Args, autoescape bool) (pyvalue.Value, error) {
	run := m.state.run
	if err := run.budget.Enter(); err != nil {
		return nil, err
	}
	defer run.budget.Leave()
	inner := m.state.call(m.code.fn)
	if err := m.arguments(inner, args); err != nil {
		return nil, err
	}
	text, _, err := inner.capture(func(s *state) (signal, error) {
		m.code.enter(s)
		for _, p := range m.code.params {
			if s.rec.slots[p.slot] == nil {
				v, err := p.value(s)
				if err != nil {
					return sigNone, m.code.t.located(err, m.code.at)
				}
				s.rec.slots[p.slot] = v
			}
		}
		return m.code.body(s)
	})
	if err != nil {
		return nil, err
	}
	if autoescape {
		return pyvalue.Markup(text), nil
	}
	return pyvalue.String(text), nil
}

// arguments sets the parameters that are given.
func (m *macro) arguments(s *state, args pyvalue.Args) error {
	c, n := m.code, len(m.code.args)
	for i := 0; i < n && i < len(args.Pos); i++ {
		s.rec.slots[c.params[i].slot] = args.Pos[i]
	}
	rest := pyvalue.NewDict()
	var caller pyvalue.Value
	for _, kw := range args.Kw {
		i := indexFrom(c.args, kw.Name, len(args.Pos))
		switch {
		case i >= 0:
			s.rec.slots[c.params[i].slot] = kw.Value
		case kw.Name == "caller" && c.caller >= 0:
			caller = kw.Value
		default:
			rest.SetStr(kw.Name, kw.Value)
		}
	}
	if c.caller >= 0 {
		if _, none := caller.(pyvalue.None); none || caller == nil {
			caller = s.ctx.newUndefined(undefined{hint: "No caller defined", name: pyvalue.String("caller")})
		}
		s.rec.slots[c.caller] = caller
	}
	return m.extras(s, args.Pos, rest)
}

func indexFrom(names []string, name string, from int) int {
	for i := from; i < len(names); i++ {
		if names[i] == name {
			return i
		}
	}
	return -1
}

// extras sets kwargs and varargs, or refuses what is left.
func (m *macro) extras(s *state, given []pyvalue.Value, rest *pyvalue.Dict) error {
	c, n := m.code, len(m.code.args)
	name := "None"
	if c.name != "" {
		name = repr(c.name)
	}
	if c.kwargs >= 0 {
		s.rec.slots[c.kwargs] = rest
	} else if rest.Len() > 0 {
		if _, ok := rest.GetStr("caller"); ok {
			return typeError("macro %s was invoked with two values for the special caller argument. This is most likely a bug.", name)
		}
		for k := range rest.All() {
			key, _ := pyvalue.TextOf(k)
			return typeError("macro %s takes no keyword argument %s", name, repr(key))
		}
	}
	if c.varargs >= 0 {
		var extra []pyvalue.Value
		if len(given) > n {
			extra = given[n:]
		}
		s.rec.slots[c.varargs] = pyvalue.NewTuple(extra...)
	} else if len(given) > n {
		return typeError("macro %s takes not more than %d argument(s)", name, n)
	}
	return nil
}

func (*macro) TypeName() string { return "Macro" }
func (*macro) module() string   { return "jinja2.runtime" }

// Call calls the macro from where no autoescape is known.
func (m *macro) Call(_ *pyvalue.Budget, args pyvalue.Args) (pyvalue.Value, error) {
	return m.invoke(args, m.autoescape)
}

// Repr is as Jinja's.
func (m *macro) Repr(*pyvalue.Budget) (string, error) {
	if m.code.name == "" {
		return "<Macro anonymous>", nil
	}
	return "<Macro " + repr(m.code.name) + ">", nil
}

// Attr answers the attributes Jinja documents.
func (m *macro) Attr(_ *pyvalue.Budget, name string) (pyvalue.Value, bool, error) {
	switch name {
	case "name":
		if m.code.name == "" {
			return pyvalue.None{}, true, nil
		}
		return pyvalue.String(m.code.name), true, nil
	case "arguments":
		var names []pyvalue.Value
		for _, a := range m.code.args {
			names = append(names, pyvalue.String(a))
		}
		return pyvalue.NewTuple(names...), true, nil
	case "catch_kwargs":
		return pyvalue.Bool(m.code.kwargs >= 0), true, nil
	case "catch_varargs":
		return pyvalue.Bool(m.code.varargs >= 0), true, nil
	case "caller":
		return pyvalue.Bool(m.code.usesCaller), true, nil
	case "explicit_caller":
		return pyvalue.Bool(m.code.explicitCaller), true, nil
	}
	return nil, false, nil
}
