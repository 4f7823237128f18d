package hclfunc

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/pelletier/go-toml/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

func tomlEncodeFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyParam("value")},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v := args[0]
			if !v.IsWhollyKnown() {
				return cty.UnknownVal(cty.String), nil
			}
			if !v.Type().IsObjectType() && !v.Type().IsMapType() {
				return cty.NilVal, function.NewArgErrorf(0, "a TOML document is an object or a map, not %s", v.Type().FriendlyName())
			}
			plain, err := tomlPlain(v)
			if err != nil {
				return cty.NilVal, argError(0, err)
			}
			out, err := toml.Marshal(plain)
			if err != nil {
				return cty.NilVal, argError(0, err)
			}
			if len(out) > 0 && out[len(out)-1] != '\n' {
				out = append(out, '\n')
			}
			return cty.StringVal(string(out)), nil
		},
	})
}

// tomlPlain returns a value as the Go value that is written as TOML.
func tomlPlain(v cty.Value) (any, error) {
	switch ty := v.Type(); {
	case ty == cty.String:
		return v.AsString(), nil
	case ty == cty.Bool:
		return v.True(), nil
	case ty == cty.Number:
		return tomlNumber(v.AsBigFloat())
	case ty.IsObjectType() || ty.IsMapType():
		out := map[string]any{}
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			if e.IsNull() {
				continue
			}
			plain, err := tomlPlain(e)
			if err != nil {
				return nil, err
			}
			out[k.AsString()] = plain
		}
		return out, nil
	case v.CanIterateElements():
		out := make([]any, 0, v.LengthInt())
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			if e.IsNull() {
				return nil, errors.New("TOML has no null, and a list has one")
			}
			plain, err := tomlPlain(e)
			if err != nil {
				return nil, err
			}
			out = append(out, plain)
		}
		return out, nil
	}
	return nil, fmt.Errorf("TOML cannot express %s", v.Type().FriendlyName())
}

// tomlNumber keeps whole numbers whole. TOML has 64 bits for them.
func tomlNumber(f *big.Float) (any, error) {
	if f.IsInt() {
		n, acc := f.Int64()
		if acc != big.Exact {
			return nil, errors.New("a whole number does not fit into the 64 bits that TOML has for it")
		}
		return n, nil
	}
	n, _ := f.Float64()
	if math.IsInf(n, 0) || f.IsInf() {
		return nil, errors.New("a number is too large for TOML")
	}
	return n, nil
}

func tomlDecodeFunc(e env) function.Function {
	return textFunc(cty.DynamicPseudoType, []string{"string"}, func(a []string) (cty.Value, error) {
		if err := checkTOML(a[0]); err != nil {
			return cty.NilVal, argError(0, err)
		}
		if err := e.budget.Steps(int64(len(a[0]))); err != nil {
			return cty.NilVal, err
		}
		doc := map[string]any{}
		if err := toml.Unmarshal([]byte(a[0]), &doc); err != nil {
			if de, ok := errors.AsType[*toml.DecodeError](err); ok {
				row, col := de.Position()
				err = fmt.Errorf("on line %d, column %d: %s", row, col, strings.TrimPrefix(de.Error(), "toml: "))
			}
			return cty.NilVal, argError(0, err)
		}
		v, err := tomlValue(doc, e.budget)
		if err != nil {
			return cty.NilVal, argError(0, err)
		}
		return v, nil
	})
}

// tomlValue returns what the TOML decoder made of a text. Dates and times are
// strings, as they stand in the text.
func tomlValue(x any, b *hcllimit.Budget) (cty.Value, error) {
	if err := b.Steps(valueSteps); err != nil {
		return cty.NilVal, err
	}
	switch x := x.(type) {
	case string:
		return cty.StringVal(x), nil
	case bool:
		return cty.BoolVal(x), nil
	case int64:
		return cty.NumberIntVal(x), nil
	case float64:
		if math.IsInf(x, 0) || math.IsNaN(x) {
			return cty.NilVal, errors.New("infinity and not-a-number cannot be expressed")
		}
		return cty.NumberFloatVal(x), nil
	case []any:
		vals := make([]cty.Value, len(x))
		for i, e := range x {
			v, err := tomlValue(e, b)
			if err != nil {
				return cty.NilVal, err
			}
			vals[i] = v
		}
		return cty.TupleVal(vals), nil
	case map[string]any:
		return tomlTable(x, b)
	case interface{ MarshalText() ([]byte, error) }:
		text, err := x.MarshalText()
		return cty.StringVal(string(text)), err
	}
	return cty.NilVal, fmt.Errorf("a value of type %T cannot be expressed", x)
}

func tomlTable(x map[string]any, b *hcllimit.Budget) (cty.Value, error) {
	vals := make(map[string]cty.Value, len(x))
	for _, k := range slices.Sorted(maps.Keys(x)) {
		v, err := tomlValue(x[k], b)
		if err != nil {
			return cty.NilVal, err
		}
		key := cty.NormalizeString(k)
		if _, dup := vals[key]; dup {
			return cty.NilVal, fmt.Errorf("the key %q stands twice in one table, in different Unicode spellings", key)
		}
		vals[key] = v
	}
	return cty.ObjectVal(vals), nil
}

// checkTOML refuses nesting that the decoder, which has no limit, would follow
// into stack exhaustion: brackets and dotted keys. Up to the first syntax error
// it reads strings and comments as TOML does.
func checkTOML(s string) error {
	depth, dots := 0, 0
	for i := 0; i < len(s); {
		switch c := s[i]; c {
		case '"', '\'':
			i = skipTOMLString(s, i)
			continue
		case '#':
			n := strings.IndexByte(s[i:], '\n')
			if n < 0 {
				return nil
			}
			i += n
			continue
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		case '.':
			dots++
		case '\n', '=', ',':
			dots = 0
		}
		if depth+dots > maxDepth {
			return errDepth
		}
		i++
	}
	return nil
}

// skipTOMLString returns the place after the string that begins at i.
func skipTOMLString(s string, i int) int {
	q := s[i]
	quote := s[i : i+1]
	if strings.HasPrefix(s[i:], strings.Repeat(quote, 3)) {
		quote = s[i : i+3]
	}
	for i += len(quote); i < len(s); i++ {
		switch {
		case s[i] == '\\' && q == '"':
			i++
		case strings.HasPrefix(s[i:], quote):
			i += len(quote)
			// A long string may end in quotes of its own.
			for len(quote) == 3 && i < len(s) && s[i] == q {
				i++
			}
			return i
		case s[i] == '\n' && len(quote) == 1:
			return i
		}
	}
	return len(s)
}
