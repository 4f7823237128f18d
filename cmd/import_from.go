package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/components/pins"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/cookiecutter"
	"github.com/mlops-as-code/mlops/internal/keys"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/pyvalue"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

const (
	fromCruft  = "cruft"
	fromReplay = "cookiecutter-replay"
	cruftFile  = ".cruft.json"
)

func (o *importOptions) registerFrom(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.from, "from", "", "take over what another `tool` generated: cruft or cookiecutter-replay")
	f.StringVar(&o.source, "source", "", "with --from: where the template is now, as a component's source")
	f.StringVar(&o.name, "name", "", "with --from: name of the component block (default what the source suggests)")
	// It fails only for a flag that is not there.
	_ = c.RegisterFlagCompletionFunc("from", cobra.FixedCompletions([]string{fromCruft, fromReplay}, cobra.ShellCompDirectiveNoFileComp))
}

// args judges the arguments of both forms.
func (o *importOptions) args(c *cobra.Command, args []string) error {
	switch {
	case o.from == "" && (o.source != "" || o.name != ""):
		return errors.New("--source and --name are for --from")
	case o.from == "":
		return cobra.ExactArgs(1)(c, args)
	case o.from != fromCruft && o.from != fromReplay:
		return fmt.Errorf("--from is %s or %s, not %q", fromCruft, fromReplay, o.from)
	case o.from == fromReplay && len(args) != 1:
		return errors.New("--from cookiecutter-replay needs the file, such as ~/.cookiecutter_replay/NAME.json")
	case len(args) > 1:
		return errors.New("--from cruft takes one file at most; it is .cruft.json when none is named")
	case len(o.include)+len(o.exclude) > 0:
		return errors.New("--include and --exclude are for a folder; of a template, leave files out with `remove` in its component block")
	}
	return nil
}

// generated is what the flags say of a project to take over.
func (o *importOptions) generated(c *cobra.Command, args []string) *importOptions {
	if !c.Flags().Changed("ownership") {
		o.ownership = "shared"
	}
	if len(args) == 1 {
		o.dir = args[0]
	}
	return o
}

// translation is one run of import --from.
type translation struct {
	*fetching
	o     *importOptions
	flags planFlags
	// label is how messages call the file, and record what it says.
	label  string
	record *cookiecutter.Record
	call   hclspec.ComponentCall
	// before is the plan of the spec as it is; nil without one.
	before *planner.Plan
	// inputs are the attribute's items, and remove the paths that stay out.
	inputs, remove []string
	notes          []string
	// fresh says that there is no spec yet.
	fresh      bool
	spec, lock adopt.File
	bases      []newFile
	stands     standing
}

func runImportFrom(ctx context.Context, a *app, o *importOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	t := &translation{o: o, flags: planFlags{vars: o.vars, noCommit: true, json: o.json}}
	var err error
	if t.fetching, err = a.translating(ctx, t); err != nil {
		return err
	}
	defer t.s.close()
	for _, step := range []func(context.Context) error{t.read, t.locate, t.fetch, t.answer, t.settle} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if !o.dryRun {
		if err := t.confirm(); err != nil {
			return err
		}
		if err := t.write(ctx); err != nil {
			return err
		}
	}
	return t.report()
}

// translating opens the project, which may have no spec yet.
func (a *app) translating(ctx context.Context, t *translation) (*fetching, error) {
	i := &importer{a: a, o: &importOptions{vars: t.o.vars, dir: ".", json: t.o.json}}
	s, err := i.open(&t.flags)
	if err != nil {
		s.close()
		return nil, err
	}
	dir, err := a.cacheDir()
	if err != nil {
		s.close()
		return nil, err
	}
	t.before = i.plan
	f := &fetching{s: s, json: t.o.json, progress: a.newProgress()}
	f.keeper = pins.NewKeeper(ctx, pins.Keeper{
		Resolver: s.resolver(), Remote: a.remote(dir, f.progress), Cache: components.NewCache(dir), Stamp: a.stamp, At: map[string]string{},
	})
	return f, nil
}

// read takes in what the other tool wrote down.
func (t *translation) read(context.Context) error {
	name := t.o.dir
	switch {
	case name == "":
		name = filepath.Join(t.s.dir, cruftFile)
		t.label = cruftFile
	case !filepath.IsAbs(name):
		t.label, name = name, filepath.Join(t.s.a.Dir, name)
	default:
		t.label = name
	}
	data, err := readRecord(name)
	if errors.Is(err, os.ErrNotExist) && t.o.dir == "" {
		return fmt.Errorf("%s: is not there; import --from cruft works in the folder of a project that cruft generated, or name its file", cruftFile)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", t.label, bare(err))
	}
	if t.o.from == fromReplay {
		t.record, err = cookiecutter.ReadReplay(t.label, data)
		return err
	}
	if t.record, err = cookiecutter.ReadCruft(t.label, data); err != nil {
		return err
	}
	return t.skipped()
}

func readRecord(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err == nil {
		err = regular(info, hclspec.MaxFileBytes)
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(name)
}

// skipped adds what pyproject.toml says that cruft leaves alone.
func (t *translation) skipped() error {
	const name = "pyproject.toml"
	data, err := readOwn(t.s.root, name, hclspec.MaxFileBytes)
	if err != nil {
		return nil //nolint:nilerr // without one, or with one that is no file, there is nothing to add
	}
	format, _ := keys.FormatOf(name)
	key, err := keys.ParseKey("tool.cruft.skip")
	if err != nil {
		return err
	}
	found, there, err := keys.Read(data, format, key)
	if err != nil || !there {
		return nil //nolint:nilerr // cruft does not mind one that it cannot read, either
	}
	list, ok := found.([]any)
	if !ok {
		return fmt.Errorf("%s: tool.cruft.skip is no list of paths", name)
	}
	for _, x := range list {
		text, ok := x.(string)
		if !ok {
			return fmt.Errorf("%s: tool.cruft.skip is no list of paths", name)
		}
		t.record.Skip = append(t.record.Skip, text)
	}
	return nil
}

// locate finds out what the source of the component is.
func (t *translation) locate(context.Context) error {
	src, err := t.sourceOf()
	if err != nil {
		return err
	}
	if t.o.name == "" {
		t.o.name = src.Name()
	}
	t.call = hclspec.ComponentCall{Address: hclspec.Address("component", t.o.name, nil), Source: src.String()}
	if src.Kind == components.Git && t.record.Commit != "" {
		t.keeper.At[t.call.Address] = t.record.Commit
	} else if t.record.Commit != "" {
		t.notes = append(t.notes, fmt.Sprintf("the template is taken as it is now: in %s there is no commit %s to go back to", src, shortID(t.record.Commit)))
	}
	return nil
}

func (t *translation) sourceOf() (components.Source, error) {
	const remedy = "name where the template is now with --source, such as --source gh:OWNER/REPO"
	if t.o.source != "" {
		src, err := components.Parse(t.o.source, nil)
		if err != nil {
			return src, fmt.Errorf("--source %s: the source %w", repeated(t.o.source), err)
		}
		return src, nil
	}
	if t.record.Template == "" {
		return components.Source{}, fmt.Errorf("%s: does not say where the template is; %s", t.label, remedy)
	}
	text, ref := t.record.Template, t.record.Checkout
	if text == "" || strings.HasPrefix(text, "-") {
		return components.Source{}, fmt.Errorf("%s: has no template that could be found; %s", t.label, remedy)
	}
	if isPath(text) {
		var err error
		if text, ref, err = t.onDisk(text, ref); err != nil {
			return components.Source{}, fmt.Errorf("%s: the template %w; %s", t.label, err, remedy)
		}
	}
	src, err := components.Recorded(text, t.record.Directory, ref)
	if err != nil && ref != "" && t.record.Commit != "" { // cruft takes any revision, such as HEAD~3
		if at, e := components.Recorded(text, t.record.Directory, t.record.Commit); e == nil {
			t.notes = append(t.notes, "its checkout is no name of a branch, tag or commit, so the source names the commit it was")
			return at, nil
		}
	}
	if err != nil {
		return src, fmt.Errorf("%s: the template %s: the source %w; or %s", t.label, repeated(text), err, remedy)
	}
	return src, nil
}

// isPath tells a path of this machine from a URL and a short form, as Cookiecutter
// does.
func isPath(text string) bool {
	if filepath.IsAbs(text) || strings.HasPrefix(text, ".") {
		return true
	}
	head, _, colon := strings.Cut(text, ":")
	return !colon || strings.ContainsAny(head, `/\`)
}

// onDisk is the source of a template that is in a folder of this machine: a folder of
// the project, or a git repository. A relative one is looked for here and one folder
// up, where the project was probably generated.
func (t *translation) onDisk(text, ref string) (source, checkout string, err error) {
	for _, base := range []string{t.s.dir, filepath.Dir(t.s.dir)} {
		dir := filepath.Clean(text)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(base, dir)
		}
		info, err := os.Stat(dir)
		if err != nil {
			continue
		}
		rel, err := filepath.Rel(t.s.dir, dir)
		inside := err == nil && filepath.IsLocal(rel) && rel != "."
		if !info.IsDir() && (!inside || !strings.EqualFold(filepath.Ext(dir), ".zip")) {
			return "", "", fmt.Errorf("%s is no folder, and no archive in the project", text)
		}
		if isRepository(dir) {
			return "file://" + fileURL(dir), ref, nil
		}
		if inside {
			return "./" + filepath.ToSlash(rel), "", nil
		}
		return "", "", fmt.Errorf("%s is a folder outside of the project and no git repository", text)
	}
	return "", "", fmt.Errorf("%s is not there", text)
}

func isRepository(dir string) bool {
	for _, name := range []string{".git", "HEAD"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}

// fileURL is the path of a file URL.
func fileURL(dir string) string {
	slashed := filepath.ToSlash(dir)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	return strings.NewReplacer("%", "%25", " ", "%20", "?", "%3F", "#", "%23").Replace(slashed)
}

// fetch pins the template and brings its files into the cache.
func (t *translation) fetch(ctx context.Context) error {
	if err := t.compose(); err != nil {
		return err
	}
	return t.pinAll(ctx)
}

// answer makes inputs of the recorded values.
func (t *translation) answer(ctx context.Context) error {
	found, err := t.keeper.Find(t.call)
	if err != nil {
		return fmt.Errorf("%s: %w", t.call.Source, err)
	}
	fsys, from := found.FS, found.Label
	if found.Local != "" {
		if fsys, err = subFS(t.s.root.FS(), found.Local); err != nil {
			return err
		}
	}
	files, err := templateFiles(fsys)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	tpl, err := components.OpenTemplate(files)
	if err != nil {
		return fmt.Errorf("%s: is no template of Cookiecutter: %w", from, err)
	}
	if err := t.inputsFor(ctx, tpl); err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return t.compose()
}

func (t *translation) inputsFor(ctx context.Context, tpl *cookiecutter.Template) error {
	given, err := t.record.For(tpl)
	if err != nil {
		return err
	}
	for _, name := range given.Unknown {
		t.notes = append(t.notes, fmt.Sprintf("%s has a value for %s, which is no variable of the template at this commit; it is left out", t.label, name))
	}
	in := cookiecutter.Input{Overrides: map[string]any{}, Clock: t.s.a.Now().UTC()}
	for k, v := range given.Inputs.All() {
		name, _ := pyvalue.TextOf(k)
		in.Overrides[name] = v
		t.inputs = append(t.inputs, fmt.Sprintf("%s = %s", hclKey(name), hclValue(pyLiteral(v))))
	}
	made, err := tpl.Generate(ctx, in)
	if err != nil {
		return err
	}
	t.compareValues(given, made)
	t.leaveOut(made)
	return nil
}

// compareValues notes answers that do not come out as they were: one that holds Jinja
// is rendered once more.
func (t *translation) compareValues(given *cookiecutter.Recorded, made *cookiecutter.Result) {
	for k, want := range given.Inputs.All() {
		have, _, err := made.Variables.Get(nil, k)
		if err == nil && have != nil && pyText(have) != pyText(want) {
			name, _ := pyvalue.TextOf(k)
			t.notes = append(t.notes, fmt.Sprintf("%s is %q now, and %s says %q", name, pyText(have), t.label, pyText(want)))
		}
	}
}

// leaveOut takes what cruft skips out of the component, where it makes that at all.
func (t *translation) leaveOut(made *cookiecutter.Result) {
	for _, pattern := range t.record.Skip {
		clean := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(pattern), "./"), "/")
		hit := clean != "" && slices.ContainsFunc(made.Files, func(f cookiecutter.Output) bool {
			inner, ok := strings.CutPrefix(f.Path, made.Project+"/")
			return ok && covers(clean, inner)
		})
		switch {
		case !hit:
			t.notes = append(t.notes, fmt.Sprintf("cruft skips %s, and the template makes nothing of that name", pattern))
		case !slices.Contains(t.remove, clean):
			t.remove = append(t.remove, clean)
		}
	}
}

// lockOf parses a lock that was just made.
func lockOf(src []byte) (*lockfile.Lock, error) {
	l, err := lockfile.Parse(src)
	if err != nil {
		return nil, fmt.Errorf("the new lock: %w", err)
	}
	return l, nil
}
