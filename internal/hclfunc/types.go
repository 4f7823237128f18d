package hclfunc

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/customdecode"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

func typeEntries(e env) []entry {
	return []entry{
		{"can", "Tells whether an expression evaluates without errors.", canFunc(), nil},
		{"issensitive", "Tells whether a value is sensitive.", isSensitiveFunc(), nil},
		{"sensitive", "Makes a value sensitive: it is not shown, and written nowhere.", sensitiveFunc(), nil},
		{"tobool", "Converts a value to a bool.", toFunc(e, cty.Bool), nil},
		{"tolist", "Converts a value to a list.", toFunc(e, cty.List(cty.DynamicPseudoType)), walks},
		{"tomap", "Converts a value to a map.", toFunc(e, cty.Map(cty.DynamicPseudoType)), walks},
		{"tonumber", "Converts a value to a number.", toFunc(e, cty.Number), nil},
		{"toset", "Converts a value to a set.", toFunc(e, cty.Set(cty.DynamicPseudoType)), walks},
		{"tostring", "Converts a value to a string.", toFunc(e, cty.String), copies},
		{"try", "Returns the first expression that evaluates without errors.", tryFunc(), nil},
	}
}

// tryFunc is tryfunc.TryFunc but for the work: that one evaluates each
// expression twice, and so nested ones exponentially often.
func tryFunc() function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "expressions", Type: customdecode.ExpressionClosureType},
		Type:     function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if len(args) == 0 {
				return cty.NilVal, errors.New("at least one argument is required")
			}
			var faults hcl.Diagnostics
			failed := cty.ValueMarks{}
			for _, arg := range args {
				closure := customdecode.ExpressionClosureFromVal(arg)
				v, diags := closure.Value()
				switch {
				case diags.HasErrors():
					faults = append(faults, diags...)
					maps.Copy(failed, marksOf(closure))
				case !v.IsWhollyKnown():
					// Once known, it may still fail.
					return cty.DynamicVal, nil
				default:
					return v.WithMarks(failed), nil
				}
			}
			return cty.NilVal, errTry(faults)
		},
	})
}

// canFunc is tryfunc.CanFunc but for the marks: whether an expression fails tells
// something about what it is made from.
func canFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "expression", Type: customdecode.ExpressionClosureType}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			closure := customdecode.ExpressionClosureFromVal(args[0])
			v, diags := closure.Value()
			if !diags.HasErrors() && !v.IsWhollyKnown() {
				return cty.UnknownVal(cty.Bool), nil
			}
			return cty.BoolVal(!diags.HasErrors()).WithMarks(marksOf(closure)), nil
		},
	})
}

// marksOf are the marks of everything an expression refers to.
func marksOf(c *customdecode.ExpressionClosure) cty.ValueMarks {
	out := cty.ValueMarks{}
	for _, trav := range c.Expression.Variables() {
		if v, diags := trav.TraverseAbs(c.EvalContext); !diags.HasErrors() {
			_, marks := v.UnmarkDeep()
			maps.Copy(out, marks)
		}
	}
	return out
}

func errTry(faults hcl.Diagnostics) error {
	var out strings.Builder
	out.WriteString("no expression succeeded:\n")
	for _, d := range faults {
		where := ""
		if d.Subject != nil {
			where = " (at " + d.Subject.String() + ")"
		}
		fmt.Fprintf(&out, "- %s%s\n  %s\n", d.Summary, where, d.Detail)
	}
	out.WriteString("\nAt least one expression must produce a successful result")
	return errors.New(out.String())
}

func markedParam() []function.Parameter {
	return []function.Parameter{{
		Name: "value", Type: cty.DynamicPseudoType,
		AllowNull: true, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true,
	}}
}

func sensitiveFunc() function.Function {
	return function.New(&function.Spec{
		Params: markedParam(),
		Type:   func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
		Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return args[0].Mark(Sensitive), nil },
	})
}

func isSensitiveFunc() function.Function {
	return function.New(&function.Spec{
		Params: markedParam(),
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			switch {
			case args[0].HasMark(Sensitive):
				return cty.True, nil
			case !args[0].IsKnown():
				return cty.UnknownVal(cty.Bool), nil
			}
			return cty.False, nil
		},
	})
}
