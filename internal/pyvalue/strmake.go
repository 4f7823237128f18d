package pyvalue

import (
	"strings"
	"unicode/utf8"
)

// strJustify is center, ljust and rjust.
func strJustify(c *call) (Value, error) {
	width, err := c.integer(0, 0)
	if err != nil {
		return nil, err
	}
	fill, ok := TextOf(c.arg(1, String(" ")))
	if !ok {
		return nil, Raise("TypeError", "The fill character must be a unicode character, not %s", c.args[1].TypeName())
	}
	if utf8.RuneCountInString(fill) != 1 {
		return nil, Raise("TypeError", "The fill character must be exactly one character long")
	}
	s := c.text()
	pad := width - int64(utf8.RuneCountInString(s))
	if pad <= 0 {
		return String(s), nil
	}
	if pad > MaxSize {
		return nil, c.b.Alloc(MaxSize + 1)
	}
	if err := c.b.Alloc(int64(len(s)) + pad*int64(len(fill))); err != nil {
		return nil, err
	}
	left := int64(0)
	switch c.name {
	case "center":
		left = pad/2 + pad&width&1
	case "rjust":
		left = pad
	}
	return String(strings.Repeat(fill, int(left)) + s + strings.Repeat(fill, int(pad-left))), nil
}

func strZfill(c *call) (Value, error) {
	width, err := c.integer(0, 0)
	if err != nil {
		return nil, err
	}
	s := c.text()
	pad := width - int64(utf8.RuneCountInString(s))
	if pad <= 0 {
		return String(s), nil
	}
	if err := c.b.Alloc(pad); err != nil {
		return nil, err
	}
	if err := c.b.Alloc(int64(len(s))); err != nil {
		return nil, err
	}
	sign := ""
	if s != "" && (s[0] == '+' || s[0] == '-') {
		sign, s = s[:1], s[1:]
	}
	return String(sign + strings.Repeat("0", int(pad)) + s), nil
}

func strExpandTabs(c *call) (Value, error) {
	size, err := c.cint(0, 8)
	if err != nil {
		return nil, err
	}
	var sb strings.Builder
	column := int64(0)
	for _, r := range c.text() {
		piece := string(r)
		switch {
		case r == '\t' && size <= 0:
			piece = ""
		case r == '\t':
			n := size - column%size
			column += n
			if n > MaxSize {
				return nil, c.b.Alloc(n)
			}
			if err := c.b.Step(int(n)); err != nil {
				return nil, err
			}
			piece = strings.Repeat(" ", int(n))
		case r == '\n' || r == '\r':
			column = 0
		default:
			column++
		}
		if err := growBy(c.b, &sb, piece); err != nil {
			return nil, err
		}
	}
	return String(sb.String()), nil
}

func strJoin(c *call) (Value, error) {
	sep := c.text()
	it, err := Iterate(c.b, c.args[0])
	if err != nil {
		if IsRaised(err, "TypeError") {
			return nil, Raise("TypeError", "can only join an iterable")
		}
		return nil, err
	}
	var sb strings.Builder
	for i := 0; ; i++ {
		v, ok, err := it.Next()
		if err != nil || !ok {
			return String(sb.String()), err
		}
		s, isText := TextOf(v)
		if !isText {
			return nil, Raise("TypeError", "sequence item %d: expected str instance, %s found", i, v.TypeName())
		}
		if err := c.b.Step(1); err != nil {
			return nil, err
		}
		if i > 0 {
			if err := growBy(c.b, &sb, sep); err != nil {
				return nil, err
			}
		}
		if err := growBy(c.b, &sb, s); err != nil {
			return nil, err
		}
	}
}

func strReplace(c *call) (Value, error) {
	old, ok := TextOf(c.args[0])
	if !ok {
		return nil, Raise("TypeError", "replace() argument 1 must be str, not %s", argType(c.args[0]))
	}
	with, ok := TextOf(c.args[1])
	if !ok {
		return nil, Raise("TypeError", "replace() argument 2 must be str, not %s", argType(c.args[1]))
	}
	most, err := c.integer(2, -1)
	if err != nil {
		return nil, err
	}
	return replaceText(c.b, c.text(), [2]string{old, with}, most)
}

// replaceText replaces pair[0] by pair[1], at most most times unless that is
// negative.
func replaceText(b *Budget, s string, pair [2]string, most int64) (Value, error) {
	n := int64(strings.Count(s, pair[0]))
	if most >= 0 {
		n = min(n, most)
	}
	if n == 0 {
		return String(s), nil
	}
	if err := b.Step(1 + int(n) + len(s)/64); err != nil {
		return nil, err
	}
	size := int64(len(s)) - n*int64(len(pair[0]))
	if int64(len(pair[1])) > (MaxSize-min(size, MaxSize))/n {
		return nil, b.Alloc(MaxSize + 1)
	}
	if err := b.Alloc(size + n*int64(len(pair[1]))); err != nil {
		return nil, err
	}
	return String(strings.Replace(s, pair[0], pair[1], int(n))), nil
}

func strTranslate(c *call) (Value, error) {
	var sb strings.Builder
	for _, r := range c.text() {
		v, err := Index(c.b, c.args[0], Int(r))
		if err != nil {
			if !IsRaised(err, "LookupError") {
				return nil, err
			}
			v = Int(r)
		}
		piece, err := translated(v)
		if err != nil {
			return nil, err
		}
		if err := growBy(c.b, &sb, piece); err != nil {
			return nil, err
		}
	}
	return String(sb.String()), nil
}

func translated(v Value) (string, error) {
	if s, ok := TextOf(v); ok {
		return s, nil
	}
	if _, ok := v.(None); ok {
		return "", nil
	}
	n, ok := BigOf(v)
	if !ok {
		return "", Raise("TypeError", "character mapping must return integer, None or str")
	}
	if n.Sign() < 0 || n.BitLen() > 21 || n.Int64() > utf8.MaxRune {
		return "", Raise("ValueError", "character mapping must be in range(0x110000)")
	}
	return string(rune(n.Int64())), nil
}

func strMakeTrans(c *call) (Value, error) {
	d := NewDict()
	if c.args[1] == nil {
		from, ok := c.args[0].(*Dict)
		if !ok {
			return nil, Raise("TypeError", "if you give only one argument to maketrans it must be a dict")
		}
		return d, makeTransDict(c.b, d, from)
	}
	var texts [3][]rune
	for i := range texts {
		v := c.arg(i, String(""))
		s, ok := TextOf(v)
		if !ok && i == 0 {
			return nil, Raise("TypeError", "first maketrans argument must be a string if there is a second argument")
		}
		if !ok {
			return nil, Raise("TypeError", "maketrans() argument %d must be str, not %s", i+1, argType(v))
		}
		if err := payRunes(c.b, s); err != nil {
			return nil, err
		}
		texts[i] = []rune(s)
	}
	if len(texts[0]) != len(texts[1]) {
		return nil, Raise("ValueError", "the first two maketrans arguments must have equal length")
	}
	if err := spend(c.b, len(texts[0])+len(texts[2])); err != nil {
		return nil, err
	}
	for i, r := range texts[0] {
		d.set(int64(r), Int(r), Int(texts[1][i]))
	}
	for _, r := range texts[2] {
		d.set(int64(r), Int(r), None{})
	}
	return d, nil
}

func makeTransDict(b *Budget, d, from *Dict) error {
	for k, v := range from.All() {
		switch k := k.(type) {
		case Bool, Int, *BigInt:
			if err := d.Set(b, k, v); err != nil {
				return err
			}
		case String, Markup:
			s, _ := TextOf(k)
			r, n := utf8.DecodeRuneInString(s)
			if n != len(s) || n == 0 {
				return Raise("ValueError", "string keys in translate table must be of length 1")
			}
			d.set(int64(r), Int(r), v)
		default:
			return Raise("TypeError", "keys in translate table must be strings or integers")
		}
	}
	return nil
}
