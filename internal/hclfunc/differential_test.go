package hclfunc

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// checkRegexp compares our search with package regexp's.
func checkRegexp(source, s, with string) error {
	re, err := regexp.Compile(source)
	if err != nil {
		return nil
	}
	e := env{}
	p, err := e.compile(source)
	if err != nil {
		return nil // too complex
	}
	var got [][]int
	if err := p.all(s, func(loc []int) error { got = append(got, loc); return nil }); err != nil {
		return err
	}
	if want := re.FindAllStringSubmatchIndex(s, -1); fmt.Sprint(got) != fmt.Sprint(want) {
		return fmt.Errorf("found %v, want %v", got, want)
	}
	out, err := e.replacePattern(s, source, with)
	if want := re.ReplaceAllString(s, with); err != nil || out != want {
		return fmt.Errorf("replaced to %q, want %q: %w", out, want, err)
	}
	return nil
}

func TestRegexpLikeGo(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	parts := []string{"a", "b", "é", ".", "\\b", "^", "$", "(?m)", "(?i)A", "*", "+?", "?", "|", "(", ")", "(?:", "(?P<n>", "[^a]", "\\Q.", "\\E", "{2}", "\\z", "\\A", "\n"}
	texts := []string{"a", "b", "é", "\n", " ", "\xff", "A", ".", "aa"}
	for range 6_000 {
		source, s := soup(r, parts, 6), soup(r, texts, 7)
		if err := checkRegexp(source, s, soup(r, []string{"x", "$1", "${n}", "$0", "$"}, 3)); err != nil {
			t.Fatalf("%q in %q: %v", source, s, err)
		}
	}
}

func soup(r *rand.Rand, parts []string, most int) string {
	var out strings.Builder
	for range r.IntN(most + 1) {
		out.WriteString(parts[r.IntN(len(parts))])
	}
	return out.String()
}

func FuzzRegexp(f *testing.F) {
	f.Add("a|b*", "abba", "$0x")
	f.Add("(?m)^", "a\nb", "-")
	f.Fuzz(func(t *testing.T, source, s, with string) {
		if len(source)+len(s) > 200 {
			t.Skip("too long to be interesting")
		}
		if err := checkRegexp(source, s, with); err != nil {
			t.Fatal(err)
		}
	})
}

// value makes a random value that HCL and JSON could make too.
func value(r *rand.Rand, depth int) cty.Value {
	n := 5
	if depth > 0 {
		n = 8
	}
	switch r.IntN(n) {
	case 0:
		return cty.StringVal(soup(r, []string{"a", "B", "é", "<", "\"", "\\", "\n", " ", "#", ": ", "- ", "1", "\t", "'", "☃", "👾", "\u2028", "\u0085", "\x7f", "null", "~"}, 5))
	case 1:
		return cty.NumberIntVal(r.Int64N(1000) - 500)
	case 2:
		return cty.MustParseNumberVal(fmt.Sprintf("%d.%d", r.IntN(100)-50, r.IntN(1000)))
	case 3:
		return cty.BoolVal(r.IntN(2) == 0)
	case 4:
		return cty.NullVal(cty.DynamicPseudoType)
	case 5, 6:
		attrs := map[string]cty.Value{}
		for range r.IntN(4) {
			attrs[soup(r, []string{"a", "k", ".", " ", "é", "\"", "1", "true", "\n"}, 3)] = value(r, depth-1)
		}
		return cty.ObjectVal(attrs)
	default:
		vals := make([]cty.Value, r.IntN(4))
		for i := range vals {
			vals[i] = value(r, depth-1)
		}
		return cty.TupleVal(vals)
	}
}

func must(t *testing.T, f function.Function, args ...cty.Value) cty.Value {
	t.Helper()
	v, err := f.Call(args)
	if err != nil {
		t.Fatalf("%#v: %v", args, err)
	}
	return v
}

// TestNotations is the law that what is written can be read, and that JSON is
// read as cty reads it.
func TestNotations(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	funcs := Table(project(), nil)
	for range 1_000 {
		v := value(r, 4)
		text := must(t, funcs["jsonencode"], v)
		got, want := must(t, funcs["jsondecode"], text), must(t, stdlib.JSONDecodeFunc, text)
		if !got.RawEquals(want) {
			t.Fatalf("JSON %s: got %#v, want %#v", text.AsString(), got, want)
		}
		if n, err := (notation{}).length(v, 0, 0); err != nil || n < int64(len(text.AsString())) {
			t.Fatalf("JSON %s has more than %d bytes, %v", text.AsString(), n, err)
		}
		text = must(t, funcs["yamlencode"], v)
		if n, err := (notation{indent: 2}).length(v, 0, 0); err != nil || n < int64(len(text.AsString())) {
			t.Fatalf("YAML %q has %d bytes, more than %d, %v", text.AsString(), len(text.AsString()), n, err)
		}
		if again := must(t, funcs["yamldecode"], text); !again.RawEquals(v) {
			t.Fatalf("YAML %q: got %#v, want %#v", text.AsString(), again, v)
		}
	}
}

func TestTOMLRoundTrip(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	funcs := Table(project(), nil)
	for range 3_000 {
		v := value(r, 4)
		text, err := funcs["tomlencode"].Call([]cty.Value{v})
		if err != nil {
			continue // no object, or null in a list
		}
		if n, err := (notation{path: true}).length(v, 0, 0); err != nil || n < int64(len(text.AsString())) {
			t.Fatalf("TOML %q has %d bytes, more than %d, %v", text.AsString(), len(text.AsString()), n, err)
		}
		if again := must(t, funcs["tomldecode"], text); must(t, funcs["tomlencode"], again).AsString() != text.AsString() {
			t.Fatalf("TOML %q: got %#v, want %#v", text.AsString(), again, v)
		}
	}
}

// TestConversionsLikeCty compares the faster ways with cty's.
func TestConversionsLikeCty(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 10))
	colls := []cty.Type{cty.List(cty.DynamicPseudoType), cty.Set(cty.DynamicPseudoType), cty.Map(cty.DynamicPseudoType)}
	agreed := 0
	for range 20_000 {
		v, want := value(r, 3), colls[r.IntN(len(colls))]
		got, err := convertTo(nil, v, want)
		exp, expErr := convert.Convert(v, want)
		if (err == nil) != (expErr == nil) || err == nil && !got.RawEquals(exp) {
			t.Fatalf("%#v to %#v: got %#v, %v; want %#v, %v", v, want, got, err, exp, expErr)
		}
		if err != nil || !want.IsListType() {
			continue
		}
		agreed++
		one, oneErr := stdlib.DistinctFunc.Call([]cty.Value{got})
		two, twoErr := distinctFunc(env{}).Call([]cty.Value{got})
		if (oneErr == nil) != (twoErr == nil) || oneErr == nil && !one.RawEquals(two) {
			t.Fatalf("distinct(%#v): got %#v, %v, want %#v, %v", got, two, twoErr, one, oneErr)
		}
	}
	if agreed < 100 {
		t.Errorf("only %d lists were made", agreed)
	}
}

func TestCSVLikeCty(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	f := Table(project(), nil)["csvdecode"]
	for range 5_000 {
		text := cty.StringVal(soup(r, []string{"a", "b", ",", "\n", "\"", " ", "\r\n", "1"}, 14))
		got, err := f.Call([]cty.Value{text})
		want, wantErr := stdlib.CSVDecodeFunc.Call([]cty.Value{text})
		if (err == nil) != (wantErr == nil) || err == nil && !got.RawEquals(want) {
			t.Fatalf("%q: got %#v, %v, want %#v, %v", text.AsString(), got, err, want, wantErr)
		}
	}
}
