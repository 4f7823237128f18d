package specedit

import (
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

const (
	maxDepth = 64   // of values
	maxBits  = 4096 // binary exponent of numbers: they are written out in full
	maxWidth = 100  // columns of a list or an object in one line
)

// constant returns the value of a constant expression, and whether x is one.
func constant(x hclsyntax.Expression) (cty.Value, bool) {
	switch x := x.(type) {
	case *hclsyntax.LiteralValueExpr:
	case *hclsyntax.TemplateExpr:
		text, is := Literal(x)
		return cty.StringVal(text), is
	case *hclsyntax.UnaryOpExpr:
		if _, is := x.Val.(*hclsyntax.LiteralValueExpr); !is {
			return cty.NilVal, false
		}
	case *hclsyntax.TupleConsExpr:
		for _, e := range x.Exprs {
			if _, is := constant(e); !is {
				return cty.NilVal, false
			}
		}
	case *hclsyntax.ObjectConsExpr:
		for _, item := range x.Items {
			if _, is := constant(item.ValueExpr); !is {
				return cty.NilVal, false
			}
			if _, is := constantKey(item); !is {
				return cty.NilVal, false
			}
		}
	default:
		return cty.NilVal, false
	}
	v, diags := x.Value(nil)
	return v, !diags.HasErrors()
}

// constantKey returns the key of an item, and whether it is a name or a literal.
func constantKey(item hclsyntax.ObjectConsItem) (string, bool) {
	key, is := item.KeyExpr.(*hclsyntax.ObjectConsKeyExpr)
	if !is {
		return "", false
	}
	if text, is := Literal(key.Wrapped); is {
		return text, true
	}
	if _, is := key.Wrapped.(*hclsyntax.ScopeTraversalExpr); !is || key.ForceNonLiteral {
		return "", false
	}
	v, diags := key.Value(nil)
	if diags.HasErrors() || v.Type() != cty.String {
		return "", false
	}
	return v.AsString(), true
}

// expressible reports whether HCL can say v, which is depth levels deep.
func expressible(v cty.Value, depth int) bool {
	if v == cty.NilVal || v.IsMarked() || !v.IsKnown() || depth > maxDepth {
		return false
	}
	switch ty := v.Type(); {
	case v.IsNull(), ty == cty.Bool:
		return true
	case ty == cty.String:
		return writable(v.AsString())
	case ty == cty.Number:
		f := v.AsBigFloat()
		exp := f.MantExp(nil)
		return !f.IsInf() && exp < maxBits && exp > -maxBits
	case !ty.IsCollectionType() && !ty.IsTupleType() && !ty.IsObjectType():
		return false
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		if keyed(v) && !expressible(k, depth+1) || !expressible(e, depth+1) {
			return false
		}
	}
	return true
}

// keyed tells objects and maps from the other collections.
func keyed(v cty.Value) bool { return v.Type().IsObjectType() || v.Type().IsMapType() }

func collection(v cty.Value) bool { return !v.IsNull() && v.CanIterateElements() }

// same reports whether two values are written alike: a list, a set and a tuple
// of the same elements are, and so are numbers of different precision.
func same(a, b cty.Value) bool {
	if a.IsNull() || b.IsNull() {
		return a.IsNull() && b.IsNull()
	}
	if !collection(a) || !collection(b) {
		return a.Type().IsPrimitiveType() && a.Type() == b.Type() && scalar(a) == scalar(b)
	}
	if keyed(a) != keyed(b) || a.LengthInt() != b.LengthInt() {
		return false
	}
	// Objects and maps are iterated in the order of their keys.
	for i, j := a.ElementIterator(), b.ElementIterator(); i.Next() && j.Next(); {
		ka, va := i.Element()
		kb, vb := j.Element()
		if keyed(a) && ka.AsString() != kb.AsString() || !same(va, vb) {
			return false
		}
	}
	return true
}

// scalar writes a value that is no collection.
func scalar(v cty.Value) string {
	switch {
	case v.IsNull():
		return "null"
	case v.Type() == cty.Bool && v.True():
		return "true"
	case v.Type() == cty.Bool:
		return "false"
	case v.Type() == cty.String:
		return quoted(v.AsString())
	}
	if f := v.AsBigFloat(); f.Sign() != 0 {
		return f.Text('f', -1)
	}
	return "0" // and not -0
}

// line writes a value in one line.
func line(v cty.Value) string {
	if !collection(v) {
		return scalar(v)
	}
	var parts []string
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		part := line(e)
		if keyed(v) {
			part = name(k.AsString()) + " = " + part
		}
		parts = append(parts, part)
	}
	all := strings.Join(parts, ", ")
	switch {
	case !keyed(v):
		return "[" + all + "]"
	case all == "":
		return "{}"
	}
	return "{ " + all + " }"
}

// name writes the key of an object. Words with a meaning of their own go in
// quotes.
func name(key string) string {
	switch key {
	case "for", "null", "true", "false", "if", "in", "else", "endif", "endfor":
		return quoted(key)
	}
	if hclsyntax.ValidIdentifier(key) {
		return key
	}
	return quoted(key)
}

// wide writes a value with one element a line, in no particular layout; elements
// that fit go in one line each.
func wide(v cty.Value) string {
	if !collection(v) || v.LengthInt() == 0 {
		return line(v)
	}
	open, end, shut := "[\n", ",\n", "]"
	if keyed(v) {
		open, end, shut = "{\n", "\n", "}"
	}
	var b strings.Builder
	b.WriteString(open)
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		if keyed(v) {
			b.WriteString(name(k.AsString()) + " = ")
		}
		b.WriteString(fitting(e) + end)
	}
	return b.String() + shut
}

// fitting writes a value in one line when that is not too long.
func fitting(v cty.Value) string {
	if s := line(v); utf8.RuneCountInString(s) <= maxWidth {
		return s
	}
	return wide(v)
}

// layout says how a value stands in a text.
type layout struct {
	wide        bool
	indent, eol string
}

// render writes a value, laid out as the formatter would.
func (l layout) render(v cty.Value) string {
	src := fitting(v)
	if l.wide {
		src = wide(v)
	}
	if !strings.Contains(src, "\n") {
		return src
	}
	const head = "x = "
	src = strings.TrimPrefix(string(hclwrite.Format([]byte(head+src))), head)
	return strings.ReplaceAll(src, "\n", l.eol+l.indent)
}
