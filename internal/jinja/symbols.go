package jinja

import (
	"maps"
	"slices"
)

// This file says which variable a name means, by the rules of Jinja's
// idtracking: every frame has symbols, every name of a frame is a variable of
// the function the frame is in, and on entering a frame its variables are
// loaded.

// function is a unit of compiled code with variables of its own: a template's
// root, a block, a macro, the body of a recursive loop.
type function struct {
	up    *function
	slots map[slotKey]int
	loops int // loops being compiled, for break and continue
}

type slotKey struct {
	level int
	name  string
}

func newFunction(up *function) *function {
	return &function{up: up, slots: map[slotKey]int{}}
}

// variable is a slot of a function.
type variable struct {
	fn   *function
	slot int
}

type loadKind uint8

const (
	loadParam     loadKind = iota // set by whoever enters the frame
	loadResolve                   // from the context
	loadAlias                     // from a variable of an outer frame
	loadUndefined                 // nothing yet
)

type loadOp struct {
	kind loadKind
	name string
	from variable
}

type symbols struct {
	level  int
	parent *symbols
	fn     *function
	refs   map[string]variable
	loads  map[variable]loadOp
	stores map[string]bool
}

func newSymbols(parent *symbols, fn *function) *symbols {
	s := &symbols{parent: parent, fn: fn, refs: map[string]variable{}, loads: map[variable]loadOp{}, stores: map[string]bool{}}
	if parent != nil {
		s.level = parent.level + 1
	}
	return s
}

func (s *symbols) clone() *symbols {
	c := *s
	c.refs, c.loads, c.stores = maps.Clone(s.refs), maps.Clone(s.loads), maps.Clone(s.stores)
	return &c
}

func (s *symbols) define(name string, op loadOp) variable {
	key := slotKey{s.level, name}
	i, ok := s.fn.slots[key]
	if !ok {
		i = len(s.fn.slots)
		s.fn.slots[key] = i
	}
	v := variable{s.fn, i}
	s.refs[name] = v
	s.loads[v] = op
	return v
}

func (s *symbols) find(name string) (variable, bool) {
	for ; s != nil; s = s.parent {
		if v, ok := s.refs[name]; ok {
			return v, true
		}
	}
	return variable{}, false
}

// findLoad is how a variable was loaded.
func (s *symbols) findLoad(v variable) (loadOp, bool) {
	for ; s != nil; s = s.parent {
		if op, ok := s.loads[v]; ok {
			return op, true
		}
	}
	return loadOp{}, false
}

func (s *symbols) store(name string) {
	s.stores[name] = true
	if _, ok := s.refs[name]; ok {
		return
	}
	if outer, ok := s.parent.find(name); ok {
		s.define(name, loadOp{kind: loadAlias, from: outer})
		return
	}
	s.define(name, loadOp{kind: loadUndefined})
}

func (s *symbols) param(name string) variable {
	s.stores[name] = true
	return s.define(name, loadOp{kind: loadParam})
}

func (s *symbols) load(name string) {
	if _, ok := s.find(name); !ok {
		s.define(name, loadOp{kind: loadResolve, name: name})
	}
}

// merge takes over what the branches of an if did.
func (s *symbols) merge(branches ...*symbols) {
	stores := map[string]bool{}
	for _, b := range branches {
		for name := range b.stores {
			if !s.stores[name] {
				stores[name] = true
			}
		}
	}
	for _, b := range branches {
		maps.Copy(s.refs, b.refs)
		maps.Copy(s.loads, b.loads)
		maps.Copy(s.stores, b.stores)
	}
	for name := range stores {
		v, _ := s.find(name)
		if outer, ok := s.parent.find(name); ok {
			s.loads[v] = loadOp{kind: loadAlias, from: outer}
		} else {
			s.loads[v] = loadOp{kind: loadResolve, name: name}
		}
	}
}

// storedNames are the names assigned here or further out, the nearest variable
// of each.
func (s *symbols) storedNames() map[string]variable {
	all := map[string]variable{}
	for n := s; n != nil; n = n.parent {
		for name := range n.stores {
			if _, ok := all[name]; !ok {
				all[name], _ = s.find(name)
			}
		}
	}
	return all
}

// sortedLoads are the loads in the order of their slots.
func (s *symbols) sortedLoads() []variable {
	vs := slices.Collect(maps.Keys(s.loads))
	slices.SortFunc(vs, func(a, b variable) int { return a.slot - b.slot })
	return vs
}

// analyse declares what the frame of n needs.
func (s *symbols) analyse(n node) {
	switch n := n.(type) {
	case *assignBlock:
		s.visitAll(n.body)
	case *callStmt:
		s.visitAll(n.nodes())
		s.visitAll(n.body)
	case *withStmt:
		s.visitAll(exprs(n.targets...))
		s.visitAll(n.body)
	default:
		s.visitAll(n.children())
	}
}

// The branches of a loop, each a frame.
const (
	branchBody = iota
	branchElse
	branchTest
)

func (s *symbols) analyseFor(n *forStmt, branch int) {
	if branch != branchElse {
		walk(&scopeStmt{body: []node{n.target}}, func(c node) bool {
			if name, ok := c.(*nameExpr); ok {
				s.param(name.name)
			}
			return true
		})
	}
	switch branch {
	case branchBody:
		s.visitAll(n.body)
	case branchElse:
		s.visitAll(n.other)
	case branchTest:
		s.visitAll(exprs(n.test))
	}
}

func (s *symbols) visitAll(ns []node) {
	for _, n := range ns {
		s.visit(n)
	}
}

// visit declares what n needs of the frame it is in. It does not go into what
// has a frame of its own.
func (s *symbols) visit(n node) {
	switch n := n.(type) {
	case *nameExpr:
		switch n.ctx {
		case ctxParam:
			s.param(n.name)
		case ctxStore:
			s.store(n.name)
		default:
			s.load(n.name)
		}
	case *nsRef:
		s.load(n.name)
	case *ifStmt:
		s.visitIf(n)
	case *macroStmt:
		s.store(n.name)
	case *importStmt:
		s.visitAll(n.children())
		s.store(n.target)
	case *fromStmt:
		s.visitAll(n.children())
		for _, name := range n.names {
			s.store(name.alias)
		}
	case *assignStmt:
		s.visit(n.value)
		s.visit(n.target)
	case *forStmt:
		s.visit(n.iter)
	case *callStmt:
		s.visit(n.call)
	case *filterStmt:
		s.visit(n.filter)
	case *withStmt:
		s.visitAll(exprs(n.values...))
	case *assignBlock:
		s.visit(n.target)
	case *scopeStmt, *blockStmt:
	default:
		s.visitAll(n.children())
	}
}

func (s *symbols) visitIf(n *ifStmt) {
	s.visit(n.test)
	branch := func(ns []node) *symbols {
		c := s.clone()
		c.visitAll(ns)
		return c
	}
	var elifs []node
	for _, e := range n.elifs {
		elifs = append(elifs, e)
	}
	s.merge(branch(n.body), branch(elifs), branch(n.other))
}
