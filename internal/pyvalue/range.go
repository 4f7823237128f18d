package pyvalue

import "math/big"

// NewRange returns range(start, stop, step); a ValueError when step is zero.
func NewRange(start, stop, step int64) (Range, error) {
	if step == 0 {
		return Range{}, Raise("ValueError", "range() arg 3 must not be zero")
	}
	return Range{Start: start, Stop: stop, Step: step}, nil
}

// Len is the number of elements, at most the largest int64.
func (r Range) Len() int64 {
	var span, step uint64
	switch {
	case r.Step > 0 && r.Start < r.Stop:
		span, step = uint64(r.Stop)-uint64(r.Start), uint64(r.Step)
	case r.Step < 0 && r.Start > r.Stop:
		span, step = uint64(r.Start)-uint64(r.Stop), -uint64(r.Step)
	default:
		return 0
	}
	return int64(min((span-1)/step+1, 1<<63-1))
}

// at is the element at an index within the range.
func (r Range) at(i int64) Value { return Int(r.Start + i*r.Step) }

// key is equal for ranges of equal elements.
func (r Range) key() rangeKey {
	n := r.Len()
	switch n {
	case 0:
		return rangeKey{}
	case 1:
		return rangeKey{length: 1, start: r.Start}
	}
	return rangeKey{length: n, start: r.Start, step: r.Step}
}

// slice is r[s], where at is what s.indices says of it.
func (r Range) slice(s Slice, at [3]int64) (Value, error) {
	length := r.Len()
	stop, lower, upper := length, int64(0), length
	if at[1] < 0 {
		stop, lower, upper = -1, -1, length-1
	}
	stop, err := slicePart(s.Stop, stop, [3]int64{length, lower, upper})
	if err != nil {
		return nil, err
	}
	var parts [3]int64
	item := func(i int64) *big.Int {
		n := new(big.Int).Mul(big.NewInt(i), big.NewInt(r.Step))
		return n.Add(n, big.NewInt(r.Start))
	}
	for i, n := range []*big.Int{item(at[0]), item(stop), new(big.Int).Mul(big.NewInt(r.Step), big.NewInt(at[1]))} {
		if !n.IsInt64() {
			return nil, &LimitError{What: "bits in a range", Limit: 63}
		}
		parts[i] = n.Int64()
	}
	return Range{Start: parts[0], Stop: parts[1], Step: parts[2]}, nil
}

// indexOf is where v stands in the range, -1 when it does not.
func (r Range) indexOf(b *Budget, v Value) (int64, error) {
	n, ok := Int64Of(v)
	if !ok {
		return searchIndex(b, &rangeIterator{r: r, size: r.Len()}, v)
	}
	size := r.Len()
	if size == 0 || r.Step > 0 && (n < r.Start || n >= r.Stop) || r.Step < 0 && (n > r.Start || n <= r.Stop) {
		return -1, nil
	}
	span, step := uint64(n)-uint64(r.Start), uint64(r.Step)
	if r.Step < 0 {
		span, step = -span, -step
	}
	if span%step != 0 {
		return -1, nil
	}
	return int64(span / step), nil
}

// searchIndex is the position of the first element equal to v, or -1.
func searchIndex(b *Budget, it Iterator, v Value) (int64, error) {
	for i := int64(0); ; i++ {
		e, ok, err := it.Next()
		if err != nil || !ok {
			return -1, err
		}
		if eq, err := sameOrEqual(b, e, v); err != nil || eq {
			return i, err
		}
	}
}

func search(b *Budget, it Iterator, v Value) (bool, error) {
	i, err := searchIndex(b, it, v)
	return i >= 0, err
}
