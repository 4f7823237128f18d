package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/mlops-as-code/mlops/readme"
	"github.com/spf13/cobra"
)

// maxKind is a length that no kind of section reaches.
const maxKind = 64

type renderOptions struct {
	vars  varFlags
	kind  string
	lang  string
	alone bool
}

func newReadmeRenderCmd(a *app) *cobra.Command {
	o := &renderOptions{}
	c := &cobra.Command{
		Use:   "render",
		Short: "Print the README, or the example of a kind of section",
		Long: `Render prints the README as the next apply leaves it: the sections of the spec in the
file that is there, with its line ends, and with the edits and the foreign text that
stay. --spec-only prints what the spec alone says. Nothing is written.

With --kind it prints what the example of that kind of section gives in a made-up
project, below the title that a README begins with; that needs no spec.`,
		Example:           "  mlops readme render\n  mlops readme render --lang de\n  mlops readme render --spec-only > README.new.md\n  mlops readme render --kind metrics",
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			if o.kind != "" {
				return a.renderKind(o.kind)
			}
			return runReadmeRender(a, o)
		},
	}
	o.vars.register(c)
	c.Flags().StringVar(&o.kind, "kind", "", "print the example of this `kind` of section")
	c.Flags().StringVar(&o.lang, "lang", "", "print the translation in this `language`")
	c.Flags().BoolVar(&o.alone, "spec-only", false, "print what the spec says, whatever README is there")
	// It fails only for a flag that is not there.
	_ = c.RegisterFlagCompletionFunc("kind", completeKinds)
	return c
}

// renderKind prints the example of a kind in the sample project.
func (a *app) renderKind(kind string) error {
	kinds := sectionKinds()
	for i := range kinds {
		if kinds[i].Name != kind {
			continue
		}
		src := []byte("project \"churn\" {}\n\nreadme {\n" + kinds[i].Example + "}\n")
		p, diags := hclspec.Load(hclspec.Params{
			Spec: []hclspec.Source{{Name: hclspec.MainFile, Src: src}}, FS: noFiles{}, Sections: readme.Kinds(), Version: version(),
		})
		if diags.HasErrors() {
			return fmt.Errorf("the example of %s: %w", kind, diags)
		}
		sections, _ := planner.Document(p, p.Readme, nil)
		out, err := readme.Alone(sections, readme.Sample())
		if err != nil {
			return fmt.Errorf("the example of %s: %w", kind, err)
		}
		_, err = a.Streams.Out.Write(out)
		return err
	}
	return fmt.Errorf("there is no kind %q of section; %s", kind, nearKind(kind, kinds))
}

// nearKind says which kind may be meant by one that is not there.
func nearKind(given string, kinds []schema.Block) string {
	if given = strings.ToLower(given); len(given) <= maxKind {
		best, limit := "", max(2, len(given)/3)+1
		for i := range kinds {
			if d := levenshtein.Distance(given, kinds[i].Name, nil); d < limit {
				best, limit = kinds[i].Name, d
			}
		}
		if best != "" {
			return fmt.Sprintf("did you mean %q?", best)
		}
	}
	return "`mlops readme sections` lists them"
}

// noFiles is a directory without files.
type noFiles struct{}

func (noFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func runReadmeRender(a *app, o *renderOptions) error {
	f := planFlags{vars: o.vars, noCommit: true}
	s, _, err := a.planAfresh(&f)
	defer s.close()
	if err != nil {
		return err
	}
	if s.project.Readme == nil {
		return errNoReadme
	}
	address := "readme"
	if o.lang != "" {
		address = hclspec.Address("readme", o.lang, nil)
	}
	out, err := s.rendered(address, o.alone)
	if err != nil {
		return err
	}
	_, err = a.Streams.Out.Write(out)
	return err
}

var errNoReadme = errors.New("the spec has no readme block: add one, or make it of the README that is there with `mlops readme import`")

// rendered is a README as the next apply leaves it, or as the spec alone has it.
func (s *session) rendered(address string, alone bool) ([]byte, error) {
	for i := range s.tree.Entries {
		e := &s.tree.Entries[i]
		if e.Address != address {
			continue
		}
		d := s.sides.Disk[string(e.Path)]
		if alone || d == nil || d.Type != "file" {
			return e.Content, nil
		}
		text, err := planner.Composed(s.sides, e, d)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Path, err)
		}
		return text, nil
	}
	return nil, fmt.Errorf("there is no %s: the readme block has no such translation", address)
}
