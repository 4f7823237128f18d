package pyvalue_test

import (
	"strings"

	py "github.com/mlops-as-code/mlops/internal/pyvalue"
)

func markup(s string) expr {
	return expr{src: "Markup(" + mustASCII(s) + ")", eval: func() (py.Value, error) { return py.Markup(s), nil }}
}

func mustASCII(s string) string {
	out, err := py.ASCII(nil, py.String(s))
	if err != nil {
		panic(err)
	}
	return out
}

// markupCases are operators and methods of Markup. What Markup does in Python
// counts arguments with texts of its own, which are not compared.
func markupCases() []expr {
	recvs := []expr{markup(""), markup("<b>x & y</b>"), markup("%s|%r|%s"), markup("{} {a}"), markup("a &amp; &lt;é&gt; <!-- x --> <i>\n b</i> <"), markup("%(a)s %(b)d")}
	var all []expr
	for _, x := range recvs {
		for _, y := range append(pool(), markup("<i>"), str("<i>'\"&")) {
			for _, op := range strings.Fields("+ * == < in") {
				all = append(all, binary(op, x, y), binary(op, y, x))
			}
		}
		for _, args := range []expr{str("<x>"), tuple(py.String("<"), py.String("'"), py.Int(3)), num(3), tuple(py.Markup("<u>"), py.Markup("<v>"), py.NewList(py.String("<"))), dict(py.String("a"), py.String("<&"), py.String("b"), py.Int(2))} {
			all = append(all, binary("%", x, args))
		}
		for _, name := range strings.Fields("upper lower title capitalize swapcase casefold strip split splitlines unescape striptags isalpha expandtabs") {
			all = append(all, method(x, name))
		}
		all = append(all,
			method(x, "replace", str("x"), str("<y>")), method(x, "replace", str("<"), markup("<")), method(x, "join", list(py.String("<"), py.Markup("<"), py.Int(5))),
			method(x, "center", num(20), str("*")), method(x, "ljust", num(20)), method(x, "partition", str("x")), method(x, "rpartition", str(" ")), method(x, "split", str("x"), num(1)),
			method(x, "removeprefix", str("<b>")), method(x, "find", str("x")), method(x, "startswith", str("<b")), method(x, "zfill", num(20)), method(x, "format_map", dict(py.String("a"), py.String("<"))),
			methodKw(x, "format", []expr{str("<x>"), markup("<y>")}, map[string]expr{"a": str("'")}),
			call1("%s[1:4]", x, func(v py.Value) (py.Value, error) {
				return py.Index(nil, v, py.Slice{Start: py.Int(1), Stop: py.Int(4), Step: py.None{}})
			}),
			call1("escape(%s)", x, func(v py.Value) (py.Value, error) { return py.Escape(nil, v) }),
			call1("list(%s)", x, func(v py.Value) (py.Value, error) { e, err := py.Elements(nil, v); return py.NewList(e...), err }),
			call1("json.dumps(%s)", x, func(v py.Value) (py.Value, error) {
				s, err := py.EncodeJSON(nil, v, py.JSONStyle{})
				return py.String(s), err
			}),
			formatCall(x, ""), formatCall(x, ">60"),
			call1("{%s: 1}", x, func(v py.Value) (py.Value, error) { d := py.NewDict(); return d, d.Set(nil, v, py.Int(1)) }),
		)
	}
	for _, x := range pool() {
		all = append(all, call1("escape(%s)", x, func(v py.Value) (py.Value, error) { return py.Escape(nil, v) }))
	}
	return all
}
