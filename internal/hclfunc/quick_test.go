package hclfunc

import (
	"math/rand/v2"
	"testing"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// TestQuick holds that a quick answer is that of cty, and that there are some.
func TestQuick(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(from []cty.Value) cty.Value { return from[r.IntN(len(from))] }
	var formats []cty.Value
	for _, f := range []string{"", "a", "%s", "%d", "%x", "%03d", "%04x", "m%04x.%s", "%s%s", "%%", "%", "%5d", "%05", "%-3d", "%012d", "%0s", "%v", "é%d", "%[1]d", "%00d"} {
		formats = append(formats, cty.StringVal(f))
	}
	values := []cty.Value{
		cty.StringVal(""), cty.StringVal("text"), cty.StringVal("e\u0301t\u00e9\u0301"), cty.StringVal("a\r\nb"), cty.StringVal("12"), cty.True,
		cty.NumberIntVal(0), cty.NumberIntVal(7), cty.NumberIntVal(123456), cty.NumberIntVal(-3), cty.NumberFloatVal(1.5),
		cty.MustParseNumberVal("9223372036854775808"), cty.NullVal(cty.String), cty.NullVal(cty.Number), cty.StringVal("x").Mark("m"),
	}
	answered := map[string]int{}
	for range 20_000 {
		args := []cty.Value{pick(formats)}
		for range r.IntN(4) {
			args = append(args, pick(values))
		}
		if got := quick("format", args); got != cty.NilVal {
			answered["format"]++
			if want, err := stdlib.FormatFunc.Call(args); err != nil || !got.RawEquals(want) {
				t.Fatalf("format %#v: %#v, cty gives %#v %v", args, got, want, err)
			}
		}
		args = []cty.Value{pick(values), pick(values), pick(values)}
		if got := quick("substr", args); got != cty.NilVal {
			answered["substr"]++
			if want, err := stdlib.SubstrFunc.Call(args); err != nil || !got.RawEquals(want) {
				t.Fatalf("substr %#v: %#v, cty gives %#v %v", args, got, want, err)
			}
		}
	}
	if answered["format"] < 100 || answered["substr"] < 100 {
		t.Fatal("too few quick answers:", answered)
	}
}
