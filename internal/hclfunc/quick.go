package hclfunc

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// quick is what a function gives for the usual arguments, without the way through
// cty, and cty.NilVal for all others.
func quick(name string, args []cty.Value) cty.Value {
	switch name {
	case "format":
		return quickFormat(args)
	case "substr":
		return quickSubstr(args)
	}
	return cty.NilVal
}

// quickFormat is format for the verbs %s of strings and %d, %x of whole numbers
// from 0 on, also padded with zeros. A large for_each calls it for every key.
func quickFormat(args []cty.Value) cty.Value {
	format, ok := text(args[0])
	if !ok {
		return cty.NilVal
	}
	rest := args[1:]
	var out []byte
	for {
		before, after, found := strings.Cut(format, "%")
		out = append(out, before...)
		if !found {
			break
		}
		zeros, verb, tail := quickVerb(after)
		if verb == 0 || len(rest) == 0 {
			return cty.NilVal
		}
		if out, ok = quickAppend(out, rest[0], zeros, verb); !ok {
			return cty.NilVal
		}
		format, rest = tail, rest[1:]
	}
	if len(rest) > 0 {
		return cty.NilVal
	}
	return cty.StringVal(string(out))
}

// quickVerb reads what follows a percent sign: at most a zero with one digit for
// the width, then s, d or x; zeros is -1 without a width.
func quickVerb(s string) (zeros int, verb byte, rest string) {
	zeros = -1
	if len(s) > 2 && s[0] == '0' && '1' <= s[1] && s[1] <= '9' {
		zeros, s = int(s[1]-'0'), s[2:]
	}
	if s == "" || s[0] != 'd' && s[0] != 'x' && (s[0] != 's' || zeros >= 0) {
		return 0, 0, ""
	}
	return zeros, s[0], s[1:]
}

func quickAppend(out []byte, arg cty.Value, zeros int, verb byte) ([]byte, bool) {
	if verb == 's' {
		s, ok := text(arg)
		return append(out, s...), ok
	}
	n, ok := natural(arg)
	if !ok {
		return nil, false
	}
	base := 10
	if verb == 'x' {
		base = 16
	}
	digits := strconv.FormatInt(n, base)
	for range zeros - len(digits) {
		out = append(out, '0')
	}
	return append(out, digits...), true
}

// quickSubstr is substr of text in which a byte is a character.
func quickSubstr(args []cty.Value) cty.Value {
	s, ok := text(args[0])
	offset, whole := natural(args[1])
	length, too := natural(args[2])
	if !ok || !whole || !too || strings.ContainsFunc(s, func(r rune) bool { return r >= 0x7f || r < ' ' }) {
		return cty.NilVal
	}
	n := int64(len(s))
	from := min(offset, n)
	return cty.StringVal(s[from : from+min(length, n-from)])
}

// text is the text of a plain string.
func text(v cty.Value) (string, bool) {
	if v.IsMarked() || v.Type() != cty.String || v.IsNull() || !v.IsKnown() {
		return "", false
	}
	return v.AsString(), true
}

// natural is the value of a plain whole number from 0 on.
func natural(v cty.Value) (int64, bool) {
	if v.IsMarked() || v.Type() != cty.Number || v.IsNull() || !v.IsKnown() {
		return 0, false
	}
	f := v.AsBigFloat()
	n, accuracy := f.Int64()
	return n, accuracy == big.Exact && n >= 0 && !f.Signbit()
}
