// Package walk_test walks at random through what happens to a project in its
// life: the user edits files, renames and deletes them, stages and commits some;
// the spec gains, changes, moves and drops objects; apply runs, is killed, runs
// again; branches are merged and clones go on.
//
// Everything the user writes holds a token (u-000123) of its own, so that the
// walk knows at each step where every edit must be. What must hold is in
// laws_test.go. Some hundred steps run with every go test; MLOPS_WALK=N walks N
// steps, and MLOPS_WALK_SEED repeats a walk that failed.
//
// A walk is made of episodes, each in a repository of its own, because the time
// that git and the laws take grows with the history.
package walk_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// episode is how many steps one repository lives.
const episode = 60

func TestWalk(t *testing.T) {
	t.Parallel()
	steps, seed := number(t, "MLOPS_WALK", 300), number(t, "MLOPS_WALK_SEED", 1)
	if os.Getenv("MLOPS_WALK") != "" && os.Getenv("MLOPS_WALK_SEED") == "" {
		seed = int(time.Now().UnixNano() % 1_000_000 * 1000)
	}
	for i := 0; i*episode < steps; i++ {
		t.Run(fmt.Sprint("seed ", seed+i), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, uint64(seed+i))
			defer w.report()
			w.walk(min(episode, steps-i*episode))
		})
	}
}

func number(t *testing.T, name string, fallback int) int {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return fallback
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// step is one thing that may happen, with how often it does beside the others.
type step struct {
	weight int
	name   string
	run    func(w *world)
}

// small are the steps that may happen on a branch, too.
var small = []step{
	{30, "user inserts", (*world).userInserts},
	{10, "user replaces", (*world).userReplaces},
	{4, "user deletes lines", (*world).userDeletesLines},
	{4, "user deletes a file", (*world).userDeletes},
	{4, "user changes a mode", (*world).userChmods},
	{4, "user renames", (*world).userRenames},
	{4, "user writes a file", (*world).userCreates},
	{3, "user changes line ends", (*world).userEnds},
	{1, "user puts something else there", (*world).userReplacesType},
	{4, "user stages", (*world).userStages},
	{4, "user commits some", (*world).userCommits},
	{30, "spec changes", (*world).specChanges},
	{10, "spec gains", (*world).specGains},
	{6, "spec drops", (*world).specDrops},
	{8, "spec moves", (*world).specMoves},
	{3, "spec swaps", (*world).specSwaps},
	{5, "spec changes ownership", (*world).specOwns},
	{2, "spec is tidied", (*world).specTidies},
	{30, "apply", (*world).apply},
	{12, "apply fails", (*world).applyFails},
}

var large = append([]step{
	{5, "branch and merge", (*world).branches},
	{3, "go on in a clone", (*world).clones},
}, small...)

func (w *world) walk(steps int) {
	w.apply()
	for w.steps = 1; w.steps < steps; w.steps++ {
		w.any(large)
		if w.steps%20 == 0 {
			w.settle()
		}
	}
	w.settle()
}

// settle finishes what was begun and looks at the whole history.
func (w *world) settle() {
	w.apply()
	w.git("fsck", "--strict")
	w.nothingLost()
}

func (w *world) any(steps []step) {
	total := 0
	for _, s := range steps {
		total += s.weight
	}
	n := w.rng.IntN(total)
	for _, s := range steps {
		if n -= s.weight; n < 0 {
			w.note("step %d: %s", w.steps, s.name)
			s.run(w)
			return
		}
	}
}

// pick returns one of a list that is not empty.
func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }
