package walk_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/mlops-as-code/mlops/applier"
	"github.com/mlops-as-code/mlops/internal/fsops/faultfs"
	"github.com/mlops-as-code/mlops/planner"
)

// plan is a plan with its document.
func (w *world) plan() (*planner.Plan, ran) {
	w.Helper()
	saved := filepath.Join(w.base, "plan.json")
	os.Remove(saved)
	r := w.mlops("plan", "--summary", "--out", saved)
	src, err := os.ReadFile(saved)
	if err != nil {
		w.fail("no plan: %s", r)
	}
	p, err := planner.Decode(src)
	if err != nil {
		w.fail("the saved plan: %v", err)
	}
	return p, r
}

// agreed plans until nothing is in conflict any more.
func (w *world) agreed() *planner.Plan {
	w.Helper()
	for round := range 15 {
		p, r := w.plan()
		if len(p.Failed()) == 0 {
			if r.code != 0 {
				w.fail("a plan without conflicts: %s", r)
			}
			return p
		}
		w.refused(p, r)
		w.decide(p, round)
	}
	_, r := w.plan()
	w.fail("still in conflict, whatever the user does: %s", r)
	return nil
}

// refused is the law of conflicts: known at plan time, and apply does nothing.
func (w *world) refused(p *planner.Plan, r ran) {
	w.Helper()
	w.counts["conflicts"]++
	w.note("  conflict: %s", strings.Join(p.Failed(), " | "))
	if r.code != 1 {
		w.fail("a plan with a conflict: %s", r)
	}
	before, head := w.files(), w.git("rev-parse", "HEAD")
	if r := w.mlops("apply", "--auto-approve", "--summary"); r.code != 1 {
		w.fail("apply of a conflict: %s", r)
	}
	if after := w.files(); !maps.Equal(before, after) || w.git("rev-parse", "HEAD") != head {
		w.fail("apply of a conflict wrote something: %v", differing(before, after))
	}
}

// differing are the paths at which two trees differ.
func differing(a, b map[string]entry) (out []string) {
	for p, e := range a {
		if b[p] != e {
			out = append(out, p)
		}
	}
	for p := range b {
		if _, ok := a[p]; !ok {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// apply plans, settles conflicts, applies in one of the ways there are, and holds
// the outcome to the laws.
func (w *world) apply() {
	w.Helper()
	p := w.agreed()
	w.carryOut(p)
}

func (w *world) carryOut(p *planner.Plan) {
	w.Helper()
	before := w.look()
	args := []string{"apply", "--auto-approve", "--summary"}
	switch w.rng.IntN(8) {
	case 0:
		args = append(args, "--no-commit")
	case 1:
		args = []string{"apply", filepath.Join(w.base, "plan.json")}
	}
	r := w.mlops(args...)
	if strings.Contains(r.err, "commit its removal first") || strings.Contains(r.err, "commit the removal of") || strings.Contains(r.err, "commit or unstage it first") {
		w.counts["obstacles"]++
		w.note("  %s", firstLine(r.err))
		w.commitAll("what stands in the way")
		w.apply()
		return
	}
	if r.code != 0 {
		w.fail("mlops %v: %s", args, r)
	}
	w.crashed = false
	w.counts["applies"]++
	w.note("  mlops %s: %s", strings.Join(args[1:], " "), describe(p))
	w.laws(p, before, r)
	w.quiet(!slices.Contains(args, "--no-commit"))
	if strings.Contains(r.out, "Committed as") && w.rng.IntN(4) == 0 {
		w.cloneIsQuiet()
	}
}

func describe(p *planner.Plan) string {
	var out []string
	for _, c := range p.Changes {
		out = append(out, strings.Join(c.Actions, "+")+" "+c.PreviousPath+" "+c.Path+" ("+c.Address+")")
	}
	return strings.Join(out, ", ")
}

// applyFails kills apply at one of its operations, or lets one fail.
func (w *world) applyFails() {
	p := w.agreed()
	before := w.look()
	fault := faultfs.Fault{At: 1 + w.rng.IntN(40+12*len(p.Changes))}
	switch w.rng.IntN(5) {
	case 0:
		fault.Torn = true
	case 1:
		fault.Err = syscall.EIO
	case 2:
		fault.Err, fault.Torn, fault.Sticky = syscall.ENOSPC, true, true
	}
	f := faultfs.New(fault)
	killed, err := w.faulty(p, f)
	ops := f.Log()
	w.note("  at %d of %d operations (%s), killed %t, error %v: %s", fault.At, len(ops), last(ops), killed, err, describe(p))
	switch {
	case killed:
		w.crashed = true
		w.counts["kills"]++
		w.tokensKept(p, before, w.look())
		if w.rng.IntN(2) == 0 {
			w.recovers()
		}
	case err == nil:
		w.crashed = false
		w.counts["faults survived"]++
		w.laws(p, before, ran{})
		w.quiet(true)
	default:
		w.counts["faults"]++
		after := w.look()
		switch diff := differing(before.files, after.files); {
		case before.head != after.head, strings.Contains(err.Error(), "the commit is made"):
			w.tokensKept(p, before, after)
		case slices.ContainsFunc(diff, func(name string) bool { return !strings.HasPrefix(name, ".mlops/stage/") }):
			w.fail("apply failed with %v and did not put back: %v", err, diff)
		}
		if _, err := os.Lstat(w.path(".git/index.lock")); err == nil {
			w.crashed = true
		}
	}
}

func last(ops []string) string {
	if len(ops) == 0 {
		return ""
	}
	return ops[len(ops)-1]
}

// faulty carries a plan out on a file system with a fault.
func (w *world) faulty(p *planner.Plan, f *faultfs.FS) (killed bool, err error) {
	defer func() {
		if v := recover(); v != nil {
			if !faultfs.Stopped(v) {
				panic(v)
			}
			killed = true
		}
	}()
	_, err = applier.Apply(context.Background(), applier.Request{
		Plan: p, Root: w.dir, Env: w.gitEnv(), Now: w.clock, Version: "walk",
		Who: applier.Who{PID: os.Getpid(), Operation: "apply"}, Workers: 1, Open: f.Open,
	})
	if err != nil && strings.Contains(err.Error(), "panic") {
		err = errors.New("panicked: " + err.Error())
	}
	return false, err
}

// recovers is the law of kills: nothing that happened since, so the next run
// finds no conflict and completes the work.
func (w *world) recovers() {
	p, r := w.plan()
	if failed := p.Failed(); len(failed) > 0 {
		w.fail("after a kill the next plan is in conflict: %v\n%s", failed, r)
	}
	w.carryOut(p)
}
