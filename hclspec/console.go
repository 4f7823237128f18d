package hclspec

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/zclconf/go-cty/cty"
)

// Eval evaluates one expression against the finished project, as the console
// does. Sensitive values come back marked.
func (p *Project) Eval(src string) (cty.Value, hcl.Diagnostics) {
	const name = "console"
	if diags := hcllimit.Scan(name, []byte(src)); diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	x, diags := hclsyntax.ParseExpression([]byte(src), name, hcl.InitialPos)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	e := p.eval
	n := &node{kind: "console", key: "console", inputs: map[string]string{}}
	for _, trav := range x.Variables() {
		r, diag := e.ref(n, trav)
		if diag != nil {
			diags = append(diags, diag)
		} else if r.node != "" {
			n.refs = append(n.refs, r)
		}
	}
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	return e.expr(x, e.scope(n))
}

// Show writes a value as HCL would, indented; sensitive parts are hidden.
func Show(v cty.Value) string {
	var hidden bool
	plain, err := cty.Transform(v, func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if v.IsMarked() {
			hidden = true
			return cty.StringVal("(sensitive value)"), nil
		}
		return v, nil
	})
	if err != nil || (hidden && plain.ContainsMarked()) {
		return "(sensitive value)"
	}
	if plain.Type() == cty.String && !plain.IsNull() && strings.Contains(plain.AsString(), "\n") {
		return heredoc(plain.AsString())
	}
	return string(hclwrite.Format(hclwrite.TokensForValue(plain).Bytes()))
}

func heredoc(s string) string {
	tag := "EOT"
	for strings.Contains(s, tag) {
		tag += "_"
	}
	if !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	return fmt.Sprintf("<<%s\n%s%s", tag, s, tag)
}
