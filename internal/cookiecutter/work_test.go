package cookiecutter

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// bomb is a template of files of which none is much.
func bomb(t *testing.T, files int, text string) *Template {
	t.Helper()
	list := []File{{Path: "cookiecutter.json", Content: []byte(`{"name": "x"}`)}}
	for i := range files {
		list = append(list, File{Path: fmt.Sprintf("{{cookiecutter.name}}/%04d", i), Content: []byte(text)})
	}
	tree, err := NewTree(list, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := Open(tree, "")
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

// TestManySmallBombs holds that what no file exceeds, all files together do, at the
// same one each time.
func TestManySmallBombs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		max  Work
	}{
		"steps":       {"{% for i in range(1000) %}{% endfor %}", Work{Steps: 50_500}},
		"memory":      {"{% set x = 'x' * 10000 %}", Work{Memory: 505_000}},
		"output":      {strings.Repeat("x", 10_000), Work{Memory: 505_000}},
		"variable":    {"", Work{Steps: 1}},
		"last cut":    {"{% for i in range(1000) %}{{ i }}{% endfor %}", Work{Steps: 50_001}},
		"raised once": {"{% for i in range(1000) %}{{ 'x' * 1000 }}{% endfor %}", Work{Memory: 20 << 20}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tpl := bomb(t, 100, c.text)
			var first string
			for range 2 {
				spent := Work{}
				_, err := tpl.Generate(t.Context(), Input{Limits: Limits{Total: c.max}, Spent: &spent})
				if err == nil || !strings.Contains(err.Error(), "the template costs too much to render: all its variables, names and files together") {
					t.Fatalf("%v after %+v", err, spent)
				}
				if name != "variable" && !errors.Is(err, ErrTooMuch) {
					t.Errorf("not ErrTooMuch: %v", err)
				}
				if first == "" {
					first = err.Error()
				} else if first != err.Error() {
					t.Errorf("%v, and then %v", first, err)
				}
			}
			spent := Work{}
			if _, err := tpl.Generate(t.Context(), Input{Spent: &spent}); err != nil {
				t.Errorf("within the usual limits: %v", err)
			}
			if limit := DefaultLimits().Total; spent.Steps > limit.Steps/100 || spent.Memory <= 0 {
				t.Errorf("spent %+v of %+v", spent, limit)
			}
		})
	}
}
