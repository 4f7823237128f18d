package cookiecutter

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

func open(t *testing.T, files ...File) *Template {
	t.Helper()
	tree, err := NewTree(files, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := Open(tree, "")
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

func text(p, content string) File { return File{Path: p, Content: []byte(content)} }

// asked writes questions a line each: name, kind, label, default, choices.
func asked(t *testing.T, tpl *Template, answers map[string]any) string {
	t.Helper()
	qs, err := tpl.Questions(context.Background(), Input{Overrides: answers})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, q := range qs {
		def, err := pyvalue.Str(nil, q.Default)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s %s %q %s", q.Name, q.Kind, q.Label, def)
		for _, c := range q.Choices {
			v, err := pyvalue.Str(nil, c.Value)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, " [%s %q]", v, c.Label)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	tpl := open(t, text("cookiecutter.json", `{
		"title": "My Project",
		"slug": "{{ cookiecutter.title|slugify }}",
		"meta": {"k": "{{ cookiecutter.slug }}"},
		"ci": true,
		"license": ["MIT", "{{ cookiecutter.title }} License"],
		"_hidden": "x", "__computed": "{{ cookiecutter.slug }}",
		"__prompts__": {
			"title": "[bold]Title[/] of \\[it]", "ci": "",
			"license": {"__prompt__": "Which licence", "MIT": "The [i]short[/i] one"}
		}
	}`), text("{{cookiecutter.slug}}/x", ""))
	for _, c := range []struct {
		name    string
		answers map[string]any
		want    string
	}{
		{"none", nil, `title text "Title of [it]" My Project
slug text "slug" my-project
ci bool "ci" True
license choice "Which licence" MIT [MIT "The short one"] [My Project License "My Project License"]
meta object "meta" {'k': 'my-project'}
`},
		{"some", map[string]any{"title": "Other", "ci": false, "license": "Other License"}, `title text "Title of [it]" Other
slug text "slug" other
ci bool "ci" False
license choice "Which licence" Other License [MIT "The short one"] [Other License "Other License"]
meta object "meta" {'k': 'other'}
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := asked(t, tpl, c.answers); got != c.want {
				t.Errorf("got:\n%swant:\n%s", got, c.want)
			}
		})
	}
}

func TestQuestionsOfNested(t *testing.T) {
	t.Parallel()
	tpl := open(t,
		text("cookiecutter.json", `{"templates": {"one": {"path": "a"}, "two": {"path": "b", "title": "Two", "description": "the second"}}}`),
		text("a/cookiecutter.json", `{"templates": {"deep": {"path": "c"}, "deeper": {"path": "d"}}}`),
		text("a/c/cookiecutter.json", `{"n": "c"}`), text("a/d/cookiecutter.json", `{"n": "d"}`),
		text("b/cookiecutter.json", `{"n": "b"}`),
	)
	first := `[one "one"] [two "Two (the second)"]`
	inner := "templates template \"Select a template\" %s [deep \"deep\"] [deeper \"deeper\"]\nn text \"n\" %s\n"
	for _, c := range []struct {
		answers map[string]any
		want    string
	}{
		{nil, `templates template "Select a template" one ` + first + "\n" + fmt.Sprintf(inner, "deep", "c")},
		{map[string]any{"templates": "two"}, `templates template "Select a template" two ` + first + "\nn text \"n\" b\n"},
		{map[string]any{"templates": []any{"one", "deeper"}}, `templates template "Select a template" one ` + first + "\n" + fmt.Sprintf(inner, "deeper", "d")},
	} {
		if got := asked(t, tpl, c.answers); got != c.want {
			t.Errorf("%v: got:\n%swant:\n%s", c.answers, got, c.want)
		}
	}
	_, err := tpl.Questions(context.Background(), Input{Overrides: map[string]any{"templates": "three"}})
	if want := `cookiecutter.json:1:2: variable "templates": three is none of the templates one, two`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// Answering every question with its own default changes nothing, where no
// default holds Jinja of its own.
func TestDefaultsAreAnswers(t *testing.T) {
	t.Parallel()
	tpl := open(t,
		text("cookiecutter.json", `{"a": "A b", "b": "{{ cookiecutter.a|lower }}", "c": ["x", "{{ cookiecutter.b }}"], "d": true, "e": {"k": "{{ cookiecutter.c }}"}}`),
		text("{{cookiecutter.b}}/f", "{{ cookiecutter|jsonify }}"))
	plainResult, err := tpl.Generate(context.Background(), Input{})
	if err != nil {
		t.Fatal(err)
	}
	qs, err := tpl.Questions(context.Background(), Input{})
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]any{}
	for _, q := range qs {
		answers[q.Name] = q.Default
	}
	answered, err := tpl.Generate(context.Background(), Input{Overrides: answers})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := digest(plainResult, nil), digest(answered, nil); a != b {
		t.Errorf("%s\n%s", plainResult.Files[0].Content, answered.Files[0].Content)
	}
}
