package hclspec

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/json"
)

// Address returns the canonical address of an object: a dot where the label is
// an identifier, else an index. key, if not nil, is the for_each key.
func Address(kind, label string, key *string) string {
	addr := kind
	switch {
	case label == "":
	case hclsyntax.ValidIdentifier(label):
		addr += "." + label
	default:
		addr += "[" + quote(label) + "]"
	}
	if key != nil {
		addr += "[" + quote(*key) + "]"
	}
	return addr
}

// quote writes s as a string literal that both HCL and JSON read back.
func quote(s string) string {
	if plain(s) {
		return `"` + s + `"`
	}
	b, err := json.Marshal(cty.StringVal(s), cty.String)
	if err != nil { // cannot happen for a known string
		return `"` + s + `"`
	}
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(string(b))
}

// plain reports whether a string needs no escape in a literal.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '$' || c == '%' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}
