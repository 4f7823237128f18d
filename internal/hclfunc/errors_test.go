package hclfunc

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/zclconf/go-cty/cty"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ src, want string }{
		{`file("nope.txt")`, `Invalid value for "path" parameter: nope.txt: no such file in the project.`},
		{`file("bin.dat")`, `bin.dat: the content is not valid UTF-8; use filebase64`},
		{`fileexists("../x")`, `../x: leads out of the project.`},
		{`fileset("data", "[")`, `data/[: syntax error in pattern.`},
		{`fileset("data", "/etc/*")`, `/etc/*: is absolute`},
		{`templatefile("bad.tftpl", {})`, `bad.tftpl:2:7: `},
		{`templatefile("syntax.tftpl", {})`, `syntax.tftpl:2:`},
		{`templatefile("recursive.tftpl", {})`, `recursive.tftpl:1:3: Error in function call: Call to function "templatefile" failed: a template cannot render another template`},
		{`templatefile("number.tftpl", [])`, `must be a map or an object`},
		{`templatefile("number.tftpl", {"1x" = 1})`, `invalid template variable name "1x"`},
		{`templatefile("bin.dat", {})`, `bin.dat:1:1: `},
		{`parseint("xyz", 10)`, `cannot parse "xyz" as a base 10 integer.`},
		{`parseint(secret, 10)`, `Invalid value for "number" parameter: an argument is sensitive, so the reason is not shown.`},
		{`tobool("maybe")`, `cannot convert "maybe" to bool; only the strings "true" or "false" are allowed.`},
		{`tolist([1, []])`, `Invalid value for "v" parameter: cannot convert tuple to list of any single type.`},
		{`join(",", [1, []])`, `Invalid value for "lists" parameter: `},
		{`jsondecode("{\"a\":}")`, `invalid character '}'`},
		{`jsondecode("[")`, `unexpected end of JSON text.`},
		{`yamldecode("a: [")`, `on line 1`},
		{`tomldecode("a = 1\nb = ")`, `on line 2, column `},
		{`csvdecode("a,b\n1")`, `CSV parse error on line 2: wrong number of fields.`},
		{`tomlencode({a = [null]})`, `TOML has no null, and a list has one.`},
		{`regex("(", "a")`, `invalid regexp pattern: missing closing ) in (.`},
		{`regex("(a)(?P<b>c)", "a")`, `cannot mix both named and unnamed capture groups.`},
		{`lookup({}, "a")`, `lookup failed to find key "a".`},
		{`lookup({}, "a", 1, 2)`, `takes two or three arguments, not 4.`},
		{`indent(-1, "a")`, `a whole number, zero or greater, is required.`},
		{`pow(-1, 0.5)`, `the arguments do not fit together.`},
		{`timecmp("x", "y")`, `not a valid RFC3339 timestamp`},
		{`upper(null)`, `argument must not be null.`},
		{`sum([])`, `cannot sum an empty list.`},
		{`one([1, 2])`, `with either zero or one elements.`},
		{`index(["a"], "b")`, `item not found.`},
		{`try(nope)`, `no expression succeeded:`},
	} {
		t.Run(c.src, func(t *testing.T) {
			t.Parallel()
			_, diags := eval(t, c.src, hcllimit.NewBudget(100_000, 1<<20))
			if !diags.HasErrors() {
				t.Fatal("no error")
			}
			if got := diags[0].Detail; !strings.Contains(got, c.want) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestSensitive is the law that what is computed from a sensitive value is one.
func TestSensitive(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		`upper(secret)`, `templatefile("number.tftpl", {n = secret})`, `jsonencode({a = [secret]})`, `yamlencode([secret])`, `tomlencode({a = secret})`,
		`join(",", ["a", secret])`, `format("%s", secret)`, `formatlist("%s", [secret])`, `length(secret)`, `sha256(secret)`, `base64encode(secret)`,
		`merge({a = secret}, {})`, `concat([secret], [])`, `flatten([[secret]])`, `tolist([secret])`, `toset([secret])`, `tostring(secret)`, `replace("a", "a", secret)`,
		`coalesce("", secret)`, `try(secret, "x")`, `lookup({a = secret}, "a")`, `regexall(".", secret)`, `sensitive("x")`, `fileexists(secret)`, `distinct([secret])`,
		`setproduct([secret], ["a"])`, `zipmap([secret], ["a"])`, `sort([secret])`, `values({a = secret})`, `one([secret])`, `element([secret], 0)`, `keys({(secret) = 1})`,
	} {
		v, diags := eval(t, src, nil)
		if diags.HasErrors() {
			t.Errorf("%s: %s", src, diags)
		} else if !v.HasMarkDeep(Sensitive) {
			t.Errorf("%s: %#v is not sensitive", src, v)
		}
	}
}

// TestExcess is the law that no function gets around an exceeded budget.
func TestExcess(t *testing.T) {
	t.Parallel()
	b := hcllimit.NewBudget(1_000, 1_000)
	src := `try(join(",", [for i in range(1000): "aaaaaaaaaa"]), can(range(1000)), "fallback")`
	expr, diags := hclsyntax.ParseExpression([]byte(src), "spec.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	ctx := &hcl.EvalContext{Functions: Table(project(), b)}
	v, diags := b.Eval(b.InstrumentExpr(expr), ctx)
	if !diags.HasErrors() || diags[0].Summary != "Expression too large" {
		t.Errorf("got %#v, %s", v, diags)
	}
}

func BenchmarkTable(b *testing.B) {
	files := project()
	for b.Loop() {
		Table(files, nil)
	}
}

func BenchmarkCall(b *testing.B) {
	f := Table(project(), hcllimit.NewBudget(1<<60, 1<<60))["join"]
	args := []cty.Value{cty.StringVal(","), cty.TupleVal([]cty.Value{cty.StringVal("a"), cty.StringVal("b")})}
	for b.Loop() {
		if _, err := f.Call(args); err != nil {
			b.Fatal(err)
		}
	}
}
