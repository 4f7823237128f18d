package odb

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/go-git/go-git/v5/plumbing"
)

// maxChain is longer than any delta chain git makes (4,095).
const maxChain = 5_000

// entry is one object as it lies in a pack. A delta names its base by offset
// in the same pack or by name.
type entry struct {
	kind     plumbing.ObjectType
	data     []byte
	base     int64
	baseName plumbing.Hash
}

// readPacked reads the object at the offset and applies its deltas.
func (d *DB) readPacked(p *pack, offset int64) (plumbing.ObjectType, []byte, error) {
	kind, data, err := d.resolve(p, offset)
	if errors.Is(err, fs.ErrNotExist) {
		p.gone.Store(true) // repacked meanwhile
		return 0, nil, ErrNotFound
	}
	if err != nil {
		return 0, nil, fmt.Errorf("%s.pack: %w", p.base, err)
	}
	return kind, data, nil
}

func (d *DB) resolve(p *pack, offset int64) (plumbing.ObjectType, []byte, error) {
	var deltas [][]byte
	var places []int64
	pending := 0
	for at := offset; ; {
		kind, data, ok := d.cache.get(place{p, at})
		if !ok {
			e, err := d.entry(p, at)
			if err != nil {
				return 0, nil, err
			}
			if e.kind.IsDelta() {
				pending += len(e.data)
				if len(deltas) == maxChain || pending > MaxObject {
					return 0, nil, errors.New("corrupt: delta chain without end")
				}
				deltas, places = append(deltas, e.data), append(places, at)
				if at, err = d.baseOf(p, e); err != nil {
					return 0, nil, err
				}
				continue
			}
			kind, data = e.kind, e.data
			d.cache.put(place{p, at}, kind, data)
		}
		return d.apply(p, chain{kind, data, deltas, places})
	}
}

// chain is a whole object and the deltas to apply to it, the last one first.
type chain struct {
	kind   plumbing.ObjectType
	data   []byte
	deltas [][]byte
	places []int64
}

func (d *DB) apply(p *pack, c chain) (plumbing.ObjectType, []byte, error) {
	for i := len(c.deltas) - 1; i >= 0; i-- {
		next, err := patch(c.data, c.deltas[i])
		if err != nil {
			return 0, nil, err
		}
		c.data = next
		d.cache.put(place{p, c.places[i]}, c.kind, c.data)
	}
	return c.kind, c.data, nil
}

// baseOf finds a delta's base, which always lies in the same pack.
func (d *DB) baseOf(p *pack, e entry) (int64, error) {
	if e.kind == plumbing.OFSDeltaObject {
		return e.base, nil
	}
	offset, ok, err := p.find(e.baseName)
	if err == nil && !ok {
		err = fmt.Errorf("corrupt: base %s of a delta is missing", e.baseName)
	}
	return offset, err
}

// entry reads one object without applying deltas.
func (d *DB) entry(p *pack, offset int64) (entry, error) {
	if err := p.openData(); err != nil {
		return entry{}, err
	}
	if offset <= 0 || offset >= p.size {
		return entry{}, errors.New("corrupt: object outside the pack")
	}
	f := d.readers.Get().(*inflater)
	defer d.readers.Put(f)
	f.start(io.NewSectionReader(p.data, offset, p.size-offset))
	e, size, err := f.packHeader(offset)
	if err != nil {
		return e, err
	}
	if err := f.open(); err != nil {
		return e, fmt.Errorf("corrupt: %w", err)
	}
	e.data, err = f.content(size)
	return e, err
}

var errEntry = errors.New("corrupt: no header of a packed object")

func (f *inflater) packHeader(offset int64) (e entry, size int64, err error) {
	c, err := f.in.ReadByte()
	if err != nil {
		return e, 0, errEntry
	}
	e.kind = plumbing.ObjectType(c >> 4 & 7)
	size = int64(c & 15)
	for shift := 4; c&0x80 != 0; shift += 7 {
		if c, err = f.in.ReadByte(); err != nil || shift > 53 {
			return e, 0, errEntry
		}
		size |= int64(c&0x7f) << shift
	}
	switch e.kind {
	case plumbing.OFSDeltaObject:
		e.base, err = f.baseOffset(offset)
	case plumbing.REFDeltaObject:
		_, err = io.ReadFull(f.in, e.baseName[:])
	case plumbing.CommitObject, plumbing.TreeObject, plumbing.BlobObject, plumbing.TagObject:
	default:
		err = errEntry
	}
	return e, size, err
}

// baseOffset reads how far before offset the base lies, so bases never loop.
func (f *inflater) baseOffset(offset int64) (int64, error) {
	var back int64
	for i := 0; ; i++ {
		c, err := f.in.ReadByte()
		if err != nil || i > 8 {
			return 0, errEntry
		}
		back = back<<7 | int64(c&0x7f)
		if c&0x80 == 0 {
			break
		}
		back++
	}
	if back <= 0 || back >= offset {
		return 0, errEntry
	}
	return offset - back, nil
}
