package hcllimit

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// TestPrices holds that what cty does in secret is paid for: it compares the
// types of all elements with each other, sorts a set each time it looks at it,
// and has a text in memory several times while it makes it.
func TestPrices(t *testing.T) {
	t.Parallel()
	ctx := scope()
	thousand := ctx.Variables["thousand"]
	ctx.Variables["numbers"] = cty.ListVal(thousand.AsValueSlice())
	ctx.Variables["set"] = cty.SetVal(thousand.AsValueSlice())
	pairs := make([]cty.Value, 0, 1_000)
	for _, v := range thousand.AsValueSlice() {
		pairs = append(pairs, cty.ObjectVal(map[string]cty.Value{"a": v, "b": v}))
	}
	ctx.Variables["pairs"] = cty.TupleVal(pairs)
	for _, tt := range []struct {
		src         string
		steps, most int64 // between which the price lies
		bytes       int64
	}{
		{src: "one == 1 ? thousand : [1]", steps: 1_000 * 1_000 / 8, most: 200_000},
		{src: "one == 1 ? pairs : []", steps: 3 * 1_000 * 1_000 / 8, most: 600_000},
		{src: "one == 1 ? thousand : thousand", most: 20_000},
		{src: "one == 1 ? thousand : null", most: 20_000},
		{src: "one == 1 ? numbers : []", most: 20_000},
		{src: "numbers == numbers", steps: 2 * 2 * 1_000, most: 20_000},
		{src: "list == list", most: 50},
		{src: "set", steps: 10 * 10 * 1_000 / 4, most: 60_000},
		{src: `"${long}${long}${long}"`, most: 20, bytes: 3 << 18},
		{src: `"${long}${long}${long}${long}${long}"`, most: 20, bytes: 3 * 5 << 18},
		{src: `"%{for x in list}${long}%{endfor}"`, most: 200, bytes: 3 * 2 << 18},
	} {
		b := NewBudget(MaxSteps, MaxBytes)
		if _, diags := b.Eval(b.InstrumentExpr(parse(t, tt.src)), ctx); diags.HasErrors() {
			t.Fatalf("%s: %s", tt.src, diags)
		}
		if n := b.steps.Load(); n < tt.steps || n > tt.most {
			t.Errorf("%s: %d steps, not %d to %d", tt.src, n, tt.steps, tt.most)
		}
		if n := b.bytes.Load(); n < tt.bytes || tt.bytes == 0 && n > 0 {
			t.Errorf("%s: %d bytes, not %d", tt.src, n, tt.bytes)
		}
	}
}

func TestEncodeCounts(t *testing.T) {
	t.Parallel()
	list := cty.ListVal(scope().Variables["thousand"].AsValueSlice())
	plain, written := NewBudget(MaxSteps, MaxBytes), NewBudget(MaxSteps, MaxBytes)
	if plain.Value(list) != nil || written.Encode(list) != nil {
		t.Fatal("refused")
	}
	if got, least := written.steps.Load(), plain.steps.Load()+1_000*intSteps; got < least {
		t.Errorf("%d steps, not %d", got, least)
	}
	if NewBudget(100, 100).Encode(list) == nil {
		t.Error("not counted")
	}
	if NewBudget(1_000, 100).Refuse(hcl.Range{}, nil).HasErrors() {
		t.Error("nothing was wrong")
	}
}
