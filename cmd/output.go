package cmd

import (
	"encoding/json"
	"fmt"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/spf13/cobra"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

type outputOptions struct {
	vars      varFlags
	json, raw bool
	name      string
}

func newOutputCmd(a *app) *cobra.Command {
	o := &outputOptions{}
	c := &cobra.Command{
		Use:   "output [NAME]",
		Short: "Print the outputs of the spec",
		Long: `Output prints the values of the output blocks. Sensitive values are hidden in the
list; naming one, or --json, shows it, as with terraform output.`,
		Example: "  mlops output\n  mlops output --raw package\n  mlops output --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				o.name = args[0]
			}
			return runOutput(a, o)
		},
	}
	o.vars.register(c)
	c.Flags().BoolVar(&o.json, "json", false, "print values, types and sensitivity as JSON")
	c.Flags().BoolVar(&o.raw, "raw", false, "print one string, number or bool without quotes")
	return c
}

// outputValue has the shape of terraform output -json.
type outputValue struct {
	Sensitive bool            `json:"sensitive"`
	Type      json.RawMessage `json:"type"`
	Value     json.RawMessage `json:"value"`
}

func runOutput(a *app, o *outputOptions) error {
	s, err := a.open(o.vars, o.json)
	if err != nil {
		return err
	}
	defer s.close()
	if o.name != "" {
		return a.oneOutput(s.project, o)
	}
	if o.raw {
		return fmt.Errorf("--raw prints one output: name it")
	}
	all := map[string]outputValue{}
	for _, out := range s.project.Outputs {
		if all[out.Name], err = encodeOutput(out); err != nil {
			return err
		}
	}
	if o.json {
		return a.printJSON(all)
	}
	for _, out := range s.project.Outputs {
		value := hclspec.Show(out.Value)
		if out.Sensitive {
			value = "(sensitive value)"
		}
		fmt.Fprintf(a.Streams.Out, "%s = %s\n", show.Line(out.Name), show.Text(value))
	}
	return nil
}

func encodeOutput(out hclspec.Output) (outputValue, error) {
	ty, err := ctyjson.MarshalType(out.Value.Type())
	if err != nil {
		return outputValue{}, err
	}
	val, err := ctyjson.Marshal(out.Value, out.Value.Type())
	return outputValue{out.Sensitive, ty, val}, err
}

func (a *app) oneOutput(p *hclspec.Project, o *outputOptions) error {
	for _, out := range p.Outputs {
		if out.Name != o.name {
			continue
		}
		switch {
		case o.json:
			v, err := encodeOutput(out)
			if err != nil {
				return err
			}
			return a.printJSON(v.Value)
		case o.raw:
			return a.rawOutput(out)
		}
		fmt.Fprintln(a.Streams.Out, show.Text(hclspec.Show(out.Value)))
		return nil
	}
	return fmt.Errorf("output %q: the spec declares no such output", o.name)
}

func (a *app) rawOutput(out hclspec.Output) error {
	if out.Value.IsNull() || !out.Value.Type().IsPrimitiveType() {
		return fmt.Errorf("output %q: --raw prints a string, number or bool; use --json", out.Name)
	}
	text := hclspec.Show(out.Value)
	if out.Value.Type() == cty.String {
		text = out.Value.AsString()
	}
	if a.Streams.OutTTY {
		text = show.Text(text)
	}
	_, err := fmt.Fprint(a.Streams.Out, text)
	return err
}
