package pyvalue

import (
	"math/big"
)

// Value is a Python value: one of this package's types or a host value. Every
// dynamic type must be comparable with ==, which is identity for pointers;
// host values are therefore pointers or small comparable structs.
type Value interface {
	// TypeName is type(v).__name__, for example "int" or "str".
	TypeName() string
}

// None is Python's None. All values of the type are identical.
type None struct{}

// Bool is a bool, a kind of int.
type Bool bool

// Int is an int that fits in 64 bits. An int that does not is a *BigInt, and
// the functions of this package never yield a *BigInt that would fit.
type Int int64

// BigInt is an int beyond 64 bits. It is immutable.
type BigInt struct{ v *big.Int }

// Float is a float.
type Float float64

// String is a str: UTF-8, counted and indexed by code point. Surrogates cannot
// be held; where Python would, U+FFFD stands.
type String string

// Markup is markupsafe.Markup: a str that is HTML already. Its operators and
// methods escape what is no Markup, as those of MarkupSafe 3 do.
type Markup string

// Bytes is a bytes object.
type Bytes string

// List is a list. Lists are shared by reference, as in Python.
type List struct{ Elems []Value }

// Tuple is a tuple. Elems must not be changed once it is made.
type Tuple struct{ Elems []Value }

// Range is range(start, stop, step). Step is not zero.
type Range struct{ Start, Stop, Step int64 }

// Slice is the key of v[start:stop:step]; a part left out is None.
type Slice struct{ Start, Stop, Step Value }

// TypeName is "NoneType".
func (None) TypeName() string { return "NoneType" }

// TypeName is "bool".
func (Bool) TypeName() string { return "bool" }

// TypeName is "int".
func (Int) TypeName() string { return "int" }

// TypeName is "int".
func (*BigInt) TypeName() string { return "int" }

// TypeName is "float".
func (Float) TypeName() string { return "float" }

// TypeName is "str".
func (String) TypeName() string { return "str" }

// TypeName is "Markup".
func (Markup) TypeName() string { return "Markup" }

// TypeName is "bytes".
func (Bytes) TypeName() string { return "bytes" }

// TypeName is "list".
func (*List) TypeName() string { return "list" }

// TypeName is "tuple".
func (*Tuple) TypeName() string { return "tuple" }

// TypeName is "range".
func (Range) TypeName() string { return "range" }

// TypeName is "slice".
func (Slice) TypeName() string { return "slice" }

// NewList returns a list that owns elems.
func NewList(elems ...Value) *List { return &List{Elems: elems} }

// NewTuple returns a tuple that owns elems.
func NewTuple(elems ...Value) *Tuple { return &Tuple{Elems: elems} }

// NewInt returns n as the value it is: an Int when it fits in 64 bits, else a
// *BigInt that owns n.
func NewInt(n *big.Int) Value {
	if n.IsInt64() {
		return Int(n.Int64())
	}
	return &BigInt{v: n}
}

// BigOf returns the integer v holds, for int and bool; the second result says
// whether it is one. The result must not be changed.
func BigOf(v Value) (*big.Int, bool) {
	switch v := v.(type) {
	case Bool:
		if v {
			return big.NewInt(1), true
		}
		return new(big.Int), true
	case Int:
		return big.NewInt(int64(v)), true
	case *BigInt:
		return v.v, true
	}
	return nil, false
}

// Int64Of returns v as an int64, for int and bool that fit; the second result
// says whether v is one.
func Int64Of(v Value) (int64, bool) {
	switch v := v.(type) {
	case Bool:
		if v {
			return 1, true
		}
		return 0, true
	case Int:
		return int64(v), true
	}
	return 0, false
}

// TextOf returns the text of a str or Markup; the second result says whether
// v is one.
func TextOf(v Value) (string, bool) {
	switch v := v.(type) {
	case String:
		return string(v), true
	case Markup:
		return string(v), true
	}
	return "", false
}
