package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/hcltmpl"
	"github.com/zclconf/go-cty/cty"
)

// renderRows compares our templates with the library's: a thousand of 2 KiB with
// five interpolations each, read and rendered.
func renderRows(ctx context.Context, l *lab) ([]row, error) {
	sources := make([][]byte, 1000)
	for i := range sources {
		sources[i] = fmt.Appendf(nil, "# ${package}.t%d\n%sN = ${n}\nNEXT = ${n + 1}\nNAME = \"${name}\"\nFULL = \"${package}.${name}\"\n", i, filler(1900))
	}
	scope := &hcl.EvalContext{Variables: map[string]cty.Value{
		"package": cty.StringVal("small"), "name": cty.StringVal("train"), "n": cty.NumberIntVal(7),
	}}
	c := contest{rounds: l.rounds}
	got, err := c.run(ctx, []side{
		{"hclsyntax", func(context.Context, int) (cost, error) {
			return timed(func() error { return stockRender(sources, scope) })
		}},
		{"hcltmpl", func(context.Context, int) (cost, error) {
			return timed(func() error { return ourRender(sources, scope) })
		}},
	})
	if err != nil {
		return nil, err
	}
	return []row{c.ratio("1,000 templates of 2 KiB, 5 interpolations each, parsed and rendered", 0.25, got["hcltmpl"], got["hclsyntax"])}, nil
}

func stockRender(sources [][]byte, scope *hcl.EvalContext) error {
	for i, src := range sources {
		expr, diags := hclsyntax.ParseTemplate(src, fmt.Sprint(i), hcl.InitialPos)
		if diags.HasErrors() {
			return diags
		}
		v, diags := expr.Value(scope)
		if diags.HasErrors() {
			return diags
		}
		if len(v.AsString()) < 1900 {
			return errors.New("rendered too little")
		}
	}
	return nil
}

func ourRender(sources [][]byte, scope *hcl.EvalContext) error {
	for i, src := range sources {
		tmpl, diags := hcltmpl.Compile(fmt.Sprint(i), src, nil)
		if diags.HasErrors() {
			return diags
		}
		out, _, diags := tmpl.Render(scope)
		if diags.HasErrors() {
			return diags
		}
		if len(out) < 1900 {
			return errors.New("rendered too little")
		}
	}
	return nil
}
