package keys

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The values of a file are nil, bool, string, Number, Date, []any, Map and
// Tagged. Callers may also pass int, int64 and float64.
type (
	// Number is a number as its decimal text, so that none loses digits; "inf",
	// "-inf" and "nan" are the three that have none.
	Number string
	// Date is a date, a time or both, in the text of TOML or of YAML. It never
	// equals a string of the same text.
	Date string
	// Map is an object in the order of the file. Equal ignores the order.
	Map []Pair
	// Pair is one member of a Map.
	Pair struct {
		Key   string
		Value any
	}
	// Tagged is a YAML value with a tag of an application (`!ENV x`). It equals no
	// value without that tag and can be read, not written.
	Tagged struct {
		Tag   string
		Value any
	}
)

// ref is a YAML alias inside a decoded file: Read and Change follow it.
type ref string

// get returns the value of the first member of that name, and how many there are.
func (m Map) get(name string) (v any, n int) {
	for _, p := range m {
		if p.Key == name {
			if n++; n == 1 {
				v = p.Value
			}
		}
	}
	return v, n
}

// Equal reports whether two values are the same: numbers by their numeric value
// (1 and 1.0 are equal, for the language of the spec knows one kind of number),
// maps without regard to order, dates by their text.
func Equal(a, b any) bool {
	a, b = plain(a), plain(b)
	switch x := a.(type) {
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, Equal)
	case Map:
		y, ok := b.(Map)
		return ok && equalMaps(x, y)
	case Number:
		y, ok := b.(Number)
		return ok && (x == y || canonicalNumber(x) == canonicalNumber(y))
	case Date:
		y, ok := b.(Date)
		return ok && canonicalDate(x) == canonicalDate(y)
	case Tagged:
		y, ok := b.(Tagged)
		return ok && x.Tag == y.Tag && Equal(x.Value, y.Value)
	case nil, bool, string, ref:
		return a == b
	}
	return false
}

func equalMaps(x, y Map) bool {
	if len(x) != len(y) {
		return false
	}
	inOrder := true
	for i := range x {
		inOrder = inOrder && x[i].Key == y[i].Key
	}
	if !inOrder {
		x, y = x.sorted(), y.sorted()
	}
	return slices.EqualFunc(x, y, func(a, b Pair) bool { return a.Key == b.Key && Equal(a.Value, b.Value) })
}

// sorted returns the members by key; repeated ones keep their order.
func (m Map) sorted() Map {
	s := slices.Clone(m)
	slices.SortStableFunc(s, func(a, b Pair) int { return strings.Compare(a.Key, b.Key) })
	return s
}

// plain turns the Go numbers that callers may pass into Numbers.
func plain(v any) any {
	switch x := v.(type) {
	case int:
		return Number(strconv.Itoa(x))
	case int64:
		return Number(strconv.FormatInt(x, 10))
	case float64:
		return floatNumber(x)
	}
	return v
}

func floatNumber(x float64) Number {
	switch {
	case math.IsNaN(x):
		return "nan"
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	}
	s := strconv.FormatFloat(x, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return Number(s)
}

// unwritable returns why a value cannot be written in the format, or "".
func unwritable(v any, f Format, depth int) string {
	if depth > maxDepth {
		return fmt.Sprintf("the value is nested more than %d levels deep", maxDepth)
	}
	switch x := plain(v).(type) {
	case nil:
		if f == TOML {
			return "TOML has no null"
		}
	case bool, Date:
	case Tagged:
		return "a value with a tag can be read, not written"
	case string:
		return unwritableText(x)
	case Number:
		return unwritableNumber(x, f)
	case []any:
		for _, e := range x {
			if reason := unwritable(e, f, depth+1); reason != "" {
				return reason
			}
		}
	case Map:
		return unwritableMap(x, f, depth)
	default:
		return fmt.Sprintf("a value of the type %T cannot be written", v)
	}
	return ""
}

func unwritableMap(m Map, f Format, depth int) string {
	seen := make(map[string]bool, len(m))
	for _, p := range m {
		if seen[p.Key] {
			return fmt.Sprintf("the value has the key %q twice", p.Key)
		}
		seen[p.Key] = true
		if reason := unwritableText(p.Key); reason != "" {
			return reason
		}
		if reason := unwritable(p.Value, f, depth+1); reason != "" {
			return reason
		}
	}
	return ""
}

func unwritableText(s string) string {
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return "a string is not UTF-8 text"
	}
	return ""
}

func unwritableNumber(n Number, f Format) string {
	switch {
	case n == "inf" || n == "-inf" || n == "nan":
		if f == JSON {
			return "JSON has no " + string(n)
		}
	case !decimal(string(n)):
		return fmt.Sprintf("%q is not a decimal number", string(n))
	case f == TOML && !strings.ContainsAny(string(n), ".eE"):
		if _, err := strconv.ParseInt(string(n), 10, 64); err != nil {
			return "TOML integers have 64 bits"
		}
	}
	return ""
}

// decimal reports whether s is a number of the JSON grammar (RFC 8259, section 6).
func decimal(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole, s := digits(s)
	if whole == "" || len(whole) > 1 && whole[0] == '0' {
		return false
	}
	if strings.HasPrefix(s, ".") {
		var frac string
		if frac, s = digits(s[1:]); frac == "" {
			return false
		}
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		var exp string
		if exp, s = digits(s); exp == "" {
			return false
		}
	}
	return s == ""
}

// digits splits the leading decimal digits off.
func digits(s string) (head, rest string) {
	i := 0
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	return s[:i], s[i:]
}
