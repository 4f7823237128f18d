package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/specedit"
	"github.com/spf13/cobra"
	"github.com/zclconf/go-cty/cty"
)

type componentAddOptions struct {
	planFlags
	hookFlags
	source, name, version string
	inputs                []string
	dryRun, summary       bool
}

func newComponentAddCmd(a *app) *cobra.Command {
	o := &componentAddOptions{}
	c := &cobra.Command{
		Use:   "add SOURCE",
		Short: "Write a component block into the spec, pin it, and show what follows",
		Long: `Add writes a component block at the end of mlops.hcl, fetches and pins the component
when it comes from git, and prints the plan that follows. It writes the spec, the
cache and the lock; mlops apply does the rest. When the project cannot be evaluated
with it, nothing is written.

SOURCE is builtin/NAME, ./PATH, git::URL//DIR?ref=REF, or short gh:, gl:, bb: with
OWNER/REPO//DIR?ref=REF. A Cookiecutter template may be ./FILE.zip or
https://HOST/FILE.zip, with //DIR for a folder in it; it is pinned by its digest.
With --run-hooks the hooks of a Cookiecutter template are run, as
` + "`mlops component update --help`" + ` says.`,
		Example: `  mlops component add builtin/github-actions
  mlops component add ./components/api --input port=8080
  mlops component add gh:example/components//ci --version '~> 1.2' --name ci`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeSources,
		RunE: func(c *cobra.Command, args []string) error {
			o.source = args[0]
			return runComponentAdd(c.Context(), a, o)
		},
	}
	o.vars.register(c)
	f := c.Flags()
	o.hookFlags.register(f)
	f.StringVar(&o.name, "name", "", "name of the block (default what the source suggests)")
	f.StringVar(&o.version, "version", "", "version constraint over the tags of a git source, such as '~> 1.2'")
	f.StringArrayVar(&o.inputs, "input", nil, "an input, `name=value`; may be repeated")
	f.BoolVar(&o.dryRun, "dry-run", false, "show the block and the plan, and write nothing but the cache")
	f.BoolVar(&o.summary, "summary", false, "leave out the diffs")
	f.BoolVar(&o.json, "json", false, "print the pins and the plan as JSON")
	return c
}

// completeSources offers the built-in components; folders are the shell's.
func completeSources(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	for _, name := range builtins() {
		out = append(out, "builtin/"+name)
	}
	return out, cobra.ShellCompDirectiveDefault
}

func runComponentAdd(ctx context.Context, a *app, o *componentAddOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	f, err := a.fetching(ctx, o.json)
	if err != nil {
		return err
	}
	defer f.s.close()
	if o.name == "" {
		src, err := components.Parse(o.source, nil)
		if err != nil {
			return fmt.Errorf("the source %w; for a short form of the project's own, give --name", err)
		}
		o.name = src.Name()
	}
	if err := f.vacant(o.name); err != nil {
		return err
	}
	// The types of the inputs are known once the component is there.
	spec, err := f.withBlock(o, nil)
	if err != nil {
		return err
	}
	if err := f.pinAll(ctx); err != nil {
		return err
	}
	inputs, err := f.values(o)
	if err != nil {
		return err
	}
	if len(inputs) > 0 {
		if spec, err = f.withBlock(o, inputs); err != nil {
			return err
		}
	}
	name := show.Line(hclspec.Address("component", o.name, nil))
	how := &finishing{
		flags: &o.planFlags, summary: o.summary, dryRun: o.dryRun,
		done: "Added " + name + " to " + spec.Name, undone: "Would add " + name, next: f.lock(),
	}
	added := hclspec.Address("component", o.name, nil)
	meant := func(address string) bool { return names([]string{added}, address) }
	if err := how.runHooks(ctx, &hooking{f: f, flags: &o.hookFlags, wants: meant}, spec); err != nil {
		return err
	}
	return f.finish(ctx, how, spec)
}

// vacant refuses a name that a component block has already.
func (f *fetching) vacant(name string) error {
	for _, src := range f.s.spec {
		taken, err := specedit.Blocks(src.Src, src.Name, "component", name)
		if err == nil && len(taken) > 0 {
			return fmt.Errorf("%s:%d: %s is there already; give this one another name with --name, or change that block",
				show.Line(src.Name), taken[0].Start.Line, show.Line(hclspec.Address("component", name, nil)))
		}
	}
	return nil
}

// withBlock is the spec with the new block in its first file.
func (f *fetching) withBlock(o *componentAddOptions, inputs map[string]cty.Value) (adopt.File, error) {
	i := slices.IndexFunc(f.s.spec, func(s hclspec.Source) bool { return s.Name == hclspec.MainFile })
	if i < 0 {
		return adopt.File{}, fmt.Errorf("%s: %w", f.s.spec[0].Name, specedit.ErrJSON)
	}
	block := specedit.Block{Type: "component", Labels: []string{o.name}, Attributes: []specedit.Attr{{Name: "source", Value: cty.StringVal(o.source)}}}
	if o.version != "" {
		block.Attributes = append(block.Attributes, specedit.Attr{Name: "version", Value: cty.StringVal(o.version)})
	}
	if len(inputs) > 0 {
		block.Attributes = append(block.Attributes, specedit.Attr{Name: "inputs", Value: cty.ObjectVal(inputs)})
	}
	old := f.original(i)
	out, err := specedit.AppendBlocks(old, block)
	if err != nil {
		return adopt.File{}, err
	}
	f.s.spec[i].Src = out
	return adopt.File{Name: hclspec.MainFile, Old: old, New: out}, nil
}

// original is a spec file as it was read.
func (f *fetching) original(i int) []byte {
	if f.first == nil {
		f.first = slices.Clone(f.s.spec)
	}
	return f.first[i].Src
}

// values are the inputs: text where the variable is a string, else what is written,
// as for --var.
func (f *fetching) values(o *componentAddOptions) (map[string]cty.Value, error) {
	i := slices.IndexFunc(f.calls, func(c *hclspec.Found) bool { return c.Address == hclspec.Address("component", o.name, nil) })
	if i < 0 || f.calls[i].Inputs == nil {
		return nil, errors.New("the component could not be looked into")
	}
	out := map[string]cty.Value{}
	for _, given := range o.inputs {
		name, text, ok := strings.Cut(given, "=")
		if !ok || !hclsyntax.ValidIdentifier(name) {
			return nil, fmt.Errorf("--input %s: want name=value, for example --input port=8080", show.Clip(given, 80))
		}
		in, known := f.calls[i].Inputs[name]
		ty := in.Type
		val, isConstant := constant(text)
		switch {
		case in.Sensitive:
			return nil, fmt.Errorf("--input %s: is sensitive, and the spec is committed; leave it out here, and write a reference to a sensitive variable of the spec", name)
		case !known || ty == cty.String || ty == cty.DynamicPseudoType && !isConstant:
			val = cty.StringVal(text)
		case !isConstant:
			return nil, fmt.Errorf("--input %s: %q is no value of the language; write it as in the spec, such as [\"a\", \"b\"]", name, show.Clip(text, 80))
		}
		out[name] = val
	}
	return out, nil
}

// constant is the value of an expression without references.
func constant(text string) (cty.Value, bool) {
	if diags := hcllimit.Scan("input", []byte(text)); diags.HasErrors() {
		return cty.NilVal, false
	}
	x, diags := hclsyntax.ParseExpression([]byte(text), "input", hcl.InitialPos)
	if diags.HasErrors() || len(x.Variables()) > 0 {
		return cty.NilVal, false
	}
	val, diags := x.Value(nil)
	return val, !diags.HasErrors()
}
