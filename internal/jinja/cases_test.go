package jinja

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// handWritten are the cases of testdata/templates.txt.
func handWritten(t *testing.T) []*jinjaCase {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "templates.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []*jinjaCase
	for i, part := range strings.Split("\n"+string(data), "\n===") {
		if i == 0 {
			continue // what the file says of itself
		}
		header, body, _ := strings.Cut(part, "\n")
		c := &jinjaCase{}
		if header = strings.TrimSpace(header); header != "" {
			if err := json.Unmarshal([]byte(header), c); err != nil {
				t.Fatalf("%s: %v", header, err)
			}
		}
		sections := strings.Split(body, "\n--- ")
		c.Text = sections[0]
		for _, s := range sections[1:] {
			name, text, _ := strings.Cut(s, "\n")
			if c.Files == nil {
				c.Files = map[string]string{}
			}
			c.Files[name] = text
		}
		cases = append(cases, c)
	}
	return cases
}

// combinations are operators, tests and filters on values of every kind.
func combinations() []*jinjaCase {
	values := []string{
		"0", "1", "-7", "2.5", "1e16", "true", "none", "''", "'aBc d'", "'12'", "'é<'", "[]", "[1, 'a']", "[3, 1, 2]", "(1, 2)", "()",
		"{}", "{'a': 1, 'B': 2}", "missing", "d.zz", "range(3)", "u", "big", "users", "html",
	}
	add := []*jinjaCase{}
	expr := func(format string, args ...any) {
		add = append(add, &jinjaCase{Text: "{{ " + fmt.Sprintf(format, args...) + " }}", Vars: json.RawMessage(standardVars)})
	}
	n := 0
	for _, x := range values {
		for _, y := range values {
			for _, op := range []string{"+", "-", "*", "/", "//", "%", "~", "==", "<", ">=", "in", "and", "or", "!=", "**"} {
				if n++; n%6 == 0 && (op != "**" || y == "2.5" || len(y) == 1) {
					expr("(%s) %s (%s)", x, op, y)
				}
			}
		}
		for _, f := range []string{
			"abs", "batch(2)|list", "capitalize", "center(9)", "d('x')", "d('x', true)", "dictsort", "e", "filesizeformat", "first", "float", "forceescape", "format(1)", "groupby('age')", "indent",
			"int", "join('-')", "last", "length", "list", "lower", "items|list", "map('string')|list", "max", "min", "pprint", "reject|list", "replace('a', 'b')", "reverse|list", "round", "round(1, 'floor')", "safe", "select('string')|list",
			"slice(2)|list", "sort", "sort(true)", "string", "striptags", "sum", "title", "tojson", "tojson(1)", "trim", "truncate(3)", "unique|list", "upper", "urlencode", "urlize", "wordcount", "wordwrap(3)", "xmlattr", "attr('real')",
		} {
			expr("(%s)|%s", x, f)
		}
		for _, is := range []string{
			"odd", "even", "divisibleby 3", "defined", "none", "boolean", "integer", "float", "lower", "upper", "string", "mapping", "number", "sequence", "iterable", "callable", "escaped", "in [1, 'a', none]", "eq 1", "gt 1", "sameas none", "filter",
		} {
			expr("(%s) is %s", x, is)
		}
		for _, post := range []string{"[0]", "['a']", "[1:]", "[::-1]", ".a", ".upper()", "[none]", "()", "[-1].x", ".items()", "[1.0]", "[true]"} {
			expr("(%s)%s", x, post)
		}
	}
	return add
}

// goldenCases are all cases whose outcomes are kept in testdata.
func goldenCases(t *testing.T) []*jinjaCase {
	t.Helper()
	return slices.Concat(handWritten(t), combinations(), randomCases(1, 2000), textCases(1, 1000), scopeCases(1, 600))
}

// known are the cases where we differ from Jinja on purpose, by the reason,
// which docs/jinja.md has, too.
func known(c *jinjaCase, want outcome) string {
	switch {
	case strings.Contains(want.Message, "expected str instance, generator found"), want.Out != nil && strings.Contains(*want.Out, "<generator object"):
		return "include without context inside a macro"
	case strings.Contains(c.Text, ") ** (") && want.Out != nil && strings.HasSuffix(*want.Out, "j)"):
		return "complex numbers"
	case strings.Contains(want.Message, "bytes"), strings.Contains(c.Text, ".encode()"):
		return "bytes"
	case strings.Contains(c.Text, "{0.__class__}"):
		return "attributes in formats"
	}
	return ""
}

// TestGolden compares with what Jinja 3.1.6 made of the cases. With
// MLOPS_JINJA, a Python that has it, MLOPS_UPDATE=1 asks it again.
func TestGolden(t *testing.T) {
	t.Parallel()
	file := filepath.Join("testdata", "golden.jsonl")
	cases := goldenCases(t)
	if os.Getenv("MLOPS_UPDATE") != "" && os.Getenv("MLOPS_JINJA") != "" {
		oracle(t, cases)
		var b strings.Builder
		for _, c := range cases {
			b.Write(append(mustJSON(c.Want), '\n'))
		}
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	if len(lines) != len(cases) || len(cases) < 3000 {
		t.Fatalf("%d cases and %d outcomes", len(cases), len(lines))
	}
	for i, c := range cases {
		c.Want = &outcome{}
		if err := json.Unmarshal([]byte(lines[i]), c.Want); err != nil {
			t.Fatal(err)
		}
		compareCase(t, c)
	}
}

// TestLive compares templates of a seed of its own with Jinja itself.
func TestLive(t *testing.T) {
	t.Parallel()
	if os.Getenv("MLOPS_JINJA") == "" {
		t.Skip("MLOPS_JINJA names no Python with Jinja2")
	}
	seed, n := uint64(2), 1000
	if s := os.Getenv("MLOPS_JINJA_SEED"); s != "" {
		if _, err := fmt.Sscanf(s, "%d,%d", &seed, &n); err != nil {
			t.Fatal(err)
		}
	}
	cases := slices.Concat(randomCases(seed, n), textCases(seed, n), scopeCases(seed, n))
	oracle(t, cases)
	for _, c := range cases {
		compareCase(t, c)
	}
}

func compareCase(t *testing.T, c *jinjaCase) {
	t.Helper()
	if known(c, *c.Want) != "" {
		return
	}
	got := c.render(t)
	if d := differs(got, *c.Want); d != "" {
		t.Errorf("%s differs\ntemplate %q\nenv %s files %q\ngot  %v\nwant %v", d, c.Text, c.Env, c.Files, got, *c.Want)
	}
}
