package pyvalue

import (
	"math"
	"math/big"
)

// Binary is x op y for OpAdd to OpPow. The errors are CPython's, those of
// hooks, and limits.
func Binary(b *Budget, op Op, x, y Value) (Value, error) {
	b = b.orDefault()
	if err := b.Step(1); err != nil {
		return nil, err
	}
	if nx, ok := Int64Of(x); ok {
		if ny, ok := Int64Of(y); ok {
			if v, ok := smallArith(op, nx, ny); ok {
				return v, nil
			}
		}
	}
	if v, ok, err := operateHosts(b, op, x, y); ok || err != nil {
		return v, err
	}
	if v, ok, err := numericArith(b, op, x, y); ok || err != nil {
		return v, err
	}
	if v, ok, err := sequenceArith(b, op, x, y); ok || err != nil {
		return v, err
	}
	return nil, Raise("TypeError", "unsupported operand type(s) for %s: '%s' and '%s'", op, x.TypeName(), y.TypeName())
}

// smallArith is arithmetic that stays within 64 bits; false when it would not
// or fails.
func smallArith(op Op, x, y int64) (Value, bool) {
	switch op {
	case OpAdd:
		s := x + y
		return Int(s), (s > x) == (y > 0)
	case OpSub:
		d := x - y
		return Int(d), (d < x) == (y > 0)
	case OpMul:
		if x > math.MaxInt32 || x < math.MinInt32 || y > math.MaxInt32 || y < math.MinInt32 {
			return nil, false
		}
		return Int(x * y), true
	case OpFloorDiv, OpMod:
		if y == 0 || y == -1 {
			return nil, false
		}
		q, r := x/y, x%y
		if r != 0 && (r < 0) != (y < 0) {
			q, r = q-1, r+y
		}
		if op == OpMod {
			return Int(r), true
		}
		return Int(q), true
	}
	return nil, false
}

func numericArith(b *Budget, op Op, x, y Value) (Value, bool, error) {
	nx, okx := BigOf(x)
	ny, oky := BigOf(y)
	if okx && oky {
		v, err := bigArith(b, op, nx, ny)
		return v, true, err
	}
	_, xf := x.(Float)
	_, yf := y.(Float)
	if !okx && !xf || !oky && !yf {
		return nil, false, nil
	}
	fx, _, err := floatOf(x)
	if err != nil {
		return nil, true, err
	}
	fy, _, err := floatOf(y)
	if err != nil {
		return nil, true, err
	}
	f, err := floatArith(op, fx, fy)
	return Float(f), true, err
}

func bigArith(b *Budget, op Op, x, y *big.Int) (Value, error) {
	switch op {
	case OpAdd:
		return bounded(b, new(big.Int).Add(x, y))
	case OpSub:
		return bounded(b, new(big.Int).Sub(x, y))
	case OpMul:
		if err := payBits(b, x.BitLen()+y.BitLen()); err != nil {
			return nil, err
		}
		return NewInt(new(big.Int).Mul(x, y)), nil
	case OpDiv:
		return trueDivide(b, x, y)
	case OpPow:
		return bigPower(b, x, y)
	}
	if y.Sign() == 0 {
		if op == OpMod {
			return nil, Raise("ZeroDivisionError", "integer modulo by zero")
		}
		return nil, Raise("ZeroDivisionError", "integer division or modulo by zero")
	}
	if err := payBits(b, x.BitLen()); err != nil {
		return nil, err
	}
	q, r := new(big.Int).QuoRem(x, y, new(big.Int))
	if r.Sign() != 0 && r.Sign() != y.Sign() {
		q.Sub(q, big.NewInt(1))
		r.Add(r, y)
	}
	if op == OpMod {
		return NewInt(r), nil
	}
	return NewInt(q), nil
}

// payBits pays for a result of so many bits, in bytes and in the steps a
// multiplication of that size takes.
func payBits(b *Budget, bits int) error {
	if bits > MaxIntBits {
		return &LimitError{What: "bits in an int", Limit: MaxIntBits}
	}
	if bits <= 256 {
		return nil
	}
	words := bits / 64
	if err := b.Step(words + words*words/64); err != nil {
		return err
	}
	return b.Alloc(int64(bits / 8))
}

func bounded(b *Budget, n *big.Int) (Value, error) {
	if err := payBits(b, n.BitLen()); err != nil {
		return nil, err
	}
	return NewInt(n), nil
}

// trueDivide is x / y, correctly rounded.
func trueDivide(b *Budget, x, y *big.Int) (Value, error) {
	if y.Sign() == 0 {
		return nil, Raise("ZeroDivisionError", "division by zero")
	}
	if x.BitLen() <= 53 && y.BitLen() <= 53 {
		return Float(float64(x.Int64()) / float64(y.Int64())), nil
	}
	if err := payBits(b, max(x.BitLen(), y.BitLen())); err != nil {
		return nil, err
	}
	f, _ := new(big.Rat).SetFrac(x, y).Float64()
	if f == 0 && (x.Sign() < 0) != (y.Sign() < 0) {
		f = math.Copysign(0, -1)
	}
	if math.IsInf(f, 0) {
		return nil, Raise("OverflowError", "integer division result too large for a float")
	}
	return Float(f), nil
}

func bigPower(b *Budget, x, y *big.Int) (Value, error) {
	if y.Sign() < 0 {
		fx, okx := bigFloat(x)
		fy, oky := bigFloat(y)
		if !okx || !oky {
			return nil, Raise("OverflowError", "int too large to convert to float")
		}
		f, err := floatPower(fx, fy)
		return Float(f), err
	}
	if x.BitLen() <= 1 { // -1, 0, 1
		switch {
		case y.Sign() == 0:
			return Int(1), nil
		case x.Sign() < 0 && y.Bit(0) == 0:
			return Int(1), nil
		}
		return NewInt(x), nil
	}
	if y.BitLen() > 32 {
		return nil, &LimitError{What: "bits in an int", Limit: MaxIntBits}
	}
	// The power has at least so many bits, and less than twice as many.
	if err := payBits(b, int(min(int64(x.BitLen()-1)*y.Int64(), MaxIntBits+1))); err != nil {
		return nil, err
	}
	return bounded(b, new(big.Int).Exp(x, y, nil))
}

func floatArith(op Op, x, y float64) (float64, error) {
	switch op {
	case OpAdd:
		return x + y, nil
	case OpSub:
		return x - y, nil
	case OpMul:
		return x * y, nil
	case OpPow:
		return floatPower(x, y)
	case OpDiv:
		if y == 0 {
			return 0, Raise("ZeroDivisionError", "float division by zero")
		}
		return x / y, nil
	case OpMod:
		if y == 0 {
			return 0, Raise("ZeroDivisionError", "float modulo")
		}
		_, r := floatDivMod(x, y)
		return r, nil
	}
	if y == 0 {
		return 0, Raise("ZeroDivisionError", "float floor division by zero")
	}
	q, _ := floatDivMod(x, y)
	return q, nil
}

// floatDivMod is CPython's float_divmod: the remainder has the sign of y.
func floatDivMod(x, y float64) (float64, float64) {
	r := math.Mod(x, y)
	q := (x - r) / y
	if r == 0 {
		r = math.Copysign(0, y)
	} else if (y < 0) != (r < 0) {
		r += y
		q--
	}
	if q == 0 {
		return math.Copysign(0, x/y), r
	}
	whole := math.Floor(q)
	if q-whole > 0.5 {
		whole++
	}
	return whole, r
}

func floatPower(x, y float64) (float64, error) {
	switch {
	case x == 0 && y < 0 && !math.IsInf(y, -1):
		return 0, Raise("ZeroDivisionError", "0.0 cannot be raised to a negative power")
	case x < 0 && !math.IsInf(x, 0) && y != math.Trunc(y) && !math.IsNaN(y):
		return 0, Raise("TypeError", "complex numbers are not supported")
	}
	f := power(x, y)
	if math.IsInf(f, 0) && !math.IsInf(x, 0) && !math.IsInf(y, 0) {
		return 0, Raise("OverflowError", "(34, 'Numerical result out of range')")
	}
	return f, nil
}

// Unary is -x or +x, by OpNeg and OpPos.
func Unary(b *Budget, op Op, x Value) (Value, error) {
	b = b.orDefault()
	if h, ok := x.(UnaryOperator); ok {
		if v, done, err := h.OperateUnary(b, op); done || err != nil {
			return v, err
		}
	}
	if f, ok := x.(Float); ok {
		if op == OpNeg {
			f = -f
		}
		return f, nil
	}
	n, ok := BigOf(x)
	if !ok {
		return nil, Raise("TypeError", "bad operand type for %s: '%s'", op, x.TypeName())
	}
	if op == OpNeg {
		return bounded(b, new(big.Int).Neg(n))
	}
	return NewInt(n), nil
}

// Abs is abs(v).
func Abs(b *Budget, v Value) (Value, error) {
	if f, ok := v.(Float); ok {
		return Float(math.Abs(float64(f))), nil
	}
	n, ok := BigOf(v)
	if !ok {
		return nil, Raise("TypeError", "bad operand type for abs(): '%s'", v.TypeName())
	}
	return bounded(b.orDefault(), new(big.Int).Abs(n))
}
