package cmd

import (
	"fmt"

	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

func newValidateCmd(a *app) *cobra.Command {
	var vars varFlags
	var json bool
	c := &cobra.Command{
		Use:   "validate",
		Short: "Check the spec and its templates",
		Long: `Validate evaluates the spec and renders every file, and reports every fault with
file, line and column. It looks at no managed file and writes nothing.`,
		Example: "  mlops validate\n  mlops validate --json",
		Args:    cobra.NoArgs,
	}
	vars.register(c)
	c.Flags().BoolVar(&json, "json", false, "print the diagnostics as JSON")
	c.RunE = func(*cobra.Command, []string) error { return runValidate(a, vars, json) }
	return c
}

func runValidate(a *app, vars varFlags, json bool) error {
	s, err := a.open(vars, json)
	if err != nil {
		return err
	}
	defer s.close()
	tree, diags := planner.Desired(s.project)
	if diags.HasErrors() {
		return s.fault(diags, json)
	}
	if _, diags := planner.Checks(s.project, planner.Sides{Tree: tree, Lock: &lockfile.Lock{}}, &planner.Plan{}); diags.HasErrors() {
		return s.fault(diags, json)
	}
	s.warnings = append(s.warnings, diags...)
	if json {
		return a.printJSON(diagDocument(s.warnings))
	}
	a.warn(s)
	parts := ""
	if n := len(tree.Parts); n > 0 {
		parts = fmt.Sprintf(" and %d parts of files", n)
	}
	fmt.Fprintf(a.Streams.Out, "The spec is valid: %s%s.\n", count(len(tree.Entries), "file"), parts)
	return nil
}
