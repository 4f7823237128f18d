package jinja

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

// standardVars are what generated templates find in their context.
const standardVars = `{"n":5,"s":"Hello World","l":[3,1,2],"d":{"a":1,"b":[1,2],"_x":9},"f":1.5,"t":true,"none_":null,` +
	`"users":[{"name":"Bob","age":3},{"name":"al","age":1},{"name":"Al","age":3}],"html":"<b>&'\"","e":"","el":[],"u":"Zażółć ßtraße","big":123456789012345678901234567890}`

// generator makes templates by Jinja's grammar, right most of the time.
type templateGen struct {
	r     *rand.Rand
	depth int
}

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

func (g *templateGen) pick(from ...string) string { return pick(g.r, from...) }

func (g *templateGen) atom() string {
	return g.pick("n", "s", "l", "d", "f", "t", "none_", "users", "html", "e", "el", "u", "x", "y", "missing", "loop", "big",
		"0", "1", "2", "-1", "3", "10", "1.5", "0.0", "1e3", "'a'", `"b c"`, "'<x>'", "''", "true", "false", "none",
		"[1, 2]", "[]", "(1, 'a')", "()", "{'a': 1}", "{}", "['b', 'a', 'C']", "d.a", "d.b", "d['b'][0]", "users[0].name", "d.zz",
		"s[0]", "s[1:4]", "l[-1]", "l[::-1]", "s[::2]", "range(4)", "dict(a=1, b=2)", "users[1]")
}

func (g *templateGen) expr() string {
	g.depth++
	defer func() { g.depth-- }()
	if g.depth > 4 || g.r.IntN(3) == 0 {
		return g.atom()
	}
	switch g.r.IntN(16) {
	case 0, 1:
		return g.expr() + " " + g.pick("+", "-", "*", "/", "//", "%", "~", "~", "**") + " " + g.atom()
	case 2:
		return g.expr() + " " + g.pick("==", "!=", "<", ">", "<=", ">=", "in", "not in") + " " + g.expr()
	case 3:
		return g.expr() + " " + g.pick("and", "or") + " " + g.expr()
	case 4:
		return g.pick("not ", "-", "+", "- -") + g.atom()
	case 5:
		return "(" + g.expr() + ")"
	case 6:
		return g.expr() + " if " + g.expr() + g.pick("", " else "+g.expr())
	case 7, 8, 9, 10:
		return g.operand() + "|" + g.filter()
	case 11, 12:
		return g.operand() + g.pick(" is ", " is not ") + g.test()
	case 13:
		return g.operand() + g.method()
	case 14:
		return g.pick("[%s, %s]", "(%s, %s)", "{'k': %s, 'j': %s}", "{%s: %s}", "[%s, %s,]")
	default:
		return g.operand() + g.pick("[0]", "[-1]", "['a']", ".name", ".a", "[1:]", "[:-1]", "[::2]", "[n]", ".0", "[1.5]", "[none]", "['x':]")
	}
}

func (g *templateGen) operand() string {
	if g.r.IntN(4) == 0 {
		return "(" + g.fill(g.expr()) + ")"
	}
	return g.atom()
}

// fill puts expressions in the places a pattern left.
func (g *templateGen) fill(pattern string) string {
	for strings.Contains(pattern, "%s") && g.depth < 8 {
		pattern = strings.Replace(pattern, "%s", strings.ReplaceAll(g.atom(), "%", ""), 1)
	}
	return pattern
}

func (g *templateGen) filter() string {
	a := g.atom()
	return g.pick("abs", "attr('a')", "batch(2)|list", "batch(2, "+a+")|list", "capitalize", "center(9)", "count", "default("+a+")",
		"default("+a+", true)", "d", "dictsort", "dictsort(by='value')", "e", "escape", "filesizeformat", "first", "float", "float("+a+")",
		"forceescape", "format("+a+")", "format("+a+", "+g.atom()+")", "groupby('age')", "groupby(0)", "groupby("+a+")|list", "indent", "indent(2, true, true)", "indent('>')",
		"int", "int("+a+")", "int(base=16)", "join", "join(', ')", "join("+a+")", "join(',', attribute='name')", "last", "length", "list",
		"lower", "items|list", "map('upper')|list", "map(attribute='name')|list", "map('int')|join('-')", "map('default', 3)|list",
		"max", "min", "max(attribute='age')", "min(true)", "pprint", "reject('odd')|list", "reject|list", "select|list", "select('string')|list", "select('gt', 1)|list",
		"selectattr('age', 'eq', 3)|list", "selectattr('name')|list", "rejectattr('age', 'lt', 2)|list", "replace('a', 'b')", "replace("+a+", 'Z')", "replace('l', "+a+", 1)",
		"reverse|list", "reverse", "round", "round(1)", "round(1, 'ceil')", "round(0, 'floor')", "round("+a+")", "safe", "slice(2)|list", "slice(3, 'z')|list", "slice("+a+")|list",
		"sort", "sort(true)", "sort(attribute='age')", "sort(attribute='age,name')", "sort(case_sensitive=true)", "string", "striptags", "sum", "sum(attribute='age')", "sum(start="+a+")",
		"title", "trim", "trim('Hd')", "truncate(5)", "truncate(5, true, '')", "truncate(7, leeway=0)", "truncate("+a+")", "unique|list", "unique(true)|list", "unique(attribute='age')|list",
		"upper", "urlencode", "urlize", "wordcount", "wordwrap(5)", "wordwrap(8, false)", "xmlattr", "xmlattr(false)", "tojson", "tojson(2)", "tojson(indent=0)", "random_x", "map("+a+")|list", "select("+a+")|list")
}

func (g *templateGen) test() string {
	a := g.atom()
	return g.pick("odd", "even", "divisibleby 2", "divisibleby("+a+")", "defined", "undefined", "none", "boolean", "false", "true", "integer", "float", "lower", "upper",
		"string", "mapping", "number", "sequence", "iterable", "callable", "sameas none", "sameas("+a+")", "escaped", "in "+a, "in(l)", "eq "+a, "ne("+a+")", "gt 1", "lt("+a+")", "ge 2", "le 2",
		"filter", "test", "equalto "+a, "greaterthan 3", "nosuchtest")
}

func (g *templateGen) method() string {
	a := g.atom()
	return g.pick(".upper()", ".lower()", ".title()", ".strip()", ".split()", ".split('o')", ".split("+a+")", ".replace('l', 'L')", ".replace("+a+", 'q')", ".join(['a', 'b'])", ".items()|list",
		".keys()|list", ".values()|list", ".get('a')", ".get("+a+", 7)", ".startswith('H')", ".endswith(("+a+", 'd'))", ".find('o')", ".count("+a+")", ".index("+a+")", ".append(1)", ".format("+a+")",
		".capitalize()", ".swapcase()", ".zfill(8)", ".center(12, '*')", ".ljust(12)|length", ".isdigit()", ".isalpha()", ".partition('o')", ".rsplit('o', 1)", ".splitlines()", ".encode()", ".nosuch()", ".pop()", ".casefold()",
		".copy()", ".bit_length()", ".is_integer()", ".title().upper()", ".lstrip('H')", ".expandtabs()", ".removeprefix('He')", ".rjust(3)")
}

// template is a template of some statements.
func (g *templateGen) template() string {
	var b strings.Builder
	for range 1 + g.r.IntN(4) {
		b.WriteString(g.statement())
	}
	return b.String()
}

func (g *templateGen) signs(tag string) string {
	begin, end := g.pick("", "", "", "-", "+"), g.pick("", "", "", "-", "+")
	return "{%" + begin + " " + tag + " " + end + "%}"
}

func (g *templateGen) statement() string {
	g.depth++
	defer func() { g.depth-- }()
	kind := g.r.IntN(22)
	if g.depth > 3 {
		kind = g.r.IntN(8)
	}
	e := func() string { return g.fill(g.expr()) }
	body := func() string { return g.statement() + g.pick("", g.statement()) }
	switch kind {
	case 0, 1:
		return g.pick("text", " a\n", "\n", "  \n  ", "x y", "%", "{", "<&>", "é")
	case 2, 3, 4, 5:
		return g.pick("{{ ", "{{- ", "{{") + e() + g.pick(" }}", " -}}", "}}")
	case 6:
		return g.pick("{# c #}", "{#- c -#}", "{#+ c #}\n", "{% raw %}{{ x }}{% endraw %}", "{%- raw -%} a {%- endraw -%}")
	case 7:
		return g.signs("set " + g.pick("x", "y", "x, y", "ns.a", "loop_") + " = " + e())
	case 8, 9, 10:
		s := g.signs("if "+e()) + body()
		if g.r.IntN(3) == 0 {
			s += g.signs("elif "+e()) + body()
		}
		if g.r.IntN(2) == 0 {
			s += g.signs("else") + body()
		}
		return s + g.signs("endif")
	case 11, 12, 13:
		return g.loop(body)
	case 14:
		return g.signs("set "+g.pick("x", "y")+g.pick("", "|upper", "|trim|length")) + body() + g.signs("endset")
	case 15:
		return g.signs("with "+g.pick("x = "+e(), "x = 1, y = "+e(), "")) + body() + g.signs("endwith")
	case 16:
		return g.signs("filter "+g.pick("upper", "indent(2)", "replace('a', x)", "trim|e", "length")) + body() + g.signs("endfilter")
	case 17:
		name := g.pick("m", "mac")
		return g.signs("macro "+name+"("+g.pick("", "x", "x, y=2", "x=n, y=x", "a='<'")+")") + body() + g.pick("", "{{ varargs }}", "{{ kwargs }}", "{{ caller() if caller else '-' }}") +
			g.signs("endmacro") + "{{ " + name + "(" + g.pick("", e(), e()+", "+e(), "x="+e(), "1, 2, 3", "*l", "**d", "y=1, q=2") + ") }}"
	case 18:
		return g.signs("macro c(a=1)") + "<{{ caller(" + g.pick("", "a", "1, 2") + ") }}>" + g.signs("endmacro") + g.signs("call"+g.pick("", "(x)", "(x, y=3)", "(*x)")+" c()") + body() + g.signs("endcall")
	case 19:
		return g.signs("autoescape "+g.pick("true", "false", "t", "n > 6")) + body() + g.signs("endautoescape")
	case 20:
		return g.signs("block b"+g.pick("", " scoped", " required")) + body() + g.signs("endblock") + g.pick("", "{{ self.b() }}")
	default:
		return g.pick("{% print n, s %}", "{% do l.append(4) %}", "{% break %}", "{% continue %}", "{% include 'inc' %}", "{% import 'lib' as lib %}{{ lib.f(n) }}", "{% from 'lib' import f, v as w %}{{ f(1) }}{{ w }}",
			"{% include 'inc' without context %}", "{% include ['nope', 'inc'] %}", "{% include 'nope' ignore missing %}", "{% set ns = namespace(a=1) %}{{ ns.a }}", "{% extends 'base' %}", "{% for %}", "{% endif %}", "{% if n %}",
			"{% from 'lib' import nope %}{{ nope }}", "{% trans %}hi {{ s }}{% endtrans %}", "{% trans n=n %}one{% pluralize %}{{ n }} many{% endtrans %}", "{{ super() }}", "{{ self.b() }}", "{% bogus %}", "{{ n ", "{% set x %}")
	}
}

func (g *templateGen) loop(body func() string) string {
	over := g.pick("l", "d", "d.items()", "users", "s", "range(3)", "el", "missing", "n", "[[1, 2], [3, 4]]", "l|sort", "users|map(attribute='age')", g.fill(g.expr()))
	target := g.pick("x", "x", "x, y", "(x, y)", "x, y, z")
	tail := g.pick("", "", " if x", " if x is odd", " if loop.first", " recursive")
	use := g.pick("{{ x }}", "{{ loop.index }}{{ loop.last }}", "{{ loop.cycle('a', 'b') }}", "{{ loop.previtem }}{{ loop.nextitem }}", "{{ loop.revindex0 }}/{{ loop.length }}", "{{ loop.changed(x) }}", "{{ loop([1]) if loop.depth < 2 }}", "{{ loop }}", "")
	s := g.signs("for "+target+" in "+over+tail) + use + body()
	if g.r.IntN(4) == 0 {
		s += g.pick("{% break %}", "{% continue %}", "{% if x %}{% break %}{% endif %}")
	}
	if g.r.IntN(3) == 0 {
		s += g.signs("else") + body()
	}
	return s + g.signs("endfor")
}

// randomCases are n templates from a seed.
func randomCases(seed uint64, n int) []*jinjaCase {
	g := &templateGen{r: rand.New(rand.NewPCG(seed, 7))}
	files := map[string]string{
		"inc":  "[inc {{ n }}{{ x }}]\n",
		"lib":  "{% set v = 7 %}{% macro f(a) %}<{{ a }}{{ v }}{{ n }}>{% endmacro %}",
		"base": "B{% block b %}base{{ n }}{% endblock %}E",
	}
	var cases []*jinjaCase
	for range n {
		c := &jinjaCase{Text: g.template(), Vars: json.RawMessage(standardVars), Files: files}
		if g.r.IntN(3) == 0 {
			c.Text = "{{ " + g.fill(g.expr()) + " }}"
			c.Files = nil
		}
		c.Env = json.RawMessage(fmt.Sprintf(`{"extensions":["do","loopcontrols","i18n"]%s}`, pick(g.r, "", "", "", `,"trim_blocks":true`, `,"trim_blocks":true,"lstrip_blocks":true`, `,"lstrip_blocks":true`,
			`,"keep_trailing_newline":true`, `,"undefined":"strict"`, `,"undefined":"strict"`, `,"undefined":"chainable"`, `,"undefined":"debug"`, `,"autoescape":true`, `,"autoescape":true`)))
		cases = append(cases, c)
	}
	return cases
}

// textCases apply the filters that read a text to texts of unlikely pieces.
func textCases(seed uint64, n int) []*jinjaCase {
	r := rand.New(rand.NewPCG(seed, 11))
	var cases []*jinjaCase
	for range n {
		var b strings.Builder
		for range 1 + r.IntN(12) {
			b.WriteString(pick(r, "a", "Word", "self-made", "it's", " ", "  ", "\n", "\r\n", "\t", "-", "--", "---", "well-known-", "x-y", "1-2", "é", "ß", "Ǆ", "İ", "日本", "\u00a0", "\u2028", "\u001f", "_", "(", ")", "<", ">", "&", "&lt;", "&amp;", "&#39;",
				"<b>", "</b>", "<!-- c -->", "<unclosed", "http://example.com", "https://a.b/c?d=e#f", "www.x.org.", "me@x.com", "mailto:a@b.co", "foo.com", "(http://x.com/a_(b))", "http://1.2.3.4:80/", "http://[::1]/", ",", ".", "!", "\"", "'", "\\", "%", "/", "{", "longwordwithoutanyspace", "UPPER lower"))
		}
		f := pick(r, "title", "capitalize", "upper", "lower", "wordwrap(5)", "wordwrap(12)", "wordwrap(9, false)", "wordwrap(7, true, '|')", "wordwrap(10, break_on_hyphens=false)", "urlize", "urlize(8)", "urlize(nofollow=true, target='_b')", "urlize(extra_schemes=['foo:'])",
			"striptags", "truncate(8)", "truncate(9, true)", "truncate(6, leeway=0, end='~')", "indent", "indent(2, true)", "indent('>', blank=true)", "wordcount", "trim", "trim('a ')", "center(30)", "tojson", "pprint", "e", "forceescape", "urlencode", "replace('a', 'bb')", "reverse", "length", "list",
			"batch(3)|list", "string|pprint", "{0: s}|xmlattr", "split()", "splitlines()", "swapcase()", "casefold()", "istitle()", "isidentifier()", "isprintable()", "expandtabs(3)", "title()", "partition('-')", "rsplit(none, 2)", "strip('<a')", "zfill(20)")
		text := "{{ s|" + f + " }}"
		switch {
		case strings.HasSuffix(f, "|xmlattr"):
			text = "{{ {'k': s}|xmlattr }}"
		case strings.HasSuffix(f, ")") && strings.Contains("split()splitlines()swapcase()casefold()istitle()isidentifier()isprintable()expandtabs(3)title()partition('-')rsplit(none, 2)strip('<a')zfill(20)", f):
			text = "{{ s." + f + " }}"
		}
		vars := mustJSON(map[string]string{"s": b.String()})
		cases = append(cases, &jinjaCase{Text: text, Vars: vars, Env: json.RawMessage(pick(r, "{}", "{}", `{"autoescape":true}`))})
	}
	return cases
}
