package hclspec

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// All members at once are those that are found one by one: of two with one key the
// first, and none whose key is computed.
func TestMembers(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]int{
		`{ a = 1, "b" = 2, a = 3, (c) = 4, "${d}" = 5, "" = 6, "é" = 7 }`: 3, `{}`: 0, `[1]`: 0, `merge({ a = 1 })`: 0,
	} {
		x, diags := hclsyntax.ParseExpression([]byte(src), "", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		all := members(x)
		if len(all) != want {
			t.Errorf("%s: %d members", src, len(all))
		}
		for _, name := range []string{"a", "b", "c", "d", "", "é"} {
			if one := child(x, cty.GetAttrStep{Name: name}); one != all[name] {
				t.Errorf("%s: %s is %v, alone %v", src, name, all[name], one)
			}
		}
	}
}
