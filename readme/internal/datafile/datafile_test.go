package datafile

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// shown writes leaves as lines.
func shown(leaves []Leaf) string {
	var b strings.Builder
	for _, l := range leaves {
		fmt.Fprintf(&b, "%s %d %s\n", l.Path, l.Node.Kind, l.Node.Text)
	}
	return b.String()
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src, want string }{
		{"a.json", "\ufeff{\"b\": 1.50, \"a\": {\"x.y\": true, \"e\": []}, \"l\": [null, \"s\"]}", "b 2 1.50\na.x.y 1 true\na.e 4 \nl.0 0 \nl.1 3 s\n"},
		{"a.json", "12345678901234567890.123", " 2 12345678901234567890.123\n"},
		{"a.yaml", "b: 1.50\na: [yes, True, ~, 0x1F, 1_000, .5, +3, 1e3, 010, 2026-01-01, 'x']\n", "b 2 1.50\na.0 3 yes\na.1 1 true\na.2 0 \na.3 3 0x1F\na.4 2 1000\na.5 2 0.5\na.6 2 3\na.7 2 1e3\na.8 3 010\na.9 3 2026-01-01\na.10 3 x\n"},
		{"a.yml", "a: &x {k: -.5}\nb: *x\nc: -.inf\nd: .NaN\n", "a.k 2 -0.5\nb.k 2 -0.5\nc 2 -inf\nd 2 nan\n"},
		{"a.yaml", "", " 5 \n"},
		{"a.yaml", "# only\n", " 5 \n"},
	} {
		n, err := Read(c.name, []byte(c.src))
		if err != nil {
			t.Errorf("%q: %v", c.src, err)
			continue
		}
		if diff := cmp.Diff(c.want, shown(n.Leaves())); diff != "" {
			t.Errorf("%q: -want +got\n%s", c.src, diff)
		}
	}
}

func TestReadTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, src string
		want      Table
	}{
		{"a.csv", "a,b\r\n1,\"x, \"\"y\"\"\"\r\n", Table{[]string{"a", "b"}, [][]string{{"1", `x, "y"`}}}},
		{"a.tsv", "a\tb\n1\t2,3\n", Table{[]string{"a", "b"}, [][]string{{"1", "2,3"}}}},
		{"a.json", `[{"a": 1, "b": "x"}, {"c": true, "a": null}]`, Table{[]string{"a", "b", "c"}, [][]string{{"1", "x", ""}, {"", "", "true"}}}},
		{"a.yaml", "m1: {f1: 0.5}\nm2: {f1: 0.6}\n", Table{[]string{"", "f1"}, [][]string{{"m1", "0.5"}, {"m2", "0.6"}}}},
	} {
		got, err := ReadTable(c.name, []byte(c.src))
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", c.src, err, diff)
		}
	}
	for name, src := range map[string]string{"a.json": `[1]`, "b.json": `{"a": {"b": [1]}}`, "c.json": `1`, "a.csv": "", "a.txt": "a"} {
		if _, err := ReadTable(name, []byte(src)); err == nil {
			t.Errorf("%s %q passed", name, src)
		}
	}
}

// What is past a limit is refused, and at once.
func TestLimits(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat
	bomb := "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
	for i := range 9 {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(deep(fmt.Sprintf("*a%d, ", i), 10), ", "))
	}
	wide := strings.TrimSuffix(deep("x,", maxColumns+1), ",") + "\n"
	for name, src := range map[string]string{
		"size.json": "[" + deep(" ", MaxSize) + "]", "depth.json": deep("[", 100_000), "deep.json": deep("[", maxDepth+1) + "1" + deep("]", maxDepth+1),
		"nodes.json": "[" + deep("1,", maxNodes) + "1]", "depth.yaml": deep("[", 100_000), "margin.yaml": deep("- ", 100_000), "bomb.yaml": bomb,
		"self.yaml": "&a [*a]", "nodes.yaml": deep("- 1\n", maxNodes+1), "rows.csv": deep("a\n", maxRows+2), "columns.csv": wide,
		"size.csv": deep("a", MaxSize+1), "nul.csv": "a\x00", "bytes.yaml": "a: \xff",
	} {
		_, err := ReadTable(name, []byte(src))
		if IsTree(name) {
			_, err = Read(name, []byte(src))
		}
		if err == nil {
			t.Errorf("%s passed", name)
		}
	}
}

func TestRound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in       string
		decimals int
		want     string
	}{
		{"0.5", 0, "1"},
		{"-0.5", 0, "-1"},
		{"2.345", 2, "2.35"},
		{"1e3", 1, "1000.0"},
		{"-0.0004", 3, "0.000"},
		{"0.1", 12, "0.100000000000"},
		{"12345678901234567890.125", 2, "12345678901234567890.13"},
		{"1e-400", 3, "0.000"},
	} {
		x, ok := Rat(c.in)
		if !ok || Round(x, c.decimals) != c.want {
			t.Errorf("%s to %d: %v", c.in, c.decimals, x)
		}
	}
	for _, bad := range []string{"", "nan", "0x1", "1e401", "1e99999", ".5", "1.", "1/3", "1_0", " 1", strings.Repeat("1", 401)} {
		if _, ok := Rat(bad); ok {
			t.Errorf("%q is a decimal", bad)
		}
	}
	for in, want := range map[string]int{"1": 0, "1.50": 2, "1e-3": 3, "1.25e1": 1, "1e5": 0} {
		if Decimals(in) != want {
			t.Errorf("%s has %d decimals", in, Decimals(in))
		}
	}
}

// Rounding is exact: it is nowhere further off than half a unit.
func TestRoundLaw(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	for range 2000 {
		text := fmt.Sprintf("%d.%0*de%d", r.IntN(1000), 1+r.IntN(20), r.IntN(1_000_000), r.IntN(9)-4)
		x, ok := Rat(text)
		if !ok {
			t.Fatal(text)
		}
		d := r.IntN(8)
		got, _ := Rat(Round(x, d))
		off := new(big.Rat).Sub(got, x)
		half := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Mul(big.NewInt(2), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(d)), nil)))
		if off.Abs(off).Cmp(half) > 0 {
			t.Fatalf("%s to %d decimals is %s", text, d, Round(x, d))
		}
	}
}

// value is what other readers have for a node.
func value(n Node) any {
	switch n.Kind {
	case Bool:
		return n.Text == "true"
	case Number:
		return json.Number(n.Text)
	case Text:
		return n.Text
	case List:
		out := []any{}
		for _, e := range n.Items {
			out = append(out, value(e))
		}
		return out
	case Map:
		out := map[string]any{}
		for i, e := range n.Items {
			out[n.Keys[i]] = value(e)
		}
		return out
	}
	return nil
}

// Whatever is read is what the standard library reads; and reading never panics.
func FuzzRead(f *testing.F) {
	f.Add("{\"a\": [1, 2.5e-3, null, true, \"x\"]}")
	f.Add("a: 1\nb:\n  - x\n  - {y: .5}\n")
	f.Add("a: &x [1]\nb: *x\nc: !!str 1\n")
	f.Add("a,b\n1,\"2\n\"\n")
	f.Fuzz(func(t *testing.T, src string) {
		if n, err := Read("a.json", []byte(src)); err == nil {
			dec := json.NewDecoder(strings.NewReader(strings.TrimPrefix(src, "\ufeff")))
			dec.UseNumber()
			var want any
			if err := dec.Decode(&want); err != nil {
				t.Fatalf("%q: %v", src, err)
			}
			if diff := cmp.Diff(want, value(n)); diff != "" {
				t.Fatalf("%q: %s", src, diff)
			}
		}
		if n, err := Read("a.yaml", []byte(src)); err == nil {
			var want any
			if err := yaml.Unmarshal([]byte(strings.TrimPrefix(src, "\ufeff")), &want); err == nil {
				sameShape(t, src, want, n)
			}
			_ = n.Settings()
		}
		if got, err := ReadTable("a.csv", []byte(src)); err == nil {
			want, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(src, "\ufeff"))).ReadAll()
			if err != nil || len(want) != len(got.Rows)+1 {
				t.Fatalf("%q: %d rows, %v", src, len(got.Rows), err)
			}
		}
	})
}

// sameShape compares collections, and numbers by their value.
func sameShape(t *testing.T, src string, want any, n Node) {
	t.Helper()
	switch w := want.(type) {
	case []any:
		if n.Kind != List || len(n.Items) != len(w) {
			t.Fatalf("%q: %v and %+v", src, want, n)
		}
		for i := range w {
			sameShape(t, src, w[i], n.Items[i])
		}
	case int:
		if x, ok := Rat(n.Text); n.Kind == Number && (!ok || x.Cmp(new(big.Rat).SetInt64(int64(w))) != 0) {
			t.Fatalf("%q: %v and %+v", src, want, n)
		}
	}
}
