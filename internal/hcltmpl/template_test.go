package hcltmpl

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
)

func scope() *hcl.EvalContext {
	s := cty.StringVal
	return &hcl.EvalContext{
		Variables: map[string]cty.Value{
			"x": s("X"), "n": cty.NumberIntVal(7), "yes": cty.True, "no": cty.False, "nil": cty.NullVal(cty.String),
			"list":   cty.ListVal([]cty.Value{s("a"), s("b")}),
			"empty":  cty.ListValEmpty(cty.String),
			"set":    cty.SetVal([]cty.Value{s("p"), s("q")}),
			"map":    cty.MapVal(map[string]cty.Value{"k1": s("v1"), "k2": s("v2")}),
			"obj":    cty.ObjectVal(map[string]cty.Value{"name": s("Ada"), "tags": cty.TupleVal([]cty.Value{s("t"), cty.NumberIntVal(1)})}),
			"secret": s("hush").Mark("sensitive"),
			"unk":    cty.UnknownVal(cty.String),
			"word":   s("true"),
		},
		Functions: map[string]function.Function{"upper": stdlib.UpperFunc, "join": stdlib.JoinFunc, "try": tryfunc.TryFunc, "length": stdlib.LengthFunc},
	}
}

// stock renders with hclsyntax alone.
func stock(src []byte) (string, cty.ValueMarks, bool) {
	e, diags := hclsyntax.ParseTemplate(src, "t", hcl.InitialPos)
	if diags.HasErrors() {
		return "", nil, false
	}
	v, diags := e.Value(scope())
	if diags.HasErrors() {
		return "", nil, false
	}
	v, marks := v.Unmark()
	v, err := convert.Convert(v, cty.String)
	if err != nil || v.IsNull() || !v.IsKnown() {
		return "", nil, false
	}
	return v.AsString(), marks, true
}

// ours renders with this package.
func ours(src []byte) (string, cty.ValueMarks, hcl.Diagnostics) {
	t, diags := Compile("t", src, hcllimit.NewBudget(hcllimit.MaxSteps, hcllimit.MaxBytes))
	if diags.HasErrors() {
		return "", nil, diags
	}
	out, marks, diags := t.Render(scope())
	return string(out), marks, diags
}

// compare reports where the two differ. Results are equal after normalisation.
func compare(t *testing.T, src []byte) bool {
	t.Helper()
	want, wantMarks, ok := stock(src)
	got, marks, diags := ours(src)
	if ok == diags.HasErrors() {
		t.Errorf("%q: stock ok is %v (%q), ours: %v", src, ok, want, diags)
		return false
	}
	if !ok {
		for _, d := range diags {
			if d.Subject == nil || d.Subject.Start.Line < 1 || d.Subject.End.Byte > len(src) {
				t.Errorf("%q: %s has no place in the source: %v", src, d.Summary, d.Subject)
			}
		}
		return true
	}
	if cty.NormalizeString(got) != want {
		t.Errorf("%q: got %q, want %q", src, got, want)
		return false
	}
	for m := range marks {
		if _, ok := wantMarks[m]; !ok {
			t.Errorf("%q: mark %v out of nowhere", src, m)
		}
	}
	return true
}

func TestLikeStock(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		"", "text", "text\n", "a\r\nb\r\n", "\ufeffbom ${x}", "\ufeff", "é${x}é\n", "e\u0301 ${x}",
		"${x}", "${ x }", "a${x}b", "${x}${n}", "${n}", "${yes}", "${list}", " ${list}", "${nil}", "a${nil}", "${unk}", "a${unk}", "${secret}",
		"$", "%", "$$", "$${x}", "%%{if}", "$$${x}", "$%{if yes}y%{endif}", "100%\n", "cost $5\n", "${x}$", "$${", "$${~x}", "$${\n  ${~x}",
		"line\n   ${~x~}\n   \n  foo", "a \n\n ${~ x ~} \n\n b", "  $ ${~x}", "x$\r\n${~x}", "$a\n${~x}", "$$\n${~x}", "a ${x ~}$b", "a ${x ~} $$\nb", "${x ~} \u00a0 y", "y \u2003${~x}",
		"%{if yes}a%{else}b%{endif}", "%{if no}a%{else}b%{endif}", "%{if no}a%{endif}", "%{ if yes ~}\n  a\n%{ endif ~}\n", "%{if word}a%{endif}", "%{if x}a%{endif}", "%{if nil}a%{endif}", "%{if unk}a%{endif}",
		"%{for v in list}${v};%{endfor}", "%{for i, v in list}${i}=${v} %{endfor}", "%{for k, v in map}${k}:${v},%{endfor}", "%{for v in set}${v}%{endfor}", "%{for v in obj.tags}${v}%{endfor}", "%{for v in empty}${v}%{endfor}",
		"%{for v in x}${v}%{endfor}", "%{for v in nil}${v}%{endfor}", "%{for v in unk}${v}%{endfor}", "%{for v in secret}${v}%{endfor}", "%{for v in list}%{endfor}",
		"%{for a in list}%{for b in list}${a}${b}%{if a == b}!%{else}?%{endif} %{endfor}%{endfor}", "%{for x in list}${x}%{endfor}${x}", "%{ for /* c */ x # d\n in list }${x}%{ endfor # e\n }",
		"%{else}", "%{endif}", "%{endfor}", "%{if yes}", "%{for v in list}", "%{if yes}%{endfor}", "%{for v in list}%{endif}", "%{for v in list}%{else}%{endfor}", "%{if yes}%{else}%{else}%{endif}", "%{if yes}%{for v in list}%{endif}%{endfor}",
		"%{if}a%{endif}", "%{for}", "%{for v}", "%{for v in}", "%{for v, in list}", "%{for v of list}a%{endfor}", "%{for a, b, c in list}%{endfor}", "%{unless}", "%{}", "%{1}", "%{if yes yes}%{endif}", "%{endif x}", "%{if yes}%{else x}%{endif}", "%{if-yes}%{endif}", "%{if(yes)}a%{endif}", "%{if!yes}a%{else}b%{endif}", "%{if \"}\" == \"}\"}a%{endif}", "%{ @ }",
		"${", "${x", "${}", "${ }", "${x y}", "${x}}", "}", "~}", "${x ~}~}", "${\"}\"}", "${\"${x}\"}", "${\"$${x}\"}", "${{a = x}.a}", "${{ a = { b = x } }.a.b}", "${[for v in list : upper(v)][0]}", "${ # comment }\n x }", "${ // c }\n x }", "${ /* } */ x }", "${<<E\n} ${x}\nE\n}", "${join(\",\", list)}", "${obj.name}", "${obj.nome}", "${obj.tags[1]}", "${obj.tags.1}", "${obj[\"name\"]}", "${map.k1}", "${true}", "${false}", "${null}", "${true.x}", "${nope}", "${x.}", "${.x}", "${x..y}", "${x-y}", "${1 + n}", "${-n}", "${!yes}", "${yes ? x : n}", "${nope(1)}", "${\ufeffx}", "${x\n}", "${\tx\t}", "${ x}", "${~x~}", "a ${~ x ~} b",
		"${{ secrets.X }}", "${secret}${x}", "%{if secret == \"hush\"}a%{endif}", "%{for v in [secret, x]}${v}%{endfor}", "${'a'}", "${x;}", "%{if yes}${nope}%{endif}", "%{if no}${nope}%{endif}", "%{if no}${nil}%{else}${x}%{endif}", "${try(nope.x, x)}", "${\"a\\nb\"}", "a\x00b${x}",
	} {
		compare(t, []byte(src))
	}
}

// pieces make up random templates.
func pieces() []string {
	return []string{
		"text", " ", "  ", "\n", "\n", "\r\n", "\t", "\u00a0", "é", "$", "%", "$$", "%%", "$${", "%%{", "$${~", "{", "}", "~}", "\"", "'", "#", "/*", "\\",
		"${x}", "${~x}", "${x~}", "${~x~}", "${ n }", "${secret}", "${obj.name}", "${list}", "${nope}", "${nil}", "${\"}\"}", "${\"a${x}b\"}", "${{a = x}.a}", "${", "${x", "${<<E\n${x}\nE\n}", "${ x # }\n}", "${upper(x)}",
		"%{if yes}", "%{~if no~}", "%{ else }", "%{~ else ~}", "%{endif}", "%{~endif~}", "%{for v in list}", "%{~ for k, v in map ~}", "${v}", "%{endfor}", "%{~endfor~}", "%{", "%{if x == \"X\"}", "%{for x in set}",
	}
}

func random(r *rand.Rand) []byte {
	var b bytes.Buffer
	if r.IntN(3) > 0 {
		grow(r, &b, 3)
		return b.Bytes()
	}
	p := pieces()
	for range 1 + r.IntN(12) {
		b.WriteString(p[r.IntN(len(p))])
	}
	return b.Bytes()
}

// grow writes a template whose directives match.
func grow(r *rand.Rand, b *bytes.Buffer, depth int) {
	p := pieces()
	tilde := func() string { return []string{"", "~", " ", "~ "}[r.IntN(4)] }
	back := func() string { return []string{"", "~", " ", " ~"}[r.IntN(4)] }
	for range r.IntN(6) {
		switch k := r.IntN(8); {
		case k == 0 && depth > 0:
			fmt.Fprintf(b, "%%{%sif %s%s}", tilde(), []string{"yes", "no", "x == \"X\"", "length(list) > 1"}[r.IntN(4)], back())
			grow(r, b, depth-1)
			if r.IntN(2) == 0 {
				fmt.Fprintf(b, "%%{%selse%s}", tilde(), back())
				grow(r, b, depth-1)
			}
			fmt.Fprintf(b, "%%{%sendif%s}", tilde(), back())
		case k == 1 && depth > 0:
			fmt.Fprintf(b, "%%{%sfor v in %s%s}", tilde(), []string{"list", "map", "set", "empty", "obj.tags"}[r.IntN(5)], back())
			grow(r, b, depth-1)
			fmt.Fprintf(b, "%%{%sendfor%s}", tilde(), back())
		case k == 2:
			fmt.Fprintf(b, "${%s%s%s}", tilde(), []string{"x", "n", "obj.name", "upper(x)", "secret", "\"${x}\""}[r.IntN(6)], back())
		default:
			b.WriteString(p[r.IntN(24)])
		}
	}
}

func TestLikeStockAtRandom(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	for range 8_000 {
		if !compare(t, random(r)) {
			return
		}
	}
}

func FuzzLikeStock(f *testing.F) {
	for _, p := range pieces() {
		f.Add([]byte(p))
	}
	f.Add([]byte("%{for v in list~}\n ${v} $${x}\n%{endfor}"))
	f.Fuzz(func(t *testing.T, src []byte) {
		lone := strings.ReplaceAll(string(src), "\r\n", "")
		if strings.Contains(lone, "\r") || len(src) > 2_000 || hcllimit.ScanTemplate("t", src).HasErrors() {
			return // exceptions of the package comment
		}
		compare(t, src)
	})
}

func TestVariablesLikeStock(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	checked := 0
	for range 3_000 {
		src := random(r)
		tm, diags := Compile("t", src, nil)
		if diags.HasErrors() {
			continue
		}
		e, _ := hclsyntax.ParseTemplate(src, "t", hcl.InitialPos)
		want, got := e.Variables(), tm.Variables()
		if d := cmp.Diff(want, got, cmp.Comparer(cty.Value.RawEquals), cmp.AllowUnexported(hcl.TraverseRoot{}, hcl.TraverseAttr{}, hcl.TraverseIndex{})); d != "" {
			t.Fatalf("%q: %s", src, d)
		}
		checked++
	}
	if checked < 500 {
		t.Fatalf("only %d templates compared", checked)
	}
}

func TestRenderConcurrently(t *testing.T) {
	t.Parallel()
	tm, diags := Compile("t", []byte("%{for v in list}${v}${[for y in list : y][0]}%{endfor}${upper(x)}"), hcllimit.NewBudget(hcllimit.MaxSteps, hcllimit.MaxBytes))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				if out, _, diags := tm.Render(scope()); diags.HasErrors() || string(out) != "aabaX" {
					t.Errorf("%q %v", out, diags)
				}
			}
		})
	}
	wg.Wait()
}
