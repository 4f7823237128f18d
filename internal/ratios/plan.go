package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// applied is a project that mlops has applied, so that its plan changes nothing.
type applied struct {
	l   *lab
	dir string
	// cache is the file that apply left in the git directory for the next plan.
	cache string
}

// apply applies the project in a directory and holds that it left nothing to do.
func (l *lab) apply(ctx context.Context, dir string) (*applied, error) {
	if _, _, err := l.process(ctx, dir, l.mlops, "apply", "--auto-approve", "--summary"); err != nil {
		return nil, err
	}
	if _, _, err := l.process(ctx, dir, l.mlops, "plan", "--detailed-exitcode", "--summary"); err != nil {
		return nil, fmt.Errorf("the plan after apply: %w", err)
	}
	found, err := filepath.Glob(filepath.Join(dir, ".git", "mlops", "plan-*"))
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("apply left %d plan caches in the git directory instead of 1", len(found))
	}
	return &applied{l, dir, found[0]}, l.settle(ctx, dir)
}

func (a *applied) status(ctx context.Context, _ int) (cost, error) {
	return a.l.all(ctx, a.dir, git("status", "--porcelain"))
}

func (a *applied) cached(ctx context.Context, round int) (cost, error) {
	return a.plan(ctx, round)
}

// uncached is a plan with the cache out of the way.
func (a *applied) uncached(ctx context.Context, round int) (cost, error) {
	away := filepath.Join(a.l.dir, "away")
	if err := os.Rename(a.cache, away); err != nil {
		return cost{}, err
	}
	spent, err := a.plan(ctx, round)
	if err != nil {
		return cost{}, err
	}
	return spent, os.Rename(away, a.cache)
}

// plan fails in the warm-up when there is something to do.
func (a *applied) plan(ctx context.Context, round int) (cost, error) {
	args := []string{a.l.mlops, "plan"}
	if round == 0 {
		args = append(args, "--detailed-exitcode")
	}
	return a.l.all(ctx, a.dir, args)
}

// sides are the three ways to look at a project.
func (a *applied) sides(name string) []side {
	return []side{{name + " status", a.status}, {name + " cached", a.cached}, {name + " uncached", a.uncached}}
}

func planRows(ctx context.Context, l *lab) ([]row, error) {
	rows, err := smallPlanRows(ctx, l)
	if err != nil {
		return nil, err
	}
	more, err := bigPlanRows(ctx, l)
	return append(rows, more...), err
}

func smallPlanRows(ctx context.Context, l *lab) ([]row, error) {
	dir, err := l.small(60)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	a, err := l.apply(ctx, dir)
	if err != nil {
		return nil, err
	}
	c := contest{rounds: l.rounds, batch: 11}
	sides := append(a.sides("60"), side{"empty", func(ctx context.Context, _ int) (cost, error) { return l.all(ctx, dir, []string{l.empty}) }})
	got, err := c.run(ctx, sides)
	if err != nil {
		return nil, err
	}
	empty := row{
		name: "60 files, 60 blocks, in ms", unit: "ms", goal: 5*c.milliseconds(got["empty"]) + 5, note: "goal: 5 empty Go programs + 5 ms",
		ours: ms(c.milliseconds(got["60 cached"])), theirs: ms(c.milliseconds(got["empty"])),
	}
	var each []float64
	for _, x := range got["60 cached"] {
		each = append(each, wall(x)*1000/float64(c.batch))
	}
	empty.got = spreadOf(each)
	return []row{
		c.ratio("60 files, 60 blocks, plan cache valid", 4, got["60 cached"], got["60 status"]),
		c.ratio("60 files, 60 blocks, no plan cache", 4, got["60 uncached"], got["60 status"]),
		empty,
	}, nil
}

func bigPlanRows(ctx context.Context, l *lab) ([]row, error) {
	var sides []side
	for _, n := range []int{1000, 10_000} {
		dir, err := l.big(n, 2048)
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		a, err := l.apply(ctx, dir)
		if err != nil {
			return nil, err
		}
		sides = append(sides, a.sides(fmt.Sprint(n))...)
	}
	c := contest{rounds: l.rounds, batch: 3}
	got, err := c.run(ctx, sides)
	if err != nil {
		return nil, err
	}
	return []row{
		c.ratio("1,000 files, 1 block, plan cache valid", 0, got["1000 cached"], got["1000 status"]),
		c.ratio("1,000 files, 1 block, no plan cache", 0, got["1000 uncached"], got["1000 status"]),
		c.ratio("10,000 files, 10 blocks, plan cache valid", 3, got["10000 cached"], got["10000 status"]),
		c.ratio("10,000 files, 10 blocks, no plan cache", 10, got["10000 uncached"], got["10000 status"]),
		c.ratio("growth 1,000 -> 10,000, plan cache valid", 13, got["10000 cached"], got["1000 cached"]),
		c.ratio("growth 1,000 -> 10,000, no plan cache", 13, got["10000 uncached"], got["1000 uncached"]),
	}, nil
}
