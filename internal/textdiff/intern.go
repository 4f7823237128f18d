package textdiff

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math/bits"
)

// table numbers distinct lines from 0, in the order in which they are first
// seen. The hash is seeded at random, so that no file can be made to collide;
// the numbers do not depend on it. One table may number any count of texts.
type table struct {
	seed  maphash.Seed
	slots []slot
	lines [][]byte
}

// slot is one place of an open hash table; next is the line's number plus one, 0
// when the place is free.
type slot struct {
	hash uint32
	next int32
}

// newTable returns an empty table with room for the given count of lines, or for
// a million when there are more: most may be the same.
func newTable(lines int) *table {
	lines = min(lines, 1<<20)
	slots := 1 << bits.Len(uint(2*lines)|63)
	return &table{seed: maphash.MakeSeed(), slots: make([]slot, slots), lines: make([][]byte, 0, lines)}
}

// len is the count of distinct lines so far.
func (t *table) len() int { return len(t.lines) }

// ids numbers the lines of a text, which must stay as it is.
func (t *table) ids(x text) []int32 {
	out := make([]int32, x.len())
	for i := range out {
		out[i] = t.id(x.line(i))
	}
	return out
}

// runs numbers the runs of size lines that start at each place of a text whose
// lines are numbered. Such a table holds nothing else.
func (t *table) runs(ids []int32, size int) []int32 {
	const width = 4
	data := make([]byte, 0, width*len(ids))
	for _, id := range ids {
		data = binary.LittleEndian.AppendUint32(data, uint32(id))
	}
	out := make([]int32, max(0, len(ids)-size+1))
	for i := range out {
		out[i] = t.id(data[width*i : width*(i+size)])
	}
	return out
}

func (t *table) id(line []byte) int32 {
	h := uint32(maphash.Bytes(t.seed, line))
	mask := uint32(len(t.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		s := t.slots[i]
		if s.next == 0 {
			return t.add(i, h, line)
		}
		if s.hash == h && bytes.Equal(t.lines[s.next-1], line) {
			return s.next - 1
		}
	}
}

func (t *table) add(i, h uint32, line []byte) int32 {
	t.lines = append(t.lines, line)
	t.slots[i] = slot{h, int32(len(t.lines))}
	if 2*len(t.lines) > len(t.slots) {
		t.grow()
	}
	return int32(len(t.lines) - 1)
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, 4*len(old))
	mask := uint32(len(t.slots) - 1)
	for _, s := range old {
		if s.next == 0 {
			continue
		}
		i := s.hash & mask
		for t.slots[i].next != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
}
