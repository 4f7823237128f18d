package hclspec

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	hcljson "github.com/hashicorp/hcl/v2/json"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/zclconf/go-cty/cty"
)

func emptyString(rng hcl.Range) hclsyntax.Expression {
	return &hclsyntax.LiteralValueExpr{Val: cty.StringVal(""), SrcRange: rng}
}

// native turns an expression of the JSON twin into native syntax under the
// budget, so that every guard sees one form only.
func (e *evaluator) native(x hcl.Expression) (hcl.Expression, hcl.Diagnostics) {
	if _, ok := x.(hclsyntax.Expression); ok || !hcljson.IsJSONExpression(x) {
		return x, nil
	}
	n, diags := hcllimit.Native(x)
	if diags.HasErrors() {
		return x, diags
	}
	return e.budget.InstrumentExpr(n), diags
}
