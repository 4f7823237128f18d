package pyvalue

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// ToInt is int(v).
func ToInt(b *Budget, v Value) (Value, error) {
	switch v := v.(type) {
	case Bool, Int, *BigInt:
		n, _ := BigOf(v)
		return NewInt(n), nil
	case Float:
		f := float64(v)
		switch {
		case math.IsNaN(f):
			return nil, Raise("ValueError", "cannot convert float NaN to integer")
		case math.IsInf(f, 0):
			return nil, Raise("OverflowError", "cannot convert float infinity to integer")
		}
		return floatInt(f), nil
	case String, Markup:
		s, _ := TextOf(v)
		return ParseInt(b, s, 10)
	case Bytes:
		return parseInt(b, string(v), intBase{10, quoteBytes(string(v))})
	}
	return nil, Raise("TypeError", "int() argument must be a string, a bytes-like object or a real number, not '%s'", v.TypeName())
}

// ParseInt is int(text, base).
func ParseInt(b *Budget, text string, base int) (Value, error) {
	if base != 0 && base < 2 || base > 36 {
		return nil, Raise("ValueError", "int() base must be >= 2 and <= 36, or 0")
	}
	return parseInt(b, text, intBase{base, ""})
}

// intBase is a base, and how a wrong text is shown when not by its repr.
type intBase struct {
	base  int
	shown string
}

func parseInt(b *Budget, text string, as intBase) (Value, error) {
	b = b.orDefault()
	if err := b.Step(1 + len(text)); err != nil {
		return nil, err
	}
	digits, base, ok := intDigits(asciiDigits(trimNumber(text)), as.base)
	if !ok {
		if as.shown == "" {
			as.shown = firstRunes(quote(firstRunes(text, 200)), 200)
		}
		return nil, Raise("ValueError", "invalid literal for int() with base %d: %s", as.base, as.shown)
	}
	if n, err := strconv.ParseInt(digits, base, 64); err == nil {
		return Int(n), nil
	}
	length := len(strings.TrimLeft(digits, "+-"))
	if length > maxIntDigits && base&(base-1) != 0 {
		return nil, Raise("ValueError", "Exceeds the limit (4300 digits) for integer string conversion: value has %d digits; use sys.set_int_max_str_digits() to increase the limit", length)
	}
	if length > MaxIntBits {
		return nil, &LimitError{What: "bits in an int", Limit: MaxIntBits}
	}
	n, _ := new(big.Int).SetString(digits, base)
	return bounded(b, n)
}

func firstRunes(s string, n int) string { return subText(s, -1, 0, n) }

// trimNumber takes white space off the ends: C's in an ASCII text, else Unicode's.
func trimNumber(s string) string {
	if isASCII(s) {
		return strings.Trim(s, " \t\n\v\f\r")
	}
	return strings.TrimFunc(s, isSpace)
}

// asciiDigits turns the decimal digits of any script into ASCII.
func asciiDigits(s string) string {
	if isASCII(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isDecimal(r) {
			return '0' + rune(decimalValue(r))
		}
		return r
	}, s)
}

// intDigits takes prefix and underscores out; false when s is no int.
func intDigits(s string, base int) (string, int, bool) {
	sign := ""
	if s != "" && (s[0] == '+' || s[0] == '-') {
		sign, s = s[:1], s[1:]
	}
	prefixed := 0
	if len(s) > 1 && s[0] == '0' {
		prefixed = map[byte]int{'x': 16, 'o': 8, 'b': 2}[s[1]|0x20]
	}
	if prefixed != 0 && (base == 0 || base == prefixed) {
		s, base = strings.TrimPrefix(s[2:], "_"), prefixed
	} else if base == 0 {
		base = 10
		if s != "" && s[0] == '0' && strings.Trim(s, "0_") != "" {
			return "", 0, false
		}
	}
	if s == "" || s[0] == '_' || s[len(s)-1] == '_' || strings.Contains(s, "__") {
		return "", 0, false
	}
	s = strings.ReplaceAll(s, "_", "")
	for i := range len(s) {
		d := 36
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			d = int(c - '0')
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			d = int(c|0x20-'a') + 10
		}
		if d >= base {
			return "", 0, false
		}
	}
	return sign + s, base, true
}

// ToFloat is float(v).
func ToFloat(b *Budget, v Value) (Value, error) {
	if f, ok, err := floatOf(v); ok {
		return Float(f), err
	}
	s, ok := TextOf(v)
	show := quote
	if raw, isBytes := v.(Bytes); isBytes {
		s, show, ok = string(raw), quoteBytes, true
	}
	if !ok {
		return nil, Raise("TypeError", "float() argument must be a string or a real number, not '%s'", v.TypeName())
	}
	if err := b.Step(1 + len(s)); err != nil {
		return nil, err
	}
	f, ok := parseFloat(asciiDigits(trimNumber(s)))
	if !ok {
		return nil, Raise("ValueError", "could not convert string to float: %s", show(s))
	}
	return Float(f), nil
}

func parseFloat(s string) (float64, bool) {
	body := strings.TrimLeft(s, "+-")
	if len(s)-len(body) > 1 {
		return 0, false
	}
	switch strings.ToLower(body) {
	case "inf", "infinity", "nan":
		f, err := strconv.ParseFloat(body, 64)
		if s[0] == '-' {
			f = -f
		}
		return f, err == nil
	}
	for i := range len(body) {
		c := body[i]
		digit := c >= '0' && c <= '9'
		if c == '_' && (i == 0 || i+1 == len(body) || !isDigitByte(body[i-1]) || !isDigitByte(body[i+1])) {
			return 0, false
		}
		if !digit && !strings.ContainsRune("_.eE+-", rune(c)) {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

func isDigitByte(c byte) bool { return c >= '0' && c <= '9' }

// Round is round(v, digits); with nil digits it is round(v), an int.
func Round(b *Budget, v Value, digits *int) (Value, error) {
	if f, ok := v.(Float); ok {
		if digits == nil {
			return roundWhole(float64(f))
		}
		return roundFloat(float64(f), *digits)
	}
	n, ok := BigOf(v)
	if !ok {
		return nil, Raise("TypeError", "type %s doesn't define __round__ method", v.TypeName())
	}
	if digits == nil || *digits >= 0 {
		return NewInt(n), nil
	}
	if -*digits > n.BitLen() {
		return Int(0), nil
	}
	if err := payBits(b.orDefault(), 4*n.BitLen()); err != nil {
		return nil, err
	}
	return NewInt(roundTo(n, big.NewInt(1), -*digits)), nil
}

// roundTo is num/den to a multiple of 10**places, half to even.
func roundTo(num, den *big.Int, places int) *big.Int {
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
	step := new(big.Int).Mul(den, unit)
	q, r := new(big.Int).DivMod(num, step, new(big.Int))
	if c := r.Lsh(r, 1).Cmp(step); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return q.Mul(q, unit)
}

func roundWhole(f float64) (Value, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return ToInt(nil, Float(f))
	}
	return floatInt(math.RoundToEven(f)), nil
}

func roundFloat(f float64, digits int) (Value, error) {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0) || digits > 323:
		return Float(f), nil
	case digits < -308:
		return Float(math.Copysign(0, f)), nil
	case digits >= 0:
		r, err := strconv.ParseFloat(strconv.FormatFloat(f, 'f', digits, 64), 64)
		if err != nil {
			return nil, Raise("OverflowError", "rounded value too large to represent")
		}
		return Float(r), nil
	}
	exact := new(big.Rat)
	exact.SetFloat64(f)
	r, ok := bigFloat(roundTo(exact.Num(), exact.Denom(), -digits))
	if !ok {
		return nil, Raise("OverflowError", "rounded value too large to represent")
	}
	return Float(math.Copysign(r, f)), nil
}
