package pyvalue

import (
	"strings"
	"unicode/utf8"
)

// Index is v[key], where key may be a Slice. The errors are CPython's, those
// of hooks, and limits.
func Index(b *Budget, v, key Value) (Value, error) {
	b = b.orDefault()
	if err := b.Step(1); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case *Dict:
		got, ok, err := v.Get(b, key)
		if err == nil && !ok {
			err = keyError(b, key)
		}
		return got, err
	case *List:
		return indexElems(b, v, v.Elems, key)
	case *Tuple:
		return indexElems(b, v, v.Elems, key)
	case String:
		s, err := indexText(b, string(v), key)
		return String(s), err
	case Markup:
		s, err := indexText(b, string(v), key)
		return Markup(s), err
	case Bytes:
		return indexBytes(b, v, key)
	case Range:
		return indexRange(v, key)
	case Indexer:
		return v.Index(b, key)
	}
	return nil, Raise("TypeError", "'%s' object is not subscriptable", v.TypeName())
}

func keyError(b *Budget, key Value) error {
	s, err := Repr(b, key)
	if err != nil {
		return err
	}
	return &Error{Class: "KeyError", Message: s}
}

// position is the place an int key means in a sequence of n elements.
func position(v, key Value, n int64) (int64, error) {
	name := v.TypeName()
	i, ok := Int64Of(key)
	if !ok {
		if _, big := key.(*BigInt); big {
			if name == "range" {
				return 0, Raise("IndexError", "range object index out of range")
			}
			return 0, Raise("IndexError", "cannot fit 'int' into an index-sized integer")
		}
		switch v.(type) {
		case String, Markup:
			return 0, Raise("TypeError", "string indices must be integers, not '%s'", key.TypeName())
		case Bytes:
			return 0, Raise("TypeError", "byte indices must be integers or slices, not %s", key.TypeName())
		}
		return 0, Raise("TypeError", "%s indices must be integers or slices, not %s", name, key.TypeName())
	}
	if i < 0 {
		i += n
	}
	if i >= 0 && i < n {
		return i, nil
	}
	switch v.(type) {
	case String, Markup:
		name = "string"
	case Bytes:
		return 0, Raise("IndexError", "index out of range")
	case Range:
		name = "range object"
	}
	return 0, Raise("IndexError", "%s index out of range", name)
}

func indexElems(b *Budget, v Value, elems []Value, key Value) (Value, error) {
	s, ok := key.(Slice)
	if !ok {
		i, err := position(v, key, int64(len(elems)))
		if err != nil {
			return nil, err
		}
		return elems[i], nil
	}
	start, step, n, err := s.indices(int64(len(elems)))
	if err != nil {
		return nil, err
	}
	if err := spend(b, int(n)); err != nil {
		return nil, err
	}
	out := make([]Value, n)
	for i := range out {
		out[i] = elems[start+int64(i)*step]
	}
	if _, ok := v.(*Tuple); ok {
		return &Tuple{Elems: out}, nil
	}
	return &List{Elems: out}, nil
}

func indexText(b *Budget, s string, key Value) (string, error) {
	if err := b.Step(len(s) / 64); err != nil {
		return "", err
	}
	n := utf8.RuneCountInString(s)
	sl, ok := key.(Slice)
	if !ok {
		i, err := position(String(s), key, int64(n))
		if err != nil {
			return "", err
		}
		return subText(s, n, int(i), int(i)+1), nil
	}
	start, step, count, err := sl.indices(int64(n))
	if err != nil {
		return "", err
	}
	if err := b.Alloc(count); err != nil {
		return "", err
	}
	if step == 1 {
		return subText(s, n, int(start), int(start+count)), nil
	}
	if err := b.Step(n); err != nil {
		return "", err
	}
	if err := payRunes(b, s); err != nil {
		return "", err
	}
	runes := []rune(s)
	var sb strings.Builder
	for i := range count {
		sb.WriteRune(runes[start+i*step])
	}
	return sb.String(), nil
}

// subText is the code points from lo to hi of a text of n code points.
func subText(s string, n, lo, hi int) string {
	if lo >= hi {
		return ""
	}
	if n == len(s) {
		return s[lo:hi]
	}
	from := byteOffset(s, lo)
	return s[from : from+byteOffset(s[from:], hi-lo)]
}

// byteOffset is where code point i of s begins.
func byteOffset(s string, i int) int {
	for pos := range s {
		if i == 0 {
			return pos
		}
		i--
	}
	return len(s)
}

func indexBytes(b *Budget, v Bytes, key Value) (Value, error) {
	s, ok := key.(Slice)
	if !ok {
		i, err := position(v, key, int64(len(v)))
		if err != nil {
			return nil, err
		}
		return Int(v[i]), nil
	}
	start, step, n, err := s.indices(int64(len(v)))
	if err != nil {
		return nil, err
	}
	if err := b.Alloc(n); err != nil {
		return nil, err
	}
	out := make([]byte, n)
	for i := range out {
		out[i] = v[start+int64(i)*step]
	}
	return Bytes(out), nil
}

func indexRange(v Range, key Value) (Value, error) {
	s, ok := key.(Slice)
	if !ok {
		i, err := position(v, key, v.Len())
		if err != nil {
			return nil, err
		}
		return v.at(i), nil
	}
	start, step, n, err := s.indices(v.Len())
	if err != nil {
		return nil, err
	}
	return v.slice(s, [3]int64{start, step, n})
}

// indices is slice.indices with the number of elements: the first index, the
// step, and how many.
func (s Slice) indices(length int64) (start, step, n int64, err error) {
	step = 1
	if _, none := s.Step.(None); !none && s.Step != nil {
		if step, err = sliceIndex(s.Step); err != nil {
			return 0, 0, 0, err
		}
		if step == 0 {
			return 0, 0, 0, Raise("ValueError", "slice step cannot be zero")
		}
		step = max(step, -maxIndex)
	}
	lower, upper := int64(0), length
	if step < 0 {
		lower, upper = -1, length-1
	}
	start, stop := lower, upper
	if step < 0 {
		start, stop = upper, lower
	}
	if start, err = slicePart(s.Start, start, [3]int64{length, lower, upper}); err != nil {
		return 0, 0, 0, err
	}
	if stop, err = slicePart(s.Stop, stop, [3]int64{length, lower, upper}); err != nil {
		return 0, 0, 0, err
	}
	switch {
	case step > 0 && start < stop:
		n = (stop-start-1)/step + 1
	case step < 0 && stop < start:
		n = (start-stop-1)/-step + 1
	}
	return start, step, n, nil
}

const maxIndex = 1<<63 - 1

// slicePart clamps a bound to [lower, upper], given as length, lower, upper.
func slicePart(v Value, missing int64, in [3]int64) (int64, error) {
	if _, none := v.(None); none || v == nil {
		return missing, nil
	}
	i, err := sliceIndex(v)
	if err != nil {
		return 0, err
	}
	if i < 0 {
		i += in[0]
	}
	return min(max(i, in[1]), in[2]), nil
}

// sliceIndex is an int, clamped to 64 bits.
func sliceIndex(v Value) (int64, error) {
	if i, ok := Int64Of(v); ok {
		return i, nil
	}
	if n, ok := v.(*BigInt); ok {
		if n.v.Sign() < 0 {
			return -maxIndex - 1, nil
		}
		return maxIndex, nil
	}
	return 0, Raise("TypeError", "slice indices must be integers or None or have an __index__ method")
}

// Contains is item in v. The errors are CPython's, those of hooks, and limits.
func Contains(b *Budget, v, item Value) (bool, error) {
	b = b.orDefault()
	switch v := v.(type) {
	case String, Markup:
		s, _ := TextOf(v)
		sub, ok := TextOf(item)
		if !ok {
			return false, Raise("TypeError", "'in <string>' requires string as left operand, not %s", item.TypeName())
		}
		return strings.Contains(s, sub), b.Step(1 + len(s)/64)
	case Bytes:
		return bytesContain(v, item)
	case *Dict:
		_, ok, err := v.Get(b, item)
		return ok, err
	case *DictView:
		return v.contains(b, item)
	case Range:
		i, err := v.indexOf(b, item)
		return i >= 0, err
	case Container:
		return v.Contains(b, item)
	}
	it, err := Iterate(b, v)
	if err != nil {
		if IsRaised(err, "TypeError") {
			return false, Raise("TypeError", "argument of type '%s' is not iterable", v.TypeName())
		}
		return false, err
	}
	return search(b, it, item)
}

func bytesContain(v Bytes, item Value) (bool, error) {
	if sub, ok := item.(Bytes); ok {
		return strings.Contains(string(v), string(sub)), nil
	}
	n, ok := BigOf(item)
	if !ok {
		return false, Raise("TypeError", "a bytes-like object is required, not '%s'", item.TypeName())
	}
	if !n.IsInt64() || n.Int64() < 0 || n.Int64() > 255 {
		return false, Raise("ValueError", "byte must be in range(0, 256)")
	}
	return strings.IndexByte(string(v), byte(n.Int64())) >= 0, nil
}
