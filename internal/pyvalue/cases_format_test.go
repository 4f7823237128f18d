package pyvalue_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	py "github.com/mlops-as-code/mlops/internal/pyvalue"
)

func slicePart(n *int64) (py.Value, string) {
	if n == nil {
		return py.None{}, ""
	}
	return py.Int(*n), fmt.Sprint(*n)
}

func indexCases() []expr {
	var all []expr
	ptr := func(n int64) *int64 { return &n }
	bounds := []*int64{nil, ptr(0), ptr(1), ptr(-1), ptr(2), ptr(-3), ptr(9), ptr(-9)}
	steps := []*int64{nil, ptr(1), ptr(2), ptr(-1), ptr(-2), ptr(0), ptr(math.MinInt64)}
	for _, x := range pool() {
		for _, key := range pool() {
			all = append(all, expr{src: x.src + "[" + key.src + "]", eval: two(x, key, func(a, k py.Value) (py.Value, error) { return py.Index(nil, a, k) })})
		}
	}
	recvs := []expr{
		str("abcde"), str("aébc\U0001F600"), list(py.Int(1), py.Int(2), py.Int(3), py.Int(4)), tuple(py.Int(1), py.Int(2), py.Int(3)),
		{src: "range(10, 0, -2)", eval: func() (py.Value, error) { return py.NewRange(10, 0, -2) }},
		{src: "b'abcd'", eval: func() (py.Value, error) { return py.Bytes("abcd"), nil }},
	}
	for _, x := range recvs {
		for i, lo := range bounds {
			for j, hi := range bounds {
				for k, step := range steps {
					if (i+j+k)%3 != 0 {
						continue
					}
					s, st := slicePart(lo)
					e, et := slicePart(hi)
					p, pt := slicePart(step)
					all = append(all, call1("%s["+st+":"+et+":"+pt+"]", x, func(v py.Value) (py.Value, error) {
						return py.Index(nil, v, py.Slice{Start: s, Stop: e, Step: p})
					}))
				}
			}
		}
	}
	return all
}

func percentCases() []expr {
	var all []expr
	args := []expr{
		num(5), num(-42), val(pow10(25)), val(py.Float(3.14159)), val(py.Float(-0.5)), val(py.Float(1e20)), val(py.Float(math.Inf(-1))), val(py.Float(math.NaN())), val(py.Bool(true)),
		str("é'x"), str("q"), str(""), val(py.None{}), list(py.Int(1)), tuple(), tuple(py.Int(1)), tuple(py.Int(7), py.Int(3)), tuple(py.Int(9), py.Int(4), py.Float(2.5)), tuple(py.String("ab"), py.Float(1.25)),
		dict(py.String("a"), py.Int(12), py.String("b(c)"), py.String("z")),
	}
	formats := strings.Split(`%s|%d|%i|%u|%r|%a|%c|%x|%X|%o|%e|%E|%f|%F|%g|%G|%5d|%-5d.|%05d|%+d|% d|%#x|%#X|%#o|%#08x|%+.3d|%-08d.|%08.3f|%+08.2f|%-10.1e.|%#.0f|%#g|%.0e|%.12g|%.3s|%8s|%-8s.|%08s|%*d|%-*d|%.*f|%*.*f|%%|%5%|%(a)s|%(a)05d|%(b(c))s|%(zz)s|%(a)s %s|%(a|%|%5|%y|%ld|%hs|%.|%.f|abc|%s %s|%d %s|%é|a%sb%%c|%10c|%-3c.|%.50f|%.25g|%.1000d|%-+ #05d`, "|")
	for _, f := range formats {
		for _, a := range args {
			all = append(all, binary("%", str(f), a))
		}
	}
	return all
}

func formatCall(v expr, spec string) expr {
	return expr{src: fmt.Sprintf("format(%s, %s)", v.src, str(spec).src), eval: func() (py.Value, error) {
		x, err := v.eval()
		if err != nil {
			return nil, err
		}
		s, err := py.Format(nil, x, spec)
		return py.String(s), err
	}}
}

func specCases() []expr {
	var all []expr
	specs := strings.Split(`;#;#9;5;<8;>8;^9;*^9;=8;08;+;-; ;+8;,;_;010,;012,.2f;,.1f;_x;_b;#x;#o;#b;#X;#010x;x;X;o;b;c;d;n;e;E;f;F;g;G;%;s;.0f;.2f;.3;.10g;.0e;#.0f;#.3g;.1%;10.3f;z.0f;z.1f;+z;éé;é^7;<;<<5;5.2d;,d;_d;,x;,s;,c;+c;#c;zd;.2s;.0;5s;^5.1s;=5s;+s; s;#s;zs;,,;,_;_,;.;99999999999999999999;.99999999999999999999;zz;d5;1d1;𝟗d;07,;08,.1f;06_;_^12,;x>10;{<5;0<6;0=6;<06;^06;>-06.1f;1000;.20f;r;y`, ";")
	values := []expr{
		num(0), num(42), num(-7), num(1234567), num(233), num(0x1F600), val(pow10(21)), val(py.Bool(true)), val(py.Float(0)), val(py.Float(math.Copysign(0, -1))), val(py.Float(3.14159)), val(py.Float(-0.001)),
		val(py.Float(1234567.891)), val(py.Float(1e16)), val(py.Float(1e22)), val(py.Float(1e-7)), val(py.Float(0.5)), val(py.Float(math.Inf(1))), val(py.Float(math.NaN())), val(py.Float(100)), str("abc"), str("éa"), str(""), val(py.None{}), list(), tuple(), dict(),
	}
	for _, spec := range specs {
		for _, v := range values {
			all = append(all, formatCall(v, spec))
		}
	}
	rng := rand.New(rand.NewPCG(11, 12))
	pick := func(options ...string) string { return options[rng.IntN(len(options))] }
	for range 3000 {
		spec := pick("", "", "<", ">", "^", "=", "*<", "0>", "é=") + pick("", "", "+", "-", " ") + pick("", "", "", "z") + pick("", "", "#") + pick("", "", "0") +
			pick("", "3", "9", "14", "21") + pick("", "", ",", "_") + pick("", "", ".0", ".1", ".3", ".7", ".17") + pick("", "d", "x", "b", "o", "X", "e", "f", "g", "E", "F", "G", "%", "n", "s", "c")
		all = append(all, formatCall(values[rng.IntN(len(values))], spec))
		f := math.Float64frombits(rng.Uint64())
		all = append(all, formatCall(val(py.Float(f)), strings.TrimSuffix(spec, "f")))
		all = append(all, formatCall(val(py.Float(math.Round(rng.Float64()*1e6)/math.Pow10(rng.IntN(6)))), spec))
	}
	return all
}

func formatCases() []expr {
	var all []expr
	templates := []string{
		"", "abc", "{}", "{} {}", "{0}", "{1} {0}", "{0}{}", "{}{0}", "{a}", "{a!r:>8}", "{!s}", "{!a}", "{!r}", "{!x}", "{!}", "{!rr}", "{!r", "{!", "{:>{}}", "{:{}{}}", "{:{:{}}}",
		"{:>{a}}", "{0.real}", "{0.nosuch}", "{0[0]}", "{0[a]}", "{0[-1]}", "{0[0]x}", "{0[}", "{0[]}", "{0.}", "{.real}", "{[0]}", "{a[x]}", "{a[0]}", "{", "}", "{{", "}}", "{{}}", "{{{}}}", "{}}",
		"{0", "{:", "{:d", "{a b}", "{ }", "{-1}", "{99}", "{99999999999999999999}", "{0:{1}d}", "{0:é^9}", "{0!r:^{1}}", "{a.real}", "{0:{}}", "{:}", "{::}", "{:{{}", "{a{}}", "{0[a]b}", "{0[{]}", "x{0}y{a}z", "{0:5}|{1:<5}|{a:^5}",
	}
	argSets := [][]expr{{}, {num(5)}, {str("abc"), num(7)}, {list(py.Int(1), py.Int(2)), str(">")}, {dict(py.String("a"), py.Int(1), py.Int(0), py.String("z")), num(3), num(4)}, {val(py.Float(2.5)), num(8), num(2)}}
	for _, tpl := range templates {
		for i, args := range argSets {
			all = append(all, method(str(tpl), "format", args...))
			if i%2 == 0 {
				all = append(all, methodKw(str(tpl), "format", args, map[string]expr{"a": num(9)}))
			}
		}
		all = append(all, method(str(tpl), "format_map", dict(py.String("a"), py.Int(1))), method(str(tpl), "format_map", list()))
	}
	return all
}
