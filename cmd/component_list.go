package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

// componentUse is one line of component list.
type componentUse struct {
	Address string `json:"address"`
	// InUse is false when the block has no instance: it is not enabled, or for_each is
	// empty. Nothing else is known of it then.
	InUse      bool   `json:"in_use"`
	Source     string `json:"source"`
	Constraint string `json:"constraint,omitempty"`
	// Name and Version are the manifest's; Pinned and Commit are what the lock pins.
	Name    string `json:"name"`
	Version string `json:"version"`
	Pinned  string `json:"pinned,omitempty"`
	Commit  string `json:"commit,omitempty"`
	// Digest is that of an archive's files.
	Digest string `json:"digest,omitempty"`
	// Objects are its own, without those of components inside of it.
	Objects int    `json:"objects"`
	Where   string `json:"where"`
}

// builtinComponent is one line of component list --builtin.
type builtinComponent struct {
	Source      string `json:"source"`
	Version     string `json:"version"`
	Description string `json:"description"`
}

func newComponentListCmd(a *app) *cobra.Command {
	var vars varFlags
	var json, builtin bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the components of the spec, or the built-in ones",
		Long: `List prints every instance of a component that the spec has, those inside of others
too: its address, source, the version its manifest states, what the lock pins it
to, how many objects it adds, and where it stands. With --builtin it prints the
components that come with mlops; that needs no spec.`,
		Example:           "  mlops component list\n  mlops component list --builtin\n  mlops component list --json",
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	vars.register(c)
	c.Flags().BoolVar(&builtin, "builtin", false, "list the built-in components")
	c.Flags().BoolVar(&json, "json", false, "print the components as JSON")
	c.RunE = func(*cobra.Command, []string) error {
		if builtin {
			return a.listBuiltin(json)
		}
		return a.listComponents(vars, json)
	}
	return c
}

func (a *app) listComponents(vars varFlags, json bool) error {
	s, err := a.open(vars, json)
	if err != nil {
		return err
	}
	defer s.close()
	uses := usesOf(s.project)
	if json {
		return a.printJSON(map[string]any{"format_version": planner.FormatVersion, "components": uses})
	}
	if len(uses) == 0 {
		fmt.Fprintln(a.Streams.Out, "The spec has no components.")
		return nil
	}
	rows := [][]string{{"COMPONENT", "SOURCE", "VERSION", "PINNED", "ADDS", "PLACE"}}
	for _, u := range uses {
		rows = append(rows, u.row())
	}
	a.columns(rows)
	return nil
}

func usesOf(p *hclspec.Project) []componentUse {
	out := []componentUse{}
	seen := map[string]bool{}
	for _, u := range p.Components {
		c := componentUse{
			Address: u.Address, InUse: true, Source: u.Source, Constraint: u.Constraint, Name: u.Manifest.Name, Version: u.Manifest.Version,
			Pinned: u.Files.Version, Commit: u.Files.Commit, Where: fmt.Sprintf("%s:%d", u.Range.Filename, u.Range.Start.Line),
		}
		if c.Commit == "" {
			c.Digest = u.Files.Digest
		}
		for _, f := range p.Files {
			if rest, ok := strings.CutPrefix(f.Address, u.Address+"."); ok && !strings.HasPrefix(rest, "component.") {
				c.Objects++
			}
		}
		out, seen[u.Pin] = append(out, c), true
	}
	for _, pin := range p.Pins {
		if !seen[pin] {
			out = append(out, componentUse{Address: pin})
		}
	}
	slices.SortStableFunc(out, func(a, b componentUse) int { return strings.Compare(a.Address, b.Address) })
	return out
}

func (u *componentUse) row() []string {
	if !u.InUse {
		return []string{u.Address, "not in use", "", "", "", ""}
	}
	return []string{u.Address, u.Source, u.Version, u.pin(), count(u.Objects, "object"), u.Where}
}

// pin says in a few characters what the lock pins a component to.
func (u *componentUse) pin() string {
	switch {
	case u.Commit == "" && u.Digest != "":
		return "digest " + strings.TrimPrefix(u.Digest, "sha256:")[:7]
	case u.Commit == "":
		return "-"
	case u.Pinned == "":
		return "commit " + u.Commit[:min(7, len(u.Commit))]
	}
	return u.Pinned + " (" + u.Commit[:min(7, len(u.Commit))] + ")"
}

func (a *app) listBuiltin(json bool) error {
	all := []builtinComponent{}
	var rows [][]string
	for _, name := range builtins() {
		d, err := a.describeBuiltin("builtin/"+name, json)
		if err != nil {
			return err
		}
		m := d.info.Manifest
		all = append(all, builtinComponent{d.source, m.Version, m.Description})
		rows = append(rows, []string{d.source, m.Version, m.Description})
	}
	if json {
		return a.printJSON(map[string]any{"format_version": planner.FormatVersion, "components": all})
	}
	if len(rows) == 0 {
		fmt.Fprintln(a.Streams.Out, "This mlops has no built-in components.")
	}
	a.columns(rows)
	return nil
}

// widest is how wide a cell may be and still widen its column: one long type would
// move all that follows out of sight.
const widest = 60

// columns prints rows of equal length, one under the other.
func (a *app) columns(rows [][]string) {
	widths := map[int]int{}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = show.Line(cell)
			if n := columns(row[i]); n <= widest {
				widths[i] = max(widths[i], n)
			}
		}
	}
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			line += cell + strings.Repeat(" ", max(0, widths[i]-columns(cell))+2)
		}
		fmt.Fprintln(a.Streams.Out, strings.TrimRight(line, " "))
	}
}
