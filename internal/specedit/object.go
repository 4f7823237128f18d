package specedit

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// SetObjectItem gives a key of the object constructor at a range the constant
// value, of any type but those that HCL has no syntax for. Where the key stands,
// only what differs within its value is replaced; the layout stays, of strings as
// SetAttribute has it and of lists that stand one element a line. A key that is
// not there is added at the end, in the style of the last item.
//
// Every byte outside the object stays; text itself comes back when the key has
// that value. Beside the errors of SetAttribute there is ErrComment, when the
// number of elements changes in a list or an object with comments inside.
func SetObjectItem(text []byte, filename string, object hcl.Range, key string, value cty.Value) ([]byte, error) {
	body, err := parse(text, filename)
	if err != nil {
		return nil, err
	}
	x, is := find(body, object.Start.Byte, object.End.Byte).(*hclsyntax.ObjectConsExpr)
	if !is {
		return nil, refuse(filename, object, ErrPlace)
	}
	if !writable(key) || !expressible(value, 0) {
		return nil, refuse(filename, object, ErrValue)
	}
	o := objectEdit{text: text, object: x}
	at, err := o.set(key, value)
	if err != nil {
		return nil, refuse(filename, at, err)
	}
	if len(o.edits) == 0 {
		return text, nil
	}
	slices.SortFunc(o.edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	out := splice(text, o.edits...)
	if got, is := constant(o.again(out, key)); !is || !same(got, value) {
		return nil, refuse(filename, object, ErrValue)
	}
	return out, nil
}

// lookup returns the value of a key, the last when it stands more than once. all
// is false when some key is computed.
func lookup(x *hclsyntax.ObjectConsExpr, key string) (value hclsyntax.Expression, all bool) {
	all = true
	for _, item := range x.Items {
		k, is := constantKey(item)
		all = all && is
		if is && k == key {
			value = item.ValueExpr
		}
	}
	return value, all
}

// objectEdit collects the edits within one object.
type objectEdit struct {
	text   []byte
	object *hclsyntax.ObjectConsExpr
	edits  []edit
}

// again returns the value of a key in the new text; nil when there is none.
func (o *objectEdit) again(out []byte, key string) hclsyntax.Expression {
	body, err := parse(out, "")
	if err != nil {
		return nil
	}
	rng := o.object.SrcRange
	x, is := find(body, rng.Start.Byte, rng.End.Byte+len(out)-len(o.text)).(*hclsyntax.ObjectConsExpr)
	if !is {
		return nil
	}
	value, _ := lookup(x, key)
	return value
}

// set returns the place of what stands against it.
func (o *objectEdit) set(key string, value cty.Value) (hcl.Range, error) {
	old, all := lookup(o.object, key)
	switch {
	case !all:
		return o.object.SrcRange, ErrNotConstant
	case old == nil:
		o.add(key, value)
		return hcl.Range{}, nil
	}
	return o.replace(old, value)
}

// replace makes the edits that give x the value v.
func (o *objectEdit) replace(x hclsyntax.Expression, v cty.Value) (hcl.Range, error) {
	at := x.Range()
	old, is := constant(x)
	switch {
	case !is:
		return at, ErrNotConstant
	case same(old, v):
		return at, nil
	}
	if text, is := Literal(x); is && v.Type() == cty.String && !v.IsNull() && text != v.AsString() {
		o.put(at, forms(o.text, at, v.AsString())[0])
		return at, nil
	}
	if inner := parallel(x, old, v); inner != nil {
		return o.replaceAll(inner)
	}
	if hasComment(o.text[at.Start.Byte:at.End.Byte]) {
		return at, ErrComment
	}
	o.put(at, layout{at.Start.Line < at.End.Line, o.indent(at.Start.Byte), o.eol()}.render(v))
	return at, nil
}

func (o *objectEdit) replaceAll(list []pair) (hcl.Range, error) {
	for _, p := range list {
		if at, err := o.replace(p.x, p.v); err != nil {
			return at, err
		}
	}
	return hcl.Range{}, nil
}

// pair is an expression and the value it is to have.
type pair struct {
	x hclsyntax.Expression
	v cty.Value
}

// parallel pairs the elements of a list or object with those of v, when v has as
// many elements or the same keys; nil when it has not.
func parallel(x hclsyntax.Expression, old, v cty.Value) []pair {
	if !collection(old) || !collection(v) || keyed(old) != keyed(v) || old.LengthInt() != v.LengthInt() {
		return nil
	}
	var list []pair
	switch x := x.(type) {
	case *hclsyntax.TupleConsExpr:
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			list = append(list, pair{x.Exprs[len(list)], e})
		}
	case *hclsyntax.ObjectConsExpr:
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			inner, _ := lookup(x, k.AsString())
			if inner == nil {
				return nil
			}
			list = append(list, pair{inner, e})
		}
	}
	return list
}

func (o *objectEdit) put(at hcl.Range, with string) {
	o.edits = append(o.edits, edit{at.Start.Byte, at.End.Byte, with})
}

func hasComment(src []byte) bool {
	// Diagnostics are none: the text has been parsed before.
	tokens, _ := hclsyntax.LexExpression(src, "", hcl.InitialPos)
	return slices.ContainsFunc(tokens, func(t hclsyntax.Token) bool { return t.Type == hclsyntax.TokenComment })
}

// indent is the white space that the line of a byte begins with.
func (o *objectEdit) indent(at int) string {
	line := o.text[bytes.LastIndexByte(o.text[:at], '\n')+1 : at]
	return string(blankPrefix(bytes.TrimPrefix(line, []byte("\uFEFF"))))
}

func (o *objectEdit) eol() string { return lineEnd(o.text) }

// lineEnd is the first line end of a text, and LF when there is none.
func lineEnd(text []byte) string {
	if i := bytes.IndexByte(text, '\n'); i > 0 && text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// add puts an item at the end.
func (o *objectEdit) add(key string, value cty.Value) {
	shut := o.object.SrcRange.End.Byte - 1
	lineStart := bytes.LastIndexByte(o.text[:shut], '\n') + 1
	if lineStart > o.object.SrcRange.Start.Byte && len(bytes.TrimSpace(o.text[lineStart:shut])) == 0 {
		o.addLine(lineStart, key, value)
		return
	}
	item := name(key) + " = " + layout{indent: o.indent(shut), eol: o.eol()}.render(value)
	n := len(o.object.Items)
	if n == 0 {
		if o.text[shut-1] != ' ' {
			item = " " + item
		}
		o.edits = append(o.edits, edit{shut, shut, item + " "})
		return
	}
	end := o.object.Items[n-1].ValueExpr.Range().End.Byte
	if comma := o.comma(end); comma > 0 {
		o.edits = append(o.edits, edit{comma, comma, " " + item})
		return
	}
	o.edits = append(o.edits, edit{end, end, ", " + item})
}

// comma is where the comma ends that follows in the line; 0 when none does.
func (o *objectEdit) comma(at int) int {
	rest := bytes.TrimLeft(o.text[at:], " \t")
	if bytes.HasPrefix(rest, []byte(",")) {
		return len(o.text) - len(rest) + 1
	}
	return 0
}

// addLine puts an item in a line of its own before the one that shut the object.
func (o *objectEdit) addLine(at int, key string, value cty.Value) {
	outer := o.indent(o.object.SrcRange.End.Byte - 1)
	l := layout{indent: outer + deeper(outer), eol: o.eol()}
	k, end := name(key), ""
	if n := len(o.object.Items); n > 0 {
		last := o.object.Items[n-1]
		start := last.KeyExpr.Range().Start.Byte
		l.indent = o.indent(start)
		if o.comma(last.ValueExpr.Range().End.Byte) > 0 {
			end = ","
		}
		// The formatter aligns the signs of lines that follow each other.
		before := o.text[start:last.ValueExpr.Range().Start.Byte]
		width := utf8.RuneCount(before[:max(0, bytes.LastIndexByte(before, '='))]) - 1
		if pad := width - utf8.RuneCountInString(k); pad > 0 && bytes.HasSuffix(o.text[:start], []byte(l.indent)) {
			k += strings.Repeat(" ", pad)
		}
	}
	item := l.indent + k + " = " + l.render(value) + end + l.eol
	o.edits = append(o.edits, edit{at, at, item})
}
