package merge3

import "bytes"

// text is a text cut into lines: line i is data[cut[i]:cut[i+1]] and has the
// number id[i]. Lines with the same bytes have the same number.
type text struct {
	data []byte
	cut  []int32
	id   []int32
}

// table numbers distinct lines from 0. One table numbers all texts of a merge.
type table map[string]int32

func (t table) read(data []byte) text {
	n := countLines(data)
	x := text{data: data, cut: make([]int32, 1, n+1), id: make([]int32, 0, n)}
	for at := 0; at < len(data); {
		size := bytes.IndexByte(data[at:], '\n') + 1
		if size == 0 {
			size = len(data) - at
		}
		x.id = append(x.id, t.number(data[at:at+size]))
		at += size
		x.cut = append(x.cut, int32(at))
	}
	return x
}

func (t table) number(line []byte) int32 {
	id, seen := t[string(line)]
	if !seen {
		id = int32(len(t))
		t[string(line)] = id
	}
	return id
}

// countLines counts a last line without LF too.
func countLines(b []byte) int {
	n := bytes.Count(b, []byte{'\n'})
	if len(b) > 0 && b[len(b)-1] != '\n' {
		n++
	}
	return n
}

func (x text) len() int { return len(x.id) }

// lines returns the bytes of a range of lines; they cannot grow into what follows.
func (x text) lines(r span) []byte {
	from, to := x.cut[r.from], x.cut[r.to]
	return x.data[from:to:to]
}

func (x text) ids(r span) []int32 { return x.id[r.from:r.to] }

// span is a range of lines, counted from 0.
type span struct{ from, to int }

func (x text) span(r span) Span {
	return Span{Line: r.from + 1, Lines: r.to - r.from, Text: x.lines(r)}
}
