package pyvalue

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxIntDigits is sys.get_int_max_str_digits() of CPython 3.11.
const maxIntDigits = 4300

// Str is str(v). The errors are those of hooks, limits, RecursionError, and
// CPython's ValueError for an int of more than 4300 digits.
func Str(b *Budget, v Value) (string, error) {
	if s, ok := TextOf(v); ok {
		return s, nil
	}
	if h, ok := v.(Strer); ok {
		return h.Str(b.orDefault())
	}
	return Repr(b, v)
}

// Repr is repr(v), with errors as of Str.
func Repr(b *Budget, v Value) (string, error) {
	w := reprWriter{b: b.orDefault()}
	if err := w.value(v); err != nil {
		return "", err
	}
	return w.sb.String(), nil
}

// ASCII is ascii(v): repr with what is not ASCII escaped.
func ASCII(b *Budget, v Value) (string, error) {
	s, err := Repr(b, v)
	if err != nil {
		return "", err
	}
	var sb strings.Builder
	for _, r := range s {
		if r < 0x80 {
			sb.WriteRune(r)
		} else {
			writeEscape(&sb, r)
		}
	}
	return sb.String(), b.Alloc(int64(sb.Len()))
}

// reprWriter writes nested values, pays for each byte before it is written,
// and knows the containers it is in.
type reprWriter struct {
	b      *Budget
	sb     strings.Builder
	active map[Value]bool
}

func (w *reprWriter) write(s string) error {
	if w.sb.Len()+len(s) > MaxSize {
		return &LimitError{What: "bytes in one value", Limit: MaxSize}
	}
	if err := w.b.Alloc(int64(len(s))); err != nil {
		return err
	}
	w.sb.WriteString(s)
	return nil
}

func (w *reprWriter) value(v Value) error {
	if err := w.b.Step(1); err != nil {
		return err
	}
	switch v := v.(type) {
	case *List:
		return w.nested(v, "[...]", func() error { return w.list("[", v.Elems, "]") })
	case *Tuple:
		end := ")"
		if len(v.Elems) == 1 {
			end = ",)"
		}
		return w.nested(v, "(...)", func() error { return w.list("(", v.Elems, end) })
	case *Dict:
		return w.nested(v, "{...}", func() error { return w.dict(v) })
	case *DictView:
		return w.nested(v, "...", func() error { return w.view(v) })
	case Slice:
		return w.nested(v, "...", func() error { return w.list("slice(", []Value{v.Start, v.Stop, v.Step}, ")") })
	case Reprer:
		return w.host(v)
	case String:
		return w.quoted(string(v))
	case Markup:
		if err := w.write("Markup("); err != nil {
			return err
		}
		if err := w.quoted(string(v)); err != nil {
			return err
		}
		return w.write(")")
	}
	s, err := reprFlat(v)
	if err != nil {
		return err
	}
	return w.write(s)
}

func (w *reprWriter) nested(v Value, again string, f func() error) error {
	if w.active[v] {
		return w.write(again)
	}
	if err := w.b.Enter(); err != nil {
		return Raise("RecursionError", "maximum recursion depth exceeded while getting the repr of an object")
	}
	defer w.b.Leave()
	if w.active == nil {
		w.active = map[Value]bool{}
	}
	w.active[v] = true
	defer delete(w.active, v)
	return f()
}

// host writes a host value, which may hold further values.
func (w *reprWriter) host(v Reprer) error {
	if err := w.b.Enter(); err != nil {
		return Raise("RecursionError", "maximum recursion depth exceeded while getting the repr of an object")
	}
	defer w.b.Leave()
	s, err := v.Repr(w.b)
	if err != nil {
		return err
	}
	return w.write(s)
}

func (w *reprWriter) list(open string, elems []Value, end string) error {
	if err := w.write(open); err != nil {
		return err
	}
	for i, e := range elems {
		if i > 0 {
			if err := w.write(", "); err != nil {
				return err
			}
		}
		if err := w.value(e); err != nil {
			return err
		}
	}
	return w.write(end)
}

func (w *reprWriter) dict(d *Dict) error {
	if !d.ordered {
		return w.braces(d)
	}
	if d.Len() == 0 {
		return w.write("OrderedDict()")
	}
	err := w.write("OrderedDict(")
	if err == nil {
		err = w.braces(d)
	}
	if err == nil {
		err = w.write(")")
	}
	return err
}

func (w *reprWriter) braces(d *Dict) error {
	sep := "{"
	for k, v := range d.All() {
		err := w.write(sep)
		if err == nil {
			err = w.value(k)
		}
		if err == nil {
			err = w.write(": ")
		}
		if err == nil {
			err = w.value(v)
		}
		if err != nil {
			return err
		}
		sep = ", "
	}
	if sep == "{" {
		return w.write("{}")
	}
	return w.write("}")
}

func (w *reprWriter) view(v *DictView) error {
	var elems []Value
	it := v.iterator()
	for {
		e, ok, err := it.Next()
		if err != nil {
			return err
		}
		if !ok {
			return w.list(v.TypeName()+"([", elems, "])")
		}
		if err := spend(w.b, 1); err != nil {
			return err
		}
		elems = append(elems, e)
	}
}

// reprFlat is repr of a value that holds no others.
func reprFlat(v Value) (string, error) {
	switch v := v.(type) {
	case None:
		return "None", nil
	case Bool:
		if v {
			return "True", nil
		}
		return "False", nil
	case Int:
		return strconv.FormatInt(int64(v), 10), nil
	case *BigInt:
		return bigText(v)
	case Float:
		return floatRepr(float64(v)), nil
	case Bytes:
		return quoteBytes(string(v)), nil
	case Range:
		if v.Step == 1 {
			return fmt.Sprintf("range(%d, %d)", v.Start, v.Stop), nil
		}
		return fmt.Sprintf("range(%d, %d, %d)", v.Start, v.Stop, v.Step), nil
	}
	return "<" + v.TypeName() + " object>", nil
}

func bigText(v *BigInt) (string, error) {
	const tooLong = "Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit"
	if v.v.BitLen() > maxIntDigits*10/3+1 {
		return "", Raise("ValueError", tooLong)
	}
	s := v.v.String()
	if len(strings.TrimPrefix(s, "-")) > maxIntDigits {
		return "", Raise("ValueError", tooLong)
	}
	return s, nil
}

// quoteMark is what repr puts around s: single quotes, unless s has those and
// no double.
func quoteMark(s string) byte {
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		return '"'
	}
	return '\''
}

// quote is repr of a str.
func quote(s string) string {
	q := quoteMark(s)
	return string(q) + escapeFor(q, s) + string(q)
}

// quoted writes repr of a str.
func (w *reprWriter) quoted(s string) error {
	q := quoteMark(s)
	if err := w.write(string(q)); err != nil {
		return err
	}
	if err := w.pieces(s, func(part string) string { return escapeFor(q, part) }); err != nil {
		return err
	}
	return w.write(string(q))
}

// pieces writes what f makes of s, piece by piece, so that what is too long is
// never made.
func (w *reprWriter) pieces(s string, f func(string) string) error {
	const size = 1 << 16
	for len(s) > size {
		cut := size
		for cut > size-utf8.UTFMax && !utf8.RuneStart(s[cut]) {
			cut--
		}
		if err := w.write(f(s[:cut])); err != nil {
			return err
		}
		s = s[cut:]
	}
	return w.write(f(s))
}

func escapeFor(q byte, s string) string {
	var sb strings.Builder
	for _, r := range s {
		switch {
		case r == rune(q) || r == '\\':
			sb.WriteByte('\\')
			sb.WriteRune(r)
		case r < 0x80 && r >= ' ' && r != 0x7f:
			sb.WriteByte(byte(r))
		case r >= 0x80 && isPrintable(r):
			sb.WriteRune(r)
		default:
			writeEscape(&sb, r)
		}
	}
	return sb.String()
}

func writeEscape(sb *strings.Builder, r rune) {
	switch {
	case r == '\n':
		sb.WriteString(`\n`)
	case r == '\r':
		sb.WriteString(`\r`)
	case r == '\t':
		sb.WriteString(`\t`)
	case r < 0x100:
		fmt.Fprintf(sb, `\x%02x`, r)
	case r < 0x10000:
		fmt.Fprintf(sb, `\u%04x`, r)
	default:
		fmt.Fprintf(sb, `\U%08x`, r)
	}
}

func quoteBytes(s string) string {
	var sb strings.Builder
	q := quoteMark(s)
	sb.WriteString("b" + string(q))
	for i := range len(s) {
		switch c := s[i]; {
		case c == q || c == '\\':
			sb.WriteByte('\\')
			sb.WriteByte(c)
		case c >= ' ' && c < 0x7f:
			sb.WriteByte(c)
		default:
			writeEscape(&sb, rune(c))
		}
	}
	sb.WriteByte(q)
	return sb.String()
}
