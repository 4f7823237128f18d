package pyvalue

import (
	"math"
	"math/big"
)

// powBits is the precision of power's arithmetic: enough to round correctly
// but where the true result lies within 2**-60 of a tie.
const powBits = 160

// power is C's pow. Go's math.Pow is off by some units in the last place,
// which the C library, and so CPython, is not.
func power(x, y float64) float64 {
	rough := math.Pow(x, y)
	if rough == 0 || rough == 1 || math.IsInf(rough, 0) || math.IsNaN(rough) || math.IsInf(x, 0) || y == 1 {
		return rough
	}
	// x = m * 2**e with m in [sqrt(1/2), sqrt(2)), so x**y = 2**(y*(e + log2 m)).
	m, e := math.Frexp(math.Abs(x))
	if m < math.Sqrt2/2 {
		m, e = m*2, e-1
	}
	ln2 := wide(0).Mul(wide(2), atanhSeries(wide(0).Quo(wide(1), wide(3))))
	ratio := wide(0).Quo(wide(0).Sub(wide(m), wide(1)), wide(0).Add(wide(m), wide(1)))
	exponent := wide(0).Mul(wide(2), atanhSeries(ratio))
	exponent.Add(exponent, wide(0).Mul(wide(float64(e)), ln2))
	exponent.Mul(exponent, wide(y))

	k := math.Round(mustFloat(wide(0).Quo(exponent, ln2)))
	exponent.Sub(exponent, wide(0).Mul(wide(k), ln2))
	result := expSeries(exponent)
	f, _ := result.SetMantExp(result, int(k)).Float64()
	return math.Copysign(f, rough)
}

func wide(f float64) *big.Float { return new(big.Float).SetPrec(powBits).SetFloat64(f) }

func mustFloat(x *big.Float) float64 {
	f, _ := x.Float64()
	return f
}

// negligible says that adding term to sum would not change it.
func negligible(term, sum *big.Float) bool {
	return term.Sign() == 0 || sum.Sign() != 0 && term.MantExp(nil) < sum.MantExp(nil)-powBits
}

// atanhSeries is x + x**3/3 + x**5/5 + ..., for |x| <= 1/3.
func atanhSeries(x *big.Float) *big.Float {
	square := wide(0).Mul(x, x)
	sum, t := wide(0).Set(x), wide(0).Set(x)
	for n := 3.0; ; n += 2 {
		t.Mul(t, square)
		term := wide(0).Quo(t, wide(n))
		if negligible(term, sum) {
			return sum
		}
		sum.Add(sum, term)
	}
}

// expSeries is 1 + x + x**2/2! + ..., for |x| < 1.
func expSeries(x *big.Float) *big.Float {
	sum, term := wide(1), wide(1)
	for n := 1.0; ; n++ {
		term.Mul(term, x)
		term.Quo(term, wide(n))
		if negligible(term, sum) {
			return sum
		}
		sum.Add(sum, term)
	}
}
