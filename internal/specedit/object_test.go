package specedit_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/specedit"
)

func num(n int64) cty.Value { return cty.NumberIntVal(n) }

func str(s string) cty.Value { return cty.StringVal(s) }

func list(v ...cty.Value) cty.Value { return cty.TupleVal(v) }

// object is what the attribute a of a text says.
func object(t *testing.T, text []byte) (*hclsyntax.ObjectConsExpr, cty.Value) {
	t.Helper()
	f, diags := hclsyntax.ParseConfig(text, file, hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%v\n%s", diags, text)
	}
	body := f.Body.(*hclsyntax.Body)
	for len(body.Blocks) > 0 {
		body = body.Blocks[0].Body
	}
	x := body.Attributes["a"].Expr.(*hclsyntax.ObjectConsExpr)
	v, _ := x.Value(&hcl.EvalContext{Variables: map[string]cty.Value{"x": num(7)}})
	return x, v
}

func TestSetObjectItem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in, key string
		value         cty.Value
		want          string
	}{
		{"number", "a = { \"tool.ruff\" = 100 } # c\n", "tool.ruff", num(88), "a = { \"tool.ruff\" = 88 } # c\n"},
		{"the same number", "a = { k = 1e2 }\n", "k", num(100), "a = { k = 1e2 }\n"},
		{"float", "a = { k = -1 }", "k", cty.NumberFloatVal(0.1), "a = { k = 0.1 }"},
		{"string to bool", "a = { k = \"x\", l = x }", "k", cty.True, "a = { k = true, l = x }"},
		{"null", "a = { k = \"x\" }", "k", cty.NullVal(cty.String), "a = { k = null }"},
		{"the last of two", "a = { k = 1, k = 2 }", "k", num(3), "a = { k = 1, k = 3 }"},
		{"string in its style", "a = {\n  k = <<-T\n    x\n  T\n}\n", "k", str("y\n"), "a = {\n  k = <<-T\n    y\n  T\n}\n"},
		{"one element", "a = { k = [1, /* two */ 2, 3] }", "k", list(num(1), num(9), num(3)), "a = { k = [1, /* two */ 9, 3] }"},
		{"an element more", "a = { k = [1, 2] }", "k", list(num(1), num(2), str("x")), `a = { k = [1, 2, "x"] }`},
		{
			"a line more", "b {\n  a = {\n    k = [\n      1,\n    ]\n  }\n}\n", "k",
			cty.ListVal([]cty.Value{num(1), num(2)}), "b {\n  a = {\n    k = [\n      1,\n      2,\n    ]\n  }\n}\n",
		},
		{
			"within an object", "a = {\n  k = { x = 1, y = \"z\" } # c\n}\n", "k",
			cty.ObjectVal(map[string]cty.Value{"x": num(1), "y": str("w")}), "a = {\n  k = { x = 1, y = \"w\" } # c\n}\n",
		},
		{
			"another object, CRLF", "a = {\r\n  k = {\r\n    x = 1\r\n  }\r\n}\r\n", "k",
			cty.MapVal(map[string]cty.Value{"for": num(1), "é x": num(2)}), "a = {\r\n  k = {\r\n    \"for\" = 1\r\n    \"é x\" = 2\r\n  }\r\n}\r\n",
		},
		{"add to none", "a = {}", "k.l", num(1), `a = { "k.l" = 1 }`},
		{"add to none, spaced", "a = { }", "k", num(1), `a = { k = 1 }`},
		{"add to an empty line", "a = {\n}\n", "k", num(1), "a = {\n  k = 1\n}\n"},
		{"add in the line", "a = { b = 1 }", "k", list(), `a = { b = 1, k = [] }`},
		{"add behind a comma", "a = { b = 1, }", "k", num(2), `a = { b = 1, k = 2 }`},
		{"add a line", "a = {\n  long = 1 # c\n  # d\n}\n", "k", num(2), "a = {\n  long = 1 # c\n  # d\n  k    = 2\n}\n"},
		{"add a line with a comma", "a = {\r\n\tb = 1, // c\r\n\t}\r\n", "k", num(2), "a = {\r\n\tb = 1, // c\r\n\tk = 2,\r\n\t}\r\n"},
	} {
		x, _ := object(t, []byte(c.in))
		got, err := specedit.SetObjectItem([]byte(c.in), file, x.SrcRange, c.key, c.value)
		if string(got) != c.want || err != nil {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
		}
	}
}

func TestSetObjectItemRefuses(t *testing.T) {
	t.Parallel()
	deep := num(1)
	for range 100 {
		deep = list(deep)
	}
	huge := cty.NumberVal(new(big.Float).SetMantExp(big.NewFloat(1), 1<<30))
	for _, c := range []struct {
		name, in, key string
		value         cty.Value
		want          error
	}{
		{"reference", "a = { k = x }", "k", num(1), specedit.ErrNotConstant},
		{"operator", "a = { k = [1 + 1] }", "k", num(1), specedit.ErrNotConstant},
		{"template", "a = { k = { l = \"${x}\" } }", "k", num(1), specedit.ErrNotConstant},
		{"computed key", "a = { (x) = 1 }", "x", num(2), specedit.ErrNotConstant},
		{"comment", "a = { k = [\n1, # one\n] }", "k", list(), specedit.ErrComment},
		{"unknown", "a = { k = 1 }", "k", cty.UnknownVal(cty.Number), specedit.ErrValue},
		{"sensitive", "a = { k = 1 }", "k", list(str("x").Mark("sensitive")), specedit.ErrValue},
		{"nothing", "a = { k = 1 }", "k", cty.NilVal, specedit.ErrValue},
		{"infinite", "a = { k = 1 }", "k", cty.PositiveInfinity, specedit.ErrValue},
		{"huge", "a = { k = 1 }", "k", huge, specedit.ErrValue},
		{"deep", "a = { k = 1 }", "k", deep, specedit.ErrValue},
		{"capsule", "a = { k = 1 }", "k", cty.CapsuleVal(cty.Capsule("c", reflect.TypeFor[int]()), new(int)), specedit.ErrValue},
		{"key not UTF-8", "a = { k = 1 }", "\xff", num(1), specedit.ErrValue},
	} {
		x, _ := object(t, []byte(c.in))
		if got, err := specedit.SetObjectItem([]byte(c.in), file, x.SrcRange, c.key, c.value); !errors.Is(err, c.want) || got != nil {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
	if _, err := specedit.SetObjectItem([]byte("a = {}"), file, span(4, 5), "k", num(1)); !errors.Is(err, specedit.ErrPlace) {
		t.Error(err)
	}
}

// randomConstant has no more than so many levels.
func randomConstant(r *rand.Rand, depth int) cty.Value {
	n := 8
	if depth == 0 {
		n = 5
	}
	switch r.IntN(n) {
	case 0:
		return cty.BoolVal(r.IntN(2) == 0)
	case 1:
		return cty.NumberFloatVal(r.NormFloat64() * 1000)
	case 2:
		return num(r.Int64() - r.Int64())
	case 3:
		return cty.NullVal(cty.DynamicPseudoType)
	case 4:
		return str(randomValue(r))
	case 5:
		m := map[string]cty.Value{}
		for range r.IntN(4) {
			m[[]string{"a", "for", "null", "true", "x-y", "k.l", "", "${"}[r.IntN(8)]] = randomConstant(r, depth-1)
		}
		return cty.ObjectVal(m)
	}
	var l []cty.Value
	for range r.IntN(4) {
		l = append(l, randomConstant(r, depth-1))
	}
	return list(l...)
}

// plain writes a value so that equal text means equal value.
func plain(v cty.Value) string {
	if v.IsNull() {
		return "null"
	}
	if v.Type() == cty.Number {
		return v.AsBigFloat().Text('f', -1)
	}
	if !v.CanIterateElements() {
		return v.GoString()
	}
	var b strings.Builder
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		if v.Type().IsObjectType() || v.Type().IsMapType() {
			b.WriteString(k.GoString())
		}
		b.WriteString(plain(e) + ",")
	}
	return fmt.Sprintf("%t(%s)", v.Type().IsObjectType() || v.Type().IsMapType(), b.String())
}

// Setting key after key gives an object with those values, changes no byte
// outside it, and leaves a file as formatted as it was, but for alignment with a
// longer key.
func TestSetObjectItemLaws(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 10))
	for range 200 {
		open := []string{"a = ", "# h\nb \"l\" {\n  a = ", "b {\n\n  c {\n    a = "}[r.IntN(3)]
		after := strings.Repeat("\n}", strings.Count(open, "{")) + " # tail\n"
		text := []byte(open + []string{"{}", "{\n}", "{ k1 = 1 }", "{\n  k1 = x\n\n  k0 = \"y\" # c\n  }"}[r.IntN(4)] + after)
		_, before := object(t, text)
		want := before.AsValueMap()
		if want == nil {
			want = map[string]cty.Value{}
		}
		for range 6 {
			key, value := fmt.Sprint("k", r.IntN(5)), randomConstant(r, 2)
			x, _ := object(t, text)
			out, err := specedit.SetObjectItem(text, file, x.SrcRange, key, value)
			if errors.Is(err, specedit.ErrNotConstant) && key == "k1" {
				continue
			}
			if err != nil {
				t.Fatalf("%v: %#v into\n%s", err, value, text)
			}
			want[key] = value
			_, got := object(t, out)
			if plain(got) != plain(cty.ObjectVal(want)) || !bytes.HasPrefix(out, []byte(open)) || !bytes.HasSuffix(out, []byte(after)) {
				t.Fatalf("%s = %#v into\n%s\ngives\n%s", key, value, text, out)
			}
			x, _ = object(t, out)
			if again, err := specedit.SetObjectItem(out, file, x.SrcRange, key, value); err != nil || !bytes.Equal(again, out) {
				t.Fatalf("%v, not idempotent:\n%s", err, again)
			}
			text = out
		}
	}
}

func TestSetObjectItemKeepsTheFormat(t *testing.T) {
	t.Parallel()
	const text = "file_keys \"p\" {\n  path = \"pyproject.toml\"\n  set = {\n    \"k.0\" = 1\n    \"k.1\" = [\n      \"x\", # c\n    ]\n\n    \"k.2\" = {\n      \"l\" = 1\n    }\n    \"k.3\" = true\n  }\n}\n"
	r := rand.New(rand.NewPCG(11, 12))
	start := strings.Index(text, "{\n    \"k.0\"")
	end := strings.LastIndex(text, "\n}")
	for range 500 {
		key, value := fmt.Sprint("k.", r.IntN(5)), randomConstant(r, 2)
		out, err := specedit.SetObjectItem([]byte(text), file, span(start, end), key, value)
		if errors.Is(err, specedit.ErrComment) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		again, diags := hclspec.Format(hclspec.Source{Name: file, Src: out})
		if diags.HasErrors() || !bytes.Equal(again, out) {
			t.Fatalf("%s = %#v gives\n%s\nand formatted\n%s", key, value, out, again)
		}
	}
}
