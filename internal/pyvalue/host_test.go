package pyvalue_test

import (
	"fmt"
	"testing"

	py "github.com/mlops-as-code/mlops/internal/pyvalue"
)

// plain is a host value without hooks.
type plain struct{ name string }

func (*plain) TypeName() string { return "plain" }

// strict fails whatever is done with it, as an undefined does.
type strict struct{}

func (*strict) TypeName() string { return "Undefined" }

func (*strict) fail() error { return py.Raise("UndefinedError", "it is undefined") }

func (s *strict) Attr(*py.Budget, string) (py.Value, bool, error) { return nil, false, s.fail() }

func (s *strict) Index(*py.Budget, py.Value) (py.Value, error) { return nil, s.fail() }

func (s *strict) Call(*py.Budget, py.Args) (py.Value, error) { return nil, s.fail() }

func (s *strict) Iterate(*py.Budget) (py.Iterator, error) { return nil, s.fail() }

func (s *strict) Len(*py.Budget) (int, error) { return 0, s.fail() }

func (s *strict) Truth(*py.Budget) (bool, error) { return false, s.fail() }

func (s *strict) Str(*py.Budget) (string, error) { return "", s.fail() }

func (s *strict) Repr(*py.Budget) (string, error) { return "", s.fail() }

func (s *strict) Equal(*py.Budget, py.Value) (equal, known bool, err error) {
	return false, true, s.fail()
}

func (s *strict) HashKey(*py.Budget) (any, error) { return nil, s.fail() }

func (s *strict) Contains(*py.Budget, py.Value) (bool, error) { return false, s.fail() }

func (s *strict) Operate(*py.Budget, py.Op, py.Value, py.Value) (py.Value, bool, error) {
	return nil, true, s.fail()
}

func (s *strict) OperateUnary(*py.Budget, py.Op) (py.Value, bool, error) { return nil, true, s.fail() }

func (s *strict) Format(*py.Budget, string) (string, error) { return "", s.fail() }

func TestHooks(t *testing.T) {
	t.Parallel()
	u := &strict{}
	fails := map[string]func() error{
		"attr":      func() error { _, _, err := py.Attr(nil, u, "a"); return err },
		"index":     func() error { _, err := py.Index(nil, u, py.Int(0)); return err },
		"call":      func() error { _, err := py.Call(nil, u, py.Args{}); return err },
		"iterate":   func() error { _, err := py.Elements(nil, u); return err },
		"len":       func() error { _, err := py.Len(nil, u); return err },
		"truth":     func() error { _, err := py.Truth(nil, u); return err },
		"str":       func() error { _, err := py.Str(nil, u); return err },
		"repr":      func() error { _, err := py.Repr(nil, py.NewList(u)); return err },
		"equal":     func() error { _, err := py.Equal(nil, py.Int(1), u); return err },
		"in a list": func() error { _, err := py.Contains(nil, py.NewList(py.Int(1)), u); return err },
		"contains":  func() error { _, err := py.Contains(nil, u, py.Int(1)); return err },
		"hash":      func() error { return py.NewDict().Set(nil, u, u) },
		"left":      func() error { _, err := py.Binary(nil, py.OpAdd, u, py.Int(1)); return err },
		"right":     func() error { _, err := py.Binary(nil, py.OpMod, py.Int(1), u); return err },
		"order":     func() error { _, err := py.Compare(nil, py.OpLe, py.Int(1), u); return err },
		"unary":     func() error { _, err := py.Unary(nil, py.OpNeg, u); return err },
		"format":    func() error { _, err := py.FormatText(nil, "{:>3}", py.Args{Pos: []py.Value{u}}); return err },
		"percent":   func() error { _, err := py.Binary(nil, py.OpMod, py.String("%s"), py.NewTuple(u)); return err },
		"concat":    func() error { _, err := py.Concat(nil, py.String("a"), u); return err },
		"join":      func() error { return joinError(u) },
	}
	for name, f := range fails {
		if err := f(); !py.IsRaised(err, "UndefinedError") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestIter(t *testing.T) {
	t.Parallel()
	v := py.NewIter("generator", py.SliceIterator([]py.Value{py.Int(1), py.Int(2)}))
	in := must[bool](t)(py.Contains(nil, v, py.Int(1)))
	rest := must[[]py.Value](t)(py.Elements(nil, v))
	truth := must[bool](t)(py.Truth(nil, v))
	if !in || !truth || len(rest) != 1 || rest[0] != py.Int(2) {
		t.Errorf("1 is in it: %v; then %v; true: %v", in, rest, truth)
	}
	if _, err := py.Len(nil, v); err == nil || err.Error() != "TypeError: object of type 'generator' has no len()" {
		t.Error(err)
	}
}

func TestIsRaised(t *testing.T) {
	t.Parallel()
	for class, parent := range map[string]string{
		"KeyError": "LookupError", "IndexError": "LookupError", "OverflowError": "ArithmeticError", "ZeroDivisionError": "ArithmeticError",
		"UnicodeEncodeError": "ValueError", "JSONDecodeError": "ValueError", "RecursionError": "RuntimeError", "TypeError": "Exception",
	} {
		err := fmt.Errorf("line 1: %w", py.Raise(class, "%d", 1))
		if !py.IsRaised(err, class) || !py.IsRaised(err, "AttributeError", parent) || py.IsRaised(err, "AttributeError") {
			t.Errorf("%s under %s", class, parent)
		}
	}
	if py.IsRaised(&py.LimitError{What: "steps"}, "Exception") || py.IsRaised(nil, "Exception") {
		t.Error("a limit is no exception")
	}
}

func joinError(v py.Value) error {
	m, _, err := py.Attr(nil, py.String(","), "join")
	if err != nil {
		return err
	}
	_, err = py.Call(nil, m, py.Args{Pos: []py.Value{v}})
	return err
}

func TestPlainHost(t *testing.T) {
	t.Parallel()
	a, b := &plain{"a"}, &plain{"b"}
	truth := must[bool](t)(py.Truth(nil, a))
	same := must[bool](t)(py.Equal(nil, a, a))
	other := must[bool](t)(py.Equal(nil, a, b))
	if !truth || !same || other {
		t.Errorf("truth %v, equal to itself %v, to another %v", truth, same, other)
	}
	if got := mustRepr(py.NewList(a)); got != "[<plain object>]" {
		t.Error(got)
	}
	d := py.NewDict()
	if err := d.Set(nil, a, py.Int(1)); err != nil {
		t.Error(err)
	}
	if _, ok, _ := d.Get(nil, b); ok {
		t.Error("another host value is the same key")
	}
	for want, f := range map[string]func() error{
		"TypeError: 'plain' object is not callable":                             func() error { _, err := py.Call(nil, a, py.Args{}); return err },
		"TypeError: 'plain' object is not iterable":                             func() error { _, err := py.Elements(nil, a); return err },
		"TypeError: object of type 'plain' has no len()":                        func() error { _, err := py.Len(nil, a); return err },
		"TypeError: 'plain' object is not subscriptable":                        func() error { _, err := py.Index(nil, a, py.Int(1)); return err },
		"TypeError: argument of type 'plain' is not iterable":                   func() error { _, err := py.Contains(nil, a, py.Int(1)); return err },
		"TypeError: unsupported operand type(s) for +: 'plain' and 'int'":       func() error { _, err := py.Binary(nil, py.OpAdd, a, py.Int(1)); return err },
		"TypeError: '<' not supported between instances of 'plain' and 'plain'": func() error { _, err := py.Compare(nil, py.OpLt, a, b); return err },
		"TypeError: unsupported format string passed to plain.__format__":       func() error { _, err := py.Format(nil, a, "5"); return err },
		"TypeError: Object of type plain is not JSON serializable":              func() error { _, err := py.EncodeJSON(nil, a, py.JSONStyle{}); return err },
		"TypeError: bad operand type for unary -: 'plain'":                      func() error { _, err := py.Unary(nil, py.OpNeg, a); return err },
		"RuntimeError: dictionary changed size during iteration":                func() error { return growWhileWalking() },
		"AttributeError: 'str' object has no attribute '__class__'": func() error {
			_, err := py.FormatText(nil, "{0.__class__}", py.Args{Pos: []py.Value{py.String("")}})
			return err
		},
		"TypeError: can't multiply sequence by non-int of type 'plain'":                                 func() error { _, err := py.Binary(nil, py.OpMul, py.NewList(), a); return err },
		"TypeError: int() argument must be a string, a bytes-like object or a real number, not 'plain'": func() error { _, err := py.ToInt(nil, a); return err },
	} {
		if err := f(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func growWhileWalking() error {
	d := py.NewDict()
	d.SetStr("a", py.None{})
	it, err := py.Iterate(nil, d)
	for err == nil {
		d.SetStr("b", py.None{})
		_, _, err = it.Next()
	}
	return err
}

func TestMethodValue(t *testing.T) {
	t.Parallel()
	f := py.NewFunction("twice", func(_ *py.Budget, args py.Args) (py.Value, error) {
		return py.Binary(nil, py.OpMul, args.Pos[0], py.Int(2))
	})
	if got := must[py.Value](t)(py.Call(nil, f, py.Args{Pos: []py.Value{py.Int(21)}})); got != py.Int(42) {
		t.Error(got)
	}
	if got := mustRepr(f); got != "<built-in function twice>" || !py.IsCallable(f) || py.IsCallable(py.Int(1)) {
		t.Error(got)
	}
	l := py.NewList(py.Int(3), py.Int(-5), py.Int(1))
	m, _, err := py.Attr(nil, l, "sort")
	if err != nil {
		t.Fatal(err)
	}
	key := py.NewFunction("abs", func(b *py.Budget, args py.Args) (py.Value, error) { return py.Abs(b, args.Pos[0]) })
	if _, err := py.Call(nil, m, py.Args{Kw: []py.Keyword{{Name: "key", Value: key}}}); err != nil || mustRepr(l) != "[1, 3, -5]" {
		t.Error(mustRepr(l), err)
	}
	again, _, _ := py.Attr(nil, l, "sort")
	same := must[bool](t)(py.Equal(nil, m, again))
	if got := mustRepr(m); got != "<built-in method sort of list object>" || !same {
		t.Error(got, same)
	}
}
