package jinja

// arguments parses the arguments of a call, in parentheses.
func (p *parser) arguments() (a callArgs) {
	open := p.expect(tLparen)
	for comma := false; !p.is(tRparen); comma = true {
		if comma {
			p.expect(tComma)
			if p.is(tRparen) {
				break
			}
		}
		ok := true
		switch {
		case p.is(tMul):
			ok = a.dynArgs == nil && a.dynKws == nil
		case p.is(tPow):
			ok = a.dynKws == nil
		case p.is(tName) && p.look().kind == tAssign:
			ok = a.dynKws == nil
		default:
			ok = a.dynArgs == nil && a.dynKws == nil && len(a.kwargs) == 0
		}
		if !ok {
			p.fail(open.pos, "invalid syntax for function call expression")
		}
		p.argument(&a)
	}
	p.expect(tRparen)
	return a
}

func (p *parser) argument(a *callArgs) {
	switch {
	case p.skipIf(tMul):
		a.dynArgs = p.expression(true)
	case p.skipIf(tPow):
		a.dynKws = p.expression(true)
	case p.is(tName) && p.look().kind == tAssign:
		name := p.next().text
		p.next()
		a.kwargs = append(a.kwargs, keyword{name, p.expression(true)})
	default:
		a.args = append(a.args, p.expression(true))
	}
}

// all are the expressions of the arguments.
func (a *callArgs) all(first expr) []expr {
	es := append([]expr{first}, a.args...)
	for _, k := range a.kwargs {
		es = append(es, k.value)
	}
	return append(es, a.dynArgs, a.dynKws)
}

func (p *parser) call(fn expr) expr {
	at := p.cur.pos
	a := p.arguments()
	return made(p, &callExpr{base{pos: at}, fn, a}, a.all(fn)...)
}

// filters parses |name(args) as often as it is there.
func (p *parser) filters(e expr) expr {
	for p.skipIf(tPipe) {
		e = p.filter(e)
	}
	return e
}

// filter parses a filter from its name.
func (p *parser) filter(e expr) expr {
	t, name := p.dottedName()
	var a callArgs
	if p.is(tLparen) {
		a = p.arguments()
	}
	return made(p, &filterExpr{base{pos: t.pos}, e, name, a}, a.all(e)...)
}

func (p *parser) dottedName() (token, string) {
	t := p.expect(tName)
	name := t.text
	for p.skipIf(tDot) {
		name += "." + p.expect(tName).text
	}
	return t, name
}

func (p *parser) test(e expr) expr {
	at := p.next().pos
	negated := p.skipName("not")
	_, name := p.dottedName()
	var a callArgs
	switch {
	case p.is(tLparen):
		a = p.arguments()
	case p.startsArgument():
		if p.isName("is") {
			p.fail(p.cur.pos, "You cannot chain multiple tests with is")
		}
		a.args = []expr{p.postfix(p.primary(false))}
	}
	var t expr = made(p, &testExpr{base{pos: at}, e, name, a}, a.all(e)...)
	if negated {
		t = made(p, &unaryExpr{base: base{pos: at}, subject: t}, t)
	}
	return t
}

// startsArgument says whether an argument without parentheses follows a test.
func (p *parser) startsArgument() bool {
	switch p.cur.kind {
	case tName:
		return !p.isName("else") && !p.isName("or") && !p.isName("and")
	case tString, tInteger, tFloat, tLbracket, tLbrace:
		return true
	}
	return false
}
