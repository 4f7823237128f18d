package merge3

import (
	"slices"
	"strings"
	"testing"
)

// TestPartners shows which lines are taken for each other.
func TestPartners(t *testing.T) {
	t.Parallel()
	p := Pieces{
		Key:   func(line []byte) string { return string(line) },
		Words: func(line []byte) [][]byte { return [][]byte{line} },
	}
	long := strings.Repeat("x\n", 400)
	for _, c := range []struct {
		name, a, b string
		want       []int
	}{
		{"same", "a\nb\n", "a\nb\n", []int{0, 1}},
		{"empty", "", "a\n", []int{}},
		{"gone", "a\nb\nc\n", "a\nc\n", []int{0, -1, 1}},
		{"reworded", "a\nthanks to all\nc\n", "new\na\nmany thanks to all\nc\n", []int{1, 2, 3}},
		{"other words", "a\nthanks\nc\n", "a\nmany words\nc\n", []int{0, -1, 2}},
	} {
		if got := p.Partners([]byte(c.a), []byte(c.b)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	// Longer than what is compared line by line.
	if got := p.Partners([]byte("a b\n"+long+"k\n"+long+"c d\n"), []byte("a b c\n"+long+"k\n"+long+"c d e\n")); got[0] != -1 || got[401] != 401 {
		t.Error(got[0], got[401])
	}
}
