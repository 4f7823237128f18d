package cmd

import (
	"github.com/spf13/cobra"
)

func newShowCmd(a *app) *cobra.Command {
	var json, summary bool
	c := &cobra.Command{
		Use:     "show PLAN",
		Short:   "Show a saved plan",
		Long:    "Show prints a plan saved with plan --out, as plan itself printed it.",
		Example: "  mlops show plan.json\n  mlops show --json plan.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := a.readPlan(args[0])
			if err != nil {
				return err
			}
			if json {
				out, err := p.JSON(false)
				if err != nil {
					return err
				}
				_, err = a.Streams.Out.Write(out)
				return err
			}
			a.header(p)
			return p.WriteText(a.Streams.Out, a.textOptions(summary))
		},
	}
	c.Flags().BoolVar(&json, "json", false, "print the plan document without the files' bytes")
	c.Flags().BoolVar(&summary, "summary", false, "leave out the diffs")
	return c
}
