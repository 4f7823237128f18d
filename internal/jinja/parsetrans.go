package jinja

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// trans is a trans tag while it is parsed.
type trans struct {
	at         pos
	context    string
	hasContext bool
	names      []string // in order
	vars       map[string]expr
	plural     expr // what decides between singular and plural
	assign     node // evaluates plural once when it is a call
	trimmed    *bool
	texts      []string
	referenced []string
	numIsNum   bool // the plural variable is called num
}

func (t *trans) set(name string, e expr) {
	if _, ok := t.vars[name]; !ok {
		t.names = append(t.names, name)
	}
	t.vars[name] = e
}

func load(at pos, name string) expr {
	return &nameExpr{base: base{pos: at, h: 1}, name: name}
}

func text(at pos, s string) expr { return &constExpr{base{pos: at, h: 1}, pyvalue.String(s)} }

func (p *parser) parseTrans(at pos) []node {
	p.next()
	t := &trans{at: at, vars: map[string]expr{}}
	if p.is(tString) {
		t.context, t.hasContext = p.next().text, true
	}
	p.transVariables(t)
	p.expect(tBlockEnd)
	singular := p.transBody(t, true)
	if len(t.referenced) > 0 && t.plural == nil {
		t.plural = load(at, t.referenced[0])
		t.numIsNum = t.referenced[0] == "num"
	}
	t.texts = []string{singular}
	if p.isName("pluralize") {
		p.transPlural(t)
	}
	p.next()
	for _, name := range t.referenced {
		if _, ok := t.vars[name]; !ok {
			t.set(name, load(at, name))
		}
	}
	if len(t.texts) == 1 {
		t.plural = nil
	} else if t.plural == nil {
		p.fail(at, "pluralize without variables")
	}
	p.transTrim(t)
	out := p.transOutput(t)
	if t.assign != nil {
		return []node{t.assign, out}
	}
	return []node{out}
}

// transVariables parses the variables of a trans tag.
func (p *parser) transVariables(t *trans) {
	for !p.is(tBlockEnd) {
		if len(t.vars) > 0 {
			p.expect(tComma)
		}
		if p.skipIf(tColon) {
			return
		}
		name := p.expect(tName)
		if _, ok := t.vars[name.text]; ok {
			p.failAssert(name.pos, "translatable variable %s defined twice.", repr(name.text))
		}
		value := load(t.at, name.text)
		if p.skipIf(tAssign) {
			value = p.expression(true)
		} else if t.trimmed == nil && (name.text == "trimmed" || name.text == "notrimmed") {
			trimmed := name.text == "trimmed"
			t.trimmed = &trimmed
			continue
		}
		t.set(name.text, value)
		if t.plural == nil {
			if _, ok := value.(*callExpr); ok {
				target := &nameExpr{base: base{pos: t.at, h: 1}, name: "_trans", ctx: ctxStore}
				t.assign = &assignStmt{pos: t.at, target: target, value: value}
				value = load(t.at, "_trans")
				t.set(name.text, value)
			}
			t.plural = value
			t.numIsNum = name.text == "num"
		}
	}
}

func (p *parser) transPlural(t *trans) {
	p.next()
	if !p.is(tBlockEnd) {
		name := p.expect(tName)
		e, ok := t.vars[name.text]
		if !ok {
			p.failAssert(name.pos, "unknown variable %s for pluralization", repr(name.text))
		}
		t.plural = e
		t.numIsNum = name.text == "num"
	}
	p.expect(tBlockEnd)
	t.texts = append(t.texts, p.transBody(t, false))
}

// transBody parses text and variables up to endtrans or pluralize.
func (p *parser) transBody(t *trans, plural bool) string {
	var b strings.Builder
	for {
		switch p.cur.kind {
		case tData:
			b.WriteString(strings.ReplaceAll(p.next().text, "%", "%%"))
		case tVariableBegin:
			p.next()
			name := p.expect(tName).text
			if !slices.Contains(t.referenced, name) {
				t.referenced = append(t.referenced, name)
			}
			b.WriteString("%(" + name + ")s")
			p.expect(tVariableEnd)
		case tBlockBegin:
			p.next()
			p.transEnd(plural)
			return b.String()
		default:
			p.fail(p.cur.pos, "unclosed translation block")
		}
	}
}

// transEnd refuses every tag that does not end the text.
func (p *parser) transEnd(plural bool) {
	name := "None"
	if p.is(tName) {
		name = p.cur.text
	}
	switch {
	case name == "endtrans", name == "pluralize" && plural:
	case name == "pluralize":
		p.fail(p.cur.pos, "a translatable section can have only one pluralize section")
	case name == "trans":
		p.fail(p.cur.pos, "trans blocks can't be nested; did you mean `endtrans`?")
	default:
		p.fail(p.cur.pos, "control structures in translatable sections are not allowed; saw `%s`", name)
	}
}

func (p *parser) transTrim(t *trans) {
	if t.trimmed == nil || !*t.trimmed {
		return
	}
	lines := regexp.MustCompile(`\s*\n\s*`)
	for i, s := range t.texts {
		t.texts[i] = lines.ReplaceAllString(strings.TrimFunc(s, isSpace), " ")
	}
}

// transOutput builds the call of gettext and the formatting of its result.
func (p *parser) transOutput(t *trans) node {
	if len(t.referenced) == 0 {
		for i, s := range t.texts {
			t.texts[i] = strings.ReplaceAll(s, "%%", "%")
		}
	}
	name, args := "gettext", []expr{text(t.at, t.texts[0])}
	if t.hasContext {
		name, args = "pgettext", append([]expr{text(t.at, t.context)}, args...)
	}
	if t.plural != nil {
		name, args = "n"+name, append(args, text(t.at, t.texts[1]), t.plural)
	}
	call := made(p, &callExpr{base{pos: t.at}, load(t.at, name), callArgs{args: args}}, args...)
	var e expr = made(p, &safeExpr{base{pos: t.at}, call}, call)
	if len(t.names) > 0 {
		d := &dictExpr{base: base{pos: t.at}}
		for _, n := range t.names {
			d.items = append(d.items, text(t.at, n), t.vars[n])
		}
		made(p, d, d.items...)
		e = made(p, &binExpr{base{pos: t.at}, pyvalue.OpMod, e, d}, e, d)
	}
	return output(t.at, e)
}
