package hclfunc

import (
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/zclconf/go-cty/cty"
)

// TestBombs is the law that nothing large is made before it is charged: each of
// these asks for much more than the budget has.
func TestBombs(t *testing.T) {
	big := cty.StringVal(strings.Repeat("ab<", 100_000))
	lines := cty.StringVal(strings.Repeat("\n", 100_000))
	digits := cty.StringVal(strings.Repeat("9", 300_000))
	list := make([]cty.Value, 15_000)
	mixed := make([]cty.Value, 15_000)
	for i := range list {
		list[i] = cty.StringVal(strings.Repeat("x", i%7))
		mixed[i] = list[i]
		if i%2 == 0 {
			mixed[i] = cty.ObjectVal(map[string]cty.Value{strings.Repeat("k", i%997+1): cty.Zero})
		}
	}
	deep := big
	shared := big
	for range 300 {
		deep = cty.TupleVal([]cty.Value{deep})
	}
	for range 40 {
		shared = cty.TupleVal([]cty.Value{shared, shared})
	}
	ctx := &hcl.EvalContext{Variables: map[string]cty.Value{
		"big": big, "lines": lines, "digits": digits, "list": cty.ListVal(list), "mixed": cty.TupleVal(mixed),
		"deep": deep, "shared": shared, "brackets": cty.StringVal(strings.Repeat("[", 3_000_000)),
		"dashes": cty.StringVal(strings.Repeat("- ", 1_000_000)), "dots": cty.StringVal("a" + strings.Repeat(".a", 500_000) + "=1"),
		"inline": cty.StringVal("a=" + strings.Repeat("{a=", 500_000)), "aliases": cty.StringVal(aliasBomb()),
		"commas": cty.StringVal(strings.Repeat(",", 4_000_000)), "many": cty.StringVal("[" + strings.Repeat("1,", 2_000_000) + "1]"),
		"quadratic": cty.StringVal(strings.Repeat("a", 200_000)), "wide": cty.StringVal(strings.Repeat("()", 1_000)),
	}}
	for _, src := range bombs() {
		t.Run(src, func(t *testing.T) {
			b := hcllimit.NewBudget(300_000, 1<<20)
			ctx.Functions = Table(project(), b)
			expr, diags := hclsyntax.ParseExpression([]byte(src), "bomb.hcl", hcl.InitialPos)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			v, diags := bare(expr, ctx, b)
			runtime.ReadMemStats(&after)
			if !diags.HasErrors() {
				t.Errorf("went off: %s", v.Type().FriendlyName())
			}
			if made := (after.TotalAlloc - before.TotalAlloc) >> 20; made > 500 {
				t.Errorf("%d MiB were allocated", made)
			}
		})
	}
}

// bare evaluates without hcllimit's own counters where it can, so that the
// guards stand alone. Values that share structure are too much for cty itself,
// and a loop goes on after errors.
func bare(expr hclsyntax.Expression, ctx *hcl.EvalContext, b *hcllimit.Budget) (cty.Value, hcl.Diagnostics) {
	_, loop := expr.(*hclsyntax.ForExpr)
	for _, v := range expr.Variables() {
		if loop || v.RootName() == "shared" {
			return b.Eval(b.InstrumentExpr(expr), ctx)
		}
	}
	return expr.Value(ctx)
}

func aliasBomb() string {
	var out strings.Builder
	out.WriteString("a0: &a0 [x, x]\n")
	for i := range 40 {
		name := string(rune('b'+i%20)) + strings.Repeat("z", i/20)
		prev := "a0"
		if i > 0 {
			prev = string(rune('b'+(i-1)%20)) + strings.Repeat("z", (i-1)/20)
		}
		out.WriteString(name + ": &" + name + " [*" + prev + ", *" + prev + "]\n")
	}
	return out.String()
}

func bombs() []string {
	return []string{
		`join(big, list)`,
		`format("%999999999d", 1)`, `format("%99999999999999999999s", "")`, `format("%.999999999f", 1)`, `format("%60000d%60000d%60000d%60000d%60000d%60000d%60000d%60000d%60000d%60000d%60000d%60000d%60000d%60000d%60000d%60000d%60000d%60000d", 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)`,
		`format("%[1]s%[1]s%[1]s%[1]s%[1]s", big)`, `format("%#v", shared)`, `formatlist(big, list)`, `formatlist("%s", list, big)`, `formatlist("%s%s", list, big)`,
		`indent(100, lines)`, `indent(999999999999, "\n")`, `indent(-1, "\n")`,
		`replace(big, "", big)`, `replace(big, "a", big)`, `replace(big, "/a/", big)`, `replace(big, "/(.)/", "$1$1$1$1$1$1$1$1$1")`, `replace(big, "/(?s).*/", "$0$0$0$0$0$0$0$0$0")`,
		`regexall(".", big)`, `regexall("", big)`, `regexall("a.*b|a", quadratic)`, `replace(quadratic, "/a.*b|a/", "")`, `regex(big, "a")`, `regex("((a{100}){10}){2}", "a")`, `regex(wide, "a")`, `regex("(x{1000}y{1000}z{1000}){1,1}x{1000}x{1000}x{1000}x{1000}x{1000}x{1000}x{1000}x{1000}x{1000}x{1000}x{1000}x{1000}x{1000}x{1000}x{1000}x{1000}x{1000}x{1000}x{1000}", "a")`,
		`split("", commas)`, `split(",", commas)`,
		`setproduct(list, list)`, `setproduct(list, list, list, list, list, list)`, `range(1e9)`, `matchkeys(list, list, list)`,
		`tolist(mixed)`, `distinct(mixed)`, `coalesce(mixed...)`, `setunion([mixed, mixed]...)`,
		`length(shared)`, `jsonencode(shared)`, `jsonencode(deep)`, `yamlencode(deep)`, `tomlencode({a = deep})`, `flatten(shared)`,
		`yamldecode(aliases)`, `yamldecode(brackets)`, `yamldecode(dashes)`, `jsondecode(brackets)`, `jsondecode(many)`, `jsondecode(digits)`, `jsondecode("1e99999999")`, `yamldecode(many)`,
		`tomldecode("a = ${brackets}")`, `tomldecode(dots)`, `tomldecode(inline)`, `csvdecode("${commas}\n${commas}")`, `tonumber(digits)`, `tonumber("1e99999999")`, `parseint(digits, 10)`, `sum([digits])`, `abs(digits)`,
		`[for i in range(1000): upper(big)]`, `[for i in range(1000): base64encode(big)]`, `[for i in range(1000): length(big)]`, `[for i in range(1000): sha512(big)]`,
		`[for i in range(1000): urlencode(big)]`, `[for i in range(1000): jsonencode(list)]`, `[for i in range(1000): concat(list, list)]`, `[for i in range(1000): sort(list)]`,
		`[for i in range(1000): chunklist(list, 1)]`, `[for i in range(1000): zipmap(list, list)]`, `[for i in range(1000): merge({a = 1}, zipmap(list, list))]`, `[for i in range(1000): trimspace(big)]`,
	}
}

func TestTryIsLinear(t *testing.T) {
	t.Parallel()
	src := strings.Repeat("try(", 100) + "1" + strings.Repeat(", 2)", 100) + " == 1"
	v, diags := eval(t, src, hcllimit.NewBudget(10_000, 1_000))
	if diags.HasErrors() || !v.True() {
		t.Errorf("got %#v, %s", v, diags)
	}
}
