package pyvalue

import (
	"math"
	"math/big"
	"strings"
	"unicode/utf8"
)

// Format is format(v, spec). The errors are CPython's, those of hooks, and
// limits.
func Format(b *Budget, v Value, spec string) (string, error) {
	b = b.orDefault()
	if h, ok := v.(Formatter); ok {
		return h.Format(b, spec)
	}
	if spec == "" {
		return Str(b, v)
	}
	if err := b.Step(1 + len(spec)); err != nil {
		return "", err
	}
	if err := payRunes(b, spec); err != nil {
		return "", err
	}
	defaultAlign := '>'
	switch v.(type) {
	case String, Markup:
		defaultAlign = '<'
	case Bool, Int, *BigInt, Float:
	default:
		return "", Raise("TypeError", "unsupported format string passed to %s.__format__", v.TypeName())
	}
	f, err := parseSpec(spec, v, defaultAlign)
	if err != nil {
		return "", err
	}
	switch v := v.(type) {
	case String:
		return f.text(b, string(v))
	case Markup:
		return f.text(b, string(v))
	case Float:
		return f.float(b, float64(v))
	}
	return f.integer(b, v)
}

// formatSpec is [[fill]align][sign][z][#][0][width][,_][.precision][type].
type formatSpec struct {
	typeName  string
	fill      rune
	align     rune
	sign      rune // 0 when not given
	noNegZero bool
	alternate bool
	width     int // -1 when not given
	thousands rune
	group     int
	precision int // -1 when not given
	verb      rune
}

func isAlign(r rune) bool { return r == '<' || r == '>' || r == '=' || r == '^' }

// specReader reads a spec rune by rune.
type specReader struct{ rest []rune }

func (r *specReader) take(c rune) bool {
	if len(r.rest) > 0 && r.rest[0] == c {
		r.rest = r.rest[1:]
		return true
	}
	return false
}

// number reads digits; -1 when there are none.
func (r *specReader) number() (int, error) {
	n := -1
	for len(r.rest) > 0 && isDecimal(r.rest[0]) {
		digit := decimalValue(r.rest[0])
		n = max(n, 0)
		if n > (math.MaxInt64-digit)/10 {
			return 0, Raise("ValueError", "Too many decimal digits in format string")
		}
		n = n*10 + digit
		r.rest = r.rest[1:]
	}
	return n, nil
}

func parseSpec(spec string, v Value, defaultAlign rune) (*formatSpec, error) {
	r := specReader{rest: []rune(spec)}
	f := &formatSpec{typeName: v.TypeName(), fill: ' ', align: defaultAlign, width: -1, precision: -1}
	if defaultAlign == '<' {
		f.verb = 's'
	}
	filled, aligned := false, true
	switch {
	case len(r.rest) > 1 && isAlign(r.rest[1]):
		f.fill, f.align, filled = r.rest[0], r.rest[1], true
		r.rest = r.rest[2:]
	case len(r.rest) > 0 && isAlign(r.rest[0]):
		f.align = r.rest[0]
		r.rest = r.rest[1:]
	default:
		aligned = false
	}
	for _, c := range " +-" {
		if r.take(c) {
			f.sign = c
			break
		}
	}
	f.noNegZero = r.take('z')
	f.alternate = r.take('#')
	if !filled && r.take('0') {
		f.fill = '0'
		if !aligned && defaultAlign == '>' {
			f.align = '='
		}
	}
	var err error
	if f.width, err = r.number(); err != nil {
		return nil, err
	}
	return f, f.parseTail(&r, spec)
}

func (f *formatSpec) parseTail(r *specReader, spec string) error {
	if r.take(',') {
		f.thousands = ','
	}
	if r.take('_') {
		if f.thousands != 0 {
			return Raise("ValueError", "Cannot specify both ',' and '_'.")
		}
		f.thousands = '_'
	}
	if f.thousands == '_' && r.take(',') {
		return Raise("ValueError", "Cannot specify both ',' and '_'.")
	}
	if r.take('.') {
		var err error
		if f.precision, err = r.number(); err != nil {
			return err
		}
		if f.precision < 0 {
			return Raise("ValueError", "Format specifier missing precision")
		}
	}
	if len(r.rest) > 1 {
		return Raise("ValueError", "Invalid format specifier '%s' for object of type '%s'", spec, f.typeName)
	}
	if len(r.rest) == 1 {
		f.verb = r.rest[0]
	}
	return f.checkThousands()
}

func (f *formatSpec) checkThousands() error {
	if f.thousands == 0 {
		return nil
	}
	f.group = 3
	switch f.verb {
	case 0, 'd', 'e', 'f', 'g', 'E', 'G', '%', 'F':
		return nil
	case 'b', 'o', 'x', 'X':
		if f.thousands == '_' {
			f.group = 4
			return nil
		}
	}
	if f.verb > 32 && f.verb < 128 {
		return Raise("ValueError", "Cannot specify '%c' with '%c'.", f.thousands, f.verb)
	}
	return Raise("ValueError", "Cannot specify '%c' with '\\x%x'.", f.thousands, f.verb)
}

func (f *formatSpec) unknown() error {
	if f.verb > 32 && f.verb < 128 {
		return Raise("ValueError", "Unknown format code '%c' for object of type '%s'", f.verb, f.typeName)
	}
	return Raise("ValueError", "Unknown format code '\\x%x' for object of type '%s'", f.verb, f.typeName)
}

func (f *formatSpec) text(b *Budget, s string) (string, error) {
	switch {
	case f.verb != 's':
		return "", f.unknown()
	case f.sign == ' ':
		return "", Raise("ValueError", "Space not allowed in string format specifier")
	case f.sign != 0:
		return "", Raise("ValueError", "Sign not allowed in string format specifier")
	case f.noNegZero:
		return "", Raise("ValueError", "Negative zero coercion (z) not allowed in string format specifier")
	case f.alternate:
		return "", Raise("ValueError", "Alternate form (#) not allowed in string format specifier")
	case f.align == '=':
		return "", Raise("ValueError", "'=' alignment not allowed in string format specifier")
	}
	if f.precision >= 0 && f.precision < len(s) {
		s = firstRunes(s, f.precision)
	}
	return f.pad(b, "", s)
}

func (f *formatSpec) integer(b *Budget, v Value) (string, error) {
	base, prefix := 10, ""
	switch f.verb {
	case 0, 'd', 'n', 'c':
	case 'b':
		base, prefix = 2, "0b"
	case 'o':
		base, prefix = 8, "0o"
	case 'x':
		base, prefix = 16, "0x"
	case 'X':
		base, prefix = 16, "0X"
	case 'e', 'E', 'f', 'F', 'g', 'G', '%':
		x, _, err := floatOf(v)
		if err != nil {
			return "", err
		}
		return f.float(b, x)
	default:
		return "", f.unknown()
	}
	if f.precision >= 0 {
		return "", Raise("ValueError", "Precision not allowed in integer format specifier")
	}
	if f.noNegZero {
		return "", Raise("ValueError", "Negative zero coercion (z) not allowed in integer format specifier")
	}
	n, _ := BigOf(v)
	if f.verb == 'c' {
		return f.char(b, n)
	}
	digits, negative, err := digitsOf(b, NewInt(n), base)
	if err != nil {
		return "", err
	}
	if f.verb == 'X' {
		digits = strings.ToUpper(digits)
	}
	lead := f.signOf(negative)
	if f.alternate {
		lead += prefix
	}
	return f.number(b, [3]string{lead, digits, ""})
}

func (f *formatSpec) char(b *Budget, n *big.Int) (string, error) {
	switch {
	case f.sign != 0:
		return "", Raise("ValueError", "Sign not allowed with integer format specifier 'c'")
	case f.alternate:
		return "", Raise("ValueError", "Alternate form (#) not allowed with integer format specifier 'c'")
	case !n.IsInt64():
		return "", Raise("OverflowError", "Python int too large to convert to C long")
	case n.Sign() < 0 || n.Int64() > utf8.MaxRune:
		return "", Raise("OverflowError", "%%c arg not in range(0x110000)")
	}
	return f.pad(b, "", string(rune(n.Int64())))
}

func (f *formatSpec) signOf(negative bool) string {
	switch {
	case negative:
		return "-"
	case f.sign == '+' || f.sign == ' ':
		return string(f.sign)
	}
	return ""
}

func (f *formatSpec) float(b *Budget, x float64) (string, error) {
	style := floatStyle{precision: f.precision, alternate: f.alternate}
	tail := ""
	switch f.verb {
	case 0:
		style.verb, style.pointZero = 'r', true
		if f.precision >= 0 {
			style.verb = 'g'
		}
	case 'n':
		style.verb = 'g'
	case '%':
		style.verb, tail = 'f', "%"
		x *= 100
	case 'e', 'f', 'g', 'E', 'F', 'G':
		style.verb, style.upper = byte(f.verb|0x20), f.verb < 'a'
	default:
		return "", f.unknown()
	}
	if style.precision < 0 && style.verb != 'r' {
		style.precision = 6
	}
	style.precision = max(style.precision, 0)
	s, err := formatFloat(b, x, style)
	if err != nil {
		return "", err
	}
	s, negative := strings.CutPrefix(s, "-")
	if f.noNegZero && !strings.ContainsAny(strings.SplitN(strings.ToLower(s), "e", 2)[0], "123456789in") {
		negative = false
	}
	whole := 0
	for whole < len(s) && isDigitByte(s[whole]) {
		whole++
	}
	return f.number(b, [3]string{f.signOf(negative), s[:whole], s[whole:] + tail})
}

// number pads and groups a number given as lead, whole digits, and the rest.
func (f *formatSpec) number(b *Budget, parts [3]string) (string, error) {
	lead, digits, rest := parts[0], parts[1], parts[2]
	if f.width > MaxSize {
		return "", b.Alloc(MaxSize + 1)
	}
	if f.thousands != 0 && digits != "" {
		atLeast := 0
		if f.fill == '0' && f.align == '=' {
			atLeast = f.width - len(lead) - len(rest)
		}
		if err := b.Alloc(2 * int64(max(len(digits), atLeast))); err != nil {
			return "", err
		}
		digits = f.grouped(digits, atLeast)
	}
	return f.pad(b, lead, digits+rest)
}

// grouped puts separators between groups, and zeros before, until the digits
// and separators are at least so many.
func (f *formatSpec) grouped(digits string, atLeast int) string {
	var groups []string
	for {
		size := min(f.group, max(len(digits), atLeast, 1))
		cut := max(len(digits)-size, 0)
		part := digits[cut:]
		digits = digits[:cut]
		groups = append(groups, strings.Repeat("0", size-len(part))+part)
		atLeast -= size
		if digits == "" && atLeast <= 0 {
			break
		}
		atLeast--
	}
	var sb strings.Builder
	for i := len(groups) - 1; i >= 0; i-- {
		sb.WriteString(groups[i])
		if i > 0 {
			sb.WriteRune(f.thousands)
		}
	}
	return sb.String()
}

// pad aligns lead+s within the width; with =, the fill stands between them.
func (f *formatSpec) pad(b *Budget, lead, s string) (string, error) {
	n := f.width - utf8.RuneCountInString(lead) - utf8.RuneCountInString(s)
	if n <= 0 {
		return lead + s, b.Alloc(int64(len(lead) + len(s)))
	}
	if n > MaxSize {
		return "", b.Alloc(MaxSize + 1)
	}
	fill := string(f.fill)
	if err := b.Alloc(int64(n)*int64(len(fill)) + int64(len(s))); err != nil {
		return "", err
	}
	left := n
	switch f.align {
	case '<':
		left = 0
	case '^':
		left = n / 2
	case '=':
		return lead + strings.Repeat(fill, n) + s, nil
	}
	return strings.Repeat(fill, left) + lead + s + strings.Repeat(fill, n-left), nil
}
