package pyvalue

// Iterator yields values until the second result is false.
type Iterator interface {
	Next() (Value, bool, error)
}

// Args are the arguments of a call.
type Args struct {
	Pos []Value
	Kw  []Keyword
}

// Keyword is one name=value of a call. Names in a call are distinct.
type Keyword struct {
	Name  string
	Value Value
}

// The hooks of host values. A host value has those it needs; what it has not
// behaves as a plain Python object: true, equal to itself only, hashable by
// identity, shown as <TypeName object>, and a TypeError for the rest.
type (
	// Attributer answers v.name; false when there is none.
	Attributer interface {
		Attr(b *Budget, name string) (Value, bool, error)
	}
	// Indexer answers v[key]. A Slice may be the key. What is not there is a
	// KeyError or IndexError.
	Indexer interface {
		Index(b *Budget, key Value) (Value, error)
	}
	// Caller answers v(args).
	Caller interface {
		Call(b *Budget, args Args) (Value, error)
	}
	// Iterable answers iter(v).
	Iterable interface {
		Iterate(b *Budget) (Iterator, error)
	}
	// Lener answers len(v).
	Lener interface {
		Len(b *Budget) (int, error)
	}
	// Truther answers bool(v); without it Len decides, then true.
	Truther interface {
		Truth(b *Budget) (bool, error)
	}
	// Strer answers str(v); without it Repr does.
	Strer interface {
		Str(b *Budget) (string, error)
	}
	// Reprer answers repr(v).
	Reprer interface {
		Repr(b *Budget) (string, error)
	}
	// Equaler answers v == other for either side; the second result is
	// false when it does not know, which leaves identity.
	Equaler interface {
		Equal(b *Budget, other Value) (equal, known bool, err error)
	}
	// Hasher gives a comparable key such that equal values have equal keys,
	// or the TypeError of an unhashable value.
	Hasher interface {
		HashKey(b *Budget) (any, error)
	}
	// Container answers item in v; without it iteration does.
	Container interface {
		Contains(b *Budget, item Value) (bool, error)
	}
	// Operator answers arithmetic and ordering (not == and !=) where x or y
	// is the host value; the second result is false for NotImplemented.
	Operator interface {
		Operate(b *Budget, op Op, x, y Value) (Value, bool, error)
	}
	// UnaryOperator answers -v, +v and ~v; false for NotImplemented.
	UnaryOperator interface {
		OperateUnary(b *Budget, op Op) (Value, bool, error)
	}
	// Formatter answers format(v, spec); without it str(v) does and a spec
	// is a TypeError.
	Formatter interface {
		Format(b *Budget, spec string) (string, error)
	}
)
