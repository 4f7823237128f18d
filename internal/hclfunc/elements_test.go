package hclfunc

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// TestElementwiseIsConvert is the law that a conversion element by element is
// cty's, only sooner.
func TestElementwiseIsConvert(t *testing.T) {
	t.Parallel()
	wanted := []cty.Type{
		cty.List(cty.String), cty.Set(cty.String), cty.Map(cty.String), cty.List(cty.Number), cty.Set(cty.Bool),
		cty.List(cty.List(cty.String)), cty.Map(cty.List(cty.String)), cty.List(cty.Map(cty.Number)),
		cty.List(cty.Object(map[string]cty.Type{"a": cty.String})), cty.List(cty.DynamicPseudoType),
		cty.List(cty.ObjectWithOptionalAttrs(map[string]cty.Type{"a": cty.String, "z": cty.String}, []string{"z"})),
	}
	values := slices.DeleteFunc(odd(), func(v cty.Value) bool { return (&call{}).measure(v, &size{}) != nil })
	r := rand.New(rand.NewPCG(7, 7))
	done := 0
	for range 20_000 {
		elems := make([]cty.Value, r.IntN(4))
		attrs := map[string]cty.Value{}
		for i := range elems {
			elems[i] = values[r.IntN(len(values))]
			attrs[string(rune('a'+i))] = elems[i]
		}
		v := cty.TupleVal(elems)
		switch r.IntN(4) {
		case 0:
			v = cty.ObjectVal(attrs)
		case 1:
			v = values[r.IntN(len(values))]
		case 2:
			v = cty.TupleVal([]cty.Value{v, v})
		}
		want := wanted[r.IntN(len(wanted))]
		got := elementwise(v, want)
		if got == cty.NilVal {
			continue
		}
		done++
		if cvt, err := convert.Convert(v, want); err != nil || !got.RawEquals(cvt) {
			t.Fatalf("%#v to %s: %#v, not %#v (%v)", v, want.FriendlyName(), got, cvt, err)
		}
	}
	if done < 500 {
		t.Errorf("only %d conversions were compared", done)
	}
}

// price is how many steps a call takes, found by the least budget it works with.
func price(t *testing.T, name string, args ...cty.Value) int64 {
	t.Helper()
	low, high := int64(0), int64(1<<21)
	for low < high {
		mid := low + (high-low)/2
		_, err := Table(project(), hcllimit.NewBudget(mid, 1<<40))[name].Call(args)
		if _, over := errors.AsType[*hcllimit.Excess](err); over {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// TestPriceGrowsWithWork holds that collections are paid for by the element, sets
// by more, in what a function reads and in what it makes.
func TestPriceGrowsWithWork(t *testing.T) {
	t.Parallel()
	const n = 200
	strs := make([]cty.Value, n)
	objects := make([]cty.Value, n)
	for i := range strs {
		strs[i] = cty.NumberIntVal(int64(i))
		objects[i] = cty.ObjectVal(map[string]cty.Value{"a": strs[i], "b": strs[i]})
	}
	list, tuple, set := cty.ListVal(strs), cty.TupleVal(strs), cty.SetVal(strs)
	many, a := cty.SetVal(objects), cty.StringVal("a")
	text := cty.StringVal(string(make([]byte, 2_000)))
	for _, tt := range []struct {
		name  string
		args  []cty.Value
		least int64
	}{
		{"concat", []cty.Value{list, list}, 8 * n},
		{"concat", []cty.Value{tuple, tuple}, 8 * n},
		{"merge", []cty.Value{cty.ObjectVal(map[string]cty.Value{"a": tuple})}, 4 * n},
		{"length", []cty.Value{list}, n},
		{"length", []cty.Value{set}, 30 * n},
		{"contains", []cty.Value{list, a}, 2 * n},
		{"setunion", []cty.Value{set, set}, 100 * n},
		{"setunion", []cty.Value{many, many}, 200 * n},
		{"setproduct", []cty.Value{list, cty.TupleVal(strs[:10])}, 10 * 2 * 16 * n},
		{"coalescelist", []cty.Value{tuple, list}, n * n / 8},
		{"format", []cty.Value{cty.StringVal("%9000d"), cty.Zero}, 9_000 / 16},
		{"replace", []cty.Value{text, cty.StringVal("/\\x00/"), a}, 2_000 * matchSteps},
		{"range", []cty.Value{cty.NumberIntVal(n)}, n},
	} {
		if got := price(t, tt.name, tt.args...); got < tt.least || got > 100*tt.least {
			t.Errorf("%s costs %d steps, not %d", tt.name, got, tt.least)
		}
	}
}
