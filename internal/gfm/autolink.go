package gfm

import (
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// linkBareAddresses makes links of the web and mail addresses in text, but not within
// links.
func (d *Document) linkBareAddresses(n ast.Node) {
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		switch c := c.(type) {
		case *ast.Link, *ast.Image, *ast.CodeSpan, *ast.AutoLink:
		case *ast.Text:
			next = d.linkRun(n, c)
		default:
			d.linkBareAddresses(c)
		}
		c = next
	}
}

// linkRun looks at a run of texts that stand next to each other in the source, which
// the parser cut at characters that could have been markup.
func (d *Document) linkRun(parent ast.Node, first *ast.Text) (next ast.Node) {
	last := first
	for !breaks(last) {
		t, ok := last.NextSibling().(*ast.Text)
		if !ok || t.Segment.Start != last.Segment.Stop || t.IsRaw() != first.IsRaw() || t.Segment.Padding != 0 {
			break
		}
		last = t
	}
	next = last.NextSibling()
	from, to := first.Segment.Start, last.Segment.Stop
	found := addresses(string(d.Source[from:to]))
	if first.IsRaw() || len(found) == 0 {
		return next
	}
	var made []ast.Node
	at := 0
	for _, a := range found {
		if a.start > at {
			made = append(made, ast.NewTextSegment(text.NewSegment(from+at, from+a.start)))
		}
		kind := ast.AutoLinkURL
		if a.mail {
			kind = ast.AutoLinkEmail
		}
		link := ast.NewAutoLink(kind, ast.NewTextSegment(text.NewSegment(from+a.start, from+a.stop)))
		if a.www {
			link.Protocol = []byte("http")
		}
		made, at = append(made, link), a.stop
	}
	tail := ast.NewTextSegment(text.NewSegment(from+at, to))
	tail.SetSoftLineBreak(last.SoftLineBreak())
	tail.SetHardLineBreak(last.HardLineBreak())
	if at < to-from || breaks(last) {
		made = append(made, tail)
	}
	for _, n := range made {
		parent.InsertBefore(parent, first, n)
	}
	for n := ast.Node(first); n != next; {
		after := n.NextSibling()
		parent.RemoveChild(parent, n)
		n = after
	}
	return next
}

func breaks(t *ast.Text) bool { return t.SoftLineBreak() || t.HardLineBreak() }

// address is a place in a text that is an address.
type address struct {
	start, stop int
	www, mail   bool
}

var (
	webStart = lazy.Regexp(`(?i)https?://|ftp://|www\.`)
	mailMid  = lazy.Regexp(`[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+`)
	domain   = lazy.Regexp(`^[\pL\pN_-]+(?:\.[\pL\pN_-]+)*`)
	entity   = lazy.Regexp(`&[A-Za-z0-9]+;$`)
)

// addresses finds the addresses of a text, in order.
func addresses(s string) []address {
	var out []address
	at := 0
	for at < len(s) {
		web := webStart().FindStringIndex(s[at:])
		stop := len(s)
		if web != nil {
			stop = at + web[0]
		}
		out = append(out, mails(s, at, stop)...)
		if web == nil {
			break
		}
		start := at + web[0]
		at = start + 1
		if !mayStart(s, start) {
			continue
		}
		if n := webAddress(s[start:]); n > 0 {
			out = append(out, address{start: start, stop: start + n, www: s[start]|0x20 == 'w'})
			at = start + n
		}
	}
	return out
}

// mayStart says whether an address may begin here.
func mayStart(s string, at int) bool { return at == 0 || strings.IndexByte(" \t\n*_~(", s[at-1]) >= 0 }

func mails(s string, from, to int) []address {
	if strings.IndexByte(s[from:to], '@') < 0 {
		return nil
	}
	var out []address
	for _, m := range mailMid().FindAllStringIndex(s[from:to], -1) {
		if end := s[from+m[1]-1]; end != '-' && end != '_' {
			out = append(out, address{start: from + m[0], stop: from + m[1], mail: true})
		}
	}
	return out
}

// maxHost bounds how far the name of a host is looked for: work must not grow with the
// square of the text.
const maxHost = 260

// webAddress is the length of the web address at the start of s, 0 for none.
func webAddress(s string) int {
	host := s
	if i := strings.Index(s[:min(len(s), 10)], "://"); i >= 0 {
		host = s[i+3:]
	}
	name := domain().FindString(host[:min(len(host), maxHost)])
	labels := strings.Split(name, ".")
	if len(labels) < 2 || strings.Contains(labels[len(labels)-1]+labels[len(labels)-2], "_") {
		return 0
	}
	end := strings.IndexAny(s, " \t\r\n<")
	if end < 0 {
		end = len(s)
	}
	return len(trimAddress(s[:end]))
}

// trimAddress leaves out the punctuation behind an address.
func trimAddress(s string) string {
	surplus := strings.Count(s, ")") - strings.Count(s, "(")
	for s != "" {
		switch s[len(s)-1] {
		case '?', '!', '.', ',', ':', '*', '_', '~', '\'', '"':
			s = s[:len(s)-1]
		case ')':
			if surplus <= 0 {
				return s
			}
			surplus--
			s = s[:len(s)-1]
		case ';':
			tail := s[max(0, len(s)-40):]
			m := entity().FindStringIndex(tail)
			if m == nil {
				return s
			}
			s = s[:len(s)-(m[1]-m[0])]
		default:
			return s
		}
	}
	return s
}
