package jinja

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

// scopeGen makes templates that set, shadow, export and read few variables in
// every kind of scope, over several templates that extend and import another.
type scopeGen struct {
	r      *rand.Rand
	depth  int
	blocks []string // that may still be defined in this template
}

func (g *scopeGen) name() string { return pick(g.r, "x", "y", "z", "_p", "n") }

func (g *scopeGen) value() string {
	return pick(g.r, "1", "2", "'v'", "x|d(3)", "y|d('d')", "n", "(x ~ y)|d", "x|d(0) or y|d(1)", "[x|d]", "loop.index|d(9) if loop is defined else 8", "x is defined", "n")
}

func (g *scopeGen) read() string {
	return pick(g.r, "[{{ x|d }}{{ y|d }}]", "<{{ z|d }}{{ _p|d }}>", "({{ n|d }}{{ loop.index if loop is defined }})", "{{ x is defined }}{{ m is defined }}", "{{ m() if m is defined and deep|d(0) < 2 }}", "{{ m(x|d) if m is callable }}", "{{ caller() if caller is defined }}",
		"{{ l.v if l is defined }}", "{{ ns.a }}", "{{ super() if super is defined }}", "{{ varargs|d }}{{ kwargs|d }}", "{{ n }}{{ y|d }}", "{{ x|d|e }}")
}

func (g *scopeGen) body() string {
	var b strings.Builder
	for range 1 + g.r.IntN(3) {
		b.WriteString(g.statement())
	}
	return b.String()
}

func (g *scopeGen) statement() string {
	g.depth++
	defer func() { g.depth-- }()
	kind := g.r.IntN(20)
	if g.depth > 4 {
		kind %= 5
	}
	switch kind {
	case 0, 1, 2:
		return g.read()
	case 3, 4:
		return "{% set " + pick(g.r, g.name()+" = "+g.value(), g.name()+" = "+g.value(), "x, y = 1, 2", "ns.a = "+g.value(), "x, ns.a = 'ab'") + " %}"
	case 5, 6:
		return "{% if " + g.value() + " %}" + g.body() + pick(g.r, "", "{% elif y|d %}"+g.body()) + pick(g.r, "", "{% else %}"+g.body()) + "{% endif %}"
	case 7, 8:
		return "{% for " + g.name() + " in " + pick(g.r, "[1, 2]", "[]", "[x|d]", "'ab'") + pick(g.r, "", "", " if y|d", " if x|d != 1", " recursive") + " %}" + g.body() + pick(g.r, "", "", "{% else %}"+g.body()) + "{% endfor %}"
	case 9:
		return "{% with " + g.name() + " = " + g.value() + pick(g.r, "", ", y = x|d") + " %}" + g.body() + "{% endwith %}"
	case 10, 11:
		return "{% macro " + pick(g.r, "m", "k") + "(" + pick(g.r, "", "x", "x=y|d", "z, y=z|d") + ") %}" + g.body() + "{% endmacro %}"
	case 12:
		return "{% macro w(z) %}" + g.read() + "{{ caller() }}{% endmacro %}{% call" + pick(g.r, "", "(x=2)", "(y=x)") + " w(" + pick(g.r, "", "1") + ") %}" + g.body() + "{% endcall %}"
	case 13:
		return "{% set " + g.name() + " %}" + g.body() + "{% endset %}"
	case 14:
		return "{% filter upper %}" + g.body() + "{% endfilter %}"
	case 15:
		return pick(g.r, "{% include 'inc' %}", "{% include 'lib' %}")
	case 16:
		return pick(g.r, "{% import 'lib' as l %}", "{% import 'lib' as l %}{{ l.m(1) }}", "{% import 'lib' as l with context %}", "{% from 'lib' import m, v as x %}", "{% from 'lib' import m with context %}", "{% from 'lib' import q %}")
	case 17, 18:
		if len(g.blocks) == 0 {
			return g.read()
		}
		name := g.blocks[0]
		g.blocks = g.blocks[1:]
		return "{% block " + name + pick(g.r, "", "", " scoped") + " %}" + g.body() + "{% endblock %}"
	}
	return "{% autoescape " + pick(g.r, "true", "false", "x|d") + " %}" + g.body() + "{% endautoescape %}"
}

func (g *scopeGen) template(parent string) string {
	g.blocks = []string{"a", "b", "c"}
	g.r.Shuffle(len(g.blocks), func(i, j int) { g.blocks[i], g.blocks[j] = g.blocks[j], g.blocks[i] })
	text := "{% set ns = namespace(a=0) %}"
	for range 1 + g.r.IntN(4) {
		text += g.statement()
	}
	if parent == "" {
		return text
	}
	extend := pick(g.r, "{% extends '"+parent+"' %}", "{% if n %}{% extends '"+parent+"' %}{% endif %}", "", "{% extends '"+parent+"' %}")
	return pick(g.r, extend+text, text+extend, extend+text, text)
}

// scopeCases are n sets of templates from a seed.
func scopeCases(seed uint64, n int) []*jinjaCase {
	g := &scopeGen{r: rand.New(rand.NewPCG(seed, 13))}
	var cases []*jinjaCase
	for range n {
		c := &jinjaCase{Name: "main", Vars: json.RawMessage(`{"n":7,"y":"<"}`), Files: map[string]string{
			"inc": "{% set ns = namespace(a=5) %}" + g.statement() + "|", "lib": "{% set ns = namespace(a=6) %}{% set v = 'V' %}{% macro m(a) %}{{ a }}" + g.read() + "{% endmacro %}" + g.statement(),
		}}
		c.Files["base"] = g.template("")
		c.Files["mid"] = g.template("base")
		c.Files["main"] = g.template("mid")
		c.Env = json.RawMessage(fmt.Sprintf(`{"autoescape":%v%s}`, g.r.IntN(4) == 0, pick(g.r, "", "", `,"undefined":"strict"`, `,"undefined":"chainable"`)))
		cases = append(cases, c)
	}
	return cases
}
