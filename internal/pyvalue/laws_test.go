package pyvalue_test

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	py "github.com/mlops-as-code/mlops/internal/pyvalue"
)

func must[T any](t *testing.T) func(v T, err error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func randomInt(r *rand.Rand) py.Value {
	n := big.NewInt(r.Int64() - r.Int64())
	switch r.IntN(4) {
	case 0:
		n.SetInt64(r.Int64N(40) - 20)
	case 1:
		n.Lsh(n, uint(r.IntN(90)))
	case 2:
		n.SetInt64([]int64{1<<63 - 1, -1 << 63, 1 << 62, -1, 1<<32 - 1}[r.IntN(5)])
	}
	return py.NewInt(n)
}

// x == (x // y) * y + x % y, and the remainder has the sign of y.
func TestLawDivision(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	get := must[py.Value](t)
	for range 5000 {
		x, y := randomInt(r), randomInt(r)
		if y == py.Int(0) {
			continue
		}
		q, rem := get(py.Binary(nil, py.OpFloorDiv, x, y)), get(py.Binary(nil, py.OpMod, x, y))
		back := get(py.Binary(nil, py.OpAdd, get(py.Binary(nil, py.OpMul, q, y)), rem))
		bx, _ := py.BigOf(x)
		bb, _ := py.BigOf(back)
		by, _ := py.BigOf(y)
		br, _ := py.BigOf(rem)
		if bx.Cmp(bb) != 0 || br.Sign() != 0 && br.Sign() != by.Sign() {
			t.Fatalf("%v %v: %v rest %v", bx, by, q, br)
		}
	}
}

// The fast paths of 64 bits agree with math/big, and a value that fits is Int.
func TestLawSmallAndBig(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	ops := map[py.Op]func(z, x, y *big.Int) *big.Int{py.OpAdd: (*big.Int).Add, py.OpSub: (*big.Int).Sub, py.OpMul: (*big.Int).Mul}
	for range 5000 {
		x, y := randomInt(r), randomInt(r)
		for op, f := range ops {
			got := must[py.Value](t)(py.Binary(nil, op, x, y))
			bx, _ := py.BigOf(x)
			by, _ := py.BigOf(y)
			want := f(new(big.Int), bx, by)
			n, _ := py.BigOf(got)
			_, small := got.(py.Int)
			if n.Cmp(want) != 0 || small != want.IsInt64() {
				t.Fatalf("%v %v %v: %v", bx, op, by, n)
			}
		}
	}
}

// Equal values are one key, whatever their types, and unequal ones are two.
func TestLawKeys(t *testing.T) {
	t.Parallel()
	g := generator{rand.New(rand.NewPCG(5, 6))}
	values := []py.Value{py.Int(1), py.Float(1), py.Bool(true), pow10(30), py.Float(1e30), py.Float(1e18), py.Int(1e18), py.NewTuple(py.Int(1)), py.NewTuple(py.Float(1)), py.String("a"), py.Markup("a")}
	for range 150 {
		if v := g.leaf().eval0(); py.Hashable(nil, v) == nil {
			values = append(values, v)
		}
	}
	for _, x := range values {
		for _, y := range values {
			d := py.NewDict()
			if err := errors.Join(d.Set(nil, x, py.None{}), d.Set(nil, y, py.None{})); err != nil {
				t.Fatal(err)
			}
			equal := must[bool](t)(py.Equal(nil, x, y))
			if (d.Len() == 1) != equal {
				t.Fatalf("%s == %s is %v, %d keys", mustRepr(x), mustRepr(y), equal, d.Len())
			}
		}
	}
}

// What is encoded is decoded to an equal value.
func TestLawJSON(t *testing.T) {
	t.Parallel()
	g := generator{rand.New(rand.NewPCG(7, 8))}
	indent := " "
	for range 2000 {
		d := py.NewDict()
		for range g.IntN(4) {
			d.SetStr(g.text(), py.NewList(py.String(g.text()), py.Int(g.Int64()), py.Float(g.NormFloat64()), py.None{}, py.Bool(true)))
		}
		for _, style := range []py.JSONStyle{{}, {SortKeys: true, Indent: &indent}, {Unicode: true}} {
			text := must[string](t)(py.EncodeJSON(nil, d, style))
			back := must[py.Value](t)(py.DecodeJSON(nil, text))
			if !must[bool](t)(py.Equal(nil, d, back)) {
				t.Fatalf("%s became %s", mustRepr(d), mustRepr(back))
			}
		}
	}
}

// s.split(sep) joined by sep is s, from the left and from the right.
func TestLawSplitJoin(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 10))
	b := py.NewBudget(1<<40, 1<<40)
	for range 3000 {
		var sb strings.Builder
		for range r.IntN(12) {
			sb.WriteString([]string{"a", "b", "é", " "}[r.IntN(4)])
		}
		s := sb.String()
		sep := py.String([]string{"a", "ab", "aa", "é", " "}[r.IntN(5)])
		for _, name := range []string{"split", "rsplit"} {
			parts := call(t, b, py.String(s), name, sep, py.Int(r.IntN(5)-1))
			if got := call(t, b, sep, "join", parts); got != py.String(s) {
				t.Fatalf("%q.%s(%q): %s", s, name, sep, mustRepr(parts))
			}
		}
	}
}

func call(t *testing.T, b *py.Budget, v py.Value, name string, args ...py.Value) py.Value {
	t.Helper()
	m, ok, err := py.Attr(b, v, name)
	if err != nil || !ok {
		t.Fatalf("%s of %s: %v %v", name, v.TypeName(), ok, err)
	}
	return must[py.Value](t)(py.Call(b, m, py.Args{Pos: args}))
}

// Sort is stable, in both directions.
func TestLawSort(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	for round := range 200 {
		n := r.IntN(60)
		values, keys := make([]py.Value, n), make([]py.Value, n)
		for i := range values {
			keys[i] = py.Int(r.IntN(5))
			values[i] = py.NewTuple(keys[i], py.Int(i))
		}
		if err := py.Sort(nil, values, keys, round%2 == 1); err != nil {
			t.Fatal(err)
		}
		for i := 1; i < n; i++ {
			a, b := values[i-1].(*py.Tuple).Elems, values[i].(*py.Tuple).Elems
			ascends := a[0].(py.Int) < b[0].(py.Int)
			if round%2 == 1 {
				ascends = a[0].(py.Int) > b[0].(py.Int)
			}
			if !ascends && !(a[0] == b[0] && a[1].(py.Int) < b[1].(py.Int)) {
				t.Fatalf("%s before %s", mustRepr(values[i-1]), mustRepr(values[i]))
			}
		}
	}
}

// A dict keeps the order of insertion through deletions.
func TestLawDictOrder(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(13, 14))
	d := py.NewDict()
	var want []py.Int
	for range 5000 {
		k := py.Int(r.IntN(100))
		at := -1
		for i, w := range want {
			if w == k {
				at = i
			}
		}
		if r.IntN(2) == 0 {
			if err := d.Set(nil, k, k); err != nil {
				t.Fatal(err)
			}
			if at < 0 {
				want = append(want, k)
			}
		} else if _, ok, err := d.Delete(nil, k); err != nil || ok != (at >= 0) {
			t.Fatal(ok, err)
		} else if ok {
			want = append(want[:at], want[at+1:]...)
		}
		i := 0
		for got := range d.All() {
			if i >= len(want) || got != want[i] {
				t.Fatalf("%s, want %v", mustRepr(d), want)
			}
			i++
		}
		if i != len(want) || d.Len() != i {
			t.Fatalf("%d keys, want %d", i, len(want))
		}
	}
}
