package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
)

// shape is a pair of texts; the same ones in every run.
type shape struct {
	name string
	make func(r *rand.Rand) (old, new []byte)
}

func shapes() []shape {
	return []shape{
		{"1 KiB, 3 edits", func(r *rand.Rand) ([]byte, []byte) { return edited(r, prose(r, 1<<10), 3) }},
		{"1 MiB, 20 edits", func(r *rand.Rand) ([]byte, []byte) { return edited(r, prose(r, mib), 20) }},
		{"1 MiB, 2,500 edits", func(r *rand.Rand) ([]byte, []byte) { return edited(r, prose(r, mib), 2500) }},
		{"1 MiB, all lines changed", func(r *rand.Rand) ([]byte, []byte) { return join(prose(r, mib)), join(prose(r, mib)) }},
		{"60,000 unique lines, 6,000 edits", func(r *rand.Rand) ([]byte, []byte) { return edited(r, numbered(0, 60_000), 6000) }},
		{"60,000 unique lines, shuffled", func(r *rand.Rand) ([]byte, []byte) {
			old := numbered(0, 60_000)
			return join(old), join(shuffled(r, old))
		}},
		{"10 MiB, 20 edits", func(r *rand.Rand) ([]byte, []byte) { return edited(r, prose(r, 10*mib), 20) }},
		{"10 MiB, all lines changed", func(r *rand.Rand) ([]byte, []byte) { return join(prose(r, 10*mib)), join(prose(r, 10*mib)) }},
		{"20 distinct lines, 10,000 vs other 10,000", func(r *rand.Rand) ([]byte, []byte) {
			return join(repeated(r, 20, 10_000)), join(repeated(r, 20, 10_000))
		}},
		{"100,000 repeated lines, 100 edits", func(r *rand.Rand) ([]byte, []byte) { return edited(r, repeated(r, 20, 100_000), 100) }},
		{"100,000 repeated lines, 10,000 edits", func(r *rand.Rand) ([]byte, []byte) { return edited(r, repeated(r, 20, 100_000), 10_000) }},
		{"one line of 10 MiB", func(*rand.Rand) ([]byte, []byte) {
			old := bytes.Repeat([]byte("0123456789abcdef"), 10*mib/16)
			return old, append(bytes.Clone(old), '!')
		}},
		{"5 M short lines, 1,000 edits", func(r *rand.Rand) ([]byte, []byte) { return edited(r, repeated(r, 2, 5*mib), 1000) }},
		{"1.2 M unique lines vs others", func(*rand.Rand) ([]byte, []byte) {
			return join(numbered(0, 1_200_000)), join(numbered(1_200_000, 2_400_000))
		}},
		{"1.2 M unique lines, 12,000 edits", func(r *rand.Rand) ([]byte, []byte) { return edited(r, numbered(0, 1_200_000), 12_000) }},
	}
}

// prose makes lines of words up to a size in bytes.
func prose(r *rand.Rand, size int) [][]byte {
	var lines [][]byte
	for size > 0 {
		var line []byte
		for range 4 + r.IntN(16) {
			line = strconv.AppendUint(append(line, "word"...), r.Uint64N(5000), 10)
			line = append(line, ' ')
		}
		line = append(line, '\n')
		size -= len(line)
		lines = append(lines, line)
	}
	return lines
}

// numbered makes lines of which no two are the same.
func numbered(from, to int) [][]byte {
	lines := make([][]byte, 0, to-from)
	for i := from; i < to; i++ {
		lines = append(lines, append(strconv.AppendInt(nil, int64(i)*7919%100_000_007, 10), '\n'))
	}
	return lines
}

// repeated makes n lines out of a few distinct ones.
func repeated(r *rand.Rand, distinct, n int) [][]byte {
	lines := make([][]byte, n)
	for i := range lines {
		lines[i] = []byte{'a' + byte(r.IntN(distinct)), '\n'}
	}
	return lines
}

func shuffled(r *rand.Rand, lines [][]byte) [][]byte {
	lines = slices.Clone(lines)
	r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	return lines
}

// edited spreads n insertions, deletions and replacements over a text; half of the
// new lines are lines the text has elsewhere.
func edited(r *rand.Rand, lines [][]byte, n int) (old, new []byte) {
	n = min(n, len(lines))
	edits := make(map[int]int, n)
	for len(edits) < n {
		edits[r.IntN(len(lines))] = r.IntN(3)
	}
	var out [][]byte
	for i, line := range lines {
		kind, hit := edits[i]
		if !hit || kind == 0 {
			out = append(out, line)
		}
		if hit && kind != 1 {
			out = append(out, other(r, lines))
		}
	}
	return join(lines), join(out)
}

func other(r *rand.Rand, lines [][]byte) []byte {
	if r.IntN(2) == 0 {
		return lines[r.IntN(len(lines))]
	}
	return fmt.Appendf(nil, "new %d\n", r.Uint32())
}

func join(lines [][]byte) []byte { return bytes.Join(lines, nil) }
