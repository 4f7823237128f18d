package merge3

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// randomTriple makes texts of few distinct lines, so that nearly every pairing is
// ambiguous; some with CR LF, some without a last LF.
func randomTriple(r *rand.Rand) triple {
	distinct := 1 + r.IntN(8)
	base := make([]string, r.IntN(30))
	for i := range base {
		base[i] = randomLine(r, distinct)
	}
	return triple{
		randomEnd(r, base),
		randomEnd(r, randomEdits(r, base, distinct)),
		randomEnd(r, randomEdits(r, base, distinct)),
	}
}

func randomLine(r *rand.Rand, distinct int) string {
	line := string(rune('a' + r.IntN(distinct)))
	if r.IntN(40) == 0 {
		return line + "\r\n"
	}
	return line + "\n"
}

// randomEdits inserts, deletes, replaces, repeats and moves up to five ranges.
func randomEdits(r *rand.Rand, base []string, distinct int) []string {
	out := slices.Clone(base)
	for range r.IntN(6) {
		from := r.IntN(len(out) + 1)
		to := min(len(out), from+r.IntN(5))
		var fresh []string
		for range 1 + r.IntN(4) {
			fresh = append(fresh, randomLine(r, distinct+2))
		}
		some := slices.Clone(out[from:to])
		switch r.IntN(5) {
		case 0:
			out = slices.Insert(out, from, fresh...)
		case 1:
			out = slices.Delete(out, from, to)
		case 2:
			out = slices.Replace(out, from, to, fresh...)
		case 3:
			out = slices.Insert(out, to, some...)
		case 4:
			out = slices.Delete(out, from, to)
			out = slices.Insert(out, r.IntN(len(out)+1), some...)
		}
	}
	return out
}

func randomEnd(r *rand.Rand, lines []string) []byte {
	var out []byte
	for _, line := range lines {
		out = append(out, line...)
	}
	if r.IntN(10) == 0 {
		out = bytes.TrimSuffix(out, []byte("\n"))
	}
	return out
}

// Every random triple comes out as git has it: no difference is allowed for. Every
// eighth conflict is compared byte for byte, too. MLOPS_MERGE=all takes all 10,000.
func TestRandomAsGit(t *testing.T) {
	t.Parallel()
	count := 1500
	if os.Getenv("MLOPS_MERGE") == "all" {
		count = 10_000
	}
	const workers = 4
	var clean atomic.Int64
	var wg sync.WaitGroup
	for w := range workers {
		g := newGit(t)
		wg.Go(func() {
			for i := w; i < count; i += workers {
				in := randomTriple(rand.New(rand.NewPCG(20, uint64(i))))
				if d := g.differs(t, in); d != "" {
					t.Errorf("%d: %s: %q", i, d, g.shrink(t, in))
				}
				got, err := Merge(in.base, in.mine, in.theirs)
				if err != nil {
					t.Error(err)
				}
				if len(got.Conflicts) == 0 {
					clean.Add(1)
				} else if i/workers%8 == 0 {
					g.checkMarked(t, in, got)
				}
			}
		})
	}
	wg.Wait()
	n := int(clean.Load())
	t.Logf("%d of %d are clean", n, count)
	if n < count/4 || n > count*3/4 {
		t.Error("the triples are one-sided")
	}
}

func (g git) checkMarked(t *testing.T, in triple, got Result) {
	if want, _ := g.merge(t, in, "--zdiff3"); !bytes.Equal(got.Marked(labels), want) {
		t.Errorf("%q: marked\n%s\nwant\n%s", in, got.Marked(labels), want)
	}
}

// The pairing of lines is git's, also where no merge depends on it.
func TestHunksAsGit(t *testing.T) {
	t.Parallel()
	g := newGit(t)
	for i := range 150 {
		g.checkHunks(t, randomTriple(rand.New(rand.NewPCG(21, uint64(i)))))
	}
}

// So it is where texts are so far apart that they are cut at the cost limit, and
// where they have lines that are common.
func TestFarApartAsGit(t *testing.T) {
	t.Parallel()
	g := newGit(t)
	for i := range 6 {
		r := rand.New(rand.NewPCG(25, uint64(i)))
		distinct := []int{7, 300, 3000}[i%3]
		in := triple{mine: shuffled(r, 3000, distinct), theirs: shuffled(r, 3000-i*200, distinct+i*50)}
		g.checkHunks(t, in)
	}
}

func (g git) checkHunks(t *testing.T, in triple) {
	t.Helper()
	table := table{}
	a, b := table.read(in.mine), table.read(in.theirs)
	var got strings.Builder
	for _, h := range full().diff(a.id, b.id, len(table)) {
		fmt.Fprintf(&got, "@@ -%s +%s @@\n", header(h.a), header(h.b))
	}
	if want := g.hunks(t, in); got.String() != want {
		t.Errorf("%.300q, %.300q: got\n%.300s\nwant\n%.300s", in.mine, in.theirs, got.String(), want)
	}
}

// header writes a range as a patch does.
func header(r span) string {
	switch r.to - r.from {
	case 0:
		return fmt.Sprintf("%d,0", r.from)
	case 1:
		return strconv.Itoa(r.to)
	}
	return fmt.Sprintf("%d,%d", r.from+1, r.to-r.from)
}
