package cmd

import (
	"context"
	"fmt"
	"slices"

	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/specedit"
	"github.com/spf13/cobra"
)

type componentRemoveOptions struct {
	planFlags
	name            string
	dryRun, summary bool
}

func newComponentRemoveCmd(a *app) *cobra.Command {
	o := &componentRemoveOptions{}
	c := &cobra.Command{
		Use:   "remove NAME",
		Short: "Take a component block out of the spec and the lock, and show what follows",
		Long: `Remove takes the block of a component out of the spec, the section that gives it a
place in the README, and its pins out of the lock. It prints the plan that follows;
mlops apply does the rest. What people edited stays as ownership says. When something
else refers to the component, nothing is written.`,
		Example:           "  mlops component remove ci\n  mlops component remove ci --dry-run",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeBlocks,
		RunE: func(c *cobra.Command, args []string) error {
			o.name = args[0]
			return runComponentRemove(c.Context(), a, o)
		},
	}
	o.vars.register(c)
	c.Flags().BoolVar(&o.dryRun, "dry-run", false, "show the plan, and write nothing")
	c.Flags().BoolVar(&o.summary, "summary", false, "leave out the diffs")
	c.Flags().BoolVar(&o.json, "json", false, "print the plan as JSON")
	return c
}

func runComponentRemove(ctx context.Context, a *app, o *componentRemoveOptions) error {
	f, err := a.fetching(ctx, o.json)
	if err != nil {
		return err
	}
	defer f.s.close()
	// What is not cached has no need to be: it goes.
	if diags := f.survey(f.s.resolver()); diags.HasErrors() && len(f.calls) == 0 {
		return f.s.fault(diags, o.json)
	}
	if err := f.known([]string{o.name}); err != nil {
		return err
	}
	address := blockAddress(o.name)
	name := blockName(address)
	if !slices.Contains(f.blocks(), name) {
		return fmt.Errorf("%s: stands inside another component; remove that one, or change it", o.name)
	}
	files, err := f.without(name)
	if err != nil {
		return err
	}
	return f.finish(ctx, &finishing{
		flags: &o.planFlags, summary: o.summary, dryRun: o.dryRun,
		done: "Removed " + show.Line(address), undone: "Would remove " + show.Line(address), next: f.unpinned(address), forgets: true,
	}, files...)
}

// unpinned is the lock without the pins of a component and of those inside of it. The
// others stay as they are, also where the cache has nothing of them.
func (f *fetching) unpinned(address string) *lockfile.Lock {
	next := *f.s.lock
	next.Components = slices.DeleteFunc(slices.Clone(next.Components), func(c lockfile.Component) bool {
		return names([]string{address}, c.Address)
	})
	return &next
}

// without is the spec without the block of a component and its section.
func (f *fetching) without(name string) ([]adopt.File, error) {
	var files []adopt.File
	for i, src := range f.s.spec {
		out := src.Src
		for _, header := range [][]string{{"component", name}, {"section", "component", name}} {
			found, err := specedit.Blocks(out, src.Name, header[0], header[1:]...)
			if err != nil {
				return nil, err
			}
			for _, at := range slices.Backward(found) {
				if out, err = specedit.RemoveBlock(out, src.Name, at); err != nil {
					return nil, err
				}
			}
		}
		if len(out) != len(src.Src) {
			files = append(files, adopt.File{Name: src.Name, Old: src.Src, New: out})
			f.s.spec[i].Src = out
		}
	}
	return files, nil
}
