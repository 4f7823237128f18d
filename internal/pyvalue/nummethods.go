package pyvalue

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// dataAttr is the attributes of numbers, ranges and slices that are no methods.
func dataAttr(v Value, name string) (Value, bool) {
	switch v := v.(type) {
	case Bool, Int, *BigInt:
		n, _ := BigOf(v)
		switch name {
		case "real", "numerator":
			return NewInt(n), true
		case "imag":
			return Int(0), true
		case "denominator":
			return Int(1), true
		}
	case Float:
		switch name {
		case "real":
			return v, true
		case "imag":
			return Float(0), true
		}
	case Range:
		return triple(name, [3]Value{Int(v.Start), Int(v.Stop), Int(v.Step)})
	case Slice:
		return triple(name, [3]Value{v.Start, v.Stop, v.Step})
	}
	return nil, false
}

func triple(name string, parts [3]Value) (Value, bool) {
	for i, n := range []string{"start", "stop", "step"} {
		if n == name {
			return parts[i], true
		}
	}
	return nil, false
}

// intMethod is the table of int's methods; from_bytes is not there.
func intMethod(name string) (method, bool) {
	switch name {
	case "bit_length":
		return none(func(c *call) (Value, error) { return Int(c.big().BitLen()), nil })
	case "bit_count":
		return none(func(c *call) (Value, error) {
			n := 0
			for _, w := range c.big().Bits() {
				n += bits.OnesCount(uint(w))
			}
			return Int(n), nil
		})
	case "conjugate":
		return none(func(c *call) (Value, error) { return NewInt(c.big()), nil })
	case "as_integer_ratio":
		return none(func(c *call) (Value, error) { return NewTuple(NewInt(c.big()), Int(1)), nil })
	case "to_bytes":
		return keyword(intToBytes, "length", "byteorder", "signed")
	}
	return method{}, false
}

func (c *call) big() *big.Int {
	n, _ := BigOf(c.self)
	return n
}

func intToBytes(c *call) (Value, error) {
	length, err := c.integer(0, 1)
	if err != nil {
		return nil, err
	}
	order, ok := TextOf(c.arg(1, String("big")))
	if !ok {
		return nil, Raise("TypeError", "to_bytes() argument 'byteorder' must be str, not %s", argType(c.args[1]))
	}
	if order != "big" && order != "little" {
		return nil, Raise("ValueError", "byteorder must be either 'little' or 'big'")
	}
	signed, err := Truth(c.b, c.arg(2, Bool(false)))
	if err != nil {
		return nil, err
	}
	n := c.big()
	switch {
	case length < 0:
		return nil, Raise("ValueError", "length argument must be non-negative")
	case n.Sign() < 0 && !signed:
		return nil, Raise("OverflowError", "can't convert negative int to unsigned")
	}
	need := int64(n.BitLen())
	if signed && n.Sign() < 0 {
		need = int64(new(big.Int).Not(n).BitLen())
	}
	if signed {
		need++
	}
	if n.Sign() != 0 && need > length*8 && length < MaxSize {
		return nil, Raise("OverflowError", "int too big to convert")
	}
	if err := c.b.Alloc(length); err != nil {
		return nil, err
	}
	if n.Sign() < 0 {
		n = new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), uint(length*8)))
	}
	out := n.FillBytes(make([]byte, length))
	if order == "little" {
		for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
			out[i], out[j] = out[j], out[i]
		}
	}
	return Bytes(out), nil
}

// floatMethod is the table of float's methods; fromhex is not there.
func floatMethod(name string) (method, bool) {
	switch name {
	case "is_integer":
		return none(func(c *call) (Value, error) {
			f := float64(c.self.(Float))
			return Bool(f == math.Trunc(f) && !math.IsInf(f, 0)), nil
		})
	case "conjugate":
		return none(func(c *call) (Value, error) { return c.self, nil })
	case "as_integer_ratio":
		return none(floatRatio)
	case "hex":
		return none(func(c *call) (Value, error) { return String(floatHex(float64(c.self.(Float)))), nil })
	}
	return method{}, false
}

func floatRatio(c *call) (Value, error) {
	f := float64(c.self.(Float))
	switch {
	case math.IsNaN(f):
		return nil, Raise("ValueError", "cannot convert NaN to integer ratio")
	case math.IsInf(f, 0):
		return nil, Raise("OverflowError", "cannot convert Infinity to integer ratio")
	}
	r := new(big.Rat)
	r.SetFloat64(f)
	return NewTuple(NewInt(r.Num()), NewInt(r.Denom())), nil
}

// floatHex is float.hex: thirteen digits after the point.
func floatHex(f float64) string {
	if s, ok := notFinite(f); ok {
		return s
	}
	sign := ""
	if math.Signbit(f) {
		sign, f = "-", -f
	}
	if f == 0 {
		return sign + "0x0.0p+0"
	}
	if f < 0x1p-1022 {
		return sign + "0x0." + hexFraction(math.Float64bits(f)) + "p-1022"
	}
	exp := strconv.Itoa(math.Ilogb(f))
	if !strings.HasPrefix(exp, "-") {
		exp = "+" + exp
	}
	return sign + "0x1." + hexFraction(math.Float64bits(f)&(1<<52-1)) + "p" + exp
}

func hexFraction(mantissa uint64) string {
	s := strconv.FormatUint(mantissa, 16)
	return strings.Repeat("0", 13-len(s)) + s
}
