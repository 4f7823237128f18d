package jinja

import (
	"html"
	"strings"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

func htmlFilters() map[string]Function {
	escape := bound("escape(s)", func(c *Context, a []pyvalue.Value) (pyvalue.Value, error) { return c.escape(a[0]) })
	return map[string]Function{
		"e":           escape,
		"escape":      escape,
		"forceescape": bound("do_forceescape(value)", doForceescape),
		"safe":        bound("do_mark_safe(value)", func(c *Context, a []pyvalue.Value) (pyvalue.Value, error) { return markup(c.run.budget, a[0]) }),
		"striptags":   bound("do_striptags(value)", doStriptags),
		"xmlattr":     bound("do_xmlattr(eval_ctx, d, autospace=)", doXMLAttr),
		"urlencode":   bound("do_urlencode(value)", doURLEncode),
		"urlize":      bound("do_urlize(eval_ctx, value, trim_url_limit=, nofollow=, target=, rel=, extra_schemes=)", doURLize),
		"tojson":      bound("do_tojson(eval_ctx, value, indent=)", doJSON),
	}
}

func doForceescape(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	s, err := pyvalue.Str(c.run.budget, a[0])
	if err != nil {
		return nil, err
	}
	return pyvalue.Escape(c.run.budget, pyvalue.String(s))
}

func doStriptags(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	s, err := pyvalue.Str(c.run.budget, a[0])
	if err != nil {
		return nil, err
	}
	text := strings.Join(strings.FieldsFunc(withoutTags(s), isSpace), " ")
	return pyvalue.String(html.UnescapeString(text)), nil
}

// withoutTags cuts out tags and comments that are closed.
func withoutTags(s string) string {
	var b strings.Builder
	at := 0
	for {
		i := strings.IndexByte(s[at:], '<')
		if i < 0 {
			break
		}
		i += at
		from, end := i, ">"
		if strings.HasPrefix(s[i:], "<!--") {
			from, end = i+4, "-->"
		}
		j := strings.Index(s[from:], end)
		if j < 0 {
			break
		}
		b.WriteString(s[at:i])
		at = from + j + len(end)
	}
	b.WriteString(s[at:])
	return b.String()
}

func doXMLAttr(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	items, err := c.method(a[0], "items")
	if err != nil {
		return nil, err
	}
	pairs, err := pyvalue.Elements(c.run.budget, items)
	if err != nil {
		return nil, err
	}
	var parts []string
	for _, p := range pairs {
		kv, err := unpackValues(c.run.budget, p, 2)
		if err != nil {
			return nil, err
		}
		if IsUndefined(kv[1]) || !given(kv[1]) {
			continue
		}
		part, err := c.xmlAttr(kv[0], kv[1])
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	text := strings.Join(parts, " ")
	space, err := c.boolArg(a[1])
	if text != "" && (space || a[1] == nil) {
		text = " " + text
	}
	if c.eval.autoescape {
		return pyvalue.Markup(text), err
	}
	return pyvalue.String(text), err
}

func (c *Context) xmlAttr(key, value pyvalue.Value) (string, error) {
	name, ok := pyvalue.TextOf(key)
	if !ok {
		return "", typeError("expected string or bytes-like object, got '%s'", key.TypeName())
	}
	if strings.ContainsAny(name, " \t\n\r\f\v/>=") {
		return "", pyvalue.Raise("ValueError", "Invalid character in attribute name: %s", nameRepr(key))
	}
	k, err := c.escape(key)
	if err != nil {
		return "", err
	}
	v, err := c.escape(value)
	return string(k) + `="` + string(v) + `"`, err
}

func doURLEncode(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	quote := func(v pyvalue.Value, query bool) (string, error) {
		s, err := pyvalue.Str(c.run.budget, v)
		if err == nil {
			err = c.run.budget.Alloc(3 * int64(len(s)))
		}
		if err != nil {
			return "", err
		}
		return urlQuote(s, query), nil
	}
	_, isText := pyvalue.TextOf(a[0])
	it, err := pyvalue.Iterate(c.run.budget, a[0])
	if isText || pyvalue.IsRaised(err, "TypeError") {
		s, err := quote(a[0], false)
		return pyvalue.String(s), err
	}
	if d, ok := a[0].(*pyvalue.Dict); ok && err == nil {
		var items pyvalue.Value
		if items, err = c.method(d, "items"); err == nil {
			it, err = pyvalue.Iterate(c.run.budget, items)
		}
	}
	var parts []string
	for err == nil {
		var p pyvalue.Value
		var ok bool
		if p, ok, err = it.Next(); err != nil || !ok {
			break
		}
		var kv []pyvalue.Value
		if kv, err = unpackValues(c.run.budget, p, 2); err != nil {
			break
		}
		var k, v string
		if k, err = quote(kv[0], true); err == nil {
			v, err = quote(kv[1], true)
		}
		parts = append(parts, k+"="+v)
	}
	return pyvalue.String(strings.Join(parts, "&")), err
}

// urlQuote is urllib's quote; in a query, slashes are quoted and spaces are
// plus signs.
func urlQuote(s string, query bool) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', isDigit(c), strings.IndexByte("_.-~", c) >= 0, c == '/' && !query:
			b.WriteByte(c)
		case c == ' ' && query:
			b.WriteByte('+')
		default:
			b.WriteString("%" + string(hex[c>>4]) + string(hex[c&15]))
		}
	}
	return b.String()
}

func doJSON(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	style := pyvalue.JSONStyle{SortKeys: true}
	if given(a[1]) {
		indent, ok := pyvalue.TextOf(a[1])
		if !ok {
			n, err := intArg(a[1], 0)
			if err != nil {
				return nil, typeError("can't multiply sequence by non-int of type '%s'", a[1].TypeName())
			}
			if err := c.run.budget.Alloc(int64(max(n, 0))); err != nil {
				return nil, err
			}
			indent = strings.Repeat(" ", max(n, 0))
		}
		style.Indent = &indent
	}
	s, err := pyvalue.EncodeJSON(c.run.budget, a[0], style)
	s = strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "'", `\u0027`).Replace(s)
	return pyvalue.Markup(s), err
}
