package jinja

import (
	"strings"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// tupleOpts says how a tuple or single expression is parsed.
type tupleOpts struct {
	simple    bool // names and literals only
	cond      bool // with inline if
	namespace bool // name.attr is a namespace reference
	parens    bool // in parentheses, where () is a tuple
}

func (p *parser) tuple(o tupleOpts) expr {
	defer p.enter()()
	at := p.cur.pos
	var items []expr
	isTuple := false
	for {
		if len(items) > 0 {
			p.expect(tComma)
		}
		if p.is(tVariableEnd) || p.is(tBlockEnd) || p.is(tRparen) {
			break
		}
		if o.simple {
			items = append(items, p.primary(o.namespace))
		} else {
			items = append(items, p.expression(o.cond))
		}
		if !p.is(tComma) {
			break
		}
		isTuple = true
		at = p.cur.pos
	}
	if !isTuple {
		if len(items) > 0 {
			return items[0]
		}
		if !o.parens {
			p.fail(p.cur.pos, "Expected an expression, got %s", repr(p.cur.describe()))
		}
	}
	return made(p, &tupleExpr{base: base{pos: at}, items: items}, items...)
}

func (p *parser) expression(cond bool) expr {
	defer p.enter()()
	if !cond {
		return p.or()
	}
	at := p.cur.pos
	e := p.or()
	for p.skipName("if") {
		c := &condExpr{base: base{pos: at}, then: e, test: p.or()}
		if p.skipName("else") {
			c.other = p.expression(true)
		}
		e = made(p, c, c.test, c.then, c.other)
		at = p.cur.pos
	}
	return e
}

func (p *parser) or() expr {
	at := p.cur.pos
	left := p.and()
	for p.skipName("or") {
		right := p.and()
		left = made(p, &boolExpr{base: base{pos: at}, or: true, left: left, right: right}, left, right)
		at = p.cur.pos
	}
	return left
}

func (p *parser) and() expr {
	at := p.cur.pos
	left := p.not()
	for p.skipName("and") {
		right := p.not()
		left = made(p, &boolExpr{base: base{pos: at}, left: left, right: right}, left, right)
		at = p.cur.pos
	}
	return left
}

func (p *parser) not() expr {
	if !p.isName("not") {
		return p.compare()
	}
	defer p.enter()()
	at := p.next().pos
	e := p.not()
	return made(p, &unaryExpr{base: base{pos: at}, subject: e}, e)
}

func (p *parser) compare() expr {
	at := p.cur.pos
	first := p.math1()
	var ops []operand
	parts := []expr{first}
	for {
		op := p.compareOp()
		if op == "" {
			break
		}
		e := p.math1()
		ops = append(ops, operand{op, e})
		parts = append(parts, e)
		at = p.cur.pos
	}
	if len(ops) == 0 {
		return first
	}
	return made(p, &compareExpr{base: base{pos: at}, first: first, operands: ops}, parts...)
}

func (p *parser) compareOp() string {
	switch {
	case p.is(tEq), p.is(tNe), p.is(tLt), p.is(tLteq), p.is(tGt), p.is(tGteq):
		return describeKind(p.next().kind)
	case p.skipName("in"):
		return "in"
	case p.isName("not") && p.look().isName("in"):
		p.next()
		p.next()
		return "not in"
	}
	return ""
}

// binary parses a chain of operators that bind to the left.
func (p *parser) binary(operand func() expr, ops func(k kind) pyvalue.Op) expr {
	at := p.cur.pos
	left := operand()
	for {
		op := ops(p.cur.kind)
		if op == 0 {
			return left
		}
		p.next()
		right := operand()
		left = made(p, &binExpr{base: base{pos: at}, op: op, left: left, right: right}, left, right)
		at = p.cur.pos
	}
}

func (p *parser) math1() expr {
	return p.binary(p.concat, sumOp)
}

func (p *parser) concat() expr {
	at := p.cur.pos
	items := []expr{p.math2()}
	for p.skipIf(tTilde) {
		items = append(items, p.math2())
	}
	if len(items) == 1 {
		return items[0]
	}
	return made(p, &concatExpr{base: base{pos: at}, items: items}, items...)
}

func (p *parser) math2() expr {
	return p.binary(p.pow, productOp)
}

// pow binds to the left, unlike Python's.
func (p *parser) pow() expr {
	return p.binary(func() expr { return p.unary(true) }, powOp)
}

// The operators of one precedence; 0 for another token.
func sumOp(k kind) pyvalue.Op {
	switch k {
	case tAdd:
		return pyvalue.OpAdd
	case tSub:
		return pyvalue.OpSub
	}
	return 0
}

func productOp(k kind) pyvalue.Op {
	switch k {
	case tMul:
		return pyvalue.OpMul
	case tDiv:
		return pyvalue.OpDiv
	case tFloordiv:
		return pyvalue.OpFloorDiv
	case tMod:
		return pyvalue.OpMod
	}
	return 0
}

func powOp(k kind) pyvalue.Op {
	if k == tPow {
		return pyvalue.OpPow
	}
	return 0
}

func (p *parser) unary(filters bool) expr {
	defer p.enter()()
	at := p.cur.pos
	var e expr
	switch {
	case p.skipIf(tSub):
		sub := p.unary(false)
		e = made(p, &unaryExpr{base: base{pos: at}, op: pyvalue.OpNeg, subject: sub}, sub)
	case p.skipIf(tAdd):
		sub := p.unary(false)
		e = made(p, &unaryExpr{base: base{pos: at}, op: pyvalue.OpPos, subject: sub}, sub)
	default:
		e = p.primary(false)
	}
	e = p.postfix(e)
	if filters {
		e = p.filterExpr(e)
	}
	return e
}

func (p *parser) primary(namespace bool) expr {
	t := p.cur
	b := base{pos: t.pos, h: 1}
	switch t.kind {
	case tName:
		p.next()
		return p.name(t, namespace)
	case tString:
		var text strings.Builder
		for p.is(tString) {
			text.WriteString(p.next().text)
		}
		return &constExpr{b, pyvalue.String(text.String())}
	case tInteger:
		p.next()
		return &constExpr{b, pyvalue.NewInt(t.int)}
	case tFloat:
		p.next()
		return &constExpr{b, pyvalue.Float(t.float)}
	case tLparen:
		p.next()
		e := p.tuple(tupleOpts{cond: true, parens: true})
		p.expect(tRparen)
		return e
	case tLbracket:
		return p.list()
	case tLbrace:
		return p.dict()
	}
	p.fail(t.pos, "unexpected %s", repr(t.describe()))
	return nil
}

// name is a name or a constant with a name; its token was passed.
func (p *parser) name(t token, namespace bool) expr {
	b := base{pos: t.pos, h: 1}
	switch t.text {
	case "true", "True":
		return &constExpr{b, pyvalue.Bool(true)}
	case "false", "False":
		return &constExpr{b, pyvalue.Bool(false)}
	case "none", "None":
		return &constExpr{b, pyvalue.None{}}
	}
	if namespace && p.skipIf(tDot) {
		return &nsRef{b, t.text, p.expect(tName).text}
	}
	return &nameExpr{base: b, name: t.text}
}

func (p *parser) list() expr {
	defer p.enter()()
	l := &listExpr{base: base{pos: p.expect(tLbracket).pos}}
	for !p.is(tRbracket) {
		if len(l.items) > 0 {
			p.expect(tComma)
		}
		if p.is(tRbracket) {
			break
		}
		l.items = append(l.items, p.expression(true))
	}
	p.expect(tRbracket)
	return made(p, l, l.items...)
}

func (p *parser) dict() expr {
	defer p.enter()()
	d := &dictExpr{base: base{pos: p.expect(tLbrace).pos}}
	for !p.is(tRbrace) {
		if len(d.items) > 0 {
			p.expect(tComma)
		}
		if p.is(tRbrace) {
			break
		}
		key := p.expression(true)
		p.expect(tColon)
		d.items = append(d.items, key, p.expression(true))
	}
	p.expect(tRbrace)
	return made(p, d, d.items...)
}

func (p *parser) postfix(e expr) expr {
	for {
		switch {
		case p.is(tDot), p.is(tLbracket):
			e = p.subscript(e)
		case p.is(tLparen):
			e = p.call(e)
		default:
			return e
		}
	}
}

func (p *parser) filterExpr(e expr) expr {
	for {
		switch {
		case p.is(tPipe):
			e = p.filters(e)
		case p.isName("is"):
			e = p.test(e)
		case p.is(tLparen):
			e = p.call(e)
		default:
			return e
		}
	}
}

func (p *parser) subscript(e expr) expr {
	t := p.next()
	b := base{pos: t.pos}
	if t.kind == tDot {
		a := p.next()
		switch a.kind {
		case tName:
			return made(p, &attrExpr{b, e, a.text}, e)
		case tInteger:
			return made(p, &itemExpr{b, e, &constExpr{base{pos: a.pos, h: 1}, pyvalue.NewInt(a.int)}}, e)
		}
		p.fail(a.pos, "expected name or number")
	}
	var args []expr
	for !p.is(tRbracket) {
		if len(args) > 0 {
			p.expect(tComma)
		}
		args = append(args, p.subscribed())
	}
	p.expect(tRbracket)
	if len(args) == 1 {
		return made(p, &itemExpr{b, e, args[0]}, e, args[0])
	}
	key := made(p, &tupleExpr{base: b, items: args}, args...)
	return made(p, &itemExpr{b, e, key}, e, key)
}

// subscribed is an index or a slice.
func (p *parser) subscribed() expr {
	s := &sliceExpr{base: base{pos: p.cur.pos}}
	if !p.skipIf(tColon) {
		e := p.expression(true)
		if !p.skipIf(tColon) {
			return e
		}
		s.start = e
	}
	if !p.is(tColon) {
		s.stop = p.slicePart()
	}
	if p.skipIf(tColon) {
		s.step = p.slicePart()
	}
	return made(p, s, s.start, s.stop, s.step)
}

func (p *parser) slicePart() expr {
	if p.is(tRbracket) || p.is(tComma) {
		return nil
	}
	return p.expression(true)
}
