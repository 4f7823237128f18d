package jinja

import (
	"maps"
	"slices"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// A template is compiled to closures. The compiler follows Jinja's code
// generator frame by frame, because its scoping is what that generator does.
type (
	evalFn  func(s *state) (pyvalue.Value, error)
	execFn  func(s *state) (signal, error)
	storeFn func(s *state, v pyvalue.Value) error
)

// signal says how a statement ended.
type signal uint8

const (
	sigNone signal = iota
	sigBreak
	sigContinue
)

// escaping is what the compiler knows of autoescape.
type escaping struct {
	on       bool
	volatile bool // known at run time only
}

type frame struct {
	symbols     *symbols
	fn          *function
	esc         *escaping
	outputCheck bool // output may be suppressed by an extends
	toplevel    bool // root, and ifs in it
	rootlevel   bool // root only
	soft        bool // inside an if or an inline if
}

// inner is a frame of its own; fn is the function it is in.
func (f *frame) inner(fn *function) *frame {
	return &frame{symbols: newSymbols(f.symbols, fn), fn: fn, esc: f.esc, outputCheck: f.outputCheck}
}

// softly is the frame for what may not be executed.
func (f *frame) softly() *frame {
	c := *f
	c.rootlevel, c.soft = false, true
	return &c
}

type compiler struct {
	t          *Template
	env        *Environment
	extends    int         // extends statements so far
	known      bool        // one of them is always executed
	late       *parseError // what Python's own compiler would say of the code
	optimizing bool        // inside an expression whose dicts were checked
	folding    bool        // an expression as the compiler itself would evaluate it
	exit       bool        // the rest of the body cannot be reached
	assigned   []map[string]bool
	params     []map[variable]bool // parameters not set yet
	free       map[string]bool     // names read from the context
	blockNodes map[string]*blockStmt
}

// compile fills t from its tree.
func (t *Template) compile(root *rootNode) (err error) {
	defer func() {
		if r := recover(); r != nil {
			pe, ok := r.(parseError)
			if !ok {
				panic(r)
			}
			err = t.located(pe.err, pe.at)
		}
	}()
	c := &compiler{t: t, env: t.env, free: map[string]bool{}, blockNodes: map[string]*blockStmt{}}
	c.findBlocks(root)
	c.root(root)
	for _, name := range t.blockNames {
		c.block(c.blockNodes[name])
	}
	if c.late != nil {
		panic(*c.late)
	}
	t.free = slices.Sorted(maps.Keys(c.free))
	return nil
}

// failLate is an error Python finds in the code Jinja generates, and so after
// all that Jinja finds.
func (c *compiler) failLate(at pos, format string, args ...any) {
	if c.late == nil {
		c.late = &parseError{raise("SyntaxError", format, args...), at}
	}
}

func (c *compiler) fail(class string, at pos, format string, args ...any) {
	panic(parseError{raise(class, format, args...), at})
}

func (c *compiler) findBlocks(root *rootNode) {
	walk(root, func(n node) bool {
		if b, ok := n.(*blockStmt); ok {
			if c.blockNodes[b.name] != nil {
				c.fail(classAssertion, b.pos, "block %s defined twice", repr(b.name))
			}
			c.blockNodes[b.name] = b
			c.t.blockNames = append(c.t.blockNames, b.name)
		}
		_, isExpr := n.(expr)
		return !isExpr
	})
}

func hasExtends(root node) (found bool) {
	walk(root, func(n node) bool {
		_, ok := n.(*extendsStmt)
		found = found || ok
		return !found
	})
	return found
}

func (c *compiler) topFrame(fn *function) *frame {
	esc := &escaping{on: c.env.opts.Autoescape}
	return &frame{symbols: newSymbols(nil, fn), fn: fn, esc: esc}
}

// makeFn makes a special variable.
type makeFn func(s *state) pyvalue.Value

// special declares the special variables of a root or block that its body
// reads, and returns what sets them.
func (f *frame) special(body []node, all map[string]makeFn) func(s *state) {
	sets := map[int]makeFn{}
	for name, mk := range all {
		if undeclared(body, name)[name] {
			sets[f.symbols.param(name).slot] = mk
		}
	}
	return func(s *state) {
		for slot, mk := range sets {
			s.rec.slots[slot] = mk(s)
		}
	}
}

func makeSelf(s *state) pyvalue.Value { return &selfRef{s.ctx} }

func (c *compiler) root(root *rootNode) {
	fn := newFunction(nil)
	f := c.topFrame(fn)
	special := f.special(root.body, map[string]makeFn{"self": makeSelf})
	f.symbols.analyse(root)
	f.toplevel, f.rootlevel = true, true
	f.outputCheck = hasExtends(root)
	enter := c.enter(f)
	body := c.body(root.body, f)
	c.t.fn = fn
	c.t.root = func(s *state) (signal, error) {
		special(s)
		enter(s)
		return body(s)
	}
}

func (c *compiler) block(n *blockStmt) {
	fn := newFunction(nil)
	f := c.topFrame(fn)
	b := &block{t: c.t, name: n.name, fn: fn}
	super := func(s *state) pyvalue.Value { return s.ctx.super(b) }
	special := f.special(n.body, map[string]makeFn{"self": makeSelf, "super": super})
	f.symbols.analyse(n)
	enter := c.enter(f)
	body := c.body(n.body, f)
	b.exec = func(s *state) (signal, error) {
		special(s)
		enter(s)
		return body(s)
	}
	c.t.blocks[n.name] = b
}

// enter loads the variables of a frame.
func (c *compiler) enter(f *frame) func(s *state) {
	var ops []func(s *state)
	for _, v := range f.symbols.sortedLoads() {
		slot := v.slot
		switch op := f.symbols.loads[v]; op.kind {
		case loadResolve:
			if _, global := c.env.globals[op.name]; !global {
				c.free[op.name] = true
			}
			ops = append(ops, func(s *state) { s.rec.slots[slot] = s.ctx.resolve(op.name) })
		case loadAlias:
			get := f.getter(op.from)
			ops = append(ops, func(s *state) { s.rec.slots[slot] = get(s) })
		case loadUndefined:
			ops = append(ops, func(s *state) { s.rec.slots[slot] = nil })
		}
	}
	return func(s *state) {
		for _, op := range ops {
			op(s)
		}
	}
}

// leave forgets the variables of a frame.
func (c *compiler) leave(f *frame) func(s *state) {
	var slots []int
	for _, v := range f.symbols.sortedLoads() {
		slots = append(slots, v.slot)
	}
	return func(s *state) {
		for _, i := range slots {
			s.rec.slots[i] = nil
		}
	}
}

// hops is how many functions further out a variable is.
func (f *frame) hops(v variable) int {
	n := 0
	for fn := f.fn; fn != v.fn && fn != nil; fn = fn.up {
		n++
	}
	return n
}

// getter reads a variable; nil is one that is missing.
func (f *frame) getter(v variable) func(s *state) pyvalue.Value {
	slot := v.slot
	switch n := f.hops(v); n {
	case 0:
		return func(s *state) pyvalue.Value { return s.rec.slots[slot] }
	default:
		return func(s *state) pyvalue.Value { return s.rec.outer(n).slots[slot] }
	}
}

func (f *frame) setter(v variable) storeFn {
	slot, n := v.slot, f.hops(v)
	return func(s *state, val pyvalue.Value) error {
		s.rec.outer(n).slots[slot] = val
		return nil
	}
}

// ref is the variable a name means in a frame.
func (c *compiler) ref(f *frame, name string, at pos) variable {
	v, ok := f.symbols.find(name)
	if !ok {
		c.fail("AssertionError", at, "Tried to resolve a name to a reference that was unknown to the frame (%s)", repr(name))
	}
	return v
}

// body compiles statements in order.
func (c *compiler) body(ns []node, f *frame) execFn {
	var list []execFn
	for _, n := range ns {
		if e := c.stmt(n, f); e != nil {
			list = append(list, e)
		}
		if c.exit {
			c.exit = false
			break
		}
	}
	if len(list) == 1 {
		return list[0]
	}
	return func(s *state) (signal, error) {
		for _, e := range list {
			if sig, err := e(s); sig != sigNone || err != nil {
				return sig, err
			}
		}
		return sigNone, nil
	}
}

func (c *compiler) stmt(n node, f *frame) execFn {
	switch n := n.(type) {
	case *outputStmt:
		return c.output(n, f)
	case *ifStmt:
		return c.ifElse(n, f.softly())
	case *forStmt:
		return c.forLoop(n, f)
	case *assignStmt:
		return c.assign(n, f)
	case *assignBlock:
		return c.assignText(n, f)
	case *macroStmt:
		return c.macro(n, f)
	case *callStmt:
		return c.callBlock(n, f)
	case *filterStmt:
		return c.filterBlock(n, f)
	case *withStmt:
		return c.with(n, f)
	case *blockStmt:
		return c.blockCall(n, f)
	case *extendsStmt:
		return c.extend(n, f)
	case *includeStmt:
		return c.include(n, f)
	case *importStmt:
		return c.importAs(n, f)
	case *fromStmt:
		return c.importFrom(n, f)
	case *scopeStmt:
		return c.scope(n, f)
	case *autoescapeStmt:
		return c.autoescape(n, f)
	case *doStmt:
		value := c.expr(n.value, f)
		return func(s *state) (signal, error) {
			_, err := value(s)
			return sigNone, err
		}
	case *loopControl:
		return c.loopControl(n, f)
	}
	return nil
}

func (c *compiler) loopControl(n *loopControl, f *frame) execFn {
	if f.fn.loops == 0 {
		if n.signal == sigBreak {
			c.failLate(n.pos, "'break' outside loop")
		} else {
			c.failLate(n.pos, "'continue' not properly in loop")
		}
	}
	return func(*state) (signal, error) { return n.signal, nil }
}
