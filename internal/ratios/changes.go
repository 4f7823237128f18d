package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	gogit "github.com/go-git/go-git/v5"
	"github.com/mlops-as-code/mlops/planner"
)

// edits are ten changes in ten thousand files, in copies of one repository.
type edits struct {
	l *lab
	// with is the copy in which git commits the lock too.
	ours, git, with, gogit string
	rev                    int
	// plan is that of the current round, made once for all sides.
	plan *planner.Plan
}

func changeRows(ctx context.Context, l *lab) ([]row, error) {
	e, err := newEdits(ctx, l)
	if err != nil {
		return nil, err
	}
	defer e.remove()
	c := contest{rounds: l.rounds}
	got, err := c.run(ctx, []side{
		{"git", e.withGit}, {"applier", e.withApplier}, {"git and lock", e.withGitAndLock}, {"go-git", e.withGoGit},
	})
	if err != nil {
		return nil, err
	}
	return []row{
		c.ratio("10 files changed; ours also commits the lock, which lists all 10,000", 0.3, got["applier"], got["git"]),
		c.ratio("10 files changed, git commits the lock too", 0, got["applier"], got["git and lock"]),
		c.ratio("10 files changed, stock go-git instead of git", 0, got["go-git"], got["git"]),
	}, nil
}

func newEdits(ctx context.Context, l *lab) (*edits, error) {
	dir, err := l.big(10_000, 2048)
	if err != nil {
		return nil, err
	}
	e := &edits{l: l, ours: dir}
	if _, err := l.apply(ctx, dir); err != nil {
		return nil, err
	}
	for _, to := range []*string{&e.git, &e.with, &e.gogit} {
		if *to, err = l.copyOf(dir); err != nil {
			return nil, err
		}
		if err := l.settle(ctx, *to); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// remove ends the copies.
func (e *edits) remove() {
	for _, dir := range []string{e.ours, e.git, e.with, e.gogit} {
		os.RemoveAll(dir)
	}
}

// next makes the plan of a round and returns the changed paths.
func (e *edits) next() ([]string, error) {
	var err error
	e.rev++
	if e.plan, err = planOf(e.ours, e.rev); err != nil {
		return nil, err
	}
	if n := len(e.plan.Changes); n != 10 || e.plan.Lock == nil {
		return nil, fmt.Errorf("the plan has %d changes instead of 10", n)
	}
	return e.paths(), nil
}

func (e *edits) paths() []string {
	var out []string
	for i := range e.plan.Changes {
		out = append(out, e.plan.Changes[i].Path)
	}
	return out
}

// edit writes the wanted bytes into another copy, untimed.
func (e *edits) edit(dir string) error {
	for i := range e.plan.Changes {
		c := &e.plan.Changes[i]
		if err := os.WriteFile(filepath.Join(dir, c.Path), e.plan.Blobs[c.After.Digest], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// withGit comes first in a round and makes the round's plan.
func (e *edits) withGit(ctx context.Context, _ int) (cost, error) {
	paths, err := e.next()
	if err != nil {
		return cost{}, err
	}
	if err := e.edit(e.git); err != nil {
		return cost{}, err
	}
	return e.commit(ctx, e.git, paths)
}

// withGitAndLock is the same with everything that our commit holds.
func (e *edits) withGitAndLock(ctx context.Context, _ int) (cost, error) {
	if err := e.edit(e.with); err != nil {
		return cost{}, err
	}
	lock := filepath.Join(e.with, planner.LockPath)
	if err := os.WriteFile(lock, e.plan.Blobs[e.plan.Lock.After], 0o644); err != nil {
		return cost{}, err
	}
	return e.commit(ctx, e.with, append(e.paths(), planner.LockPath))
}

func (e *edits) commit(ctx context.Context, dir string, paths []string) (cost, error) {
	add := append(git("add", "--"), paths...)
	commit := append(git("commit", "-q", "-m", "measure", "--only", "--"), paths...)
	return e.l.all(ctx, dir, add, commit)
}

func (e *edits) withApplier(ctx context.Context, round int) (cost, error) {
	spent, err := e.l.carryOut(ctx, e.ours, e.plan)
	if err == nil && round == 0 {
		err = e.l.clean(ctx, e.ours)
	}
	return spent, err
}

func (e *edits) withGoGit(context.Context, int) (cost, error) {
	if err := e.edit(e.gogit); err != nil {
		return cost{}, err
	}
	return timed(func() error {
		repo, err := gogit.PlainOpen(e.gogit)
		if err != nil {
			return fmt.Errorf("go-git: %w", err)
		}
		return commitWithGoGit(repo)
	})
}
