package hcltmpl

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
)

// TestNotLikeStock holds the exceptions of the package comment, and the
// branches not taken.
func TestNotLikeStock(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"a\rb ${x}\r":               "a\rb X\r",
		"e\u0301":                   "e\u0301",
		"e\u0301 ${x}":              "e\u0301 X",
		"%{if no}${secret}%{endif}": "",
		"%{if yes}a%{else}${[secret][0]}%{endif}": "a",
	} {
		got, marks, diags := ours([]byte(src))
		if got != want || len(marks) > 0 || diags.HasErrors() {
			t.Errorf("%q: got %q %v %v", src, got, marks, diags)
		}
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		"${secret}", "a ${secret} b", "${upper(secret)}", "%{if secret == \"hush\"}a%{endif}", "%{for v in [secret]}${v}%{endfor}", "%{for v in [secret]}x%{endfor}",
		"${{ a = secret }.a}", "%{if yes}%{for v in list}${secret}%{endfor}%{endif}", "${[for v in list : v if secret != \"\"][0]}",
	} {
		_, marks, _ := ours([]byte(src))
		_, marked := marks["sensitive"]
		if want := !strings.Contains(src, "x%{endfor}"); marked != want {
			t.Errorf("%q: marked is %v", src, marked)
		}
	}
	ctx := scope()
	ctx.Variables["all"] = ctx.Variables["list"].Mark("sensitive")
	tm, _ := Compile("t", []byte("%{for v in all}x%{endfor}"), nil)
	if out, marks, _ := tm.Render(ctx); string(out) != "xx" || len(marks) != 1 {
		t.Errorf("a marked collection: %q %v", out, marks)
	}
}

func TestDiagnostics(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"a\n  ${ x y }":                     "2,8-9: Extra characters after expression",
		"a\nb: ${{ secrets.X }}\n":          "2,4-20: Unescaped workflow expression",
		"%{http_code}":                      "1,3-12: Invalid template control keyword",
		"é ${nope}":                         "1,5-9: Unknown variable",
		"\n${obj.nmae}":                     "2,6-11: Unsupported attribute",
		"${upper(nope)}":                    "1,9-13: Unknown variable",
		"a ${nil}":                          "1,5-8: Invalid template interpolation value",
		"%{for v in list}\n${v.x}%{endfor}": "2,4-6: Unsupported attribute",
		"x\n%{ if yes }\n":                  "2,1-12: Unclosed template directive",
		"x\n%{ endif }\n":                   "2,1-11: Unexpected template directive",
		"a ${x":                             "1,3-5: Unclosed template sequence",
		"ok ${x}\n\xff":                     "2,1-2: Invalid character encoding",
		"ok\n${" + strings.Repeat("(", 300) + "}": "2,202-203: Nesting too deep",
		"${unk}":                   "1,3-6: Value not known",
		"${1e300 * 1e300 * 1e300}": "1,3-24: Number too large",
	} {
		_, _, diags := ours([]byte(src))
		if len(diags) != 1 {
			t.Errorf("%q: %v", src, diags)
			continue
		}
		got := fmt.Sprintf("%s: %s", strings.TrimPrefix(diags[0].Subject.String(), "t:"), diags[0].Summary)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q: %s", src, d)
		}
	}
}

func TestSeveralFaults(t *testing.T) {
	t.Parallel()
	if _, _, diags := ours([]byte("${a b}\n${x}\n${c d}\n")); len(diags) != 2 {
		t.Errorf("syntax: %v", diags)
	}
	if _, _, diags := ours([]byte("${nope}\n%{for v in list}${v.a}%{endfor}\n${nil}")); len(diags) != 3 {
		t.Errorf("evaluation: %v", diags)
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	thousand := make([]cty.Value, 1_000)
	for i := range thousand {
		thousand[i] = cty.NumberIntVal(int64(i))
	}
	ctx := scope()
	ctx.Variables["many"] = cty.TupleVal(thousand)
	ctx.Variables["long"] = cty.StringVal(strings.Repeat("y", 100_000))
	in := func(s string) string { return "%{for a in many}" + s + "%{endfor}" }
	for name, src := range map[string]string{
		"directives":  in(in(in("x"))),
		"expressions": "${[for a in many : [for b in many : [for c in many : 1]]][0][0][0]}",
		"text":        in("${long}"),
		"literal":     in(strings.Repeat("x", 100_000)),
		"constant":    strings.Repeat("x", 6<<20),
		"numbers":     in(in("${a}")),
		"conversions": in("${many}"),
	} {
		tm, diags := Compile("t", []byte(src), hcllimit.NewBudget(200_000, 5<<20))
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		_, _, diags = tm.Render(ctx)
		if name == "conversions" && diags.HasErrors() {
			continue
		}
		if len(diags) != 1 || diags[0].Summary != "Expression too large" {
			t.Errorf("%s: %v", name, diags)
		}
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	ctx := scope()
	ctx.Variables["var"] = cty.ObjectVal(map[string]cty.Value{"name": cty.StringVal("n"), "region": cty.StringVal("r"), "same": cty.True, "sane": cty.True})
	ctx.Variables["hidden"] = ctx.Variables["var"].Mark("sensitive")
	for src, want := range map[string]string{
		"var.nmae":             `Did you mean "name"?`,
		"var.zzzzzz":           "",
		"var.sxme":             `Did you mean "same"?`,
		"va.name":              `Did you mean "var"?`,
		"region":               `Did you mean "var.region"?`,
		"q":                    "",
		"map.k3":               `Did you mean "k1"?`,
		"map[\"k12\"]":         `Did you mean "k1"?`,
		"map[\"${x}1\"]":       `Did you mean "k1"?`,
		"(var).nmae":           `Did you mean "name"?`,
		"[var][0].nmae":        `Did you mean "name"?`,
		"upper(var.nmae)":      `Did you mean "name"?`,
		"uper(x)":              `Did you mean "upper"?`,
		"hidden.nmae":          "",
		"obj.tags.nmae":        "",
		"[for v in list: v.x]": "",
		"ns::upper(x)":         "",
	} {
		b := hcllimit.NewBudget(hcllimit.MaxSteps, hcllimit.MaxBytes)
		e, diags := hclsyntax.ParseExpression([]byte(src), "f", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		_, diags = b.InstrumentExpr(e).Value(ctx)
		if !diags.HasErrors() {
			t.Fatalf("%s has a value", src)
		}
		before := diags[0].Detail
		got := Explain(diags)[0].Detail
		if _, hint, _ := strings.Cut(got, "Did you mean "); want == "" && hint != "" || !strings.HasSuffix(got, want) {
			t.Errorf("%s: %s", src, got)
		}
		if diags[0].Detail != before {
			t.Errorf("%s: the diagnostic given was changed", src)
		}
	}
}

func TestExplainUnfolds(t *testing.T) {
	t.Parallel()
	fn := function.New(&function.Spec{
		Type: function.StaticReturnType(cty.String),
		Impl: func([]cty.Value, cty.Type) (cty.Value, error) {
			_, _, diags := ours([]byte("one\n${nope}\n"))
			return cty.NilVal, &Error{Diags: diags}
		},
	})
	e, _ := hclsyntax.ParseExpression([]byte("[f()]"), "main.hcl", hcl.InitialPos)
	_, diags := e.Value(&hcl.EvalContext{Functions: map[string]function.Function{"f": fn}})
	got := Explain(diags)
	if len(got) != 1 || got[0].Subject.String() != "t:2,3-7" || !strings.Contains(got[0].Detail, "Rendered by f() at main.hcl:1,2-4") {
		t.Errorf("%v", got)
	}
	if !strings.Contains((&Error{Diags: diags}).Error(), "f") {
		t.Error("no text")
	}
}

func TestConstant(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]bool{"": true, "a $${x} %%{y}": true, "\ufefftext": true, "a${x}": false, "%{if yes}%{endif}": false} {
		tm, diags := Compile("t", []byte(src), nil)
		if diags.HasErrors() || tm.Constant() != want {
			t.Errorf("%q: %v", src, diags)
		}
	}
	src := []byte("constant")
	tm, _ := Compile("t", src, nil)
	out, _, _ := tm.Render(nil)
	out[0] = 'X'
	if string(src) != "constant" {
		t.Error("the result shares memory with the source")
	}
}

// TestLongText renders what takes hclsyntax minutes.
func TestLongText(t *testing.T) {
	t.Parallel()
	src := []byte(strings.Repeat("some line of text\n", 200_000) + "${x}" + strings.Repeat("more $5 % text\n", 200_000))
	out, _, diags := ours(src)
	if diags.HasErrors() || len(out) != len(src)-len("${x}")+1 {
		t.Errorf("%d bytes, %v", len(out), diags)
	}
}

func benchText(interpolations int) []byte {
	var b strings.Builder
	for i := 0; b.Len() < 2_048; i++ {
		fmt.Fprintf(&b, "def function_%d(argument):\n    return argument + %d\n", i, i)
	}
	text := b.String()[:2_048]
	step := len(text) / (interpolations + 1)
	var out strings.Builder
	for i := range interpolations {
		out.WriteString(text[i*step : (i+1)*step])
		out.WriteString([]string{"${x}", "${upper(x)}", "${obj.name}", "${ n }", "${\"${x}-${n}\"}"}[i%5])
	}
	out.WriteString(text[interpolations*step:])
	return []byte(out.String())
}

func BenchmarkTemplate(b *testing.B) {
	ctx := scope()
	for _, n := range []int{0, 5, 40} {
		src := benchText(n)
		b.Run(fmt.Sprintf("%d/ours", n), func(b *testing.B) {
			for b.Loop() {
				budget := hcllimit.NewBudget(hcllimit.MaxSteps, hcllimit.MaxBytes)
				tm, _ := Compile("t", src, budget)
				tm.Render(ctx)
			}
		})
		b.Run(fmt.Sprintf("%d/stock", n), func(b *testing.B) {
			for b.Loop() {
				e, _ := hclsyntax.ParseTemplate(src, "t", hcl.InitialPos)
				e.Value(ctx)
			}
		})
		tm, _ := Compile("t", src, hcllimit.NewBudget(1<<60, 1<<60))
		e, _ := hclsyntax.ParseTemplate(src, "t", hcl.InitialPos)
		b.Run(fmt.Sprintf("%d/render ours", n), func(b *testing.B) {
			for b.Loop() {
				tm.Render(ctx)
			}
		})
		b.Run(fmt.Sprintf("%d/render stock", n), func(b *testing.B) {
			for b.Loop() {
				e.Value(ctx)
			}
		})
	}
}

// Files are in memory once, so 256 MiB of them may be rendered, in pieces of any
// size; beyond, the budget says so.
func TestLargeTextCountsOnce(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1 << 10, 1<<20 + 100} {
		budget := hcllimit.NewBudget(hcllimit.MaxSteps, 10<<20)
		tm, diags := Compile("t", bytes.Repeat([]byte("x"), size), budget)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		fits := (10 << 20) / size
		for i := range fits + 1 {
			if _, _, diags := tm.Render(&hcl.EvalContext{}); diags.HasErrors() != (i == fits) {
				t.Fatalf("text %d of %d bytes, of which %d fit: %v", i+1, size, fits, diags)
			}
		}
	}
}
