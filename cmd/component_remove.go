package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/adopt"
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
			o.name = strings.TrimPrefix(args[0], "component.") // a label or an address, as update takes it
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
	if !slices.Contains(f.blocks(), blockName(hclspec.Address("component", o.name, nil))) {
		return fmt.Errorf("%s: stands inside another component; remove that one, or change it", o.name)
	}
	files, err := f.without(o.name)
	if err != nil {
		return err
	}
	if diags := f.survey(f.keeper); diags.HasErrors() {
		return f.s.fault(diags, o.json)
	}
	return f.finish(ctx, finishing{&o.planFlags, o.summary, fmt.Sprintf("Removed %s from the spec.", hclspec.Address("component", o.name, nil)), o.dryRun}, files...)
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
