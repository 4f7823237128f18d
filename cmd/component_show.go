package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/compdocs"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

func newComponentShowCmd(a *app) *cobra.Command {
	var vars varFlags
	var json bool
	c := &cobra.Command{
		Use:   "show NAME|SOURCE",
		Short: "Show what a component is, takes and adds",
		Long: `Show prints the manifest of a component, its inputs with types and defaults, its
outputs, the objects and README sections it adds and the facts it reads.

NAME is a component of the spec, by its label or its address. SOURCE is builtin/NAME
or ./FOLDER, and need not be in the spec. A component from git is shown by its name,
once the lock pins it. Of a starter it shows the questions, and of a Cookiecutter
template those as inputs.`,
		Example:           "  mlops component show package\n  mlops component show builtin/python-package\n  mlops component show ./parts/ci --json",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeComponents,
	}
	vars.register(c)
	c.Flags().BoolVar(&json, "json", false, "print the component as JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		d, err := a.findComponent(c.Context(), args[0], vars, json)
		if err != nil {
			return err
		}
		if json {
			doc, err := componentDocument(d)
			if err != nil {
				return err
			}
			return a.printJSON(doc)
		}
		a.showComponent(d)
		return nil
	}
	return c
}

// findComponent reads the component that an argument names.
func (a *app) findComponent(ctx context.Context, arg string, vars varFlags, json bool) (*described, error) {
	if !isSource(arg) {
		return a.usedComponent(ctx, arg, vars, json)
	}
	src, err := components.Parse(arg, nil)
	switch {
	case err != nil && strings.Contains(arg, ":"):
		return a.usedComponent(ctx, arg, vars, json) // a short form of the spec's own, perhaps
	case err != nil:
		return nil, fmt.Errorf("%s: the source %w", arg, err) // it has no colon, and so no password
	case src.Kind == components.Builtin:
		if d, err := a.describeStarter(src.String(), "", json); d != nil || err != nil {
			return d, err
		}
		return a.describeBuiltin(src.String(), json)
	case src.Kind == components.Local:
		if d, err := a.describeStarter(src.String(), src.Path(), json); d != nil || err != nil {
			return d, err
		}
		if d, err := a.describeTemplate(ctx, src.Path()); d != nil || err != nil {
			return d, err
		}
		return a.describeFolder(src.Path(), json)
	}
	return a.usedComponent(ctx, arg, vars, json)
}

// usedComponent reads a component of the spec, by label, address or source.
func (a *app) usedComponent(ctx context.Context, name string, vars varFlags, json bool) (*described, error) {
	s, err := a.open(vars, json)
	if err != nil {
		return nil, err
	}
	defer s.close()
	var known []string
	for _, u := range s.project.Components {
		if name == u.Address || name == u.Pin || "component."+name == u.Pin || name == u.Source {
			d := &described{source: u.Source, files: u.Files}
			if u.Files.Generate != nil { // there is no component.hcl
				d.info, err = s.templateInfo(ctx, &u)
				return d, err
			}
			return d, d.describe(s.root.FS(), json)
		}
		known = append(known, u.Address)
	}
	name = repeated(name)
	switch {
	case len(known) > 0:
		return nil, fmt.Errorf("%s: the spec has no such component in use; it has %s", name, strings.Join(known, ", "))
	case isSource(name):
		return nil, fmt.Errorf("%s: the spec uses no component from there", name)
	}
	return nil, fmt.Errorf("%s: the spec has no components; a built-in one is called builtin/NAME, one in a folder ./FOLDER", name)
}

func (a *app) showComponent(d *described) {
	m := d.info.Manifest
	w := a.Streams.Out
	fmt.Fprintf(w, "%s from %s\n", show.Line(strings.TrimSpace(m.Name+" "+m.Version)), show.Line(d.source))
	if m.Description != "" {
		fmt.Fprintf(w, "%s\n", show.Line(m.Description))
	}
	for _, l := range []struct {
		lead  string
		names []string
	}{{"Reads", m.Reads}, {"Needs", m.Requires}, {"Cannot be with", m.Conflicts}, {"Supports Python", m.Python}} {
		if len(l.names) > 0 {
			fmt.Fprintf(w, "%s: %s\n", l.lead, show.Line(strings.Join(l.names, ", ")))
		}
	}
	a.group("Inputs", inputRows(d.info))
	a.group("Outputs", outputRows(d.info))
	a.group("Adds", objectRows(d.info))
	a.group("Components inside", partRows(d.info))
}

// group prints a title and rows, or nothing.
func (a *app) group(title string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	for i := range rows {
		rows[i] = append([]string{" "}, rows[i]...)
	}
	fmt.Fprintf(a.Streams.Out, "\n%s\n", title)
	a.columns(rows)
}

func inputRows(c *hclspec.ComponentInfo) [][]string {
	var rows [][]string
	for i := range c.Inputs {
		in := &c.Inputs[i]
		def := "required"
		if in.Default != nil {
			def = "default " + compdocs.Value(*in.Default)
			if in.Sensitive {
				def = "default hidden"
			}
		}
		rows = append(rows, []string{in.Name, in.TypeText, def, in.Description})
		for _, rule := range in.Rules {
			rows = append(rows, []string{"", "", "", "rule: " + rule})
		}
	}
	return rows
}

func outputRows(c *hclspec.ComponentInfo) [][]string {
	var rows [][]string
	for _, o := range c.Outputs {
		rows = append(rows, []string{o.Name, o.Description})
	}
	return rows
}

func objectRows(c *hclspec.ComponentInfo) [][]string {
	var rows [][]string
	for _, o := range c.Objects {
		kind := o.Kind
		if o.ForEach {
			kind += " (for each)"
		}
		from := ""
		if o.From != "" {
			from = "from " + o.From
		}
		rows = append(rows, []string{o.Path, kind, from})
	}
	for _, s := range c.Sections {
		rows = append(rows, []string{"README", "section", compdocs.SectionName(s)})
	}
	return rows
}

func partRows(c *hclspec.ComponentInfo) [][]string {
	var rows [][]string
	for _, p := range c.Parts {
		rows = append(rows, []string{p.Name, p.Source, p.Version})
	}
	return rows
}

// componentDocument is component show --json.
func componentDocument(d *described) (map[string]any, error) {
	m := d.info.Manifest
	inputs := []map[string]any{}
	for i := range d.info.Inputs {
		in := &d.info.Inputs[i]
		one := map[string]any{
			"name": in.Name, "type": in.TypeText, "description": in.Description, "required": in.Default == nil,
			"sensitive": in.Sensitive, "nullable": in.Nullable, "rules": list(in.Rules),
		}
		if in.Default != nil && !in.Sensitive {
			text, err := ctyjson.Marshal(*in.Default, in.Default.Type())
			if err != nil {
				return nil, err
			}
			one["default"] = json.RawMessage(text)
		}
		inputs = append(inputs, one)
	}
	doc := map[string]any{
		"format_version": planner.FormatVersion, "source": d.source, "name": m.Name, "version": m.Version, "description": m.Description,
		"reads": list(m.Reads), "requires": list(m.Requires), "conflicts": list(m.Conflicts), "python": list(m.Python), "inputs": inputs,
	}
	outputs, objects, sections, parts := []map[string]any{}, []map[string]any{}, []map[string]any{}, []map[string]any{}
	for _, o := range d.info.Outputs {
		outputs = append(outputs, map[string]any{"name": o.Name, "description": o.Description, "sensitive": o.Sensitive})
	}
	for _, o := range d.info.Objects {
		objects = append(objects, map[string]any{"kind": o.Kind, "name": o.Name, "path": o.Path, "from": o.From, "for_each": o.ForEach})
	}
	for _, s := range d.info.Sections {
		sections = append(sections, map[string]any{"kind": s.Kind, "name": s.Name})
	}
	for _, p := range d.info.Parts {
		parts = append(parts, map[string]any{"name": p.Name, "source": p.Source, "version": p.Version})
	}
	doc["outputs"], doc["objects"], doc["sections"], doc["components"] = outputs, objects, sections, parts
	return doc, nil
}
