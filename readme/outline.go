package readme

import (
	"regexp"
	"strings"
	"sync"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

// outlined is the block structure of a piece of Markdown, as far as it reaches
// beyond the piece.
type outlined struct {
	heads []head
	// open names what is still open at the end, and opened the line it began in.
	open   string
	opened int
	// closer is a line that closes it.
	closer string
}

// head is a heading. Its text is inline Markdown.
type head struct {
	level int
	text  string
	line  int // from 1
	// top is false for a heading inside a quote or list.
	top bool
}

// outline finds the headings of Markdown, and what would swallow the text after
// it. It follows the block structure of CommonMark 0.31 (section 3 and appendix
// "A parsing strategy") for containers, code and HTML, and leaves out what no
// heading depends on: tables, and definitions of link references.
func outline(markdown string) outlined {
	var s scan
	for line := range strings.Lines(markdown) {
		s.number++
		s.line(expandTabs(strings.TrimRight(line, "\r\n")))
	}
	switch {
	case len(s.stack) > 0: // ends with its container
	case s.mark != "":
		s.open, s.opened, s.closer = "a code block", s.since, s.mark
	case s.until != nil && s.until != blankLine():
		s.open, s.opened, s.closer = "a piece of HTML", s.since, closerOf(s.until)
	}
	return s.outlined
}

// growTogether reports whether two pieces of Markdown, with a blank line between
// them, are one list, or two quotes that a reader may take for one.
func growTogether(before, after string) bool {
	start := quoteMark().FindString(after) + listMark().FindString(after)
	if start == "" {
		return false
	}
	var s scan
	for line := range strings.Lines(before) {
		s.line(expandTabs(strings.TrimRight(line, "\r\n")))
	}
	return len(s.stack) > 0 && (s.stack[0] == 0) == (start[0] == '>')
}

// scan is the state between two lines: the open containers, and at most one open
// leaf in the innermost.
type scan struct {
	outlined
	number int
	// stack holds the open containers: 0 for a quote, for a list item the columns
	// that its content is set in.
	stack []int
	// bare is true when the last line held only the mark of the innermost list
	// item, which a blank line then ends.
	bare bool
	// paragraph is the open paragraph's text.
	paragraph []string
	// mark is the fence of the open code block, and until the end of the open HTML
	// block; they began in line since.
	mark  string
	until *regexp.Regexp
	since int
}

// free reports whether a line without containers may begin a block: it ends the list
// that stands before it, with what is open there.
func (s *scan) free() bool { return len(s.stack) > 0 || s.mark == "" && s.until == nil }

func (s *scan) line(line string) {
	matched, rest := s.match(line)
	s.bare = false
	if matched < len(s.stack) {
		if s.paragraph != nil && !startsBlock(rest) {
			s.paragraph = append(s.paragraph, rest) // a lazy continuation
			return
		}
		s.stack = s.stack[:matched]
		s.closeLeaf()
	}
	switch {
	case s.mark != "":
		t := strings.TrimSpace(rest)
		if indentOf(rest) < 4 && strings.HasPrefix(t, s.mark) && strings.Trim(t, s.mark[:1]) == "" {
			s.closeLeaf()
		}
	case s.until != nil:
		s.endHTML(rest)
	default:
		s.leaf(s.containers(rest))
	}
}

// match takes the prefixes of the open containers off a line, as many as it has.
func (s *scan) match(line string) (matched int, rest string) {
	rest = line
	for _, columns := range s.stack {
		m := quoteMark().FindString(rest)
		switch {
		case columns == 0 && m != "":
			rest = rest[len(m):]
		case columns > 0 && isBlank(rest) && (!s.bare || matched+1 < len(s.stack)):
		case columns > 0 && indentOf(rest) >= columns:
			rest = rest[columns:]
		default:
			return matched, rest
		}
		matched++
	}
	return matched, rest
}

// containers opens the quotes and list items that a line begins.
func (s *scan) containers(rest string) string {
	for indentOf(rest) < 4 && !isBlank(rest) {
		if m := quoteMark().FindString(rest); m != "" {
			s.closeLeaf()
			s.stack = append(s.stack, 0)
			rest = rest[len(m):]
			continue
		}
		m := listMark().FindStringSubmatch(rest)
		if m == nil || ruleLine().MatchString(rest) || s.paragraph != nil && (setext().MatchString(rest) || !interrupts(m, rest)) {
			break
		}
		s.closeLeaf()
		columns := len(strings.TrimRight(m[0], " "))
		if space := indentOf(rest[columns:]); space >= 1 && space <= 4 && !isBlank(rest[columns:]) {
			columns += space
		} else {
			columns++
		}
		s.stack = append(s.stack, columns)
		rest = rest[min(columns, len(rest)):]
		s.bare = isBlank(rest)
	}
	return rest
}

// interrupts reports whether a list item may follow a paragraph without a blank
// line: one with content, and if it is numbered, with the number 1.
func interrupts(mark []string, rest string) bool {
	return !isBlank(rest[len(mark[0]):]) && (mark[1] == "" || mark[1] == "1")
}

// leaf reads what is left of a line after its containers.
func (s *scan) leaf(rest string) {
	switch {
	case isBlank(rest):
		s.closeLeaf()
	case indentOf(rest) >= 4:
		if s.paragraph != nil {
			s.paragraph = append(s.paragraph, rest)
		}
	case s.fence(rest), s.atx(rest), s.setext(rest):
	case ruleLine().MatchString(rest):
		s.closeLeaf()
	case s.html(rest):
	default:
		s.paragraph = append(s.paragraph, rest)
	}
}

func (s *scan) closeLeaf() { s.paragraph, s.mark, s.until = nil, "", nil }

func (s *scan) fence(rest string) bool {
	m := fenceLine().FindStringSubmatch(rest)
	if m == nil || m[1][0] == '`' && strings.Contains(m[2], "`") {
		return false
	}
	s.closeLeaf()
	s.mark, s.since = m[1], s.number
	return true
}

func (s *scan) atx(rest string) bool {
	m := atxLine().FindStringSubmatch(rest)
	if m == nil {
		return false
	}
	s.closeLeaf()
	s.head(len(m[1]), atxEnd().ReplaceAllString(m[2], ""))
	return true
}

func (s *scan) setext(rest string) bool {
	m := setext().FindStringSubmatch(rest)
	if m == nil || s.paragraph == nil {
		return false
	}
	level := 1
	if m[1][0] == '-' {
		level = 2
	}
	text := strings.Join(s.paragraph, "\n")
	s.closeLeaf()
	s.head(level, text)
	return true
}

func (s *scan) head(level int, text string) {
	s.heads = append(s.heads, head{level: level, text: oneLine(text), line: s.number, top: len(s.stack) == 0})
}

// html opens an HTML block (CommonMark 4.6).
func (s *scan) html(rest string) bool {
	for _, k := range htmlKinds() {
		if k.start.MatchString(rest) && (k.interrupts || s.paragraph == nil) {
			s.closeLeaf()
			s.until, s.since = k.end, s.number
			if k.end != blankLine() {
				s.endHTML(rest)
			}
			return true
		}
	}
	return false
}

func (s *scan) endHTML(rest string) {
	if s.until.MatchString(rest) {
		s.until = nil
	}
}

// startsBlock reports whether a line that has left the containers of a paragraph
// is more than its lazy continuation.
func startsBlock(rest string) bool {
	if isBlank(rest) {
		return true
	}
	if indentOf(rest) >= 4 {
		return false
	}
	for _, start := range []func() *regexp.Regexp{quoteMark, listMark, fenceLine, atxLine, ruleLine} {
		if start().MatchString(rest) {
			return true
		}
	}
	for _, k := range htmlKinds() {
		if k.start.MatchString(rest) {
			return true
		}
	}
	return false
}

func isBlank(s string) bool { return strings.Trim(s, " ") == "" }

func indentOf(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }

// expandTabs turns the tabs of an indentation into spaces, with stops of four.
func expandTabs(line string) string {
	if !strings.Contains(line, "\t") {
		return line
	}
	var b strings.Builder
	for i := range len(line) {
		if line[i] == '\t' {
			b.WriteString(strings.Repeat(" ", 4-b.Len()%4))
			continue
		}
		b.WriteByte(line[i])
	}
	return b.String()
}

var (
	quoteMark = lazy.Regexp(`^ {0,3}> ?`)
	listMark  = lazy.Regexp(`^ {0,3}(?:[-+*]|([0-9]{1,9})[.)])(?: |$)`)
	ruleLine  = lazy.Regexp(`^ {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$`)
	fenceLine = lazy.Regexp("^ {0,3}(`{3,}|~{3,})(.*)$")
	atxLine   = lazy.Regexp(`^ {0,3}(#{1,6})(?: (.*))?$`)
	atxEnd    = lazy.Regexp(`(?:^| +)#* *$`)
	setext    = lazy.Regexp(`^ {0,3}(=+|-+) *$`)
	blankLine = lazy.Regexp(`^ *$`)
)

// closerOf is a line that ends the HTML block whose end is looked for.
func closerOf(end *regexp.Regexp) string {
	for _, text := range []string{"-->", "?>", "]]>", ">", "</pre>"} {
		if end.MatchString(text) {
			return text
		}
	}
	return ""
}

// htmlKind is one of the seven kinds of HTML block.
type htmlKind struct {
	start, end *regexp.Regexp
	interrupts bool
}

var htmlKinds = sync.OnceValue(func() []htmlKind {
	return []htmlKind{
		{regexp.MustCompile(`(?i)^ {0,3}<(?:pre|script|style|textarea)(?:[ >]|$)`), regexp.MustCompile(`(?i)</(?:pre|script|style|textarea)>`), true},
		{regexp.MustCompile(`^ {0,3}<!--`), regexp.MustCompile(`-->`), true},
		{regexp.MustCompile(`^ {0,3}<\?`), regexp.MustCompile(`\?>`), true},
		{regexp.MustCompile(`^ {0,3}<!\[CDATA\[`), regexp.MustCompile(`\]\]>`), true},
		{regexp.MustCompile(`^ {0,3}<![A-Za-z]`), regexp.MustCompile(`>`), true},
		{regexp.MustCompile(`(?i)^ {0,3}</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|` +
			`dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|` +
			`main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|` +
			`track|ul)(?: |/?>|$)`), blankLine(), true},
		{regexp.MustCompile(`^ {0,3}(?:<[A-Za-z][A-Za-z0-9-]*(?: +[A-Za-z_:][\w.:-]*(?: *= *(?:[^ "'=<>` + "`" + `]+|'[^']*'|"[^"]*"))?)* */?>|</[A-Za-z][A-Za-z0-9-]* *>) *$`), blankLine(), false},
	}
})
