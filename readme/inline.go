package readme

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

// plainText is the text that inline Markdown shows, without its images: what
// GitHub makes a heading's anchor from. It follows CommonMark 0.31 (section 6)
// with strikethrough, and takes every [text][label] for a link. A text that no heading
// has, of more than maxInline, is not read.
func plainText(inline string) string {
	if len(inline) > maxInline {
		return oneLine(inline)
	}
	var p inliner
	p.read(inline)
	p.pair()
	var b strings.Builder
	for _, t := range p.out {
		b.WriteString(t.text)
		b.WriteString(strings.Repeat(string(t.mark), t.count))
	}
	return oneLine(b.String())
}

// maxInline bounds what grows with the square of the length.
const maxInline = 8 << 10

// inliner takes inline Markdown apart.
type inliner struct {
	out []token
	// closes is where the bracket at an index is closed, -1 for nowhere; see closing.
	closes map[int]int
	// open says from where on no run of backticks of a length ends a code span.
	open map[int]int
}

// token is text, or a run of delimiters that may open or end emphasis, of which
// count are left.
type token struct {
	text        string
	mark        rune
	run, count  int
	opens, ends bool
}

var (
	autolink   = lazy.Regexp(`^<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^ <>]*|[^ <>@]+@[^ <>@]+)>`)
	htmlInline = lazy.Regexp(`^<(?:/?[A-Za-z][^<>]*|!--.*?--|\?.*?\?)>`)
	linkTail   = lazy.Regexp(`^\((?:<[^<>]*>|[^ ()<]*(?:\([^ ()]*\)[^ ()]*)*)(?: +(?:"[^"]*"|'[^']*'|\([^()]*\)))? *\)`)
	labelTail  = lazy.Regexp(`^\[[^\[\]]*\]`)
)

func (p *inliner) text(s string) { p.out = append(p.out, token{text: s}) }

func (p *inliner) read(s string) {
	for i := 0; i < len(s); {
		i += p.next(s, i)
	}
}

// next takes what stands at s[i] and returns its length.
func (p *inliner) next(s string, i int) int {
	rest := s[i:]
	switch c := rest[0]; c {
	case '\\':
		if len(rest) > 1 && isPunct(rune(rest[1])) && rest[1] < utf8.RuneSelf {
			p.text(rest[1:2])
			return 2
		}
	case '`':
		return p.codeSpan(s, i)
	case '<':
		if m := autolink().FindStringSubmatch(rest); m != nil {
			p.text(m[1])
			return len(m[0])
		}
		if m := htmlInline().FindString(rest); m != "" {
			return len(m)
		}
	case '&':
		if m := entity().FindString(rest); m != "" {
			p.text(html.UnescapeString(m))
			return len(m)
		}
	case '!':
		if n := p.linkLength(s, i+1); n > 0 {
			return 1 + n
		}
	case '[':
		if n := p.linkLength(s, i); n > 0 {
			p.text(plainText(s[i+1 : p.closing(s, i)]))
			return n
		}
	case '*', '_', '~':
		return p.delimiters(s, i)
	}
	_, n := utf8.DecodeRuneInString(rest)
	p.text(rest[:n])
	return n
}

// codeSpan takes a code span, or a run of backticks that starts none.
func (p *inliner) codeSpan(s string, i int) int {
	rest := s[i:]
	n := len(rest) - len(strings.TrimLeft(rest, "`"))
	end := p.codeEnd(s, i) - i
	if end < 0 {
		p.text(rest[:n])
		return n
	}
	inner := rest[n : end-n]
	if len(inner) > 1 && inner[0] == ' ' && inner[len(inner)-1] == ' ' && strings.Trim(inner, " ") != "" {
		inner = inner[1 : len(inner)-1]
	}
	p.text(inner)
	return end
}

// codeEnd is the end of the code span that starts at s[i]; -1 for none.
func (p *inliner) codeEnd(s string, i int) int {
	n := len(s[i:]) - len(strings.TrimLeft(s[i:], "`"))
	if from, known := p.open[n]; known && i >= from {
		return -1
	}
	from := i
	for i += n; i < len(s); {
		if s[i] != '`' {
			i++
			continue
		}
		run := len(s[i:]) - len(strings.TrimLeft(s[i:], "`"))
		if i += run; run == n {
			return i
		}
	}
	if p.open == nil {
		p.open = map[int]int{}
	}
	p.open[n] = from
	return -1
}

// linkLength is the length of the link that starts with the bracket s[i]; 0 for
// none.
func (p *inliner) linkLength(s string, i int) int {
	end := p.closing(s, i)
	if end < 0 {
		return 0
	}
	tail := s[end+1:]
	if m := linkTail().FindString(tail); m != "" {
		return end + 1 + len(m) - i
	}
	if m := labelTail().FindString(tail); m != "" {
		return end + 1 + len(m) - i
	}
	return 0
}

// closing is the index of the bracket that closes s[i]; -1 when s does not have one
// there that is closed. On its way it learns of the brackets within.
func (p *inliner) closing(s string, i int) int {
	if i >= len(s) || s[i] != '[' {
		return -1
	}
	if end, known := p.closes[i]; known {
		return end
	}
	if p.closes == nil {
		p.closes = map[int]int{}
	}
	var open []int
	for at := i; at < len(s); at++ {
		switch s[at] {
		case '\\':
			at++
		case '`':
			if end := p.codeEnd(s, at); end > 0 {
				at = end - 1
			}
		case '[':
			open = append(open, at)
			p.closes[at] = -1
		case ']':
			p.closes[open[len(open)-1]] = at
			if open = open[:len(open)-1]; len(open) == 0 {
				return at
			}
		}
	}
	return -1
}

// delimiters takes a run of delimiters (CommonMark 6.2).
func (p *inliner) delimiters(s string, i int) int {
	mark := rune(s[i])
	after := strings.TrimLeft(s[i:], s[i:i+1])
	n := len(s) - i - len(after)
	prev, size := utf8.DecodeLastRuneInString(s[:i])
	if size == 0 {
		prev = ' '
	}
	next, size := utf8.DecodeRuneInString(after)
	if size == 0 {
		next = ' '
	}
	left := !unicode.IsSpace(next) && (!isPunct(next) || unicode.IsSpace(prev) || isPunct(prev))
	right := !unicode.IsSpace(prev) && (!isPunct(prev) || unicode.IsSpace(next) || isPunct(next))
	t := token{mark: mark, run: n, count: n, opens: left, ends: right}
	if mark == '_' {
		t.opens = left && (!right || isPunct(prev))
		t.ends = right && (!left || isPunct(next))
	}
	p.out = append(p.out, t)
	return n
}

// pair takes away the delimiters that make emphasis.
func (p *inliner) pair() {
	for j := range p.out {
		for i := j - 1; i >= 0 && p.out[j].ends && p.out[j].count > 0; i-- {
			used := match(&p.out[i], &p.out[j])
			if used == 0 {
				continue
			}
			p.out[i].count -= used
			p.out[j].count -= used
			for k := i + 1; k < j; k++ {
				p.out[k].opens = false
			}
			i++ // the same opener may have more
		}
	}
}

// match is how many delimiters an opener and an ender have in common.
func match(a, b *token) int {
	switch {
	case a.mark == 0 || a.mark != b.mark || !a.opens || a.count == 0:
		return 0
	case a.mark == '~':
		if a.count != b.count || a.count > 2 {
			return 0
		}
		return a.count
	case (a.ends || b.opens) && (a.run+b.run)%3 == 0 && (a.run%3 != 0 || b.run%3 != 0):
		return 0
	}
	return 1 + min(1, a.count/2, b.count/2)
}

func isPunct(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }
