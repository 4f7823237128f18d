package cmd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/specedit"
	"github.com/mlops-as-code/mlops/internal/textdiff"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/mlops-as-code/mlops/readme"
	"github.com/spf13/cobra"
	"github.com/zclconf/go-cty/cty"
)

type suggestOptions struct {
	vars   varFlags
	accept []string
	json   bool
}

func newReadmeSuggestCmd(a *app) *cobra.Command {
	o := &suggestOptions{}
	c := &cobra.Command{
		Use:   "suggest",
		Short: "Show which custom sections of the README could be typed or derived",
		Long: `Suggest looks at the custom and verbatim sections of the spec, such as those of an
import, and shows which could be of a typed kind: by their heading, in any of the
languages that headings come in, or by what they hold, such as a table of environment
variables. Fields are read out of the text, with what stands around them before and
after; a section that the project can fill is derived.

For each it prints the change of the spec and the change of the README that this would
make. Nothing is written; --accept writes the change of one section, by its ID, into the
spec, and the next plan shows what becomes of the README. One that stays as it is has
nothing to do then: the lock notes its sections as they are called by now.`,
		Example:           "  mlops readme suggest\n  mlops readme suggest --json\n  mlops readme suggest --accept custom.installation",
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(c *cobra.Command, _ []string) error { return runSuggest(c.Context(), a, o) },
	}
	o.vars.register(c)
	c.Flags().StringArrayVar(&o.accept, "accept", nil, "write the change of the section with this `ID` into the spec (may be repeated)")
	c.Flags().BoolVar(&o.json, "json", false, "print the suggestions as JSON")
	return c
}

// suggested is one suggestion with what it would change.
type suggested struct {
	Section string   `json:"section"`
	Kind    string   `json:"kind"`
	Derived bool     `json:"derived"`
	Fields  []string `json:"fields"`
	Why     string   `json:"why"`
	File    string   `json:"file"`
	Line    int      `json:"line"`
	Spec    string   `json:"spec_diff"`
	Readme  string   `json:"readme_diff"`

	cut splice
}

// splice is a range of a spec file and what is to stand there.
type splice struct {
	from, to int
	text     []byte
}

func runSuggest(ctx context.Context, a *app, o *suggestOptions) error {
	f := planFlags{vars: o.vars, noCommit: true, json: o.json}
	s, plan, err := a.planAfresh(&f)
	defer s.close()
	if err != nil {
		return err
	}
	if s.project.Readme == nil {
		return errNoReadme
	}
	all, own := s.suggestions(&f)
	if len(o.accept) > 0 {
		return s.acceptSuggested(ctx, &f, o, suggestions{all, plan})
	}
	if o.json {
		return a.printJSON(map[string]any{"format_version": planner.FormatVersion, "suggestions": all, "custom_sections": own})
	}
	w := a.Streams.Out
	for _, x := range all {
		how := "with " + strings.Join(x.Fields, ", ")
		if x.Derived {
			how = "derived from the project"
		}
		fmt.Fprintf(w, "%s:%d: %s could be %s, %s: %s.\n", show.Line(x.File), x.Line, x.Section, x.Kind, how, show.Line(x.Why))
		fmt.Fprint(w, x.Spec)
		if fmt.Fprint(w, x.Readme); x.Readme == "" {
			fmt.Fprintf(w, "%s would stay as it is.\n", show.Line(string(s.project.Readme.Path)))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "%d of %s could be typed.\n", len(all), count(own, "custom section"))
	if len(all) > 0 {
		fmt.Fprintf(w, "Take one over with `mlops readme suggest --accept %s`.\n", all[0].Section)
	}
	return nil
}

// suggestions are those whose change of the spec gives a README without conflict; own
// counts the custom and verbatim sections.
func (s *session) suggestions(f *planFlags) (all []suggested, own int) {
	doc := s.project.Readme
	entries := slices.DeleteFunc(slices.Clone(s.tree.Entries), func(e planner.Entry) bool { return e.Kind == "readme" })
	sections, about := planner.Document(s.project, doc, entries)
	for _, one := range sections {
		if one.Kind == "custom" || one.Kind == "verbatim" {
			own++
		}
	}
	all = []suggested{}
	for _, guess := range readme.Suggest(sections, about) {
		of := sections[guess.Index]
		at := slices.IndexFunc(doc.Sections, func(o hclspec.Section) bool {
			return o.Kind == of.Kind && o.Name == of.Name && o.Component == ""
		})
		if at < 0 {
			continue
		}
		x := suggested{
			Section: of.ID, Kind: guess.Section.Kind, Derived: guess.Derived, Why: guess.Why,
			Fields: slices.Sorted(maps.Keys(guess.Section.Fields.AsValueMap())),
			File:   doc.Sections[at].Range.Filename, Line: doc.Sections[at].Range.Start.Line,
		}
		if s.retype(f, &x, doc.Sections[at].Range, guess.Section.Fields) {
			all = append(all, x)
		}
	}
	return all, own
}

// retype works out what a suggestion changes; false where the spec does not state the
// section literally, or the change cannot be made.
func (s *session) retype(f *planFlags, x *suggested, rng hcl.Range, fields cty.Value) bool {
	src := s.specText(x.File)
	if src == nil {
		return false
	}
	block := sectionAt(src, x.File, rng)
	if block == nil {
		return false
	}
	text, ok := retypedBlock(src, block, x.Kind, fields)
	if !ok {
		return false
	}
	x.cut = splice{block.Range().Start.Byte, block.Range().End.Byte, text}
	file := spliced(x.File, src, x.cut)
	then, _, err := s.imagine(f, []adopt.File{file})
	if err != nil {
		return false
	}
	before, err := s.rendered("readme", false)
	after, fault := then.rendered("readme", false)
	if err != nil || fault != nil {
		return false
	}
	x.Spec, x.Readme = patch(x.File, src, file.New), patch(string(s.project.Readme.Path), before, after)
	return true
}

func (s *session) specText(name string) []byte {
	for _, src := range s.spec {
		if src.Name == name && strings.HasSuffix(name, ".hcl") {
			return src.Src
		}
	}
	return nil
}

func patch(name string, before, after []byte) string {
	text, _ := textdiff.Shown(textdiff.Patch(&textdiff.File{Path: name, Mode: "0644", Data: before}, &textdiff.File{Path: name, Mode: "0644", Data: after}))
	return string(text)
}

func spliced(name string, src []byte, cuts ...splice) adopt.File {
	out := slices.Clone(src)
	slices.SortFunc(cuts, func(a, b splice) int { return cmp.Compare(b.from, a.from) })
	for _, c := range cuts {
		out = slices.Concat(out[:c.from], c.text, out[c.to:])
	}
	return adopt.File{Name: name, Old: src, New: out}
}

// sectionAt is the block that begins there.
func sectionAt(src []byte, name string, rng hcl.Range) *hclsyntax.Block {
	parsed, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	if diags.HasErrors() {
		return nil
	}
	body, is := parsed.Body.(*hclsyntax.Body)
	if !is {
		return nil
	}
	for _, outer := range body.Blocks {
		for _, b := range outer.Body.Blocks {
			if outer.Type == "readme" && b.Type == "section" && b.DefRange().Start.Byte == rng.Start.Byte {
				return b
			}
		}
	}
	return nil
}

// retypedBlock is the text of a block of another kind in the place of one: with the
// fields, and the arguments of all kinds that it has. False where its text is computed,
// and where there are comments, which would be lost.
func retypedBlock(src []byte, old *hclsyntax.Block, kind string, fields cty.Value) ([]byte, bool) {
	b := specedit.Block{Type: "section", Labels: []string{kind}}
	for _, name := range slices.Sorted(maps.Keys(fields.AsValueMap())) {
		b.Attributes = append(b.Attributes, specedit.Attr{Name: name, Value: fields.GetAttr(name)})
	}
	slices.SortStableFunc(b.Attributes, func(x, y specedit.Attr) int { return fieldRank(x.Name) - fieldRank(y.Name) })
	for _, name := range slices.Sorted(maps.Keys(old.Body.Attributes)) {
		attr := old.Body.Attributes[name]
		switch name {
		case "title", "body":
			if _, literal := specedit.Literal(attr.Expr); !literal {
				return nil, false
			}
		case "enabled", "level", "toc", "ownership":
			rng := attr.Expr.Range()
			b.Attributes = append(b.Attributes, specedit.Attr{Name: name, Expr: string(src[rng.Start.Byte:rng.End.Byte])})
		default:
			return nil, false
		}
	}
	if commented(src, old) {
		return nil, false
	}
	made, err := specedit.AppendBlocks(nil, b)
	if err != nil {
		return nil, false
	}
	made = bytes.TrimRight(made, "\n")
	if indent := strings.Repeat(" ", old.DefRange().Start.Column-1); !bytes.Contains(bytes.ReplaceAll(made, []byte("<<-"), nil), []byte("<<")) {
		made = bytes.ReplaceAll(made, []byte("\n"), []byte("\n"+indent))
		made = bytes.ReplaceAll(made, []byte("\n"+indent+"\n"), []byte("\n\n"))
	}
	if bytes.Contains(src, []byte("\r\n")) {
		made = bytes.ReplaceAll(made, []byte("\n"), []byte("\r\n"))
	}
	return made, true
}

// commented reports whether a block has comments of its own.
func commented(src []byte, b *hclsyntax.Block) bool {
	rng := b.Range()
	tokens, diags := hclsyntax.LexConfig(src[rng.Start.Byte:rng.End.Byte], "", hcl.InitialPos)
	return diags.HasErrors() || slices.ContainsFunc(tokens, func(t hclsyntax.Token) bool { return t.Type == hclsyntax.TokenComment })
}

// suggestions are those of a plan.
type suggestions struct {
	all  []suggested
	plan *planner.Plan
}

// inStep are the READMEs that have nothing to do.
func (g *suggestions) inStep(p *hclspec.Project) map[string]bool {
	out := map[string]bool{}
	for _, doc := range p.Readmes() {
		if changeOf(g.plan, doc.Address) == nil {
			out[doc.Address] = true
		}
	}
	return out
}

// acceptSuggested writes the changes of some sections into the spec.
func (s *session) acceptSuggested(ctx context.Context, f *planFlags, o *suggestOptions, from suggestions) error {
	all := from.all
	cuts := map[string][]splice{}
	var done []suggested
	for _, id := range o.accept {
		at := slices.IndexFunc(all, func(x suggested) bool { return x.Section == id })
		if at < 0 {
			return fmt.Errorf("nothing is suggested for a section %q; `mlops readme suggest` shows the sections", id)
		}
		if slices.ContainsFunc(done, func(x suggested) bool { return x.Section == id }) {
			continue
		}
		cuts[all[at].File] = append(cuts[all[at].File], all[at].cut)
		done = append(done, all[at])
	}
	var files []adopt.File
	for _, name := range slices.Sorted(maps.Keys(cuts)) {
		files = append(files, spliced(name, s.specText(name), cuts[name]...))
	}
	then, _, err := s.imagine(f, files)
	if err == nil {
		_, err = then.rendered("readme", false)
	}
	if err != nil {
		return errors.Join(errors.New("these changes cannot be made together; nothing was written"), err)
	}
	undo, err := s.rewrite(files)
	if err != nil {
		return err
	}
	// What the change leaves as it is has nothing to do then, either.
	if err := s.a.settleLock(ctx, *f, from.inStep(s.project)); err != nil {
		return errors.Join(err, undo())
	}
	if o.json {
		return s.a.printJSON(map[string]any{"format_version": planner.FormatVersion, "accepted": done})
	}
	for _, x := range done {
		fmt.Fprintf(s.a.Streams.Out, "%s:%d: %s is %s now.\n", show.Line(x.File), x.Line, x.Section, x.Kind)
	}
	fmt.Fprintln(s.a.Streams.Out, "See what becomes of the README with `mlops plan`.")
	return nil
}
