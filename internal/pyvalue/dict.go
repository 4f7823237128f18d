package pyvalue

import "iter"

// Dict is a dict: in order of insertion, keys equal as in Python, so that 1,
// 1.0 and True are one key. Dicts are shared by reference.
type Dict struct {
	index   map[any]int
	entries []dictEntry
	live    int
	ordered bool
}

type dictEntry struct {
	key, value Value
	hash       any
	dead       bool
}

// NewDict returns an empty dict.
func NewDict() *Dict { return &Dict{} }

// NewOrderedDict returns an empty collections.OrderedDict: a dict that names
// itself so, in the form of CPython 3.12 and later.
func NewOrderedDict() *Dict { return &Dict{ordered: true} }

// TypeName is "dict" or "collections.OrderedDict".
func (d *Dict) TypeName() string {
	if d.ordered {
		return "collections.OrderedDict"
	}
	return "dict"
}

// Len is the number of keys.
func (d *Dict) Len() int { return d.live }

// Get returns the value of key; false when it is not there. An unhashable key
// is a TypeError.
func (d *Dict) Get(b *Budget, key Value) (Value, bool, error) {
	h, err := HashKey(b, key)
	if err != nil {
		return nil, false, err
	}
	if i, ok := d.index[h]; ok {
		return d.entries[i].value, true, nil
	}
	return nil, false, nil
}

// Set stores a value: an existing key keeps its place and its first form. An
// unhashable key is a TypeError.
func (d *Dict) Set(b *Budget, key, value Value) error {
	h, err := HashKey(b, key)
	if err != nil {
		return err
	}
	d.set(h, key, value)
	return nil
}

// GetStr is Get of a str key, which cannot fail.
func (d *Dict) GetStr(key string) (Value, bool) {
	if i, ok := d.index[key]; ok {
		return d.entries[i].value, true
	}
	return nil, false
}

// SetStr is Set of a str key, which cannot fail.
func (d *Dict) SetStr(key string, value Value) { d.set(key, String(key), value) }

func (d *Dict) set(h any, key, value Value) {
	if i, ok := d.index[h]; ok {
		d.entries[i].value = value
		return
	}
	if d.index == nil {
		d.index = map[any]int{}
	}
	d.index[h] = len(d.entries)
	d.entries = append(d.entries, dictEntry{key: key, value: value, hash: h})
	d.live++
}

// Delete removes key and returns its value; false when it was not there. An
// unhashable key is a TypeError.
func (d *Dict) Delete(b *Budget, key Value) (Value, bool, error) {
	h, err := HashKey(b, key)
	if err != nil {
		return nil, false, err
	}
	i, ok := d.index[h]
	if !ok {
		return nil, false, nil
	}
	v := d.entries[i].value
	d.kill(i)
	return v, true, nil
}

func (d *Dict) kill(i int) {
	delete(d.index, d.entries[i].hash)
	d.entries[i] = dictEntry{dead: true}
	d.live--
	if len(d.entries) < 32 || d.live > len(d.entries)/2 {
		return
	}
	kept := d.entries[:0]
	for _, e := range d.entries {
		if !e.dead {
			d.index[e.hash] = len(kept)
			kept = append(kept, e)
		}
	}
	clear(d.entries[len(kept):])
	d.entries = kept
}

// All yields keys and values in order. The dict must not be changed meanwhile.
func (d *Dict) All() iter.Seq2[Value, Value] {
	return func(yield func(Value, Value) bool) {
		for _, e := range d.entries {
			if !e.dead && !yield(e.key, e.value) {
				return
			}
		}
	}
}

// Copy returns a shallow copy.
func (d *Dict) Copy() *Dict {
	c := &Dict{ordered: d.ordered}
	for _, e := range d.entries {
		if !e.dead {
			c.set(e.hash, e.key, e.value)
		}
	}
	return c
}

func (d *Dict) clear() { *d = Dict{ordered: d.ordered} }
