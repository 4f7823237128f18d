package textdiff

import "sort"

// pair is a place in a and the place in b that it is matched with.
type pair struct{ a, b int }

// unique finds anchors: lines that either side has once. All counters are zero
// between two uses.
type unique struct {
	countA, countB []int32
	place          []int32 // in b
}

func newUnique(distinct int) unique {
	return unique{make([]int32, distinct), make([]int32, distinct), make([]int32, distinct)}
}

// lines returns pairs of equal lines that rise on both sides, as many as there
// can be, of those lines that either side has once (Cohen's patience diff).
func (u *unique) lines(a, b []int32) []pair {
	return increasing(u.pairs(a, b))
}

// runs does the same for texts that repeat themselves: a line counts as unique
// when it and the 31 after it are; if there is none, when it and the 7 after it
// are. Shorter runs would pair what is not related.
func (u *unique) runs(a, b []int32) []pair {
	u.room(len(a) + len(b))
	for _, size := range [...]int{32, 8} {
		t := newTable(len(a) + len(b))
		if cuts := increasing(u.pairs(t.runs(a, size), t.runs(b, size))); len(cuts) > 0 {
			return cuts
		}
	}
	return nil
}

// room makes the counters large enough for n numbers.
func (u *unique) room(n int) {
	if n > len(u.place) {
		*u = newUnique(n)
	}
}

// pairs returns the places of the numbers that are unique on both sides, in the
// order of a.
func (u *unique) pairs(a, b []int32) []pair {
	for _, id := range a {
		u.countA[id]++
	}
	for j, id := range b {
		u.countB[id]++
		u.place[id] = int32(j)
	}
	var out []pair
	for i, id := range a {
		if u.countA[id] == 1 && u.countB[id] == 1 {
			out = append(out, pair{i, int(u.place[id])})
		}
	}
	for _, id := range a {
		u.countA[id] = 0
	}
	for _, id := range b {
		u.countB[id] = 0
	}
	return out
}

// increasing returns a longest subsequence of pairs, which rise in a, that rises
// in b too: patience sorting, n log n.
func increasing(list []pair) []pair {
	var tails []int32 // by length: the pair that ends the lowest chain so long
	prev := make([]int32, len(list))
	for i, p := range list {
		n := len(tails)
		if n > 0 && list[tails[n-1]].b > p.b {
			n = sort.Search(n, func(k int) bool { return list[tails[k]].b > p.b })
		}
		prev[i] = -1
		if n > 0 {
			prev[i] = tails[n-1]
		}
		if n == len(tails) {
			tails = append(tails, 0)
		}
		tails[n] = int32(i)
	}
	out := make([]pair, len(tails))
	for k := len(tails) - 1; k >= 0; k-- {
		out[k] = list[tails[k]]
		if k > 0 {
			tails[k-1] = prev[tails[k]]
		}
	}
	return out
}
