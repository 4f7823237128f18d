package cmd

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

// managed is one line of list.
type managed struct {
	Address   string `json:"address"`
	Path      string `json:"path"`
	Kind      string `json:"kind"`
	Ownership string `json:"ownership"`
	Mode      string `json:"mode"`
	// Where is file:line in the spec; "" for an object only the lock knows.
	Where  string `json:"where,omitempty"`
	InLock bool   `json:"in_lock"`
}

func newListCmd(a *app) *cobra.Command {
	var vars varFlags
	var json bool
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the managed objects with address, path and owner",
		Long:    "List prints every object of the spec and of the lock: its address, path, ownership and place in the spec.",
		Example: "  mlops list\n  mlops list --json",
		Args:    cobra.NoArgs,
	}
	vars.register(c)
	c.Flags().BoolVar(&json, "json", false, "print the objects as JSON")
	c.RunE = func(*cobra.Command, []string) error { return runList(a, vars, json) }
	return c
}

func runList(a *app, vars varFlags, json bool) error {
	s, err := a.open(vars, json)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.readLock(); err != nil {
		return err
	}
	tree, diags := planner.Desired(s.project)
	if diags.HasErrors() {
		return s.fault(diags, json)
	}
	objects := s.objects(tree)
	if json {
		return a.printJSON(map[string]any{"format_version": planner.FormatVersion, "objects": objects})
	}
	width, paths := 0, 0
	for _, o := range objects {
		width, paths = max(width, len(show.Line(o.Address))), max(paths, len(show.Line(o.Path)))
	}
	for _, o := range objects {
		fmt.Fprintf(a.Streams.Out, "%-*s  %-*s  %-6s  %s\n", width, show.Line(o.Address), paths, show.Line(o.Path), o.Ownership, show.Line(o.Where))
	}
	return nil
}

// objects joins what the spec wants with what only the lock still knows.
func (s *session) objects(tree *planner.Tree) []managed {
	locked := map[string]bool{}
	for _, o := range s.lock.Objects {
		locked[o.Address] = true
	}
	out := []managed{}
	wanted := map[string]bool{}
	add := func(m managed, r *planner.Range) {
		wanted[m.Address] = true
		m.Where, m.InLock = fmt.Sprintf("%s:%d", r.Filename, r.Start.Line), locked[m.Address]
		out = append(out, m)
	}
	for i := range tree.Entries {
		e := &tree.Entries[i]
		add(managed{Address: e.Address, Path: string(e.Path), Kind: e.Kind, Ownership: e.Ownership, Mode: e.Mode}, e.Range)
	}
	for i := range tree.Parts {
		p := &tree.Parts[i]
		add(managed{Address: p.Address, Path: string(p.Path), Kind: p.Kind, Ownership: "spec"}, p.Range)
	}
	for _, o := range s.lock.Objects {
		if !wanted[o.Address] {
			out = append(out, managed{Address: o.Address, Path: o.Path, Kind: o.Kind, Ownership: o.Ownership, Mode: o.Mode, InLock: true})
		}
	}
	slices.SortFunc(out, func(a, b managed) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Address, b.Address))
	})
	return out
}
