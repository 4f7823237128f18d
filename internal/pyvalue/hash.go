package pyvalue

import (
	"math"
	"math/big"
)

// The keys under which values stand in a dict's index, besides Go's own
// string for str, int64 for int and float64 for the rest of float.
type (
	bigKey   string
	nanKey   struct{}
	rangeKey struct{ length, start, step int64 }
	// pairKey chains the keys of a tuple, the last first.
	pairKey struct{ rest, last any }
)

// maxTupleKey is how many elements, nested ones included, a tuple may have to
// be a key: Go hashes the chain by recursion.
const maxTupleKey = 10_000

// Hashable returns CPython's TypeError when v cannot be a key of a dict.
func Hashable(b *Budget, v Value) error {
	_, err := HashKey(b, v)
	return err
}

// HashKey returns what v stands under in a dict: a comparable Go value, equal
// for equal values. A host value that equals a built-in one has that one's key
// as its own. The error is CPython's TypeError for an unhashable value.
func HashKey(b *Budget, v Value) (any, error) {
	b = b.orDefault()
	switch v := v.(type) {
	case String:
		return string(v), b.look(string(v))
	case Markup:
		return string(v), b.look(string(v))
	case Bool:
		n, _ := Int64Of(v)
		return n, nil
	case Int:
		return int64(v), nil
	case *BigInt:
		return bigKey(v.v.Text(36)), nil
	case Float:
		return floatKey(float64(v)), nil
	case *Tuple:
		left := maxTupleKey
		return tupleKey(b, v, &left)
	case Range:
		return v.key(), nil
	case *List, *Dict, Slice, *DictView:
		if view, ok := v.(*DictView); ok && view.kind == viewValues {
			return v, nil
		}
		return nil, Raise("TypeError", "unhashable type: '%s'", v.TypeName())
	case Hasher:
		return v.HashKey(b)
	}
	return v, nil
}

func floatKey(f float64) any {
	switch {
	case math.IsNaN(f):
		return nanKey{}
	case math.IsInf(f, 0) || f != math.Trunc(f):
		return f
	case math.Abs(f) < 1<<62:
		return int64(f)
	}
	n, _ := new(big.Float).SetFloat64(f).Int(nil)
	if n.IsInt64() {
		return n.Int64()
	}
	return bigKey(n.Text(36))
}

func tupleKey(b *Budget, t *Tuple, left *int) (any, error) {
	if err := b.Enter(); err != nil {
		return nil, err
	}
	defer b.Leave()
	if *left -= len(t.Elems); *left < 0 {
		return nil, &LimitError{What: "elements in a key", Limit: maxTupleKey}
	}
	if err := b.Step(len(t.Elems)); err != nil {
		return nil, err
	}
	var chain any = pairKey{}
	for _, e := range t.Elems {
		var k any
		var err error
		if inner, ok := e.(*Tuple); ok {
			k, err = tupleKey(b, inner, left)
		} else {
			k, err = HashKey(b, e)
		}
		if err != nil {
			return nil, err
		}
		chain = pairKey{rest: chain, last: k}
	}
	return chain, nil
}
