package jinja

import (
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// differences are the rows of the table of differences in docs/jinja.md, by the start of
// their first cell, with a template that shows each. Rows without one say why.
var differences = map[string]struct {
	source string
	// want is the text, or the class of the error with a ! before it.
	want  string
	other map[string]string // templates it loads
	in    Input
	skip  string
}{
	"`x.__class__`":             {source: "{{ ''.__class__.__mro__ }}", want: "!SecurityError"},
	"the same in `\"{0.__clas":  {source: `{{ "{0.__class__}".format(1) }}`, want: "!AttributeError"},
	"nesting":                   {source: strings.Repeat("{% if 1 %}", 190) + strings.Repeat("{% endif %}", 190), want: "!*"},
	"steps, output, memory":     {source: "{% for i in range(100) %}{% endfor %}", want: "!LimitError", in: Input{Limits: Limits{Steps: 50}}},
	"constant expressions":      {source: strings.Repeat("{{ ('x' * 4000000)[0:1] }}", 20), want: "!LimitError"},
	"integers above":            {source: "{{ 2 ** 2000000 }}", want: "!LimitError"},
	"`bytes`":                   {source: "{{ 'x'.encode().upper() }}", want: "!*"},
	"`autoescape`":              {source: "{% autoescape true %}{{ x.y }}{% endautoescape %}", want: "!UndefinedError"},
	"complex numbers":           {source: "{{ (-8) ** 0.5 }}", want: "!TypeError"},
	"`\"\\N{EM DASH}\"`":        {source: `{{ "\N{EM DASH}" }}`, want: "!TemplateSyntaxError"},
	"lone surrogates":           {source: `{{ "\ud800" }}`, want: "\ufffd"},
	"`random`, `lipsum`":        {source: "{{ range(1000) | random }}", want: "!*"},
	"`import` without context":  {source: "{% import 'm' as m %}{{ m.up() }}", want: "1", other: map[string]string{"m": "{% set ns = namespace(x=0) %}{% macro up() %}{% set ns.x = ns.x + 1 %}{{ ns.x }}{% endmacro %}"}},
	"text of objects":           {source: "{{ '0x' in ([1] | map('upper') | string) }}", want: "False"},
	"`include` without context": {source: "{% macro m() %}{% include 'a' without context %}{% endmacro %}{{ m() }}", want: "included", other: map[string]string{"a": "included"}},
	"a constant beyond a float": {source: "{% set x = 1e308 * 10 %}{{ x }}", want: "inf"},
	"an error in a constant":    {source: "{% if false %}{{ 1 // 0 }}{% endif %}", want: ""},
	"digits that are not ASCII": {source: "{{ \u0663 }}", want: "!TemplateSyntaxError"},
	"`pprint` of a list":        {source: "{% set l = [] %}{% do l.append(l) %}{{ l | pprint }}", want: "!RecursionError"},
	"index in `sequence item":   {skip: "no contract"},
	"`SyntaxError` of Python":   {skip: "the cases that were found are in testdata"},
	"`caller` as an argument":   {skip: "a bug of Jinja's; the case is in testdata"},
	"characters newer":          {skip: "changes with the tables"},
	"`_jinja2_env_vars`":        {skip: "refused by internal/cookiecutter, and tested there"},
}

// TestKnownDifferences holds that every difference the docs list is one, and that each
// is listed.
func TestKnownDifferences(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/jinja.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "|---|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	listed := map[string]bool{}
	for row := range strings.SplitSeq(table, "\n") {
		found := false
		for start := range differences {
			if strings.HasPrefix(row, "| "+start) {
				listed[start], found = true, true
			}
		}
		if !found {
			t.Errorf("no case for the row %s", row)
		}
	}
	for start, c := range differences {
		if !listed[start] {
			t.Errorf("docs/jinja.md has no row that begins with %s", start)
		}
		if c.skip != "" {
			continue
		}
		t.Run(start, func(t *testing.T) {
			t.Parallel()
			loader := func(name string) (string, bool, error) { text, ok := c.other[name]; return text, ok, nil }
			e, err := NewEnvironment(Options{Loader: loader, Extensions: Extensions{Do: true}})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // each render has modules of its own
				got, err := renderOnce(t, e, c.source, c.in)
				class, fails := strings.CutPrefix(c.want, "!")
				var fault *Error
				switch {
				case !fails && (err != nil || got != c.want):
					t.Errorf("%q, %v; want %q", got, err, c.want)
				case fails && err == nil:
					t.Errorf("%q, want %s", got, class)
				case fails && class != "*" && (!errors.As(err, &fault) || fault.Class != class):
					t.Errorf("%v, want %s", err, class)
				}
			}
		})
	}
}

func renderOnce(t *testing.T, e *Environment, source string, in Input) (string, error) {
	t.Helper()
	tpl, err := e.Parse("t", source)
	if err != nil {
		return "", err
	}
	return tpl.Render(t.Context(), in)
}

// TestRandomIsRepeated holds that one source gives the same numbers.
func TestRandomIsRepeated(t *testing.T) {
	t.Parallel()
	e, err := NewEnvironment(Options{})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for range 2 {
		text, err := renderOnce(t, e, "{% for i in range(9) %}{{ range(1000) | random }} {% endfor %}", Input{Random: rand.New(rand.NewPCG(1, 2))})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	if all[0] != all[1] {
		t.Error(all)
	}
}
