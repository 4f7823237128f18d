package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

type planOptions struct {
	planFlags
	out              string
	detailedExitcode bool
	summary          bool
}

func newPlanCmd(a *app) *cobra.Command {
	o := &planOptions{}
	c := &cobra.Command{
		Use:   "plan",
		Short: "Show what apply would change",
		Long: `Plan compares the spec, the lock and the directory, and shows every change that
apply would make, with the reason and the diff.

Plan runs no program, opens no connection, reads nothing outside the repository
and git's own configuration, and writes nothing but the file named by --out.

Exit codes: 0 fine; 1 error, conflict, a file in the way, or a failed check;
2 changes, only with --detailed-exitcode; 130 interrupted.`,
		Example: `  mlops plan
  mlops plan --summary
  mlops plan --target 'src/**' --exclude 'file["src/secret.py"]'
  mlops plan --refresh-only --detailed-exitcode   # drift alone
  mlops plan --out plan.json && mlops apply plan.json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return runPlan(a, o) },
	}
	o.register(a, c)
	f := c.Flags()
	f.SetNormalizeFunc(spell)
	f.StringVar(&o.out, "out", "", "save the plan to a `file` that apply takes")
	f.BoolVar(&o.detailedExitcode, "detailed-exitcode", false, "exit 2 when apply would change something")
	f.BoolVar(&o.refreshOnly, "refresh-only", false, "look for drift only, not for pending changes")
	f.BoolVar(&o.destroy, "destroy", false, "plan to remove everything mlops manages")
	f.BoolVar(&o.noCommit, "no-commit", false, "plan for an apply that leaves git alone")
	f.BoolVar(&o.summary, "summary", false, "leave out the diffs")
	f.BoolVar(&o.json, "json", false, "print the plan document as JSON")
	c.MarkFlagsMutuallyExclusive("refresh-only", "destroy")
	return c
}

func runPlan(a *app, o *planOptions) error {
	s, p, err := a.plan(&o.planFlags)
	defer s.close()
	if err != nil {
		return err
	}
	if o.out != "" {
		if err := a.save(p, o.out); err != nil {
			return err
		}
	}
	if err := a.printPlan(s, p, o); err != nil {
		return err
	}
	return verdict(p, o.detailedExitcode)
}

// verdict is the exit code of a plan that was shown.
func verdict(p *planner.Plan, detailed bool) error {
	switch {
	case len(p.Failed()) > 0:
		return codeError(exitError)
	case detailed && p.Mode == "refresh-only" && p.Summary.Drift > 0:
		return codeError(exitChanges)
	case detailed && p.Mode != "refresh-only" && p.HasChanges():
		return codeError(exitChanges)
	}
	return nil
}

func (a *app) printPlan(s *session, p *planner.Plan, o *planOptions) error {
	if o.json {
		out, err := p.JSON(false)
		if err != nil {
			return err
		}
		_, err = a.Streams.Out.Write(out)
		return err
	}
	a.warn(s)
	a.header(p)
	if err := p.WriteText(a.Streams.Out, a.textOptions(o.summary)); err != nil {
		return err
	}
	if o.out != "" {
		fmt.Fprintf(a.Streams.Out, "Saved the plan to %s. To carry out exactly this: mlops apply %s\n", show.Line(o.out), show.Line(o.out))
	}
	return nil
}

func (a *app) header(p *planner.Plan) {
	fmt.Fprintf(a.Streams.Out, "mlops %s  project %s\n\n", version(), show.Line(p.Project))
}

// warn shows what is no error.
func (a *app) warn(s *session) {
	if len(s.warnings) > 0 {
		a.printDiags(&diagError{diags: s.warnings, sources: s.source})
	}
}

// textOptions cuts long diffs on a terminal only: what goes into a pipe or a
// file is whole, so that git apply takes it.
func (a *app) textOptions(summary bool) planner.TextOptions {
	o := planner.TextOptions{Color: a.colors(a.Streams.OutTTY), Summary: summary}
	if a.Streams.OutTTY {
		o.MaxLines = 200
	}
	return o
}

// save writes the plan with its bytes, for apply.
func (a *app) save(p *planner.Plan, name string) error {
	doc, err := p.JSON(true)
	if err != nil {
		return err
	}
	path := a.path(name)
	if err := replaceable(path); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".mlops-plan-*")
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", name, bare(err))
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.Write(doc); err != nil {
		tmp.Close()
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	if err := tmp.Close(); err != nil {
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	return os.Rename(tmp.Name(), path)
}

// replaceable refuses to save a plan over anything but an older saved plan.
func replaceable(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return bare(err)
	}
	if info.Mode().IsRegular() {
		head := make([]byte, 256)
		f, err := os.Open(path)
		if err != nil {
			return bare(err)
		}
		n, _ := io.ReadFull(f, head)
		f.Close()
		if n == 0 || bytes.Contains(head[:n], []byte(`"format_version"`)) && bytes.Contains(head[:n], []byte(`"plan_id"`)) {
			return nil
		}
	}
	return errors.New("is there already and is no saved plan; name another file, or move it away")
}

// path resolves a file argument against the working directory, not the project.
func (a *app) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(a.Dir, name)
}
