package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mlops-as-code/mlops/applier"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/gitconf"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

type applyOptions struct {
	planFlags
	autoApprove bool
	summary     bool
	saved       string
	interactive bool
	// told says that the caller reports the result.
	told bool
}

func newApplyCmd(a *app) *cobra.Command {
	o := &applyOptions{}
	c := &cobra.Command{
		Use:   "apply [PLAN]",
		Short: "Make the planned changes and commit them",
		Long: `Apply computes the plan, shows it, asks once, writes the files and makes one
commit that holds exactly the planned paths, the lock, and the spec and templates
they were made from. Your staged and unstaged work on other paths stays as it is.

With --interactive it asks about one change after the other: y applies it, n leaves
it out, a writes the outside edit into the spec, m settles a conflict, v shows it
again, e opens the spec in $VISUAL or $EDITOR, q quits and applies nothing, A
applies it and all that follow, and ? explains what is offered. It asks once more
at the end unless every change was answered y.

It is all or nothing: interrupted before the files are published, it leaves
nothing behind; killed later, the next run completes it. With a saved PLAN it
writes exactly the bytes of that plan, or refuses because something moved.`,
		Example: `  mlops apply
  mlops apply --auto-approve
  mlops apply --no-commit
  mlops apply --interactive
  mlops plan --out plan.json && mlops apply plan.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				o.saved = args[0]
			}
			return runApply(c.Context(), a, o)
		},
	}
	o.register(a, c)
	f := c.Flags()
	f.BoolVar(&o.autoApprove, "auto-approve", false, "do not ask")
	f.BoolVar(&o.noCommit, "no-commit", false, "write the files and the lock, leave git alone")
	f.BoolVarP(&o.interactive, "interactive", "i", false, "ask about each change: yes, no, adopt, merge, view, edit, quit, All the rest")
	f.BoolVar(&o.summary, "summary", false, "leave out the diffs")
	f.BoolVar(&o.json, "json", false, "print the result as JSON; needs --auto-approve or a saved plan")
	return c
}

func newDestroyCmd(a *app) *cobra.Command {
	o := &applyOptions{}
	o.destroy = true
	c := &cobra.Command{
		Use:   "destroy",
		Short: "Remove every file mlops manages and commit that",
		Long: `Destroy deletes the managed files that are as last applied, and the lock, in one
commit. Files of the user, edited files and files with prevent_destroy are never
deleted: the plan says which stand in the way. The spec stays.`,
		Example: "  mlops destroy\n  mlops plan --destroy",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return runApply(c.Context(), a, o) },
	}
	o.register(a, c)
	f := c.Flags()
	f.BoolVar(&o.autoApprove, "auto-approve", false, "do not ask")
	f.BoolVar(&o.noCommit, "no-commit", false, "delete the files and the lock, leave git alone")
	f.BoolVar(&o.summary, "summary", false, "leave out the diffs")
	f.BoolVar(&o.json, "json", false, "print the result as JSON; needs --auto-approve")
	return c
}

func runApply(ctx context.Context, a *app, o *applyOptions) error {
	if o.interactive {
		return runInteractive(ctx, a, o)
	}
	if o.json && !o.autoApprove && o.saved == "" {
		return errors.New("--json cannot ask: add --auto-approve or name a saved plan")
	}
	if o.saved != "" {
		return applySaved(ctx, a, o)
	}
	a.applying = true
	s, p, err := a.plan(&o.planFlags)
	defer s.close()
	if err != nil {
		return err
	}
	return a.settle(ctx, s, p, o)
}

// settle shows a plan, asks, and carries it out.
func (a *app) settle(ctx context.Context, s *session, p *planner.Plan, o *applyOptions) error {
	if err := a.approve(ctx, s, p, o); err != nil {
		return err
	}
	_, err := a.proceed(ctx, s, p, o)
	return err
}

// approve shows a plan, and asks.
func (a *app) approve(ctx context.Context, s *session, p *planner.Plan, o *applyOptions) error {
	if !o.json {
		if err := a.printPlan(s, p, &planOptions{summary: o.summary}); err != nil {
			return err
		}
	}
	if err := refuse(p, o.json); err != nil {
		if s.overtaken() {
			return &failure{kind: "stale", json: o.json, msg: staleMessage([]string{planner.LockPath + " changed"})}
		}
		return err
	}
	// An empty plan still goes to the applier: it repairs what a crash left.
	if !o.autoApprove && (p.HasChanges() || len(p.Leftover) > 0) {
		return a.confirm(ctx, p)
	}
	return nil
}

// proceed carries out a plan that was approved.
func (a *app) proceed(ctx context.Context, s *session, p *planner.Plan, o *applyOptions) (*applier.Result, error) {
	// The question may have stood for long.
	if stale := a.stale(p); len(stale) > 0 || s.key != s.cacheKey(&o.planFlags) {
		return nil, &failure{kind: "stale", json: o.json, msg: staleMessage(append(stale, "a variable changed")[:max(1, len(stale))])}
	}
	res, err := a.carryOut(ctx, p, o)
	if err == nil {
		s.remember(&o.planFlags, p, res.Commit)
	}
	return res, err
}

// refuse ends an apply whose plan needs a person.
func refuse(p *planner.Plan, json bool) error {
	why := p.Failed()
	if len(why) == 0 {
		return nil
	}
	kind := "check"
	if p.Summary.Conflict > 0 {
		kind = "conflict"
	}
	return &failure{kind: kind, json: json, msg: "nothing was written, because the plan needs a person:\n  " + strings.Join(why, "\n  ") + pastes(p)}
}

// pastes are the blocks for the spec that the reasons speak of.
func pastes(p *planner.Plan) string {
	var b strings.Builder
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Paste != "" {
			text := strings.ReplaceAll(strings.TrimSuffix(c.Paste, "\n"), "\n", "\n    ")
			fmt.Fprintf(&b, "\nThe block for %s:\n    %s", c.Path, text)
		}
	}
	return b.String()
}

// confirm asks the one question; only "yes" is a yes.
func (a *app) confirm(ctx context.Context, p *planner.Plan) error {
	if !a.Streams.InTTY {
		return &failure{kind: "aborted", msg: "there is no terminal to ask on: add --auto-approve, or apply a saved plan"}
	}
	in := bufio.NewReader(&patient{ctx: ctx, r: a.Streams.In})
	answer, err := a.Streams.Ask(in, "\n"+questionOf(p)+"? Only 'yes' is accepted: ")
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return err
	}
	if answer != "yes" {
		return &failure{kind: "aborted", msg: "not applied; nothing was written"}
	}
	return nil
}

// questionOf is what apply asks, without the question mark.
func questionOf(p *planner.Plan) string {
	left := 0
	for _, f := range p.Leftover {
		left += ofProject(f.Path)
	}
	switch n := len(p.Changes); {
	case n > 1:
		return fmt.Sprintf("Apply these %d actions", n)
	case n == 1:
		return "Apply this action"
	case left > 0:
		return "Commit " + count(left, "file")
	case len(p.Leftover) > 0:
		return "Commit the lock"
	}
	return "Update the lock"
}

// ofProject is 1 for a file of the project, and 0 for one of mlops's own.
func ofProject(name string) int {
	if planner.IsOwn(name) {
		return 0
	}
	return 1
}

// applySaved carries out a plan file, or refuses it as stale.
func applySaved(ctx context.Context, a *app, o *applyOptions) error {
	if len(o.targets)+len(o.excludes)+len(o.vars.given) > 0 {
		return errors.New("a saved plan is applied as it is: --target, --exclude, --var and --var-file belong to plan")
	}
	p, err := a.readPlan(o.saved)
	if err != nil {
		return err
	}
	if p.Mode == "refresh-only" {
		return fmt.Errorf("%s: was made with --refresh-only and changes nothing", o.saved)
	}
	if o.noCommit {
		p.Commit.Enabled = false
	}
	if err := refuse(p, o.json); err != nil {
		return err
	}
	if stale := a.stale(p); len(stale) > 0 {
		return &failure{kind: "stale", json: o.json, msg: staleMessage(stale)}
	}
	_, err = a.carryOut(ctx, p, o)
	return err
}

func staleMessage(what []string) string {
	return "the plan is stale, nothing was written; plan again. Since it was made:\n  " + strings.Join(what, "\n  ")
}

func (a *app) readPlan(name string) (*planner.Plan, error) {
	f, err := os.Open(a.path(name))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, bare(err))
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, planner.MaxPlanBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, bare(err))
	}
	p, err := planner.Decode(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// stale compares a saved plan's inputs with the directory: those the applier
// does not look at itself.
func (a *app) stale(p *planner.Plan) []string {
	root, err := os.OpenRoot(a.root())
	if err != nil {
		return []string{err.Error()}
	}
	defer root.Close()
	var out []string
	spec, err := hclspec.Find(root.FS())
	if err != nil {
		return []string{err.Error()}
	}
	if hclspec.SpecDigest(spec) != strings.TrimPrefix(p.Inputs.Spec, "sha256:") {
		out = append(out, "mlops.hcl changed")
	}
	vars, err := hclspec.FindVars(root.FS())
	if err != nil {
		return append(out, err.Error())
	}
	seen := map[string]bool{}
	for _, src := range vars {
		seen[src.Name] = true
		if p.Inputs.Files[src.Name] != planner.Digest(src.Src) {
			out = append(out, src.Name+" changed")
		}
	}
	for name := range p.Inputs.Files {
		if !seen[name] {
			out = append(out, name+" is gone")
		}
	}
	for path, there := range p.Inputs.Probes {
		info, err := root.Stat(path)
		if (err == nil && info.Mode().IsRegular()) != there {
			out = append(out, path+" appeared or vanished")
		}
	}
	for pattern, digest := range p.Inputs.Globs {
		if now, err := hclspec.GlobDigest(root.FS(), pattern); err != nil || "sha256:"+now != digest {
			out = append(out, "the files that match "+pattern+" changed")
		}
	}
	return out
}

// carryOut applies and reports.
func (a *app) carryOut(ctx context.Context, p *planner.Plan, o *applyOptions) (*applier.Result, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	progress := a.newProgress()
	res, err := applier.Apply(ctx, applier.Request{
		Plan: p, Root: a.root(), Env: gitconf.NewEnv(a.Env), Now: a.Now(), Version: version(),
		Who: a.who(p.Mode), Progress: progress.steps(),
	})
	progress.done()
	if err != nil {
		return nil, applyFailure(err, o.json)
	}
	switch {
	case o.told:
	case o.json:
		err = a.printJSON(resultDocument(res, p.ID))
	case !res.Nothing:
		a.report(p, res)
	}
	return res, err
}

func applyFailure(err error, json bool) error {
	if stale, ok := errors.AsType[*applier.StaleError](err); ok {
		return &failure{kind: "stale", json: json, msg: staleMessage(stale.What)}
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return &failure{kind: kindOf(err), json: json, msg: err.Error(), cause: err}
}

// who is shown to another process that finds the lock held.
func (a *app) who(operation string) applier.Who {
	host, _ := os.Hostname()
	return applier.Who{PID: os.Getpid(), Host: host, User: a.getenv("USER"), Operation: operation}
}

// resultDocument is apply --json.
func resultDocument(r *applier.Result, planID string) map[string]any {
	return map[string]any{
		"format_version": planner.FormatVersion, "plan_id": planID, "nothing": r.Nothing, "commit": r.Commit,
		"branch": r.Branch, "written": list(r.Written), "removed": list(r.Removed), "backup": r.Backup,
		"backup_paths": list(r.BackupPaths), "initialized": r.InitialisedRepo, "notes": list(r.Notes),
	}
}

func list(in []string) []string {
	if in == nil {
		return []string{}
	}
	return in
}

func (a *app) report(p *planner.Plan, r *applier.Result) {
	w := a.Streams.Out
	written, removed := 0, 0
	for _, name := range r.Written {
		written += ofProject(name)
	}
	for _, name := range r.Removed {
		removed += ofProject(name)
	}
	fmt.Fprintf(w, "\n%s %d written, %d removed.\n", a.paint(a.Streams.OutTTY, "1;32", "Apply complete!"), written, removed)
	if r.InitialisedRepo {
		fmt.Fprintf(w, "Created a git repository on branch %s.\n", show.Line(r.Branch))
	}
	if r.Commit != "" {
		fmt.Fprintf(w, "Committed as %.12s%s.\n", r.Commit, onBranch(r.Branch))
	}
	if r.Backup != "" {
		fmt.Fprintf(w, "Overwritten bytes that no commit held are kept. To see one:\n")
		for _, path := range r.BackupPaths[:min(3, len(r.BackupPaths))] {
			fmt.Fprintf(w, "  %s\n", show.Line(getBack(r.Backup, path)))
		}
	}
	for _, note := range r.Notes {
		fmt.Fprintf(w, "Note: %s\n", show.Line(note))
	}
	if r.Commit == "" && !p.Commit.Enabled {
		fmt.Fprintln(w, "Nothing was committed.")
	}
}

// getBack is the command that shows one file of a backup.
func getBack(backup, path string) string {
	if strings.HasPrefix(backup, "refs/") {
		return fmt.Sprintf("git show '%s:%s'", backup, path)
	}
	return fmt.Sprintf("cat '%s/%s'", backup, path)
}

func onBranch(branch string) string {
	if branch == "" {
		return " on a detached HEAD"
	}
	return " on " + show.Line(branch)
}
