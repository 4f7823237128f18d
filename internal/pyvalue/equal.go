package pyvalue

import (
	"math"
	"math/big"
)

// Identical is x is y: the same object, or the same value of one immutable
// type other than tuple. All NaNs are one object here.
func Identical(x, y Value) bool {
	switch x := x.(type) {
	case Float:
		y, ok := y.(Float)
		return ok && math.Float64bits(float64(x)) == math.Float64bits(float64(y))
	case *BigInt:
		y, ok := y.(*BigInt)
		return ok && x.v.Cmp(y.v) == 0
	case *Tuple:
		z, ok := y.(*Tuple)
		return ok && (x == z || len(x.Elems)+len(z.Elems) == 0)
	}
	return x == y
}

// Equal is x == y. The error is that of a hook, a limit or RecursionError.
func Equal(b *Budget, x, y Value) (bool, error) {
	b = b.orDefault()
	if err := b.Step(1); err != nil {
		return false, err
	}
	if sx, ok := TextOf(x); ok {
		if sy, ok := TextOf(y); ok {
			if len(sx) != len(sy) {
				return false, nil
			}
			return sx == sy, b.look(sx)
		}
	}
	if c, ok := cmpNumbers(x, y); ok {
		return c == cmpEqual, nil
	}
	if done, eq, err := equalHosts(b, x, y); done || err != nil {
		return eq, err
	}
	return equalContainers(b, x, y)
}

func equalHosts(b *Budget, x, y Value) (done, equal bool, err error) {
	if h, ok := x.(Equaler); ok {
		if eq, known, err := h.Equal(b, y); known || err != nil {
			return true, eq, err
		}
	}
	if h, ok := y.(Equaler); ok {
		if eq, known, err := h.Equal(b, x); known || err != nil {
			return true, eq, err
		}
	}
	return false, false, nil
}

func equalContainers(b *Budget, x, y Value) (bool, error) {
	if err := enterComparison(b); err != nil {
		return false, err
	}
	defer b.Leave()
	switch x := x.(type) {
	case *List:
		if y, ok := y.(*List); ok {
			return equalElems(b, x.Elems, y.Elems)
		}
	case *Tuple:
		if y, ok := y.(*Tuple); ok {
			return equalElems(b, x.Elems, y.Elems)
		}
	case *Dict:
		if y, ok := y.(*Dict); ok {
			return equalDicts(b, x, y)
		}
	case Range:
		if y, ok := y.(Range); ok {
			return x.key() == y.key(), nil
		}
	case Slice:
		if y, ok := y.(Slice); ok {
			return equalElems(b, []Value{x.Start, x.Stop, x.Step}, []Value{y.Start, y.Stop, y.Step})
		}
	case *DictView:
		if y, ok := y.(*DictView); ok {
			return equalViews(b, x, y)
		}
	}
	return Identical(x, y), nil
}

func enterComparison(b *Budget) error {
	if err := b.Enter(); err != nil {
		return Raise("RecursionError", "maximum recursion depth exceeded in comparison")
	}
	return nil
}

func equalElems(b *Budget, x, y []Value) (bool, error) {
	if len(x) != len(y) {
		return false, nil
	}
	i, err := firstDifference(b, x, y)
	return i == len(x) && err == nil, err
}

// sameOrEqual is how containers compare elements.
func sameOrEqual(b *Budget, x, y Value) (bool, error) {
	if _, text := TextOf(x); !text && Identical(x, y) { // Equal pays for long texts
		return true, b.Step(1)
	}
	return Equal(b, x, y)
}

func firstDifference(b *Budget, x, y []Value) (int, error) {
	n := min(len(x), len(y))
	for i := range n {
		if eq, err := sameOrEqual(b, x[i], y[i]); err != nil || !eq {
			return i, err
		}
	}
	return n, nil
}

func equalDicts(b *Budget, x, y *Dict) (bool, error) {
	if x == y || x.Len() != y.Len() {
		return x == y, nil
	}
	for _, e := range x.entries {
		if e.dead {
			continue
		}
		i, ok := y.index[e.hash]
		if !ok {
			return false, nil
		}
		if eq, err := sameOrEqual(b, e.value, y.entries[i].value); err != nil || !eq {
			return false, err
		}
	}
	return true, nil
}

func equalViews(b *Budget, x, y *DictView) (bool, error) {
	if x.kind != y.kind || x.kind == viewValues || x.dict.Len() != y.dict.Len() {
		return x == y, nil
	}
	if x.kind == viewItems {
		return equalDicts(b, x.dict, y.dict)
	}
	for h := range x.dict.index {
		if _, ok := y.dict.index[h]; !ok {
			return false, nil
		}
	}
	return true, nil
}

// ordering is the result of a comparison of numbers.
type ordering int8

const (
	cmpLess ordering = iota - 1
	cmpEqual
	cmpGreater
	cmpUnordered
)

// cmpNumbers compares ints and floats exactly; false when one is no number.
func cmpNumbers(x, y Value) (ordering, bool) {
	nx, okx := Int64Of(x)
	ny, oky := Int64Of(y)
	if okx && oky {
		return cmpOrdered(nx, ny), true
	}
	fx, isfx := x.(Float)
	fy, isfy := y.(Float)
	if isfx && isfy {
		return cmpFloats(float64(fx), float64(fy)), true
	}
	bx, okx := BigOf(x)
	by, oky := BigOf(y)
	switch {
	case okx && oky:
		return ordering(bx.Cmp(by)), true
	case isfx && oky:
		return cmpFloatBig(float64(fx), by), true
	case okx && isfy:
		c := cmpFloatBig(float64(fy), bx)
		if c != cmpUnordered {
			c = -c
		}
		return c, true
	}
	return 0, false
}

func cmpOrdered[T int64 | float64 | string | int](x, y T) ordering {
	switch {
	case x < y:
		return cmpLess
	case x > y:
		return cmpGreater
	}
	return cmpEqual
}

func cmpFloats(x, y float64) ordering {
	if math.IsNaN(x) || math.IsNaN(y) {
		return cmpUnordered
	}
	return cmpOrdered(x, y)
}

func cmpFloatBig(f float64, n *big.Int) ordering {
	switch {
	case math.IsNaN(f):
		return cmpUnordered
	case math.IsInf(f, 1):
		return cmpGreater
	case math.IsInf(f, -1):
		return cmpLess
	}
	whole, _ := new(big.Float).SetFloat64(f).Int(nil)
	if c := whole.Cmp(n); c != 0 {
		return ordering(c)
	}
	return cmpOrdered(f-math.Trunc(f), 0)
}
