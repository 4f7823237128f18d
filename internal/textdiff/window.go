package textdiff

const (
	// maxBox bounds the lines of a side in one window. Two full sides have fewer
	// distinct lines than there are code points (see myers).
	maxBox = 1 << 18
	// maxWork bounds the product of edit distance and lines of one window: what a
	// shortest diff of it costs at worst.
	maxWork = 1 << 27
	// Edit distance of one window: minDistance is always granted, and more, up to
	// maxDistance, as long as no more than lineWork lines were compared for each
	// line reached.
	minDistance, maxDistance = 24, 1024
	lineWork                 = 5
)

// walker measures how far two sequences can be matched within an edit distance,
// by the forward half of Myers' algorithm (1986), which needs no memory of the
// way. It costs about the square of the distance, in texts that repeat themselves
// up to the distance times the lines.
type walker struct {
	far []int32 // by diagonal: the furthest place in a
}

func newWalker() walker {
	return walker{far: make([]int32, 2*maxDistance+3)}
}

// reach returns how much of a and b, from their starts, is a window within the
// limits. It is all of both when their distance is. It is never nothing. The
// window's sides are d edits apart.
func (w *walker) reach(a, b []int32) (x, y, d int) {
	for limit := maxDistance; ; limit = d / 2 {
		x, y, d = w.walk(a, b, limit)
		if d*(x+y) <= maxWork {
			return x, y, d
		}
	}
}

// walk stops at the end of both, at the edge of the largest window, or when the
// distance d is at its limit: there it takes the place furthest from the start.
func (w *walker) walk(a, b []int32, limit int) (x, y, d int) {
	const zero = maxDistance + 1
	n, m := min(len(a), maxBox), min(len(b), maxBox)
	edgeA, edgeB := n < len(a), m < len(b)
	w.far[zero+1] = 0
	work := 0
	for d = 0; ; d++ {
		furthest := 0
		low, high := diagonals(d, n, m)
		for k := low; k <= high; k += 2 {
			i := w.step(zero+k, k == -d, k == d)
			j := i - k
			work -= i
			for i < n && j < m && a[i] == b[j] {
				i++
				j++
			}
			w.far[zero+k] = int32(i)
			work += i + 1
			if i > n || j > m {
				continue
			}
			if i+j > furthest {
				x, y, furthest = i, j, i+j
			}
			if i == n && j == m || i == n && edgeA || j == m && edgeB {
				return i, j, d
			}
		}
		if d >= limit || d >= minDistance && work > lineWork*furthest {
			return x, y, d
		}
	}
}

// diagonals returns the range of x-y that d edits can lead to inside n by m.
func diagonals(d, n, m int) (low, high int) {
	return 2*max(0, d-m) - d, d - 2*max(0, d-n)
}

// step returns where diagonal k starts in this round: below its upper or right
// of its lower neighbour, whichever is further.
func (w *walker) step(k int, lowest, highest bool) int {
	if lowest || !highest && w.far[k-1] < w.far[k+1] {
		return int(w.far[k+1])
	}
	return int(w.far[k-1]) + 1
}
