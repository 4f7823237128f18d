package readme

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

const (
	// wrapAt is where generated prose is wrapped; two columns are kept for
	// escapes at the start of a line.
	wrapAt = 78
	// lineLength is the length that markdownlint's MD013 allows.
	lineLength = 80
)

// block is a piece of Markdown that blank lines go around.
type block struct {
	text string
	// raw is true for the user's own Markdown.
	raw bool
	// exempt are the rules of markdownlint that the text cannot keep, beside
	// those that guarded finds.
	exempt []string
}

// heading is a heading with plain text.
func heading(level int, text string) block {
	return block{text: strings.Repeat("#", level) + " " + escapeHeading(text)}
}

// paragraph is a paragraph of inline Markdown on one line, wrapped.
func paragraph(inline string) block {
	return block{text: strings.Join(wrap(inline, wrapAt), "\n")}
}

// bullets is a list with one item for each piece of inline Markdown. indents
// says how deep each item nests; nil means not at all.
func bullets(items []string, indents []int) block {
	var b strings.Builder
	for i, item := range items {
		indent := ""
		if indents != nil {
			indent = strings.Repeat("  ", indents[i])
		}
		for j, line := range wrap(item, wrapAt-2-len(indent)) {
			if i+j > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(indent)
			b.WriteString([]string{"- ", "  "}[min(j, 1)])
			b.WriteString(line)
		}
	}
	return block{text: b.String()}
}

// fence is a code block; the fence is longer than any run of backticks in it.
func fence(language, code string) block {
	code = trimBlankLines(code)
	marks := "```"
	for strings.Contains(code, marks) {
		marks += "`"
	}
	text := marks + language + "\n" + code + "\n" + marks
	if reformatted().MatchString(language) || trailing().MatchString(code) {
		text = "<!-- prettier-ignore -->\n" + text
	}
	return block{text: text}
}

// trailing matches white space at the end of a line, which Prettier takes away.
var trailing = lazy.Regexp(`[ \t](?:\n|$)`)

// reformatted matches the languages of code that Prettier would format anew.
var reformatted = lazy.Regexp(`(?i)^(?:json[5c]?|jsonl|geojson|webmanifest|[mc]?js|jsx|javascript|flow|[mc]?ts|tsx|typescript|css|scss|less|postcss|html?|xhtml|vue|ya?ml|graphqls?|gql|md|markdown|mdx|handlebars|hbs|glimmer)$`)

// image is an image with plain alternative text. The destination is as
// destination makes it.
func image(alt, dest string) string {
	// In there a comment would show.
	return "![" + strings.ReplaceAll(escape(alt), "<!-- -->@", `\@`) + "](" + dest + ")"
}

// linkTo is a link around inline Markdown.
func linkTo(inline, dest string) string { return "[" + inline + "](" + dest + ")" }

// destination makes a URL or relative path safe between the parentheses of a
// link, without changing where it leads.
func destination(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case c <= ' ' || c >= 0x7f, strings.IndexByte("()<>\"\\`[]^{|}*", c) >= 0:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// safeURL reports whether s is a web address, or a relative path, and so safe to
// link to.
func safeURL(s string) bool {
	u, err := url.Parse(s)
	switch {
	case err != nil || s == "":
		return false
	case u.Scheme == "https" || u.Scheme == "http":
		return u.Host != ""
	}
	return u.Scheme == "" && u.Host == "" && !strings.HasPrefix(s, "/")
}

// trimBlankLines is s without blank lines at both ends and without the last line
// feed.
func trimBlankLines(s string) string {
	for {
		line, rest, more := strings.Cut(s, "\n")
		if !more || strings.TrimSpace(line) != "" {
			break
		}
		s = rest
	}
	return strings.TrimRight(s, " \t\n")
}

// blockStart matches what would start another block at the start of a line. Of
// those, escape leaves only these unescaped.
var blockStart = lazy.Regexp(`^(?:[-+](?:\s|$)|-[- ]*$|=+\s*$|>|#{1,6}(?:\s|$)|[0-9]{1,9}[.)](?:\s|$)|~~~|\x60\x60\x60|<|\||\*(?:\s|$)|\[)`)

// wrap breaks inline Markdown on one line into lines of at most limit characters
// where it can: at a single space, not inside angle brackets, not after a
// backslash, and not where the next line would start a block.
func wrap(inline string, limit int) []string {
	var lines []string
	for longer(inline, limit) {
		at := breakAt(inline, limit)
		if at < 0 {
			break
		}
		lines = append(lines, inline[:at])
		inline = inline[at+1:]
	}
	return append(lines, inline)
}

// breakAt is the index of the best space to break at; -1 when there is none.
func breakAt(s string, limit int) int {
	best, chars, angles := -1, 0, 0
	for i, r := range s {
		switch r {
		case '<':
			angles++
		case '>':
			angles = max(0, angles-1)
		case ' ':
			if angles == 0 && canBreak(s, i) && (chars <= limit || best < 0) {
				best = i
			}
		}
		if chars += utf16.RuneLen(r); chars > limit && best >= 0 {
			break
		}
	}
	return best
}

func canBreak(s string, i int) bool {
	next := s[i+1:]
	return i > 0 && next != "" && s[i-1] != ' ' && s[i-1] != '\\' && next[0] != ' ' && !blockStart().MatchString(next) &&
		!setextAlone(next)
}

// setextAlone reports whether the first word of a line could be an underline
// when the line is broken again after it.
func setextAlone(next string) bool {
	word, _, _ := strings.Cut(next, " ")
	return strings.Trim(word, "-") == "" || strings.Trim(word, "=") == ""
}

// guarded is the block's text; in generated Markdown, what breaks a default rule
// of markdownlint is put between comments that switch the rule off.
func (b block) guarded() string {
	if b.raw {
		return b.text
	}
	rules := slices.Clone(b.exempt)
	for line := range strings.Lines(b.text) {
		line = strings.TrimSuffix(line, "\n")
		if tooLong(line) {
			rules = append(rules, "MD013")
		}
		if strings.Contains(line, "\t") {
			rules = append(rules, "MD010")
		}
	}
	if strings.HasPrefix(b.text, "#") && endsInPunctuation(b.text) {
		rules = append(rules, "MD026")
	}
	if vagueLink().MatchString(b.text) {
		rules = append(rules, "MD059")
	}
	if rules == nil {
		return b.text
	}
	slices.Sort(rules)
	list := strings.Join(slices.Compact(rules), " ")
	return "<!-- markdownlint-disable " + list + " -->\n\n" + b.text + "\n\n<!-- markdownlint-enable " + list + " -->"
}

// vagueLink matches the link texts that MD059 wants to be more telling.
var vagueLink = lazy.Regexp(`(?i)\[(?:click here|here|link|more)\]\(`)

// length is the length of s as markdownlint counts it: in UTF-16 units.
func length(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// longer reports whether s has more than that length.
func longer(s string, limit int) bool {
	return len(s) > limit && length(s[:min(len(s), 4*limit+4)]) > limit
}

// tooLong is MD013's test: the last word may reach beyond the allowed length, but
// must begin within it.
func tooLong(line string) bool {
	n := 0
	for _, r := range line {
		if n >= lineLength-1 && unicode.IsSpace(r) {
			return true
		}
		n += utf16.RuneLen(r)
	}
	return false
}

// endsInPunctuation is MD026's test.
func endsInPunctuation(line string) bool {
	r, _ := utf8.DecodeLastRuneInString(line)
	return strings.ContainsRune(".,;:!。，；：！", r)
}
