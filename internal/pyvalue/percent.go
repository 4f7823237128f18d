package pyvalue

import (
	"errors"
	"math"
	"strings"
	"unicode/utf8"
)

// percentFormat is format % args.
func percentFormat(b *Budget, format string, args Value) (string, error) {
	return (&percentWriter{b: b}).run(format, args)
}

// percentWriter follows CPython's unicode_format: one argument that is no
// tuple counts as if it stood in one, a mapping may go unused.
type percentWriter struct {
	b       *Budget
	format  []rune
	pos     int
	sb      strings.Builder
	mapping Value   // what %(key) looks into, or nil
	args    []Value // what is still to be used
	escape  bool    // Markup escapes what it inserts
}

// directive is one % with its parts.
type directive struct {
	left, plus, blank, alternate, zero bool
	width, precision                   int // -1 when not given
	verb                               rune
}

func (p *percentWriter) run(format string, args Value) (string, error) {
	if err := p.b.Step(1 + len(format)); err != nil {
		return "", err
	}
	if err := payRunes(p.b, format); err != nil {
		return "", err
	}
	p.format = []rune(format)
	p.args = []Value{args}
	switch v := args.(type) {
	case *Tuple:
		p.args = v.Elems
	case *Dict, *List, Bytes, Range, Indexer:
		p.mapping = args
	}
	for p.pos < len(p.format) {
		start := p.pos
		for p.pos < len(p.format) && p.format[p.pos] != '%' {
			p.pos++
		}
		if err := growBy(p.b, &p.sb, string(p.format[start:p.pos])); err != nil {
			return "", err
		}
		if p.pos == len(p.format) {
			break
		}
		p.pos++
		if err := p.directive(); err != nil {
			return "", err
		}
	}
	if len(p.args) > 0 && p.mapping == nil {
		return "", Raise("TypeError", "not all arguments converted during string formatting")
	}
	return p.sb.String(), nil
}

// next is the rune at the position, which moves on; false at the end.
func (p *percentWriter) next() (rune, error) {
	if p.pos >= len(p.format) {
		return 0, Raise("ValueError", "incomplete format")
	}
	p.pos++
	return p.format[p.pos-1], nil
}

func (p *percentWriter) arg() (Value, error) {
	if len(p.args) == 0 {
		return nil, Raise("TypeError", "not enough arguments for format string")
	}
	v := p.args[0]
	p.args = p.args[1:]
	return v, nil
}

func (p *percentWriter) directive() error {
	if p.pos < len(p.format) && p.format[p.pos] == '%' {
		p.pos++
		return growBy(p.b, &p.sb, "%")
	}
	if p.pos < len(p.format) && p.format[p.pos] == '(' {
		if err := p.key(); err != nil {
			return err
		}
	}
	d, err := p.parse()
	if err != nil {
		return err
	}
	v, err := p.arg()
	if err != nil {
		return err
	}
	s, sign, err := p.convert(d, v)
	if err != nil {
		return err
	}
	return p.pad(d, s, sign)
}

func (p *percentWriter) key() error {
	if p.mapping == nil {
		return Raise("TypeError", "format requires a mapping")
	}
	p.pos++
	start, depth := p.pos, 1
	for ; p.pos < len(p.format) && depth > 0; p.pos++ {
		switch p.format[p.pos] {
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	if depth > 0 || p.pos >= len(p.format) && p.format[p.pos-1] != ')' {
		return Raise("ValueError", "incomplete format key")
	}
	v, err := Index(p.b, p.mapping, String(p.format[start:p.pos-1]))
	p.args = []Value{v}
	return err
}

// parse reads flags, width, precision and verb.
func (p *percentWriter) parse() (directive, error) {
	d := directive{width: -1, precision: -1}
	c, err := p.next()
	for ; err == nil; c, err = p.next() {
		if !d.flag(c) {
			break
		}
	}
	if err != nil {
		return d, err
	}
	if d.width, c, err = p.number(c, "width too big"); err != nil {
		return d, err
	}
	if d.width < -1 {
		d.left, d.width = true, -d.width
	}
	if c == '.' {
		if c, err = p.next(); err != nil {
			return d, err
		}
		if d.precision, c, err = p.number(c, "precision too big"); err != nil {
			return d, err
		}
		d.precision = max(d.precision, 0)
	}
	if c == 'h' || c == 'l' || c == 'L' {
		if c, err = p.next(); err != nil {
			return d, err
		}
	}
	d.verb = c
	return d, nil
}

func (d *directive) flag(c rune) bool {
	switch c {
	case '-':
		d.left = true
	case '+':
		d.plus = true
	case ' ':
		d.blank = true
	case '#':
		d.alternate = true
	case '0':
		d.zero = true
	default:
		return false
	}
	return true
}

// number reads digits or *, from c on, and returns the rune behind; -1 when
// there is none. A width of -1 from * is left-justified width 1, which is
// the same as none.
func (p *percentWriter) number(c rune, tooBig string) (int, rune, error) {
	if c == '*' {
		v, err := p.arg()
		if err != nil {
			return 0, 0, err
		}
		n, err := starValue(v, tooBig)
		if err != nil {
			return 0, 0, err
		}
		c, err = p.next()
		return n, c, err
	}
	n := -1
	for c >= '0' && c <= '9' {
		if n > (math.MaxInt32-9)/10 {
			if tooBig == "precision too big" {
				return 0, 0, Raise("ValueError", "%s", tooBig)
			}
			n = math.MaxInt32 / 10
		}
		n = max(n, 0)*10 + int(c-'0')
		var err error
		if c, err = p.next(); err != nil {
			return 0, 0, err
		}
	}
	return n, c, nil
}

func starValue(v Value, tooBig string) (int, error) {
	n, ok := BigOf(v)
	if !ok {
		return 0, Raise("TypeError", "* wants int")
	}
	if !n.IsInt64() || n.Int64() > math.MaxInt32 || n.Int64() < math.MinInt32 {
		ctype := "ssize_t"
		if tooBig == "precision too big" {
			ctype = "int"
		}
		return 0, Raise("OverflowError", "Python int too large to convert to C %s", ctype)
	}
	return int(n.Int64()), nil
}

// convert is the text of v, and how many bytes of it are sign and prefix
// before which zeros must not stand; -1 when nothing is filled with zeros.
func (p *percentWriter) convert(d directive, v Value) (string, int, error) {
	switch d.verb {
	case 's', 'r', 'a':
		s, err := p.text(d, v)
		return s, -1, err
	case 'c':
		s, err := percentChar(v)
		return s, -1, err
	case 'd', 'i', 'u', 'o', 'x', 'X':
		return p.integer(d, v)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		return p.float(d, v)
	}
	shown := d.verb
	if shown < 31 || shown > 126 {
		shown = '?'
	}
	return "", 0, Raise("ValueError", "unsupported format character '%c' (0x%x) at index %d", shown, d.verb, p.pos-1)
}

func (p *percentWriter) text(d directive, v Value) (string, error) {
	convert := Str
	switch d.verb {
	case 'r':
		convert = Repr
	case 'a':
		convert = ASCII
	}
	s, err := "", error(nil)
	if p.escape {
		s, err = escapedText(p.b, v, convert)
	} else {
		s, err = convert(p.b, v)
	}
	if err == nil && d.precision >= 0 {
		s = firstRunes(s, d.precision)
	}
	return s, err
}

func percentChar(v Value) (string, error) {
	if s, ok := TextOf(v); ok {
		if utf8.RuneCountInString(s) == 1 {
			return s, nil
		}
		return "", Raise("TypeError", "%%c requires int or char")
	}
	n, ok := BigOf(v)
	if !ok {
		return "", Raise("TypeError", "%%c requires int or char")
	}
	if n.Sign() < 0 || n.BitLen() > 21 || n.Int64() > utf8.MaxRune {
		return "", Raise("OverflowError", "%%c arg not in range(0x110000)")
	}
	return string(rune(n.Int64())), nil
}

func (p *percentWriter) integer(d directive, v Value) (string, int, error) {
	what := "a real number"
	base, prefix := 10, ""
	switch d.verb {
	case 'o':
		base, prefix, what = 8, "0o", "an integer"
	case 'x', 'X':
		base, prefix, what = 16, "0x", "an integer"
	}
	_, isFloat := v.(Float)
	if _, isInt := BigOf(v); !isInt && (!isFloat || base != 10) {
		return "", 0, Raise("TypeError", "%%%c format: %s is required, not %s", d.verb, what, v.TypeName())
	}
	whole, err := ToInt(p.b, v)
	if err != nil {
		return "", 0, err
	}
	digits, negative, err := digitsOf(p.b, whole, base)
	if err != nil {
		return "", 0, err
	}
	if n := d.precision - len(digits); n > 0 {
		if err := p.b.Alloc(int64(n)); err != nil {
			return "", 0, err
		}
		digits = strings.Repeat("0", n) + digits
	}
	lead := d.sign(negative)
	if d.alternate {
		lead += prefix
	}
	s := lead + digits
	if d.verb == 'X' {
		s = strings.ToUpper(s)
	}
	return s, len(lead), nil
}

func (d directive) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case d.plus:
		return "+"
	case d.blank:
		return " "
	}
	return ""
}

func (p *percentWriter) float(d directive, v Value) (string, int, error) {
	f, ok, err := floatOf(v)
	if !ok && err == nil {
		err = Raise("TypeError", "must be real number, not %s", v.TypeName())
	}
	if err != nil {
		return "", 0, err
	}
	style := floatStyle{
		verb:      byte(d.verb | 0x20),
		precision: d.precision,
		upper:     d.verb < 'a',
		alternate: d.alternate,
	}
	if style.precision < 0 {
		style.precision = 6
	}
	s, err := formatFloat(p.b, f, style)
	if err != nil {
		return "", 0, err
	}
	digits, negative := strings.CutPrefix(s, "-")
	lead := d.sign(negative)
	return lead + digits, len(lead), nil
}

// digitsOf is the digits of an int without its sign.
func digitsOf(b *Budget, v Value, base int) (digits string, negative bool, err error) {
	n, ok := BigOf(v)
	if !ok {
		return "", false, errors.New("not an int")
	}
	if base == 10 {
		s, err := Str(b, v)
		digits, negative = strings.CutPrefix(s, "-")
		return digits, negative, err
	}
	if err := b.Alloc(int64(n.BitLen())); err != nil {
		return "", false, err
	}
	digits, negative = strings.CutPrefix(n.Text(base), "-")
	return digits, negative, nil
}

// pad writes s within the width.
func (p *percentWriter) pad(d directive, s string, lead int) error {
	n := d.width - utf8.RuneCountInString(s)
	if n <= 0 {
		return growBy(p.b, &p.sb, s)
	}
	if err := p.b.Alloc(int64(n)); err != nil {
		return err
	}
	switch {
	case d.left:
		s += strings.Repeat(" ", n)
	case d.zero && lead >= 0:
		s = s[:lead] + strings.Repeat("0", n) + s[lead:]
	default:
		s = strings.Repeat(" ", n) + s
	}
	return growBy(p.b, &p.sb, s)
}
