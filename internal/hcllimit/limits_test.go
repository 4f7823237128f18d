package hcllimit

import (
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"
)

// place returns "summary @line:column" of the only diagnostic, or "".
func place(t *testing.T, diags hcl.Diagnostics) string {
	t.Helper()
	switch len(diags) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("%s @%d:%d", diags[0].Summary, diags[0].Subject.Start.Line, diags[0].Subject.Start.Column)
	}
	t.Fatalf("%d diagnostics", len(diags))
	return ""
}

func TestScanBombs(t *testing.T) {
	t.Parallel()
	const n = 100_000
	r := strings.Repeat
	tests := map[string]struct{ src, want string }{
		"parentheses":   {"a = " + r("(", n), "Nesting too deep @1:205"},
		"brackets":      {"a = " + r("[", n) + r("]", n), "Nesting too deep @1:205"},
		"lines":         {"a = " + r("[\n", n), "Nesting too deep @201:1"},
		"objects":       {"a = " + r("{a=", n) + "1" + r("}", n), "Nesting too deep @1:605"},
		"blocks":        {r("b {\n", n), "Nesting too deep @201:3"},
		"interpolation": {"a = " + r(`"${`, n), "Nesting too deep @1:606"},
		"heredocs":      {"a = " + r("<<E\n${", n), "Nesting too deep @202:1"},
		"directives":    {`a = "` + r("%{if true}", n), "Nesting too deep @1:2006"},
		"for":           {"a = " + r("[for x in y: ", n), "Nesting too deep @1:2605"},
		"calls":         {"a = " + r("f(", n), "Nesting too deep @1:406"},
		"not":           {"a = " + r("!", n) + "true", "Nesting too deep @1:205"},
		"minus":         {"a = " + r("-", n) + "1", "Nesting too deep @1:205"},
		"splats":        {"a = x" + r("[*]", n), "Nesting too deep @1:606"},
		"sum":           {"a = 1" + r("+1", n), "Expression too deep @1:2006"},
		"conditionals":  {"a = " + r("true ? 1 : ", n), "Expression too deep @1:11010"},
		"nested else":   {"a = " + r("true ? ", n), "Expression too deep @1:7010"},
		"indexes":       {"a = x" + r("[i]", n), "Expression too deep @1:3005"},
		"scopes":        {"a = " + r("a::", n) + "f()", "Function name too long @1:54"},
		"comments":      {"b {}\n" + r("/*a", n), "Unclosed comment @2:1"},
		"heredoc text":  {"a = <<E\n" + r("some line of constant text\n", n) + "E\n", ""},
		"dollars":       {`a = "` + r("$a", n) + `"`, ""},
		"digits":        {"a = " + r("9", n), "Number too long @1:5"},
		"exponent":      {"a = 1\nb = 1e999999999", "Number too long @2:5"},
		"blank lines":   {"a = (" + r("!", 190) + "x" + r("\n", 10*n*11) + ")", ""},
		"tokens":        {r("1,", 10*n) + "1", "Too many tokens @1:2000001"},
		"size":          {r("#comment\n", n*10), "File too large @932068:6"},
		"bytes":         {"a = 1\nb = é\xff", "Invalid character encoding @2:6"},
		"binary":        {r("\x01", n), "Too many invalid characters @1:1001"},
		"unclosed":      {`a = "` + r("text\n", n), "Too many invalid characters @1001:5"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := place(t, Scan("f.hcl", []byte(tt.src)))
			if tt.want == "" && got != "" {
				return // where quadratic cost ends is not fixed
			}
			if got != tt.want || got == "" {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestScanAccepts keeps the limits out of the way of large but sane input.
func TestScanAccepts(t *testing.T) {
	t.Parallel()
	r := strings.Repeat
	for name, src := range map[string]string{
		"nesting":       "a = " + r("[", 199) + r("]", 199),
		"list":          "a = [" + r("{ name = \"x\", size = 1 + 2 },\n", 50_000) + "]",
		"map":           "a = {\n" + r("  \"k\" = !true && 1 < 2 ? \"a${b}c\" : d[0].e[*].f\n", 20_000) + "}",
		"blocks":        r("b \"x\" {\n  a = <<-E\n    text ${x} text\n    %{ if y }z%{ endif }\n  E\n}\n", 20_000),
		"sum":           "a = 1" + r(" + 1", 900),
		"lines of sums": r("a = 1 + 2 * 3 - 4\n", 50_000),
		"parentheses":   "a = (\n" + r("  (1 + 2) * 3,\n", 1) + ")",
		"for object":    "a = {\n for k, v in x :\n k => v...\n if v }",
		"text":          "a = <<E\n" + r("some line of constant text\n", 8_000) + "E\n",
		"bom":           "\ufeffa = 1\n",
		"unclosed once": "a = (1 +\n" + r("b = c + d\n", 5_000),
	} {
		if got := place(t, Scan("f.hcl", []byte(src))); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestScanTemplate(t *testing.T) {
	t.Parallel()
	r := strings.Repeat
	for name, tt := range map[string]struct{ src, want string }{
		"constant":    {r("text $ % \n", 1000), ""},
		"nesting":     {"é\n" + r("${[", 150), "Nesting too deep @2:302"},
		"expression":  {"${1" + r("+1", 2000) + "}", "Expression too deep @1:2002"},
		"directives":  {r("%{for x in y}\n", 300), "Nesting too deep @201:1"},
		"flat":        {r("%{if x}a%{else}b%{endif}${c}", 1_000), ""},
		"lone CR":     {"a\rb${" + r("(", 300), "Nesting too deep @1:205"},
		"lots of":     {r("$a", 100_000), "Literal text too long"},
		"in heredocs": {"${<<E\n" + r("text\n", 100_000) + "E\n}", "Literal text too long"},
	} {
		if got := place(t, ScanTemplate("t", []byte(tt.src))); got != tt.want && (got == "" || !strings.HasPrefix(got, tt.want) || tt.want == "") {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestScanJSON(t *testing.T) {
	t.Parallel()
	r := strings.Repeat
	for name, tt := range map[string]struct{ src, want string }{
		"plain":         {`{"a": [1, 2.5e3, "x", true, null], "b": {"c": "${d}"}}`, ""},
		"arrays":        {"{\"a\":\n" + r("[", 100_000), "Nesting too deep @2:200"},
		"objects":       {r(`{"a":`, 100_000), "Nesting too deep @1:1001"},
		"keys":          {r(`{`, 100_000), "Nesting too deep @1:201"},
		"template":      {"{\n\"a\": \"" + r("${[", 300) + `"}`, "Nesting too deep @2:308"},
		"template key":  {`{"` + r("${(", 300) + `": 1}`, "Nesting too deep @1:304"},
		"escaped":       {`{"a": "\u0024{` + r("(", 300) + `"}`, "Nesting too deep @1:214"},
		"escapes":       {`{"a": "\"\ud83d\ude00\n${` + r("(", 300) + `"}`, "Nesting too deep @1:225"},
		"as expression": {`{"type": "` + r("(", 500_000) + `"}`, "Nesting too deep @1:10011"},
		"rule":          {`{"text": "` + r("-", 9_000) + `"}`, ""},
		"digits":        {`{"a": ` + r("1", 2_000) + `}`, "Number too long @1:7"},
		"exponent":      {`{"a": 1e-99999}`, "Number too long @1:7"},
		"size":          {r(" ", MaxFileBytes) + "{}", "File too large @1:8388609"},
		"tokens":        {"[" + r("1,", 1_000_000) + "1]", "Too many tokens @1:2000001"},
	} {
		if got := place(t, ScanJSON("f.json", []byte(tt.src))); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

// TestStack holds parser, walker and evaluator to a small stack for whatever
// the scanners let pass. A repeated pattern is what makes recursion deep.
func TestStack(t *testing.T) {
	debug.SetMaxStack(32 << 20) // an overflow is fatal
	r := rand.New(rand.NewPCG(2, 2))
	passed := 0
	for i := range 150 {
		src := []byte(soup(r, r.IntN(3)) + strings.Repeat(soup(r, 1+r.IntN(6)), 4_000) + soup(r, 2))
		if i%2 == 0 {
			src = append([]byte("a = "), src...)
		}
		if Scan("f", src).HasErrors() {
			continue
		}
		passed++
		survive(src)
	}
	if passed < 20 {
		t.Fatalf("only %d of 150 patterns passed", passed)
	}
}

// survive parses, walks and evaluates src.
func survive(src []byte) {
	file, _ := hclsyntax.ParseConfig(src, "f", hcl.InitialPos)
	b := NewBudget(MaxSteps/50, MaxBytes/50)
	b.Instrument(file.Body.(*hclsyntax.Body))
	walkBody(b, file.Body.(*hclsyntax.Body))
}

func walkBody(b *Budget, body *hclsyntax.Body) {
	for _, a := range body.Attributes {
		a.Expr.Variables()
		b.Eval(a.Expr, &hcl.EvalContext{})
	}
	for _, blk := range body.Blocks {
		if blk.Body != nil {
			walkBody(b, blk.Body)
		}
	}
}

func FuzzScan(f *testing.F) {
	debug.SetMaxStack(32 << 20)
	for _, s := range []string{"a = [1]\n", "b \"l\" {\n a = \"${x}\"\n}\n", "a = <<E\n%{ if x }\nE\n", "(!-[{\"${", "a?b:c", "x[*].y[0]", "/*a*/#b\n"} {
		f.Add([]byte(s), 1)
		f.Add([]byte(s), 2_000)
	}
	f.Fuzz(func(t *testing.T, pattern []byte, n int) {
		if n < 1 || n > 3_000 || len(pattern) > 60 {
			return
		}
		src := []byte(strings.Repeat(string(pattern), n))
		if !Scan("f", src).HasErrors() {
			survive(src)
		}
		if !ScanJSON("f", src).HasErrors() {
			json.Parse(src, "f")
		}
		if !ScanTemplate("f", src).HasErrors() {
			e, _ := hclsyntax.ParseTemplate(src, "f", hcl.InitialPos)
			b := NewBudget(MaxSteps/50, MaxBytes/50)
			b.Eval(b.InstrumentExpr(e), &hcl.EvalContext{})
		}
	})
}

func BenchmarkScan(b *testing.B) {
	block := "file \"src/a.py\" {\n  template = \"templates/a.tmpl\"\n  vars     = { name = local.name, list = [for x in var.list : upper(x) if x != \"\"] }\n  content  = <<-EOT\n    some text ${each.key} and more\n    of it\n  EOT\n}\n"
	src := []byte(strings.Repeat(block, 4_000))
	b.Run("scan", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			Scan("f", src)
		}
	})
	b.Run("lex", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		for b.Loop() {
			hclsyntax.LexConfig(src, "f", hcl.InitialPos)
		}
	})
}
