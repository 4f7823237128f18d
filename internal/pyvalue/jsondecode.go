package pyvalue

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// DecodeJSON is json.loads(text): objects are dicts in order, of equal names
// the last value stands at the first place, NaN and Infinity are floats. An
// error is a JSONDecodeError with CPython's text and place, a RecursionError,
// or a limit.
func DecodeJSON(b *Budget, text string) (Value, error) {
	r := jsonReader{b: b.orDefault(), s: text}
	if err := r.b.Step(1 + len(text)); err != nil {
		return nil, err
	}
	if strings.HasPrefix(text, "\ufeff") {
		return nil, r.fail("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0)
	}
	r.space()
	v, err := r.value()
	if err != nil {
		return nil, err
	}
	if r.space(); r.pos < len(r.s) {
		return nil, r.fail("Extra data", r.pos)
	}
	return v, nil
}

type jsonReader struct {
	b   *Budget
	s   string
	pos int
}

// fail is a JSONDecodeError at a byte, told by line, column and code point.
func (r *jsonReader) fail(message string, at int) error {
	before := r.s[:at]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return Raise("JSONDecodeError", "%s: line %d column %d (char %d)", message, line, column, utf8.RuneCountInString(before))
}

func (r *jsonReader) space() {
	for r.pos < len(r.s) && strings.IndexByte(" \t\n\r", r.s[r.pos]) >= 0 {
		r.pos++
	}
}

// peek is the byte at the position, 0 at the end.
func (r *jsonReader) peek() byte {
	if r.pos < len(r.s) {
		return r.s[r.pos]
	}
	return 0
}

func (r *jsonReader) value() (Value, error) {
	if err := r.b.Alloc(elemSize); err != nil {
		return nil, err
	}
	switch c := r.peek(); c {
	case '"':
		r.pos++
		s, err := r.text()
		return String(s), err
	case '{', '[':
		if err := r.b.Enter(); err != nil {
			return nil, Raise("RecursionError", "maximum recursion depth exceeded while decoding a JSON document from a unicode string")
		}
		defer r.b.Leave()
		r.pos++
		if c == '[' {
			return r.array()
		}
		return r.object()
	}
	if v, ok := r.word(); ok {
		return v, nil
	}
	return r.number()
}

// word takes null, true, false and what JSON proper does not know.
func (r *jsonReader) word() (Value, bool) {
	words := [...]struct {
		text  string
		value Value
	}{
		{"null", None{}},
		{"true", Bool(true)},
		{"false", Bool(false)},
		{"NaN", Float(math.NaN())},
		{"Infinity", Float(math.Inf(1))},
		{"-Infinity", Float(math.Inf(-1))},
	}
	if c := r.peek(); isDigitByte(c) {
		return nil, false
	}
	for _, w := range words {
		if strings.HasPrefix(r.s[r.pos:], w.text) {
			r.pos += len(w.text)
			return w.value, true
		}
	}
	return nil, false
}

func (r *jsonReader) number() (Value, error) {
	start, i := r.pos, r.pos
	digits := func() bool {
		from := i
		for i < len(r.s) && isDigitByte(r.s[i]) {
			i++
		}
		return i > from
	}
	if i < len(r.s) && r.s[i] == '-' {
		i++
	}
	switch {
	case i < len(r.s) && r.s[i] == '0':
		i++
	case !digits():
		return nil, r.fail("Expecting value", start)
	}
	whole := i
	if i < len(r.s) && r.s[i] == '.' {
		if i++; !digits() {
			i = whole
		}
	}
	mantissa := i
	if i < len(r.s) && r.s[i]|0x20 == 'e' {
		i++
		if i < len(r.s) && (r.s[i] == '+' || r.s[i] == '-') {
			i++
		}
		if !digits() {
			i = mantissa
		}
	}
	r.pos = i
	if i == whole {
		return ParseInt(r.b, r.s[start:i], 10)
	}
	f, err := strconv.ParseFloat(r.s[start:i], 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, r.fail("Expecting value", start)
	}
	return Float(f), nil
}

func (r *jsonReader) array() (Value, error) {
	l := &List{}
	if r.space(); r.peek() == ']' {
		r.pos++
		return l, nil
	}
	for {
		v, err := r.value()
		if err != nil {
			return nil, err
		}
		l.Elems = append(l.Elems, v)
		r.space()
		switch r.peek() {
		case ']':
			r.pos++
			return l, nil
		case ',':
			r.pos++
			r.space()
		default:
			return nil, r.fail("Expecting ',' delimiter", r.pos)
		}
	}
}

func (r *jsonReader) object() (Value, error) {
	d := NewDict()
	if r.space(); r.peek() == '}' {
		r.pos++
		return d, nil
	}
	for {
		if r.peek() != '"' {
			return nil, r.fail("Expecting property name enclosed in double quotes", r.pos)
		}
		if err := r.member(d); err != nil {
			return nil, err
		}
		r.space()
		switch r.peek() {
		case '}':
			r.pos++
			return d, nil
		case ',':
			r.pos++
			r.space()
		default:
			return nil, r.fail("Expecting ',' delimiter", r.pos)
		}
	}
}

func (r *jsonReader) member(d *Dict) error {
	r.pos++
	key, err := r.text()
	if err != nil {
		return err
	}
	if r.space(); r.peek() != ':' {
		return r.fail("Expecting ':' delimiter", r.pos)
	}
	r.pos++
	r.space()
	v, err := r.value()
	if err != nil {
		return err
	}
	d.SetStr(key, v)
	return r.b.Alloc(4 * elemSize)
}

// text reads a string behind its opening quote.
func (r *jsonReader) text() (string, error) {
	begin := r.pos - 1
	var sb strings.Builder
	for {
		i := r.pos
		for i < len(r.s) && r.s[i] != '"' && r.s[i] != '\\' && r.s[i] >= ' ' {
			i++
		}
		sb.WriteString(r.s[r.pos:i])
		r.pos = i
		if i == len(r.s) {
			return "", r.fail("Unterminated string starting at", begin)
		}
		switch r.s[i] {
		case '"':
			r.pos++
			return sb.String(), r.b.Alloc(int64(sb.Len()))
		case '\\':
			r.pos++
			if err := r.escape(&sb, begin); err != nil {
				return "", err
			}
		default:
			return "", r.fail("Invalid control character at", i)
		}
	}
}

// escape reads what follows a backslash.
func (r *jsonReader) escape(sb *strings.Builder, begin int) error {
	if r.pos >= len(r.s) {
		return r.fail("Unterminated string starting at", begin)
	}
	c := r.s[r.pos]
	if c == 'u' {
		return r.codePoint(sb)
	}
	i := strings.IndexByte(`"\/bfnrt`, c)
	if i < 0 {
		return r.fail("Invalid \\escape", r.pos-1)
	}
	r.pos++
	sb.WriteByte("\"\\/\b\f\n\r\t"[i])
	return nil
}

func (r *jsonReader) codePoint(sb *strings.Builder) error {
	high, ok := r.hex4(r.pos + 1)
	if !ok {
		return r.fail("Invalid \\uXXXX escape", r.pos)
	}
	r.pos += 5
	if high >= 0xd800 && high < 0xdc00 && strings.HasPrefix(r.s[r.pos:], `\u`) {
		if low, ok := r.hex4(r.pos + 2); ok && low >= 0xdc00 && low < 0xe000 {
			r.pos += 6
			high = 0x10000 + (high-0xd800)<<10 + low - 0xdc00
		}
	}
	sb.WriteRune(high) // U+FFFD for half a pair
	return nil
}

func (r *jsonReader) hex4(at int) (rune, bool) {
	if at+4 > len(r.s) {
		return 0, false
	}
	n, err := strconv.ParseUint(r.s[at:at+4], 16, 16)
	return rune(n), err == nil
}
