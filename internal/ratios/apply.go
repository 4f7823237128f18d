package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/mlops-as-code/mlops/applier"
	"github.com/mlops-as-code/mlops/planner"
)

// birth is one project to be applied for the first time.
type birth struct {
	l *lab
	// skeleton is the project without its files, tree the same with them, and
	// neither has a repository.
	skeleton, tree string
	plan           *planner.Plan
}

// newBirth lets the program apply a project once, to have the tree.
func (l *lab) newBirth(ctx context.Context, n, size int) (*birth, error) {
	skeleton, err := l.big(n, size)
	if err != nil {
		return nil, err
	}
	b := &birth{l: l, skeleton: skeleton}
	if b.tree, err = l.copyOf(skeleton); err != nil {
		return nil, err
	}
	if _, err := l.all(ctx, b.tree, []string{l.mlops, "apply", "--auto-approve", "--summary"}); err != nil {
		return nil, err
	}
	if err := l.clean(ctx, b.tree); err != nil {
		return nil, err
	}
	if err := os.RemoveAll(filepath.Join(b.tree, ".git")); err != nil {
		return nil, err
	}
	b.plan, err = planOf(skeleton, 0)
	return b, err
}

// remove ends the project.
func (b *birth) remove() {
	os.RemoveAll(b.skeleton)
	os.RemoveAll(b.tree)
}

// base is what a person would do: copy the tree and commit it.
func (b *birth) base(ctx context.Context, _ int) (cost, error) {
	dir := b.l.fresh()
	defer os.RemoveAll(dir)
	spent, err := b.l.all(ctx, b.l.dir, []string{"cp", "-r", b.tree, dir})
	if err != nil {
		return cost{}, err
	}
	more, err := b.l.all(ctx, dir, git("init", "-q", "-b", "main"), git("add", "-A"), git("commit", "-q", "-m", "measure"))
	return spent.plus(more), err
}

// process is the whole program, from the spec on.
func (b *birth) process(ctx context.Context, round int) (cost, error) {
	return b.in(ctx, round, func(dir string) (cost, error) {
		return b.l.all(ctx, dir, []string{b.l.mlops, "apply", "--auto-approve", "--summary"})
	})
}

// applier is the applier alone.
func (b *birth) applier(ctx context.Context, round int) (cost, error) {
	return b.in(ctx, round, func(dir string) (cost, error) { return b.l.carryOut(ctx, dir, b.plan) })
}

// in runs f in a new copy of the skeleton and looks at what it did in the warm-up.
func (b *birth) in(ctx context.Context, round int, f func(dir string) (cost, error)) (cost, error) {
	dir, err := b.l.copyOf(b.skeleton)
	if err != nil {
		return cost{}, err
	}
	defer os.RemoveAll(dir)
	spent, err := f(dir)
	if err == nil && round == 0 {
		err = b.l.clean(ctx, dir)
	}
	return spent, err
}

// carryOut times one apply of a plan in memory.
func (l *lab) carryOut(ctx context.Context, dir string, plan *planner.Plan) (cost, error) {
	return timed(func() error {
		r, err := applier.Apply(ctx, applier.Request{
			Plan: plan, Root: dir, Env: l.gitEnv(), UID: os.Geteuid(), Now: time.Now(), Version: "0.1.0",
			Who: applier.Who{PID: os.Getpid(), Operation: "apply"},
		})
		if err == nil && r.Commit == "" {
			err = fmt.Errorf("nothing was committed")
		}
		return err
	})
}

// gogit is the same work as base, with stock go-git in place of git.
func (b *birth) gogit(ctx context.Context, _ int) (cost, error) {
	dir := b.l.fresh()
	defer os.RemoveAll(dir)
	spent, err := b.l.all(ctx, b.l.dir, []string{"cp", "-r", b.tree, dir})
	if err != nil {
		return cost{}, err
	}
	more, err := timed(func() error { return initWithGoGit(dir) })
	return spent.plus(more), err
}

func (b *birth) sides(name string) []side {
	return []side{
		{name + " base", b.base},
		{name + " process", b.process},
		{name + " applier", b.applier},
		{name + " go-git", b.gogit},
	}
}

func applyRows(ctx context.Context, l *lab) ([]row, error) {
	var sides []side
	for _, n := range []int{1000, 10_000} {
		b, err := l.newBirth(ctx, n, 2048)
		if err != nil {
			return nil, err
		}
		defer b.remove()
		sides = append(sides, b.sides(fmt.Sprint(n))...)
	}
	c := contest{rounds: l.rounds}
	got, err := c.run(ctx, sides)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, n := range []struct{ key, name string }{{"1000", "1,000"}, {"10000", "10,000"}} {
		base := got[n.key+" base"]
		rows = append(rows,
			c.ratio(n.name+" files of 2 KiB, whole process", 0.75, got[n.key+" process"], base),
			c.ratio(n.name+" files of 2 KiB, applier alone", 0.6, got[n.key+" applier"], base),
			c.ratio(n.name+" files of 2 KiB, stock go-git instead of git", 0, got[n.key+" go-git"], base))
	}
	rows = append(rows,
		c.ratio("growth 1,000 -> 10,000, whole process", 13, got["10000 process"], got["1000 process"]),
		c.ratio("growth 1,000 -> 10,000, applier alone", 13, got["10000 applier"], got["1000 applier"]),
		c.ratio("growth 1,000 -> 10,000, git", 0, got["10000 base"], got["1000 base"]))
	more, err := heavyRows(ctx, l)
	return append(rows, more...), err
}

// heavyRows is about few big files.
func heavyRows(ctx context.Context, l *lab) ([]row, error) {
	b, err := l.newBirth(ctx, 200, mib)
	if err != nil {
		return nil, err
	}
	defer b.remove()
	c := contest{rounds: l.rounds}
	got, err := c.run(ctx, []side{{"base", b.base}, {"applier", b.applier}})
	if err != nil {
		return nil, err
	}
	return []row{c.ratio("200 files of 1 MiB, applier alone", 0.7, got["applier"], got["base"])}, nil
}
