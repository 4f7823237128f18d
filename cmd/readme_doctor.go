package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/mlops-as-code/mlops/readme"
	"github.com/spf13/cobra"
)

type doctorOptions struct {
	vars   varFlags
	strict bool
	json   bool
}

func newReadmeDoctorCmd(a *app) *cobra.Command {
	o := &doctorOptions{}
	c := &cobra.Command{
		Use:   "doctor",
		Short: "List what the README and the cards lack or have wrong",
		Long: `Doctor reads the README and the cards that are there and lists what is wrong: links
to files that are neither managed nor there, links to no heading, images without
alternative text, headings that stand twice, front matter that the Hugging Face Hub
does not take, sections that are out of date. It also says what could be better: the
parts of model cards, dataset cards and CITATION.cff that no fact states, and the
items of the ML completeness checklist that the project has not.

Findings do not fail the run; with --strict it ends with 1 where something is wrong.
What could be better never fails. No link to another site is followed.`,
		Example:           "  mlops readme doctor\n  mlops readme doctor --strict\n  mlops readme doctor --json",
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(*cobra.Command, []string) error { return runDoctor(a, o) },
	}
	o.vars.register(c)
	c.Flags().BoolVar(&o.strict, "strict", false, "end with 1 where something is wrong")
	c.Flags().BoolVar(&o.json, "json", false, "print the findings as JSON")
	return c
}

// doctor is one run of readme doctor.
type doctor struct {
	s     *session
	found []readme.Finding
}

func runDoctor(a *app, o *doctorOptions) error {
	f := planFlags{vars: o.vars, noCommit: true, json: o.json}
	s, plan, err := a.planOrNone(&f)
	defer s.close()
	if err != nil {
		return err
	}
	d := &doctor{s: s}
	if err := d.examine(plan); err != nil {
		return err
	}
	return d.report(a, o)
}

func (d *doctor) advise(file, kind, text, fix string) {
	d.found = append(d.found, readme.Finding{Path: file, Kind: kind, Text: text, Fix: fix})
}

// examine looks at the documents of the project; without a spec that is README.md.
func (d *doctor) examine(plan *planner.Plan) error {
	about := readme.Project{}
	var sections []readme.Section
	names := []string{"README.md", "MODEL_CARD.md", "DATASET_CARD.md"}
	if d.s.project != nil && d.s.tree != nil {
		doc := d.s.project.Readme
		if doc == nil {
			doc = &hclspec.Readme{Path: "README.md"}
			d.advise("README.md", "no readme block", "The spec does not say what is in the README", "Add a readme block, or write one with `mlops readme import`")
		}
		names[0] = string(doc.Path)
		for _, other := range doc.Translations {
			names = append(names, string(other.Path))
			d.untranslated(other)
		}
		sections, about = planner.Document(d.s.project, doc, slices.DeleteFunc(slices.Clone(d.s.tree.Entries), func(e planner.Entry) bool { return e.Kind == "readme" }))
	}
	about.Exists = func(name string) bool {
		_, err := d.s.root.Stat(name)
		return err == nil
	}
	for _, name := range names {
		if err := d.document(name, about, name != "README.md"); err != nil {
			return err
		}
	}
	for _, f := range readme.VerbatimFaults(sections, about) {
		f.Path = cmp.Or(f.Path, names[0])
		d.found = append(d.found, f)
	}
	if d.s.project != nil {
		d.stale(plan)
		d.cards(about)
		for _, item := range readme.Completeness(sections, about) {
			if !item.Done {
				d.advise(names[0], "completeness", "The ML completeness checklist asks for "+item.Name, item.Fix)
			}
		}
	}
	return nil
}

// untranslated lists the sections whose words are those of the README.
func (d *doctor) untranslated(doc *hclspec.Readme) {
	for _, s := range doc.Sections {
		words := false
		for _, name := range []string{"title", "tagline", "before", "body", "after"} {
			words = words || s.Fields.Type().HasAttribute(name) && !s.Fields.GetAttr(name).IsNull()
		}
		if s.Inherited && words {
			id := strings.TrimSuffix(s.Kind+"."+s.Name, ".")
			d.advise(string(doc.Path), "not translated", fmt.Sprintf("The section %s has the words of the README", id), fmt.Sprintf("Give translation %q a section of this kind and name", doc.Lang))
		}
	}
}

// document inspects a file that is there.
func (d *doctor) document(name string, about readme.Project, optional bool) error {
	text, err := readOwn(d.s.root, name, hclspec.MaxFileBytes)
	switch {
	case errors.Is(err, fs.ErrNotExist) && optional:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		d.found = append(d.found, readme.Finding{Path: name, Kind: "missing file", Fault: d.s.project == nil, Text: "There is no README", Fix: "Write it with `mlops apply`"})
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	d.found = append(d.found, readme.Inspect(name, text, about)...)
	kind := map[string]string{"MODEL_CARD.md": "model", "DATASET_CARD.md": "dataset"}[path.Base(name)]
	for _, f := range readme.CheckCard(kind, text) {
		d.found = append(d.found, readme.Finding{Path: name, Line: f.Line, Kind: "front matter", Fault: true, Text: f.Reason, Fix: f.Fix})
	}
	return nil
}

// stale lists the sections that are out of date.
func (d *doctor) stale(plan *planner.Plan) {
	for i := range d.s.tree.Entries {
		e := &d.s.tree.Entries[i]
		disk := d.s.sides.Disk[string(e.Path)]
		if e.Kind != "readme" || disk == nil || disk.Type != "file" || disk.Same {
			continue
		}
		ids, err := planner.StaleSections(e, d.locked(e.Address), disk.Content)
		if err != nil {
			d.found = append(d.found, readme.Finding{Path: string(e.Path), Kind: "markers", Fault: true, Text: err.Error(), Fix: "Correct it and plan again"})
		}
		for _, id := range ids {
			d.found = append(d.found, readme.Finding{Path: string(e.Path), Kind: "out of date", Fault: true, Text: "The section " + id + " is not as the spec and its sources have it", Fix: "Run `mlops apply`"})
		}
	}
	for _, drift := range plan.Drift {
		if of, id, is := strings.Cut(drift.Address, ".section."); is && strings.HasPrefix(of, "readme") && drift.Will != "keep" {
			d.found = append(d.found, readme.Finding{Path: drift.Path, Kind: "edited", Fault: true, Text: "The section " + id + " was " + drift.Drift + " outside mlops", Fix: "Take it over with `mlops adopt " + drift.Path + "`, or undo it with `mlops apply`"})
		}
	}
}

func (d *doctor) locked(address string) *lockfile.Object {
	for i := range d.s.lock.Objects {
		if d.s.lock.Objects[i].Address == address {
			return &d.s.lock.Objects[i]
		}
	}
	return nil
}

// cards lists the parts of cards that nothing states.
func (d *doctor) cards(about readme.Project) {
	tell := func(file, what string, missing []readme.Missing, err error) {
		if fault, is := errors.AsType[*readme.SectionError](err); is {
			d.advise(file, "card", fmt.Sprintf("%s cannot be made: %s", what, fault.Reason), fault.Fix)
		}
		for _, m := range missing {
			d.advise(file, "card", fmt.Sprintf("%s says nothing of: %s", what, m.Part), m.Fix)
		}
	}
	for _, f := range about.Facts {
		switch f.Kind {
		case "model":
			_, missing, err := readme.ModelCard(about, f.Name)
			tell("MODEL_CARD.md", "The card of model "+f.Name, missing, err)
		case "dataset":
			_, missing, err := readme.DatasetCard(about, f.Name)
			tell("DATASET_CARD.md", "The card of dataset "+f.Name, missing, err)
		}
	}
	_, missing, err := readme.CitationFile(about)
	tell("CITATION.cff", "The citation", missing, err)
}

func (d *doctor) report(a *app, o *doctorOptions) error {
	faults := 0
	for _, f := range d.found {
		if f.Fault {
			faults++
		}
	}
	if o.json {
		if d.found == nil {
			d.found = []readme.Finding{}
		}
		if err := a.printJSON(map[string]any{"format_version": planner.FormatVersion, "findings": d.found, "faults": faults, "advice": len(d.found) - faults}); err != nil {
			return err
		}
	} else {
		d.print(a, faults)
	}
	if o.strict && faults > 0 {
		return codeError(exitError)
	}
	return nil
}

// print lists the faults before what could be better.
func (d *doctor) print(a *app, faults int) {
	w := a.Streams.Out
	for _, fault := range []bool{true, false} {
		for _, f := range d.found {
			if f.Fault != fault {
				continue
			}
			place, word := f.Path, "advice"
			if f.Line > 0 {
				place = fmt.Sprintf("%s:%d", f.Path, f.Line)
			}
			if fault {
				word = "fault"
			}
			fmt.Fprintf(w, "%s: %s: %s: %s. %s.\n", show.Line(place), word, f.Kind, show.Line(f.Text), show.Line(f.Fix))
		}
	}
	if len(d.found) == 0 {
		fmt.Fprintln(w, "Nothing is wrong, and nothing is missing.")
		return
	}
	fmt.Fprintf(w, "\n%s, %d that could be better.\n", count(faults, "fault"), len(d.found)-faults)
}
