package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/components/catalog"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

// fromOptions are the flags of init --from.
type fromOptions struct {
	source, version string
	answers, files  []string
	noApply         bool
	autoApprove     bool
	brief           bool
	hooks           hookFlags
}

// fromFlags are those that mean nothing without --from.
var fromFlags = []string{"version", "answer", "answers", "no-apply", "auto-approve", "brief", "run-hooks", "trust", "hook-timeout"}

func (o *fromOptions) register(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.source, "from", "", "starter or component to begin with, see SOURCE above")
	f.StringVar(&o.version, "version", "", "version constraint over the tags of a git source, such as '~> 1.2'")
	f.StringArrayVar(&o.answers, "answer", nil, "an answer, `name=value`; may be repeated")
	f.StringArrayVar(&o.files, "answers", nil, "read answers from a `file` of name = value lines, or JSON; may be repeated")
	f.BoolVar(&o.noApply, "no-apply", false, "write the spec and show the plan, but do not ask and do not apply")
	f.BoolVar(&o.autoApprove, "auto-approve", false, "apply without asking")
	f.BoolVar(&o.brief, "brief", false, "leave out the diffs")
	o.hooks.register(f)
	// It fails only for a flag that is not there.
	_ = c.RegisterFlagCompletionFunc("from", completeStarters)
}

// completeStarters offers what is built in; folders are the shell's.
func completeStarters(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	out := starters()
	for _, name := range (&components.Resolver{Builtin: catalog.Files()}).Names() {
		out = append(out, "builtin/"+name)
	}
	return out, cobra.ShellCompDirectiveDefault
}

// founding is a run of init --from.
type founding struct {
	a    *app
	o    *initOptions
	from *origin
	// files are the spec and what comes with it.
	files   []newFile
	planted *planted
	fetched *fetching
	hooked  *hooking // nil where no hooks were run
	undo    []func() error
}

func runInitFrom(c *cobra.Command, a *app, o *initOptions) (err error) {
	ctx := c.Context()
	if o.from.noApply && o.from.autoApprove {
		return errors.New("--no-apply and --auto-approve: give one of them")
	}
	if o.mergeDriver {
		return errors.New("--merge-driver: goes with init without --from; run `mlops lock --install-driver` afterwards")
	}
	if err := o.from.hooks.check(); err != nil {
		return err
	}
	if err := o.noSpecYet(a.root()); err != nil {
		return err
	}
	from, err := a.origin(ctx, &o.from)
	if err != nil {
		return err
	}
	defer from.close()
	f := &founding{a: a, o: o, from: from}
	if err := f.compose(ctx); err != nil {
		return err
	}
	root, err := os.OpenRoot(a.root())
	if err != nil {
		return fmt.Errorf("%s: %w", a.root(), bare(err))
	}
	defer root.Close()
	if f.planted, err = plant(root, f.files); err != nil {
		return err
	}
	f.undo = append(f.undo, f.planted.undo)
	defer func() { err = f.settle(err) }()
	if err := f.pin(ctx); err != nil {
		return err
	}
	return f.apply(ctx)
}

// settle takes everything back when something failed before the plan was approved.
func (f *founding) settle(err error) error {
	if f.fetched != nil {
		defer f.fetched.s.close() // it takes the lock back
	}
	if err == nil {
		return nil
	}
	var faults []string
	for i := len(f.undo) - 1; i >= 0; i-- {
		if fault := f.undo[i](); fault != nil {
			faults = append(faults, fault.Error())
		}
	}
	if len(faults) > 0 {
		fmt.Fprintf(f.a.Streams.Err, "Not taken back: %s\n", show.Line(strings.Join(faults, "; ")))
	}
	return err
}

// compose asks, and makes the files from the answers.
func (f *founding) compose(ctx context.Context) error {
	if f.from.template {
		return f.composeTemplate(ctx)
	}
	o := f.o
	starter, diags := hclspec.ReadStarter(hclspec.StarterParams{FS: f.from.files, Label: f.from.label, Version: version(), Component: f.from.component})
	if diags.HasErrors() {
		return &diagError{diags: diags, sources: starter.Source, json: o.json}
	}
	if given := o.given(); !f.from.component && len(given) > 0 {
		return fmt.Errorf("%s: a starter asks its own questions; answer them with --answer NAME=VALUE", strings.Join(given, ", "))
	}
	q := &inquiry{a: f.a, o: o, starter: starter}
	if !f.from.component {
		return f.render(ctx, q)
	}
	o.defaults(f.a, f.a.root())
	if o.asks(f.a) {
		answers, err := f.a.ask(ctx, o.questions())
		if err != nil {
			return err
		}
		o.take(answers)
	}
	if err := o.validate(); err != nil {
		return err
	}
	values, err := q.answers(ctx)
	if err != nil {
		return err
	}
	f.files = []newFile{{name: hclspec.MainFile, data: []byte(o.use(f.from, o.from.version, starter, values))}}
	return nil
}

// render makes the files of a starter.
func (f *founding) render(ctx context.Context, q *inquiry) error {
	more, err := gifts(f.from.files)
	if err != nil {
		return fmt.Errorf("%s: %w", f.from.label, err)
	}
	values, err := q.answers(ctx)
	if err != nil {
		return err
	}
	spec, diags := q.starter.Render(values)
	if diags.HasErrors() {
		return &diagError{diags: diags, sources: q.source, json: f.o.json}
	}
	f.files = append([]newFile{{name: hclspec.MainFile, data: spec}}, more...)
	return nil
}

// pin fetches what the spec names, and writes the pins into the lock.
func (f *founding) pin(ctx context.Context) (err error) {
	if f.fetched, err = f.a.fetching(ctx, f.o.json); err != nil {
		return err
	}
	if err := f.fetched.pinAll(ctx); err != nil {
		return err
	}
	next := f.fetched.lock()
	files, err := f.runHooks(ctx, next)
	if err != nil {
		return err
	}
	lock, changed := f.fetched.locked(next)
	if !changed {
		return nil
	}
	undo, err := f.fetched.s.rewriteAll(append(files, lock))
	if err == nil {
		f.undo = append(f.undo, undo)
	}
	return err
}

// runHooks runs the hooks of the template, where that was asked for, and puts what they
// did into the lock and the files that are returned.
func (f *founding) runHooks(ctx context.Context, next *lockfile.Lock) ([]adopt.File, error) {
	if !f.o.from.hooks.run {
		return nil, nil
	}
	f.hooked = &hooking{
		f: f.fetched, flags: &f.o.from.hooks, plan: &planFlags{json: f.o.json}, next: next,
		wants: func(string) bool { return true },
	}
	return f.hooked.work(ctx)
}

// apply shows the plan, asks and carries it out, as far as that is wanted.
func (f *founding) apply(ctx context.Context) error {
	a, o := f.a, f.o
	opts := &applyOptions{autoApprove: o.from.autoApprove, summary: o.from.brief, told: o.json}
	opts.json = o.json
	a.applying = true
	s, p, err := a.plan(&opts.planFlags)
	defer s.close()
	if err != nil {
		return err
	}
	if o.from.noApply || !o.from.autoApprove && (!a.Streams.InTTY || o.json) {
		return f.leave(ctx, s, p)
	}
	if !o.json {
		f.say("Writing")
	}
	if err := a.approve(ctx, s, p, opts); err != nil {
		return f.advise(err)
	}
	undo := f.undo
	f.undo = nil // from here on the spec is the project's
	res, err := a.proceed(ctx, s, p, opts)
	if errors.Is(err, context.Canceled) {
		f.undo = undo // nothing was applied
		return err
	}
	if err != nil {
		return fmt.Errorf("%w\n%s is written; run `mlops apply` once that is settled", err, hclspec.MainFile)
	}
	if o.json {
		return a.printJSON(f.document(p, resultDocument(res, p.ID)))
	}
	return nil
}

// advise says how to get at the spec when its plan needs a person.
func (f *founding) advise(err error) error {
	if fail, ok := errors.AsType[*failure](err); ok && fail.kind != "aborted" && fail.kind != "stale" {
		more := *fail
		more.msg += "\nWith --no-apply init writes the spec all the same, to be edited."
		return &more
	}
	return err
}

// leave ends without an apply: the files stay.
func (f *founding) leave(ctx context.Context, s *session, p *planner.Plan) error {
	a := f.a
	if err := ctx.Err(); err != nil {
		return err
	}
	f.undo = nil
	if f.o.json {
		return a.printJSON(f.document(p, nil))
	}
	f.say("Wrote")
	if err := a.printPlan(s, p, &planOptions{summary: f.o.from.brief}); err != nil {
		return err
	}
	fmt.Fprintf(a.Streams.Out, "\nNothing was applied. Next: edit %s, then\n  mlops plan     to see what it would write\n  mlops apply    to write and commit it\n", hclspec.MainFile)
	return nil
}

// say tells what is written.
func (f *founding) say(verb string) {
	w := f.a.Streams.Out
	fmt.Fprintf(w, "%s %s from %s.\n", verb, show.Line(strings.Join(f.planted.names(), ", ")), show.Line(f.from.label))
	for _, name := range f.planted.kept {
		fmt.Fprintf(w, "Kept %s, which was there already.\n", show.Line(name))
	}
	if len(f.fetched.keeper.Seen()) > 0 {
		f.fetched.printPins()
	}
	if f.hooked != nil {
		f.hooked.tell()
	}
	fmt.Fprintln(w)
}

// document is init --from --json.
func (f *founding) document(p *planner.Plan, result any) map[string]any {
	doc := map[string]any{
		"format_version": planner.FormatVersion, "from": f.from.label, "written": f.planted.names(), "kept": list(f.planted.kept),
		"components": f.fetched.report(), "plan": p, "result": result,
	}
	if f.hooked != nil {
		doc["hooks"] = f.hooked.report()
	}
	return doc
}
