package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/readme"
	"github.com/spf13/cobra"
	"github.com/zclconf/go-cty/cty"
)

// sectionKind is a kind of section as --json has it.
type sectionKind struct {
	Kind string `json:"kind"`
	// Title is the heading that it has by itself; "" is none.
	Title   string         `json:"title"`
	Purpose string         `json:"purpose"`
	Fields  []sectionField `json:"fields"`
	Example string         `json:"example"`
}

// sectionField is one argument of a section.
type sectionField struct {
	Name     string   `json:"name"`
	Type     string   `json:"type"`
	Required bool     `json:"required"`
	Default  string   `json:"default,omitempty"`
	OneOf    []string `json:"one_of,omitempty"`
	Doc      string   `json:"doc"`
}

type sectionsOptions struct {
	words  []string
	preset string
	json   bool
}

func newReadmeSectionsCmd(a *app) *cobra.Command {
	o := &sectionsOptions{}
	c := &cobra.Command{
		Use:   "sections [SEARCH...]",
		Short: "List and search the kinds of sections",
		Long: `Sections prints the kinds of sections that a README may have. Words look for kinds
by their name, heading, purpose and fields; a single kind that is named is shown
with its fields and an example. --preset shows the kinds of an order of sections, in
that order. No spec is needed.`,
		Example:           "  mlops readme sections\n  mlops readme sections metrics\n  mlops readme sections install --json\n  mlops readme sections --preset ml_paper",
		ValidArgsFunction: completeKinds,
		RunE: func(_ *cobra.Command, args []string) error {
			o.words = args
			return runSections(a, o)
		},
	}
	c.Flags().StringVar(&o.preset, "preset", "", "show only the kinds of this `order`: "+strings.Join(presetNames(), ", "))
	// It fails only for a flag that is not there.
	_ = c.RegisterFlagCompletionFunc("preset", cobra.FixedCompletions(presetNames(), cobra.ShellCompDirectiveNoFileComp))
	c.Flags().BoolVar(&o.json, "json", false, "print an array of the kinds with their fields as JSON")
	return c
}

func presetNames() []string {
	var out []string
	for _, p := range readme.Presets() {
		out = append(out, p.Name)
	}
	return out
}

// completeKinds offers the kinds to the shell.
func completeKinds(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	for _, k := range readme.Kinds() {
		out = append(out, cobra.CompletionWithDesc(k.Name, k.Doc))
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// sectionKinds are the kinds as the language has them.
func sectionKinds() []schema.Block {
	lang := hclspec.Language(readme.Kinds())
	doc, _ := lang.Block("readme")
	section, _ := doc.Block("section")
	known := map[string]bool{}
	for _, k := range readme.Kinds() {
		known[k.Name] = true
	}
	return slices.DeleteFunc(slices.Clone(section.Blocks), func(k schema.Block) bool { return !known[k.Name] })
}

func runSections(a *app, o *sectionsOptions) error {
	kinds, err := ofPreset(sectionKinds(), o.preset)
	if err != nil {
		return err
	}
	kinds = readme.Search(kinds, strings.Fields(strings.Join(o.words, " "))...)
	if o.json {
		all := make([]sectionKind, len(kinds))
		for i := range kinds {
			all[i] = sectionKindOf(&kinds[i])
		}
		return a.printJSON(all)
	}
	if len(kinds) == 0 {
		return fmt.Errorf("no kind of section speaks of %q; `mlops readme sections` lists them all", strings.Join(o.words, " "))
	}
	if len(o.words) == 1 && kinds[0].Name == o.words[0] {
		return a.showKind(sectionKindOf(&kinds[0]), kinds[1:])
	}
	a.columns(kindRows(kinds))
	return nil
}

// ofPreset are the kinds of a preset in its order; all without one.
func ofPreset(kinds []schema.Block, preset string) ([]schema.Block, error) {
	if preset == "" {
		return kinds, nil
	}
	all := readme.Presets()
	i := slices.IndexFunc(all, func(p readme.Preset) bool { return p.Name == preset })
	if i < 0 {
		return nil, errors.New("--preset is " + listed(presetNames()) + ", not " + fmt.Sprintf("%q", preset))
	}
	var out []schema.Block
	for _, name := range all[i].Kinds {
		if n := slices.IndexFunc(kinds, func(k schema.Block) bool { return k.Name == name }); n >= 0 {
			out = append(out, kinds[n])
		}
	}
	return out, nil
}

func sectionKindOf(k *schema.Block) sectionKind {
	out := sectionKind{Kind: k.Name, Title: readme.Heading(k.Name), Purpose: k.Doc, Fields: []sectionField{}, Example: k.Example}
	for _, f := range k.Attrs {
		kind := "any"
		if f.Type != cty.DynamicPseudoType {
			kind = f.Type.FriendlyNameForConstraint()
		}
		out.Fields = append(out.Fields, sectionField{f.Name, kind, f.Required, f.Default, f.OneOf, f.Doc})
	}
	return out
}

func kindRows(kinds []schema.Block) [][]string {
	var rows [][]string
	for _, k := range kinds {
		rows = append(rows, []string{k.Name, k.Doc})
	}
	return rows
}

// showKind prints one kind with all that there is to say of it, and what else was
// found.
func (a *app) showKind(k sectionKind, others []schema.Block) error {
	w := a.Streams.Out
	fmt.Fprintf(w, "%s: %s\n", k.Kind, k.Purpose)
	if k.Title != "" {
		fmt.Fprintf(w, "Heading: %s\n", show.Line(k.Title))
	}
	fmt.Fprintln(w, "\nFields:")
	var rows [][]string
	for _, f := range k.Fields {
		note := f.Doc
		switch {
		case f.Required:
			note = "required; " + note
		case f.Default != "":
			note = "default " + f.Default + "; " + note
		}
		rows = append(rows, []string{"  " + f.Name, f.Type, note})
	}
	a.columns(rows)
	fmt.Fprintf(w, "\nExample:\n\n%s", k.Example)
	if len(others) > 0 {
		fmt.Fprintln(w, "\nSee also:")
		a.columns(kindRows(others))
	}
	return nil
}
