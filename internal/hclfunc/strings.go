package hclfunc

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func stringEntries(e env) []entry {
	return []entry{
		{"chomp", "Removes line breaks from the end of a string.", mapText("string", chomp), copies},
		{"endswith", "Tells whether a string ends with a suffix.", testText("suffix", strings.HasSuffix), nil},
		{"format", "Puts values into a string by the verbs of a format, like printf.", stdlib.FormatFunc, formatCost},
		{"formatlist", "Puts the elements of lists into strings by the verbs of a format.", stdlib.FormatListFunc, formatListCost},
		{"indent", "Adds spaces to the beginning of each line but the first.", indentFunc(), indentCost},
		{"join", "Joins the strings of lists with a separator.", stdlib.JoinFunc, joinCost},
		{"lower", "Turns all letters of a string to lower case.", stdlib.LowerFunc, copies},
		{"regex", "Returns the first match of a regular expression, or its groups.", regexFunc(e), nil},
		{"regexall", "Returns all matches of a regular expression, or their groups.", regexAllFunc(e), nil},
		{"replace", "Replaces a substring, or a /regular expression/, everywhere in a string.", replaceFunc(e), nil},
		{"split", "Splits a string at each separator.", stdlib.SplitFunc, splitCost},
		{"startswith", "Tells whether a string begins with a prefix.", testText("prefix", strings.HasPrefix), nil},
		{"strcontains", "Tells whether a string contains a substring.", testText("substr", strings.Contains), nil},
		{"strrev", "Reverses the characters of a string.", stdlib.ReverseFunc, graphemes},
		{"substr", "Returns so many characters of a string from an offset on.", stdlib.SubstrFunc, graphemes},
		{"title", "Turns the first letter of each word to upper case.", stdlib.TitleFunc, copies},
		{"trim", "Removes the given characters from both ends of a string.", stdlib.TrimFunc, copies},
		{"trimprefix", "Removes a prefix from a string.", stdlib.TrimPrefixFunc, copies},
		{"trimsuffix", "Removes a suffix from a string.", stdlib.TrimSuffixFunc, copies},
		{"trimspace", "Removes white space from both ends of a string.", stdlib.TrimSpaceFunc, copies},
		{"upper", "Turns all letters of a string to upper case.", stdlib.UpperFunc, copies},
	}
}

func stringParam(name string) function.Parameter {
	return function.Parameter{Name: name, Type: cty.String}
}

func stringParams(names ...string) []function.Parameter {
	out := make([]function.Parameter, len(names))
	for i, name := range names {
		out[i] = stringParam(name)
	}
	return out
}

// textFunc is a function from strings to a value of one type.
func textFunc(ret cty.Type, names []string, f func([]string) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params: stringParams(names...),
		Type:   function.StaticReturnType(ret),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			texts := make([]string, len(args))
			for i, v := range args {
				texts[i] = v.AsString()
			}
			return f(texts)
		},
	})
}

func mapText(name string, f func(string) string) function.Function {
	return textFunc(cty.String, []string{name}, func(a []string) (cty.Value, error) {
		return cty.StringVal(f(a[0])), nil
	})
}

func testText(second string, f func(s, t string) bool) function.Function {
	return textFunc(cty.Bool, []string{"string", second}, func(a []string) (cty.Value, error) {
		return cty.BoolVal(f(a[0], a[1])), nil
	})
}

func chomp(s string) string { return strings.TrimRight(s, "\r\n") }

// graphemes charges for splitting text into characters as people see them.
func graphemes(c *call) error {
	if err := c.steps(c.total().text / 8); err != nil {
		return err
	}
	return copies(c)
}

func joinCost(c *call) error {
	n := c.total()
	return c.bytes(add(n.text, mul(n.nodes, c.sizes[0].text)))
}

func splitCost(c *call) error {
	n := int64(strings.Count(c.text(1), c.text(0)) + 1)
	if err := c.steps(2 * n); err != nil {
		return err
	}
	return copies(c)
}

func indentCost(c *call) error {
	lines := int64(strings.Count(c.text(1), "\n"))
	return c.bytes(add(c.sizes[1].text, mul(lines+1, max(0, c.number(0)))))
}

func indentFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "spaces", Type: cty.Number}, stringParam("string")},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			f := args[0].AsBigFloat()
			n, _ := f.Int64()
			if !f.IsInt() || n < 0 {
				return cty.NilVal, function.NewArgErrorf(0, "a whole number, zero or greater, is required")
			}
			pad := "\n" + strings.Repeat(" ", int(n))
			return cty.StringVal(strings.ReplaceAll(args[1].AsString(), "\n", pad)), nil
		},
	})
}
