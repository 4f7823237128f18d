// Package block keeps marked regions in a text that belongs to the user: the
// objects of kind file_block.
//
// Vocabulary: a marker is a comment line that opens or closes a region and
// states its address,
//
//	# >>> mlops file_block.gitignore
//	mlruns/
//	# <<< mlops file_block.gitignore
//
// the region is both lines and all between them, which is its body. What stands
// in no region is outside. A gap is a place between two outside lines, behind
// the regions that stand there already.
//
// A marker is found by its form alone: blanks, one word of at most 16 bytes (the
// comment's prefix), blanks, the arrows, "mlops", the address, and perhaps blanks
// and one more word (the comment's suffix). So it is found whatever the comment's
// syntax is now or was before, however a formatter indented it, and also where
// the file's own syntax sees no comment: in a string, a heredoc or the code fence
// of a Markdown file. Other tools' markers (`# >>> conda initialize >>>`) are
// plain text.
//
// Everything is a pure function on bytes. Lines end with LF or CRLF; a lone CR, a
// form feed or an invalid byte is part of a line. Bytes outside are never changed,
// and [Remove] undoes [Put] byte for byte: in a text whose last line is not ended,
// a region is put behind a line end of its own and its closing marker is not ended
// either, which is how Remove knows that this line end is not the user's.
//
// Markers and bodies are written without indentation: the body is indented as its
// content is, and a comment may stand in the first column in YAML, Makefiles and
// Python alike.
//
// The package refuses to guess. A marker that is unpaired, nested, repeated or
// that states no address is an error for the whole file, with its line; so is a
// text with NUL bytes or in UTF-16. It reads no files and records nothing.
package block

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/mlops-as-code/mlops/internal/show"
)

const (
	maxText    = 64 << 20 // bytes, of a file and of a body
	maxRegions = 10_000   // in one file
	maxAddress = 4096     // bytes
	maxWord    = 16       // bytes, of a comment's prefix or suffix
	maxShown   = 120      // columns of foreign text in a message
)

// Region is a marked region of a text.
type Region struct {
	// Address is what both markers state.
	Address string
	// Comment is the syntax of the opening marker.
	Comment Comment
	// Line and EndLine are the lines of the markers, from 1.
	Line, EndLine int
	// Body is what stands between the markers, as it is in the text and sharing
	// its memory: empty, or lines of which each is ended.
	Body []byte

	open, end marker
}

// start and stop are where the region begins in its text and what follows it.
func (r *Region) start() int { return r.open.start }
func (r *Region) stop() int  { return r.end.next }

// Error is a fault of the text that Find, Put, Remove or Rename was given.
type Error struct {
	// Line is where the fault is, from 1, or 0 when it is at no line.
	Line int
	// Reason says what is wrong. It holds no control bytes.
	Reason string
}

// Error returns the reason, after the line when there is one.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return "line " + strconv.Itoa(e.Line) + ": " + e.Reason
}

// Normal returns the form of a body that is digested and compared: line ends are
// LF, and a body that is not empty ends with one. For every body that Want.Check
// accepts, the Body that Find returns after Put has the same normal form. It may
// share memory with body.
func Normal(body []byte) []byte {
	if bytes.Contains(body, []byte("\r\n")) {
		body = bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))
	}
	if n := len(body); n > 0 && body[n-1] != '\n' {
		body = append(body[:n:n], '\n')
	}
	return body
}

// Find returns the regions of text in their order. The error is an *Error: text
// is binary (it holds a NUL), UTF-16 or larger than 64 MiB, has more than 10,000
// regions, or has a marker that states no address, opens a region in another or a
// second time, or closes one that is not open, or none closes the last region.
// The time it takes is linear in the length of text.
func Find(text []byte) ([]Region, error) {
	if err := refuse(text); err != nil {
		return nil, err
	}
	if !bytes.Contains(text, []byte(opens)) && !bytes.Contains(text, []byte(closes)) {
		return nil, nil
	}
	f := finder{text: text, first: map[string]int{}}
	for line := range lines(text) {
		if err := f.line(line); err != nil {
			return nil, err
		}
	}
	if f.open.address != "" {
		return nil, &Error{f.open.line, "opens " + quote(f.open.address) + ", and no line closes it"}
	}
	return f.regions, nil
}

// refuse says why text is none.
func refuse(text []byte) error {
	switch {
	case len(text) > maxText:
		return &Error{0, "is larger than 64 MiB"}
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}), bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		return &Error{0, "is UTF-16 and must be UTF-8 to hold a block"}
	}
	if i := bytes.IndexByte(text, 0); i >= 0 {
		return &Error{bytes.Count(text[:i], []byte("\n")) + 1, "holds a NUL byte, so the file is no text"}
	}
	return nil
}

// finder pairs the markers of a text.
type finder struct {
	text    []byte
	regions []Region
	first   map[string]int // line of each address
	open    marker         // without address when no region is open
}

func (f *finder) line(l line) error {
	m, found, fault := parseMarker(f.text[l.start:l.end])
	switch {
	case !found:
		return nil
	case fault != "":
		return &Error{l.number, fault}
	}
	m.line, m.start, m.next = l.number, l.start, l.next
	m.indent, m.at, m.till = m.indent+l.start, m.at+l.start, m.till+l.start
	if m.opening {
		return f.opened(m)
	}
	return f.closed(m)
}

func (f *finder) opened(m marker) error {
	switch line, again := f.first[m.address]; {
	case f.open.address == m.address:
		return &Error{m.line, "opens " + quote(m.address) + " again before it is closed; line " + strconv.Itoa(f.open.line) + " opened it"}
	case f.open.address != "":
		return &Error{m.line, "opens " + quote(m.address) + " inside " + quote(f.open.address) + ", which line " + strconv.Itoa(f.open.line) + " opened"}
	case again:
		return &Error{m.line, "opens " + quote(m.address) + " a second time; the first is on line " + strconv.Itoa(line)}
	case len(f.regions) == maxRegions:
		return &Error{m.line, "opens one region more than the 10,000 that a file may have"}
	}
	f.first[m.address] = m.line
	f.open = m
	return nil
}

func (f *finder) closed(m marker) error {
	switch o := f.open; {
	case o.address == "":
		return &Error{m.line, "closes " + quote(m.address) + ", which is not open"}
	case o.address != m.address:
		return &Error{m.line, "closes " + quote(m.address) + ", but line " + strconv.Itoa(o.line) + " opened " + quote(o.address)}
	default:
		f.regions = append(f.regions, Region{
			Address: o.address, Comment: o.comment, Line: o.line, EndLine: m.line,
			Body: f.text[o.next:m.start:m.start], open: o, end: m,
		})
		f.open = marker{}
		return nil
	}
}

// quote puts s, which may hold anything, into a message.
func quote(s string) string { return show.Clip(s, maxShown) }

// index returns the place of each address in regions.
func index(regions []Region) map[string]int {
	places := make(map[string]int, len(regions))
	for i := range regions {
		places[regions[i].Address] = i
	}
	return places
}

// splice is new bytes for a range of a text.
type splice struct {
	start, stop int
	with        []byte
}

// apply returns text with the splices, which do not overlap; those at one place
// are kept in order.
func apply(text []byte, splices []splice) []byte {
	if len(splices) == 0 {
		return text
	}
	slices.SortStableFunc(splices, func(a, b splice) int { return a.start - b.start })
	size := len(text)
	for _, s := range splices {
		size += len(s.with) - (s.stop - s.start)
	}
	out, at := make([]byte, 0, size), 0
	for _, s := range splices {
		out = append(append(out, text[at:s.start]...), s.with...)
		at = s.stop
	}
	return append(out, text[at:]...)
}
