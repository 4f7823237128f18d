package pyvalue

import (
	"fmt"
	"math"
	"strings"
)

// JSONStyle is how EncodeJSON writes; the zero value is json.dumps(v).
type JSONStyle struct {
	// SortKeys orders keys; keys that cannot be compared are a TypeError.
	SortKeys bool
	// Indent is the text of one level; nil writes all in one line.
	Indent *string
	// Unicode leaves what is not ASCII as it is (ensure_ascii=False).
	Unicode bool
	// ItemSeparator and KeySeparator are Python's defaults when empty: ", "
	// (with an indent ",") and ": ".
	ItemSeparator, KeySeparator string
}

// EncodeJSON is json.dumps(v, ...). Errors are CPython's (TypeError for what
// is no JSON, ValueError for a circle) and limits.
func EncodeJSON(b *Budget, v Value, style JSONStyle) (string, error) {
	if style.KeySeparator == "" {
		style.KeySeparator = ": "
	}
	if style.ItemSeparator == "" {
		style.ItemSeparator = ", "
		if style.Indent != nil {
			style.ItemSeparator = ","
		}
	}
	w := jsonWriter{style: style, out: reprWriter{b: b.orDefault(), active: map[Value]bool{}}}
	if err := w.value(v); err != nil {
		return "", err
	}
	return w.out.sb.String(), nil
}

type jsonWriter struct {
	style JSONStyle
	out   reprWriter
	level int
}

func (w *jsonWriter) value(v Value) error {
	if err := w.out.b.Step(1); err != nil {
		return err
	}
	if s, ok := TextOf(v); ok {
		return w.text(s)
	}
	switch v := v.(type) {
	case *List:
		return w.nested(v, func() error { return w.array(v.Elems) })
	case *Tuple:
		return w.nested(v, func() error { return w.array(v.Elems) })
	case *Dict:
		return w.nested(v, func() error { return w.object(v) })
	}
	s, ok, err := jsonScalar(v)
	if err != nil {
		return err
	}
	if !ok {
		return Raise("TypeError", "Object of type %s is not JSON serializable", v.TypeName())
	}
	return w.out.write(s)
}

func jsonScalar(v Value) (string, bool, error) {
	switch v := v.(type) {
	case None:
		return "null", true, nil
	case Bool:
		if v {
			return "true", true, nil
		}
		return "false", true, nil
	case Int, *BigInt:
		s, err := reprFlat(v)
		return s, true, err
	case Float:
		switch f := float64(v); {
		case math.IsNaN(f):
			return "NaN", true, nil
		case math.IsInf(f, 1):
			return "Infinity", true, nil
		case math.IsInf(f, -1):
			return "-Infinity", true, nil
		}
		return floatRepr(float64(v)), true, nil
	}
	return "", false, nil
}

func (w *jsonWriter) nested(v Value, f func() error) error {
	if w.out.active[v] {
		return Raise("ValueError", "Circular reference detected")
	}
	if err := w.out.b.Enter(); err != nil {
		return Raise("RecursionError", "maximum recursion depth exceeded while encoding a JSON object")
	}
	defer w.out.b.Leave()
	w.out.active[v] = true
	defer delete(w.out.active, v)
	w.level++
	defer func() { w.level-- }()
	return f()
}

// newline begins a line of the level, when there are lines.
func (w *jsonWriter) newline(level int) error {
	if w.style.Indent == nil {
		return nil
	}
	if err := w.out.write("\n"); err != nil {
		return err
	}
	for range level {
		if err := w.out.write(*w.style.Indent); err != nil {
			return err
		}
	}
	return nil
}

// separate writes what stands before an item.
func (w *jsonWriter) separate(first bool, open string) error {
	sep := w.style.ItemSeparator
	if first {
		sep = open
	}
	if err := w.out.write(sep); err != nil {
		return err
	}
	return w.newline(w.level)
}

func (w *jsonWriter) array(elems []Value) error {
	if len(elems) == 0 {
		return w.out.write("[]")
	}
	for i, e := range elems {
		if err := w.separate(i == 0, "["); err != nil {
			return err
		}
		if err := w.value(e); err != nil {
			return err
		}
	}
	if err := w.newline(w.level - 1); err != nil {
		return err
	}
	return w.out.write("]")
}

func (w *jsonWriter) object(d *Dict) error {
	var keys, values []Value
	for k, v := range d.All() {
		keys, values = append(keys, k), append(values, v)
	}
	if len(keys) == 0 {
		return w.out.write("{}")
	}
	if w.style.SortKeys {
		if err := Sort(w.out.b, values, keys, false); err != nil {
			return err
		}
		if err := Sort(w.out.b, keys, nil, false); err != nil {
			return err
		}
	}
	for i, k := range keys {
		if err := w.separate(i == 0, "{"); err != nil {
			return err
		}
		if err := w.member(k, values[i]); err != nil {
			return err
		}
	}
	if err := w.newline(w.level - 1); err != nil {
		return err
	}
	return w.out.write("}")
}

func (w *jsonWriter) member(k, v Value) error {
	key, ok := TextOf(k)
	if !ok {
		var err error
		if key, ok, err = jsonScalar(k); err != nil {
			return err
		}
	}
	if !ok {
		return Raise("TypeError", "keys must be str, int, float, bool or None, not %s", k.TypeName())
	}
	if err := w.text(key); err != nil {
		return err
	}
	if err := w.out.write(w.style.KeySeparator); err != nil {
		return err
	}
	return w.value(v)
}

// text writes a str as the json module does.
func (w *jsonWriter) text(s string) error {
	if err := w.out.write(`"`); err != nil {
		return err
	}
	if err := w.out.pieces(s, func(part string) string { return escapeJSON(part, !w.style.Unicode) }); err != nil {
		return err
	}
	return w.out.write(`"`)
}

func escapeJSON(s string, ascii bool) string {
	var sb strings.Builder
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			sb.WriteByte('\\')
			sb.WriteRune(r)
		case r == '\b':
			sb.WriteString(`\b`)
		case r == '\f':
			sb.WriteString(`\f`)
		case r == '\n' || r == '\r' || r == '\t':
			writeEscape(&sb, r)
		case r < ' ' || ascii && r >= 0x7f && r < 0x10000:
			fmt.Fprintf(&sb, `\u%04x`, r)
		case ascii && r >= 0x10000:
			r -= 0x10000
			fmt.Fprintf(&sb, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			sb.WriteRune(r)
		}
	}
	return sb.String()
}
