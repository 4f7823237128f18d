package pyvalue_test

import (
	"errors"
	"strings"
	"testing"

	py "github.com/mlops-as-code/mlops/internal/pyvalue"
)

// endless is a host value whose iteration never ends.
type endless struct{}

func (endless) TypeName() string { return "endless" }

func (endless) Iterate(*py.Budget) (py.Iterator, error) { return endless{}, nil }

func (endless) Next() (py.Value, bool, error) { return py.Int(1), true, nil }

// doubled is [[...], [...]] of a depth: small to hold, huge to walk.
func doubled(depth int) py.Value {
	var v py.Value = py.NewList()
	for range depth {
		v = py.NewList(v, v)
	}
	return v
}

// tight is a budget small enough to be used up fast.
func tight() *py.Budget { return py.NewBudget(1_000_000, 1<<24) }

func TestLimits(t *testing.T) {
	t.Parallel()
	huge := strings.Repeat("a", 1<<20)
	long := py.String(huge)
	big := must[py.Value](t)(py.Binary(nil, py.OpPow, py.Int(3), py.Int(600_000)))
	get := func(v py.Value, name string, args ...py.Value) func() (py.Value, error) {
		return func() (py.Value, error) {
			m, _, err := py.Attr(tight(), v, name)
			if err != nil {
				return nil, err
			}
			return py.Call(tight(), m, py.Args{Pos: args})
		}
	}
	op := func(o py.Op, x, y py.Value) func() (py.Value, error) {
		return func() (py.Value, error) { return py.Binary(tight(), o, x, y) }
	}
	text := func(f func() (string, error)) func() (py.Value, error) {
		return func() (py.Value, error) { s, err := f(); return py.String(s), err }
	}
	sized := func(f func() (bool, error)) func() (py.Value, error) {
		return func() (py.Value, error) { ok, err := f(); return py.Bool(ok), err }
	}
	cases := map[string]func() (py.Value, error){
		"str repetition":       op(py.OpMul, py.String("ab"), py.Int(1<<40)),
		"list repetition":      op(py.OpMul, py.NewList(py.Int(1)), py.Int(1<<40)),
		"power":                op(py.OpPow, py.Int(10), py.Int(1<<40)),
		"power of power":       op(py.OpPow, py.Int(10), pow10(20)),
		"product":              op(py.OpMul, big, big),
		"percent width":        op(py.OpMod, py.String("%999999999d"), py.Int(1)),
		"percent precision":    op(py.OpMod, py.String("%.999999999d"), py.Int(1)),
		"float precision":      op(py.OpMod, py.String("%.999999999f"), py.Float(1)),
		"format width":         text(func() (string, error) { return py.Format(tight(), py.Int(1), "999999999") }),
		"format width grouped": text(func() (string, error) { return py.Format(tight(), py.Int(1), "0999999999,") }),
		"format precision":     text(func() (string, error) { return py.Format(tight(), py.Float(1), ".999999999f") }),
		"format of formats": text(func() (string, error) {
			return py.FormatText(tight(), strings.Repeat("{0}", 100), py.Args{Pos: []py.Value{long}})
		}),
		"center":            get(py.String("a"), "center", py.Int(1<<40)),
		"ljust":             get(py.String("a"), "ljust", py.Int(1<<62)),
		"zfill":             get(py.String("a"), "zfill", py.Int(1<<40)),
		"expandtabs":        get(py.String("\t\t\t"), "expandtabs", py.Int(1<<30)),
		"replace":           get(long, "replace", py.String("a"), long),
		"replace empty":     get(long, "replace", py.String(""), long),
		"join":              get(long, "join", long),
		"list of endless":   func() (py.Value, error) { e, err := py.Elements(tight(), endless{}); return py.NewList(e...), err },
		"extend by endless": get(py.NewList(), "extend", endless{}),
		"dict of endless":   get(py.NewDict(), "fromkeys", py.Range{Stop: 1 << 62, Step: 1}),
		"in endless":        sized(func() (bool, error) { return py.Contains(tight(), endless{}, py.Int(2)) }),
		"repr doubled":      text(func() (string, error) { return py.Repr(tight(), doubled(60)) }),
		"json doubled":      text(func() (string, error) { return py.EncodeJSON(tight(), doubled(60), py.JSONStyle{}) }),
		"equal doubled":     sized(func() (bool, error) { return py.Equal(tight(), doubled(60), doubled(60)) }),
		"slice of range": func() (py.Value, error) {
			e, err := py.Elements(tight(), py.Range{Stop: 1 << 62, Step: 1})
			return py.NewList(e...), err
		},
		"key of many": func() (py.Value, error) { return nil, py.Hashable(tight(), py.NewTuple(make([]py.Value, 20_000)...)) },
		"to_bytes":    get(py.Int(1), "to_bytes", py.Int(1<<40)),
	}
	for name, f := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, err := f()
			var limit *py.LimitError
			if !errors.As(err, &limit) {
				t.Fatalf("%T, %v", v, err)
			}
		})
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	b := py.NewBudget(1000, 1000)
	var err error
	var s py.Value = py.String("ab")
	for n := 0; err == nil; n++ {
		if n > 100 {
			t.Fatal("no limit")
		}
		s, err = py.Binary(b, py.OpAdd, s, py.String("cd"))
	}
	var limit *py.LimitError
	if !errors.As(err, &limit) || limit.Limit != 1000 || err.Error() != "limit of 1000 bytes of memory exceeded" {
		t.Fatal(err)
	}
}

func TestSelfContaining(t *testing.T) {
	t.Parallel()
	l := py.NewList(py.Int(1))
	d := py.NewDict()
	tuple := py.NewTuple(l, d)
	l.Elems = append(l.Elems, l, tuple)
	d.SetStr("d", d)
	d.SetStr("l", l)
	call(t, nil, l, "append", call(t, nil, d, "values"))
	const want = "[1, [...], ([...], {'d': {...}, 'l': [...]}), dict_values([{'d': {...}, 'l': [...]}, [...]])]"
	if got := mustRepr(l); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if _, err := py.EncodeJSON(nil, l, py.JSONStyle{}); !py.IsRaised(err, "ValueError") || !strings.Contains(err.Error(), "Circular reference detected") {
		t.Error(err)
	}
	other := py.NewList(py.Int(1))
	other.Elems = append(other.Elems, other, tuple)
	if _, err := py.Equal(nil, l, py.NewList(py.Int(1), other, tuple, py.Int(0))); err != nil {
		t.Error(err)
	}
	a, b := py.NewList(), py.NewList()
	a.Elems, b.Elems = []py.Value{a}, []py.Value{b}
	if _, err := py.Equal(nil, a, b); !py.IsRaised(err, "RecursionError") {
		t.Error(err)
	}
	if _, err := py.Compare(nil, py.OpLt, a, b); !py.IsRaised(err, "RecursionError") {
		t.Error(err)
	}
}

func TestDeep(t *testing.T) {
	t.Parallel()
	var v py.Value = py.NewTuple()
	for range 5000 {
		v = py.NewTuple(v)
	}
	if _, err := py.Repr(nil, v); !py.IsRaised(err, "RecursionError") {
		t.Error(err)
	}
	if err := py.Hashable(nil, v); !py.IsRaised(err, "RecursionError") {
		t.Error(err)
	}
	if _, err := py.EncodeJSON(nil, v, py.JSONStyle{}); !py.IsRaised(err, "RecursionError") {
		t.Error(err)
	}
	if _, err := py.DecodeJSON(nil, strings.Repeat("[", 5000)); !py.IsRaised(err, "RecursionError") {
		t.Error(err)
	}
	if got := must[string](t)(py.Repr(nil, doubled(3))); got != "[[[[], []], [[], []]], [[[], []], [[], []]]]" {
		t.Error(got)
	}
}
