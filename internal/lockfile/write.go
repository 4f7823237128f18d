package lockfile

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/show"
)

// Bytes is the canonical file: JSON, two spaces a level, LF, sorted, empty
// attributes left out. Hidden characters are escaped, and what is not valid
// UTF-8 becomes U+FFFD. A Version of 0 stands for the current one. Parse reads it back as the same Lock when the Lock is
// one that Parse could return.
func (l *Lock) Bytes() []byte {
	w := writer{buf: make([]byte, 0, 512*(len(l.Objects)+len(l.Components))+64)}
	w.open('{')
	w.key("version")
	w.buf = strconv.AppendInt(w.buf, int64(cmp.Or(l.Version, Version)), 10)
	if len(l.Components) > 0 {
		w.key("components")
		w.open('[')
		for _, c := range sorted(l.Components, func(c *Component) string { return c.Address }) {
			w.component(&c)
		}
		w.shut(']')
	}
	w.extra(l.Extra)
	w.key("objects")
	w.open('[')
	for _, o := range sorted(l.Objects, func(o *Object) string { return o.Address }) {
		w.object(&o)
	}
	w.shut(']')
	w.shut('}')
	return append(w.buf, '\n')
}

// sorted is list in the order of key, without touching list. What is sorted are
// pointers: the elements are large.
func sorted[T any](list []T, key func(*T) string) []T {
	inOrder := true
	for i := 1; i < len(list) && inOrder; i++ {
		inOrder = key(&list[i-1]) <= key(&list[i])
	}
	if inOrder {
		return list
	}
	order := make([]*T, len(list))
	for i := range list {
		order[i] = &list[i]
	}
	slices.SortStableFunc(order, func(a, b *T) int { return strings.Compare(key(a), key(b)) })
	out := make([]T, len(list))
	for i, at := range order {
		out[i] = *at
	}
	return out
}

// writer lays JSON out with one value a line.
type writer struct {
	buf   []byte
	depth int
	// fresh is true while the innermost bracket is still empty.
	fresh bool
}

func (w *writer) component(c *Component) {
	w.item()
	w.open('{')
	w.attr("address", c.Address)
	w.attr("version", c.Version)
	w.attr("commit", c.Commit)
	w.attr("digest", c.Digest)
	w.attr("time", c.Time)
	w.attr("seed", c.Seed)
	w.attr("hooks", c.Hooks)
	w.extra(c.Extra)
	w.attr("source", c.Source)
	w.shut('}')
}

func (w *writer) object(o *Object) {
	w.item()
	w.open('{')
	w.attr("address", o.Address)
	w.attr("kind", o.Kind)
	w.attr("mode", o.Mode)
	w.attr("ownership", o.Ownership)
	w.flag("prevent_destroy", o.PreventDestroy)
	w.flag("created", o.Created)
	w.attr("rendered", o.Rendered)
	if o.Applied != o.Rendered {
		w.attr("applied", o.Applied)
	}
	w.inputs("keys", o.Keys)
	w.inputs("inputs", o.Inputs)
	w.extra(o.Extra)
	w.attr("path", o.Path)
	w.shut('}')
}

func (w *writer) flag(name string, set bool) {
	if set {
		w.key(name)
		w.buf = append(w.buf, "true"...)
	}
}

func (w *writer) inputs(name string, list []Input) {
	if len(list) == 0 {
		return
	}
	w.key(name)
	w.open('{')
	for _, in := range sorted(list, func(in *Input) string { return in.Name }) {
		w.key(in.Name)
		w.buf = appendString(w.buf, in.Digest)
	}
	w.shut('}')
}

func (w *writer) extra(list []Extra) {
	for _, e := range sorted(list, func(e *Extra) string { return e.Name }) {
		w.key(e.Name)
		// A line feed in JSON never stands inside a string.
		w.buf = append(w.buf, strings.ReplaceAll(e.Value, "\n", "\n"+strings.Repeat("  ", w.depth))...)
	}
}

// attr writes a string attribute unless it is empty.
func (w *writer) attr(name, value string) {
	if value != "" {
		w.key(name)
		w.buf = appendString(w.buf, value)
	}
}

func (w *writer) key(name string) {
	w.item()
	w.buf = appendString(w.buf, name)
	w.buf = append(w.buf, ": "...)
}

// item starts the next line inside the innermost bracket.
func (w *writer) item() {
	if !w.fresh {
		w.buf = append(w.buf, ',')
	}
	w.fresh = false
	w.line()
}

func (w *writer) line() {
	w.buf = append(w.buf, '\n')
	for range w.depth {
		w.buf = append(w.buf, "  "...)
	}
}

func (w *writer) open(bracket byte) {
	w.buf = append(w.buf, bracket)
	w.depth++
	w.fresh = true
}

func (w *writer) shut(bracket byte) {
	w.depth--
	if !w.fresh {
		w.line()
	}
	w.fresh = false
	w.buf = append(w.buf, bracket)
}

// appendString appends s as a JSON string.
func appendString(buf []byte, s string) []byte {
	buf = append(buf, '"')
	if plain(s) == len(s) && show.Line(s) == s {
		return append(append(buf, s...), '"')
	}
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			buf = append(buf, '\\', byte(r))
		case r >= 0x20 && r < 0x7f:
			buf = append(buf, byte(r))
		case r == '\n':
			buf = append(buf, `\n`...)
		case r == '\t':
			buf = append(buf, `\t`...)
		case show.Hidden(r) && r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			buf = fmt.Appendf(buf, `\u%04x\u%04x`, hi, lo)
		case show.Hidden(r):
			buf = fmt.Appendf(buf, `\u%04x`, r)
		default:
			buf = utf8.AppendRune(buf, r)
		}
	}
	return append(buf, '"')
}
