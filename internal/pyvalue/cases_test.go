package pyvalue_test

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	py "github.com/mlops-as-code/mlops/internal/pyvalue"
)

// lit is a literal, made afresh each time it is evaluated.
func lit(build func() py.Value) expr {
	v := build()
	src, err := py.ASCII(nil, v)
	if err != nil {
		panic(err)
	}
	if f, ok := v.(py.Float); ok && (math.IsInf(float64(f), 0) || math.IsNaN(float64(f))) {
		src = "float('" + src + "')"
	}
	return expr{src: "(" + src + ")", eval: func() (py.Value, error) { return build(), nil }}
}

func val(v py.Value) expr { return lit(func() py.Value { return v }) }

func str(s string) expr { return val(py.String(s)) }

func num(n int64) expr { return val(py.Int(n)) }

func list(elems ...py.Value) expr {
	return lit(func() py.Value { return py.NewList(slices.Clone(elems)...) })
}

func tuple(elems ...py.Value) expr { return val(py.NewTuple(elems...)) }

func dict(pairs ...py.Value) expr {
	return lit(func() py.Value {
		d := py.NewDict()
		for i := 0; i < len(pairs); i += 2 {
			if err := d.Set(nil, pairs[i], pairs[i+1]); err != nil {
				panic(err)
			}
		}
		return d
	})
}

func pow10(n int64) py.Value {
	return py.NewInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil))
}

// pool is the values every operator is tried on.
func pool() []expr {
	return []expr{
		val(py.None{}), val(py.Bool(true)), val(py.Bool(false)),
		num(0), num(1), num(-1), num(7), num(-3), num(1 << 40), num(math.MaxInt64), num(math.MinInt64),
		val(pow10(20)), val(py.NewInt(new(big.Int).Neg(big.NewInt(0).Lsh(big.NewInt(3), 70)))),
		val(py.Float(0)), val(py.Float(math.Copysign(0, -1))), val(py.Float(1.5)), val(py.Float(-2.25)), val(py.Float(1)),
		val(py.Float(1e300)), val(py.Float(0.1)), val(py.Float(math.Inf(1))), val(py.Float(math.Inf(-1))), val(py.Float(math.NaN())),
		str(""), str("a"), str("abc"), str("éa\U0001F600"), str("%s"),
		list(), list(py.Int(1), py.String("a")), list(py.Int(1), py.Int(2), py.Float(1)),
		tuple(), tuple(py.Int(1)), tuple(py.Int(1), py.String("b"), py.None{}),
		dict(), dict(py.String("a"), py.Int(1), py.Int(1), py.NewList(py.Bool(true))),
		{src: "range(0, 7, 3)", eval: func() (py.Value, error) { return py.NewRange(0, 7, 3) }},
		{src: "b'ab'", eval: func() (py.Value, error) { return py.Bytes("ab"), nil }},
		view("items"),
		view("keys"),
	}
}

func two(x, y expr, f func(x, y py.Value) (py.Value, error)) func() (py.Value, error) {
	return func() (py.Value, error) {
		a, err := x.eval()
		if err != nil {
			return nil, err
		}
		b, err := y.eval()
		if err != nil {
			return nil, err
		}
		return f(a, b)
	}
}

func boolean(ok bool, err error) (py.Value, error) { return py.Bool(ok), err }

func binary(op string, x, y expr) expr {
	ops := map[string]py.Op{
		"+": py.OpAdd, "-": py.OpSub, "*": py.OpMul, "/": py.OpDiv, "//": py.OpFloorDiv, "%": py.OpMod, "**": py.OpPow,
		"==": py.OpEq, "!=": py.OpNe, "<": py.OpLt, "<=": py.OpLe, ">": py.OpGt, ">=": py.OpGe,
	}
	e := expr{src: fmt.Sprintf("(%s %s %s)", x.src, op, y.src)}
	o := ops[op]
	e.eval = two(x, y, func(a, b py.Value) (py.Value, error) {
		switch {
		case op == "in":
			return boolean(py.Contains(nil, b, a))
		case o >= py.OpEq:
			return boolean(py.Compare(nil, o, a, b))
		}
		return py.Binary(nil, o, a, b)
	})
	return e
}

func unary(op string, x expr) expr {
	o := py.OpNeg
	if op == "+" {
		o = py.OpPos
	}
	return call1(op+"%s", x, func(v py.Value) (py.Value, error) { return py.Unary(nil, o, v) })
}

func call1(format string, x expr, f func(py.Value) (py.Value, error)) expr {
	return expr{src: fmt.Sprintf(format, x.src), eval: func() (py.Value, error) {
		v, err := x.eval()
		if err != nil {
			return nil, err
		}
		return f(v)
	}}
}

// tame says whether x op y is cheap in CPython too.
func tame(op string, x, y expr) bool {
	if op != "**" {
		return true
	}
	_, big := y.eval0().(*py.BigInt)
	n, _ := py.Int64Of(y.eval0())
	return !big && n < 400
}

// differs says what is left out on purpose: views are no sets, bytes have no %.
func differs(op string, x, y expr) bool {
	return op == "-" && strings.Contains(x.src+y.src, "}.") || op == "%" && strings.HasPrefix(x.src, "b'")
}

func (e expr) eval0() py.Value {
	v, err := e.eval()
	if err != nil {
		return py.None{}
	}
	return v
}

func operatorCases() []expr {
	var all []expr
	for _, x := range pool() {
		all = append(all, unary("-", x), unary("+", x))
		for _, y := range pool() {
			for _, op := range strings.Fields("+ - * / // % ** == < >= in") {
				if tame(op, x, y) && !differs(op, x, y) {
					all = append(all, binary(op, x, y))
				}
			}
		}
	}
	return all
}

// method is recv.name(args); keywords are given as pairs of name and value
// behind a nil.
func method(recv expr, name string, args ...expr) expr {
	return methodKw(recv, name, args, nil)
}

func methodKw(recv expr, name string, args []expr, kw map[string]expr) expr {
	var texts []string
	for _, a := range args {
		texts = append(texts, a.src)
	}
	for k, v := range kw {
		texts = append(texts, "'"+k+"': "+v.src)
	}
	// The receiver is shown too, for methods that change it.
	src := fmt.Sprintf("(lambda r: (r.%s(%s), r))(%s)", name, strings.Join(texts, ", "), recv.src)
	if kw != nil { // as Jinja calls
		src = strings.Replace(src, "("+strings.Join(texts, ", ")+"), r", "(*["+strings.Join(texts[:len(args)], ", ")+"], **{"+strings.Join(texts[len(args):], ", ")+"}), r", 1)
	}
	return expr{src: src, eval: func() (py.Value, error) {
		r, err := recv.eval()
		if err != nil {
			return nil, err
		}
		var in py.Args
		for _, a := range args {
			v, err := a.eval()
			if err != nil {
				return nil, err
			}
			in.Pos = append(in.Pos, v)
		}
		for k, a := range kw {
			v, err := a.eval()
			if err != nil {
				return nil, err
			}
			in.Kw = append(in.Kw, py.Keyword{Name: k, Value: v})
		}
		m, ok, err := py.Attr(nil, r, name)
		if err == nil && !ok {
			err = py.Raise("AttributeError", "'%s' object has no attribute '%s'", r.TypeName(), name)
		}
		if err != nil {
			return nil, err
		}
		got, err := py.Call(nil, m, in)
		if err != nil {
			return nil, err
		}
		return py.NewTuple(got, r), nil
	}}
}

func view(name string) expr {
	return expr{src: "{1: 2}." + name + "()", eval: func() (py.Value, error) {
		pair, err := method(dict(py.Int(1), py.Int(2)), name).eval()
		if err != nil {
			return nil, err
		}
		return pair.(*py.Tuple).Elems[0], nil
	}}
}
