package readme

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

// escape makes plain text inline Markdown that renders as exactly that text, in
// CommonMark with GitHub's extensions: nothing in it is emphasis, code, a link,
// HTML, an entity, strikethrough or a table cell's end, and no bare address
// turns into a link where that can be helped. White space becomes single spaces.
// What would start a block is escaped where s starts, so the result may begin a
// line. Only what needs a backslash gets one.
func escape(s string) string { return escapeLine(oneLine(s), false) }

// escapeHeading is escape for a heading. It also escapes what markdownlint takes
// for closing marks (MD020) or, where it works out anchors (MD051), for a
// directive.
func escapeHeading(s string) string {
	s = oneLine(s)
	text := strings.TrimRight(s, "#")
	return escapeLine(text, true) + strings.Repeat(`\#`, len(s)-len(text))
}

func escapeLine(s string, inHeading bool) string {
	number := ""
	if blockStart().MatchString(s) {
		number, s = splitStart(s)
		if s != "" && strings.IndexByte("-+=>.)", s[0]) >= 0 {
			number += `\`
		}
	}
	return number + escapeInline(s, inHeading)
}

// splitStart cuts off the number of an ordered list's marker.
func splitStart(s string) (number, rest string) {
	n := len(s) - len(strings.TrimLeft(s, "0123456789"))
	return s[:n], s[n:]
}

func escapeInline(s string, inHeading bool) string {
	var b strings.Builder
	for i, r := range s {
		if r == '@' && mailAt(s, i) {
			b.WriteString("<!-- -->@")
			continue
		}
		if needsEscape(s, i, r) || inHeading && startsDirective(s[i:]) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

var (
	entity    = lazy.Regexp(`^&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{0,31});`)
	schemeEnd = lazy.Regexp(`(?i)(?:https?|ftp|mailto|xmpp)$`)
	www       = lazy.Regexp(`(?i)(?:^|[^a-z0-9])www$`)
)

// needsEscape reports whether the character r at s[i] would be more than itself.
func needsEscape(s string, i int, r rune) bool {
	switch r {
	case '\\', '`', '*', '[', ']', '<', '~', '|':
		return true
	case '_':
		return !insideWord(s, i)
	case '#':
		return i == 0 || s[i-1] == ' '
	case '&':
		return entity().MatchString(s[i:])
	case ':':
		return schemeEnd().MatchString(s[max(0, i-6):i])
	case '.':
		return www().MatchString(s[max(0, i-4):i])
	case '@':
		return i > 0 && s[i-1] != ' ' && i+1 < len(s) && s[i+1] != ' '
	}
	return false
}

// afterAt is what follows the @ of an address.
var afterAt = lazy.Regexp(`^@[A-Za-z0-9._-]*\.[A-Za-z0-9]`)

// mailAt reports whether the @ at s[i] is one that GitHub makes a link of, with or
// without a backslash. A comment before it, which nobody sees, prevents that.
func mailAt(s string, i int) bool {
	return i > 0 && (s[i-1] == '.' || s[i-1] == '+' || s[i-1] == '-' || s[i-1] == '_' || isAlnum(s[i-1])) && afterAt().MatchString(s[i:])
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// startsDirective reports whether s begins with a colon and what may be a name.
func startsDirective(s string) bool {
	r, size := utf8.DecodeRuneInString(s[1:])
	return s[0] == ':' && size > 0 && !unicode.IsSpace(r) && !unicode.IsPunct(r)
}

// insideWord reports whether the run of underscores around s[i] has a letter or
// digit on both sides, which cannot be emphasis.
func insideWord(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s[:i], "_"))
	after, _ := utf8.DecodeRuneInString(strings.TrimLeft(s[i:], "_"))
	word := func(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	return word(before) && word(after)
}
