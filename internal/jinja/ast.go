package jinja

import "github.com/mlops-as-code/mlops/internal/pyvalue"

// node is a node of the syntax tree.
type node interface {
	// at is its place.
	at() pos
	// children are the nodes below, in the order of Jinja's own fields,
	// which its scoping depends on.
	children() []node
}

// expr is an expression; height bounds the recursion of all that walk it.
type expr interface {
	node
	height() int
	grow(h int)
}

// base is what all expressions have.
type base struct {
	pos
	h int
}

func (p pos) at() pos          { return p }
func (b *base) height() int    { return b.h }
func (b *base) grow(h int)     { b.h = h }
func (*base) children() []node { return nil }
func exprs(es ...expr) []node  { return appendExprs(nil, es...) }
func nodesOf(ns ...[]node) (all []node) {
	for _, n := range ns {
		all = append(all, n...)
	}
	return all
}

// appendExprs appends those that are there.
func appendExprs(ns []node, es ...expr) []node {
	for _, e := range es {
		if e != nil {
			ns = append(ns, e)
		}
	}
	return ns
}

// How a name is used.
type nameCtx uint8

const (
	ctxLoad nameCtx = iota
	ctxStore
	ctxParam
)

type (
	nameExpr struct {
		base
		name string
		ctx  nameCtx
	}
	// nsRef is name.attr as the target of an assignment.
	nsRef struct {
		base
		name, attr string
	}
	constExpr struct {
		base
		value pyvalue.Value
	}
	tupleExpr struct {
		base
		items []expr
	}
	listExpr struct {
		base
		items []expr
	}
	// dictExpr has keys and values in turn.
	dictExpr struct {
		base
		items []expr
	}
	condExpr struct {
		base
		test, then, other expr // other may be nil
	}
	// callArgs are the arguments of a call, filter or test.
	callArgs struct {
		args            []expr
		kwargs          []keyword
		dynArgs, dynKws expr // may be nil
	}
	keyword struct {
		name  string
		value expr
	}
	callExpr struct {
		base
		fn expr
		callArgs
	}
	// filterExpr is a filter; subject is nil in a filter block.
	filterExpr struct {
		base
		subject expr
		name    string
		callArgs
	}
	testExpr struct {
		base
		subject expr
		name    string
		callArgs
	}
	attrExpr struct {
		base
		subject expr
		name    string
	}
	itemExpr struct {
		base
		subject, key expr
	}
	sliceExpr struct {
		base
		start, stop, step expr // may be nil
	}
	concatExpr struct {
		base
		items []expr
	}
	compareExpr struct {
		base
		first    expr
		operands []operand
	}
	operand struct {
		op    string
		value expr
	}
	binExpr struct {
		base
		op          pyvalue.Op
		left, right expr
	}
	// boolExpr is and, or.
	boolExpr struct {
		base
		or          bool
		left, right expr
	}
	unaryExpr struct {
		base
		op      pyvalue.Op // 0 is not
		subject expr
	}
	// safeExpr marks a text as Markup when autoescape is on.
	safeExpr struct {
		base
		subject expr
	}
	// tagExpr is what a custom tag or debug prints.
	tagExpr struct {
		base
		name string
		call Function
		args []expr
	}
)

func (e *tupleExpr) children() []node  { return exprs(e.items...) }
func (e *listExpr) children() []node   { return exprs(e.items...) }
func (e *dictExpr) children() []node   { return exprs(e.items...) }
func (e *condExpr) children() []node   { return exprs(e.test, e.then, e.other) }
func (e *callExpr) children() []node   { return e.nodes(e.fn) }
func (e *filterExpr) children() []node { return e.nodes(e.subject) }
func (e *testExpr) children() []node   { return e.nodes(e.subject) }
func (e *attrExpr) children() []node   { return exprs(e.subject) }
func (e *itemExpr) children() []node   { return exprs(e.subject, e.key) }
func (e *sliceExpr) children() []node  { return exprs(e.start, e.stop, e.step) }
func (e *concatExpr) children() []node { return exprs(e.items...) }
func (e *binExpr) children() []node    { return exprs(e.left, e.right) }
func (e *boolExpr) children() []node   { return exprs(e.left, e.right) }
func (e *unaryExpr) children() []node  { return exprs(e.subject) }
func (e *safeExpr) children() []node   { return exprs(e.subject) }
func (e *tagExpr) children() []node    { return exprs(e.args...) }

func (e *compareExpr) children() []node {
	ns := exprs(e.first)
	for _, o := range e.operands {
		ns = append(ns, o.value)
	}
	return ns
}

func (a *callArgs) nodes(first expr) []node {
	ns := appendExprs(exprs(first), a.args...)
	for _, k := range a.kwargs {
		ns = append(ns, k.value)
	}
	return appendExprs(ns, a.dynArgs, a.dynKws)
}

type (
	// dataNode is template text; it appears in an output only.
	dataNode struct {
		base
		text string
	}
	outputStmt struct {
		pos
		items []expr
	}
	extendsStmt struct {
		pos
		template expr
	}
	forStmt struct {
		pos
		target, iter expr
		body, other  []node
		test         expr // may be nil
		recursive    bool
	}
	ifStmt struct {
		pos
		test  expr
		body  []node
		elifs []*ifStmt
		other []node
	}
	// signature is what macros and call blocks declare.
	signature struct {
		args     []*nameExpr
		defaults []expr
	}
	macroStmt struct {
		pos
		name string
		signature
		body []node
	}
	callStmt struct {
		pos
		call *callExpr
		signature
		body []node
	}
	filterStmt struct {
		pos
		filter *filterExpr
		body   []node
	}
	withStmt struct {
		pos
		targets, values []expr
		body            []node
	}
	blockStmt struct {
		pos
		name             string
		body             []node
		scoped, required bool
	}
	includeStmt struct {
		pos
		template                   expr
		withContext, ignoreMissing bool
	}
	importStmt struct {
		pos
		template    expr
		target      string
		withContext bool
	}
	fromStmt struct {
		pos
		template    expr
		names       []importName
		withContext bool
	}
	importName struct{ name, alias string }
	doStmt     struct {
		pos
		value expr
	}
	assignStmt struct {
		pos
		target, value expr
	}
	assignBlock struct {
		pos
		target expr
		filter expr // may be nil
		body   []node
	}
	autoescapeStmt struct {
		pos
		value expr
		body  []node
	}
	// scopeStmt is a scope of its own around other statements.
	scopeStmt struct {
		pos
		body []node
	}
	loopControl struct {
		pos
		signal signal
	}
	// rootNode is a whole template.
	rootNode struct {
		pos
		body []node
	}
)

func (s *outputStmt) children() []node  { return exprs(s.items...) }
func (s *extendsStmt) children() []node { return exprs(s.template) }
func (s *forStmt) children() []node {
	return nodesOf(exprs(s.target, s.iter), s.body, s.other, exprs(s.test))
}

func (s *ifStmt) children() []node {
	ns := nodesOf(exprs(s.test), s.body)
	for _, e := range s.elifs {
		ns = append(ns, e)
	}
	return append(ns, s.other...)
}

func (s *signature) nodes() []node {
	var ns []node
	for _, a := range s.args {
		ns = append(ns, a)
	}
	return appendExprs(ns, s.defaults...)
}

func (s *macroStmt) children() []node  { return nodesOf(s.nodes(), s.body) }
func (s *callStmt) children() []node   { return nodesOf(exprs(s.call), s.nodes(), s.body) }
func (s *filterStmt) children() []node { return nodesOf(s.body, exprs(s.filter)) }
func (s *withStmt) children() []node {
	return nodesOf(exprs(s.targets...), exprs(s.values...), s.body)
}
func (s *blockStmt) children() []node      { return s.body }
func (s *includeStmt) children() []node    { return exprs(s.template) }
func (s *importStmt) children() []node     { return exprs(s.template) }
func (s *fromStmt) children() []node       { return exprs(s.template) }
func (s *doStmt) children() []node         { return exprs(s.value) }
func (s *assignStmt) children() []node     { return exprs(s.target, s.value) }
func (s *assignBlock) children() []node    { return nodesOf(exprs(s.target, s.filter), s.body) }
func (s *autoescapeStmt) children() []node { return nodesOf(exprs(s.value), s.body) }
func (s *scopeStmt) children() []node      { return s.body }
func (*loopControl) children() []node      { return nil }
func (s *rootNode) children() []node       { return s.body }

// walk visits n's descendants in order, not n itself, until visit is false for
// one, whose own descendants are then left out.
func walk(n node, visit func(node) bool) {
	for _, c := range n.children() {
		if visit(c) {
			walk(c, visit)
		}
	}
}

// undeclared says which of the names are read before they are declared, as
// Jinja's visitor of that name does: in order of fields, without scopes, and
// not inside blocks.
func undeclared(body []node, names ...string) map[string]bool {
	open, found := map[string]bool{}, map[string]bool{}
	for _, n := range names {
		open[n] = true
	}
	walk(&scopeStmt{body: body}, func(n node) bool {
		switch n := n.(type) {
		case *blockStmt:
			return false
		case *nameExpr:
			if n.ctx == ctxLoad && open[n.name] {
				found[n.name] = true
			} else {
				delete(open, n.name)
			}
		}
		return true
	})
	return found
}
