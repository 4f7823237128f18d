package cmd

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

func newComponentOutdatedCmd(a *app) *cobra.Command {
	var json bool
	c := &cobra.Command{
		Use:   "outdated",
		Short: "List the components from elsewhere that have something newer",
		Long: `Outdated asks the remote of every component from git for its tags, and lists what is
pinned, the newest version within ` + "`version`" + `, and the newest of all. It fetches no files
and writes nothing. Only of a zip archive there is nothing but the files to compare:
it is fetched, and kept in the cache.`,
		Example: "  mlops component outdated\n  mlops component outdated --json",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return runComponentOutdated(c.Context(), a, json) },
	}
	c.Flags().BoolVar(&json, "json", false, "print the components as JSON")
	return c
}

// aged is one line of outdated.
type aged struct {
	Address string `json:"address"`
	Source  string `json:"source"`
	// Pinned is "" for one that the lock does not pin. For sources without versions
	// all three are commits.
	Pinned   string `json:"pinned"`
	Within   string `json:"within"`
	Newest   string `json:"newest"`
	Outdated bool   `json:"outdated"`
}

func runComponentOutdated(ctx context.Context, a *app, json bool) error {
	f, err := a.fetching(ctx, json)
	if err != nil {
		return err
	}
	defer f.s.close()
	// What is not cached cannot be looked into, and is no fault here.
	if diags := f.survey(f.s.resolver()); diags.HasErrors() && len(f.calls) == 0 {
		return f.s.fault(diags, json)
	}
	all, err := f.ages()
	if err != nil {
		return err
	}
	if json {
		return a.printJSON(map[string]any{"format_version": planner.FormatVersion, "components": all})
	}
	return a.printAges(all)
}

func (f *fetching) ages() ([]aged, error) {
	pins, err := f.s.pins()
	if err != nil {
		return nil, err
	}
	defer f.progress.done()
	out := []aged{}
	for _, call := range f.calls {
		src, err := components.ParseCall(call.ComponentCall)
		if err == nil && src.Kind == components.Zip {
			now, err := f.keeper.Digest(call.ComponentCall, src)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", call.Address, err)
			}
			line := aged{Address: call.Address, Source: src.String(), Pinned: pins[call.Address].Digest, Within: now, Newest: now}
			line.Outdated = line.Pinned != now
			out = append(out, line)
			continue
		}
		if err != nil || src.Kind != components.Git {
			continue
		}
		age, err := f.keeper.Age(call.ComponentCall, src)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", call.Address, err)
		}
		pin := pins[call.Address]
		line := aged{Address: call.Address, Source: src.String(), Pinned: pin.Version, Within: age.Within, Newest: age.Newest}
		if len(age.Within) >= 40 || pin.Version == "" {
			line.Pinned = pin.Commit
		}
		line.Outdated = line.Pinned != line.Newest
		out = append(out, line)
	}
	return out, nil
}

func (a *app) printAges(all []aged) error {
	if len(all) == 0 {
		fmt.Fprintln(a.Streams.Out, "No component comes from git or an archive.")
		return nil
	}
	w := tabwriter.NewWriter(a.Streams.Out, 0, 0, 2, ' ', 0)
	old := 0
	fmt.Fprintln(w, "COMPONENT\tPINNED\tWITHIN\tNEWEST\tSOURCE")
	for _, l := range all {
		if l.Outdated {
			old++
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", show.Line(l.Address), orNone(l.Pinned), orNone(l.Within), orNone(l.Newest), show.Line(l.Source))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if old == 0 {
		fmt.Fprintln(a.Streams.Out, "Everything is up to date.")
	}
	return nil
}

func orNone(s string) string {
	if s == "" {
		return "-"
	}
	if len(s) >= 40 {
		s = shortID(s)
	}
	return show.Line(s)
}
