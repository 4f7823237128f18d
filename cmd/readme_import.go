package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/specedit"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/mlops-as-code/mlops/readme"
	"github.com/spf13/cobra"
	"github.com/zclconf/go-cty/cty"
)

type readmeImportOptions struct {
	vars      varFlags
	path      string
	ownership string
	dryRun    bool
	json      bool
}

func newReadmeImportCmd(a *app) *cobra.Command {
	o := &readmeImportOptions{path: "README.md"}
	c := &cobra.Command{
		Use:   "import [FILE]",
		Short: "Write the readme block of a README that is there",
		Long: `Import makes a readme block of a README that was written by hand and adds it to the
spec, which it makes where there is none. The README is not touched: the sections
give back what stands there, byte for byte, which is seen to before anything is
written, and the lock notes them, so that the next plan is empty.

A section becomes a typed kind where that gives the very same bytes, else custom or
verbatim. What HCL cannot say, such as accents that are characters of their own, goes
into a file below docs/readme. Blocks of other tools stay theirs. The sections are
shared: edits of the README stay, and changes of the spec are merged in.`,
		Example:           "  mlops readme import\n  mlops readme import --dry-run\n  mlops readme import docs/README.md --ownership spec",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: cobra.FixedCompletions([]string{"md"}, cobra.ShellCompDirectiveFilterFileExt),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.path = args[0]
			}
			return runReadmeImport(c.Context(), a, o)
		},
	}
	o.vars.register(c)
	c.Flags().StringVar(&o.ownership, "ownership", "shared", "who owns the sections from then on: spec, shared or user")
	// It fails only for a flag that is not there.
	_ = c.RegisterFlagCompletionFunc("ownership", cobra.FixedCompletions([]string{"spec", "shared", "user"}, cobra.ShellCompDirectiveNoFileComp))
	c.Flags().BoolVar(&o.dryRun, "dry-run", false, "show what would be written, and write nothing")
	c.Flags().BoolVar(&o.json, "json", false, "print the sections as JSON")
	return c
}

// readmeImport is one run of readme import.
type readmeImport struct {
	a     *app
	o     *readmeImportOptions
	s     *session
	path  string
	disk  []byte
	taken *readme.Taken
	files []adopt.File
}

func runReadmeImport(ctx context.Context, a *app, o *readmeImportOptions) error {
	if !slices.Contains([]string{"spec", "shared", "user"}, o.ownership) {
		return fmt.Errorf("--ownership is spec, shared or user, not %q", o.ownership)
	}
	f := planFlags{vars: o.vars, noCommit: true, json: o.json}
	s, plan, err := a.planOrNone(&f)
	defer s.close()
	if err != nil {
		return err
	}
	if above, _ := a.above(); plan == nil && above != "" {
		return fmt.Errorf("%s: lies in the project of %s: run `mlops init` here first for a project of its own", o.path, above)
	}
	i := &readmeImport{a: a, o: o, s: s, path: path.Clean(filepath.ToSlash(o.path))}
	if err := i.take(ctx); err != nil {
		return err
	}
	if err := i.write(); err != nil {
		return err
	}
	if err := i.verify(&f); err != nil || o.dryRun {
		return errors.Join(err, i.reportUnless(err))
	}
	return i.carryOut(ctx, f)
}

// take reads the README and makes sections of it.
func (i *readmeImport) take(ctx context.Context) error {
	if p := i.s.project; p != nil && p.Readme != nil {
		return fmt.Errorf("%s:%d: the spec has a readme block already; edit its sections, or `mlops adopt` what was changed in the README", p.Readme.Range.Filename, p.Readme.Range.Start.Line)
	}
	if !fs.ValidPath(i.path) {
		return fmt.Errorf("%s: leads out of the project", i.path)
	}
	if err := i.writer(); err != nil {
		return err
	}
	data, err := readOwn(i.s.root, i.path, hclspec.MaxFileBytes)
	if err != nil {
		return fmt.Errorf("%s: %w", i.path, bare(err))
	}
	i.disk = data
	about := readme.Project{Name: i.projectName(), Path: i.path}
	if i.s.project != nil {
		var entries []planner.Entry
		if i.s.tree != nil {
			entries = i.s.tree.Entries
		}
		_, about = planner.Document(i.s.project, &hclspec.Readme{}, entries)
		about.Path = i.path
	}
	i.taken, err = readme.TakeIn(ctx, data, about)
	if cause := ctx.Err(); cause != nil {
		return cause
	}
	if err != nil {
		return fmt.Errorf("%s: %w", i.path, err)
	}
	return nil
}

// writer refuses a README that a file block of the spec writes.
func (i *readmeImport) writer() error {
	if i.s.project == nil {
		return nil
	}
	for _, file := range i.s.project.Files {
		if string(file.Path) == i.path {
			return fmt.Errorf("%s: is written by %s at %s:%d; %s", i.path, file.Address, file.Range.Filename, file.Range.Start.Line, letGo("put in the place of that block", file.Address))
		}
	}
	return nil
}

// letGo says how a file is handed from a file block to the readme block.
func letGo(where, address string) string {
	return fmt.Sprintf("%s\n\n  removed {\n    from = %s\n    lifecycle {\n      destroy = false\n    }\n  }\n\nrun `mlops apply`, which leaves the file as it is, and then this again", where, address)
}

// projectName is the name of a project that is yet to be.
func (i *readmeImport) projectName() string {
	name := filepath.Base(i.s.dir)
	if !namePattern().MatchString(name) {
		name = validName(name)
	}
	return name
}

// write makes the new text of the spec, and the files that sections name.
func (i *readmeImport) write() error {
	main := adopt.File{Name: hclspec.MainFile}
	if n := slices.IndexFunc(i.s.spec, func(s hclspec.Source) bool { return strings.HasSuffix(s.Name, ".hcl") }); n >= 0 {
		main.Name, main.Old = i.s.spec[n].Name, i.s.spec[n].Src
	}
	var blocks []specedit.Block
	if len(i.s.spec) == 0 {
		blocks = append(blocks, specedit.Block{Type: "project", Labels: []string{i.projectName()}})
	}
	var err error
	main.New, err = specedit.AppendBlocks(main.Old, append(blocks, i.block())...)
	if err != nil {
		return fmt.Errorf("%s: cannot be written in %s: %w", i.path, main.Name, err)
	}
	i.files = []adopt.File{main}
	for _, name := range slices.Sorted(maps.Keys(i.taken.Files)) {
		i.files = append(i.files, adopt.File{Name: name, New: i.taken.Files[name]})
	}
	return nil
}

// block is the readme block of the spec.
func (i *readmeImport) block() specedit.Block {
	out := specedit.Block{Type: "readme"}
	if i.path != "README.md" {
		out.Attributes = []specedit.Attr{{Name: "path", Value: cty.StringVal(i.path)}}
	}
	for _, s := range i.taken.Sections {
		b := specedit.Block{Type: "section", Labels: []string{s.Kind}}
		if s.Name != "" {
			b.Labels = append(b.Labels, s.Name)
		}
		for _, name := range slices.Sorted(maps.Keys(s.Fields.AsValueMap())) {
			value := s.Fields.GetAttr(name)
			if text := value.AsString(); strings.Contains(text, "\n") && (name == "body") {
				value = cty.StringVal(text + "\n") // for a heredoc; blank lines around do not count
			}
			b.Attributes = append(b.Attributes, specedit.Attr{Name: name, Value: value})
		}
		slices.SortStableFunc(b.Attributes, func(x, y specedit.Attr) int { return fieldRank(x.Name) - fieldRank(y.Name) })
		if i.o.ownership != "spec" {
			b.Attributes = append(b.Attributes, specedit.Attr{Name: "ownership", Value: cty.StringVal(i.o.ownership)})
		}
		out.Blocks = append(out.Blocks, b)
	}
	return out
}

// fieldRank puts the title first.
func fieldRank(name string) int {
	if name == "title" {
		return 0
	}
	return 1
}

// verify plans the new spec before it is written: the README must be the one on
// disk, with nothing to do but to be noted.
func (i *readmeImport) verify(f *planFlags) error {
	_, p, err := i.s.imagine(f, i.files)
	if err != nil {
		return err
	}
	c := changeOf(p, "readme")
	for _, other := range p.Changes {
		was := cmp.Or(other.PreviousAddress, other.Address)
		if other.Path == i.path && was != "readme" && (c == nil || c.Actions[0] != "adopt" || other.Address != "readme") {
			return fmt.Errorf("%s: the lock still has it as %s; %s", i.path, was, letGo("have in the spec", was))
		}
	}
	if c == nil || c.Actions[0] != "adopt" {
		return fmt.Errorf("%s: was changed meanwhile, or the spec cannot say it exactly; nothing was written", i.path)
	}
	return nil
}

// carryOut writes the files, the spec and then the lock.
func (i *readmeImport) carryOut(ctx context.Context, f planFlags) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, file := range i.files[1:] {
		if err := i.s.root.MkdirAll(path.Dir(file.Name), 0o777); err != nil {
			return fmt.Errorf("%s: %w", path.Dir(file.Name), bare(err))
		}
	}
	undo, err := i.s.rewrite(i.files)
	if err != nil {
		return err
	}
	if err := i.a.settleLock(ctx, f, map[string]bool{"readme": true}); err != nil {
		return errors.Join(err, undo())
	}
	return i.report()
}

func (i *readmeImport) reportUnless(err error) error {
	if err != nil {
		return nil
	}
	return i.report()
}

// importedSection is a section as --json has it.
type importedSection struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	File  string `json:"file,omitempty"`
	Lines int    `json:"lines"`
}

func (i *readmeImport) report() error {
	all := []importedSection{}
	for _, s := range i.taken.Sections {
		one := importedSection{ID: strings.TrimSuffix(s.Kind+"."+s.Name, "."), Kind: s.Kind, Name: s.Name}
		for name, v := range s.Fields.AsValueMap() {
			if name == "body_file" {
				one.File = v.AsString()
			}
			one.Lines += strings.Count(v.AsString(), "\n") + 1
		}
		all = append(all, one)
	}
	if i.o.json {
		return i.a.printJSON(map[string]any{
			"format_version": planner.FormatVersion, "dry_run": i.o.dryRun, "path": i.path, "spec": i.files[0].Name, "sections": all,
		})
	}
	if i.o.dryRun {
		i.a.showFiles(i.files)
	}
	var rows [][]string
	for _, one := range all {
		rows = append(rows, []string{"  " + one.ID, one.Kind, count(one.Lines, "line"), one.File})
	}
	i.a.columns(rows)
	w := i.a.Streams.Out
	if len(all) == 0 {
		fmt.Fprintf(w, "%s has no text to make sections of.\n", show.Line(i.path))
	}
	if !i.o.dryRun {
		fmt.Fprintf(w, "\nImported %s of %s into %s. The next apply commits it.\n", count(len(all), "section"), show.Line(i.path), show.Line(i.files[0].Name))
	}
	return nil
}
