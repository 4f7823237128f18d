package cmd

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/textdiff"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

type adoptOptions struct {
	vars   varFlags
	paths  []string
	dryRun bool
	json   bool
}

func newAdoptCmd(a *app) *cobra.Command {
	o := &adoptOptions{}
	c := &cobra.Command{
		Use:   "adopt PATH...",
		Short: "Write outside edits back into the spec",
		Long: `Adopt takes what somebody wrote into a managed file over into the spec, so that
the next plan is empty instead of undoing it. Paths, folders, globs and addresses
name what is meant.

It knows the way back where the spec says the text itself: a literal content, a
source file (whose bytes are replaced), the body of a file_block, a value in set
of a file_keys, a mode, the body of a section of the README; text below the heading
or at the end of a section becomes its before or after. What is computed, by a
template, a reference, a function or for_each, and what a section derives, is
refused with its place. It is all or nothing. Comments and layout of the spec stay as they are, and nothing is
committed: the next apply does that.`,
		Example:           "  mlops adopt params.yaml\n  mlops adopt --dry-run 'conf/*.yaml'\n  mlops adopt file_keys.pyproject",
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeObjects,
		RunE: func(c *cobra.Command, args []string) error {
			o.paths = args
			return runAdopt(c.Context(), a, o)
		},
	}
	o.vars.register(c)
	c.Flags().BoolVar(&o.dryRun, "dry-run", false, "show what would change in the spec, and write nothing")
	c.Flags().BoolVar(&o.json, "json", false, "print what was adopted as JSON")
	return c
}

func runAdopt(ctx context.Context, a *app, o *adoptOptions) error {
	f := planFlags{vars: o.vars, noCommit: true, json: o.json}
	s, p, err := a.planAfresh(&f)
	defer s.close()
	if err != nil {
		return err
	}
	res, err := s.adopted(p, o.paths)
	if refused, ok := errors.AsType[*adopt.RefusedError](err); ok {
		return &failure{kind: "refused", json: o.json, msg: refused.Error()}
	}
	if err != nil {
		return err
	}
	if len(res.Done) == 0 {
		return a.reportAdopt(o, res, nil)
	}
	return a.adopt(ctx, o, adoption{s, f, p, res})
}

// adoption is what is to be written.
type adoption struct {
	s    *session
	f    planFlags
	plan *planner.Plan
	res  *adopt.Result
}

// adopt writes the spec and then the lock, after it has seen that the new spec
// wants what is on disk.
func (a *app) adopt(ctx context.Context, o *adoptOptions, x adoption) error {
	_, after, err := x.s.imagine(&x.f, x.res.Files)
	if err != nil {
		return err
	}
	if err := confirmed(x.plan, after, x.res.Done); err != nil {
		return err
	}
	addresses := map[string]bool{}
	for _, d := range x.res.Done {
		addresses[d.Address] = true
	}
	others := newlyPending(x.plan, after, addresses)
	if o.dryRun {
		return a.reportAdopt(o, x.res, others)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	undo, err := x.s.rewrite(x.res.Files)
	if err != nil {
		return err
	}
	if err := a.settleLock(ctx, x.f, addresses); err != nil {
		return errors.Join(err, undo())
	}
	return a.reportAdopt(o, x.res, others)
}

// adopted computes what the patterns ask for.
func (s *session) adopted(p *planner.Plan, patterns []string) (*adopt.Result, error) {
	names := make([]string, len(patterns))
	for i, name := range patterns {
		names[i] = projectPath(name)
	}
	chosen, err := planner.Selection{Targets: names}.Choose(s.tree, s.lock)
	if err != nil {
		return nil, err
	}
	sides := adopt.Sides{
		Spec: s.spec, Project: s.project, Tree: s.tree, Disk: s.sides.Disk, Lock: s.lock, Changes: p.Changes,
		Chosen: func(address, path string) (bool, bool) {
			return chosen(address, path), slices.Contains(names, address) || slices.Contains(names, path)
		},
	}
	if s.repo != nil {
		sides.Clean = s.repo.clean
	}
	return adopt.Edits(sides)
}

// projectPath is a path as it is typed, with ./ before or a slash behind it, in
// the form that the plan has; "." is everything.
func projectPath(name string) string {
	if strings.ContainsAny(name, "\"*?[{") || name == "" {
		return name
	}
	clean := path.Clean(filepath.ToSlash(name))
	if clean == "." {
		return "**"
	}
	return clean
}

// confirmed makes sure that nothing is left to do where an edit was adopted.
func confirmed(before, after *planner.Plan, done []adopt.Done) error {
	for _, d := range done {
		c := changeOf(after, d.Address)
		if c == nil || c.Actions[0] == "adopt" {
			continue
		}
		was := changeOf(before, d.Address)
		left := slices.ContainsFunc(c.Keys, func(k planner.KeyChange) bool {
			return was == nil || k.Drift || !slices.Contains(was.Keys, k)
		})
		if c.Kind != "file_keys" || left {
			return fmt.Errorf("%s: the spec cannot be edited so that it says what is there; change %s by hand", d.Path, d.What)
		}
	}
	return nil
}

func changeOf(p *planner.Plan, address string) *planner.Change {
	for i := range p.Changes {
		if p.Changes[i].Address == address {
			return &p.Changes[i]
		}
	}
	return nil
}

// reportAdopt says what was adopted, or would be. others are the paths that want
// to change now because they have the same source.
func (a *app) reportAdopt(o *adoptOptions, r *adopt.Result, others []string) error {
	if o.json {
		done := r.Done
		if done == nil {
			done = []adopt.Done{}
		}
		return a.printJSON(map[string]any{
			"format_version": planner.FormatVersion, "dry_run": o.dryRun, "adopted": done, "pending": list(others),
		})
	}
	w := a.Streams.Out
	if len(r.Done) == 0 {
		fmt.Fprintln(w, "Nothing to adopt: no edit since the last apply is there.")
		return nil
	}
	if o.dryRun {
		a.showFiles(r.Files)
	}
	for _, d := range r.Done {
		place := d.File
		if d.Line > 0 {
			place = fmt.Sprintf("%s:%d", d.File, d.Line)
		}
		fmt.Fprintf(w, "%s: %s\n", show.Line(place), show.Line(d.What))
	}
	for _, p := range others {
		fmt.Fprintf(w, "Note: %s is made from the same and has a pending change now; see `mlops plan`.\n", show.Line(p))
	}
	if !o.dryRun {
		fmt.Fprintf(w, "\nAdopted %d. The next apply commits it.\n", len(r.Done))
	}
	return nil
}

// showFiles prints what would change in files of the project.
func (a *app) showFiles(files []adopt.File) {
	for _, f := range files {
		var old *textdiff.File
		if f.Old != nil {
			old = &textdiff.File{Path: f.Name, Mode: "0644", Data: f.Old}
		}
		patch := textdiff.Patch(old, &textdiff.File{Path: f.Name, Mode: "0644", Data: f.New})
		if patch == nil {
			fmt.Fprintf(a.Streams.Out, "%s: binary, %d bytes\n", show.Line(f.Name), len(f.New))
			continue
		}
		text, _ := textdiff.Shown(patch)
		a.Streams.Out.Write(text)
	}
}
