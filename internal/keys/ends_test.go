package keys

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// mixedEnds gives every line one of the two line ends, and the last one perhaps none.
func mixedEnds(r *rand.Rand, text []byte) []byte {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	var out []byte
	for i, l := range lines {
		out = append(out, l...)
		switch n := r.IntN(4); {
		case i == len(lines)-1 && n == 0:
		case n%2 == 0:
			out = append(out, "\r\n"...)
		default:
			out = append(out, '\n')
		}
	}
	return out
}

// TestMixedEnds: the laws hold for a file with both kinds of line ends.
func TestMixedEnds(t *testing.T) {
	t.Parallel()
	files := fixtures(t)
	for name, text := range map[string]string{
		"header.toml": "[a]\nx = 1\n[b]\n", "bare.toml": "[a]\n[b]\ny = 2\n", "last.toml": "x = 1\n# c\n\n[a]\nb = 1\n",
		"dotted.toml": "a.b = 1 # c\nz = [\n  1, # d\n]\n", "text.toml": "# c\na = \"\"\"\nx\n\"\"\"\n[b]\n", "open.toml": "a = [\n]\n[b.c]\nd = 'x'\n",
		"map.yaml": "a:\n  b: 1 # c\n# d\n\ne:\n- x\n- y\nf: |+\n  t\n\n\ng:\n", "flow.yaml": "a: {b: 1,\n  c: 2\n  }\nl: [\n  x, # c\n  y\n]\ne: {\n}\n",
		"end.yaml": "---\n# c\na: &x\n  b: 1\n...\n", "comments.yaml": "# a\n# b\n",
		"members.json": "{\n  \"a\": 1,\n  \"b\": {\n  },\n  \"c\": [\n    1 // x\n  ]\n}\n", "tight.json": "{\"a\": {\n},\n\"b\": 2 }\n",
		"comma.json": "// a\n{\n  // b\n  \"a\": 1, /* c */\n}\n", "comments.json": "// a\n// b\n\n",
	} {
		files["mixed "+name] = []byte(text)
	}
	for name, text := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, _ := FormatOf(name)
			r := rand.New(rand.NewPCG(3, uint64(len(text))))
			for range max(2, min(12, 1000/(len(text)+1))) {
				mixed := mixedEnds(r, text)
				if _, err := open(mixed, f); err != nil {
					t.Fatalf("%q: %v", mixed, err)
				}
				if err := laws(mixed, f, 3, &tally{}); err != nil {
					t.Fatalf("%q: %v", mixed, err)
				}
			}
		})
	}
}

// TestEnds: lines that an edit does not name keep their line ends.
func TestEnds(t *testing.T) {
	t.Parallel()
	runEdits(t, []editCase{
		{"TOML after a pair", TOML, "[a]\nx = 1\r\n[b]\n", Set, "a.y", "q", "[a]\nx = 1\r\ny = \"q\"\n[b]\n"},
		{"TOML after a pair, CR LF first", TOML, "[a]\r\nx = 1\n[b]\n", Set, "a.y", "q", "[a]\r\nx = 1\ny = \"q\"\r\n[b]\n"},
		{"TOML after a header", TOML, "[b]\n[a]\r\n", Set, "a.y", int64(1), "[b]\n[a]\r\ny = 1\n"},
		{"TOML existing", TOML, "a = 1\nb = 2\r\nc = 3\n", Set, "b", "q", "a = 1\nb = \"q\"\r\nc = 3\n"},
		{"TOML list", TOML, "a = [\n  1, # c\r\n  2 # d\r\n]\n", Append, "a", []any{int64(3)}, "a = [\n  1, # c\r\n  2, # d\r\n  3\n]\n"},
		{"TOML empty list over lines", TOML, "x = 1\na = [\r\n]\r\n", Append, "a", []any{int64(3)}, "x = 1\na = [\r\n    3\n]\r\n"},
		{"TOML table at the end for a value", TOML, "z = 1\r\n[a]\nb = 1", Set, "a", int64(5), "z = 1\r\na = 5"},
		{"TOML the other way", TOML, "y = 1\nz = 1\r\n[a]\nb = 1", Set, "a", int64(5), "y = 1\nz = 1\r\na = 5"},
		{"YAML new key", YAML, "a:\n  x: 1\r\nb: 2\n", Set, "a.z", "q", "a:\n  x: 1\r\n  z: q\nb: 2\n"},
		{"YAML list", YAML, "a:\n- x\r\nb: 2\n", Append, "a", []any{"y"}, "a:\n- x\r\n- \"y\"\nb: 2\n"},
		{"YAML existing", YAML, "a: 1\nb: 2 # c\r\nc: 3\n", Set, "b", Map{{"x", int64(1)}}, "a: 1\nb: # c\r\n  x: 1\nc: 3\n"},
		{"JSON new key", JSON, "{\n  \"a\": 1 // c\r\n}\n", Set, "b", int64(2), "{\n  \"a\": 1, // c\r\n  \"b\": 2\n}\n"},
		{"JSON trailing comma", JSON, "{\n  \"a\": 1,\r\n}\n", Set, "b", int64(2), "{\n  \"a\": 1,\r\n  \"b\": 2,\n}\n"},
		{"JSON empty map over lines", JSON, "{\n  \"a\": {\r\n  }\r\n}\n", Set, "a.b", int64(2), "{\n  \"a\": {\r\n    \"b\": 2\n  }\r\n}\n"},
		{"JSON comments only", JSON, "// a\n// b\r\n", Set, "a", int64(2), "// a\n// b\r\n{\n  \"a\": 2\n}\n"},
	})
}

// TestUntouched: the law sees a line end that changed its line.
func TestUntouched(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, out string
		holes     []hole
		ok        bool
	}{
		{"[a]\nx = 1\r\n[b]\n", "[a]\nx = 1\ny = 2\r\n[b]\n", nil, false},
		{"[a]\nx = 1\r\n[b]\n", "[a]\nx = 1\r\ny = 2\n[b]\n", nil, true},
		{"{\n\"a\": 1\r\n}\n", "{\n\"a\": 1,\n\"b\": 2\r\n}\n", []hole{{8, 8}}, false},
		{"{\n\"a\": 1\r\n}\n", "{\n\"a\": 1,\r\n\"b\": 2\n}\n", []hole{{8, 8}}, true},
		{"a: 1\r\nb: 2\n", "a: 3\nb: 2\n", []hole{{1, 4}}, false},
		{"a: 1\r\nb: 2\n", "a: 3\r\nb: 2\r\n", []hole{{1, 4}}, false},
		{"a: 1\r\nb: 2", "a: 1\r\nb: 2\nc: 3", nil, true},
	} {
		if err := untouched([]byte(c.text), []byte(c.out), c.holes); (err == nil) != c.ok {
			t.Errorf("%q to %q: %v", c.text, c.out, err)
		}
	}
}
