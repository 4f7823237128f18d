package hcllimit

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func parse(t testing.TB, src string) hclsyntax.Expression {
	t.Helper()
	e, diags := hclsyntax.ParseExpression([]byte(src), "f.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s: %s", src, diags)
	}
	return e
}

func scope() *hcl.EvalContext {
	tuple := make([]cty.Value, 1_000)
	for i := range tuple {
		tuple[i] = cty.NumberIntVal(int64(i))
	}
	return &hcl.EvalContext{
		Variables: map[string]cty.Value{
			"thousand": cty.TupleVal(tuple),
			"digits":   cty.StringVal(strings.Repeat("9", 400_000)),
			"long":     cty.StringVal(strings.Repeat("x", 1<<18)),
			"secret":   cty.StringVal("s").Mark("sensitive"),
			"list":     cty.ListVal([]cty.Value{cty.StringVal("a"), cty.StringVal("b")}),
			"objects":  cty.ListVal([]cty.Value{cty.ObjectVal(map[string]cty.Value{"n": cty.NumberIntVal(1)})}),
			"one":      cty.NumberIntVal(1),
		},
		Functions: map[string]function.Function{
			"try": tryfunc.TryFunc, "can": tryfunc.CanFunc, "length": stdlib.LengthFunc,
			"upper": stdlib.UpperFunc, "abs": stdlib.AbsoluteFunc, "range": stdlib.RangeFunc,
		},
	}
}

func TestBudgetStopsBombs(t *testing.T) {
	t.Parallel()
	twice := func(n int) string { // a value of 2^n elements in a few words
		src := "1"
		for range n {
			src = "[for a in [" + src + "]: [a, a]]"
		}
		return src
	}
	for name, tt := range map[string]struct{ src, want string }{
		"two loops":          {"[for a in thousand: [for b in thousand: a]]", "Expression too large"},
		"three loops":        {"[for a in thousand: [for b in thousand: [for c in thousand: a]]]", "Expression too large"},
		"range":              {"[for a in range(1000): [for b in range(1000): range(1000)]]", "Expression too large"},
		"objects":            {"{for a in thousand: \"${a}\" => {for b in thousand: \"${b}\" => b}}", "Expression too large"},
		"conditions":         {"[for a in thousand: a if [for b in thousand: b if [for c in thousand: c] == b] == a]", "Expression too large"},
		"directives":         {`"%{for a in thousand}%{for b in thousand}%{for c in thousand}x%{endfor}%{endfor}%{endfor}"`, "Expression too large"},
		"text":               {`"%{for a in thousand}${long}%{endfor}"`, "Expression too large"},
		"literal text":       {`"%{for a in thousand}%{for b in thousand}` + strings.Repeat("y", 5_000) + `%{endfor}%{endfor}"`, "Expression too large"},
		"parts":              {`"` + strings.Repeat("${long}", 300) + `"`, "Expression too large"},
		"sharing":            {twice(50), "Expression too large"},
		"argument":           {"length(" + twice(50) + ")", "Expression too large"},
		"comparison":         {twice(50) + " == " + twice(50), "Expression too large"},
		"conditional":        {"one == 1 ? " + twice(50) + " : null", "Expression too large"},
		"in try":             {"try(length(" + twice(50) + "), 0)", "Expression too large"},
		"in can":             {"can([for a in thousand: [for b in thousand: a]])", "Expression too large"},
		"long comparison":    {"[for a in thousand: [for b in thousand: long == \"${long}\"]]", "Expression too large"},
		"splat of loops":     {"[for a in thousand: thousand[*]]", "Expression too large"},
		"power":              {strings.Repeat("1e300 * ", 50) + "1", "Number too large"},
		"fraction":           {"1" + strings.Repeat(" / 1e300", 50), "Number too large"},
		"power of text":      {`"1e999999" * 1`, "Number too large"},
		"digits":             {"digits + 1", "Expression too large"},
		"digits as argument": {"abs(digits)", "Expression too large"},
		"digits as index":    {"list[digits]", "Expression too large"},
		"minus digits":       {"-digits", "Expression too large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := NewBudget(MaxSteps/50, MaxBytes/50)
			e := b.InstrumentExpr(parse(t, tt.src))
			v, diags := b.Eval(e, scope())
			if len(diags) != 1 || diags[0].Summary != tt.want {
				t.Fatalf("%v", diags)
			}
			if v != cty.DynamicVal || diags[0].Subject.Start != hcl.InitialPos {
				t.Errorf("value %#v, subject %s", v, diags[0].Subject)
			}
		})
	}
}

// TestBudgetDoubling builds a large value over several named ones, each of
// which is harmless.
func TestBudgetDoubling(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"text":   `"${x}${x}${x}${x}${x}${x}${x}${x}${x}${x}"`,
		"tuple":  `[x, x, x, x, x, x, x, x, x, x]`,
		"object": `{ a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x }`,
		"null":   `one == 1 ? null : [x, x, x, x, x, x, x, x, x, x]`,
	} {
		b := NewBudget(MaxSteps/10, MaxBytes/10)
		ctx := scope()
		ctx.Variables["x"] = cty.StringVal("0123456789")
		for level := 0; ; level++ {
			v, diags := b.Eval(b.InstrumentExpr(parse(t, src)), ctx)
			if diags.HasErrors() {
				if diags[0].Summary != "Expression too large" {
					t.Errorf("%s: %s", name, diags)
				}
				break
			}
			if level == 12 {
				t.Errorf("%s: nothing stopped it", name)
				break
			}
			ctx.Variables["x"] = v
		}
	}
}

func TestBudgetAllowsWork(t *testing.T) {
	t.Parallel()
	items := make(map[string]cty.Value, 10_000)
	for i := range 10_000 {
		items[cty.NumberIntVal(int64(i)).AsBigFloat().String()] = cty.ObjectVal(map[string]cty.Value{"n": cty.NumberIntVal(int64(i))})
	}
	ctx := scope()
	ctx.Variables["items"] = cty.ObjectVal(items)
	b := NewBudget(MaxSteps, MaxBytes)
	for _, src := range []string{
		"{for k, v in items: k => { name = \"item-${k}\", twice = v.n * 2, tags = [for i in [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"]: \"${k}-${i}\"] } if v.n != 3}",
		"[for k, v in items: v.n]",
		"\"%{for k, v in items}${k} = ${v.n} %{endfor}\"",
	} {
		if _, diags := b.Eval(b.InstrumentExpr(parse(t, src)), ctx); diags.HasErrors() {
			t.Errorf("%s: %s", src, diags)
		}
	}
}

// TestInstrumentIsTransparent compares instrumented expressions with stock
// ones: values, diagnostics, variables and static analysis.
func TestInstrumentIsTransparent(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		`1 + 2 * 3`, `-one`, `!true`, `one == 1 && list[0] != "a"`, `"x"`, `"a${one}b"`, `"${one}"`, `"${list}"`, `"a${list}"`, `"a${null}"`,
		`"%{if one == 1}yes ${secret}%{else}no%{endif}!"`, `"%{for i, x in list}${i}=${x};%{endfor}"`, `"%{for x in secret}${x}%{endfor}"`,
		`[for x in list: upper(x)]`, `{for k, v in list: v => k}`, `{for v in list: v => v...}`, `[for x in list: x if x == secret]`,
		`objects[*].n`, `objects.*.n`, `one[*]`, `list[one]`, `objects[0].n`, `objects[0].m`, `nope`, `nope(1)`, `list["x"]`,
		`try(nope.x, 2)`, `can(nope.x)`, `upper(one, 2)`, `upper(list...)`, `one == 1 ? list : null`, `one == 1 ? "a" : 2`, `(one)`,
		`{ a = 1, "b" = one, (secret) = 2, c = { d = nope } }`, `[one, [list[0]], nope]`, `{ for x in list : x => [for y in list : "${x}${y}${z}"] }`,
		`[for x in nope: x.y]`, `length([for x in list: one])`, `{ objects = 1 }`, `{ objects.n = 1 }`,
	} {
		stock, b := parse(t, src), NewBudget(MaxSteps, MaxBytes)
		got := b.InstrumentExpr(parse(t, src))
		want, wantDiags := stock.Value(scope())
		val, diags := got.Value(scope())
		if !val.RawEquals(want) {
			t.Errorf("%s: got %#v, want %#v", src, val, want)
		}
		if d := cmp.Diff(wantDiags.Error(), diags.Error()); d != "" || len(wantDiags) != len(diags) {
			t.Errorf("%s: diagnostics differ: %s", src, d)
		}
		if d := cmp.Diff(stock.Variables(), got.Variables(), cmp.Comparer(cty.Value.RawEquals), cmp.AllowUnexported(hcl.TraverseRoot{}, hcl.TraverseAttr{}, hcl.TraverseIndex{})); d != "" {
			t.Errorf("%s: variables differ: %s", src, d)
		}
	}
}

func TestInstrumentKeepsStaticAnalysis(t *testing.T) {
	t.Parallel()
	b := NewBudget(MaxSteps, MaxBytes)
	ty, _, diags := typeexpr.TypeConstraintWithDefaults(b.InstrumentExpr(parse(t, `map(object({ cmd = string, deps = optional(list(string), ["${1}"]) }))`)))
	if diags.HasErrors() || !ty.IsMapType() {
		t.Errorf("type constraint: %s", diags)
	}
	call, diags := hcl.ExprCall(b.InstrumentExpr(parse(t, "f(a.b, [c.d], { e = 1 })")))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if trav, diags := hcl.AbsTraversalForExpr(call.Arguments[0]); diags.HasErrors() || len(trav) != 2 {
		t.Errorf("traversal: %s", diags)
	}
	if list, diags := hcl.ExprList(call.Arguments[1]); diags.HasErrors() || len(list) != 1 {
		t.Errorf("list: %s", diags)
	}
	if pairs, diags := hcl.ExprMap(call.Arguments[2]); diags.HasErrors() || hcl.ExprAsKeyword(pairs[0].Key) != "e" {
		t.Errorf("map: %s", diags)
	}
}

func TestInstrumentBody(t *testing.T) {
	t.Parallel()
	src := "a = [for x in thousand: [for y in thousand: [for z in thousand: 1]]]\nb \"l\" {\n  c {\n    d = \"${[for x in thousand: [for y in thousand: 1]]}\"\n  }\n}\n"
	f, diags := hclsyntax.ParseConfig([]byte(src), "f.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	body := f.Body.(*hclsyntax.Body)
	for _, pick := range []func() hcl.Expression{
		func() hcl.Expression { return body.Attributes["a"].Expr },
		func() hcl.Expression { return body.Blocks[0].Body.Blocks[0].Body.Attributes["d"].Expr },
	} {
		b := NewBudget(MaxSteps/10, MaxBytes)
		b.Instrument(body)
		if _, diags := b.Eval(pick(), scope()); !diags.HasErrors() {
			t.Error("a bomb went off")
		}
	}
}

func TestBudgetCountsOnce(t *testing.T) {
	t.Parallel()
	b := NewBudget(10, 10)
	if err := errors.Join(b.Steps(4), b.Steps(6), b.Bytes(10)); err != nil {
		t.Error(err)
	}
	if b.Steps(1) == nil || b.Bytes(0) == nil || b.Value(cty.True) == nil {
		t.Error("an exceeded budget must stay so")
	}
	first := b.Guard(hcl.Range{Filename: "first"}, func() hcl.Diagnostics { return nil })
	second := b.Guard(hcl.Range{Filename: "second"}, func() hcl.Diagnostics { return nil })
	if len(first) != 1 || len(second) != 1 || first[0] != second[0] {
		t.Errorf("want one diagnostic, got %v and %v", first, second)
	}
	var none *Budget
	if err := errors.Join(none.Steps(1<<60), none.Bytes(1<<60), none.Value(cty.True)); err != nil || none.Left() <= 0 {
		t.Error("a nil budget allows everything")
	}
	if diags := none.Guard(hcl.Range{}, func() hcl.Diagnostics { panic("library") }); len(diags) != 1 {
		t.Error("a panic must become a diagnostic")
	}
	if NewBudget(100, 5).Write(cty.StringVal("123456")) == nil || NewBudget(100, 5).Bytes(-1) == nil {
		t.Error("bytes are not counted")
	}
}

func TestBudgetIsConcurrent(t *testing.T) {
	t.Parallel()
	b := NewBudget(MaxSteps, MaxBytes)
	e := b.InstrumentExpr(parse(t, `"%{for x in list}${x}${(objects[*].n)[0]}%{endfor}"`))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			ctx := scope()
			for range 100 {
				if v, diags := b.Eval(e, ctx); diags.HasErrors() || v.AsString() != "a1b1" {
					t.Errorf("%#v %s", v, diags)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkInstrument(b *testing.B) {
	block := "b \"x\" {\n  a = { for k, v in objects : k => \"${v.n}-${upper(\"x\")}\" if v.n == 1 }\n  c = \"text ${one} text\"\n}\n"
	src := []byte(strings.Repeat(block, 1_000))
	b.Run("parse", func(b *testing.B) {
		for b.Loop() {
			hclsyntax.ParseConfig(src, "f", hcl.InitialPos)
		}
	})
	b.Run("instrument", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			f, _ := hclsyntax.ParseConfig(src, "f", hcl.InitialPos)
			b.StartTimer()
			NewBudget(MaxSteps, MaxBytes).Instrument(f.Body.(*hclsyntax.Body))
		}
	})
	ctx := scope()
	stock := parse(b, "{ for k, v in thousand : k => \"${k}-${upper(\"x\")}\" if v != one }")
	metered := NewBudget(1<<60, 1<<60).InstrumentExpr(parse(b, "{ for k, v in thousand : k => \"${k}-${upper(\"x\")}\" if v != one }"))
	b.Run("eval stock", func(b *testing.B) {
		for b.Loop() {
			stock.Value(ctx)
		}
	})
	b.Run("eval metered", func(b *testing.B) {
		for b.Loop() {
			metered.Value(ctx)
		}
	})
}
