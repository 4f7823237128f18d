package pyvalue

import (
	"unicode/utf8"
)

type viewKind uint8

const (
	viewKeys viewKind = iota
	viewValues
	viewItems
)

// DictView is what d.keys(), d.values() and d.items() return: it shows the
// dict as it is when looked at.
type DictView struct {
	dict *Dict
	kind viewKind
}

// TypeName is "dict_keys", "dict_values" or "dict_items", of an OrderedDict
// "odict_keys" and so on.
func (v *DictView) TypeName() string {
	name := v.plainName()
	if v.dict.ordered {
		return "o" + name
	}
	return name
}

func (v *DictView) plainName() string {
	switch v.kind {
	case viewKeys:
		return "dict_keys"
	case viewValues:
		return "dict_values"
	}
	return "dict_items"
}

func (v *DictView) iterator() *dictIterator {
	return &dictIterator{dict: v.dict, kind: v.kind, size: v.dict.Len()}
}

func (v *DictView) contains(b *Budget, item Value) (bool, error) {
	if v.kind == viewKeys {
		_, ok, err := v.dict.Get(b, item)
		return ok, err
	}
	if v.kind == viewItems {
		pair, ok := item.(*Tuple)
		if !ok || len(pair.Elems) != 2 {
			return false, nil
		}
		got, ok, err := v.dict.Get(b, pair.Elems[0])
		if err != nil || !ok {
			return false, err
		}
		return sameOrEqual(b, got, pair.Elems[1])
	}
	return search(b, v.iterator(), item)
}

type dictIterator struct {
	dict *Dict
	kind viewKind
	size int
	pos  int
}

// Next yields the next key, value or pair; a RuntimeError when the dict has
// grown or shrunk meanwhile.
func (i *dictIterator) Next() (Value, bool, error) {
	if i.dict.Len() != i.size {
		i.size = -1
		return nil, false, Raise("RuntimeError", "dictionary changed size during iteration")
	}
	for i.pos < len(i.dict.entries) {
		e := i.dict.entries[i.pos]
		i.pos++
		switch {
		case e.dead:
		case i.kind == viewKeys:
			return e.key, true, nil
		case i.kind == viewValues:
			return e.value, true, nil
		default:
			return NewTuple(e.key, e.value), true, nil
		}
	}
	return nil, false, nil
}

type listIterator struct {
	list *List
	pos  int
}

// Next yields the element at the next index the list has by now.
func (i *listIterator) Next() (Value, bool, error) {
	if i.pos >= len(i.list.Elems) {
		i.list = &List{}
		return nil, false, nil
	}
	i.pos++
	return i.list.Elems[i.pos-1], true, nil
}

type textIterator struct{ rest string }

// Next yields the next code point.
func (i *textIterator) Next() (Value, bool, error) {
	if i.rest == "" {
		return nil, false, nil
	}
	_, n := utf8.DecodeRuneInString(i.rest)
	c := i.rest[:n]
	i.rest = i.rest[n:]
	return String(c), true, nil
}

type bytesIterator struct{ rest Bytes }

// Next yields the next byte as an int.
func (i *bytesIterator) Next() (Value, bool, error) {
	if i.rest == "" {
		return nil, false, nil
	}
	c := i.rest[0]
	i.rest = i.rest[1:]
	return Int(c), true, nil
}

type rangeIterator struct {
	r    Range
	pos  int64
	size int64
}

// Next yields the next number.
func (i *rangeIterator) Next() (Value, bool, error) {
	if i.pos >= i.size {
		return nil, false, nil
	}
	i.pos++
	return i.r.at(i.pos - 1), true, nil
}

// SliceIterator iterates over elems, which must not be changed meanwhile.
func SliceIterator(elems []Value) Iterator {
	return &listIterator{list: &List{Elems: elems}}
}

// iterValue is an iterator as a value.
type iterValue struct {
	name string
	it   Iterator
}

// NewIter wraps an iterator as a value of a type name ("generator"): truthy,
// without a length, and walked once, whoever walks it.
func NewIter(typeName string, it Iterator) Value { return &iterValue{name: typeName, it: it} }

// TypeName is the name given.
func (v *iterValue) TypeName() string { return v.name }

// Iterate returns the iterator itself.
func (v *iterValue) Iterate(*Budget) (Iterator, error) { return v.it, nil }

// Iterate is iter(v); a TypeError when v cannot be iterated.
func Iterate(b *Budget, v Value) (Iterator, error) {
	switch v := v.(type) {
	case *List:
		return &listIterator{list: v}, nil
	case *Tuple:
		return SliceIterator(v.Elems), nil
	case *Dict:
		return (&DictView{dict: v}).iterator(), nil
	case *DictView:
		return v.iterator(), nil
	case String:
		return &textIterator{rest: string(v)}, nil
	case Markup:
		return &textIterator{rest: string(v)}, nil
	case Bytes:
		return &bytesIterator{rest: v}, nil
	case Range:
		return &rangeIterator{r: v, size: v.Len()}, nil
	case Iterable:
		return v.Iterate(b.orDefault())
	}
	return nil, Raise("TypeError", "'%s' object is not iterable", v.TypeName())
}

// Elements is list(v), as a slice of its own.
func Elements(b *Budget, v Value) ([]Value, error) {
	b = b.orDefault()
	switch v := v.(type) {
	case *List:
		return copyElems(b, v.Elems)
	case *Tuple:
		return copyElems(b, v.Elems)
	}
	it, err := Iterate(b, v)
	if err != nil {
		return nil, err
	}
	var out []Value
	for {
		e, ok, err := it.Next()
		if err != nil || !ok {
			return out, err
		}
		if len(out) >= MaxSize/elemSize {
			return nil, &LimitError{What: "bytes in one value", Limit: MaxSize}
		}
		if err := spend(b, 1); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
}

// spend pays for n elements.
func spend(b *Budget, n int) error {
	if err := b.Step(n); err != nil {
		return err
	}
	return b.Alloc(int64(n) * elemSize)
}

func copyElems(b *Budget, elems []Value) ([]Value, error) {
	if err := spend(b, len(elems)); err != nil {
		return nil, err
	}
	return append([]Value(nil), elems...), nil
}

// Len is len(v); a TypeError when v has none.
func Len(b *Budget, v Value) (int, error) {
	switch v := v.(type) {
	case String:
		return utf8.RuneCountInString(string(v)), b.look(string(v))
	case Markup:
		return utf8.RuneCountInString(string(v)), b.look(string(v))
	case Bytes:
		return len(v), nil
	case *List:
		return len(v.Elems), nil
	case *Tuple:
		return len(v.Elems), nil
	case *Dict:
		return v.Len(), nil
	case *DictView:
		return v.dict.Len(), nil
	case Range:
		return int(v.Len()), nil
	case Lener:
		return v.Len(b.orDefault())
	}
	return 0, Raise("TypeError", "object of type '%s' has no len()", v.TypeName())
}

// Truth is bool(v).
func Truth(b *Budget, v Value) (bool, error) {
	switch v := v.(type) {
	case None:
		return false, nil
	case Bool:
		return bool(v), nil
	case Int:
		return v != 0, nil
	case *BigInt:
		return true, nil
	case Float:
		return v != 0, nil
	case Truther:
		return v.Truth(b.orDefault())
	case String, Markup, Bytes, *List, *Tuple, *Dict, *DictView, Range, Lener:
		n, err := Len(b, v)
		return n != 0, err
	}
	return true, nil
}
