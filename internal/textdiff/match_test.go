package textdiff

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestTrimmedEnds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b       string
		head, tail int
	}{
		{"", "a", 0, 0},
		{"a", "b", 0, 0},
		{"x\ny", "x\ny\n", 2, 0},
		{"ay\n", "by\n", 0, 0},
		{"a\ny\n", "by\n", 0, 0},
		{"by\n", "a\ny\n", 0, 0},
		{"a\ny\nz", "by\nz", 0, 1},
		{"a\nc\nz\n", "a\nb\nc\nz\n", 2, 4},
		{"x\nx\n", "x\nx\nx\n", 4, 0},
	} {
		if head, tail := common([]byte(tt.a), []byte(tt.b)); head != tt.head || tail != tt.tail {
			t.Errorf("%q, %q: %d, %d", tt.a, tt.b, head, tail)
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	pad := bytes.Repeat([]byte("pad\n"), 500)
	for _, tt := range []struct {
		name, old, new string
		want           []Edit
	}{
		{"same", "a\n", "a\n", nil},
		{"empty", "", "a\nb", []Edit{{0, 0, 0, 2}}},
		{"slides down", "a\n}\n\nc\n", "a\n}\n\nb\n}\n\nc\n", []Edit{{3, 3, 3, 6}}},
		{"slides to the end", "q\nk\nx\ny\nx\n", "p\nk\nx\ny\nx\ny\nx\n", []Edit{{0, 1, 0, 1}, {5, 5, 5, 7}}},
		{
			"slides far", "q\nk\n" + strings.Repeat("x\n", 60), "p\nk\n" + strings.Repeat("x\n", 61),
			[]Edit{{0, 1, 0, 1}, {62, 62, 62, 63}},
		},
		{"joins", "a\na\nb\n", "a\na\na\nc\n", []Edit{{2, 3, 2, 4}}},
		{"counts from the start", string(pad) + "a\n" + string(pad), string(pad) + string(pad), []Edit{{500, 501, 500, 500}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Lines([]byte(tt.old), []byte(tt.new))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTableNumbers(t *testing.T) {
	t.Parallel()
	table := newTable(0)
	first := table.ids(split([]byte("a\nb\na\n\nb")))
	second := table.ids(split([]byte("b\nc")))
	if !slices.Equal(first, []int32{0, 1, 0, 2, 3}) || !slices.Equal(second, []int32{1, 4}) {
		t.Error(first, second)
	}
	for range 2 { // the second time over, after growing
		for i, id := range table.ids(split(join(numbered(0, 5000)))) {
			if id != int32(5+i) {
				t.Fatalf("line %d is %d", i, id)
			}
		}
	}
	if got := newTable(9).runs([]int32{1, 2, 1, 2, 1, 3}, 2); !slices.Equal(got, []int32{0, 1, 0, 1, 2}) {
		t.Error(got)
	}
	if got := newTable(9).runs([]int32{1}, 2); len(got) != 0 {
		t.Error(got)
	}
}

func TestIncreasing(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	for range 500 {
		list := make([]pair, r.IntN(9))
		for i, b := range r.Perm(len(list)) {
			list[i] = pair{i, b}
		}
		got := increasing(slices.Clone(list))
		rises := slices.IsSortedFunc(got, func(p, q pair) int { return p.b - q.b })
		if !rises || len(got) != longest(list, -1) {
			t.Fatalf("%v: got %v", list, got)
		}
	}
}

func longest(list []pair, above int) int {
	best := 0
	for i, p := range list {
		if p.b > above {
			best = max(best, 1+longest(list[i+1:], p.b))
		}
	}
	return best
}

// The walker says the truth about distances, and gets on.
func TestWalkerReach(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(13, 14))
	w := newWalker()
	for range 300 {
		a, b := randomIDs(r, 120), randomIDs(r, 120)
		x, y, d := w.reach(a, b)
		if x+y == 0 && len(a)+len(b) > 0 {
			t.Fatalf("%v, %v: no step", a, b)
		}
		if want := distance(asLines(a[:x]), asLines(b[:y])); d != want {
			t.Fatalf("%v, %v: %d, %d is %d apart, not %d", a, b, x, y, want, d)
		}
	}
}

// At the edge of the largest window the walker stops where it is, and does not
// pay for the corner.
func TestWalkerEdge(t *testing.T) {
	t.Parallel()
	w := newWalker()
	same := make([]int32, maxBox+100)
	shifted := append([]int32{1, 2, 3}, same...)
	if x, y, d := w.reach(same, shifted); x != maxBox-3 || y != maxBox || d != 3 {
		t.Error(x, y, d)
	}
	if x, y, d := w.reach(shifted, same); x != maxBox || y != maxBox-3 || d != 3 {
		t.Error(x, y, d)
	}
}

func randomIDs(r *rand.Rand, most int) []int32 {
	ids := make([]int32, r.IntN(most))
	distinct := 1 + r.Int32N(9)
	for i := range ids {
		ids[i] = r.Int32N(distinct)
	}
	return ids
}

func asLines(ids []int32) [][]byte {
	lines := make([][]byte, len(ids))
	for i, id := range ids {
		lines[i] = []byte{byte(id)}
	}
	return lines
}

// In one window every line gets a code point that survives a string; in the
// next they start again.
func TestMyersCodePoints(t *testing.T) {
	t.Parallel()
	ids := make([]int32, 70_000)
	for i := range ids {
		ids[i] = int32(i)
	}
	m := newMyers(len(ids))
	var next rune
	for i, r := range m.runes(ids, &next) {
		if !utf8.ValidRune(r) || i > 0 && r < rune(i) {
			t.Fatalf("line %d: %U", i, r)
		}
	}
	m.forget(ids)
	for range 2 {
		a, b := slices.Clone(ids[60_000:]), slices.Clone(ids[60_000:])
		a[5], b[7] = 0, 1
		if got := m.common(a, b); !slices.Equal(got, []run{{0, 0, 5}, {6, 6, 1}, {8, 8, 9992}}) {
			t.Fatal(got)
		}
		if slices.Max(m.point) != 0 {
			t.Fatal("code points are left")
		}
	}
}
