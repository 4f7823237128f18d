package keys

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

// inlineYAML writes a value that begins on the line of its key, which begins in
// that column; ok is false for a list or map, which takes lines of its own.
// alone says that nothing follows on the line of the old value.
func (d *document) inlineYAML(v any, h hint, indent int, alone bool) (text string, ok bool) {
	switch x := plain(v).(type) {
	case Map:
		return "{}", len(x) == 0
	case []any:
		return "[]", len(x) == 0
	case string:
		// At the end of a text without a final line end, `|` would lose its own.
		ended := len(d.text) == 0 || d.text[len(d.text)-1] == '\n'
		if alone && literal(x) && (ended || !strings.HasSuffix(x, "\n")) {
			return strings.Join(d.literal(x, indent+d.depthStep()), d.eol), true
		}
		return yamlString(x, h, false), true
	}
	return d.inline(v, h), true
}

// literal reports whether a text of several lines can be written as it stands.
func literal(s string) bool {
	body := strings.TrimSuffix(s, "\n")
	if !strings.Contains(body, "\n") || body[0] == ' ' || strings.HasSuffix(body, "\n") || body[0] == '\n' {
		return false
	}
	for _, line := range strings.Split(body, "\n") {
		if line != "" && strings.TrimLeft(line, " ") == "" {
			return false
		}
	}
	return strings.IndexFunc(body, func(r rune) bool { return r != '\n' && !printable(r) || r == '\t' }) < 0
}

func (d *document) literal(s string, indent int) []string {
	head := "|-"
	if strings.HasSuffix(s, "\n") {
		head, s = "|", s[:len(s)-1]
	}
	lines := []string{head}
	for _, l := range strings.Split(s, "\n") {
		if l != "" {
			l = spaces(indent) + l
		}
		lines = append(lines, l)
	}
	return lines
}

// body writes a list or map that stands below a key in that column.
func (d *document) body(v any, indent int) []string {
	if l, ok := v.([]any); ok {
		var out []string
		for _, e := range l {
			out = append(out, d.item(e, indent+d.listStep(), noHint)...)
		}
		return out
	}
	return d.lines(v.(Map), indent+d.depthStep())
}

// lines writes the members of a map.
func (d *document) lines(m Map, indent int) []string {
	var out []string
	for _, p := range m {
		head := spaces(indent) + yamlString(p.Key, noHint, false) + ":"
		if text, ok := d.inlineYAML(p.Value, noHint, indent, true); ok {
			out = append(out, head+" "+text)
			continue
		}
		out = append(append(out, head), d.body(p.Value, indent)...)
	}
	return out
}

// item writes an element of a list whose dash stands in that column.
func (d *document) item(v any, indent int, h hint) []string {
	var inner []string
	if text, ok := d.inlineYAML(v, h, indent, true); ok {
		inner = []string{spaces(indent+2) + text}
	} else if m, isMap := v.(Map); isMap {
		inner = d.lines(m, indent+2)
	} else {
		for _, e := range v.([]any) {
			inner = append(inner, d.item(e, indent+2, h)...)
		}
	}
	inner[0] = spaces(indent) + "- " + inner[0][indent+2:]
	return inner
}

// depthStep returns the columns that the file's maps are indented by.
func (d *document) depthStep() int {
	if w := step(d.root, mapping); w > 0 {
		return w
	}
	return 2
}

// listStep returns the columns that the file's lists are indented by.
func (d *document) listStep() int {
	if w := step(d.root, list); w >= 0 {
		return w
	}
	return 2
}

// step returns the indentation of the first block collection of a kind in a block
// map, -1 when there is none.
func step(n *node, want kind) int {
	if n == nil || n.flow || n.kind == scalar || n.kind == alias {
		return -1
	}
	for _, k := range n.kids {
		if v := k.val; n.kind == mapping && v.kind == want && !v.flow && !k.odd {
			return v.indent - n.indent
		}
		if w := step(k.val, want); w >= 0 {
			return w
		}
	}
	return -1
}

var (
	// A plain scalar that every version of YAML reads as the string it is: it
	// begins with a letter or a harmless sign.
	plainStart = lazy.Regexp(`^[\pL_./$(+^<;\\~]`)
	// Words that YAML 1.1 or 1.2 reads as something else (yaml.org/type), and
	// numbers and dates, which begin with a digit, a sign or a dot.
	special = lazy.Regexp(`(?i)^(y|yes|n|no|on|off|true|false|null|~|<<|=|[-+.]?[0-9].*|[-+]?\.(inf|nan)|\+.*|\.|-+|\.\.\.)$`)
)

// yamlString writes a string: plain where every reader takes it for that string,
// else in the quotes of the hint, double ones without it. flow says that it stands
// between brackets.
func yamlString(s string, h hint, flow bool) string {
	clean := strings.IndexFunc(s, func(r rune) bool { return !printable(r) || r == '\t' }) < 0
	if h == noHint && clean && plainYAML(s, flow) {
		return s
	}
	if h == '\'' && clean {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return `"` + escape(s, func(r rune) string { return fmt.Sprintf(`\u%04X`, r) }) + `"`
}

func plainYAML(s string, flow bool) bool {
	return plainStart().MatchString(s) && !special().MatchString(s) &&
		!strings.Contains(s, ": ") && !strings.Contains(s, " #") &&
		!strings.HasSuffix(s, ":") && !strings.HasSuffix(s, " ") &&
		!(flow && (strings.ContainsAny(s, ",[]{}:?") || strings.Contains(s, "#")))
}

// printable reports whether a character may stand in a YAML text unescaped.
func printable(r rune) bool {
	return r != utf8.RuneError && r != 0xfeff && r != 0x2028 && r != 0x2029 && (unicode.IsPrint(r) || r == '\t')
}
