package jinja

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
)

// What would be gigabytes is refused before it is made, not after: each of these names
// one text many times.
func TestBombsAreNotMade(t *testing.T) { // not parallel: it counts what is allocated
	for name, source := range map[string]string{
		"indent":        `{{ ("\n" * 20000) | indent(100000, true, true) }}`,
		"wordwrap":      `{% set x = "a" * 1000000 %}{{ ("a " * 3000) | wordwrap(1, wrapstring=x) }}`,
		"concatenation": `{% set x = "a" * 60000000 %}{{ x` + strings.Repeat(" ~ x", 50) + ` }}`,
		"long key":      `{{ {"k" * 1000000: [1] * 3000} | pprint }}`,
		"urlize":        `{% set x = "a" * 1000000 %}{{ ("www.example.com " * 3000) | urlize(target=x) }}`,
	} {
		t.Run(name, func(t *testing.T) {
			env, err := NewEnvironment(Options{})
			if err != nil {
				t.Fatal(err)
			}
			tpl, err := env.Parse("f", source)
			if err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err = tpl.Render(context.Background(), Input{})
			runtime.ReadMemStats(&after)
			var fault *Error
			if !errors.As(err, &fault) || fault.Class != "LimitError" {
				t.Error(err)
			}
			if made := (after.TotalAlloc - before.TotalAlloc) >> 20; made > 1000 {
				t.Errorf("made %d MiB", made)
			}
		})
	}
}

// A step that goes through a long text costs more than one that does not: what looks at
// one a hundred thousand times ends long before.
func TestLongTextsCostSteps(t *testing.T) {
	t.Parallel()
	for _, expr := range []string{
		"x == y", "x < y", "[x] == [y]", "(x, 1) < (y, 1)", "x | length", "x is lower", "x.isalpha()", "x.splitlines()", "y in x",
	} {
		t.Run(expr, func(t *testing.T) {
			t.Parallel()
			env, err := NewEnvironment(Options{})
			if err != nil {
				t.Fatal(err)
			}
			tpl, err := env.Parse("f", "{% set x = 'a' * 64000 %}{% set y = 'a' * 64000 %}{% for i in range(1000) %}{% set z = "+expr+" %}{% endfor %}")
			if err != nil {
				t.Fatal(err)
			}
			_, err = tpl.Render(context.Background(), Input{Limits: Limits{Steps: 500_000}})
			var fault *Error
			if !errors.As(err, &fault) || fault.Class != "LimitError" {
				t.Error(err)
			}
		})
	}
}
