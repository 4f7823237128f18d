package jinja

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

func fuzzSeeds(f *testing.F) {
	for _, c := range randomCases(9, 100) {
		f.Add(c.Text)
	}
	for _, s := range []string{"", "{", "{{", "{%", "{#", "{% raw %}", "{{ '\\", "{%- -%}", "{{ 1_", "{% trans %}", "# for x in y", "\r\n\r", "{{ x|e", "{% set", "é{{é}}"} {
		f.Add(s)
	}
}

// The tokens of a text are in its order, and text without a tag is one token
// of data.
func FuzzLexer(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, o := range []Options{{}, {TrimBlocks: true, LstripBlocks: true, LineStatementPrefix: "#", LineCommentPrefix: "##"}, {BlockStart: "<%", BlockEnd: "%>", VariableStart: "${", VariableEnd: "}"}} {
			src, tokens := newSyntax(o.withDefaults()).lex(text)
			at := int32(0)
			for _, tok := range tokens {
				if tok.pos.off < at || int(tok.pos.off) > len(src) {
					t.Fatalf("token at %d after %d of %d", tok.pos.off, at, len(src))
				}
				at = tok.pos.off
			}
			if last := tokens[len(tokens)-1].kind; last != tEOF && last != tError {
				t.Fatalf("the last token is %s", describeKind(last))
			}
			if !strings.ContainsAny(text, "{<$#") && src != "" && (len(tokens) != 2 || tokens[0].text != src) {
				t.Fatalf("%q is cut into %d tokens", src, len(tokens))
			}
		}
	})
}

// A parse ends in a template or in an *Error whose place is in the text.
func FuzzParse(f *testing.F) {
	fuzzSeeds(f)
	e, err := NewEnvironment(Options{Extensions: Extensions{true, true, true, true}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := e.Parse("", text)
		var perr *Error
		switch {
		case err == nil:
		case !errors.As(err, &perr):
			t.Fatalf("%T %v", err, err)
		case perr.Line < 1 || perr.Column < 1 || utf8.ValidString(text) && perr.Line > 1+strings.Count(text, "\n")+strings.Count(text, "\r"):
			t.Fatalf("%q: %v", text, err)
		}
	})
}

// A render ends within its limits, in an output or in an *Error, and the same
// again; and raw gives any text back.
func FuzzRender(f *testing.F) {
	fuzzSeeds(f)
	e, err := NewEnvironment(Options{Extensions: Extensions{Do: true, LoopControls: true}, KeepTrailingNewline: true, Loader: func(string) (string, bool, error) { return "{{ n }}{% macro f(x) %}{{ x }}{% endmacro %}", true, nil }})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		one, err1 := fuzzRender(t, e, text)
		two, err2 := fuzzRender(t, e, text)
		if one != two || (err1 == nil) != (err2 == nil) {
			t.Fatalf("%q: %q %v, then %q %v", text, one, err1, two, err2)
		}
		if len(one) > 1<<16 {
			t.Fatalf("%d bytes", len(one))
		}
		if !utf8.ValidString(text) || strings.Contains(text, "endraw") || strings.Contains(text, "\r") {
			return
		}
		if got, err := fuzzRender(t, e, "{% raw %}"+text+"{% endraw %}"); got != text && !isClass(err, classLimit) {
			t.Fatalf("raw %q gives %q %v", text, got, err)
		}
	})
}

func fuzzRender(t *testing.T, e *Environment, text string) (string, error) {
	t.Helper()
	tmpl, err := e.Parse("t", text)
	if err != nil {
		return "", err
	}
	vars, err := (&jinjaCase{Vars: []byte(standardVars)}).vars()
	if err != nil {
		t.Fatal(err)
	}
	out, err := tmpl.Render(context.Background(), Input{
		Vars: vars, Random: rand.New(rand.NewPCG(1, 1)), Limits: Limits{Steps: 20_000, Output: 1 << 16, Memory: 1 << 22},
	})
	var rerr *Error
	if err != nil && !errors.As(err, &rerr) {
		t.Fatalf("%T %v", err, err)
	}
	return out, err
}

func benchTemplate() string {
	return strings.Repeat(`# {{ cookiecutter.project_name }}
{% if cookiecutter.license == "MIT" -%}
Licensed under {{ cookiecutter.license }} by {{ cookiecutter.author|default("nobody", true)|title }}.
{%- else -%}
No licence.
{%- endif %}
{% for name, value in cookiecutter.items() if name != "x" %}
- {{ loop.index }}: {{ name.replace("_", "-").lower() }} = {{ value|string|truncate(20) }}
{%- endfor %}
{# a comment #}{% set slug = cookiecutter.project_name|lower|replace(" ", "_") %}
import {{ slug }}  # {{ "%s-%d"|format(slug, 3) }}
`, 4)
}

func benchVars() map[string]pyvalue.Value {
	d := pyvalue.NewDict()
	for k, v := range map[string]string{"project_name": "My Project", "license": "MIT", "author": "ada lovelace", "email_address": "a@b.c", "x": "y"} {
		d.SetStr(k, pyvalue.String(v))
	}
	return map[string]pyvalue.Value{"cookiecutter": d}
}

func BenchmarkParse(b *testing.B) {
	e, err := NewEnvironment(Options{Undefined: Strict, KeepTrailingNewline: true})
	if err != nil {
		b.Fatal(err)
	}
	text := benchTemplate()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := e.Parse("x", text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	e, err := NewEnvironment(Options{Undefined: Strict, KeepTrailingNewline: true})
	if err != nil {
		b.Fatal(err)
	}
	tmpl, err := e.Parse("x", benchTemplate())
	if err != nil {
		b.Fatal(err)
	}
	vars := benchVars()
	for b.Loop() {
		if _, err := tmpl.Render(b.Context(), Input{Vars: vars}); err != nil {
			b.Fatal(err)
		}
	}
}
