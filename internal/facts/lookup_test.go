package facts

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// lookup evaluates a reference and writes what it sees; lists by their elements.
func lookup(t *testing.T, l *loader, ref string) string {
	t.Helper()
	x, diags := hclsyntax.ParseExpression([]byte(ref), "ref", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	v := l.eval(t, x, cty.DynamicPseudoType)
	if isList(v) {
		var words []string
		for _, e := range items(v) {
			words = append(words, text(e))
		}
		return strings.Join(words, " ")
	}
	if v.IsNull() {
		return "null"
	}
	s, err := convert.Convert(v, cty.String)
	if err != nil {
		t.Fatal(ref, err)
	}
	return s.AsString()
}
