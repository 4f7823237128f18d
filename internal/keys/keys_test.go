package keys

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseKey(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Key{
		"a":                           {"a"},
		"tool.ruff.line-length":       {"tool", "ruff", "line-length"},
		`a."b.c".d`:                   {"a", "b.c", "d"},
		`'x"y'."\u00e9\n"`:            {`x"y`, "é\n"},
		`dependencies.@types/node`:    {"dependencies", "@types/node"},
		`""."[python]"`:               {"", "[python]"},
		`per-file-ignores."tests/*.x`: nil,
		"":                            nil,
		"a.":                          nil,
		".a":                          nil,
		"a..b":                        nil,
		"a[0]":                        nil,
		"a b":                         nil,
		`"a"b`:                        nil,
		`'a`:                          nil,
		"a.\xff":                      nil,
		`"\xff"`:                      nil,
	} {
		got, err := ParseKey(in)
		if d := cmp.Diff(want, got); d != "" || (err == nil) != (want != nil) {
			t.Errorf("%q: %v %s", in, err, d)
		}
		if want != nil {
			if again, err := ParseKey(got.String()); err != nil || !cmp.Equal(again, got) {
				t.Errorf("%q: written as %s, read as %q, %v", in, got, again, err)
			}
		}
	}
}

func TestFormatOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Format{
		"a/pyproject.toml": TOML, "x.YML": YAML, "tsconfig.jsonc": JSON, "Pipfile": TOML, "data.csv.dvc": YAML,
		"x.json5": 0, "README.md": 0, "": 0,
	} {
		if got, ok := FormatOf(name); got != want || ok != (want != 0) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	for want, values := range map[string][]any{
		`1`:                              {1, int64(1), 1.0, Number("1"), Number("1.0"), Number("10e-1"), Number("0.1e1")},
		`-25e-1`:                         {-2.5, Number("-2.50")},
		`0`:                              {Number("-0.0"), 0, Number("0e9")},
		`1e400`:                          {Number("1e400"), Number("10e399")},
		`null`:                           {nil},
		`{"a":[true,"<"],"b":{}}`:        {Map{{"a", []any{true, "<"}}, {"b", Map{}}}, Map{{"b", Map{}}, {"a", []any{true, "<"}}}},
		`{"\u0000date":"2020-01-01T1Z"}`: {Date("2020-01-01 1z"), Date("2020-01-01T1Z")},
		`{"\u0000tag":["!x","y"]}`:       {Tagged{"!x", "y"}},
		`"1"`:                            {"1"},
	} {
		for _, v := range values {
			if got := string(Canonical(v)); got != want {
				t.Errorf("%#v: %s, want %s", v, got, want)
			}
			if !Equal(v, values[0]) {
				t.Errorf("%#v is not equal to %#v", v, values[0])
			}
		}
	}
}

// randomValue makes a value that every format can hold.
func randomValue(r *rand.Rand, depth int) any {
	switch n := r.IntN(9); {
	case n == 0 && depth > 0:
		m := Map{}
		for i := range r.IntN(4) {
			m = append(m, Pair{randomText(r) + string(rune('a'+i)), randomValue(r, depth-1)})
		}
		return m
	case n == 1 && depth > 0:
		l := []any{}
		for range r.IntN(4) {
			l = append(l, randomValue(r, depth-1))
		}
		return l
	case n == 2:
		return r.IntN(2) == 0
	case n == 3:
		return int64(r.IntN(1000) - 500)
	case n == 4:
		return []float64{0.5, -1e21, 1e-7, 100}[r.IntN(4)]
	}
	return randomText(r)
}

func randomText(r *rand.Rand) string {
	words := []string{
		"yes", "no", "on", "1.0", "null", "~", "2024-01-31", "- x", "a: b", " #", "#", "&a", "*a", "!t", "%", "@", "`", "'", `"`, `\`,
		"\n", "\t", " ", "\r", "é", "\u2028", "\u0085", "\ufeff", "\x01", "\x7f", "{", "}", "[", "]", ",", ":", "?", "|", ">", "---", "...", "0x10", "=", "<<", "😀", "key", "",
	}
	var b strings.Builder
	for range r.IntN(4) {
		b.WriteString(words[r.IntN(len(words))])
	}
	return b.String()
}

// TestRandomValues: what is set is read back, whatever it is, in every layout.
func TestRandomValues(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	layouts := map[Format][]string{
		JSON: {"", "{}\n", "{\n  \"k\": 1,\n  \"z\": 2\n}\n", `{"k":1}`},
		YAML: {"", "k: 1 # c\nz: 2\n", "k: 'a'\n", "k:\n  - x\n", "{k: 1, z: 2}\n", "k: |\n  x\n", "a:\r\n  b: 1\r\n"},
		TOML: {"", "k = 1 # c\nz = 2\n", "k = 'a'\n", "[k]\nx = 1\n", "a = {b = 1}\n", "z = 1\r\n"},
	}
	for f, texts := range layouts {
		for i := range 500 {
			text := texts[i%len(texts)]
			k := []Key{{"k"}, {"a", "b"}, {randomText(r), randomText(r) + "x"}}[r.IntN(3)]
			v := randomValue(r, 3)
			out, _, err := Apply([]byte(text), f, []Edit{{Op: Set, Key: k, Value: v}})
			if err != nil {
				t.Fatalf("%v %q: set %s to %#v: %v", f, text, k, v, err)
			}
			if got, ok, err := Read(out, f, k); err != nil || !ok || !Equal(got, v) || !bytes.Equal(Canonical(got), Canonical(v)) {
				t.Fatalf("%v %q: set %s to %#v, read %#v, %v, %v\n%s", f, text, k, v, got, ok, err, out)
			}
		}
	}
}

func TestRequirements(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want match
	}{
		{"numpy", "numpy", identical},
		{"Typing.Extensions >= 4", "typing_extensions>=4", identical},
		{"a[x,Y]>=1", "a[y, x] >= 1", identical},
		{"numpy>=1", "numpy>=2", similar},
		{"a", "a[x]", similar},
		{"a; python_version < '3'", `a ;python_version  < "3"`, identical},
		{"a; python_version < '3'", "a", different},
		{"a @ https://x/y;z ; extra == 'q'", "a @ https://x/w ; extra == 'q'", similar},
		{"numpy", "numpy-stubs", different},
		{"-e .", "-e ..", different},
		{"a b", "a c", different},
	} {
		if got := matchRequirements(c.a, c.b); got != c.want {
			t.Errorf("%q, %q: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

// TestLimits: hostile files are refused, and large ones take no more than a parse.
func TestLimits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", MaxSize+1)
	for name, c := range map[string]struct {
		f    Format
		text string
		ok   bool
	}{
		"size":          {JSON, long, false},
		"brackets":      {TOML, "a = " + strings.Repeat("[", 100_000), false},
		"headers":       {TOML, "[" + strings.Repeat("a.", 1000) + "a]", false},
		"flow":          {YAML, strings.Repeat("[", 5000), false},
		"block":         {YAML, strings.Repeat("- ", 1000) + "a", false},
		"alias":         {YAML, "a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\nk: 1\n", true},
		"alias to self": {YAML, "a: &a [*a]\nk: 1\n", true},
		"merge of self": {YAML, "a: &a\n  <<: *a\nk: 1\n", true},
		"one line":      {YAML, "{k: [" + strings.Repeat("[],", 30_000) + "]}", true},
		"one line json": {JSON, `{"k":[` + strings.Repeat("[],", 100_000) + "1]}", true},
		"comments":      {YAML, "k: 1\n" + strings.Repeat("# x\n", 50_000), true},
		"many keys":     {TOML, "k = 1\n" + numbered(4000, "a%d = 1\n"), true},
		"too many keys": {TOML, numbered(20_001, "a%d = 1\n"), false},
		"yaml keys":     {YAML, "k: 1\n" + numbered(20_000, "a%d: 1\n"), true},
		"NUL":           {JSON, "{\"a\":\x00}", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := Apply([]byte(c.text), c.f, []Edit{{Op: Set, Key: Key{"k"}, Value: "x"}})
			if (err == nil) != c.ok {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestMergeMaze: a key that no map has is looked for once in each of them.
func TestMergeMaze(t *testing.T) {
	t.Parallel()
	text := []byte("a0: &a0 {x: 1}\n" + merges(60))
	if _, found, err := Read(text, YAML, Key{"a59", "y"}); found || err != nil {
		t.Error(found, err)
	}
	if _, _, err := Read(text, YAML, Key{"a59"}); err == nil {
		t.Error("a value of 2^60 members was read")
	}
}

// merges writes maps each of which merges the one before twice.
func merges(n int) string {
	var b strings.Builder
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, "a%d: &a%d {<<: [*a%d, *a%d]}\n", i, i, i-1, i-1)
	}
	return b.String()
}

func numbered(n int, line string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Replace(line, "%d", string(rune('a'+i%26))+strings.Repeat("b", i/26%50)+strings.Repeat("c", i/1300), 1))
	}
	return b.String()
}
