package cmd

import "github.com/spf13/cobra"

func newComponentCmd(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "component",
		Short: "What the project is built from: add, update, pin, describe and test components",
		Long: `Components are folders of templates with a manifest: built in, in the project, or in
a git repository. The spec names them, the lock pins those from git, and plan reads
those from the cache. The commands here that fetch say so; no other command opens a
connection.`,
		Example: `  mlops component add builtin/github-actions
  mlops component lock
  mlops component update`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(
		newComponentAddCmd(a), newComponentRemoveCmd(a), newComponentLockCmd(a), newComponentUpdateCmd(a),
		newComponentOutdatedCmd(a),
	)
	return c
}
