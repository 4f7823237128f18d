package pyvalue_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"unicode/utf8"

	py "github.com/mlops-as-code/mlops/internal/pyvalue"
)

// small is a budget that lets a fuzzer run fast.
func small() *py.Budget { return py.NewBudget(200_000, 1<<20) }

// known fails when err is neither CPython's nor a limit.
func known(t *testing.T, err error) {
	t.Helper()
	var raised *py.Error
	var limit *py.LimitError
	if err != nil && !errors.As(err, &raised) && !errors.As(err, &limit) {
		t.Errorf("unknown error %T: %v", err, err)
	}
}

// FuzzFormat: a format of any kind yields text within the budget or a known
// error, and % and format agree that a text without marks is itself.
func FuzzFormat(f *testing.F) {
	for _, s := range []string{"{0:>{1}}", "%(a)05.3f", "{a[0].real!r:^9}", "{:,.2f}%%", "%*.*d", "{{}}", "_^12,.3e", "{:{:{}}}", "é<9999999d"} {
		f.Add(s, int64(7), 2.5)
	}
	f.Fuzz(func(t *testing.T, s string, n int64, x float64) {
		d := py.NewDict()
		d.SetStr("a", py.NewList(py.Int(n), py.Float(x)))
		args := []py.Value{py.Int(n), py.Float(x), py.String(s), d}
		for _, v := range args {
			out, err := py.Format(small(), v, s)
			known(t, err)
			if len(out) > 1<<20 {
				t.Errorf("%d bytes", len(out))
			}
			_, err = py.Binary(small(), py.OpMod, py.String(s), v)
			known(t, err)
			_, err = py.Binary(small(), py.OpMod, py.Markup(s), py.NewTuple(v, v))
			known(t, err)
		}
		out, err := py.FormatText(small(), s, py.Args{Pos: args, Kw: []py.Keyword{{Name: "a", Value: d}}})
		known(t, err)
		if err == nil && utf8.ValidString(s) && !utf8.ValidString(out) {
			t.Errorf("%q is no text", out)
		}
	})
}

// FuzzJSON: what is decoded is encoded to what decodes to the same.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a": [1, 2.5, null, true, "é\u00e9\ud83d\ude00"], "a": NaN}`, "[", "12345678901234567890", `"\ud800"`, "1e999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := py.DecodeJSON(small(), s)
		known(t, err)
		if err != nil {
			return
		}
		text, err := py.EncodeJSON(nil, v, py.JSONStyle{})
		if err != nil {
			t.Fatal(err)
		}
		back, err := py.DecodeJSON(nil, text)
		if err != nil {
			t.Fatal(err)
		}
		again, err := py.EncodeJSON(nil, back, py.JSONStyle{})
		if err != nil || again != text {
			t.Errorf("%s became %s, %v", text, again, err)
		}
	})
}

// FuzzOperations: any sequence of operations and method calls on any values
// ends in values or known errors, within the budget.
func FuzzOperations(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed, "a{}%s é")
	}
	names := []string{
		"append", "center", "count", "expandtabs", "extend", "find", "format", "format_map", "fromkeys", "get", "index", "insert", "items", "join", "keys",
		"ljust", "lower", "partition", "pop", "popitem", "remove", "replace", "reverse", "rfind", "rsplit", "setdefault", "sort", "split", "splitlines",
		"striptags", "strip", "swapcase", "title", "to_bytes", "translate", "maketrans", "update", "upper", "values", "zfill", "clear", "copy", "decode", "encode",
	}
	f.Fuzz(func(t *testing.T, seed uint64, s string) {
		r := rand.New(rand.NewPCG(seed, 1))
		g := generator{r}
		b := small()
		values := []py.Value{py.String(s), py.Markup(s), py.Bytes(s), py.NewList(), py.NewDict(), py.Range{Stop: 5, Step: 1}, pow10(30)}
		pick := func() py.Value { return values[r.IntN(len(values))] }
		for range 60 {
			var v py.Value
			var err error
			switch r.IntN(6) {
			case 0:
				v = g.leaf().eval0()
			case 1:
				v, err = py.Binary(b, py.Op(r.IntN(7)+1), pick(), pick())
			case 2:
				var ok bool
				ok, err = py.Compare(b, py.Op(r.IntN(6)+8), pick(), pick())
				v = py.Bool(ok)
			case 3:
				v, err = py.Index(b, pick(), py.Slice{Start: pick(), Stop: pick(), Step: pick()})
			case 4:
				v, err = py.Index(b, pick(), pick())
			default:
				v, err = anyMethod(b, pick(), names[r.IntN(len(names))], []py.Value{pick(), pick(), pick()}[:r.IntN(4)])
			}
			known(t, err)
			if err == nil && v != nil {
				values = append(values, v)
			}
		}
		for _, v := range values {
			_, err := py.Repr(b, v)
			known(t, err)
			known(t, py.Hashable(b, v))
		}
	})
}

func anyMethod(b *py.Budget, v py.Value, name string, args []py.Value) (py.Value, error) {
	m, ok, err := py.Attr(b, v, name)
	if err != nil || !ok {
		return nil, err
	}
	return py.Call(b, m, py.Args{Pos: args})
}
