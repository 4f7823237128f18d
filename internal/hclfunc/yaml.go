package hclfunc

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

func yamlDecodeFunc(e env) function.Function {
	return textFunc(cty.DynamicPseudoType, []string{"string"}, func(a []string) (cty.Value, error) {
		src := []byte(a[0])
		if err := chargeYAML(e, a[0]); err != nil {
			return cty.NilVal, argError(0, err)
		}
		ty, err := yaml.ImpliedType(src)
		if err != nil {
			return cty.NilVal, argError(0, err)
		}
		// The type shares what aliases share, and unfolds to the size of the
		// value: it tells an alias bomb before cty walks it.
		if err := e.unfold(ty, 0); err != nil {
			return cty.NilVal, argError(0, err)
		}
		v, err := yaml.Unmarshal(src, ty)
		if err != nil {
			return cty.NilVal, argError(0, err)
		}
		return v, nil
	})
}

// chargeYAML charges for reading YAML and refuses what nests too deep to be
// read. It bounds nesting from above: in flow style by counting all opening
// brackets, in block style by the places where lines begin.
func chargeYAML(e env, s string) error {
	open := int64(strings.Count(s, "[") + strings.Count(s, "{"))
	if open > maxFlow {
		return fmt.Errorf("the YAML text has more than %d opening brackets", maxFlow)
	}
	for line := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029 }) {
		if len(line)-len(strings.TrimLeft(line, " \t-?:")) > maxMargin {
			return fmt.Errorf("a line of the YAML text is indented by more than %d", maxMargin)
		}
	}
	n := int64(len(s))
	return e.budget.Steps(add(n, mul(n, open)/256))
}

// Above these the decoder, which has no limit, could exhaust the stack.
const (
	maxFlow   = 20_000
	maxMargin = 5_000
)

// unfold charges for the parts of a type, and so of every value it has.
func (e env) unfold(ty cty.Type, depth int) error {
	if depth > maxDepth {
		return errDepth
	}
	if err := e.budget.Steps(1); err != nil {
		return err
	}
	var parts []cty.Type
	switch {
	case ty.IsTupleType():
		parts = ty.TupleElementTypes()
	case ty.IsObjectType():
		parts = slices.Collect(maps.Values(ty.AttributeTypes()))
	}
	for _, p := range parts {
		if err := e.unfold(p, depth+1); err != nil {
			return err
		}
	}
	return nil
}
