package jinja

import (
	"slices"
	"strings"
)

// How deep a template may be nested, so that no walk of its tree can exhaust
// the stack. Python gives up well before.
const (
	maxNesting = 180
	maxHeight  = 400
)

// parser builds the tree. Its errors travel as panics of type parseError, which
// end in parse and nowhere else.
type parser struct {
	env    *Environment
	tokens []token
	i      int
	cur    token
	tags   []string   // tags being parsed
	ends   [][]string // end tags being looked for
	depth  int
}

type parseError struct {
	err error
	at  pos
}

func (e *Environment) parse(t *Template, tokens []token) (root *rootNode, err error) {
	p := &parser{env: e, tokens: tokens, i: -1}
	defer func() {
		if r := recover(); r != nil {
			pe, ok := r.(parseError)
			if !ok {
				panic(r)
			}
			root, err = nil, t.located(pe.err, pe.at)
		}
	}()
	p.next()
	return &rootNode{pos: pos{line: 1}, body: p.subparse(nil)}, nil
}

func (p *parser) fail(at pos, format string, args ...any) {
	panic(parseError{raise(classSyntax, format, args...), at})
}

func (p *parser) failAssert(at pos, format string, args ...any) {
	panic(parseError{raise(classAssertion, format, args...), at})
}

// next returns the current token and goes one ahead.
func (p *parser) next() token {
	t := p.cur
	if p.i+1 < len(p.tokens) {
		p.i++
		p.cur = p.tokens[p.i]
		if p.cur.kind == tError {
			panic(parseError{p.cur.err, p.cur.pos})
		}
	}
	return t
}

// look is the token after the current one.
func (p *parser) look() token {
	if p.i+1 >= len(p.tokens) {
		return p.cur
	}
	t := p.tokens[p.i+1]
	if t.kind == tError {
		panic(parseError{t.err, t.pos})
	}
	return t
}

func (p *parser) is(k kind) bool            { return p.cur.kind == k }
func (p *parser) isName(name string) bool   { return p.cur.isName(name) }
func (t token) isName(name string) bool     { return t.kind == tName && t.text == name }
func (p *parser) skipIf(k kind) bool        { return p.skip(p.is(k)) }
func (p *parser) skipName(name string) bool { return p.skip(p.isName(name)) }

func (p *parser) skip(yes bool) bool {
	if yes {
		p.next()
	}
	return yes
}

func (p *parser) expect(k kind) token {
	if !p.is(k) {
		p.unexpected(describeKind(k))
	}
	return p.next()
}

func (p *parser) expectName(name string) token {
	if !p.isName(name) {
		p.unexpected(name)
	}
	return p.next()
}

func (p *parser) unexpected(want string) {
	if p.is(tEOF) {
		p.fail(p.cur.pos, "unexpected end of template, expected %s.", repr(want))
	}
	p.fail(p.cur.pos, "expected token %s, got %s", repr(want), repr(p.cur.describe()))
}

// enter goes one level deeper in the template; the caller defers the result.
func (p *parser) enter() func() {
	p.depth++
	if p.depth > maxNesting {
		panic(parseError{raise(classLimit, "limit of %d levels of nesting exceeded", maxNesting), p.cur.pos})
	}
	return func() { p.depth-- }
}

// made sets the height of a new expression above its parts.
func made[E expr](p *parser, e E, parts ...expr) E {
	h := 0
	for _, c := range parts {
		if c != nil {
			h = max(h, c.height())
		}
	}
	if h >= maxHeight {
		panic(parseError{raise(classLimit, "limit of %d levels in an expression exceeded", maxHeight), e.at()})
	}
	e.grow(h + 1)
	return e
}

// subparse parses statements up to one of the end tags; nil is the end of the
// template. The end tag stays current.
func (p *parser) subparse(ends []string) []node {
	if ends != nil {
		p.ends = append(p.ends, ends)
		defer func() { p.ends = p.ends[:len(p.ends)-1] }()
	}
	var body []node
	var out *outputStmt
	add := func(e expr) {
		if out == nil {
			out = &outputStmt{pos: e.at()}
			body = append(body, out)
		}
		out.items = append(out.items, e)
	}
	for !p.is(tEOF) {
		switch t := p.cur; t.kind {
		case tData:
			p.next()
			add(&dataNode{base: base{pos: t.pos}, text: t.text})
		case tVariableBegin:
			p.next()
			add(p.tuple(tupleOpts{cond: true}))
			p.expect(tVariableEnd)
		default:
			out = nil
			p.next()
			if ends != nil && p.cur.kind == tName && slices.Contains(ends, p.cur.text) {
				return body
			}
			body = append(body, p.statement()...)
			p.expect(tBlockEnd)
		}
	}
	return body
}

// statements parses a body up to one of the end tags, whose name stays current.
func (p *parser) statements(ends ...string) []node {
	p.skipIf(tColon)
	p.expect(tBlockEnd)
	body := p.subparse(ends)
	if p.is(tEOF) {
		p.failEnd("", append(slices.Clone(p.ends), ends), p.cur.pos)
	}
	return body
}

// failEnd reports an unknown tag, or the end of the template for name "".
func (p *parser) failEnd(name string, stack [][]string, at pos) {
	var looking []string
	known := false
	for i, ends := range stack {
		known = known || slices.Contains(ends, name)
		if i == len(stack)-1 {
			for _, e := range ends {
				looking = append(looking, repr(e))
			}
		}
	}
	msg := "Unexpected end of template."
	if name != "" {
		msg = "Encountered unknown tag " + repr(name) + "."
	}
	if list := strings.Join(looking, " or "); list != "" {
		if name != "" && known {
			msg += " You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for " + list + "."
		} else {
			msg += " Jinja was looking for the following tags: " + list + "."
		}
	}
	if n := len(p.tags); n > 0 {
		msg += " The innermost block that needs to be closed is " + repr(p.tags[n-1]) + "."
	}
	p.fail(at, "%s", msg)
}

// statement parses one tag, from its name.
func (p *parser) statement() []node {
	defer p.enter()()
	t := p.cur
	if t.kind != tName {
		p.fail(t.pos, "tag name expected")
	}
	parse := p.statementParser(t.text)
	if parse == nil {
		p.failEnd(t.text, p.ends, t.pos)
	}
	p.tags = append(p.tags, t.text)
	defer func() { p.tags = p.tags[:len(p.tags)-1] }()
	return parse(t.pos)
}

func (p *parser) statementParser(name string) func(pos) []node {
	switch name {
	case "for":
		return one(p.parseFor)
	case "if":
		return one(p.parseIf)
	case "block":
		return one(p.parseBlock)
	case "extends":
		return one(p.parseExtends)
	case "print":
		return one(p.parsePrint)
	case "macro":
		return one(p.parseMacro)
	case "include":
		return one(p.parseInclude)
	case "from":
		return one(p.parseFrom)
	case "import":
		return one(p.parseImport)
	case "set":
		return one(p.parseSet)
	case "with":
		return one(p.parseWith)
	case "autoescape":
		return one(p.parseAutoescape)
	case "call":
		return one(p.parseCallBlock)
	case "filter":
		return one(p.parseFilterBlock)
	}
	return p.extensionParser(name)
}

func one(f func(pos) node) func(pos) []node {
	return func(at pos) []node { return []node{f(at)} }
}

// extensionParser parses the tags of extensions that are on.
func (p *parser) extensionParser(name string) func(pos) []node {
	ext := p.env.opts.Extensions
	switch {
	case name == "do" && ext.Do:
		return one(p.parseDo)
	case name == "break" && ext.LoopControls:
		return one(func(at pos) node { p.next(); return &loopControl{at, sigBreak} })
	case name == "continue" && ext.LoopControls:
		return one(func(at pos) node { p.next(); return &loopControl{at, sigContinue} })
	case name == "trans" && ext.I18n:
		return p.parseTrans
	case name == "debug" && ext.Debug:
		return one(func(at pos) node {
			p.next()
			return output(at, &tagExpr{base: base{pos: at}, name: name, call: debugTag})
		})
	}
	if t, ok := p.env.opts.Tags[name]; ok {
		return one(func(at pos) node { return p.parseTag(at, name, t) })
	}
	return nil
}

func output(at pos, e expr) node { return &outputStmt{pos: at, items: []expr{e}} }
