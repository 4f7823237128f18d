package lockfile

import (
	"errors"
	"fmt"
	"strings"
)

// Resolve reads a lock with git's conflict markers, in the styles merge, diff3
// and zdiff3 and of any marker size, and settles it: both sides are read as whole
// files, and Merge unites them. The ancestor is known only where the markers hold
// it; without it nothing counts as deleted, and an entry that one side has is
// kept. A text without markers is settled, too: of entries that stand twice one
// stays. The result is sorted and Parse reads its Bytes.
//
// Markers know lines, not stanzas: where git took lines of one stanza for lines
// of another, a side mixes both, and which files are on disk decides. Merge does
// better where the three files are at hand (git's index has them as stages).
//
// The error is an *Error with its place in text: markers that do not pair, or a
// side that Parse would refuse for more than entries that stand twice.
func Resolve(text []byte, onDisk OnDisk) (Lock, []Note, error) {
	if len(text) > MaxSize {
		return Lock{}, nil, &Error{1, 1, fmt.Sprintf("is larger than %d MiB", MaxSize>>20)}
	}
	ours, theirs, base, err := split(string(text))
	if err != nil {
		return Lock{}, nil, err
	}
	o, err := ours.lock()
	if err != nil {
		return Lock{}, nil, err
	}
	t, err := theirs.lock()
	if err != nil {
		return Lock{}, nil, err
	}
	b := new(Lock)
	// What zdiff3 leaves of the ancestor is often no whole file. Then it is not
	// known, and nothing is deleted.
	if base.some {
		if b, err = base.lock(); err != nil {
			b = new(Lock)
		}
	}
	merged, notes := Merge(*b, *o, *t, onDisk)
	return merged, notes, nil
}

// half is one version of a file with markers.
type half struct {
	strings.Builder
	// lines are where its lines stand in the text, counted from 0.
	lines []int
	// some is true when markers give this side.
	some bool
}

func (h *half) add(line string, n int) {
	h.WriteString(line)
	h.lines = append(h.lines, n)
}

// lock reads the side, and lets pass what stands twice. The places of errors are
// those of the text with markers.
func (h *half) lock() (*Lock, error) {
	r := reader{scanner: scanner{text: h.String()}, loose: true}
	l, err := r.lock()
	if err != nil && h.some {
		r = reader{scanner: scanner{text: h.String()}, loose: true}
		if loose, another := r.stanzas(); another == nil {
			return loose, nil
		}
	}
	var e *Error
	if errors.As(err, &e) && len(h.lines) > 0 {
		n := min(e.Line, len(h.lines)) - 1
		return nil, &Error{h.lines[n] + e.Line - n, e.Column, e.Reason}
	}
	return l, err
}

// stanzas reads whole stanzas wherever they stand: where git aligned the same
// lines differently on the two sides, it repeats what encloses them.
func (r *reader) stanzas() (*Lock, error) {
	var l Lock
	for {
		switch c := r.peek(); c {
		case 0:
			if l.Version == 0 || r.pos < len(r.text) {
				return nil, r.unexpected("a stanza")
			}
			return &l, nil
		case '}', ']', '[', ',':
			r.pos++
		case '{':
			if err := r.stanza(&l); err != nil {
				return nil, err
			}
		default:
			if err := r.top(&l); err != nil {
				return nil, err
			}
		}
	}
}

// stanza takes an object, a component, or the brace that opens the file.
func (r *reader) stanza(l *Lock) error {
	start := r.pos
	r.pos++
	if r.peek(); !strings.HasPrefix(r.text[r.pos:], `"address"`) {
		return nil
	}
	r.pos = start
	if r.managed(&l.Objects) == nil {
		return nil
	}
	r.pos = start
	return r.component(&l.Components)
}

// top takes an attribute of the file, or what stands before one of its lists.
func (r *reader) top(l *Lock) error {
	at := r.pos
	key, err := r.string()
	if err == nil {
		err = r.expect(':')
	}
	if err != nil {
		return err
	}
	switch key {
	case "version":
		l.Version = 0
		return r.version(&l.Version, at)
	case "components", "objects":
		return nil
	}
	return r.extra(&l.Extra, key)
}

// split takes a text with conflict markers apart.
func split(text string) (ours, theirs, base *half, err error) {
	m := marked{size: markerSize(text)}
	n := 0
	for line := range strings.Lines(text) {
		if err := m.line(line, n); err != nil {
			return nil, nil, nil, err
		}
		n++
	}
	if m.state != 0 {
		return nil, nil, nil, unpaired(m.opened)
	}
	return &m.ours, &m.theirs, &m.base, nil
}

func unpaired(n int) error {
	return &Error{n + 1, 1, "has git conflict markers that do not pair: restore it from git (`git checkout --merge -- " + Name + "`)"}
}

// markerSize is that of the first conflict, and git's usual one where there is
// none. The attribute conflict-marker-size sets it.
func markerSize(text string) int {
	for line := range strings.Lines(text) {
		if n := len(line) - len(strings.TrimLeft(line, "<")); n >= 7 {
			return n
		}
	}
	return 7
}

// marked reads a text line by line. The state is the marker that was last seen,
// 0 outside conflicts.
type marked struct {
	ours, theirs, base half
	size               int
	state              byte
	opened             int // the line where the conflict begins
}

func (m *marked) line(line string, n int) error {
	mark := m.marker(line)
	switch {
	case mark == 0:
		m.text(line, n)
		return nil
	case mark == '<' && m.state == 0:
		m.opened, m.ours.some, m.theirs.some = n, true, true
	case mark == '|' && m.state == '<':
		m.base.some = true
	case mark == '=' && (m.state == '<' || m.state == '|'):
	case mark == '>' && m.state == '=':
		mark = 0
	default:
		return unpaired(n)
	}
	m.state = mark
	return nil
}

func (m *marked) text(line string, n int) {
	if m.state == 0 || m.state == '<' {
		m.ours.add(line, n)
	}
	if m.state == 0 || m.state == '=' {
		m.theirs.add(line, n)
	}
	if m.state == 0 || m.state == '|' {
		m.base.add(line, n)
	}
}

// marker is the character of the marker that a line is; 0 when it is none.
func (m *marked) marker(line string) byte {
	line = strings.TrimRight(line, "\r\n")
	if len(line) < m.size || !strings.ContainsRune("<|=>", rune(line[0])) {
		return 0
	}
	mark, rest := line[:m.size], line[m.size:]
	if strings.Trim(mark, mark[:1]) != "" || rest != "" && rest[0] != ' ' {
		return 0
	}
	return line[0]
}
