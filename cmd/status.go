package cmd

import (
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

type statusOptions struct {
	planFlags
	detailedExitcode bool
}

func newStatusCmd(a *app) *cobra.Command {
	o := &statusOptions{}
	c := &cobra.Command{
		Use:   "status",
		Short: "List drift and pending changes in two columns",
		Long: `Status prints one line a path. The first column is drift, how the file differs
from what was last applied: M edited, D deleted, X mode changed, T replaced by
something else. The second is pending, what apply would do: A add, M change,
D delete, R record in the lock, F forget, ! a person must decide.`,
		Example: "  mlops status\n  mlops status --json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return runStatus(a, o) },
	}
	o.register(a, c)
	c.Flags().SetNormalizeFunc(spell)
	c.Flags().BoolVar(&o.json, "json", false, "print the lines as JSON")
	c.Flags().BoolVar(&o.detailedExitcode, "detailed-exitcode", false, "exit 2 when apply would change something")
	return c
}

func runStatus(a *app, o *statusOptions) error {
	s, p, err := a.plan(&o.planFlags)
	defer s.close()
	if err != nil {
		return err
	}
	lines := planner.Status(p)
	if o.json {
		if err := a.printJSON(map[string]any{"format_version": planner.FormatVersion, "plan_id": p.ID, "status": lines, "summary": p.Summary}); err != nil {
			return err
		}
		return o.verdict(p)
	}
	for _, l := range lines {
		name := show.Line(l.Path)
		if section, ok := strings.CutPrefix(l.Address, "readme.section."); ok {
			name += "  section " + show.Line(section)
		}
		fmt.Fprintf(a.Streams.Out, "%s%s  %s\n", l.DriftLetter(), l.PendingLetter(), name)
	}
	if len(lines) == 0 {
		fmt.Fprintln(a.Streams.Out, "Nothing differs.")
	}
	return o.verdict(p)
}

// verdict is 0 for a listing that was asked for, whatever it lists.
func (o *statusOptions) verdict(p *planner.Plan) error {
	if !o.detailedExitcode {
		return nil
	}
	return verdict(p, true)
}
