package keys

import (
	"fmt"
	"strings"
	"unicode"
)

// hint is what the old value tells about the wanted look of the new one.
type hint byte

// The quotes of an old string are hints: ' or ".
const noHint hint = 0

// hintOf looks at the first byte of the old value.
func (d *document) hintOf(n *node) hint {
	if n != nil && n.kind == scalar && n.open < n.end {
		if c := d.text[n.open]; c == '\'' || c == '"' {
			return hint(c)
		}
	}
	return noHint
}

// inline writes a value on one line, as it stands between brackets.
func (d *document) inline(v any, h hint) string {
	switch x := plain(v).(type) {
	case bool:
		return fmt.Sprint(x)
	case string:
		return d.quoted(x, h)
	case Number:
		return d.number(x)
	case Date:
		if d.format == JSON {
			return string(appendJSONString(nil, string(x)))
		}
		return string(x)
	case []any:
		parts := make([]string, len(x))
		for i, e := range x {
			parts[i] = d.inline(e, h)
		}
		return "[" + strings.Join(parts, d.comma()) + "]"
	case Map:
		parts := make([]string, len(x))
		for i, p := range x {
			parts[i] = d.name(p.Key) + d.colon(nil) + d.inline(p.Value, h)
		}
		if len(parts) == 0 {
			return "{}"
		}
		if d.format == JSON {
			return "{" + strings.Join(parts, d.comma()) + "}"
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	}
	return "null"
}

func (d *document) comma() string {
	if d.format == JSON && d.colon(nil) == ":" {
		return ","
	}
	return ", "
}

// quoted writes a string between brackets.
func (d *document) quoted(s string, h hint) string {
	switch d.format {
	case JSON:
		return string(appendJSONString(nil, s))
	case TOML:
		return tomlString(s, h)
	}
	return yamlString(s, h, true)
}

// name writes a key.
func (d *document) name(key string) string {
	switch d.format {
	case JSON:
		return string(appendJSONString(nil, key))
	case TOML:
		return tomlKey(Key{key})
	}
	return yamlString(key, noHint, true)
}

// number writes a number so that every reader of the format takes it for one.
func (d *document) number(n Number) string {
	s := string(n)
	if d.format != YAML {
		return s
	}
	switch s {
	case "inf", "-inf":
		return strings.Replace(s, "inf", ".inf", 1)
	case "nan":
		return ".nan"
	}
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return s
	}
	// YAML 1.1 wants a dot and a sign: 1e5 is a string to some readers.
	head, exp := s[:i], s[i+1:]
	if !strings.Contains(head, ".") {
		head += ".0"
	}
	if exp[0] != '-' && exp[0] != '+' {
		exp = "+" + exp
	}
	return head + "e" + exp
}

// spread writes a JSON value over lines; margin is that of its first line.
func (d *document) spread(v any, margin string) string {
	deep := margin + d.unit()
	var parts []string
	brackets := "[]"
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			parts = append(parts, d.spread(e, deep))
		}
	case Map:
		brackets = "{}"
		for _, p := range x {
			parts = append(parts, d.name(p.Key)+": "+d.spread(p.Value, deep))
		}
	}
	if len(parts) == 0 {
		return d.inline(v, noHint)
	}
	return brackets[:1] + d.eol + deep + strings.Join(parts, ","+d.eol+deep) + d.eol + margin + brackets[1:]
}

// tomlKey writes a dotted key.
func tomlKey(k Key) string {
	parts := make([]string, len(k))
	for i, seg := range k {
		parts[i] = seg
		if seg == "" || strings.IndexFunc(seg, func(r rune) bool { return r > 127 || !bareTOML(byte(r)) }) >= 0 {
			parts[i] = tomlString(seg, noHint)
		}
	}
	return strings.Join(parts, ".")
}

// tomlString writes a string on one line: a literal one where the old one was and
// it can be, else a basic one.
func tomlString(s string, h hint) string {
	if h == '\'' && !strings.Contains(s, "'") && strings.IndexFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) < 0 {
		return "'" + s + "'"
	}
	return `"` + escape(s, func(r rune) string { return fmt.Sprintf(`\u%04X`, r) }) + `"`
}

// escape writes the inside of a double-quoted string of TOML or YAML.
func escape(s string, code func(rune) string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r < 0xa0 && unicode.IsControl(r):
			b.WriteString(code(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// tomlValue writes the value of a pair whose key begins at that margin: a string
// of several lines and a long list are spread over lines.
func (d *document) tomlValue(v any, h hint, margin string, used int) string {
	if s, ok := v.(string); ok && strings.Contains(strings.TrimSuffix(s, "\n"), "\n") && !strings.Contains(s, "\r") && d.eol == "\n" {
		lines := strings.Split(s, "\n")
		for i, l := range lines {
			lines[i] = escape(l, func(r rune) string { return fmt.Sprintf(`\u%04X`, r) })
		}
		return `"""` + d.eol + strings.Join(lines, d.eol) + `"""`
	}
	one := d.inline(v, h)
	l, ok := v.([]any)
	if !ok || len(l) == 0 || used+len(one) <= maxLine {
		return one
	}
	deep := margin + d.unit()
	var b strings.Builder
	for _, e := range l {
		b.WriteString(d.eol + deep + d.inline(e, h) + ",")
	}
	return "[" + b.String() + d.eol + margin + "]"
}
