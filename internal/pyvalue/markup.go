package pyvalue

import (
	"html"
	"strings"
)

// HTMLer is the hook of host values that are HTML already (__html__).
type HTMLer interface {
	HTML(b *Budget) (string, error)
}

// Escape is markupsafe.escape(v): what is HTML stays as it is.
func Escape(b *Budget, v Value) (Markup, error) {
	b = b.orDefault()
	switch v := v.(type) {
	case Markup:
		return v, nil
	case HTMLer:
		s, err := v.HTML(b)
		return Markup(s), err
	}
	s, err := escapedText(b, v, Str)
	return Markup(s), err
}

// escapedText is the text of v by convert, escaped unless v is HTML already.
func escapedText(b *Budget, v Value, convert func(*Budget, Value) (string, error)) (string, error) {
	s, err := convert(b, v)
	if err != nil {
		return "", err
	}
	if m, ok := v.(Markup); ok && s == string(m) {
		return s, nil
	}
	if err := b.Alloc(int64(len(s)) + 4*int64(strings.Count(s, "&")+strings.Count(s, "<")+strings.Count(s, ">")+
		strings.Count(s, "'")+strings.Count(s, `"`))); err != nil {
		return "", err
	}
	return html.EscapeString(s), nil
}

// escapedFormat is a field of Markup.format.
func escapedFormat(b *Budget, v Value, spec string) (string, error) {
	if m, ok := v.(Markup); ok {
		if spec != "" {
			return "", Raise("ValueError", "Unsupported format specification for Markup.")
		}
		return string(m), nil
	}
	s, err := Format(b, v, spec)
	if err != nil {
		return "", err
	}
	return escapedText(b, String(s), Str)
}

// addMarkup is + with a Markup and a str on either side.
func addMarkup(b *Budget, x, y Value) (Value, bool, error) {
	_, left := x.(Markup)
	_, right := y.(Markup)
	if !left && !right {
		return nil, false, nil
	}
	_, textLeft := TextOf(x)
	_, textRight := TextOf(y)
	if !textLeft || !textRight {
		return nil, false, nil
	}
	a, err := Escape(b, x)
	if err != nil {
		return nil, true, err
	}
	c, err := Escape(b, y)
	if err != nil {
		return nil, true, err
	}
	return a + c, true, b.Alloc(int64(len(a)) + int64(len(c)))
}

func markupPercent(b *Budget, m Markup, args Value) (Value, error) {
	p := percentWriter{b: b, escape: true}
	s, err := p.run(string(m), args)
	return Markup(s), err
}

// markupAttr is the methods of Markup: those of str, with arguments that are
// inserted escaped and results that are Markup.
func markupAttr(m Markup, name string) (Value, bool, error) {
	switch name {
	case "unescape", "striptags":
		return bind(m, name, method{sig: sigNone, run: markupPlain}), true, nil
	case "format", "format_map":
		return bind(m, name, method{sig: sigAny, run: markupFormat}), true, nil
	}
	inner, ok := strMethod(name)
	if !ok {
		return nil, false, nil
	}
	run := inner.run
	inner.run = func(c *call) (Value, error) {
		if err := c.escapeArgs(); err != nil {
			return nil, err
		}
		v, err := run(c)
		if err != nil || name == "encode" {
			return v, err
		}
		return asMarkup(v), nil
	}
	return bind(m, name, inner), true, nil
}

// escapeArgs escapes those arguments that the method inserts.
func (c *call) escapeArgs() error {
	at := -1
	switch c.name {
	case "replace", "ljust", "rjust", "center":
		at = 1
	case "join":
		elems, err := Elements(c.b, c.args[0])
		if err != nil {
			return err
		}
		for i, e := range elems {
			if elems[i], err = Escape(c.b, e); err != nil {
				return err
			}
		}
		c.args[0] = &List{Elems: elems}
	}
	if at < 0 || c.args[at] == nil {
		return nil
	}
	v, err := Escape(c.b, c.args[at])
	c.args[at] = v
	return err
}

// asMarkup turns the str of a result into Markup.
func asMarkup(v Value) Value {
	switch v := v.(type) {
	case String:
		return Markup(v)
	case *List:
		for i, e := range v.Elems {
			v.Elems[i] = asMarkup(e)
		}
	case *Tuple:
		for i, e := range v.Elems {
			v.Elems[i] = asMarkup(e)
		}
	}
	return v
}

func markupFormat(c *call) (Value, error) {
	f := textFormatter{b: c.b, escape: true, pos: c.raw.Pos}
	if c.name == "format_map" {
		if len(c.raw.Pos) != 1 || len(c.raw.Kw) > 0 {
			return nil, Raise("TypeError", "Markup.format_map() takes exactly one argument (%d given)", len(c.raw.Pos)+len(c.raw.Kw))
		}
		f.pos, f.noPos = nil, true
	}
	f.named = func(name string) (Value, error) {
		if f.noPos {
			return Index(c.b, c.raw.Pos[0], String(name))
		}
		for _, kw := range c.raw.Kw {
			if kw.Name == name {
				return kw.Value, nil
			}
		}
		return nil, keyError(c.b, String(name))
	}
	s, err := f.expand(c.text(), 2)
	return Markup(s), err
}

// markupPlain is unescape and striptags, which yield str.
func markupPlain(c *call) (Value, error) {
	s := c.text()
	if err := c.b.Alloc(2 * int64(len(s))); err != nil {
		return nil, err
	}
	if c.name == "striptags" {
		s = cutAll(cutAll(s, "<!--", "-->"), "<", ">")
		s = strings.Join(strings.FieldsFunc(s, isSpace), " ")
	}
	return String(html.UnescapeString(s)), nil
}

// cutAll takes out all from open to end, the marks included, until an open
// one has no end.
func cutAll(s, open, end string) string {
	var sb strings.Builder
	for {
		i := strings.Index(s, open)
		if i < 0 {
			break
		}
		j := strings.Index(s[i:], end)
		if j < 0 {
			break
		}
		sb.WriteString(s[:i])
		s = s[i+j+len(end):]
	}
	return sb.String() + s
}
