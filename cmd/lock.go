package cmd

import (
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

type lockOptions struct {
	resolve, check, driver, install, json bool
}

func newLockCmd(a *app) *cobra.Command {
	o := &lockOptions{}
	c := &cobra.Command{
		Use:   "lock",
		Short: "Say what the lock holds, and settle it after a merge",
		Long: `Lock says what mlops.lock.json holds. With --resolve it settles one that git could
not merge: what one branch changed, added or removed is so; of an object that both
changed, the version that is on disk stays. It writes the lock alone, and leaves
git's index to you.

With the merge driver git merges the lock itself. --install-driver writes it into
this clone's git directory: git takes no driver from a repository.

Exit codes: 0 fine; 1 error, or with --check a lock that needs resolving.`,
		Example: `  mlops lock
  mlops lock --resolve && git add mlops.lock.json
  mlops lock --check
  mlops lock --install-driver`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case o.driver && len(args) != 3:
				return fmt.Errorf("--merge-driver takes the files BASE, OURS and THEIRS")
			case !o.driver && len(args) > 0:
				return fmt.Errorf("lock takes no argument, not %q", args[0])
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(_ *cobra.Command, args []string) error { return runLock(a, o, args) },
	}
	f := c.Flags()
	f.BoolVar(&o.resolve, "resolve", false, "settle a lock that git could not merge")
	f.BoolVar(&o.check, "check", false, "exit 1 when the lock needs resolving, and write nothing")
	f.BoolVar(&o.driver, "merge-driver", false, "merge the three files BASE OURS THEIRS into OURS; git calls this")
	f.BoolVar(&o.install, "install-driver", false, "make git merge the lock with mlops in this clone")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	c.MarkFlagsMutuallyExclusive("resolve", "check", "merge-driver", "install-driver")
	c.MarkFlagsMutuallyExclusive("json", "merge-driver")
	return c
}

func runLock(a *app, o *lockOptions, args []string) error {
	switch {
	case o.driver:
		return a.mergeDriver(args)
	case o.install:
		return a.installDriverNow(o.json)
	}
	l, err := a.lockState()
	defer l.close()
	if err != nil {
		return err
	}
	if l.needs() && !o.resolve {
		return &failure{kind: "conflict", json: o.json, msg: l.complaint()}
	}
	r := &lockReport{FormatVersion: planner.FormatVersion, Path: planner.LockPath, Notes: []lockNote{}, Unmerged: list(l.unmerged)}
	if l.needs() {
		if err := l.settle(r); err != nil {
			return err
		}
	}
	if l.lock != nil {
		r.Exists, r.Objects, r.Components = true, len(l.lock.Objects), len(l.lock.Components)
	}
	if o.json {
		return a.printJSON(r)
	}
	return a.reportLock(r)
}

// lockReport is lock --json.
type lockReport struct {
	FormatVersion string `json:"format_version"`
	Path          string `json:"path"`
	Exists        bool   `json:"exists"`
	// Resolved is true when this run settled the lock, From "index" or "markers".
	Resolved   bool   `json:"resolved"`
	From       string `json:"from,omitempty"`
	Objects    int    `json:"objects"`
	Components int    `json:"components"`
	// Notes are the objects that the two branches alone did not settle.
	Notes []lockNote `json:"notes"`
	// Unmerged are mlops's own files that git's index still has as unmerged,
	// relative to the project root.
	Unmerged []string `json:"unmerged"`
}

type lockNote struct {
	Address string         `json:"address"`
	Clash   lockfile.Clash `json:"clash"`
	Other   string         `json:"other,omitempty"`
}

func (n lockNote) String() string {
	what := map[lockfile.Clash]string{
		lockfile.BothChanged:       "both branches changed it, and what is on disk does not tell which; ours was kept",
		lockfile.DeletedAndChanged: "one branch removed it and the other changed it; it was kept as changed",
		lockfile.SamePath:          "it has the path of " + n.Other + ", which was kept; it was dropped",
	}[n.Clash]
	return show.Line(n.Address) + ": " + show.Line(what)
}

func notesOf(in []lockfile.Note) []lockNote {
	out := make([]lockNote, len(in))
	for i, n := range in {
		out[i] = lockNote(n)
	}
	return out
}

func (a *app) reportLock(r *lockReport) error {
	w := a.Streams.Out
	switch {
	case !r.Exists:
		fmt.Fprintf(w, "There is no %s: nothing was applied yet.\n", r.Path)
	case r.Resolved:
		fmt.Fprintf(w, "Settled %s: %s.\n", r.Path, r.contents())
		for _, n := range r.Notes {
			fmt.Fprintf(w, "  %s\n", n)
		}
		fmt.Fprintf(w, "Next: mlops plan, and `git add %s`.\n", strings.Join(addable(r.Unmerged), " "))
	default:
		fmt.Fprintf(w, "%s is sound: %s.\n", r.Path, r.contents())
		if len(r.Unmerged) > 0 {
			fmt.Fprintf(w, "Git still has it as unmerged: `git add %s`.\n", strings.Join(addable(r.Unmerged), " "))
		}
	}
	return nil
}

func (r *lockReport) contents() string {
	return count(r.Objects, "object") + ", " + count(r.Components, "component")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// addable are the paths to be added once the lock is settled: the lock, and the
// folder of merge bases when git made conflicts of those, too.
func addable(unmerged []string) []string {
	out := []string{planner.LockPath}
	for _, p := range unmerged {
		if strings.HasPrefix(p, planner.BaseDir+"/") {
			return append(out, planner.BaseDir)
		}
	}
	return out
}
