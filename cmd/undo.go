package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

func newUndoCmd(a *app) *cobra.Command {
	o := &applyOptions{}
	c := &cobra.Command{
		Use:   "undo",
		Short: "Take the last apply back, in a new commit",
		Long: `Undo returns the managed files and the lock to before the last apply and commits
that. What was edited since stays; where an edit and the apply changed the same
lines, undo lists them, exits with 1 and writes nothing.

The last apply is the newest commit that mlops made for this project on the first
parents of HEAD and that was not undone yet: undo twice takes two applies back.
The spec is not touched, so the next plan shows the undone changes again.

Text of yours that the apply was the first to commit, as after adopt, goes with it
and stays in the history.`,
		Example: "  mlops undo\n  mlops undo --auto-approve\n  mlops undo --no-commit",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return runUndo(c.Context(), a, o) },
	}
	o.vars.register(c)
	f := c.Flags()
	f.BoolVar(&o.autoApprove, "auto-approve", false, "do not ask")
	f.BoolVar(&o.noCommit, "no-commit", false, "write the files and the lock, leave git alone")
	f.BoolVar(&o.summary, "summary", false, "leave out the diffs")
	f.BoolVar(&o.json, "json", false, "print the result as JSON; needs --auto-approve")
	return c
}

func runUndo(ctx context.Context, a *app, o *applyOptions) error {
	if o.json && !o.autoApprove {
		return errors.New("--json cannot ask: add --auto-approve")
	}
	a.applying = true
	s, err := a.open(o.vars, o.json)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.reading(); err != nil {
		return err
	}
	if s.repo, err = a.openRepository(s.dir); err != nil {
		return err
	}
	// Not the plan of an apply: what follows is not an empty one.
	o.resolve = map[string]planner.Resolution{}
	s.key = s.cacheKey(&o.planFlags)
	p, err := s.undo(&o.planFlags)
	if err != nil {
		return err
	}
	return a.settle(ctx, s, p, o)
}

// undo plans to take back the last apply of which anything is left.
func (s *session) undo(f *planFlags) (*planner.Plan, error) {
	h, err := s.history()
	if err != nil {
		return nil, err
	}
	for {
		last, err := h.lastApply()
		if err != nil {
			return nil, err
		}
		sides, err := s.undoSides(last, s.project.Git.Commit && !f.noCommit)
		if err != nil {
			return nil, err
		}
		p := planner.Undo(*sides)
		p.MlopsVersion, p.Project = version(), s.project.Facts.Name
		p.Diagnostics = planner.Diagnostics(s.warnings)
		s.inputs(p)
		if err := s.undoCommit(p, f, last); err != nil {
			return nil, err
		}
		if p.HasChanges() || len(p.Leftover) > 0 {
			return p, p.Seal()
		}
		h.undone++
	}
}

// undoCommit says how the undo is committed.
func (s *session) undoCommit(p *planner.Plan, f *planFlags, last *applied) error {
	g := s.project.Git
	p.Commit = planner.Commit{
		Enabled: g.Commit && !f.noCommit, Backend: g.Backend, DefaultBranch: g.DefaultBranch,
		Message: fmt.Sprintf("revert(mlops): undo %s (%s)\n\n%s: %s", last.short(), last.subject(), undoTrailer, last.hash),
	}
	if g.Author != nil {
		p.Commit.Author = &planner.Person{Name: g.Author.Name, Email: g.Author.Email}
	}
	if p.Commit.Enabled {
		left, err := s.undoLeftover(p, last)
		if err != nil {
			return err
		}
		p.Leftover = append(p.Leftover, left...)
	}
	p.Notes = append(p.Notes, "the spec is not touched: the next plan shows the undone changes again")
	p.Notes = append(p.Notes, s.repo.notes(p)...)
	return nil
}

// attributesPath is the file that keeps git from touching the merge bases.
const attributesPath = ".mlops/.gitattributes"

// undoLeftover finds the lock and the merge bases that are as before the apply on
// disk but not in HEAD, as a killed undo leaves them.
func (s *session) undoLeftover(p *planner.Plan, last *applied) ([]planner.FileRef, error) {
	have := map[string]*planner.FileVersion{}
	put := func(path string, content []byte) {
		if have[path] = nil; content != nil {
			have[path] = &planner.FileVersion{Content: content, Mode: "0644"}
		}
	}
	if p.Lock == nil {
		put(planner.LockPath, s.lockSrc)
	}
	bases, err := planner.Bases(s.root)
	if err != nil {
		return nil, err
	}
	for name := range last.bases {
		put(basePath(name), bases[name])
		put(attributesPath, bases[attributesPath])
	}
	for _, stored := range p.Store {
		delete(have, stored.Path)
	}
	return s.notInHead(have)
}
