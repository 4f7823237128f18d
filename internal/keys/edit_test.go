package keys

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func key(t testing.TB, s string) Key {
	t.Helper()
	k, err := ParseKey(s)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

type editCase struct {
	name string
	f    Format
	in   string
	op   Op
	key  string
	val  any // of Set; []any for Append and Remove
	want string
}

func (c editCase) run(t *testing.T) ([]byte, []Change, error) {
	e := Edit{Op: c.op, Key: key(t, c.key)}
	if l, ok := c.val.([]any); ok && c.op != Set {
		e.Elems = l
	} else {
		e.Value = c.val
	}
	return Apply([]byte(c.in), c.f, []Edit{e})
}

func runEdits(t *testing.T, cases []editCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			out, _, err := c.run(t)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, string(out)); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

func TestEditTOML(t *testing.T) {
	t.Parallel()
	runEdits(t, []editCase{
		{"replace keeps the comment", TOML, "[tool.ruff]\nline-length = 88 # c\n", Set, "tool.ruff.line-length", int64(100), "[tool.ruff]\nline-length = 100 # c\n"},
		{"an equal value keeps its spelling", TOML, "a = 0x10\n", Set, "a", int64(16), "a = 0x10\n"},
		{"1.0 is 1", TOML, "a = 1.0\n", Set, "a", Number("1"), "a = 1.0\n"},
		{"into the table, after its last key", TOML, "[a]\nb = 1 # c\n\n# d\n[e]\n", Set, "a.x", "y", "[a]\nb = 1 # c\nx = \"y\"\n\n# d\n[e]\n"},
		{"new table at the end", TOML, "[a]\nb = 1\n", Set, "tool.ruff.line-length", int64(100), "[a]\nb = 1\n\n[tool.ruff]\nline-length = 100\n"},
		{"map as a new table", TOML, "", Set, "tool.ruff", Map{{"a b", "x"}, {"n", Map{{"c", true}}}}, "[tool.ruff]\n\"a b\" = \"x\"\nn = { c = true }\n"},
		{"root key before the first header", TOML, "# head\n\n# of a\n[a]\n", Set, "x", true, "# head\n\nx = true\n\n# of a\n[a]\n"},
		{"next to dotted keys", TOML, "s.h = 1\nz = 2\n", Set, "s.p", int64(3), "s.h = 1\ns.p = 3\nz = 2\n"},
		{"into an inline table", TOML, "a = {b = 1}\n", Set, "a.c.d", "x", "a = {b = 1, c = { d = \"x\" }}\n"},
		{"quotes stay", TOML, "a = 'b' # c\n", Set, "a", "d", "a = 'd' # c\n"},
		{"table for a value", TOML, "[a]\nb = 1\n\n[a.c]\nd = 2\n", Set, "a.c", int64(1), "[a]\nb = 1\nc = 1\n"},
		{"append to a list over lines", TOML, "[project]\ndependencies = [\n  \"a\", # x\n  \"b\" # y\n]\n", Append, "project.dependencies", []any{"numpy>=2"}, "[project]\ndependencies = [\n  \"a\", # x\n  \"b\", # y\n  \"numpy>=2\"\n]\n"},
		{"append to a full line", TOML, "deps = [\"pandas>=3.1.1\" , 'scikit-learn>=1.9.1', \"skops>=0.16.0\"] # c\n", Append, "deps", []any{"fastapi>=0.165.0", "uvicorn>=0.54.0"}, "deps = [\n    \"pandas>=3.1.1\" ,\n    'scikit-learn>=1.9.1',\n    \"skops>=0.16.0\",\n    \"fastapi>=0.165.0\",\n    \"uvicorn>=0.54.0\",\n] # c\n"},
		{"a line that is too long already stays one", TOML, "deps = [\"pandas>=3.1.1\", \"scikit-learn>=1.9.1\", \"skops>=0.16.0\", \"fastapi>=0.165.0\", \"uvicorn\"]\n", Append, "deps", []any{"b"}, "deps = [\"pandas>=3.1.1\", \"scikit-learn>=1.9.1\", \"skops>=0.16.0\", \"fastapi>=0.165.0\", \"uvicorn\", \"b\"]\n"},
		{"append and replace in a full line", TOML, "[project]\ndependencies = [\"pandas>=3.1.1\", \"scikit-learn>=1.9.1\", \"skops>=0.16.0\",]\n", Append, "project.dependencies", []any{"pandas>=3.2", "fastapi>=0.165.0", "uvicorn>=0.54.0"}, "[project]\ndependencies = [\n    \"pandas>=3.2\",\n    \"scikit-learn>=1.9.1\",\n    \"skops>=0.16.0\",\n    \"fastapi>=0.165.0\",\n    \"uvicorn>=0.54.0\",\n]\n"},
		{"append replaces a requirement", TOML, "[project]\ndependencies = [\"Num.Py[x]>=1\", 'b']\n", Append, "project.dependencies", []any{"num-py>=2", "b"}, "[project]\ndependencies = [\"num-py>=2\", 'b']\n"},
		{"another marker is another requirement", TOML, "[dependency-groups]\nd = [\"a; python_version<'3'\"]\n", Append, "dependency-groups.d", []any{"a"}, "[dependency-groups]\nd = [\"a; python_version<'3'\", \"a\"]\n"},
		{"append keeps a trailing comma", TOML, "a = [\n  1,\n]\n", Append, "a", []any{int64(2)}, "a = [\n  1,\n  2,\n]\n"},
		{"unset a key", TOML, "# a\nx = 1 # b\n# c\ny = 2\n", Unset, "x", nil, "# a\n# c\ny = 2\n"},
		{"unset a table", TOML, "[a]\nb = 1\n\n[tool.black]\nc = 1\n\n[d]\n", Unset, "tool.black", nil, "[a]\nb = 1\n\n[d]\n"},
		{"CRLF", TOML, "[a]\r\nb = 1\r\n", Set, "c.d", int64(1), "[a]\r\nb = 1\r\n\r\n[c]\r\nd = 1\r\n"},
		{"CR LF with the only other line gone", TOML, "z = 1\r\n[a]\r\nb = 1", Set, "a", int64(5), "z = 1\r\na = 5"},
		{"no final line end", TOML, "[a]\nb = 1", Set, "a.c", int64(2), "[a]\nb = 1\nc = 2"},
	})
}

func TestEditJSON(t *testing.T) {
	t.Parallel()
	runEdits(t, []editCase{
		{"from nothing", JSON, "", Set, "a.b", int64(1), "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n"},
		{"last member", JSON, "{\n\t\"a\": 1 // x\n}\n", Set, "b", []any{"c"}, "{\n\t\"a\": 1, // x\n\t\"b\": [\n\t\t\"c\"\n\t]\n}\n"},
		{"minified", JSON, `{"a":1}`, Set, "b.c", []any{true, nil}, `{"a":1,"b":{"c":[true,null]}}`},
		{"one line", JSON, "{ \"a\": { \"b\": 1 } }\n", Set, "a.c", "<&>", "{ \"a\": { \"b\": 1, \"c\": \"<&>\" } }\n"},
		{"trailing comma stays", JSON, "{\n  \"a\": 1, // x\n}\n", Set, "b", int64(2), "{\n  \"a\": 1, // x\n  \"b\": 2,\n}\n"},
		{"append", JSON, "{\n  \"l\": [\n    \"a\"\n  ]\n}\n", Append, "l", []any{"b", "a"}, "{\n  \"l\": [\n    \"a\",\n    \"b\"\n  ]\n}\n"},
		{"unset the last takes the comma before", JSON, "{\n  \"a\": 1, // x\n  \"b\": 2 // y\n}\n", Unset, "b", nil, "{\n  \"a\": 1 // x\n}\n"},
		{"unset in one line", JSON, `{"a": 1, "b": 2, "c": 3}`, Unset, "b", nil, `{"a": 1, "c": 3}`},
		{"map over map keeps comments", JSON, "{\n  \"m\": {\n    // one\n    \"a\": 1,\n    \"b\": 2\n  }\n}\n", Set, "m", Map{{"c", true}, {"a", Number("1.0")}}, "{\n  \"m\": {\n    // one\n    \"a\": 1,\n    \"c\": true\n  }\n}\n"},
		{"into an empty list", JSON, "{\n  \"l\": []\n}\n", Append, "l", []any{int64(1)}, "{\n  \"l\": [\n    1\n  ]\n}\n"},
	})
}

func TestEditYAML(t *testing.T) {
	t.Parallel()
	runEdits(t, []editCase{
		{"from nothing", YAML, "", Set, "a.b", []any{"x", Map{{"c", int64(1)}, {"d", "no"}}}, "a:\n  b:\n    - x\n    - c: 1\n      d: \"no\"\n"},
		{"comment stays", YAML, "a: 1  # c\n", Set, "a", "yes", "a: \"yes\"  # c\n"},
		{"equal keeps its spelling", YAML, "a: 'x'\n", Set, "a", "x", "a: 'x'\n"},
		{"quotes stay", YAML, "a: 'x'\n", Set, "a", "it's", "a: 'it''s'\n"},
		{"after the last sibling", YAML, "a:\n    b: 1 # x\n# c\nd: 2\n", Set, "a.e.f", true, "a:\n    b: 1 # x\n    e:\n        f: true\n# c\nd: 2\n"},
		{"key without a value", YAML, "on:\n  push: # x\njobs: {}\n", Set, "on.push.branches", []any{"main"}, "on:\n  push: # x\n    branches:\n      - main\njobs: {}\n"},
		{"text of several lines", YAML, "a: 1\n", Set, "a", "x\n\n  y\n", "a: |\n  x\n\n    y\n"},
		{"scalar to map", YAML, "a: 1 # c\nb: 2\n", Set, "a", Map{{"x", "y"}}, "a: # c\n  x: \"y\"\nb: 2\n"},
		{"map to scalar", YAML, "a:\n  x: 1\nb: 2\n", Set, "a", "s", "a: s\nb: 2\n"},
		{"list without indentation", YAML, "a:\n- x # c\nb: 1\n", Append, "a", []any{"y: z"}, "a:\n- x # c\n- \"y: z\"\nb: 1\n"},
		{"flow list", YAML, "a: [x, y] # c\n", Append, "a", []any{"z", "a,b"}, "a: [x, y, z, \"a,b\"] # c\n"},
		{"overrides a merged key", YAML, "b: &b {x: 1}\nc:\n  <<: *b\n  y: 2\n", Set, "c.x", int64(3), "b: &b {x: 1}\nc:\n  <<: *b\n  y: 2\n  x: 3\n"},
		{"an alias is replaced", YAML, "b: &b 1\nc: *b\n", Set, "c", int64(2), "b: &b 1\nc: 2\n"},
		{"the last member leaves {}", YAML, "a:\n  b: 1\n# c\n", Unset, "a.b", nil, "a: {}\n# c\n"},
		{"the last element leaves []", YAML, "a:\n  - b\nc: 1\n", Remove, "a", []any{"b"}, "a: []\nc: 1\n"},
		{"before the end marker", YAML, "---\n# c\n...\n", Set, "a", int64(1), "---\n# c\na: 1\n...\n"},
		{"key named on", YAML, "\"on\": push\n", Set, "on", "x", "\"on\": x\n"},
		{"exponent", YAML, "a: 1\n", Set, "a", Number("1e5"), "a: 1.0e+5\n"},
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		editCase
		reason string
	}{
		{editCase{"parent is a scalar", YAML, "a: 1\n", Set, "a.b", int64(1), ""}, "key a.b: line 1: a is not a map"},
		{editCase{"append to a scalar", JSON, `{"a": 1}`, Append, "a", []any{"x"}, ""}, "key a: line 1: the value is not a list"},
		{editCase{"anchor used elsewhere", YAML, "a: &a\n  b: 1\nc: *a\n", Set, "a.b", int64(2), ""}, "key a.b: line 1: the anchor there is used in line 3, where a change would show too"},
		{editCase{"through an alias", YAML, "a: &a\n  b: 1\nc: *a\n", Set, "c.b", int64(2), ""}, "key c.b: line 3: an alias or a merge key stands there: a change would reach every place that shares the value"},
		{editCase{"anchor dropped", YAML, "a: &a 1\nc: *a\n", Unset, "a", nil, ""}, "key a: line 1: the anchor there is used in line 2"},
		{editCase{"repeated", JSON, `{"a": 1, "a": 2}`, Set, "a", int64(3), ""}, "key a: line 1: a stands there twice"},
		{editCase{"array of tables", TOML, "[[a]]\nb = 1\n", Set, "a.b", int64(1), ""}, "key a.b: line 1: a is an array of tables, whose elements have no keys of their own"},
		{editCase{"null in TOML", TOML, "", Set, "a", nil, ""}, "key a: TOML has no null"},
		{editCase{"tag", YAML, "a: 1\n", Set, "a", Tagged{"!ENV", "x"}, ""}, "key a: a value with a tag can be read, not written"},
		{editCase{"tag inside", YAML, "a: 1\n", Set, "a", Map{{"b", []any{Tagged{"!ENV", "x"}}}}, ""}, "key a: a value with a tag can be read, not written"},
		{editCase{"tag of an element", YAML, "a: []\n", Append, "a", []any{Tagged{"!ENV", "x"}}, ""}, "key a: a value with a tag can be read, not written"},
		{editCase{"two documents", YAML, "a: 1\n---\nb: 2\n", Set, "a", int64(2), ""}, "line 2: the file has more than one YAML document"},
		{editCase{"root list", JSON, "[1]\n", Set, "a", int64(2), ""}, "key a: line 1: the root of the file is not a map"},
		{editCase{"tab in YAML", YAML, "a:\n\tb: 1\n", Set, "a", int64(2), ""}, "line 2: found character that cannot start any token"},
		{editCase{"binary", TOML, "a = \"\xff\"\n", Set, "a", int64(2), ""}, "line 1, column 6: the file is not UTF-8 text"},
		{editCase{"JSON syntax", JSON, "{\n  \"a\": tru\n}", Set, "a", int64(2), ""}, "line 2, column 8: no JSON value begins here"},
		{editCase{"TOML syntax", TOML, "a = 1\na = 2\n", Set, "a", int64(2), ""}, "line 2, column 1: key a is already defined"},
		{editCase{"dotted inline", TOML, "a = {b.c = 1}\n", Set, "a.b.d", int64(2), ""}, "key a.b.d: line 1: a dotted key in an inline table leads there"},
		{editCase{"deep", JSON, strings.Repeat("[", 300), Set, "a", int64(2), ""}, "line 1, column 201: values are nested more than 200 levels deep"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			out, _, err := c.run(t)
			if err == nil || err.Error() != c.reason || out != nil {
				t.Errorf("got %v, %q\nwant %s", err, out, c.reason)
			}
			var syntax *SyntaxError
			var refused *Error
			if !errors.As(err, &syntax) && !errors.As(err, &refused) {
				t.Errorf("an error of the type %T", err)
			}
		})
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	in := "[project]\nname = \"x\"\n"
	out, got, err := Apply([]byte(in), TOML, []Edit{
		{Op: Set, Key: Key{"tool", "ruff", "line-length"}, Value: int64(100)},
		{Op: Append, Key: Key{"project", "dependencies"}, Elems: []any{"a"}},
		{Op: Unset, Key: Key{"tool", "black"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []Change{
		{Key: Key{"tool", "ruff", "line-length"}, After: Number("100"), HasAfter: true, Created: 2},
		{Key: Key{"project", "dependencies"}, After: []any{"a"}, HasAfter: true, Created: 1},
		{Key: Key{"tool", "black"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	back, _, err := Apply(out, TOML, []Edit{
		{Op: Unset, Key: want[0].Key, Prune: got[0].Created},
		{Op: Remove, Key: want[1].Key, Elems: []any{"a"}, Prune: got[1].Created},
	})
	if err != nil || string(back) != in {
		t.Errorf("undone: %v\n%s", err, back)
	}
}
