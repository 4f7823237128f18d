package merge3

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestLawsRandom(t *testing.T) {
	t.Parallel()
	for i := range 3000 {
		laws(t, randomTriple(rand.New(rand.NewPCG(22, uint64(i)))))
	}
}

func TestLawsRealistic(t *testing.T) {
	t.Parallel()
	files := testFiles(t)
	for n := range 200 {
		laws(t, realistic(t, files, n))
	}
}

func FuzzMerge(f *testing.F) {
	for i := range 20 {
		in := randomTriple(rand.New(rand.NewPCG(23, uint64(i))))
		f.Add(in.base, in.mine, in.theirs)
	}
	f.Add([]byte("a\n"), []byte("\x00"), []byte("\xff"))
	f.Add([]byte(""), []byte("<<<<<<< M\r\n"), []byte("=======\r\nb"))
	f.Fuzz(func(t *testing.T, base, mine, theirs []byte) { laws(t, triple{base, mine, theirs}) })
}

// laws checks what holds for all texts.
func laws(t *testing.T, in triple) {
	t.Helper()
	if !lawInputs(t, in) {
		return
	}
	lawUnchanged(t, in)
	lawSwap(t, in)
	res := must(Merge(in.base, in.mine, in.theirs))(t)
	lawResult(t, in, res)
	lawNothingLost(t, in, res)
	two := must(TwoWay(in.mine, in.theirs))(t)
	lawResult(t, in, two)
	lawTwoWay(t, in, two)
}

func must(res Result, err error) func(t *testing.T) Result {
	return func(t *testing.T) Result {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
}

// lawInputs: an error names a side that has the fault, and there is one exactly
// if some side has.
func lawInputs(t *testing.T, in triple) bool {
	t.Helper()
	bad := func(b []byte) bool { return !utf8.Valid(b) || bytes.IndexByte(b[:min(len(b), 8000)], 0) >= 0 }
	_, err := Merge(in.base, in.mine, in.theirs)
	if err == nil {
		if bad(in.base) || bad(in.mine) || bad(in.theirs) {
			t.Fatalf("%q is taken", in)
		}
		return true
	}
	var e *InputError
	if !errors.As(err, &e) || !bad(map[Side][]byte{Base: in.base, Mine: in.mine, Theirs: in.theirs}[e.Side]) {
		t.Fatalf("%q: %v", in, err)
	}
	return false
}

// lawUnchanged: a side without changes leaves the other; so do equal sides.
func lawUnchanged(t *testing.T, in triple) {
	t.Helper()
	for _, tt := range []struct{ base, mine, theirs, want []byte }{
		{in.base, in.base, in.theirs, in.theirs},
		{in.base, in.mine, in.base, in.mine},
		{in.base, in.mine, in.mine, in.mine},
	} {
		res := must(Merge(tt.base, tt.mine, tt.theirs))(t)
		if len(res.Conflicts) > 0 || res.Text == nil || !bytes.Equal(res.Text, tt.want) {
			t.Fatalf("%q: %q", tt, res.Text)
		}
	}
	if res := must(TwoWay(in.mine, in.mine))(t); len(res.Conflicts) > 0 || !bytes.Equal(res.Text, in.mine) {
		t.Fatalf("%q: %q", in.mine, res.Text)
	}
}

// lawSwap: swapping the sides swaps the sides of conflicts, and that is all.
func lawSwap(t *testing.T, in triple) {
	t.Helper()
	res := must(Merge(in.base, in.mine, in.theirs))(t)
	other := must(Merge(in.base, in.theirs, in.mine))(t)
	for i := range other.Conflicts {
		c := &other.Conflicts[i]
		c.Mine, c.Theirs = c.Theirs, c.Mine
	}
	if diff := cmp.Diff(res.Conflicts, other.Conflicts); diff != "" || !bytes.Equal(res.Text, other.Text) {
		t.Fatalf("%q: %s\n%q, swapped %q", in, diff, res.Text, other.Text)
	}
}

// lawResult: spans are in order and have the lines they say; a conflict is one;
// text and conflicts exclude each other; all renderings end up in known lines.
func lawResult(t *testing.T, in triple, res Result) {
	t.Helper()
	if (res.Text == nil) == (len(res.Conflicts) == 0) {
		t.Fatalf("%q: text %q, %d conflicts", in, res.Text, len(res.Conflicts))
	}
	end := map[Side]int{Base: 1, Mine: 1, Theirs: 1}
	for _, c := range res.Conflicts {
		if bytes.Equal(c.Mine.Text, c.Theirs.Text) {
			t.Fatalf("%q: %q is no conflict", in, c.Mine.Text)
		}
		lawSpan(t, in.mine, c.Mine, end[Mine])
		lawSpan(t, in.theirs, c.Theirs, end[Theirs])
		end[Mine], end[Theirs] = c.Mine.Line+c.Mine.Lines, c.Theirs.Line+c.Theirs.Lines
		if c.Base.Line > 0 {
			lawSpan(t, in.base, c.Base, end[Base])
			end[Base] = c.Base.Line + c.Base.Lines
		}
	}
	lawLines(t, in, res)
}

// lawLines: every line of what is written is a line of mine or theirs; with Both
// the last one of mine may have got a line end.
func lawLines(t *testing.T, in triple, res Result) {
	t.Helper()
	known := map[string]bool{}
	for _, text := range [][]byte{in.mine, in.theirs} {
		for line := range bytes.Lines(text) {
			known[string(line)] = true
		}
	}
	text := res.Text
	if text == nil {
		text = res.Both()
		open := string(in.mine[bytes.LastIndexByte(in.mine, '\n')+1:])
		if open != "" {
			known[open+lf], known[open+crlf] = true, true
		}
		if _, found := Leftover(res.Marked(labels)); !found {
			t.Fatalf("%q: no marker", in)
		}
	} else if !bytes.Equal(res.Both(), text) || !bytes.Equal(res.Marked(labels), text) {
		t.Fatalf("%q: renderings without conflict differ", in)
	}
	for line := range bytes.Lines(text) {
		if !known[string(line)] {
			t.Fatalf("%q: line %q is nobody's", in, line)
		}
	}
}

func lawSpan(t *testing.T, text []byte, s Span, from int) {
	t.Helper()
	all := slices.Collect(bytes.Lines(text))
	if s.Line < from || s.Lines < 0 || s.Line-1+s.Lines > len(all) {
		t.Fatalf("%q: span %d, %d from %d", text, s.Line, s.Lines, from)
	}
	if want := bytes.Join(all[s.Line-1:s.Line-1+s.Lines], nil); !bytes.Equal(s.Text, want) {
		t.Fatalf("%q: span %q, want %q", text, s.Text, want)
	}
}

// lawNothingLost: a line that one side alone has is as often in a clean merge, and
// in Both, as it was there.
func lawNothingLost(t *testing.T, in triple, res Result) {
	t.Helper()
	base, mine, theirs, text := count(in.base), count(in.mine), count(in.theirs), count(res.Both())
	for line, n := range mine {
		if base[line]+theirs[line] == 0 && text[line] != n {
			t.Fatalf("%q: %d of mine %q", in, text[line], line)
		}
	}
	for line, n := range theirs {
		if base[line]+mine[line] == 0 && text[line] != n {
			t.Fatalf("%q: %d of theirs %q", in, text[line], line)
		}
	}
}

// count counts lines, however they end.
func count(text []byte) map[string]int {
	n := map[string]int{}
	for line := range bytes.Lines(text) {
		n[strings.TrimRight(string(line), "\r\n")]++
	}
	return n
}

// lawTwoWay: taking one side everywhere gives that side.
func lawTwoWay(t *testing.T, in triple, res Result) {
	t.Helper()
	for _, tt := range []struct {
		side func(Conflict) Span
		want []byte
	}{
		{func(c Conflict) Span { return c.Mine }, in.mine},
		{func(c Conflict) Span { return c.Theirs }, in.theirs},
	} {
		got := res.render(func(p *pen, c Conflict) { p.out = append(p.out, tt.side(c).Text...) })
		if !bytes.Equal(got, tt.want) {
			t.Fatalf("%q: %q", in, got)
		}
	}
	for _, c := range res.Conflicts {
		if diff := cmp.Diff(Span{}, c.Base); diff != "" {
			t.Fatal(diff)
		}
	}
}

// With little work allowed for, hunks are fewer and larger, and still right.
func TestEffortSpent(t *testing.T) {
	t.Parallel()
	for i := range 2000 {
		r := rand.New(rand.NewPCG(24, uint64(i)))
		in := randomTriple(r)
		table := table{}
		a, b := table.read(in.base), table.read(in.mine)
		e := effort{match: r.IntN(40), slide: r.IntN(10)}
		var got []byte
		at := 0
		for _, h := range e.diff(a.id, b.id, len(table)) {
			if h.a.from < at || h.a.from == at && at > 0 || h.a.to-h.a.from+h.b.to-h.b.from == 0 {
				t.Fatalf("%q, %q: hunk %v after %d", in.base, in.mine, h, at)
			}
			got = append(append(got, a.lines(span{at, h.a.from})...), b.lines(h.b)...)
			at = h.a.to
		}
		if got = append(got, a.lines(span{at, a.len()})...); !bytes.Equal(got, in.mine) {
			t.Fatalf("%q: got %q, want %q", in.base, got, in.mine)
		}
	}
}

// shuffled makes lines of n numbers below distinct, in no order.
func shuffled(r *rand.Rand, n, distinct int) []byte {
	var out []byte
	for _, p := range r.Perm(n) {
		out = fmt.Appendln(out, p%distinct)
	}
	return out
}

func BenchmarkMerge10k(b *testing.B) {
	base := shuffled(rand.New(rand.NewPCG(1, 2)), 10_000, 5000)
	all := slices.Collect(bytes.Lines(base))
	side := func(seed uint64) []byte {
		r := rand.New(rand.NewPCG(3, seed))
		list := slices.Clone(all)
		for range 100 {
			list[r.IntN(len(list))] = fmt.Appendln(nil, "new", r.IntN(100))
		}
		return bytes.Join(list, nil)
	}
	mine, theirs := side(1), side(2)
	b.ReportAllocs()
	b.SetBytes(int64(len(base) + len(mine) + len(theirs)))
	for b.Loop() {
		if _, err := Merge(base, mine, theirs); err != nil {
			b.Fatal(err)
		}
	}
}
