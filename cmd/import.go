package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/takeover"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

type importOptions struct {
	vars              varFlags
	dir               string
	ownership         string
	include, exclude  []string
	autoApprove, json bool
	dryRun            bool
	// from, source and name are those of a project that another tool generated.
	from, source, name string
}

func newImportCmd(a *app) *cobra.Command {
	o := &importOptions{}
	c := &cobra.Command{
		Use:   "import {DIR | --from cruft [FILE] | --from cookiecutter-replay FILE}",
		Short: "Write a spec of the files that are there",
		Long: `Import takes over the text files of a folder, as they are: it writes a block for
each into mlops.hcl, which it makes where there is none, and notes them in the
lock, so that the next plan is empty. No file is touched, and nothing is committed:
the next apply does that.

What git ignores, what is managed already, other repositories and other mlops
projects are passed over. Files that a spec cannot hold byte for byte, or that are
larger than 256 KiB or 1,000 lines, are left out and listed with the reason.

To take over a file whose text differs from the spec's, write an import block.

With --from, import takes over a project that cruft or Cookiecutter generated: it
reads .cruft.json, or a file of Cookiecutter's replay folder, writes a component
block with the template and the answers, pins the commit, and notes in the lock what
the template rendered. The next plan then shows what was edited and deleted since,
which stays, and component update merges into it. A replay file names no commit: the
newest one is taken, or the one that --source names.`,
		Example: "  mlops import .\n  mlops import src --dry-run\n  mlops import . --exclude 'data/**' --ownership shared\n  mlops import --from cruft\n  mlops import --from cookiecutter-replay ~/.cookiecutter_replay/layout.json --source gh:example/layout?ref=v1.2.0",
		Args:    o.args,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(c *cobra.Command, args []string) error {
			if o.from != "" {
				return runImportFrom(c.Context(), a, o.generated(c, args))
			}
			o.dir = args[0]
			return runImport(c.Context(), a, o)
		},
	}
	o.vars.register(c)
	f := c.Flags()
	o.registerFrom(c)
	f.StringVar(&o.ownership, "ownership", "spec", "who owns the bytes from then on: spec, shared or user; with --from the default is shared")
	// It fails only for a flag that is not there.
	_ = c.RegisterFlagCompletionFunc("ownership", cobra.FixedCompletions([]string{"spec", "shared", "user"}, cobra.ShellCompDirectiveNoFileComp))
	f.StringArrayVar(&o.include, "include", nil, "take over only what matches this path, folder or `glob`; may be repeated")
	f.StringArrayVar(&o.exclude, "exclude", nil, "leave out what matches this path, folder or `glob`; may be repeated")
	f.BoolVar(&o.dryRun, "dry-run", false, "show what would be written, and write nothing")
	f.BoolVar(&o.autoApprove, "auto-approve", false, "do not ask")
	f.BoolVar(&o.json, "json", false, "print the result as JSON; needs --auto-approve or --dry-run")
	return c
}

func (o *importOptions) check() error {
	switch o.ownership {
	case "spec", "shared", "user":
	default:
		return fmt.Errorf("--ownership is spec, shared or user, not %q", o.ownership)
	}
	if o.json && !o.autoApprove && !o.dryRun {
		return errors.New("--json cannot ask: add --auto-approve or --dry-run")
	}
	for _, pattern := range append(append([]string{}, o.include...), o.exclude...) {
		if pattern == "" || !doublestar.ValidatePattern(pattern) {
			return fmt.Errorf("%q: is no valid path pattern", pattern)
		}
	}
	return nil
}

func runImport(ctx context.Context, a *app, o *importOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	f := planFlags{vars: o.vars, noCommit: true, json: o.json}
	i := &importer{a: a, o: o}
	s, err := i.open(&f)
	defer s.close()
	if err != nil {
		return err
	}
	if err := i.scan(); err != nil {
		return err
	}
	if len(i.found.Files) == 0 {
		return i.report()
	}
	if err := i.write(); err != nil {
		return err
	}
	if err := i.verify(&f); err != nil {
		return err
	}
	if o.dryRun {
		return i.report()
	}
	if err := i.confirm(); err != nil {
		return err
	}
	return i.carryOut(ctx, f)
}

// open reads the spec, if there is one, and plans it.
func (i *importer) open(f *planFlags) (*session, error) {
	s, err := i.a.readAfresh(f)
	if i.s = s; errors.Is(err, hclspec.ErrNoSpec) {
		return s, errors.Join(i.elsewhere(), s.reading())
	}
	if err != nil {
		return s, err
	}
	i.plan, err = s.compute(f)
	return s, err
}

// confirm asks the one question; only "yes" is a yes.
func (i *importer) confirm() error {
	if i.o.autoApprove {
		return nil
	}
	i.listFiles()
	i.listLeftOut()
	if !i.a.Streams.InTTY {
		return &failure{kind: "aborted", msg: "there is no terminal to ask on: add --auto-approve"}
	}
	what := "this file"
	if n := len(i.found.Files); n > 1 {
		what = fmt.Sprintf("these %d files", n)
	}
	question := fmt.Sprintf("\nTake %s over into %s? Only 'yes' is accepted: ", what, i.file.Name)
	answer, err := i.a.Streams.Ask(bufio.NewReader(i.a.Streams.In), question)
	if err != nil {
		return err
	}
	if answer != "yes" {
		return &failure{kind: "aborted", msg: "not imported; nothing was written"}
	}
	return nil
}

// carryOut writes the spec and then the lock.
func (i *importer) carryOut(ctx context.Context, f planFlags) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	undo, err := i.s.rewrite([]adopt.File{i.file})
	if err != nil {
		return err
	}
	if err := i.a.settleLock(ctx, f, i.addresses()); err != nil {
		return errors.Join(err, undo())
	}
	return i.report()
}

func (i *importer) report() error {
	if i.o.json {
		files, out := i.found.Files, i.found.LeftOut
		if files == nil {
			files = []takeover.File{}
		}
		if out == nil {
			out = []takeover.LeftOut{}
		}
		return i.a.printJSON(map[string]any{
			"format_version": planner.FormatVersion, "dry_run": i.o.dryRun, "spec": i.file.Name,
			"files": files, "left_out": out, "managed": i.found.Managed, "pending": list(i.others),
		})
	}
	w := i.a.Streams.Out
	switch {
	case len(i.found.Files) == 0:
		fmt.Fprintf(w, "Nothing to import: no file of %s is both new to the spec and fit for it.\n", show.Line(i.o.dir))
	case i.o.dryRun:
		i.a.showFiles([]adopt.File{i.file})
		i.listFiles()
	default:
		fmt.Fprintf(w, "Imported %s into %s. The next apply commits it.\n", count(len(i.found.Files), "file"), show.Line(i.file.Name))
	}
	if i.o.dryRun || i.o.autoApprove || len(i.found.Files) == 0 {
		i.listLeftOut()
	}
	if n := i.found.Managed; n > 0 {
		fmt.Fprintf(w, "Managed already: %s.\n", count(n, "file"))
	}
	for _, p := range i.others {
		fmt.Fprintf(w, "Note: %s has a pending change now; see `mlops plan`.\n", show.Line(p))
	}
	return nil
}

func (i *importer) listFiles() {
	w := i.a.Streams.Out
	fmt.Fprintf(w, "To take over: %d\n", len(i.found.Files))
	for _, f := range i.found.Files {
		fmt.Fprintf(w, "  %s  %s\n", f.Mode, show.Line(f.Path))
	}
}

func (i *importer) listLeftOut() {
	if len(i.found.LeftOut) == 0 {
		return
	}
	w := i.a.Streams.Out
	fmt.Fprintf(w, "Left out: %d\n", len(i.found.LeftOut))
	for _, l := range i.found.LeftOut {
		fmt.Fprintf(w, "  %s: %s\n", show.Line(l.Path), show.Line(l.Why))
	}
}

// asked reports whether the flags take a path in.
func (o *importOptions) asked(p string) bool {
	in := len(o.include) == 0
	for _, pattern := range o.include {
		in = in || covers(pattern, p)
	}
	for _, pattern := range o.exclude {
		in = in && !covers(pattern, p)
	}
	return in
}

// covers takes a path, a folder or a glob.
func covers(pattern, p string) bool {
	dir := strings.TrimSuffix(pattern, "/")
	if p == dir || strings.HasPrefix(p, dir+"/") {
		return true
	}
	ok, err := doublestar.Match(pattern, p)
	return ok && err == nil
}

// realDir refuses what is outside, no folder or file, or behind a link.
func (s *session) realDir(name string) error {
	if !fs.ValidPath(name) {
		return fmt.Errorf("%s: leads out of the project", name)
	}
	for n, r := range name + "/" {
		if r != '/' || name == "." {
			continue
		}
		info, err := s.root.Lstat(name[:n])
		if err != nil {
			return fmt.Errorf("%s: %w", name, bare(err))
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			return fmt.Errorf("%s: %s is a symbolic link, which import does not follow", name, name[:n])
		}
	}
	return nil
}
