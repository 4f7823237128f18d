package pyvalue

// Compare is x op y for the six comparisons OpEq to OpGe. Values without an
// order are CPython's TypeError.
func Compare(b *Budget, op Op, x, y Value) (bool, error) {
	b = b.orDefault()
	if op == OpEq || op == OpNe {
		eq, err := Equal(b, x, y)
		return eq == (op == OpEq), err
	}
	if err := b.Step(1); err != nil {
		return false, err
	}
	if c, ok := cmpNumbers(x, y); ok {
		return holds(op, c), nil
	}
	if sx, ok := TextOf(x); ok {
		if sy, ok := TextOf(y); ok {
			return holds(op, cmpOrdered(sx, sy)), b.look(sx[:min(len(sx), len(sy))])
		}
	}
	if v, ok, err := operateHosts(b, op, x, y); ok || err != nil {
		if err != nil {
			return false, err
		}
		return Truth(b, v)
	}
	if err := enterComparison(b); err != nil {
		return false, err
	}
	defer b.Leave()
	return compareContainers(b, op, x, y)
}

func compareContainers(b *Budget, op Op, x, y Value) (bool, error) {
	switch x := x.(type) {
	case Bytes:
		if y, ok := y.(Bytes); ok {
			return holds(op, cmpOrdered(string(x), string(y))), nil
		}
	case *List:
		if y, ok := y.(*List); ok {
			return compareElems(b, op, x.Elems, y.Elems)
		}
	case *Tuple:
		if y, ok := y.(*Tuple); ok {
			return compareElems(b, op, x.Elems, y.Elems)
		}
	case *DictView:
		if y, ok := y.(*DictView); ok && x.kind != viewValues && y.kind != viewValues {
			return compareViews(b, op, x, y)
		}
	}
	return false, Raise("TypeError", "'%s' not supported between instances of '%s' and '%s'", op, x.TypeName(), y.TypeName())
}

func compareElems(b *Budget, op Op, x, y []Value) (bool, error) {
	i, err := firstDifference(b, x, y)
	if err != nil {
		return false, err
	}
	if i < min(len(x), len(y)) {
		return Compare(b, op, x[i], y[i])
	}
	return holds(op, cmpOrdered(len(x), len(y))), nil
}

// compareViews orders keys and items as sets: < is "is a proper subset of".
func compareViews(b *Budget, op Op, x, y *DictView) (bool, error) {
	small, large := x, y
	if op == OpGt || op == OpGe {
		small, large = y, x
	}
	n, m := small.dict.Len(), large.dict.Len()
	if n > m || n == m && (op == OpLt || op == OpGt) {
		return false, nil
	}
	it := small.iterator()
	for {
		v, ok, err := it.Next()
		if err != nil || !ok {
			return err == nil, err
		}
		if in, err := large.contains(b, v); err != nil || !in {
			return false, err
		}
	}
}

func holds(op Op, c ordering) bool {
	switch op {
	case OpLt:
		return c == cmpLess
	case OpLe:
		return c == cmpLess || c == cmpEqual
	case OpGt:
		return c == cmpGreater
	case OpGe:
		return c == cmpGreater || c == cmpEqual
	}
	return false
}

// operateHosts asks the host values among x and y, the left one first.
func operateHosts(b *Budget, op Op, x, y Value) (Value, bool, error) {
	if h, ok := x.(Operator); ok {
		if v, done, err := h.Operate(b, op, x, y); done || err != nil {
			return v, done, err
		}
	}
	if h, ok := y.(Operator); ok && x != y {
		return h.Operate(b, op, x, y)
	}
	return nil, false, nil
}
