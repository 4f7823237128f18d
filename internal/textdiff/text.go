package textdiff

import "bytes"

// text is a run of whole lines: line i is data[cut[i]:cut[i+1]].
type text struct {
	data []byte
	cut  []int
}

func split(data []byte) text {
	t := text{data: data, cut: make([]int, 1, countLF(data)+2)}
	for at := 0; at < len(data); {
		n := bytes.IndexByte(data[at:], '\n')
		if n < 0 {
			n = len(data) - at - 1
		}
		at += n + 1
		t.cut = append(t.cut, at)
	}
	return t
}

func (t text) len() int { return len(t.cut) - 1 }

func (t text) line(i int) []byte { return t.data[t.cut[i]:t.cut[i+1]] }

// bytes is the size of the lines [from, to).
func (t text) bytes(from, to int) int { return t.cut[to] - t.cut[from] }

// common returns the sizes of the whole lines at the start and at the end that
// both texts share. The two never overlap.
func common(a, b []byte) (head, tail int) {
	head = bytes.LastIndexByte(a[:commonPrefix(a, b)], '\n') + 1
	a, b = a[head:], b[head:]
	tail = commonSuffix(a, b)
	if !lineStart(a, len(a)-tail) || !lineStart(b, len(b)-tail) {
		tail = len(a) - skipLines(a, len(a)-tail, 1)
	}
	return head, tail
}

func countLF(b []byte) int { return bytes.Count(b, []byte{'\n'}) }

func lineStart(b []byte, at int) bool { return at == 0 || b[at-1] == '\n' }

// chunk is how many bytes are compared at once, by the runtime's vector code.
const chunk = 1024

func commonPrefix(a, b []byte) int {
	n, i := min(len(a), len(b)), 0
	for i+chunk <= n && bytes.Equal(a[i:i+chunk], b[i:i+chunk]) {
		i += chunk
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

func commonSuffix(a, b []byte) int {
	n, i := min(len(a), len(b)), 0
	for i+chunk <= n && bytes.Equal(a[len(a)-i-chunk:len(a)-i], b[len(b)-i-chunk:len(b)-i]) {
		i += chunk
	}
	for i < n && a[len(a)-i-1] == b[len(b)-i-1] {
		i++
	}
	return i
}

// backLines returns the offset n lines before at, which is a line's start.
func backLines(b []byte, at, n int) int {
	for ; n > 0 && at > 0; n-- {
		at = bytes.LastIndexByte(b[:at-1], '\n') + 1
	}
	return at
}

// skipLines returns the offset n lines after at.
func skipLines(b []byte, at, n int) int {
	for ; n > 0 && at < len(b); n-- {
		i := bytes.IndexByte(b[at:], '\n')
		if i < 0 {
			return len(b)
		}
		at += i + 1
	}
	return at
}
