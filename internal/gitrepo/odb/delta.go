package odb

import (
	"errors"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
)

var errDelta = errors.New("corrupt: delta does not fit its base")

// patch applies a delta: sizes of source and target, then instructions that
// copy from the source or insert bytes.
func patch(source, delta []byte) ([]byte, error) {
	from, delta, ok := varint(delta)
	if !ok || from != uint64(len(source)) {
		return nil, errDelta
	}
	to, delta, ok := varint(delta)
	if !ok || to > MaxObject {
		return nil, errDelta
	}
	target := make([]byte, 0, min(to, 1<<20))
	for len(delta) > 0 {
		op := delta[0]
		delta = delta[1:]
		var piece []byte
		switch {
		case op&0x80 != 0:
			if piece, delta, ok = copied(source, delta, op); !ok {
				return nil, errDelta
			}
		case op == 0 || int(op) > len(delta):
			return nil, errDelta
		default:
			piece, delta = delta[:op], delta[op:]
		}
		if uint64(len(target)+len(piece)) > to {
			return nil, errDelta
		}
		target = append(target, piece...)
	}
	if uint64(len(target)) != to {
		return nil, errDelta
	}
	return target, nil
}

// copied reads the operands of a copy: up to four bytes of offset and three of
// size, each present when its bit is set.
func copied(source, delta []byte, op byte) (piece, rest []byte, ok bool) {
	var operand [7]byte
	for i := range operand {
		if op&(1<<i) == 0 {
			continue
		}
		if len(delta) == 0 {
			return nil, nil, false
		}
		operand[i], delta = delta[0], delta[1:]
	}
	offset := uint64(operand[0]) | uint64(operand[1])<<8 | uint64(operand[2])<<16 | uint64(operand[3])<<24
	size := uint64(operand[4]) | uint64(operand[5])<<8 | uint64(operand[6])<<16
	if size == 0 {
		size = 1 << 16
	}
	if offset+size > uint64(len(source)) {
		return nil, nil, false
	}
	return source[offset : offset+size], delta, true
}

func varint(b []byte) (n uint64, rest []byte, ok bool) {
	for i, c := range b {
		if i > 8 {
			break
		}
		n |= uint64(c&0x7f) << (7 * i)
		if c&0x80 == 0 {
			return n, b[i+1:], true
		}
	}
	return 0, nil, false
}

// Limits of the cache of delta bases.
const (
	maxCached = 16 << 20
	maxOne    = 1 << 20
)

type place struct {
	pack   *pack
	offset int64
}

type cached struct {
	kind plumbing.ObjectType
	data []byte
}

// cache keeps trees, commits and small blobs that may be the base of the next
// delta. When full it is emptied.
type cache struct {
	mu      sync.Mutex
	entries map[place]cached
	size    int
}

func (c *cache) get(at place) (plumbing.ObjectType, []byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[at]
	return e.kind, e.data, ok
}

func (c *cache) put(at place, kind plumbing.ObjectType, data []byte) {
	if len(data) > maxOne {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil || c.size+len(data) > maxCached {
		c.entries, c.size = map[place]cached{}, 0
	}
	if _, ok := c.entries[at]; !ok {
		c.entries[at], c.size = cached{kind, data}, c.size+len(data)
	}
}
