package merge3

// maxCost is the edit distance that a search covers from each end of a box. In a
// box whose ends are further apart the cut is made where the search got furthest.
const maxCost = 256

// front is how far a search has got from one end of a box, by diagonal: on
// diagonal k it has used far[zero+k] lines of a, and k fewer of b. The search
// from the far end counts everything from there.
type front struct {
	far       [2*zero + 1]int32
	low, high int // the diagonals of this round are low, low+2 ... high
	backward  bool
}

const zero = maxCost + 1

// search looks for a shortest way through a box, from both ends.
type search struct {
	a, b       []int32
	fore, back front
	work       int // steps that may still be taken
}

// cut returns where a shortest way through the box can be cut in two: the fronts
// spend one edit a round in turn until they meet. It gives up when the work is
// used up.
func (s *search) cut(a, b []int32) (i, j int, ok bool) {
	s.a, s.b, s.fore, s.back = a, b, front{}, front{backward: true}
	odd := (len(a)-len(b))%2 != 0
	for range maxCost {
		if k, met := s.sweep(&s.fore, odd); met {
			i = int(s.fore.far[zero+k])
			return i, i - k, true
		}
		if k, met := s.sweep(&s.back, !odd); met {
			i = int(s.back.far[zero+k])
			return len(a) - i, len(b) - (i - k), true
		}
		if s.work < 0 {
			return 0, 0, false
		}
	}
	i, j = s.fore.furthest(len(a), len(b))
	if p, q := s.back.furthest(len(a), len(b)); p+q >= i+j {
		return len(a) - p, len(b) - q, true
	}
	return i, j, true
}

// sweep takes a front one edit further on each diagonal. If look is set it stops
// on the first diagonal on which the fronts meet. Both go through the diagonals
// in the same order as seen from the box, which decides among equal ways.
func (s *search) sweep(f *front, look bool) (k int, met bool) {
	n, m := len(s.a), len(s.b)
	f.widen(n, m)
	k, step, other := f.high, -2, &s.back
	if f.backward {
		k, step, other = f.low, 2, &s.fore
	}
	for ; f.low <= k && k <= f.high; k += step {
		start := f.start(k)
		i := f.run(s, start, start-k)
		f.far[zero+k] = int32(i)
		s.work -= 1 + i - start
		if look && other.reached(n-m-k, n-i) {
			return k, true
		}
	}
	return 0, false
}

// widen opens the diagonals of the next round: one more on each end, or one less
// where that would leave the box. No way has come to the diagonals beyond, so
// they lose to their neighbours.
func (f *front) widen(n, m int) {
	if f.low > -m {
		f.low--
		f.far[zero+f.low-1] = -1
	} else {
		f.low++
	}
	if f.high < n {
		f.high++
		f.far[zero+f.high+1] = -1
	} else {
		f.high--
	}
}

// start returns where this round sets out on diagonal k: one line of a on from
// the diagonal below, or one of b from the one above if that is further.
func (f *front) start(k int) int {
	below, above := f.far[zero+k-1], f.far[zero+k+1]
	if above > below {
		return int(above)
	}
	return int(below) + 1
}

// run goes over equal lines from i and j on and returns the end in a.
func (f *front) run(s *search, i, j int) int {
	a, b := s.a, s.b
	if f.backward {
		for i < len(a) && j < len(b) && a[len(a)-1-i] == b[len(b)-1-j] {
			i++
			j++
		}
		return i
	}
	for i < len(a) && j < len(b) && a[i] == b[j] {
		i++
		j++
	}
	return i
}

// reached reports whether the front has got to i on diagonal k or beyond.
func (f *front) reached(k, i int) bool {
	return f.low <= k && k <= f.high && int(f.far[zero+k]) >= i
}

// furthest returns the place in an n by m box that used the most lines; the first
// in the order of sweep if there are several.
func (f *front) furthest(n, m int) (i, j int) {
	i = -1
	for at := 0; at <= f.high-f.low; at += 2 {
		k := f.high - at
		if f.backward {
			k = f.low + at
		}
		p := min(int(f.far[zero+k]), n, m+k)
		if p+p-k > i+j {
			i, j = p, p-k
		}
	}
	return i, j
}
