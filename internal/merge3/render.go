package merge3

import (
	"bytes"
	"strings"
	"unicode"
)

// Labels name the sides on marker lines; controls in them are left out.
type Labels struct{ Base, Mine, Theirs string }

// The marker lines, as git writes them by default.
const (
	markMine   = "<<<<<<<"
	markBase   = "|||||||"
	markSplit  = "======="
	markTheirs = ">>>>>>>"
)

// Marked returns the text for an editor. Each conflict stands between marker
// lines: mine, base unless there is none, theirs (git's style zdiff3). A marker
// ends in CR LF where the lines around it do. A side whose last line has no LF
// gets one.
func (r Result) Marked(l Labels) []byte {
	return r.render(func(p *pen, c Conflict) {
		p.marker(markMine, l.Mine)
		p.closed(c.Mine.Text)
		if c.Base.Line > 0 {
			p.marker(markBase, l.Base)
			p.closed(c.Base.Text)
		}
		p.marker(markSplit, "")
		p.closed(c.Theirs.Text)
		p.marker(markTheirs, l.Theirs)
	})
}

// Both returns the text with, in place of each conflict, mine followed by theirs.
// If mine lacks the last LF there and theirs follows, it gets one.
func (r Result) Both() []byte {
	return r.render(func(p *pen, c Conflict) {
		if c.Theirs.Lines == 0 {
			p.out = append(p.out, c.Mine.Text...)
			return
		}
		p.closed(c.Mine.Text)
		p.out = append(p.out, c.Theirs.Text...)
	})
}

// Mine returns the text with mine in place of each conflict: what only theirs
// changed is in it.
func (r Result) Mine() []byte {
	return r.render(func(p *pen, c Conflict) { p.out = append(p.out, c.Mine.Text...) })
}

// Theirs returns the text with theirs in place of each conflict: what only mine
// changed is in it.
func (r Result) Theirs() []byte {
	return r.render(func(p *pen, c Conflict) { p.out = append(p.out, c.Theirs.Text...) })
}

// render writes the clean text with something in each hole.
func (r Result) render(put func(p *pen, c Conflict)) []byte {
	p := pen{out: make([]byte, 0, len(r.clean))}
	at := 0
	for i, h := range r.holes {
		p.out = append(p.out, r.clean[at:h.at]...)
		at, p.eol = h.at, h.eol
		put(&p, r.Conflicts[i])
	}
	return append(p.out, r.clean[at:]...)
}

// pen writes a conflict, whose lines end in eol.
type pen struct {
	out []byte
	eol string
}

// closed writes lines, and ends the last if it is open.
func (p *pen) closed(text []byte) {
	p.out = append(p.out, text...)
	if len(text) > 0 && text[len(text)-1] != '\n' {
		p.out = append(p.out, p.eol...)
	}
}

func (p *pen) marker(mark, label string) {
	p.out = append(p.out, mark...)
	label = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, label)
	if label != "" {
		p.out = append(append(p.out, ' '), label...)
	}
	p.out = append(p.out, p.eol...)
}

// Leftover returns the first line, from 1, that is a marker of a conflict: it
// starts with seven "<", "|" or ">" and ends there or goes on with white space.
// A line of "=" is none: it underlines titles in Markdown and RST.
func Leftover(text []byte) (line int, found bool) {
	for len(text) > 0 {
		line++
		now, rest, _ := bytes.Cut(text, []byte{'\n'})
		if isMarker(now) {
			return line, true
		}
		text = rest
	}
	return 0, false
}

func isMarker(line []byte) bool {
	const size = len(markMine)
	if len(line) < size || len(line) > size && !strings.ContainsRune(" \t\r", rune(line[size])) {
		return false
	}
	switch string(line[:size]) {
	case markMine, markBase, markTheirs:
		return true
	}
	return false
}

// ending is how lines of a text end.
type ending int

const (
	unknown ending = iota
	endsLF
	endsCRLF
)

const lf, crlf = "\n", "\r\n"

// eol returns how marker lines of a conflict end: as git does, in CR LF if the
// lines before it on both sides, or the first ones, and the first one of base do.
func (m *merger) eol(base Span, mine, theirs int) string {
	now := m.mine.ending(mine - 1)
	if now != endsLF {
		now = m.theirs.ending(theirs - 1)
	}
	if now != endsLF && base.Line > 0 {
		now = m.base.ending(0)
	}
	if now == endsCRLF {
		return crlf
	}
	return lf
}

// ending returns how line i ends, line 0 if i is less; if the line has no LF, how
// the one before it does.
func (x text) ending(i int) ending {
	i = max(i, 0)
	if i < x.len() && !bytes.HasSuffix(x.lines(span{i, i + 1}), []byte(lf)) {
		i--
	}
	switch {
	case i < 0 || i >= x.len():
		return unknown
	case bytes.HasSuffix(x.lines(span{i, i + 1}), []byte(crlf)):
		return endsCRLF
	}
	return endsLF
}
