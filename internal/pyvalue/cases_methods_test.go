package pyvalue_test

import (
	"strings"

	py "github.com/mlops-as-code/mlops/internal/pyvalue"
)

func texts() []expr {
	return []expr{
		str(""), str("abc"), str(" a b  c "), str("Hello World-foo_bar's"), str("éÀß ǆ ΑΣ ŉ"), str("a,b,,c"), str("\ta\tbc\n\td\r\nx\x0by\u2028z"),
		str("aXbXc"), str("-42"), str("+7"), str("١٢"), str("½²"), str("\U0001F600\u00a0x"), str("{}{a}%s"), str("'q\"uote\\"),
	}
}

// argSets are arguments every method of str is tried with.
func argSets() [][]expr {
	a, none := str("a"), val(py.None{})
	return [][]expr{
		{},
		{a},
		{str("")},
		{str(",")},
		{num(5)},
		{num(-2)},
		{none},
		{val(py.Float(1.5))},
		{val(pow10(30))},
		{list(py.String("x"), py.String("y"))},
		{tuple(py.String("a"), py.String("Hello"))},
		{tuple(py.String("q"), py.Int(1))},
		{list(py.String("x"), py.Int(1))},
		{a, str("bcd")},
		{a, num(1)},
		{num(9), str("*")},
		{num(12), str("xy")},
		{num(8), str("é")},
		{num(8), num(1)},
		{none, num(1)},
		{str(","), num(1)},
		{str("X"), num(0)},
		{a, num(1), num(3)},
		{a, none, num(-1)},
		{str(""), num(1), num(30)},
		{str(""), num(4), num(2)},
		{a, str("Z"), num(1)},
		{a, a, a, a},
		{a, str("x")},
		{dict(py.Int('a'), py.String("é"), py.Int('b'), py.None{}, py.Int('c'), py.Int(0x20ac))},
		{dict(py.String("a"), py.Int(3))},
		{val(py.Bool(true))},
		{num(0)},
		{num(100)},
		{str("Hello")},
		{str("bar's")},
		{str(" c")},
		{str("b ")},
	}
}

func methodCases() []expr {
	var all []expr
	names := strings.Fields(`capitalize casefold center count endswith expandtabs find index isalnum isalpha isascii
		isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip partition
		removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase
		title translate upper zfill nosuch`)
	for _, name := range names {
		for i, recv := range texts() {
			for j, args := range argSets() {
				if len(args) == 0 || (i+j)%3 == 0 || i < 2 {
					all = append(all, method(recv, name, args...))
				}
			}
		}
		all = append(all, methodKw(str("a b c"), name, nil, map[string]expr{"zz": num(1)}))
	}
	all = append(all, listCases()...)
	all = append(all, dictCases()...)
	all = append(all, keywordCases()...)
	return append(all, numberMethodCases()...)
}

func keywordCases() []expr {
	kw := func(recv expr, name string, args []expr, k string, v expr) expr {
		return methodKw(recv, name, args, map[string]expr{k: v})
	}
	s, b := str("a b c\nd"), []expr{str(" ")}
	all := []expr{
		kw(s, "split", nil, "maxsplit", num(1)), kw(s, "split", nil, "sep", str("b")), kw(s, "rsplit", b, "maxsplit", num(1)), kw(s, "split", b, "sep", str("b")),
		kw(s, "splitlines", nil, "keepends", val(py.Bool(true))), kw(s, "expandtabs", nil, "tabsize", num(2)), kw(s, "encode", nil, "encoding", str("ascii")),
		kw(list(py.Int(3), py.Int(1)), "sort", nil, "reverse", val(py.Bool(true))), kw(list(py.Int(3), py.Int(1)), "sort", nil, "key", num(3)),
		kw(list(py.Int(3), py.Int(1)), "sort", nil, "key", val(py.None{})), kw(list(), "sort", nil, "reverse", str("x")),
		kw(dict(), "update", nil, "a", num(1)), kw(dict(py.String("a"), py.Int(0)), "update", []expr{dict(py.Int(1), py.Int(2))}, "a", num(1)),
		kw(dict(), "get", []expr{num(1)}, "default", num(1)), kw(num(5), "to_bytes", []expr{num(2)}, "byteorder", str("little")),
		kw(num(-5), "to_bytes", []expr{num(2)}, "signed", val(py.Bool(true))),
	}
	for _, enc := range []string{"utf-8", "UTF8", "ascii", "latin-1", "foo"} {
		for _, how := range []string{"strict", "ignore", "replace", "xmlcharrefreplace", "backslashreplace"} {
			for _, recv := range []string{"abc", "é", "aé€b", "\U0001F600\U0001F601"} {
				all = append(all, method(str(recv), "encode", str(enc), str(how)))
			}
		}
	}
	for _, raw := range []string{"ab", "\xc3\xa9", "a\xff", "\xe2\x82", "\xe2\x28\xa1", "\xed\xa0\x80", "\xf0\x9f", "\xf4\x90\x80\x80", "\xe0\x80\x80", "\xc3", "\xf0\x80\x80\x80", "ok\xf0\x9f\x98\x80\x80"} {
		recv := expr{src: strings.TrimSpace(mustRepr(py.Bytes(raw))), eval: func() (py.Value, error) { return py.Bytes(raw), nil }}
		all = append(all, method(recv, "decode"), method(recv, "decode", str("ascii")), method(recv, "decode", str("latin-1")),
			method(recv, "decode", str("utf-8"), str("replace")), method(recv, "decode", str("utf-8"), str("ignore")), method(recv, "hex"))
	}
	return all
}

func mustRepr(v py.Value) string {
	s, err := py.Repr(nil, v)
	if err != nil {
		panic(err)
	}
	return s
}

func listCases() []expr {
	var all []expr
	recvs := []expr{
		list(), list(py.Int(3), py.Int(1), py.Int(2)), list(py.String("b"), py.String("a"), py.String("b")), list(py.Int(1), py.String("a"), py.None{}),
		list(py.Float(1), py.Bool(true), py.Int(0)), tuple(py.Int(1), py.Int(2), py.Int(1)), tuple(),
		{src: "range(3, 20, 4)", eval: func() (py.Value, error) { return py.NewRange(3, 20, 4) }},
	}
	args := [][]expr{
		{},
		{num(1)},
		{num(0)},
		{num(-1)},
		{num(7)},
		{num(9)},
		{str("a")},
		{val(py.None{})},
		{list(py.Int(1))},
		{val(py.Float(1))},
		{str("xy")},
		{val(pow10(30))},
		{num(1), num(1)},
		{num(0), str("z")},
		{num(-1), num(5)},
		{num(99), num(5)},
		{num(1), num(1), num(2)},
		{num(1), num(-2)},
		{num(1), val(py.None{})},
		{num(1), num(1), num(1), num(1)},
	}
	for _, name := range strings.Fields("append clear copy count extend index insert pop remove reverse sort") {
		for _, recv := range recvs {
			for _, a := range args {
				all = append(all, method(recv, name, a...))
			}
		}
	}
	return all
}

func dictCases() []expr {
	var all []expr
	recvs := []expr{
		dict(), dict(py.String("a"), py.Int(1), py.String("b"), py.NewList()), dict(py.Int(1), py.String("x"), py.Float(2.5), py.None{}, py.NewTuple(py.Int(1)), py.Int(2)),
	}
	args := [][]expr{
		{},
		{str("a")},
		{num(1)},
		{val(py.Bool(true))},
		{val(py.Float(1))},
		{list()},
		{str("zz")},
		{tuple(py.Int(1))},
		{tuple(py.Float(1))},
		{val(py.None{})},
		{str("a"), num(5)},
		{str("q"), num(5)},
		{num(1), num(2), num(3)},
		{dict(py.String("b"), py.Int(9), py.String("c"), py.Int(3))},
		{list(py.NewTuple(py.Int(1), py.Int(2)), py.String("xy"))},
		{list(py.NewTuple(py.Int(1)))},
		{list(py.Int(3))},
		{list(py.String("abc"))},
		{str("ab")},
		{tuple(py.NewList(), py.Int(1))},
	}
	for _, name := range strings.Fields("clear copy fromkeys get items keys pop popitem setdefault update values nosuch") {
		for _, recv := range recvs {
			for _, a := range args {
				all = append(all, method(recv, name, a...))
			}
		}
	}
	return all
}

func numberMethodCases() []expr {
	var all []expr
	for _, recv := range pool() {
		for _, name := range strings.Fields("bit_length bit_count conjugate as_integer_ratio is_integer hex to_bytes") {
			if strings.HasPrefix(recv.src, "b'") && name == "hex" {
				continue
			}
			all = append(all, method(recv, name), method(recv, name, num(1)), method(recv, name, num(20), str("little")))
		}
		for _, name := range strings.Fields("real imag numerator denominator start stop step nosuch") {
			all = append(all, call1("%s."+name, recv, func(v py.Value) (py.Value, error) {
				got, ok, err := py.Attr(nil, v, name)
				if err == nil && !ok {
					err = py.Raise("AttributeError", "'%s' object has no attribute '%s'", v.TypeName(), name)
				}
				return got, err
			}))
		}
	}
	return all
}
