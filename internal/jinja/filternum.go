package jinja

import (
	"fmt"
	"math"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

func doRound(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	method := "common"
	if a[2] != nil {
		method, _ = pyvalue.TextOf(a[2])
	}
	precision := a[1]
	if precision == nil {
		precision = pyvalue.Int(0)
	}
	switch method {
	case "common":
		if !given(precision) {
			return pyvalue.Round(c.run.budget, a[0], nil)
		}
		n, err := c.digits(precision)
		v, roundErr := pyvalue.Round(c.run.budget, a[0], &n)
		if roundErr != nil || err == nil {
			return v, roundErr
		}
		return nil, err
	case "ceil":
		return c.roundBy(a[0], precision, math.Ceil)
	case "floor":
		return c.roundBy(a[0], precision, math.Floor)
	}
	return nil, raise(classFilterArg, "method must be common, ceil or floor")
}

// digits is the second argument of round, within what makes a difference.
func (c *Context) digits(v pyvalue.Value) (int, error) {
	const most = 100_000
	n, ok := pyvalue.BigOf(v)
	if !ok {
		return intArg(v, 0)
	}
	if n.IsInt64() {
		return int(max(min(n.Int64(), most), -most)), nil
	}
	return most * n.Sign(), nil
}

// roundBy is func(v * 10**precision) / 10**precision.
func (c *Context) roundBy(v, precision pyvalue.Value, f func(float64) float64) (pyvalue.Value, error) {
	b := c.run.budget
	scale, err := pyvalue.Binary(b, pyvalue.OpPow, pyvalue.Int(10), precision)
	if err != nil {
		return nil, err
	}
	scaled, err := pyvalue.Binary(b, pyvalue.OpMul, v, scale)
	if err != nil {
		return nil, err
	}
	if x, ok := scaled.(pyvalue.Float); ok {
		if scaled, err = pyvalue.ToInt(b, pyvalue.Float(f(float64(x)))); err != nil {
			return nil, err
		}
	} else if _, ok := pyvalue.BigOf(scaled); !ok {
		return nil, typeError("must be real number, not %s", scaled.TypeName())
	}
	return pyvalue.Binary(b, pyvalue.OpDiv, scaled, scale)
}

func doFileSize(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	if u, ok := a[0].(*undefined); ok {
		return nil, u.fail()
	}
	v, err := pyvalue.ToFloat(c.run.budget, a[0])
	if err != nil {
		return nil, err
	}
	binary, err := c.boolArg(a[1])
	if err != nil {
		return nil, err
	}
	f, _ := v.(pyvalue.Float)
	size, base, unit := float64(f), 1000.0, "B"
	if binary {
		base, unit = 1024, "iB"
	}
	switch {
	case size == 1:
		return pyvalue.String("1 Byte"), nil
	case size < base:
		n, err := pyvalue.ToInt(c.run.budget, f)
		if err != nil {
			return nil, err
		}
		s, err := pyvalue.Str(c.run.budget, n)
		return pyvalue.String(s + " Bytes"), err
	}
	return pyvalue.String(scaledSize(size, base, unit)), nil
}

// scaledSize writes a size in the largest prefix below it.
func scaledSize(size, base float64, unit string) string {
	prefixes := "kMGTPEZY"
	if unit == "iB" {
		prefixes = "KMGTPEZY"
	}
	scale := base
	for i := range prefixes {
		scale *= base
		if size < scale || i == len(prefixes)-1 {
			v := base * size / scale
			text := fmt.Sprintf("%.1f", v)
			if math.IsInf(v, 0) || math.IsNaN(v) {
				text = map[bool]string{true: "nan", false: "inf"}[math.IsNaN(v)]
			}
			return text + " " + prefixes[i:i+1] + unit
		}
	}
	return ""
}
