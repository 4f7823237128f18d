package show

import (
	"io"
	"unicode/utf8"
)

// maxSGR is the longest colour sequence that passes, in bytes.
const maxSGR = 48

// flushAt is how much output is gathered before it is handed on.
const flushAt = 64 << 10

// Writer returns a filter in front of w for output that carries this program's
// own colours. It lets pass LF, TAB, CR directly before LF, and SGR sequences
// (ESC [, digits and separators, m), and escapes every other hidden character
// and invalid byte, wherever the chunks are cut. It is the second wall: strings
// of unknown origin go through Text or Line first, or they could bring colours.
//
// What may be the start of a sequence or character is held back until more
// comes; Close writes it out, escaped. Close does not close w. The filter is
// not for concurrent use.
func Writer(w io.Writer) io.WriteCloser { return &filter{w: w} }

type filter struct {
	w    io.Writer
	held []byte // shorter than maxSGR
	out  []byte
}

// Write filters p. A returned count short of len(p) comes with the error of the
// writer behind the filter.
func (f *filter) Write(p []byte) (int, error) {
	in := p
	if len(f.held) > 0 {
		in = append(f.held, p...)
	}
	rest, err := f.pass(in, false)
	if err != nil {
		f.held = nil
		return 0, err
	}
	f.held = append([]byte(nil), rest...)
	return len(p), nil
}

// Close writes what is held back.
func (f *filter) Close() error {
	_, err := f.pass(f.held, true)
	f.held = nil
	return err
}

// pass filters in and hands it on; the rest is to be held back.
func (f *filter) pass(in []byte, last bool) (rest []byte, err error) {
	f.out = f.out[:0]
	for len(in) > 0 {
		n, whole := f.next(in, last)
		if !whole {
			break
		}
		in = in[n:]
		if len(f.out) >= flushAt {
			if err := f.flush(); err != nil {
				return in, err
			}
		}
	}
	return in, f.flush()
}

func (f *filter) flush() error {
	if len(f.out) == 0 {
		return nil
	}
	_, err := f.w.Write(f.out)
	f.out = f.out[:0]
	return err
}

// next takes one clean run, sequence or character off in; whole is false when
// more input is needed to tell what it is.
func (f *filter) next(in []byte, last bool) (n int, whole bool) {
	if n := cleanRun(in); n > 0 {
		f.out = append(f.out, in[:n]...)
		return n, true
	}
	pass, more := allowed(in)
	if more && !last {
		return 0, false
	}
	if pass > 0 && !more {
		f.out = append(f.out, in[:pass]...)
		return pass, true
	}
	r, n := utf8.DecodeRune(in)
	f.out = appendEscape(f.out, r, string(in[:n]), true)
	return n, true
}

// cleanRun is how many bytes at the start of in are printable ASCII, LF or TAB.
func cleanRun(in []byte) int {
	n := 0
	for n < len(in) && n < flushAt && (in[n] >= 0x20 && in[n] < 0x7f || in[n] == '\n' || in[n] == '\t') {
		n++
	}
	return n
}

// allowed is how many bytes at the start of in form one unit that may pass, 0
// when they must be escaped; more is true when in ends before that is known.
func allowed(in []byte) (n int, more bool) {
	switch c := in[0]; {
	case c == '\r':
		if len(in) == 1 {
			return 0, true
		}
		if in[1] == '\n' {
			return 2, false
		}
		return 0, false
	case c == 0x1b:
		return sgr(in)
	case c < utf8.RuneSelf:
		return 0, false
	case !utf8.FullRune(in):
		return 0, true
	}
	r, n := utf8.DecodeRune(in)
	if r == utf8.RuneError && n == 1 || Hidden(r) {
		return 0, false
	}
	return n, false
}

// sgr is allowed for input that starts with ESC.
func sgr(in []byte) (n int, more bool) {
	for i := 1; i < len(in) && i < maxSGR; i++ {
		c := in[i]
		switch {
		case i == 1 && c == '[':
		case i > 1 && (c >= '0' && c <= '9' || c == ';' || c == ':'):
		case i > 1 && c == 'm':
			return i + 1, false
		default:
			return 0, false
		}
	}
	return 0, len(in) < maxSGR
}
