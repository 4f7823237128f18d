package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

type resolveOptions struct {
	applyOptions
	take string
}

// takes are the ways to settle a conflict.
var takes = []string{"spec", "mine", "both", "edit"}

func newResolveCmd(a *app) *cobra.Command {
	o := &resolveOptions{}
	c := &cobra.Command{
		Use:   "resolve PATH...",
		Short: "Settle conflicts between your edits and the spec",
		Long: `Resolve settles what plan shows as a conflict and a text can settle: a shared file
that both you and the spec changed at the same place, one that you deleted while
the spec changed it, and a file that is in the way of a new one. PATH is relative
to the project folder.

  --take=spec   where both changed it, the spec's lines; yours stay reachable in git
  --take=mine   where both changed it, your lines
  --take=both   where both changed it, your lines and then the spec's
  --take=edit   the file with conflict markers in $VISUAL or $EDITOR

It shows the plan of these files, asks once and commits, as apply does. What the spec
and you changed elsewhere in the file is merged in all four. A file
whose ownership is not shared takes only "spec".`,
		Example: `  mlops resolve Makefile
  mlops resolve Makefile --take=edit
  mlops resolve Makefile src/churn/train.py --take=mine --auto-approve`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeConflicts,
		RunE:              func(c *cobra.Command, args []string) error { return runResolve(c.Context(), a, o, args) },
	}
	o.vars.register(c)
	f := c.Flags()
	f.StringVar(&o.take, "take", "", "what to `take`: spec, mine, both or edit (default: ask)")
	f.BoolVar(&o.autoApprove, "auto-approve", false, "do not ask whether to write it")
	f.BoolVar(&o.noCommit, "no-commit", false, "write the files and the lock, leave git alone")
	f.BoolVar(&o.summary, "summary", false, "leave out the diffs")
	f.BoolVar(&o.json, "json", false, "print the result as JSON; needs --auto-approve")
	// It fails only for a flag that is not there.
	_ = c.RegisterFlagCompletionFunc("take", cobra.FixedCompletions(takes, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (o *resolveOptions) check() error {
	switch {
	case o.take != "" && !slices.Contains(takes, o.take):
		return fmt.Errorf("--take is %s, not %q", listed(takes), o.take)
	case o.json && !o.autoApprove:
		return errors.New("--json cannot ask: add --auto-approve")
	}
	return nil
}

// listed is "a, b or c".
func listed(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

func runResolve(ctx context.Context, a *app, o *resolveOptions, args []string) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	a.applying = true
	o.resolve = map[string]planner.Resolution{}
	s, p, err := a.plan(&o.planFlags)
	defer s.close()
	if err != nil {
		return err
	}
	r := &resolver{s: s, o: o, in: bufio.NewReader(a.Streams.In)}
	if err := r.choose(p, args); err != nil {
		return err
	}
	if o.take == "" && (o.json || !a.Streams.InTTY) {
		return fmt.Errorf("there is no terminal to ask on: add --take, which is %s", listed(takes))
	}
	defer func() { r.clear(err == nil) }()
	if err := r.decide(ctx); err != nil {
		return err
	}
	if p, err = r.plan(); err != nil {
		return err
	}
	return a.settle(ctx, s, p, &o.applyOptions)
}

// resolver settles the conflicts of some paths of a session.
type resolver struct {
	s     *session
	o     *resolveOptions
	in    *bufio.Reader
	paths []string
	// drafts are what was edited.
	drafts []*draft
}

// choose finds the paths among the plan's conflicts and limits the session to them.
func (r *resolver) choose(p *planner.Plan, args []string) error {
	conflicts := conflictPaths(p)
	for _, arg := range args {
		name := path.Clean(filepath.ToSlash(arg))
		switch {
		case slices.Contains(r.paths, name):
		case slices.Contains(conflicts, name):
			r.paths = append(r.paths, name)
		case r.managed(name):
			return fmt.Errorf("%s: is not in conflict", arg)
		default:
			return fmt.Errorf("%s: is no managed file", arg)
		}
	}
	r.s.sides.Chosen = func(_, path string) bool { return slices.Contains(r.paths, path) }
	// The spec's version settles whatever a version can settle.
	for _, p := range r.paths {
		if c := r.try(p, planner.Resolution{Take: "spec"}); c != nil {
			return &failure{kind: "conflict", json: r.o.json, msg: p + ": a version of the file cannot settle this: " + c.Message}
		}
	}
	return nil
}

// managed reports whether a path is one of the spec's or of the lock's.
func (r *resolver) managed(name string) bool {
	_, known := r.s.sides.Disk[name]
	return known
}

func conflictPaths(p *planner.Plan) []string {
	var out []string
	for i := range p.Changes {
		if p.Changes[i].Actions[0] == "conflict" {
			out = append(out, p.Changes[i].Path)
		}
	}
	return out
}

// try returns what is left of a path's conflict with one resolution, or nil.
func (r *resolver) try(name string, take planner.Resolution) *planner.Change {
	sides := r.s.sides
	sides.Resolve = map[string]planner.Resolution{name: take}
	p := planner.Diff(sides)
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Path == name && c.Actions[0] == "conflict" {
			return c
		}
	}
	return nil
}

// decide fills in the resolution of every path. Nothing is asked, and no editor is
// opened, for what would be refused.
func (r *resolver) decide(ctx context.Context) error {
	for _, name := range r.paths {
		take := r.o.take
		if take == "" {
			var err error
			if take, err = r.ask(name); err != nil {
				return err
			}
		}
		word := planner.Resolution{Take: take}
		if take == "edit" {
			text, err := r.edit(ctx, name)
			if err != nil {
				return err
			}
			word.Text = text
		} else if c := r.try(name, word); c != nil {
			return &failure{kind: "conflict", json: r.o.json, msg: name + ": " + c.Message}
		}
		r.o.resolve[name] = word
	}
	return nil
}

// ask shows one conflict and asks what to take.
func (r *resolver) ask(name string) (string, error) {
	a, sides := r.s.a, r.s.sides
	sides.Resolve = nil
	if err := planner.Diff(sides).WriteConflict(a.Streams.Out, a.textOptions(false), name); err != nil {
		return "", err
	}
	for {
		answer, err := a.Streams.Ask(r.in, fmt.Sprintf("\n%s: take %s? ", show.Line(name), listed(takes)))
		if err != nil {
			return "", err
		}
		if !slices.Contains(takes, answer) {
			continue
		}
		if c := r.try(name, planner.Resolution{Take: answer}); answer != "edit" && c != nil {
			fmt.Fprintln(a.Streams.Err, " ", show.Line(c.Message))
			continue
		}
		return answer, nil
	}
}

// plan is the plan that carries the decisions out.
func (r *resolver) plan() (*planner.Plan, error) {
	s := r.s
	s.sides.Resolve = r.o.resolve
	p := planner.Diff(s.sides)
	return p, s.complete(p, &r.o.planFlags, sides{s.sides.Tree, s.sides.Disk})
}

// completeConflicts offers the paths in conflict to the shell.
func (a *app) completeConflicts(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if a.Now == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	s, p, err := a.plan(&planFlags{})
	defer s.close()
	if err != nil {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return conflictPaths(p), cobra.ShellCompDirectiveNoFileComp
}
