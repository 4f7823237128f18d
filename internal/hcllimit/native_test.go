package hcllimit

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"
)

func jsonAttrs(t *testing.T, src string) hcl.Attributes {
	t.Helper()
	f, diags := json.Parse([]byte(src), "f.json")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	attrs, diags := f.Body.JustAttributes()
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return attrs
}

func TestNativeLikeJSON(t *testing.T) {
	t.Parallel()
	attrs := jsonAttrs(t, `{
		"a": 1, "b": true, "c": null, "d": "text", "e": "${one}", "f": "x${one}$${y}%%{z}", "g": "%{for x in list}${x}%{endfor}",
		"h": [1, "${list[0]}", [], {}], "i": {"k": 1, "${list[1]}": "v", "a.b": 2, "true": 3},
		"j": "${nope}", "k": {"${null}": 1}, "l": "${list}", "m": "", "n": "\u0024{one}\n", "o": {"x": {"y": ["z${one}"]}},
		"p": [1.5, -2e3], "q": "${", "r": {"a": 1, "a": 2}
	}`)
	for name, a := range attrs {
		want, wantDiags := a.Expr.Value(scope())
		e, diags := Native(a.Expr)
		var got cty.Value
		if diags.HasErrors() {
			got = cty.DynamicVal
		} else {
			got, diags = NewBudget(MaxSteps, MaxBytes).Eval(e, scope())
		}
		if wantDiags.HasErrors() != diags.HasErrors() || !wantDiags.HasErrors() && !got.RawEquals(want) {
			t.Errorf("%s: got %#v %v, want %#v %v", name, got, diags, want, wantDiags)
		}
		if wantDiags.HasErrors() {
			continue
		}
		if d := cmp.Diff(len(a.Expr.Variables()), len(e.Variables())); d != "" || e.Range() != a.Expr.Range() {
			t.Errorf("%s: variables or range differ: %s", name, d)
		}
	}
}

func TestNativeStaticAnalysis(t *testing.T) {
	t.Parallel()
	attrs := jsonAttrs(t, `{"trav": "stage.prepare[\"x\"]", "type": "map(list(string))", "deep": "`+strings.Repeat("(", 9_000)+`", "map": {"k": "a.b"}}`)
	trav, _ := Native(attrs["trav"].Expr)
	if got, diags := hcl.AbsTraversalForExpr(trav); diags.HasErrors() || len(got) != 3 {
		t.Errorf("traversal: %v", diags)
	}
	ty, _ := Native(attrs["type"].Expr)
	if got, diags := typeexpr.TypeConstraint(ty); diags.HasErrors() || !got.Equals(cty.Map(cty.List(cty.String))) {
		t.Errorf("type: %#v %v", got, diags)
	}
	deep, _ := Native(attrs["deep"].Expr)
	if _, diags := hcl.AbsTraversalForExpr(deep); !diags.HasErrors() {
		t.Error("a traversal of 9,000 parentheses")
	}
	if _, diags := hcl.ExprCall(deep); !diags.HasErrors() {
		t.Error("a call of 9,000 parentheses")
	}
	m, _ := Native(attrs["map"].Expr)
	pairs, diags := hcl.ExprMap(m)
	if diags.HasErrors() || hcl.ExprAsKeyword(pairs[0].Key) != "k" {
		t.Errorf("map: %v", diags)
	}
}

func TestNativeStopsBombs(t *testing.T) {
	t.Parallel()
	a := jsonAttrs(t, `{"a": {"k": ["${[for x in thousand: [for y in thousand: [for z in thousand: 1]]]}"]}}`)["a"]
	e, diags := Native(a.Expr)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	b := NewBudget(MaxSteps/50, MaxBytes)
	if _, diags := b.Eval(b.InstrumentExpr(e), scope()); len(diags) != 1 {
		t.Errorf("%v", diags)
	}
	// The JSON package panics here.
	marked, _ := Native(jsonAttrs(t, `{"a": {"${secret}": 1}}`)["a"].Expr)
	if v, diags := NewBudget(MaxSteps, MaxBytes).Eval(marked, scope()); diags.HasErrors() || !v.IsMarked() {
		t.Errorf("marked key: %#v %v", v, diags)
	}
	same := parse(t, "1 + 1")
	if e, _ := Native(same); e != same {
		t.Error("a native expression must stay as it is")
	}
	static, diags := Native(hcl.StaticExpr(cty.True, hcl.Range{}))
	if v, _ := static.Value(nil); diags.HasErrors() || v != cty.True {
		t.Errorf("static expression: %#v %v", v, diags)
	}
}
