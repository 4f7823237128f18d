package hclspec_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mlops-as-code/mlops/hclspec"
)

// costly are templates that cost what they are told, and never more than they may.
type costly struct {
	cost  hclspec.TemplateWork
	fails bool
	calls int
}

func (c *costly) Find(call hclspec.ComponentCall) (*hclspec.ComponentFiles, error) {
	return &hclspec.ComponentFiles{
		FS: fstest.MapFS{"cookiecutter.json": {Data: []byte("{}")}}, Label: call.Source + call.Address,
		Generate: func(t hclspec.TemplateCall) (*hclspec.Generated, error) {
			c.calls++
			if t.Left.Steps <= 0 || t.Left.Memory <= 0 || t.Left.Bytes <= 0 {
				return nil, errors.New("was called with nothing left")
			}
			var err error
			if c.fails {
				err = errors.New("x: too much")
			}
			return &hclspec.Generated{Spent: c.cost}, err
		},
	}, nil
}

// TestTemplatesShareOneBudget holds that many templates, of which none costs too much,
// end soon, whatever they spend and whether they fail or not.
func TestTemplatesShareOneBudget(t *testing.T) {
	t.Parallel()
	var spec strings.Builder
	spec.WriteString("project \"p\" {}\n")
	for i := range 200 {
		fmt.Fprintf(&spec, "component \"c%03d\" {\n  source = \"./c\"\n}\n", i)
	}
	for name, c := range map[string]*costly{
		"steps":    {cost: hclspec.TemplateWork{Steps: 10_000_000}},
		"memory":   {cost: hclspec.TemplateWork{Memory: 1 << 30}},
		"bytes":    {cost: hclspec.TemplateWork{Bytes: 64 << 20}},
		"failures": {cost: hclspec.TemplateWork{Steps: 10_000_000}, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fsys := fstest.MapFS{"mlops.hcl": {Data: []byte(spec.String())}, "c/cookiecutter.json": {Data: []byte("{}")}}
			_, diags := hclspec.Load(hclspec.Params{Spec: []hclspec.Source{{Name: "mlops.hcl", Src: []byte(spec.String())}}, FS: fsys, Components: c})
			if !diags.HasErrors() || c.calls > 20 {
				t.Fatalf("%d of them were generated: %v", c.calls, diags)
			}
			if text := diags.Error(); !c.fails && !strings.Contains(text, "the templates of the project together take more than 100 million steps, or 512 MiB of files") {
				t.Error(text)
			}
		})
	}
}
