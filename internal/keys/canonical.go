package keys

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
)

// Canonical returns bytes that are equal for equal values (see Equal) and
// different for different ones: JSON with the members of maps sorted by name and
// numbers in one spelling. A Date and a Tagged, which JSON does not have, become
// {"\u0000date": text} and {"\u0000tag": [tag, value]}; no writable map has such
// a name. A value of a type that Edit does not take gives the same bytes as nil.
func Canonical(v any) []byte {
	return appendCanonical(nil, v)
}

func appendCanonical(b []byte, v any) []byte {
	switch x := plain(v).(type) {
	case bool:
		return strconv.AppendBool(b, x)
	case string:
		return appendJSONString(b, x)
	case Number:
		return append(b, canonicalNumber(x)...)
	case Date:
		b = append(b, `{"\u0000date":`...)
		return append(appendJSONString(b, canonicalDate(x)), '}')
	case Tagged:
		b = appendJSONString(append(b, `{"\u0000tag":[`...), x.Tag)
		return append(appendCanonical(append(b, ','), x.Value), "]}"...)
	case []any:
		b = append(b, '[')
		for i, e := range x {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendCanonical(b, e)
		}
		return append(b, ']')
	case Map:
		b = append(b, '{')
		for i, p := range x.sorted() {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendJSONString(b, p.Key), ':')
			b = appendCanonical(b, p.Value)
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}

// appendJSONString appends a string literal; only what JSON demands is escaped.
func appendJSONString(b []byte, s string) []byte {
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return append(b, `""`...) // a string has no other way to fail
	}
	return append(b, strings.TrimSuffix(out.String(), "\n")...)
}

// maxDigits is how long a number may be to be compared by value, not by text.
const maxDigits = 4096

// canonicalNumber returns one spelling for all texts of the same number: a
// decimal integer where that has at most 21 digits, else digits and exponent.
func canonicalNumber(n Number) string {
	s := string(n)
	if len(s) > maxDigits || !decimal(s) {
		return s
	}
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	exp := 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		e, err := strconv.Atoi(s[i+1:])
		if err != nil || e > 1<<30 || e < -1<<30 {
			return string(n)
		}
		s, exp = s[:i], e
	}
	whole, frac, _ := strings.Cut(s, ".")
	exp -= len(frac)
	s = strings.TrimLeft(whole+frac, "0")
	short := strings.TrimRight(s, "0")
	exp += len(s) - len(short)
	if short == "" {
		return "0"
	}
	sign := ""
	if neg {
		sign = "-"
	}
	if exp >= 0 && len(short)+exp <= 21 {
		return sign + short + strings.Repeat("0", exp)
	}
	return sign + short + "e" + strconv.Itoa(exp)
}

// integer turns the digits of another base, without prefix, into a Number.
func integer(sign, digits string, base int) (Number, bool) {
	if len(digits) > maxDigits {
		return "", false
	}
	x, ok := new(big.Int).SetString(digits, base)
	if !ok || strings.ContainsAny(digits, "+-_") {
		return "", false
	}
	if sign == "-" {
		x.Neg(x)
	}
	return Number(x.String()), true
}

// canonicalDate joins date and time by T and writes letters in upper case, for
// both spellings are the same in RFC 3339, section 5.6.
func canonicalDate(d Date) string {
	s := strings.ToUpper(string(d))
	if len(s) > 10 && s[10] == ' ' {
		s = s[:10] + "T" + s[11:]
	}
	return s
}
