package jinja

import (
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

func (p *parser) parseSet(at pos) node {
	p.next()
	target := p.assignTarget(tupleOpts{namespace: true})
	if p.skipIf(tAssign) {
		return &assignStmt{pos: at, target: target, value: p.tuple(tupleOpts{cond: true})}
	}
	s := &assignBlock{pos: at, target: target, filter: p.filters(nil)}
	s.body = p.statements("endset")
	p.next()
	return s
}

func (p *parser) parseFor(at pos) node {
	p.next()
	s := &forStmt{pos: at, target: p.assignTarget(tupleOpts{})}
	p.expectName("in")
	s.iter = p.tuple(tupleOpts{})
	if p.skipName("if") {
		s.test = p.expression(true)
	}
	s.recursive = p.skipName("recursive")
	s.body = p.statements("endfor", "else")
	if p.next().text != "endfor" {
		s.other = p.statements("endfor")
		p.next()
	}
	return s
}

func (p *parser) parseIf(at pos) node {
	p.next()
	result := &ifStmt{pos: at}
	for s := result; ; {
		s.test = p.tuple(tupleOpts{})
		s.body = p.statements("elif", "else", "endif")
		switch t := p.next(); t.text {
		case "elif":
			s = &ifStmt{pos: p.cur.pos}
			result.elifs = append(result.elifs, s)
			continue
		case "else":
			result.other = p.statements("endif")
			p.next()
		}
		return result
	}
}

func (p *parser) parseWith(at pos) node {
	p.next()
	s := &withStmt{pos: at}
	for !p.is(tBlockEnd) {
		if len(s.targets) > 0 {
			p.expect(tComma)
		}
		target := p.assignTarget(tupleOpts{})
		setCtx(target, ctxParam)
		s.targets = append(s.targets, target)
		p.expect(tAssign)
		s.values = append(s.values, p.expression(true))
	}
	s.body = p.statements("endwith")
	p.next()
	return s
}

func (p *parser) parseAutoescape(at pos) node {
	p.next()
	s := &autoescapeStmt{pos: at, value: p.expression(true)}
	s.body = p.statements("endautoescape")
	p.next()
	return &scopeStmt{pos: at, body: []node{s}}
}

func (p *parser) parseBlock(at pos) node {
	p.next()
	s := &blockStmt{pos: at, name: p.expect(tName).text}
	s.scoped = p.skipName("scoped")
	s.required = p.skipName("required")
	if p.is(tSub) {
		p.fail(p.cur.pos, "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.")
	}
	s.body = p.statements("endblock")
	p.next()
	if s.required && !slices.ContainsFunc(s.body, isNoSpace) || !s.required {
		p.skipName(s.name)
		return s
	}
	p.fail(p.cur.pos, "Required blocks can only contain comments or whitespace")
	return nil
}

func isNoSpace(n node) bool {
	out, ok := n.(*outputStmt)
	if !ok {
		return true
	}
	return slices.ContainsFunc(out.items, func(e expr) bool {
		d, ok := e.(*dataNode)
		return !ok || trimRightSpace(d.text) != ""
	})
}

func (p *parser) parseExtends(at pos) node {
	p.next()
	return &extendsStmt{at, p.expression(true)}
}

// importContext parses "with context" and "without context".
func (p *parser) importContext(def bool) bool {
	if (p.isName("with") || p.isName("without")) && p.look().isName("context") {
		with := p.next().text == "with"
		p.next()
		return with
	}
	return def
}

func (p *parser) parseInclude(at pos) node {
	p.next()
	s := &includeStmt{pos: at, template: p.expression(true)}
	if p.isName("ignore") && p.look().isName("missing") {
		s.ignoreMissing = true
		p.next()
		p.next()
	}
	s.withContext = p.importContext(true)
	return s
}

func (p *parser) parseImport(at pos) node {
	p.next()
	s := &importStmt{pos: at, template: p.expression(true)}
	p.expectName("as")
	s.target = p.nameTarget().name
	s.withContext = p.importContext(false)
	return s
}

func (p *parser) parseFrom(at pos) node {
	p.next()
	s := &fromStmt{pos: at, template: p.expression(true)}
	p.expectName("import")
	for {
		if len(s.names) > 0 {
			p.expect(tComma)
		}
		if !p.is(tName) {
			p.expect(tName)
		}
		if p.fromContext(s) {
			return s
		}
		target := p.nameTarget()
		if strings.HasPrefix(target.name, "_") {
			p.failAssert(target.pos, "names starting with an underline can not be imported")
		}
		name := importName{target.name, target.name}
		if p.skipName("as") {
			name.alias = p.nameTarget().name
		}
		s.names = append(s.names, name)
		if p.fromContext(s) || !p.is(tComma) {
			return s
		}
	}
}

func (p *parser) fromContext(s *fromStmt) bool {
	if (p.isName("with") || p.isName("without")) && p.look().isName("context") {
		s.withContext = p.importContext(false)
		return true
	}
	return false
}

func (p *parser) signature() (s signature) {
	p.expect(tLparen)
	for !p.is(tRparen) {
		if len(s.args) > 0 {
			p.expect(tComma)
		}
		arg := p.nameTarget()
		arg.ctx = ctxParam
		if p.skipIf(tAssign) {
			s.defaults = append(s.defaults, p.expression(true))
		} else if len(s.defaults) > 0 {
			p.fail(p.cur.pos, "non-default argument follows default argument")
		}
		s.args = append(s.args, arg)
	}
	p.expect(tRparen)
	return s
}

func (p *parser) parseCallBlock(at pos) node {
	p.next()
	s := &callStmt{pos: at}
	if p.is(tLparen) {
		s.signature = p.signature()
	}
	call, ok := p.expression(true).(*callExpr)
	if !ok {
		p.fail(at, "expected call")
	}
	s.call = call
	s.body = p.statements("endcall")
	p.next()
	return s
}

func (p *parser) parseFilterBlock(at pos) node {
	p.next()
	s := &filterStmt{pos: at}
	f := p.filters(p.filter(nil))
	s.filter, _ = f.(*filterExpr)
	s.body = p.statements("endfilter")
	p.next()
	return s
}

func (p *parser) parseMacro(at pos) node {
	p.next()
	s := &macroStmt{pos: at, name: p.nameTarget().name}
	s.signature = p.signature()
	s.body = p.statements("endmacro")
	p.next()
	return s
}

func (p *parser) parsePrint(at pos) node {
	p.next()
	s := &outputStmt{pos: at}
	for !p.is(tBlockEnd) {
		if len(s.items) > 0 {
			p.expect(tComma)
		}
		s.items = append(s.items, p.expression(true))
	}
	return s
}

func (p *parser) parseDo(at pos) node {
	p.next()
	return &doStmt{at, p.tuple(tupleOpts{cond: true})}
}

// parseTag parses a tag of the Options: expressions with commas.
func (p *parser) parseTag(at pos, name string, t Tag) node {
	p.next()
	call := &tagExpr{base: base{pos: at}, name: name, call: t.Call}
	if t.Option != "" && p.is(tName) && p.cur.text == t.Option && p.look().kind == tAssign {
		p.next()
		p.next()
	}
	for !p.is(tBlockEnd) {
		if len(call.args) > 0 {
			p.expect(tComma)
		}
		e := p.expression(true)
		b, ok := e.(*binExpr)
		if t.SplitSum && len(call.args) == 0 && ok && (b.op == pyvalue.OpAdd || b.op == pyvalue.OpSub) {
			sign := &constExpr{base: b.base, value: pyvalue.String(b.op.String())}
			call.args = append(call.args, b.left, sign, b.right)
			continue
		}
		call.args = append(call.args, e)
	}
	return output(at, made(p, call, call.args...))
}

func (p *parser) nameTarget() *nameExpr {
	t := p.expect(tName)
	n := &nameExpr{base: base{pos: t.pos, h: 1}, name: t.text, ctx: ctxStore}
	p.checkTarget(n)
	return n
}

// assignTarget parses names, tuples of them and, when asked, namespace
// attributes.
func (p *parser) assignTarget(o tupleOpts) expr {
	o.simple = true
	target := p.tuple(o)
	setCtx(target, ctxStore)
	p.checkTarget(target)
	return target
}

func setCtx(n node, ctx nameCtx) {
	if name, ok := n.(*nameExpr); ok {
		name.ctx = ctx
	}
	for _, c := range n.children() {
		setCtx(c, ctx)
	}
}

func (p *parser) checkTarget(e expr) {
	if !canAssign(e) {
		p.fail(e.at(), "can't assign to %s", repr(exprName(e)))
	}
}

func canAssign(e expr) bool {
	switch e := e.(type) {
	case *nameExpr:
		return !slices.Contains([]string{"true", "false", "none", "True", "False", "None"}, e.name)
	case *nsRef:
		return true
	case *tupleExpr:
		return !slices.ContainsFunc(e.items, func(i expr) bool { return !canAssign(i) })
	}
	return false
}

// exprName is how Jinja names what a primary expression can be.
func exprName(e expr) string {
	switch e.(type) {
	case *nameExpr:
		return "name"
	case *tupleExpr:
		return "tuple"
	case *listExpr:
		return "list"
	case *dictExpr:
		return "dict"
	}
	return "const"
}
