package pyvalue

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// floatRepr is repr of a float: the shortest digits that give it back, with
// an exponent below 1e-4 and from 1e16 on.
func floatRepr(f float64) string {
	if s, ok := notFinite(f); ok {
		return s
	}
	s := strconv.FormatFloat(f, 'e', -1, 64)
	exp, _ := strconv.Atoi(s[strings.IndexByte(s, 'e')+1:])
	if exp < -4 || exp >= 16 {
		return s
	}
	s = strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

func notFinite(f float64) (string, bool) {
	switch {
	case math.IsNaN(f):
		return "nan", true
	case math.IsInf(f, 1):
		return "inf", true
	case math.IsInf(f, -1):
		return "-inf", true
	}
	return "", false
}

// floatOf is v as a float, for numbers; an OverflowError when an int is too
// large; false when v is no number.
func floatOf(v Value) (float64, bool, error) {
	switch v := v.(type) {
	case Float:
		return float64(v), true, nil
	case Bool, Int:
		n, _ := Int64Of(v)
		return float64(n), true, nil
	case *BigInt:
		f, ok := bigFloat(v.v)
		if !ok {
			return 0, true, Raise("OverflowError", "int too large to convert to float")
		}
		return f, true, nil
	}
	return 0, false, nil
}

// bigFloat rounds half to even; false when n is beyond the floats.
func bigFloat(n *big.Int) (float64, bool) {
	f, _ := new(big.Float).SetInt(n).Float64()
	return f, !math.IsInf(f, 0)
}

// floatInt truncates a finite float.
func floatInt(f float64) Value {
	if math.Abs(f) < 1<<62 {
		return Int(int64(f))
	}
	n, _ := new(big.Float).SetFloat64(f).Int(nil)
	return NewInt(n)
}
