package cmd

import (
	"fmt"

	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

// completeObjects offers the addresses and paths of the spec to the shell. A
// spec that does not evaluate completes nothing.
func (a *app) completeObjects(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if a.Now == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	s, err := a.open(varFlags{}, false)
	if err != nil {
		return nil, cobra.ShellCompDirectiveDefault
	}
	defer s.close()
	tree, diags := planner.Desired(s.project)
	if diags.HasErrors() {
		return nil, cobra.ShellCompDirectiveDefault
	}
	var out []cobra.Completion
	for i := range tree.Entries {
		e := &tree.Entries[i]
		out = append(out, cobra.CompletionWithDesc(string(e.Path), e.Address), cobra.CompletionWithDesc(e.Address, string(e.Path)))
	}
	for i := range tree.Parts {
		p := &tree.Parts[i]
		out = append(out, cobra.CompletionWithDesc(p.Address, string(p.Path)))
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// refuseShells makes completion for an unknown shell an error; cobra prints its
// help and is content.
func refuseShells(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	c, _, err := root.Find([]string{"completion"})
	if err != nil {
		return
	}
	c.Args = cobra.ArbitraryArgs
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return c.Help()
		}
		var shells []string
		for _, shell := range c.Commands() {
			shells = append(shells, shell.Name())
		}
		return fmt.Errorf("unknown shell %q: write %s", args[0], listed(shells))
	}
}
