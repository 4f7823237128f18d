package block

import (
	"bytes"
	"strconv"
	"strings"
)

// Want is a region as it shall be.
type Want struct {
	// Address is what the markers state, as `file_block.gitignore`.
	Address string
	// Body is the content in any line ends; the last may be missing.
	Body []byte
	// Comment is the syntax of the markers.
	Comment Comment
	// Position is where the region goes when the text does not have it.
	Position Position
}

// WantError is a fault of a Want, whatever the text.
type WantError struct {
	// Attr is the attribute of file_block that is wrong: "content", "comment" or
	// "position"; "" when it is the address.
	Attr string
	// Reason continues the attribute's name. It holds no control bytes.
	Reason string
}

// Error returns the attribute and the reason.
func (e *WantError) Error() string {
	if e.Attr == "" {
		return "the address " + e.Reason
	}
	return e.Attr + " " + e.Reason
}

// Check returns a *WantError when no text can have w: the comment's prefix is
// empty, or prefix or suffix are not one visible word of at most 16 bytes; the
// address is none, longer than 4,096 bytes, or would end the comment; the body
// holds a NUL, a CR that is not part of CRLF or a line with the form of a marker,
// or is larger than 64 MiB; the position's line is missing, not wanted, a marker
// or more than a line.
func (w Want) Check() error {
	if reason := w.Comment.fault(); reason != "" {
		return &WantError{"comment", reason}
	}
	if n := address([]byte(w.Address)); n == 0 || n != len(w.Address) {
		return &WantError{"", "cannot be written in a marker: " + quote(w.Address)}
	}
	if !w.Comment.holds(w.Address) {
		return &WantError{"comment", "would end inside the address " + quote(w.Address)}
	}
	if reason := bodyFault(w.Body); reason != "" {
		return &WantError{"content", reason}
	}
	if reason := w.Position.fault(); reason != "" {
		return &WantError{"position", reason}
	}
	return nil
}

func bodyFault(body []byte) string {
	if len(body) > maxText {
		return "is larger than 64 MiB"
	}
	if bytes.IndexByte(body, 0) >= 0 {
		return "holds a NUL byte"
	}
	body = Normal(body)
	if i := bytes.IndexByte(body, '\r'); i >= 0 {
		return "holds a carriage return that ends no line, on its line " + strconv.Itoa(bytes.Count(body[:i], []byte("\n"))+1)
	}
	for at, number := 0, 1; at < len(body); number++ {
		l := lineAt(body, at, number)
		if _, found, _ := parseMarker(body[at:l.end]); found {
			return "holds a line with the form of a marker of mlops, its line " + strconv.Itoa(number)
		}
		at = l.next
	}
	return ""
}

// Put returns text with the regions. One that text has already stays where it is
// and gets the body, and the markers' comment where it is another; a body that is
// the same but for line ends is left alone. Any other is inserted at its position,
// behind the regions that stand there: wants with one position come in the order
// given. Putting several at once is the same as one after the other.
//
// Lines are written with the end that the line before has, else the one after,
// else LF; the lines of a region that is there already, with its opening marker's.
//
// The error is a *WantError as Check returns it, also when two wants have one
// address; or an *Error, as Find returns it or because a position's line does not
// stand exactly once outside the regions. When nothing changes the result is text
// itself. The time is linear in text and wants together.
func Put(text []byte, wants ...Want) ([]byte, error) {
	seen := make(map[string]bool, len(wants))
	for _, w := range wants {
		if err := w.Check(); err != nil {
			return nil, err
		}
		if seen[w.Address] {
			return nil, &WantError{"", "is wanted twice: " + quote(w.Address)}
		}
		seen[w.Address] = true
	}
	regions, err := Find(text)
	if err != nil {
		return nil, err
	}
	splices, fresh := replace(text, regions, wants)
	if len(regions)+len(fresh) > maxRegions {
		return nil, &Error{0, "would have more than 10,000 regions"}
	}
	inserted, err := insert(layout{text, regions}, fresh)
	if err != nil {
		return nil, err
	}
	return apply(text, append(splices, inserted...)), nil
}

// replace returns the changes to the regions that are there, and the wants that
// have none.
func replace(text []byte, regions []Region, wants []Want) (splices []splice, fresh []Want) {
	places := index(regions)
	for _, w := range wants {
		i, there := places[w.Address]
		if !there {
			fresh = append(fresh, w)
			continue
		}
		r := &regions[i]
		splices = append(splices, recomment(text, r.open, w)...)
		if body := Normal(w.Body); !bytes.Equal(body, Normal(r.Body)) {
			splices = append(splices, splice{r.open.next, r.end.start, withEnds(body, r.lineEnd(text))})
		}
		splices = append(splices, recomment(text, r.end, w)...)
	}
	return splices, fresh
}

// recomment returns the change to a marker, if its comment is another.
func recomment(text []byte, m marker, w Want) []splice {
	if m.comment == w.Comment {
		return nil
	}
	line := bytes.TrimRight(text[m.start:m.next], blanks+"\r\n")
	return []splice{{m.indent, m.start + len(line), []byte(render(w.Comment, m.opening, w.Address))}}
}

// insert returns the new regions, each at its gap.
func insert(l layout, wants []Want) ([]splice, error) {
	if len(wants) == 0 {
		return nil, nil
	}
	gaps, err := l.gaps(wants)
	if err != nil {
		return nil, err
	}
	splices, ends := make([]splice, len(wants)), map[int]string{}
	for i, w := range wants {
		at := gaps[i]
		if _, known := ends[at]; !known {
			ends[at] = l.lineEnd(at)
		}
		s := render(w.Comment, true, w.Address) + "\n" + string(Normal(w.Body)) + render(w.Comment, false, w.Address) + "\n"
		if l.unended(at) {
			s = "\n" + strings.TrimSuffix(s, "\n")
		}
		splices[i] = splice{at, at, withEnds([]byte(s), ends[at])}
	}
	return splices, nil
}

// withEnds returns s with its LF line ends written as end.
func withEnds(s []byte, end string) []byte {
	if end == "\n" {
		return s
	}
	return bytes.ReplaceAll(s, []byte("\n"), []byte(end))
}

// lineEnd returns how the opening marker ends.
func (r *Region) lineEnd(text []byte) string { return lineEnd(text[:r.open.next]) }

// lineEnd returns how s, which ends with LF or is empty, ends.
func lineEnd(s []byte) string {
	if bytes.HasSuffix(s, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}
