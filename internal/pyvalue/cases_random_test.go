package pyvalue_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	py "github.com/mlops-as-code/mlops/internal/pyvalue"
)

func numericTexts() []string {
	return []string{
		"", " ", "1", " -12 ", "+5", "1_000", "1__0", "_1", "1_", "0x1f", "0X_F", "0b101", "0o17", "z", "Zz", "007", "0_0", "1.5", "1e5", "1e400", "-inf", "Infinity", "nan", "+nan", "1.e3", ".5", ".", "1_0.5_0", "1_.5", "1e_5", "0x1p3",
		"\u0661\u0662", "\u00a012\u2003", "1 2", "--1", "é", "1e", "e5", strings.Repeat("9", 4300), strings.Repeat("9", 4301), "12345678901234567890123", "-0", "-0.0", "1E-5", "infinit", "١.٥", "0b2", "0o8", "\x1c5\x1f",
	}
}

func functionCases() []expr {
	var all []expr
	for _, x := range pool() {
		all = append(all,
			call1("str(%s)", x, textResult(py.Str)), call1("repr(%s)", x, textResult(py.Repr)), call1("ascii(%s)", x, textResult(py.ASCII)),
			call1("bool(%s)", x, func(v py.Value) (py.Value, error) { return boolean(py.Truth(nil, v)) }),
			call1("len(%s)", x, func(v py.Value) (py.Value, error) { n, err := py.Len(nil, v); return py.Int(n), err }),
			call1("list(%s)", x, func(v py.Value) (py.Value, error) { e, err := py.Elements(nil, v); return py.NewList(e...), err }),
			call1("dict(%s)", x, func(v py.Value) (py.Value, error) { return py.NewDictFrom(nil, py.Args{Pos: []py.Value{v}}) }),
			call1("int(%s)", x, func(v py.Value) (py.Value, error) { return py.ToInt(nil, v) }),
			call1("float(%s)", x, func(v py.Value) (py.Value, error) { return py.ToFloat(nil, v) }),
			call1("abs(%s)", x, func(v py.Value) (py.Value, error) { return py.Abs(nil, v) }),
			call1("round(%s)", x, func(v py.Value) (py.Value, error) { return py.Round(nil, v, nil) }),
			call1("%s()", x, func(v py.Value) (py.Value, error) { return py.Call(nil, v, py.Args{}) }),
			call1("{%s: 1}", x, func(v py.Value) (py.Value, error) { d := py.NewDict(); return d, d.Set(nil, v, py.Int(1)) }),
		)
		for _, digits := range []int{0, 1, 2, -1, -2, -19, 400, -400} {
			all = append(all, call1(fmt.Sprintf("round(%%s, %d)", digits), x, func(v py.Value) (py.Value, error) { return py.Round(nil, v, &digits) }))
		}
		all = append(all, jsonCases(x)...)
	}
	for _, s := range numericTexts() {
		all = append(all, call1("float(%s)", str(s), func(v py.Value) (py.Value, error) { return py.ToFloat(nil, v) }))
		for _, base := range []int{10, 0, 16, 2, 8, 36, 37} {
			all = append(all, call1(fmt.Sprintf("int(%%s, %d)", base), str(s), func(py.Value) (py.Value, error) { return py.ParseInt(nil, s, base) }))
		}
	}
	return append(all, jsonTextCases()...)
}

func textResult(f func(*py.Budget, py.Value) (string, error)) func(py.Value) (py.Value, error) {
	return func(v py.Value) (py.Value, error) {
		s, err := f(nil, v)
		return py.String(s), err
	}
}

func jsonCases(x expr) []expr {
	four, tab := "    ", "\t"
	styles := map[string]py.JSONStyle{
		"": {}, ", sort_keys=True, indent=4": {SortKeys: true, Indent: &four}, ", ensure_ascii=False": {Unicode: true}, ", indent='\\t', separators=(',', ':')": {Indent: &tab, ItemSeparator: ",", KeySeparator: ":"},
	}
	var all []expr
	for _, args := range []string{"", ", sort_keys=True, indent=4", ", ensure_ascii=False", ", indent='\\t', separators=(',', ':')"} {
		style := styles[args]
		dump := func(v py.Value) (py.Value, error) { s, err := py.EncodeJSON(nil, v, style); return py.String(s), err }
		all = append(all, call1("json.dumps(%s"+args+")", x, dump))
		all = append(all, call1("json.dumps([%s, {'b': %[1]s, 'a\\x7f\\x1f\"\\n': []}]"+args+")", x, func(v py.Value) (py.Value, error) {
			d := py.NewDict()
			d.SetStr("b", v)
			d.SetStr("a\x7f\x1f\"\n", py.NewList())
			return dump(py.NewList(v, d))
		}))
	}
	return all
}

func jsonTextCases() []expr {
	docs := []string{
		"", " ", "null", "true", "nul", "[1, 2.5, -0, 1e5, -1E-2]", `{"b": 1, "a": {"c": []}, "b": 3}`, "[1,]", "{,}", `{"a"}`, `{"a":}`, `{"a":1,}`, `["\u00e9\ud83d\ude00\n\/"]`, `"a`, "\"\n\"", `"\x"`, `"\u12"`, "01", "-", "1.", "1.e5", ".5",
		"[1 2]", "NaN", "[Infinity, -Infinity]", "1 2", "[\n1,\n  x]", "\ufeff1", "{1: 2}", "12345678901234567890123", "1e400", "[", "{", `{"a" 1}`, `"é\t"`, "\"\t\"", `["a", "b"`, "\u00a01", "tru", `{"a": 1 "b"}`, `"\`,
	}
	var all []expr
	for _, s := range docs {
		all = append(all, call1("json.loads(%s)", str(s), func(py.Value) (py.Value, error) { return py.DecodeJSON(nil, s) }))
	}
	return all
}

// randomCases are nested expressions of operators, methods and formats.
func randomCases(n int) []expr {
	g := generator{rand.New(rand.NewPCG(2026, 6))}
	all := make([]expr, 0, n)
	for range n {
		all = append(all, g.expr(3))
	}
	return all
}

type generator struct{ *rand.Rand }

func (g generator) leaf() expr {
	switch g.IntN(8) {
	case 0:
		return num(g.Int64N(200) - 100)
	case 1:
		return num(int64(g.Uint64()))
	case 2:
		return val(py.Float(math.Float64frombits(g.Uint64())))
	case 3:
		return val(py.Float(float64(g.IntN(4000)-2000) / 8))
	case 4:
		return str(g.text())
	case 5:
		return list(py.Int(g.IntN(5)), py.String(g.text()))
	case 6:
		return tuple(py.String(g.text()), py.Float(g.IntN(9)), py.Bool(g.IntN(2) == 0))
	}
	return dict(py.String(g.text()), py.Int(g.IntN(9)), py.Int(g.IntN(3)), py.NewTuple(py.String(g.text())))
}

func (g generator) text() string {
	alphabet := []rune("aAbBzZ09 _-.,%{}'\"\\\n\tßéΣσſŉǅﬁ\u0301\u00a0\u200b\u2028\U0001F600\x00\x7f\ufffe\U000E0001")
	var sb strings.Builder
	for range g.IntN(9) {
		sb.WriteRune(alphabet[g.IntN(len(alphabet))])
	}
	return sb.String()
}

func (g generator) expr(depth int) expr {
	if depth == 0 || g.IntN(6) == 0 {
		return g.leaf()
	}
	switch g.IntN(6) {
	case 0, 1:
		op := strings.Fields("+ - * / // % == != < <= > >= in + *")[g.IntN(15)]
		x, y := g.expr(depth-1), g.expr(depth-1)
		if op == "*" && (len(x.src) > 12 && len(y.src) > 12) {
			op = "+"
		}
		return binary(op, g.small(op, x), g.small(op, y))
	case 2:
		names := strings.Fields("upper lower title capitalize swapcase casefold strip split splitlines isalpha isprintable isidentifier istitle isupper islower isnumeric isdigit")
		return method(str(g.text()), names[g.IntN(len(names))])
	case 3:
		names := strings.Fields("split rsplit partition rpartition find rfind count strip lstrip startswith removesuffix join")
		return method(str(g.text()+g.text()), names[g.IntN(len(names))], str(g.text()))
	case 4:
		return call1("repr(%s)", g.expr(depth-1), textResult(py.Repr))
	}
	x := g.expr(depth - 1)
	return expr{src: fmt.Sprintf("[%s, %s]", x.src, x.src), eval: two(x, x, func(a, b py.Value) (py.Value, error) { return py.NewList(a, b), nil })}
}

// small keeps repetition cheap.
func (g generator) small(op string, x expr) expr {
	if n, ok := py.Int64Of(x.eval0()); op == "*" && ok && (n > 1000) {
		return num(n % 50)
	}
	return x
}
