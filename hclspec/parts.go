package hclspec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// region reads a file_block.
func (i *instance) region() {
	attrs := i.f.n.content.Attributes
	r := &Region{Position: "end"}
	i.file.Region = r
	r.Comment, _ = i.text("comment")
	var given []string
	for _, name := range []string{"position", "before", "after"} {
		text, ok := i.text(name)
		if !ok {
			continue
		}
		given = append(given, name)
		r.Range = attrs[name].Expr.Range()
		if r.Position = name; name == "position" {
			r.Position = text
		} else {
			r.Line = text
		}
	}
	if len(given) > 1 {
		i.diags = append(i.diags, errorAt(r.Range, "Ambiguous position", fmt.Sprintf("A region has one place; this one has %s. Keep one of them.", strings.Join(given, " and "))))
	}
	if attr := attrs["content"]; attr != nil {
		i.file.BodyRange = attr.Expr.Range()
		i.file.Content, i.file.HasContent = i.text("content")
	}
}

// keys reads a file_keys.
func (i *instance) keys() {
	k := &Keys{}
	i.file.Keys = k
	k.Format, _ = i.text("format")
	k.Set = i.keyValues("set")
	k.Append = i.keyValues("append")
	for n := range k.Append {
		kv := &k.Append[n]
		if ty := kv.Value.Type(); kv.Value.IsNull() || !ty.IsTupleType() && !ty.IsListType() && !ty.IsSetType() {
			i.diags = append(i.diags, errorAt(kv.Range, "Wrong type", fmt.Sprintf("append gives %s a list of elements, in brackets, not %s.", kv.Key, ty.FriendlyName())))
		}
	}
	if val, ok := i.value("unset"); ok && !val.IsNull() {
		rng := i.f.n.content.Attributes["unset"].Expr.Range()
		if hasSensitive(val) {
			i.diags = append(i.diags, sensitiveFault(rng, "unset"))
			return
		}
		for it := val.ElementIterator(); it.Next(); {
			if _, v := it.Element(); !v.IsNull() {
				k.Unset = append(k.Unset, KeyValue{Key: v.AsString(), Range: rng})
			}
		}
	}
	if len(k.Set)+len(k.Append)+len(k.Unset) == 0 && len(i.diags) == 0 {
		i.diags = append(i.diags, errorAt(i.f.n.rng, "Nothing to keep", "A file_keys block needs at least one of set, append and unset."))
	}
}

// keyValues reads an object of dotted keys, in the order in which they are
// written.
func (i *instance) keyValues(name string) []KeyValue {
	attr := i.f.n.content.Attributes[name]
	if attr == nil {
		return nil
	}
	i.file.BodyRange = attr.Expr.Range()
	val, ok := i.value(name)
	if !ok || val.IsNull() {
		return nil
	}
	switch ty := val.Type(); {
	case hasSensitive(val):
		i.diags = append(i.diags, sensitiveFault(attr.Expr.Range(), name))
		return nil
	case !ty.IsObjectType() && !ty.IsMapType():
		i.diags = append(i.diags, errorAt(attr.Expr.Range(), "Wrong type", fmt.Sprintf("%s is an object such as { \"a.b\" = 1 }, not %s.", name, ty.FriendlyName())))
		return nil
	}
	var out []KeyValue
	for it := val.ElementIterator(); it.Next(); {
		k, v := it.Element()
		out = append(out, KeyValue{k.AsString(), v, i.keyRange(attr, k.AsString())})
	}
	slices.SortStableFunc(out, func(a, b KeyValue) int { return a.Range.Start.Byte - b.Range.Start.Byte })
	return out
}

// keyRange is where the value of a key is written.
func (i *instance) keyRange(attr *hcl.Attribute, key string) hcl.Range {
	x := hcl.UnwrapExpression(attr.Expr)
	return locate(x, cty.Path{cty.IndexStep{Key: cty.StringVal(key)}})
}
