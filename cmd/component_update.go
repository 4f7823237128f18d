package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

type componentUpdateOptions struct {
	planFlags
	hookFlags
	names     []string
	dropHooks bool
	summary   bool
}

func newComponentUpdateCmd(a *app) *cobra.Command {
	o := &componentUpdateOptions{}
	c := &cobra.Command{
		Use:   "update [NAME...]",
		Short: "Move pins to the newest commit that the spec allows, and show what follows",
		Long: `Update pins the named components (none: all) anew: the newest version within
` + "`version`" + `, or the commit that the ref names today. It prints the plan that follows and
writes the cache and the lock; mlops apply does the rest. When the new version cannot
be evaluated, nothing is written.

For an older version write it into the spec, such as version = "1.1.0", and update.

Hooks of Cookiecutter templates never run, but with --run-hooks: it shows them, asks
whether you trust them, runs them once on a copy in a temporary folder, and records
what they did to the files in .mlops/hooks, from where every plan takes it. Who said
yes is not asked again for the same source, commit and texts; without a terminal, give
the print that it shows with --trust. --drop-hooks forgets the record.`,
		Example:           "  mlops component update\n  mlops component update layout --summary\n  mlops component update layout --run-hooks\n  mlops component update && mlops apply",
		ValidArgsFunction: a.completeBlocks,
		RunE: func(c *cobra.Command, args []string) error {
			o.names = args
			return runComponentUpdate(c.Context(), a, o)
		},
	}
	o.vars.register(c)
	o.hookFlags.register(c.Flags())
	c.Flags().BoolVar(&o.dropHooks, "drop-hooks", false, "forget what hooks did when they were run, and go on without them")
	c.Flags().BoolVar(&o.summary, "summary", false, "leave out the diffs")
	c.Flags().BoolVar(&o.json, "json", false, "print the pins and the plan as JSON")
	return c
}

func runComponentUpdate(ctx context.Context, a *app, o *componentUpdateOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	if o.run && o.dropHooks {
		return errors.New("--run-hooks and --drop-hooks: give one of them")
	}
	f, err := a.fetching(ctx, o.json)
	if err != nil {
		return err
	}
	defer f.s.close()
	f.keeper.Moves = func(address string) bool { return names(o.names, address) }
	if err := f.pinAll(ctx); err != nil {
		return err
	}
	if err := f.known(o.names); err != nil {
		return err
	}
	how := &finishing{flags: &o.planFlags, summary: o.summary, next: f.lock()}
	meant := func(address string) bool { return names(o.names, address) }
	if o.dropHooks {
		for i := range how.next.Components {
			if c := &how.next.Components[i]; meant(c.Address) {
				c.Hooks = ""
			}
		}
	}
	if err := how.runHooks(ctx, &hooking{f: f, flags: &o.hookFlags, wants: meant}); err != nil {
		return err
	}
	return f.finish(ctx, how)
}

// runHooks runs the hooks that are meant, where that was asked for.
func (how *finishing) runHooks(ctx context.Context, h *hooking, spec ...adopt.File) (err error) {
	if !h.flags.run {
		return nil
	}
	h.plan, h.next, h.files = how.flags, how.next, spec
	how.hooks = h
	how.records, err = h.work(ctx)
	return err
}

// names reports whether a component block, or one it stands in, is among those
// named; none names all.
func names(given []string, address string) bool {
	if len(given) == 0 {
		return true
	}
	return slices.ContainsFunc(given, func(name string) bool {
		name = blockAddress(name)
		return name != "" && (address == name || strings.HasPrefix(address, name+"."))
	})
}

// blockAddress is the address of a component block that is given by it or by name; ""
// is none.
func blockAddress(name string) string {
	if name == "" || strings.HasPrefix(name, "component.") || strings.HasPrefix(name, "component[") {
		return name
	}
	return hclspec.Address("component", name, nil)
}

// known refuses names that no component block has.
func (f *fetching) known(given []string) error {
	for _, name := range given {
		if name == "" {
			return fmt.Errorf("the name of a component is empty; the spec has %s", strings.Join(f.blocks(), ", "))
		}
		if !slices.ContainsFunc(f.calls, func(c *hclspec.Found) bool { return names([]string{name}, c.Address) }) {
			return fmt.Errorf("%s: the spec has no component of that name; it has %s", name, strings.Join(f.blocks(), ", "))
		}
	}
	return nil
}

// blocks are the names of the spec's own component blocks.
func (f *fetching) blocks() []string {
	var out []string
	for _, c := range f.calls {
		if c.From == nil {
			out = append(out, blockName(c.Address))
		}
	}
	if out == nil {
		return []string{"none"}
	}
	return out
}

// finishing is how a command that moved pins or blocks ends.
type finishing struct {
	flags   *planFlags
	summary bool
	dryRun  bool
	// done says what was done to the spec, and undone what would be; "" when only pins
	// moved.
	done, undone string
	next         *lockfile.Lock
	// hooks are those that were run, nil for none, and records the files with what they
	// did.
	hooks   *hooking
	records []adopt.File
	// forgets says that the records of what goes are not kept for an undo.
	forgets bool
}

// finish plans with the new pins and files, writes both once that works, and shows
// the plan.
func (f *fetching) finish(ctx context.Context, how *finishing, files ...adopt.File) error {
	spec := files
	files = slices.Concat(files, how.records)
	t, p, err := f.imagine(how.flags, how.next, files...)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	lock, changed := f.locked(how.next)
	if changed {
		files = append(files, lock)
	}
	if !how.dryRun {
		if _, err := f.s.rewriteAll(files); err != nil {
			return err
		}
		f.s.prune(how.locks(f.s.lock)...)
	}
	if how.flags.json {
		doc := map[string]any{"format_version": planner.FormatVersion, "components": f.report(), "plan": p}
		if how.hooks != nil {
			doc["hooks"] = how.hooks.report()
		}
		if err := f.s.a.printJSON(doc); err != nil {
			return err
		}
		return verdict(p, false)
	}
	f.tell(how, spec)
	if err := f.s.a.printPlan(t, p, &planOptions{planFlags: *how.flags, summary: how.summary}); err != nil {
		return err
	}
	return verdict(p, false)
}

// locks are those whose records stay.
func (how *finishing) locks(before *lockfile.Lock) []*lockfile.Lock {
	if how.forgets {
		return []*lockfile.Lock{how.next}
	}
	return []*lockfile.Lock{how.next, before}
}

// tell says what became of the pins and the spec.
func (f *fetching) tell(how *finishing, spec []adopt.File) {
	w := f.s.a.Streams.Out
	f.printPins()
	if how.hooks != nil {
		how.hooks.tell()
	}
	moved := 0
	for _, s := range f.keeper.Seen() {
		if !samePin(s.Was, s.Now) {
			moved++
		}
	}
	switch {
	case how.dryRun:
		f.s.a.showFiles(spec)
		fmt.Fprintf(w, "%s; the spec and the lock stay as they are.\n\n", how.undone)
	case how.done != "":
		fmt.Fprintf(w, "%s.\n\n", how.done)
	default:
		fmt.Fprintf(w, "Updated %s.\n\n", count(moved, "pin"))
	}
}

// completeBlocks offers the names of the component blocks.
func (a *app) completeBlocks(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if a.Now == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	f, err := a.fetching(c.Context(), false)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	defer f.s.close()
	f.survey(f.s.resolver())
	return f.blocks(), cobra.ShellCompDirectiveNoFileComp
}
