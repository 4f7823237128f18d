package specedit

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
)

// Literal returns what a string literal says, and whether expr is one: quoted or
// a heredoc, without interpolation or directive, not in parentheses. The
// expression must come from the parser as it is; nil is none.
func Literal(expr hclsyntax.Expression) (string, bool) {
	t, is := expr.(*hclsyntax.TemplateExpr)
	if !is || len(t.Parts) != 1 {
		return "", false
	}
	lit, is := t.Parts[0].(*hclsyntax.LiteralValueExpr)
	if !is || lit.Val.Type() != cty.String || lit.Val.IsNull() || !lit.Val.IsKnown() || lit.Val.IsMarked() {
		return "", false
	}
	return lit.Val.AsString(), true
}

// writable reports whether HCL can say s: it knows UTF-8 in normal form C only.
func writable(s string) bool {
	return utf8.ValidString(s) && cty.NormalizeString(s) == s
}

// quoted writes s in quotes; what leaves no mark on paper is escaped.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case opens(s[i:]):
			b.WriteRune(r)
			b.WriteRune(r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// opens reports whether s begins like an interpolation or a directive.
func opens(s string) bool { return strings.HasPrefix(s, "${") || strings.HasPrefix(s, "%{") }

// heredoc is the form of one: its opener, its delimiter and where they stand.
type heredoc struct {
	flush bool
	// indent stands before each line of a flush one, outdent before the
	// delimiter that closes.
	marker, indent, outdent string
	// eol is the line end of the spec file, which the value has then, too.
	eol string
}

// heredocOf reads the form of a heredoc from its source.
func heredocOf(src []byte) (heredoc, bool) {
	rest, is := bytes.CutPrefix(src, []byte("<<"))
	first, body, lines := bytes.Cut(rest, []byte("\n"))
	if !is || !lines {
		return heredoc{}, false
	}
	h := heredoc{eol: "\n"}
	if cut, crlf := bytes.CutSuffix(first, []byte("\r")); crlf {
		first, h.eol = cut, "\r\n"
	}
	first, h.flush = bytes.CutPrefix(first, []byte("-"))
	h.marker = string(first)
	last := body[bytes.LastIndexByte(body, '\n')+1:]
	h.outdent = string(blankPrefix(last))
	h.indent = h.outdent + deeper(h.outdent)
	if own, some := sharedIndent(body[:len(body)-len(last)]); some {
		h.indent = own
	}
	return h, true
}

// sharedIndent is the shortest white space at the start of a line with more than
// that; some is false when there is no such line.
func sharedIndent(body []byte) (indent string, some bool) {
	least := 0
	for line := range bytes.Lines(body) {
		prefix := blankPrefix(line)
		if len(prefix) == len(line) {
			continue
		}
		if n := utf8.RuneCount(prefix); !some || n < least {
			indent, some, least = string(prefix), true, n
		}
	}
	return indent, some
}

func blankPrefix(line []byte) []byte {
	return line[:len(line)-len(bytes.TrimLeftFunc(line, unicode.IsSpace))]
}

// deeper is one level of indentation, as those around it are made.
func deeper(indent string) string {
	if strings.Contains(indent, "\t") {
		return "\t"
	}
	return "  "
}

// write returns value in this form; ok is false when a heredoc cannot say it: a
// value without lines or without a final line end, with line ends unlike the
// file's, or with control characters.
func (h heredoc) write(value string) (src string, ok bool) {
	lines := map[string]bool{}
	var b strings.Builder
	for line := range strings.Lines(value) {
		text, ended := strings.CutSuffix(line, h.eol)
		if !ended || strings.ContainsFunc(text, isControl) {
			return "", false
		}
		trimmed := strings.TrimSpace(text)
		lines[trimmed] = true
		if h.flush && trimmed != "" {
			b.WriteString(h.indent)
		}
		escape(&b, text)
		b.WriteString(h.eol)
	}
	if value == "" {
		return "", false
	}
	for lines[h.marker] {
		h.marker += "_"
	}
	open := "<<"
	if h.flush {
		open = "<<-"
	}
	return open + h.marker + h.eol + b.String() + h.outdent + h.marker, true
}

func isControl(r rune) bool { return unicode.IsControl(r) && r != '\t' }

// escape writes text into a heredoc.
func escape(b *strings.Builder, text string) {
	for text != "" {
		i := strings.IndexAny(text, "$%")
		if i < 0 {
			break
		}
		b.WriteString(text[:i+1])
		if opens(text[i:]) {
			b.WriteByte(text[i])
		}
		text = text[i+1:]
	}
	b.WriteString(text)
}

// long reports whether value reads better as a heredoc.
func long(value string) bool { return strings.Count(value, "\n") > 1 }

// forms are the ways to write value in the place of a literal that now is src,
// the best first. The last, in quotes, fits everywhere.
func forms(text []byte, at hcl.Range, value string) []string {
	src := text[at.Start.Byte:at.End.Byte]
	h, is := heredocOf(src)
	if !is {
		if !long(value) || bytes.Count(src, []byte(`\n`)) > 1 {
			return []string{quoted(value)}
		}
		h = heredocAt(text, at)
	}
	var list []string
	for _, flush := range []bool{true, false} {
		h.flush = h.flush && flush
		if src, ok := h.write(value); ok && says(src, value) {
			list = append(list, src)
		}
	}
	return append(list, quoted(value))
}

// heredocAt is the form of a heredoc in the place of a quoted string. Its eol is
// "" where more follows in the line, and no heredoc can stand.
func heredocAt(text []byte, at hcl.Range) heredoc {
	line := text[bytes.LastIndexByte(text[:at.Start.Byte], '\n')+1 : at.Start.Byte]
	outdent := string(blankPrefix(bytes.TrimPrefix(line, []byte("\uFEFF"))))
	h := heredoc{flush: true, marker: "EOT", outdent: outdent, indent: outdent + deeper(outdent)}
	for _, eol := range []string{"\n", "\r\n"} {
		if bytes.HasPrefix(text[at.End.Byte:], []byte(eol)) {
			h.eol = eol
		}
	}
	return h
}

// says reports whether a literal evaluates to value.
func says(src, value string) bool {
	line := []byte(src + "\n")
	if hcllimit.Scan("", line).HasErrors() {
		return false
	}
	x, diags := hclsyntax.ParseExpression(line, "", hcl.InitialPos)
	if diags.HasErrors() || x.Range().End.Byte != len(src) {
		return false
	}
	got, is := Literal(x)
	return is && got == value
}

// SetAttribute replaces the string literal at a range, which is that of an
// expression, by one that evaluates to exactly value. The style stays where it
// can: a heredoc keeps its form, delimiter and indentation; it becomes a plain
// one when every line of value is indented, and a quoted string when a heredoc
// cannot say value (no final line end, control characters, or line ends unlike
// those of the file: for a file in CRLF, give value in CRLF). A quoted string
// becomes a heredoc when value has several lines, the old one had not, and
// nothing follows in its line.
//
// Every byte outside the range stays, and doing it twice is doing it once: text
// itself comes back when nothing changes. The errors are ErrJSON,
// ErrNotConstant, ErrPlace, ErrValue, or the diagnostics of a text that does not
// parse.
func SetAttribute(text []byte, filename string, at hcl.Range, value string) ([]byte, error) {
	body, err := parse(text, filename)
	if err != nil {
		return nil, err
	}
	x := find(body, at.Start.Byte, at.End.Byte)
	if x == nil {
		return nil, refuse(filename, at, ErrPlace)
	}
	old, is := Literal(x)
	switch {
	case !is:
		return nil, refuse(filename, at, ErrNotConstant)
	case old == value:
		return text, nil
	case !writable(value):
		return nil, refuse(filename, at, ErrValue)
	}
	for _, form := range forms(text, at, value) {
		e := edit{at.Start.Byte, at.End.Byte, form}
		if out := splice(text, e); holds(out, e, cty.StringVal(value)) {
			return out, nil
		}
	}
	return nil, refuse(filename, at, ErrValue)
}
