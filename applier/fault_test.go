package applier

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/mlops-as-code/mlops/internal/fsops/faultfs"
)

// The fault tests carry one plan out again and again, each time with another
// operation stopped or failed, and look at what is left (see invariants), and
// whether one more run completes it. Plain go test takes a sample; all points
// are run with MLOPS_FAULTS=all.

// fault is what happens at the chosen operation.
type fault struct {
	name string
	faultfs.Fault
}

var faults = []fault{
	{"kill", faultfs.Fault{}},
	{"torn kill", faultfs.Fault{Torn: true}},
	{"disk full", faultfs.Fault{Err: syscall.ENOSPC, Torn: true, Sticky: true}},
	{"I/O error", faultfs.Fault{Err: syscall.EIO}},
	{"access denied", faultfs.Fault{Err: syscall.EACCES}},
}

// sampled is how many points of a scenario a plain go test runs.
const sampled = 14

func TestFaults(t *testing.T) {
	t.Parallel()
	all := os.Getenv("MLOPS_FAULTS") == "all"
	var points atomic.Int64
	t.Run("scenarios", func(t *testing.T) {
		for i, s := range scenarios {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				e := newExperiment(t, s)
				list := e.points()
				if !all {
					rng := rand.New(rand.NewPCG(uint64(i), 5))
					rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
					list = list[:min(len(list), sampled)]
				}
				for _, p := range list {
					e.run(p)
					points.Add(1)
					if t.Failed() {
						return
					}
				}
				e.again(all, &points)
			})
		}
	})
	t.Logf("%d points", points.Load())
	if all && points.Load() < 3000 {
		t.Errorf("only %d points", points.Load())
	}
}

// experiment is a scenario with the state it starts from.
type experiment struct {
	*world
	scenario scenario
	snap     string
	before   *observation
	ops      []string
	exact    bool // ask the real git after each point
}

// point is one operation and what happens there.
type point struct {
	fault
	at int
}

func newExperiment(t *testing.T, s scenario) *experiment {
	t.Helper()
	e := &experiment{world: newWorld(t), scenario: s}
	s.setup(e.world)
	e.snap = e.base + ".snap"
	t.Cleanup(func() { os.RemoveAll(e.snap) })
	copyTree(t, e.base, e.snap)
	e.before = e.observe()
	f := faultfs.New(faultfs.Fault{})
	if _, err := e.faulty(f); err != nil {
		t.Fatalf("without a fault: %v", err)
	}
	e.ops = f.Log()
	e.settledExactly("without a fault")
	return e
}

// points are all combinations of operation and fault that make sense.
func (e *experiment) points() (list []point) {
	for at := 1; at <= len(e.ops); at++ {
		for _, f := range faults {
			if f.name == "torn kill" && !strings.HasPrefix(e.ops[at-1], "write ") {
				continue
			}
			f.At = at
			if middle := at > 80 && at < len(e.ops)-60; middle && at%9 != 0 {
				continue // more of the same, in the scenario with many files
			}
			list = append(list, point{f, at})
		}
	}
	return list
}

// faulty plans and applies on faulty directories; a stop is an error.
func (e *experiment) faulty(f *faultfs.FS) (r *Result, err error) {
	defer func() {
		if v := recover(); v != nil {
			if !faultfs.Stopped(v) {
				panic(v)
			}
			err = errKilled
		}
	}()
	req := e.request(e.plan())
	req.Open = f.Open
	return Apply(e.context(), req)
}

var errKilled = errors.New("killed")

func (e *experiment) reset() {
	e.Helper()
	if err := os.RemoveAll(e.base); err != nil {
		e.Fatal(err)
	}
	copyTree(e.TB, e.snap, e.base)
}

// run runs one point from the start.
func (e *experiment) run(p point) {
	e.Helper()
	e.reset()
	f := faultfs.New(p.Fault)
	_, err := e.faulty(f)
	what := fmt.Sprintf("%s at %d of %d (%s)", p.name, p.at, len(e.ops), last(f.Log(), p.at))
	e.check(what, err)
	if err != nil && !errors.Is(err, errKilled) && !strings.Contains(err.Error(), p.Err.Error()) {
		e.Errorf("%s: the error does not say why: %v", what, err)
	}
	e.converges(what)
}

func last(log []string, at int) string {
	if at > len(log) {
		return "never reached"
	}
	return log[at-1]
}

// converges runs once more, without a fault.
func (e *experiment) converges(what string) {
	e.Helper()
	if e.Failed() {
		return
	}
	if _, err := e.tryApply(); err != nil {
		e.Errorf("%s: the next run: %v", what, err)
		return
	}
	e.check(what+", then once more", nil)
	e.settledExactly(what)
	if e.Failed() {
		e.Logf("after %s", what)
	}
}

// again is about kills of the run that recovers from a kill.
func (e *experiment) again(all bool, points *atomic.Int64) {
	e.Helper()
	n := 2
	if all {
		n = max(60, len(e.ops)/4)
	}
	rng := rand.New(rand.NewPCG(9, uint64(len(e.ops))))
	for range n {
		e.reset()
		first, second := 1+rng.IntN(len(e.ops)), 1+rng.IntN(len(e.ops))
		_, err := e.faulty(faultfs.New(faultfs.Fault{At: first, Torn: rng.IntN(2) == 0}))
		e.check(fmt.Sprintf("kill at %d", first), err)
		_, err = e.faulty(faultfs.New(faultfs.Fault{At: second}))
		what := fmt.Sprintf("kill at %d, then at %d of the next run", first, second)
		e.check(what, err)
		e.converges(what)
		points.Add(1)
		if e.Failed() {
			return
		}
	}
}

// copyTree copies files, links and modes.
func copyTree(t testing.TB, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(p, from))
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o777)
		case d.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(p)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, info.Mode().Perm())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestFaultsAreFelt makes sure that the invariants would notice: a run that
// loses something must fail them.
func TestFaultsAreFelt(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	w.want = map[string]string{"a": "1\n"}
	w.apply()
	before := w.observe()
	for name, harm := range map[string]func(){
		"user's file":  func() { w.write("user.txt", "lost\n") },
		"torn file":    func() { w.write("a", "1") },
		"index entry":  func() { w.git("rm", "-q", "--cached", "user.txt") },
		"ref":          func() { w.git("update-ref", "-d", "refs/heads/main") },
		"reflog":       func() { os.Remove(w.path(".git/logs/HEAD")) },
		"object":       func() { os.RemoveAll(w.path(".git/objects")); os.Mkdir(w.path(".git/objects"), 0o777) },
		"empty index":  func() { os.Truncate(w.path(".git/index"), 0) },
		"user's stage": func() { w.write("user.txt", "2"); w.git("add", "user.txt"); w.write("user.txt", "the user's\n") },
	} {
		snap := w.base + ".harm"
		copyTree(t, w.base, snap)
		harm()
		if lost := before.lost(w.observe(), w.want); len(lost) == 0 {
			t.Errorf("nobody noticed the loss of a %s", name)
		}
		os.RemoveAll(w.base)
		copyTree(t, snap, w.base)
		os.RemoveAll(snap)
	}
}
