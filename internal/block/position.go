package block

import (
	"bytes"
	"iter"
	"sort"
	"strconv"
	"strings"
)

// Place says on which side of what a new region goes.
type Place uint8

// The places. Start is behind what has to be at the start of a file: a BOM, a #!
// line, an XML declaration and document type, a Python coding line, directives of
// Dockerfiles, YAML, CSS, PHP and JavaScript, the front matter of Markdown. End
// is the end of the text, Before and After are next to the Line.
const (
	End Place = iota
	Start
	Before
	After
)

// Position is where a new region goes. Line, which Before and After need, is the
// exact text of a line without its end; it stands once outside all regions.
type Position struct {
	Place Place
	Line  string
}

// fault says why no text can have p, or "".
func (p Position) fault() string {
	switch {
	case p.Place > After:
		return "is none of start, end, before and after"
	case p.Place < Before && p.Line != "":
		return "has a line to stand next to, which only before and after need"
	case p.Place < Before:
		return ""
	}
	switch s := p.line(); {
	case s == "":
		return "has no line to stand next to"
	case strings.ContainsAny(s, "\n\x00"):
		return "has more than one line to stand next to"
	default:
		if _, found, _ := parseMarker([]byte(s)); found {
			return "has a marker of mlops as the line to stand next to"
		}
		return ""
	}
}

// line returns the line as it is compared: without ends.
func (p Position) line() string { return strings.TrimRight(p.Line, "\r\n") }

// layout is a text and its regions.
type layout struct {
	text    []byte
	regions []Region
}

// outside returns the lines that are in no region.
func (l layout) outside() iter.Seq[line] {
	return func(yield func(line) bool) {
		i := 0
		for ln := range lines(l.text) {
			if i < len(l.regions) && ln.start >= l.regions[i].stop() {
				i++
			}
			if i < len(l.regions) && ln.start >= l.regions[i].start() {
				continue
			}
			if !yield(ln) {
				return
			}
		}
	}
}

// content returns a line as it is compared.
func (l layout) content(ln line) []byte { return bytes.TrimRight(l.text[ln.start:ln.end], "\r") }

// place is where a line stands that a position names.
type place struct {
	line
	count int
}

// gaps returns where each region goes.
func (l layout) gaps(wants []Want) ([]int, error) {
	named, ends := l.named(wants), l.ends()
	starts := map[syntax]int{}
	at := make([]int, len(wants))
	for i, w := range wants {
		switch w.Position.Place {
		case End:
			at[i] = len(l.text)
		case Start:
			s := syntaxOf(w.Comment)
			if _, known := starts[s]; !known {
				starts[s] = l.beginning(s)
			}
			at[i] = starts[s]
		default:
			p := named[w.Position.line()]
			if p.count != 1 {
				return nil, p.fault(w)
			}
			if at[i] = p.start; w.Position.Place == After {
				at[i] = p.next
			}
		}
		if end, there := ends[at[i]]; there {
			at[i] = end
		}
	}
	return at, nil
}

// fault is the error that the line does not stand once.
func (p *place) fault(w Want) error {
	s := quote(strconv.Quote(w.Position.line()))
	if p.count == 0 {
		return &Error{0, "has no line " + s + " outside the regions of mlops to put " + quote(w.Address) + " next to"}
	}
	return &Error{p.number, "is the first of " + strconv.Itoa(p.count) + " lines " + s + ", and " + quote(w.Address) + " must stand next to just one"}
}

// named finds the lines that wants name.
func (l layout) named(wants []Want) map[string]*place {
	named := map[string]*place{}
	for _, w := range wants {
		if w.Position.Place >= Before {
			named[w.Position.line()] = &place{}
		}
	}
	if len(named) == 0 {
		return nil
	}
	for ln := range l.outside() {
		if p := named[string(l.content(ln))]; p != nil {
			if p.count++; p.count == 1 {
				p.line = ln
			}
		}
	}
	return named
}

// ends returns, for the start of each region, where the last of the regions ends
// that follow each other there.
func (l layout) ends() map[int]int {
	ends := make(map[int]int, len(l.regions))
	for i := len(l.regions) - 1; i >= 0; i-- {
		r := &l.regions[i]
		end := r.stop()
		if further, there := ends[end]; there {
			end = further
		}
		ends[r.start()] = end
	}
	return ends
}

// unended reports whether a gap is behind a line that is not ended.
func (l layout) unended(at int) bool {
	return at == len(l.text) && at > head(l.text) && l.text[at-1] != '\n'
}

// lineEnd returns how lines end that are inserted at a gap. Behind a lone CR the
// end is CRLF, so that Remove, which takes one line end away, takes this one.
func (l layout) lineEnd(at int) string {
	first := head(l.text)
	switch {
	case l.unended(at) && l.text[at-1] == '\r':
		return "\r\n"
	case l.unended(at) && l.region(at) == nil:
		return l.endBefore(max(first, bytes.LastIndexByte(l.text, '\n')+1))
	case at > first:
		return l.endBefore(at)
	}
	if next := lineAt(l.text, at, 1); next.end > at && l.text[next.end-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// endBefore returns how the line before a line ends; a region, as its opening
// marker does.
func (l layout) endBefore(at int) string {
	if r := l.region(at); r != nil {
		return r.lineEnd(l.text)
	}
	return lineEnd(l.text[:at])
}

// region returns the region that ends at a place, or nil.
func (l layout) region(at int) *Region {
	i := sort.Search(len(l.regions), func(i int) bool { return l.regions[i].stop() >= at })
	if i < len(l.regions) && l.regions[i].stop() == at {
		return &l.regions[i]
	}
	return nil
}
