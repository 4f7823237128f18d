package cmd

import (
	"fmt"

	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

func newDiffCmd(a *app) *cobra.Command {
	o := &planFlags{}
	c := &cobra.Command{
		Use:   "diff [PATH...]",
		Short: "Show the planned changes as a patch",
		Long: `Diff prints what apply would change as one patch that git apply takes, for all
files or for the paths, globs and addresses named. Nothing is cut.`,
		Example:           "  mlops diff\n  mlops diff src/churn/train.py\n  mlops diff 'conf/*.yaml' | git apply --check",
		ValidArgsFunction: a.completeObjects,
		RunE: func(_ *cobra.Command, args []string) error {
			o.targets = append(o.targets, args...)
			return runDiff(a, o)
		},
	}
	o.register(a, c)
	c.Flags().BoolVar(&o.json, "json", false, "print the planned changes as JSON, each with its patch")
	return c
}

func runDiff(a *app, o *planFlags) error {
	s, p, err := a.plan(o)
	defer s.close()
	if err != nil {
		return err
	}
	all := func(*planner.Change) bool { return true }
	if o.json {
		return a.printJSON(map[string]any{"format_version": planner.FormatVersion, "plan_id": p.ID, "changes": p.Patches()})
	}
	a.warn(s)
	n, err := p.WriteDiff(a.Streams.Out, planner.TextOptions{Color: a.colors(a.Streams.OutTTY)}, all)
	if err == nil && n == 0 && a.Streams.OutTTY {
		fmt.Fprintln(a.Streams.Err, "No differences.")
	}
	return err
}
