package hclfunc

import (
	"time"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func numericEntries() []entry {
	return []entry{
		{"abs", "Returns the distance of a number from zero.", stdlib.AbsoluteFunc, nil},
		{"ceil", "Rounds a number up to a whole one.", stdlib.CeilFunc, nil},
		{"floor", "Rounds a number down to a whole one.", stdlib.FloorFunc, nil},
		{"log", "Returns the logarithm of a number to a base.", stdlib.LogFunc, nil},
		{"max", "Returns the greatest of the numbers.", stdlib.MaxFunc, walks},
		{"min", "Returns the smallest of the numbers.", stdlib.MinFunc, walks},
		{"parseint", "Reads a whole number written to a base from 2 to 62.", stdlib.ParseIntFunc, func(c *call) error { return argOr(0, checkNumber(c.text(0))) }},
		{"pow", "Raises a number to a power.", stdlib.PowFunc, nil},
		{"signum", "Returns -1, 0 or 1 for the sign of a number.", stdlib.SignumFunc, nil},
	}
}

// argOr blames argument i for an error, if there is one.
func argOr(i int, err error) error {
	if err == nil {
		return nil
	}
	return argError(i, err)
}

func dateEntries() []entry {
	return []entry{
		{"formatdate", "Writes a time given in RFC 3339 syntax in another format.", stdlib.FormatDateFunc, formatDateCost},
		{"timeadd", "Adds a duration such as \"1h30m\" to a time given in RFC 3339 syntax.", stdlib.TimeAddFunc, nil},
		{"timecmp", "Returns -1, 0 or 1 for a time before, at or after another one.", textFunc(cty.Number, []string{"a", "b"}, timecmp), nil},
	}
}

// formatDateCost knows that one letter may stand for a whole word.
func formatDateCost(c *call) error { return c.bytes(mul(4, c.total().text)) }

func timecmp(a []string) (cty.Value, error) {
	var t [2]time.Time
	for i := range t {
		// cty explains faults best.
		if _, err := stdlib.TimeAdd(cty.StringVal(a[i]), cty.StringVal("0s")); err != nil {
			return cty.NilVal, argError(i, err)
		}
		parsed, err := time.Parse(time.RFC3339, a[i])
		if err != nil {
			return cty.NilVal, argError(i, err)
		}
		t[i] = parsed
	}
	return cty.NumberIntVal(int64(t[0].Compare(t[1]))), nil
}
