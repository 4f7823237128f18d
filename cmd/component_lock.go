package cmd

import (
	"context"
	"fmt"
	"slices"

	"github.com/mlops-as-code/mlops/components/pins"
	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

func newComponentLockCmd(a *app) *cobra.Command {
	var json bool
	c := &cobra.Command{
		Use:   "lock",
		Short: "Fetch the components that are missing and pin them",
		Long: `Lock fetches the components from git that the cache does not have, pins those the
lock does not, and asks for every pin whether its tag still leads to the commit. A
tag that moved is an error which names both commits, and the pin stays. It writes the
cache and the lock, nothing else, and runs nothing of what it fetches.

Exit codes: 0 fine; 1 error, or a tag moved; 130 interrupted.`,
		Example: "  mlops component lock\n  mlops component lock && mlops plan",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return runComponentLock(c.Context(), a, json) },
	}
	c.Flags().BoolVar(&json, "json", false, "print the pins as JSON")
	return c
}

func runComponentLock(ctx context.Context, a *app, json bool) error {
	f, err := a.fetching(ctx, json)
	if err != nil {
		return err
	}
	defer f.s.close()
	f.keeper.Checks = true
	if err := f.pinAll(ctx); err != nil {
		return err
	}
	lock, changed := f.locked(f.lock())
	if changed {
		if _, err := f.s.rewrite([]adopt.File{lock}); err != nil {
			return err
		}
	}
	if json {
		return a.printJSON(map[string]any{"format_version": planner.FormatVersion, "changed": changed, "components": f.report()})
	}
	f.printPins()
	switch n := len(f.lock().Components); {
	case n == 0 && !changed:
		fmt.Fprintln(a.Streams.Out, "No component comes from git: nothing to pin.")
	case changed:
		fmt.Fprintf(a.Streams.Out, "Pinned %s in %s.\n", count(n, "component"), planner.LockPath)
	case slices.ContainsFunc(f.keeper.Seen(), func(s pins.Seen) bool { return s.Gone }):
		fmt.Fprintf(a.Streams.Out, "%s pins %s; not every tag is there any more.\n", planner.LockPath, count(n, "component"))
	default:
		fmt.Fprintf(a.Streams.Out, "%s pins %s; every tag leads where it did.\n", planner.LockPath, count(n, "component"))
	}
	return nil
}
