package datafile

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

var decimal = lazy.Regexp(`^[-+]?[0-9]{1,400}(?:\.[0-9]{1,400})?(?:[eE]([-+]?[0-9]{1,4}))?$`)

// Rat is the exact value of a decimal such as "0.25" or "1e-3". It is false for
// any other text, and past 400 digits or an exponent of 400.
func Rat(text string) (*big.Rat, bool) {
	m := decimal().FindStringSubmatch(text)
	if m == nil {
		return nil, false
	}
	if e, _ := strconv.Atoi(m[1]); e > 400 || e < -400 {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// Round writes a number with exactly so many decimals; half rounds away from
// zero. Zero has no sign.
func Round(x *big.Rat, decimals int) string {
	s := x.FloatString(decimals)
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
}

// Decimals is how many decimals a decimal text has, its exponent counted in.
func Decimals(text string) int {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	_, fraction, _ := strings.Cut(mantissa, ".")
	e, _ := strconv.Atoi(exponent)
	return max(0, len(fraction)-e)
}
