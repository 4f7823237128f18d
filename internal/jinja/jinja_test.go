package jinja

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

func newEnv(t *testing.T, o Options) *Environment {
	t.Helper()
	e, err := NewEnvironment(o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func render(t *testing.T, o Options, text string) (string, error) {
	t.Helper()
	tmpl, err := newEnv(t, o).Parse("t", text)
	if err != nil {
		return "", err
	}
	return tmpl.Render(t.Context(), Input{Limits: Limits{Steps: 200_000, Output: 1 << 20, Memory: 64 << 20}})
}

func TestErrorPlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a\n  {{ é.x.y }}":                 "t:2:7: UndefinedError: 'é' is undefined",
		"{% if x %}\n\n{% endfor %}":       "t:3:4: TemplateSyntaxError: Encountered unknown tag 'endfor'. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'.",
		"{{ 'é' !}}":                       "t:1:8: TemplateSyntaxError: unexpected char '!' at 7",
		"x{{ 1|nosuch }}":                  "t:1:7: TemplateAssertionError: No filter named 'nosuch'.",
		"{{ 1 +\n 'a' }}":                  "t:1:4: TypeError: unsupported operand type(s) for +: 'int' and 'str'",
		"{% include 'other' %}":            "t:1:4: TypeError: no loader for this environment specified",
		"{{ [1] | map('upper', 2)|list }}": "t:1:26: TypeError: do_upper() takes 1 positional argument but 2 were given",
	} {
		_, err := render(t, Options{}, text)
		var e *Error
		if !errors.As(err, &e) || e.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestErrorInIncluded(t *testing.T) {
	t.Parallel()
	o := Options{Undefined: Strict, Loader: func(name string) (string, bool, error) {
		return map[string]string{"bad": "\n{{ x }}"}[name], name == "bad", nil
	}}
	_, err := render(t, o, "a\n\n{% include 'bad' %}")
	if err == nil || err.Error() != "bad:2:4: UndefinedError: 'x' is undefined" {
		t.Error(err)
	}
	failing := Options{Loader: func(string) (string, bool, error) { return "", false, context.Canceled }}
	if _, err := render(t, failing, "{% include 'x' ignore missing %}"); !errors.Is(err, context.Canceled) {
		t.Errorf("an error of the loader is lost: %v", err)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"{% for i in range(1000000) %}{% endfor %}",
		"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
		"{% for i in range(100000) %}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{% endfor %}",
		"{{ 'a' * 100000000 }}",
		"{{ range(100000000)|list }}",
		"{% set ns = namespace(x='%') %}{% for i in range(100) %}{% set ns.x = ns.x|tojson|string %}{% endfor %}",
		"{% set ns = namespace(x='a') %}{% for i in range(100) %}{% set ns.x %}{{ ns.x }}{{ ns.x }}{% endset %}{% endfor %}",
		"{% set ns = namespace(x='a') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
		"{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
		"{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
		"{% block b %}{{ self.b() }}{% endblock %}",
		"{{ 'a'|center(100000000) }}{{ 'a'|indent(100000000, true) }}",
		"{{ 2 ** (2 ** 40) }}",
		"{{ " + strings.Repeat("(", 100000),
		"{{ " + strings.Repeat("-", 100000) + "1 }}",
		"{{ 1" + strings.Repeat("+1", 100000) + " }}",
		"{{ x" + strings.Repeat(".a", 100000) + " }}",
		"{{ x" + strings.Repeat("|e", 100000) + " }}",
		"{{ x" + strings.Repeat(" if x", 100000) + " }}",
		strings.Repeat("{% if x %}", 100000),
		"{{ " + strings.Repeat("[", 100000) + " }}",
		"{{ " + strings.Repeat("not ", 100000) + " }}",
	} {
		_, err := render(t, Options{}, text)
		var e *Error
		if !errors.As(err, &e) || e.Class != classLimit && e.Class != "RecursionError" {
			t.Errorf("%.60s: got %v, want a limit", text, err)
		}
	}
}

func TestIncludeCycle(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"{% include 'a' %}", "{% extends 'a' %}", "{% import 'a' as a with context %}"} {
		o := Options{Loader: func(string) (string, bool, error) { return text, true, nil }}
		_, err := render(t, o, text)
		if !isClass(err, "RecursionError", classLimit) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	tmpl, err := newEnv(t, Options{}).Parse("", "{% for i in range(100000) %}{{ i }}{% endfor %}")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tmpl.Render(ctx, Input{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestConcurrentRenders(t *testing.T) {
	t.Parallel()
	o := Options{Loader: func(name string) (string, bool, error) {
		return "{% set c = cycler(1, 2) %}{% macro m(x) %}{{ x }}{{ c.next() }}{% endmacro %}", true, nil
	}}
	tmpl, err := newEnv(t, o).Parse("", "{% from 'lib' import m %}{% for i in range(50) %}{{ m(n) }}{% endfor %}{% set x = [n] %}{{ x }}")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			digit := string(rune('0' + n))
			want := strings.Repeat(digit+"1"+digit+"2", 25) + "[" + digit + "]"
			for range 20 {
				got, err := tmpl.Render(context.Background(), Input{Vars: map[string]pyvalue.Value{"n": pyvalue.Int(n)}})
				if err != nil || got != want {
					t.Errorf("got %q %v, want %q", got, err, want)
				}
			}
		})
	}
	wg.Wait()
}

func TestVariables(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{{ a }}{{ b.c }}{% set d = 1 %}{{ d }}{{ range }}":                                     "a b",
		"{% for x in xs if y %}{{ x }}{{ loop.index }}{{ z }}{% endfor %}":                      "xs y z",
		"{% macro m(p, q=r) %}{{ p }}{{ s }}{{ caller() }}{% endmacro %}":                       "r s",
		"{% if false %}{% set v = 1 %}{% endif %}{{ v }}":                                       "v",
		"{% block b %}{{ inner }}{{ super() }}{{ self }}{% endblock %}":                         "inner",
		"{% import lib as l %}{{ l.x }}{% include other %}{% with w = u %}{{ w }}{% endwith %}": "lib other u",
	} {
		tmpl, err := newEnv(t, Options{}).Parse("", text)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(tmpl.Variables(), " "); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	o := Options{
		Filters: map[string]Function{"twice": func(c *Context, a pyvalue.Args) (pyvalue.Value, error) {
			return pyvalue.Binary(c.Budget(), pyvalue.OpMul, a.Pos[0], pyvalue.Int(2))
		}},
		Tests: map[string]Function{"short": func(c *Context, a pyvalue.Args) (pyvalue.Value, error) {
			n, err := pyvalue.Len(c.Budget(), a.Pos[0])
			return pyvalue.Bool(n < 3), err
		}},
		Functions: map[string]Function{"peek": func(c *Context, a pyvalue.Args) (pyvalue.Value, error) {
			name, _ := pyvalue.TextOf(a.Pos[0])
			v, ok := c.Lookup(name)
			if !ok {
				return pyvalue.String("none of " + name), nil
			}
			return v, nil
		}},
		Globals: map[string]pyvalue.Value{"answer": pyvalue.Int(42)},
		Tags: map[string]Tag{"now": {SplitSum: true, Call: func(c *Context, a pyvalue.Args) (pyvalue.Value, error) {
			s, err := pyvalue.Repr(c.Budget(), pyvalue.NewTuple(a.Pos...))
			return pyvalue.String(s), err
		}}},
	}
	got, err := render(t, o, "{{ 'ab'|twice }}{{ 'ab' is short }}{{ ['a', 'abc']|select('short')|map('twice')|list }}{% set v = 7 %}{{ peek('v') }}{{ peek('w') }}{{ answer }}{% now 'utc' + 'days=1', '%Y' %}{% now 'utc' %}")
	if want := "ababTrue['aa']7none of w42('utc', '+', 'days=1', '%Y')('utc',)"; err != nil || got != want {
		t.Errorf("got %q %v, want %q", got, err, want)
	}
}

func TestRandom(t *testing.T) {
	t.Parallel()
	tmpl, err := newEnv(t, Options{}).Parse("", "{{ range(1000)|random }} {{ lipsum(2, false, 10, 20) }}{{ lipsum(1) }}")
	if err != nil {
		t.Fatal(err)
	}
	draw := func(seed uint64) string {
		out, err := tmpl.Render(t.Context(), Input{Random: rand.New(rand.NewPCG(seed, seed))})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	one, again, other := draw(1), draw(1), draw(2)
	if one != again || one == other {
		t.Error("one seed must give one text, another seed another")
	}
	if !strings.Contains(one, "<p>") || !strings.HasSuffix(one, ".</p>") {
		t.Error(one)
	}
	if _, err := tmpl.Render(t.Context(), Input{}); !isClass(err, classRuntime) {
		t.Errorf("without a source: %v", err)
	}
}

func TestDebugTag(t *testing.T) {
	t.Parallel()
	got, err := render(t, Options{Extensions: Extensions{Debug: true}}, "{% set z = [1, [2, [3, [4]]]] %}{% debug %}")
	if err != nil || !strings.HasPrefix(got, "{'context': {'cycler': <class 'jinja2.utils.Cycler'>,\n             'dict': <class 'dict'>,") ||
		!strings.Contains(got, "'z': [1, [...]]},\n 'filters': ['abs', 'attr', 'batch',") {
		t.Errorf("%v %s", err, got)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	if _, err := NewEnvironment(Options{BlockStart: "{{"}); err == nil {
		t.Error("equal delimiters are accepted")
	}
	if _, err := NewEnvironment(Options{NewlineSequence: "x"}); err == nil {
		t.Error("any newline sequence is accepted")
	}
	e := newEnv(t, Options{})
	for text, class := range map[string]string{"\xff": "UnicodeDecodeError", strings.Repeat(" ", MaxTemplate+1): classLimit} {
		if _, err := e.Parse("", text); !isClass(err, class) {
			t.Errorf("%.10q: %v", text, err)
		}
	}
}

// The deepest recursion through the tallest expressions ends in an error, not
// in an exhausted stack.
func TestDeepest(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"{% macro m() %}" + strings.Repeat("{% if 1 %}", 170) + "{{ m()" + strings.Repeat("+1", 380) + " }}" + strings.Repeat("{% endif %}", 170) + "{% endmacro %}{{ m() }}",
		"{% macro m() %}{{ " + strings.Repeat("-(", 80) + "m()" + strings.Repeat(")", 80) + "|e }}{% endmacro %}{{ m() }}",
		"{% for x in [1] recursive %}{{ loop([x])" + strings.Repeat("|e", 380) + " }}{% endfor %}",
		"{% set a = [] %}{% for i in range(5000) %}{% set ns = namespace(x=a) %}{% do a.append([a]) %}{% endfor %}{{ a }}",
	} {
		_, err := render(t, Options{Extensions: Extensions{Do: true}}, text)
		if !isClass(err, "RecursionError", classLimit) && !strings.Contains(text, "do a") {
			t.Errorf("%.40s: %v", text, err)
		}
	}
}

// A template changes nothing it was not given: another render sees the same.
func TestRenderTwice(t *testing.T) {
	t.Parallel()
	e := newEnv(t, Options{})
	for _, c := range randomCases(5, 300) {
		tmpl, err := e.Parse("", c.Text)
		if err != nil {
			continue
		}
		var outs []string
		for range 2 {
			vars, err := c.vars()
			if err != nil {
				t.Fatal(err)
			}
			out, err := tmpl.Render(t.Context(), Input{Vars: vars, Limits: Limits{Steps: 100_000}})
			if err != nil {
				out = err.Error()
			}
			outs = append(outs, out)
		}
		if outs[0] != outs[1] {
			t.Errorf("%q: %q, then %q", c.Text, outs[0], outs[1])
		}
	}
}

func TestBuiltinNames(t *testing.T) {
	t.Parallel()
	if n := len(builtinFilters()); n != 54 {
		t.Errorf("%d filters, Jinja has 54", n)
	}
	if n := len(builtinTests()); n != 39 {
		t.Errorf("%d tests, Jinja has 39", n)
	}
	if !slices.Equal(sortedKeys(builtinGlobals()), []string{"cycler", "dict", "joiner", "lipsum", "namespace", "range"}) {
		t.Error(sortedKeys(builtinGlobals()))
	}
}
