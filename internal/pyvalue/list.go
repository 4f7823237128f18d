package pyvalue

import (
	"slices"
)

// listMethod is the table of list's methods.
func listMethod(name string) (method, bool) {
	switch name {
	case "append":
		return one(func(c *call) (Value, error) { return None{}, c.extend(c.args[0]) })
	case "clear":
		return none(func(c *call) (Value, error) {
			c.list().Elems = nil
			return None{}, nil
		})
	case "copy":
		return none(func(c *call) (Value, error) {
			elems, err := copyElems(c.b, c.list().Elems)
			return &List{Elems: elems}, err
		})
	case "count":
		return one(seqCount)
	case "extend":
		return one(func(c *call) (Value, error) {
			more, err := Elements(c.b, c.args[0])
			if err != nil {
				return nil, err
			}
			return None{}, c.extend(more...)
		})
	case "index":
		return plain(1, 3, seqIndex)
	case "insert":
		return plain(2, 2, listInsert)
	case "pop":
		return plain(0, 1, listPop)
	case "remove":
		return one(listRemove)
	case "reverse":
		return none(func(c *call) (Value, error) {
			slices.Reverse(c.list().Elems)
			return None{}, c.b.Step(len(c.list().Elems))
		})
	case "sort":
		return method{sig: sigAny, run: listSort}, true
	}
	return method{}, false
}

// rangeMethod is the table of range's methods.
func rangeMethod(name string) (method, bool) {
	switch name {
	case "count":
		return one(seqCount)
	case "index":
		return one(rangeIndex)
	}
	return method{}, false
}

// tupleMethod is the table of tuple's methods.
func tupleMethod(name string) (method, bool) {
	switch name {
	case "count":
		return one(seqCount)
	case "index":
		return plain(1, 3, seqIndex)
	}
	return method{}, false
}

func (c *call) list() *List { return c.self.(*List) }

// extend appends; a list is one value and stays within MaxSize.
func (c *call) extend(more ...Value) error {
	l := c.list()
	if len(l.Elems)+len(more) > MaxSize/elemSize {
		return &LimitError{What: "bytes in one value", Limit: MaxSize}
	}
	if err := spend(c.b, len(more)); err != nil {
		return err
	}
	l.Elems = append(l.Elems, more...)
	return nil
}

func seqCount(c *call) (Value, error) {
	it, err := Iterate(c.b, c.self)
	if err != nil {
		return nil, err
	}
	if r, ok := c.self.(Range); ok {
		if _, isInt := Int64Of(c.args[0]); isInt {
			i, err := r.indexOf(c.b, c.args[0])
			return Int(min(i+1, 1)), err
		}
	}
	n := 0
	for {
		e, ok, err := it.Next()
		if err != nil || !ok {
			return Int(n), err
		}
		eq, err := sameOrEqual(c.b, e, c.args[0])
		if err != nil {
			return nil, err
		}
		if eq {
			n++
		}
	}
}

func seqIndex(c *call) (Value, error) {
	var elems []Value
	switch v := c.self.(type) {
	case *List:
		elems = v.Elems
	case *Tuple:
		elems = v.Elems
	}
	lo, hi, err := c.span(1, int64(len(elems)))
	if err != nil || c.args[1] == (None{}) || c.args[2] == (None{}) {
		return nil, Raise("TypeError", "slice indices must be integers or have an __index__ method")
	}
	for i := lo; i < hi; i++ {
		if eq, err := sameOrEqual(c.b, elems[i], c.args[0]); err != nil || eq {
			return Int(i), err
		}
	}
	if _, ok := c.self.(*Tuple); ok {
		return nil, Raise("ValueError", "tuple.index(x): x not in tuple")
	}
	s, err := Repr(c.b, c.args[0])
	if err != nil {
		return nil, err
	}
	return nil, Raise("ValueError", "%s is not in list", s)
}

func rangeIndex(c *call) (Value, error) {
	i, err := c.self.(Range).indexOf(c.b, c.args[0])
	if err != nil {
		return nil, err
	}
	if i >= 0 {
		return Int(i), nil
	}
	if _, ok := BigOf(c.args[0]); !ok {
		return nil, Raise("ValueError", "sequence.index(x): x not in sequence")
	}
	s, err := Repr(c.b, c.args[0])
	if err != nil {
		return nil, err
	}
	return nil, Raise("ValueError", "%s is not in range", s)
}

func listInsert(c *call) (Value, error) {
	at, err := c.integer(0, 0)
	if err != nil {
		return nil, err
	}
	n := int64(len(c.list().Elems))
	if at < 0 {
		at = max(at+n, 0)
	}
	at = min(at, n)
	if err := c.extend(c.args[1]); err != nil {
		return nil, err
	}
	elems := c.list().Elems
	copy(elems[at+1:], elems[at:])
	elems[at] = c.args[1]
	return None{}, c.b.Step(int(n-at) / 16)
}

func listPop(c *call) (Value, error) {
	at, err := c.integer(0, -1)
	if err != nil {
		return nil, err
	}
	l := c.list()
	n := int64(len(l.Elems))
	if n == 0 {
		return nil, Raise("IndexError", "pop from empty list")
	}
	if at < 0 {
		at += n
	}
	if at < 0 || at >= n {
		return nil, Raise("IndexError", "pop index out of range")
	}
	v := l.Elems[at]
	l.Elems = slices.Delete(l.Elems, int(at), int(at)+1)
	return v, c.b.Step(int(n-at) / 16)
}

func listRemove(c *call) (Value, error) {
	l := c.list()
	i, err := searchIndex(c.b, &listIterator{list: l}, c.args[0])
	if err != nil {
		return nil, err
	}
	if i < 0 || int(i) >= len(l.Elems) {
		return nil, Raise("ValueError", "list.remove(x): x not in list")
	}
	l.Elems = slices.Delete(l.Elems, int(i), int(i)+1)
	return None{}, nil
}

// listSort is list.sort(*, key=None, reverse=False).
func listSort(c *call) (Value, error) {
	if n := len(c.raw.Pos) + len(c.raw.Kw); n > 2 {
		return nil, Raise("TypeError", "sort() takes at most 2 arguments (%d given)", n)
	}
	if len(c.raw.Pos) > 0 {
		return nil, Raise("TypeError", "sort() takes no positional arguments")
	}
	var key Value = None{}
	reverse := false
	for _, kw := range c.raw.Kw {
		var err error
		switch kw.Name {
		case "key":
			key = kw.Value
		case "reverse":
			var n int64
			rc := call{args: []Value{kw.Value}}
			n, err = rc.integer(0, 0)
			reverse = n != 0
		default:
			err = Raise("TypeError", "'%s' is an invalid keyword argument for sort()", kw.Name)
		}
		if err != nil {
			return nil, err
		}
	}
	values, err := copyElems(c.b, c.list().Elems)
	if err != nil {
		return nil, err
	}
	keys, err := sortKeys(c.b, values, key)
	if err != nil {
		return nil, err
	}
	if err := Sort(c.b, values, keys, reverse); err != nil {
		return nil, err
	}
	c.list().Elems = values
	return None{}, nil
}

func sortKeys(b *Budget, values []Value, key Value) ([]Value, error) {
	if key == (None{}) {
		return nil, nil
	}
	keys := make([]Value, len(values))
	for i, v := range values {
		k, err := Call(b, key, Args{Pos: []Value{v}})
		if err != nil {
			return nil, err
		}
		keys[i] = k
	}
	return keys, nil
}

// Sort sorts values in place by their keys, or by themselves when keys is
// nil; stable, also in reverse, as sorted is. Values are left in some order
// when two keys cannot be compared, which is the error.
func Sort(b *Budget, values, keys []Value, reverse bool) error {
	b = b.orDefault()
	if keys == nil {
		keys = values
	}
	if err := spend(b, 3*len(values)); err != nil {
		return err
	}
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	var failed error
	slices.SortStableFunc(order, func(i, j int) int {
		if failed != nil {
			return 0
		}
		if reverse {
			i, j = j, i
		}
		less, err := Compare(b, OpLt, keys[i], keys[j])
		failed = err
		if less {
			return -1
		}
		return 0
	})
	if failed != nil {
		return failed
	}
	sorted := make([]Value, len(values))
	for to, from := range order {
		sorted[to] = values[from]
	}
	copy(values, sorted)
	return nil
}
