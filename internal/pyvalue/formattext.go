package pyvalue

import (
	"math"
	"strings"
)

// FormatText is text.format(args). The errors are CPython's, those of hooks,
// and limits.
func FormatText(b *Budget, text string, args Args) (string, error) {
	f := textFormatter{b: b.orDefault(), pos: args.Pos, named: func(name string) (Value, error) {
		for _, kw := range args.Kw {
			if kw.Name == name {
				return kw.Value, nil
			}
		}
		return nil, keyError(b, String(name))
	}}
	return f.expand(text, 2)
}

func strFormat(c *call) (Value, error) {
	s, err := FormatText(c.b, c.text(), c.raw)
	return String(s), err
}

func strFormatMap(c *call) (Value, error) {
	f := textFormatter{b: c.b, noPos: true, named: func(name string) (Value, error) {
		return Index(c.b, c.args[0], String(name))
	}}
	s, err := f.expand(c.text(), 2)
	return String(s), err
}

// textFormatter follows CPython's MarkupIterator and its fields.
type textFormatter struct {
	b      *Budget
	pos    []Value
	noPos  bool
	named  func(string) (Value, error)
	escape bool // Markup.format

	auto, manual bool
	nextAuto     int
}

// field is one replacement field.
type field struct {
	name, spec string
	nested     bool // the spec has fields of its own
	conversion rune
}

func (f *textFormatter) expand(text string, depth int) (string, error) {
	if depth == 0 {
		return "", Raise("ValueError", "Max string recursion exceeded")
	}
	if err := f.b.Step(1 + len(text)); err != nil {
		return "", err
	}
	var sb strings.Builder
	for text != "" {
		literal, rest, isField, err := nextLiteral(text)
		if err != nil {
			return "", err
		}
		if err := growBy(f.b, &sb, literal); err != nil {
			return "", err
		}
		text = rest
		if !isField {
			continue
		}
		fd, rest, err := parseField(text)
		if err != nil {
			return "", err
		}
		text = rest
		s, err := f.render(fd, depth)
		if err != nil {
			return "", err
		}
		if err := growBy(f.b, &sb, s); err != nil {
			return "", err
		}
	}
	return sb.String(), nil
}

// nextLiteral takes text up to a brace; isField says that a field follows.
func nextLiteral(text string) (literal, rest string, isField bool, err error) {
	i := strings.IndexAny(text, "{}")
	if i < 0 {
		return text, "", false, nil
	}
	c := text[i]
	end := i+1 == len(text)
	switch {
	case !end && text[i+1] == c:
		return text[:i+1], text[i+2:], false, nil
	case c == '}':
		return "", "", false, Raise("ValueError", "Single '}' encountered in format string")
	case end:
		return "", "", false, Raise("ValueError", "Single '{' encountered in format string")
	}
	return text[:i], text[i+1:], true, nil
}

// parseField reads a field behind its opening brace.
func parseField(text string) (fd field, rest string, err error) {
	i, c := 0, byte(0)
scan:
	for i < len(text) {
		c = text[i]
		i++
		switch c {
		case '{':
			return fd, "", Raise("ValueError", "unexpected '{' in field name")
		case '[':
			for i < len(text) && text[i] != ']' {
				i++
			}
		case '}', ':', '!':
			break scan
		}
		c = 0
	}
	if c == 0 {
		return fd, "", Raise("ValueError", "expected '}' before end of string")
	}
	fd.name, text = text[:i-1], text[i:]
	if c == '}' {
		return fd, text, nil
	}
	if c == '!' {
		if text == "" {
			return fd, "", Raise("ValueError", "end of string while looking for conversion specifier")
		}
		first := []rune(firstRunes(text, 1))
		fd.conversion, text = first[0], text[len(firstRunes(text, 1)):]
		if text != "" {
			c, text = text[0], text[1:]
			if c == '}' {
				return fd, text, nil
			}
			if c != ':' {
				return fd, "", Raise("ValueError", "expected ':' after conversion specifier")
			}
		}
	}
	return parseFieldSpec(fd, text)
}

func parseFieldSpec(fd field, text string) (field, string, error) {
	depth := 1
	for i := range len(text) {
		switch text[i] {
		case '{':
			fd.nested = true
			depth++
		case '}':
			if depth--; depth == 0 {
				fd.spec = text[:i]
				return fd, text[i+1:], nil
			}
		}
	}
	return fd, "", Raise("ValueError", "unmatched '{' in format spec")
}

func (f *textFormatter) render(fd field, depth int) (string, error) {
	v, err := f.lookup(fd.name)
	if err != nil {
		return "", err
	}
	switch c := fd.conversion; c {
	case 0:
	case 'r', 's', 'a':
		convert := map[rune]func(*Budget, Value) (string, error){'r': Repr, 's': Str, 'a': ASCII}[c]
		s, err := convert(f.b, v)
		if err != nil {
			return "", err
		}
		v = String(s)
	default:
		if c > 32 && c < 127 {
			return "", Raise("ValueError", "Unknown conversion specifier %c", c)
		}
		return "", Raise("ValueError", "Unknown conversion specifier \\x%x", c)
	}
	spec := fd.spec
	if fd.nested {
		inner := *f
		inner.escape = false
		if spec, err = inner.expand(spec, depth-1); err != nil {
			return "", err
		}
		f.auto, f.manual, f.nextAuto = inner.auto, inner.manual, inner.nextAuto
	}
	if f.escape {
		return escapedFormat(f.b, v, spec)
	}
	return Format(f.b, v, spec)
}

// lookup finds the object of a field name such as 0.attr[key].
func (f *textFormatter) lookup(name string) (Value, error) {
	first, rest := name, ""
	if i := strings.IndexAny(name, ".["); i >= 0 {
		first, rest = name[:i], name[i:]
	}
	index, err := fieldIndex(first)
	if err != nil {
		return nil, err
	}
	if first == "" || index >= 0 {
		if index, err = f.number(index); err != nil {
			return nil, err
		}
	}
	var v Value
	switch {
	case index < 0:
		v, err = f.named(first)
	case f.escape && index >= len(f.pos): // string.Formatter's own text
		err = Raise("IndexError", "tuple index out of range")
	case f.noPos:
		err = Raise("ValueError", "Format string contains positional fields")
	case index >= len(f.pos):
		err = Raise("IndexError", "Replacement index %d out of range for positional args tuple", index)
	default:
		v = f.pos[index]
	}
	for err == nil && rest != "" {
		v, rest, err = f.follow(v, rest)
	}
	return v, err
}

// number counts fields without a number (-1) and refuses a mixture.
func (f *textFormatter) number(index int) (int, error) {
	empty := index < 0
	switch {
	case empty && f.manual:
		return 0, Raise("ValueError", "cannot switch from manual field specification to automatic field numbering")
	case !empty && f.auto:
		return 0, Raise("ValueError", "cannot switch from automatic field numbering to manual field specification")
	}
	f.auto, f.manual = empty, !empty
	if empty {
		index = f.nextAuto
		f.nextAuto++
	}
	return index, nil
}

// fieldIndex is the number a name is, -1 when it is none.
func fieldIndex(s string) (int, error) {
	n := -1
	for _, r := range s {
		if !isDecimal(r) {
			return -1, nil
		}
		d := decimalValue(r)
		if n = max(n, 0); n > (math.MaxInt64-d)/10 {
			return 0, Raise("ValueError", "Too many decimal digits in format string")
		}
		n = n*10 + d
	}
	return n, nil
}

// follow takes one .attribute or [item] of rest.
func (f *textFormatter) follow(v Value, rest string) (Value, string, error) {
	kind, rest := rest[0], rest[1:]
	switch kind {
	case '.':
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		name := rest[:end]
		if name == "" {
			return nil, "", Raise("ValueError", "Empty attribute in format string")
		}
		got, ok, err := Attr(f.b, v, name)
		if err == nil && !ok {
			err = Raise("AttributeError", "'%s' object has no attribute '%s'", v.TypeName(), name)
		}
		return got, rest[end:], err
	case '[':
		name, after, closed := strings.Cut(rest, "]")
		if !closed {
			return nil, "", Raise("ValueError", "Missing ']' in format string")
		}
		if name == "" {
			return nil, "", Raise("ValueError", "Empty attribute in format string")
		}
		index, err := fieldIndex(name)
		if err != nil {
			return nil, "", err
		}
		var key Value = String(name)
		if index >= 0 {
			key = Int(index)
		}
		got, err := Index(f.b, v, key)
		return got, after, err
	}
	return nil, "", Raise("ValueError", "Only '.' or '[' may follow ']' in format field specifier")
}
