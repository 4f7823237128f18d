package jinja

import "github.com/mlops-as-code/mlops/internal/pyvalue"

// group is a group of groupby: a tuple of two with names.
type group struct{ tuple *pyvalue.Tuple }

func (*group) TypeName() string { return "_GroupTuple" }
func (*group) module() string   { return "jinja2.filters" }

// Attr answers grouper and list, and a tuple's methods.
func (g *group) Attr(b *pyvalue.Budget, name string) (pyvalue.Value, bool, error) {
	switch name {
	case "grouper":
		return g.tuple.Elems[0], true, nil
	case "list":
		return g.tuple.Elems[1], true, nil
	}
	return pyvalue.Attr(b, g.tuple, name)
}

// Index is the tuple's.
func (g *group) Index(b *pyvalue.Budget, key pyvalue.Value) (pyvalue.Value, error) {
	return pyvalue.Index(b, g.tuple, key)
}

// Iterate is the tuple's.
func (g *group) Iterate(b *pyvalue.Budget) (pyvalue.Iterator, error) {
	return pyvalue.Iterate(b, g.tuple)
}

// Len is 2.
func (g *group) Len(*pyvalue.Budget) (int, error) { return len(g.tuple.Elems), nil }

// Repr is the tuple's.
func (g *group) Repr(b *pyvalue.Budget) (string, error) { return pyvalue.Repr(b, g.tuple) }

// HashKey is the tuple's, which has a list and therefore fails.
func (g *group) HashKey(b *pyvalue.Budget) (any, error) { return nil, pyvalue.Hashable(b, g.tuple) }

// Equal compares as tuples.
func (g *group) Equal(b *pyvalue.Budget, other pyvalue.Value) (equal, known bool, err error) {
	equal, err = pyvalue.Equal(b, g.tuple, ungroup(other))
	return equal, true, err
}

// Operate works as on tuples.
func (g *group) Operate(b *pyvalue.Budget, op pyvalue.Op, x, y pyvalue.Value) (pyvalue.Value, bool, error) {
	x, y = ungroup(x), ungroup(y)
	if op >= pyvalue.OpLt && op <= pyvalue.OpGe {
		yes, err := pyvalue.Compare(b, op, x, y)
		return pyvalue.Bool(yes), true, err
	}
	v, err := pyvalue.Binary(b, op, x, y)
	return v, true, err
}

func ungroup(v pyvalue.Value) pyvalue.Value {
	if g, ok := v.(*group); ok {
		return g.tuple
	}
	return v
}
