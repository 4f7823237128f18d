package gitwrite

import (
	"bytes"
	"encoding/binary"
	"hash/adler32"
	"math/bits"
	"slices"
	"sync"
)

// deflater compresses into the zlib format (RFC 1950, RFC 1951), quickly rather
// than well: one pass of greedy matching, and the fixed Huffman codes. What the
// standard library does at its lowest level takes three times as long on a small
// file, most of it to make a Huffman code for that file alone; what it saves over
// this, git saves again when it packs. A deflater is for one goroutine.
type deflater struct {
	out []byte
	// table finds an earlier place with the same four bytes. Places count on from
	// object to object, so that it need not be cleared: base is where the current
	// one begins, and everything before it is forgotten.
	table [1 << tableBits]uint32
	base  uint32
}

const (
	tableBits = 14
	minMatch  = 4
	maxMatch  = 258
	window    = 32 << 10
	// storedBlock is the largest block that is not compressed.
	storedBlock = 1<<16 - 1
)

// code is a Huffman code with its extra bits, ready to be written.
type code struct {
	bits uint32
	n    uint8
}

// fixedLiterals and fixedLengths are the fixed codes, by byte and by length of a
// match; fixedEnd, the end of a block, is seven zero bits.
var fixedLiterals, fixedLengths = fixedCodes()

func fixedCodes() (literals [256]code, lengths [maxMatch + 1]code) {
	for i := range literals {
		literals[i] = fixedCode(i)
	}
	symbol, extra, length := 257, 0, 3
	for length < maxMatch {
		for low := 0; low < 1<<extra && length < maxMatch; low++ {
			c := fixedCode(symbol)
			lengths[length] = code{c.bits | uint32(low)<<c.n, c.n + uint8(extra)}
			length++
		}
		if symbol++; symbol >= 265 && (symbol-261)%4 == 0 {
			extra++
		}
	}
	lengths[maxMatch] = fixedCode(285)
	return literals, lengths
}

// fixedCode is the code of a symbol in RFC 1951, 3.2.6. Huffman codes go out
// with their highest bit first.
func fixedCode(symbol int) code {
	value, n := 0, 0
	switch {
	case symbol < 144:
		value, n = 0x30+symbol, 8
	case symbol < 256:
		value, n = 0x190+symbol-144, 9
	case symbol < 280:
		value, n = symbol-256, 7
	default:
		value, n = 0xc0+symbol-280, 8
	}
	return code{bits.Reverse32(uint32(value)) >> (32 - n), uint8(n)}
}

// deflate returns head and data compressed; it is valid until the next call.
// What head holds is not matched.
func (d *deflater) deflate(head, data []byte) []byte {
	d.reset(len(head) + len(data))
	d.out = append(d.out, zlibHeader...)
	d.part(head, data, true)
	return checksum(d.out, head, data)
}

// checksum appends the checksum of two pieces of data.
func checksum(out, head, data []byte) []byte {
	sum := adler32.New()
	sum.Write(head)
	sum.Write(data)
	return sum.Sum(out)
}

// zlibHeader says deflate, 32 KiB, quickly.
const zlibHeader = "\x78\x01"

// deflateParallel is deflate for one large piece of data, on several goroutines.
// Each takes a part and looks for matches only there.
func deflateParallel(head, data []byte, workers int) []byte {
	size := max(len(data)/workers+1, minPart)
	parts := slices.Collect(slices.Chunk(data, size))
	if len(parts) == 0 {
		parts = [][]byte{nil}
	}
	outs := make([][]byte, len(parts))
	var group sync.WaitGroup
	for i, part := range parts {
		group.Go(func() {
			d := &deflater{}
			var before []byte
			if i == 0 {
				before = head
			}
			d.reset(len(before) + len(part))
			d.part(before, part, i == len(parts)-1)
			outs[i] = d.out
		})
	}
	group.Wait()
	return checksum(append([]byte(zlibHeader), bytes.Join(outs, nil)...), head, data)
}

// minPart is how much data a goroutine is worth.
const minPart = 256 << 10

// reset makes room for what size bytes may become: no code is longer than nine
// bits for each byte that it stands for.
func (d *deflater) reset(size int) {
	if most := size/8*9 + 64; cap(d.out) < most {
		d.out = make([]byte, most)
	}
	d.out = d.out[:0]
}

// part appends head and data as whole blocks that end with a whole byte.
func (d *deflater) part(head, data []byte, last bool) {
	start := len(d.out)
	w := bitWriter{out: d.out[:cap(d.out)], at: start}
	if last {
		w.put(1|1<<1, 3) // the last block, with fixed codes
		w.literals(head)
		d.block(&w, data)
		d.out = w.finish()
	} else {
		w.put(1<<1, 3)
		w.literals(head)
		d.block(&w, data)
		w.put(0, 3) // an empty block, which begins with a whole byte
		d.out = append(w.finish(), 0, 0, 0xff, 0xff)
	}
	if size := len(head) + len(data); len(d.out)-start > size+size/64+16 {
		d.out = stored(d.out[:start], append(head[:len(head):len(head)], data...), last)
	}
}

// block writes the content of a block, and its end.
func (d *deflater) block(w *bitWriter, data []byte) {
	if uint64(d.base)+uint64(len(data))+window+1 >= 1<<32 {
		d.table, d.base = [1 << tableBits]uint32{}, 0
	}
	d.base += window + 1 // no place before data is near enough to match
	at, literal := 0, 0
	for at+minMatch <= len(data) {
		word := binary.LittleEndian.Uint32(data[at:])
		slot := &d.table[word*0x9e3779b1>>(32-tableBits)]
		from := int64(*slot) - int64(d.base)
		*slot = d.base + uint32(at)
		if from < 0 || int64(at)-from > window || binary.LittleEndian.Uint32(data[from:]) != word {
			// The longer nothing matches, the less often it is tried.
			at += 1 + (at-literal)>>5
			continue
		}
		w.literals(data[literal:at])
		n := minMatch + common(data[from+minMatch:], data[at+minMatch:])
		w.match(n, at-int(from))
		at += n
		literal = at
	}
	w.literals(data[literal:])
	w.put(0, 7)
	d.base += uint32(len(data))
}

// common is how many bytes two slices have in common, at most what a match may
// have after its first ones.
func common(a, b []byte) int {
	const most = maxMatch - minMatch
	b = b[:min(len(b), most)]
	n := 0
	for n+8 <= len(b) {
		if x := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); x != 0 {
			return n + bits.TrailingZeros64(x)/8
		}
		n += 8
	}
	for n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// bitWriter writes codes, the first one into the lowest bits.
type bitWriter struct {
	out []byte
	at  int
	// acc holds n bits, fewer than eight, that are not in out yet.
	acc uint64
	n   uint
}

// put writes at most 56 bits. There is always room for eight bytes.
func (w *bitWriter) put(code uint64, n uint) {
	w.acc |= code << w.n
	w.n += n
	binary.LittleEndian.PutUint64(w.out[w.at:], w.acc)
	w.at += int(w.n / 8)
	w.acc >>= w.n &^ 7
	w.n &= 7
}

// finish returns what was written, filled up to whole bytes.
func (w *bitWriter) finish() []byte {
	w.put(0, (8-w.n)&7)
	return w.out[:w.at]
}

func (w *bitWriter) literals(data []byte) {
	for len(data) >= 4 {
		a, b, c, d := fixedLiterals[data[0]], fixedLiterals[data[1]], fixedLiterals[data[2]], fixedLiterals[data[3]]
		low, n := uint64(a.bits)|uint64(b.bits)<<a.n, a.n+b.n
		high := uint64(c.bits) | uint64(d.bits)<<c.n
		w.put(low|high<<n, uint(n+c.n+d.n))
		data = data[4:]
	}
	for _, c := range data {
		w.put(uint64(fixedLiterals[c].bits), uint(fixedLiterals[c].n))
	}
}

// match writes a copy of length bytes from distance bytes back.
func (w *bitWriter) match(length, distance int) {
	l := fixedLengths[length]
	v := uint32(distance - 1)
	symbol, extra := v, uint(0)
	if v >= 4 {
		extra = uint(bits.Len32(v)) - 2
		symbol = uint32(extra)<<1 + v>>extra
	}
	code := uint64(bits.Reverse32(symbol)>>27) | uint64(v&(1<<extra-1))<<5
	w.put(uint64(l.bits)|code<<l.n, uint(l.n)+5+extra)
}

// stored appends data uncompressed.
func stored(out, data []byte, last bool) []byte {
	for {
		n := min(len(data), storedBlock)
		final := byte(0)
		if n == len(data) && last {
			final = 1
		}
		out = append(out, final)
		out = binary.LittleEndian.AppendUint16(out, uint16(n))
		out = binary.LittleEndian.AppendUint16(out, ^uint16(n))
		out = append(out, data[:n]...)
		if data = data[n:]; len(data) == 0 {
			return out
		}
	}
}
