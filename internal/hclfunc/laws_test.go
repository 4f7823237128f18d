package hclfunc

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/customdecode"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

const secretText = "hunter2"

// odd holds values no function was made for, beside ones some were.
func odd() []cty.Value {
	str := cty.StringVal
	n := func(s string) cty.Value { return cty.MustParseNumberVal(s) }
	list := cty.ListVal([]cty.Value{str("a"), str(""), str("b")})
	return []cty.Value{
		cty.DynamicVal, cty.NullVal(cty.DynamicPseudoType), cty.NullVal(cty.String), cty.NullVal(cty.List(cty.String)),
		cty.UnknownVal(cty.String), cty.UnknownVal(cty.List(cty.String)), cty.UnknownVal(cty.Map(cty.Number)),
		cty.UnknownVal(cty.EmptyObject), cty.UnknownVal(cty.Tuple([]cty.Type{cty.String})), cty.UnknownVal(cty.Set(cty.Bool)),
		str(""), str("a"), str(secretText), str("/(.)(?P<x>b)?/"), str("/()/"), str("(a)(?P<b>c)"), str("%[3]s %d %q %*d"), str("%"), str("\xff"),
		str("\ufeff\r\n\x00"), str("1e999999999"), str("[[["), str("{\"a\":"), str("a: *x"), str("a,b\n1"), str("[x]\na=inf"), str("2026-01-01T00:00:00Z"),
		str("hello.txt"), str("../x"), str("backends.tftpl"), str("10"), str("tr"), str("é\u0301👾🏽"),
		cty.Zero, n("1"), n("-1"), n("2.5"), n("1e400"), n("-1e-400"), n("1e99999999"), n("9223372036854775808"), cty.PositiveInfinity, cty.NegativeInfinity,
		cty.True, cty.False, list, cty.ListValEmpty(cty.String), cty.ListValEmpty(cty.DynamicPseudoType), cty.SetValEmpty(cty.Number),
		cty.ListVal([]cty.Value{cty.NullVal(cty.String), str("x")}), cty.ListVal([]cty.Value{cty.UnknownVal(cty.String), str("x")}),
		cty.ListVal([]cty.Value{cty.NullVal(cty.DynamicPseudoType)}), cty.SetVal([]cty.Value{cty.UnknownVal(cty.String)}),
		cty.ListVal([]cty.Value{cty.True, cty.NullVal(cty.Bool)}), cty.ListVal([]cty.Value{list, list}), cty.SetVal([]cty.Value{n("1"), n("2")}),
		cty.ListVal([]cty.Value{str("a"), str(secretText).Mark(Sensitive)}),
		cty.EmptyTupleVal, cty.EmptyObjectVal, cty.MapValEmpty(cty.String), cty.TupleVal([]cty.Value{str("a"), n("1"), cty.NullVal(cty.DynamicPseudoType)}),
		cty.TupleVal([]cty.Value{cty.DynamicVal, list}), cty.TupleVal([]cty.Value{cty.EmptyObjectVal, cty.EmptyTupleVal}),
		cty.TupleVal([]cty.Value{cty.EmptyTupleVal, cty.TupleVal([]cty.Value{cty.EmptyTupleVal.Mark(Sensitive)})}),
		cty.ObjectVal(map[string]cty.Value{"a": list, "b": cty.NullVal(cty.String), "ip_addrs": list, "port": n("1")}),
		cty.MapVal(map[string]cty.Value{"a": list, "1b": cty.NullVal(cty.List(cty.String))}), cty.MapVal(map[string]cty.Value{"a": n("1")}),
		cty.MapVal(map[string]cty.Value{"a": cty.UnknownVal(cty.List(cty.String))}), cty.CapsuleVal(cty.Capsule("odd", reflect.TypeFor[int]()), new(int)),
	}
}

// invoke calls a function as an expression would, with a closure where one is
// wanted.
func invoke(f function.Function, args []cty.Value) (cty.Value, error) {
	args = slices.Clone(args)
	for i := range args {
		p := f.VarParam()
		if i < len(f.Params()) {
			p = &f.Params()[i]
		}
		if p != nil && p.Type.Equals(customdecode.ExpressionClosureType) {
			args[i] = customdecode.ExpressionClosureVal(&customdecode.ExpressionClosure{
				Expression: &hclsyntax.LiteralValueExpr{Val: args[i]}, EvalContext: &hcl.EvalContext{},
			})
		}
	}
	return f.Call(args)
}

// TestOddArguments is the law that no call panics, says a library's inner
// secrets, tells or loses a sensitive value, or is longer than it was charged.
func TestOddArguments(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	values := odd()
	for _, name := range slices.Sorted(maps.Keys(Table(project(), nil))) {
		sub := newSubject(name)
		for i := range 300 {
			args := make([]cty.Value, r.IntN(5))
			if i < len(values) {
				args = args[:min(1, len(args))]
			}
			for j := range args {
				args[j] = values[r.IntN(len(values))]
				if r.IntN(8) == 0 {
					args[j] = args[j].Mark(Sensitive)
				}
			}
			if err := sub.obeys(args); err != nil {
				t.Fatalf("%s(%#v): %v", name, args, err)
			}
		}
	}
}

// subject is a function, with a budget and without.
type subject struct {
	name          string
	charged, free function.Function
	budget        *hcllimit.Budget
}

func newSubject(name string) subject {
	b := hcllimit.NewBudget(1<<30, 1<<32)
	return subject{name, Table(project(), b)[name], Table(project(), nil)[name], b}
}

// obeys tells whether a call keeps the laws.
func (s subject) obeys(args []cty.Value) error {
	left := s.budget.Left()
	v, err := invoke(s.charged, args)
	if err != nil {
		return decent(err, args)
	}
	again, err := invoke(s.free, args)
	if err != nil || !again.RawEquals(v) {
		return fmt.Errorf("is not the same again: %#v, %w", again, err)
	}
	if marked(args) && !v.ContainsMarked() && !chooses(s.name) {
		return fmt.Errorf("%#v is not sensitive", v)
	}
	in := int64(0)
	for _, a := range args {
		in += textOf(a)
	}
	if out := textOf(v); out > in+left-s.budget.Left() && out > 16_000 {
		return fmt.Errorf("the result has %d bytes, charged were %d", out, left-s.budget.Left())
	}
	return nil
}

func marked(args []cty.Value) bool {
	return slices.ContainsFunc(args, cty.Value.IsMarked)
}

// decent tells whether an error may be shown.
func decent(err error, args []cty.Value) error {
	text := err.Error()
	for _, bad := range []string{"panic", "goroutine", ".go:", "cty.", "%!"} {
		if strings.Contains(text, bad) {
			return fmt.Errorf("indecent error: %w", err)
		}
	}
	if strings.Contains(text, secretText) && slices.ContainsFunc(args, cty.Value.ContainsMarked) {
		return fmt.Errorf("tells the secret: %w", err)
	}
	if arg, ok := errors.AsType[function.ArgError](err); ok && arg.Index >= len(args) {
		return fmt.Errorf("blames argument %d: %w", arg.Index, err)
	}
	return nil
}

// textOf is the length of all strings in a value.
func textOf(v cty.Value) int64 {
	n := int64(0)
	v, _ = v.UnmarkDeep()
	// Walk fails only if the callback does.
	_ = cty.Walk(v, func(_ cty.Path, v cty.Value) (bool, error) {
		if v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
			n += int64(len(v.AsString()))
		}
		return true, nil
	})
	return n
}

func FuzzCall(f *testing.F) {
	var subjects []subject
	for _, name := range slices.Sorted(maps.Keys(Table(project(), nil))) {
		subjects = append(subjects, newSubject(name))
	}
	for i := range subjects {
		f.Add(uint8(i), "a", "/(b)/", "[1]", uint16(i*7))
	}
	values := odd()
	f.Fuzz(func(t *testing.T, fn uint8, a, b, c string, pick uint16) {
		if len(a)+len(b)+len(c) > 1_000 {
			t.Skip("too long to be interesting")
		}
		args := []cty.Value{cty.StringVal(a), cty.StringVal(b), cty.StringVal(c)}
		if n := int(pick) % len(values); pick%2 == 0 {
			args[int(pick)%3] = values[n]
		}
		args = args[:int(pick)%4]
		sub := subjects[int(fn)%len(subjects)]
		if err := sub.obeys(args); err != nil {
			t.Fatalf("%s(%#v): %v", sub.name, args, err)
		}
	})
}

func TestDocs(t *testing.T) {
	t.Parallel()
	funcs := Table(project(), nil)
	docs := Docs()
	if len(docs) != len(funcs) || len(docs) < 100 {
		t.Errorf("%d functions are documented, %d are there", len(docs), len(funcs))
	}
	for i, d := range docs {
		if _, ok := funcs[d.Name]; !ok {
			t.Errorf("%s is documented and not there", d.Name)
		}
		if i > 0 && docs[i-1].Name >= d.Name {
			t.Errorf("%s is out of order", d.Name)
		}
		if !strings.HasPrefix(d.Signature, d.Name+"(") || !strings.HasSuffix(d.Description, ".") || d.Category == "" || strings.Contains(d.Description, "\n") {
			t.Errorf("%+v", d)
		}
	}
	for _, name := range []string{"timestamp", "plantimestamp", "uuid", "bcrypt", "rsadecrypt", "nonsensitive", "abspath", "pathexpand"} {
		if _, ok := funcs[name]; ok {
			t.Errorf("%s is there", name)
		}
	}
	i := slices.IndexFunc(docs, func(d Doc) bool { return d.Name == "join" })
	if got, want := docs[i].Signature, "join(separator string, lists ...list(string))"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
