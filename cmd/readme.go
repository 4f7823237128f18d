package cmd

import (
	"errors"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

func newReadmeCmd(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "readme",
		Short: "The README as a document: its kinds of sections, and the work on it",
		Long: `A README is made of the sections that the readme block of the spec states. plan and
apply write it like any other file; these commands help with what is in it.`,
		Example: `  mlops readme sections metrics
  mlops readme sections --preset ml_paper`,
		Args: known,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newReadmeSectionsCmd(a), newReadmeImportCmd(a), newReadmeSuggestCmd(a), newReadmeRenderCmd(a), newReadmePreviewCmd(a), newReadmeCaptureCmd(a), newReadmeDoctorCmd(a))
	return c
}

// planOrNone plans the project; where there is no spec the session has none, and the
// plan is nil. The session must be closed also on error.
func (a *app) planOrNone(f *planFlags) (*session, *planner.Plan, error) {
	s, err := a.readAfresh(f)
	if errors.Is(err, hclspec.ErrNoSpec) {
		return s, nil, s.reading()
	}
	if err != nil {
		return s, nil, err
	}
	p, err := s.compute(f)
	return s, p, err
}
