package hcllimit

import (
	"bytes"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

// mode is the lexer's mode: which bytes have a meaning.
type mode uint8

const (
	modeMain mode = iota
	modeQuoted
	modeHeredoc
	modeBare
)

// heredoc is one that is open. Its marker counts only in a line of its own.
type heredoc struct {
	marker      []byte
	startOfLine bool
}

// scanner goes once over a text. Its mode, braces and heredocs are the lexer's,
// exactly; its frames bound the parser's recursion from above.
type scanner struct {
	src    []byte
	limits limits
	pos    int // next byte
	start  int // first byte of the token at hand

	modes    []mode
	braces   int
	seqs     []int // values of braces at which a template sequence ends
	heredocs []heredoc

	frames  []frame
	nesting int32
	tokens  int
	invalid int
	scopes  int
	work    int  // bytes moved by quadratic steps of the parser
	join    bool // literal text of the outermost template is work too

	dollarAt, percentAt int // the next "$" and "%", if not before pos

	split bool // collect parts
	parts []Part

	failed bool
	at     int
	fault  fault
}

func newScanner(src []byte, lim limits, m mode) *scanner {
	k := kindRoot
	if m == modeBare {
		k = kindBare
	}
	s := &scanner{src: src, limits: lim, modes: []mode{m}, frames: []frame{{kind: k, lines: true}}}
	if bytes.HasPrefix(src, byteOrderMark()) {
		s.pos = len(byteOrderMark())
	}
	return s
}

// newTemplateScanner returns a scanner of a whole template, which may be larger
// than a spec file.
func newTemplateScanner(src []byte) *scanner {
	s := newScanner(src, strictLimits(), modeBare)
	if len(src) > MaxTemplateBytes {
		s.fail(MaxTemplateBytes, faultTemplateSize())
	}
	return s
}

func (s *scanner) encoding() {
	if off := invalidUTF8(s.src); off >= 0 {
		s.fail(off, faultEncoding())
	}
}

func (s *scanner) run() {
	s.encoding()
	for s.more() {
		switch s.modes[len(s.modes)-1] {
		case modeQuoted:
			s.quoted()
		case modeHeredoc:
			s.heredoc()
		case modeBare:
			s.bare()
		default:
			s.main()
		}
	}
}

// fail stops the scan. Only the first fault counts.
func (s *scanner) fail(off int, f fault) {
	if s.failed {
		return
	}
	s.failed, s.at, s.fault = true, off, f
}

// more tells whether there is something left to scan.
func (s *scanner) more() bool { return s.pos < len(s.src) && !s.failed }

func (s *scanner) diagnostics(filename string) hcl.Diagnostics {
	if !s.failed {
		return nil
	}
	return diagnose(filename, s.src, s.at, s.fault)
}

func (s *scanner) token() {
	s.tokens++
	if s.tokens > MaxTokens {
		s.fail(s.start, faultTokens())
	}
}

func (s *scanner) bad() {
	s.invalid++
	if s.invalid > maxInvalid {
		s.fail(s.start, faultInvalid())
	}
}

func (s *scanner) spend(n int, f fault) {
	s.work += n
	if s.work > maxWork {
		s.fail(s.start, f)
	}
}

func (s *scanner) peek(n int) byte {
	if s.pos+n < len(s.src) {
		return s.src[s.pos+n]
	}
	return 0
}

func (s *scanner) enter(m mode) { s.modes = append(s.modes, m) }

func (s *scanner) leave() { s.modes = s.modes[:len(s.modes)-1] }

// openSequence enters "${" or "%{", which stands at pos.
func (s *scanner) openSequence(k kind) {
	s.start = s.pos
	s.token()
	f := s.top()
	f.parts++
	f.run, f.runBytes = 0, 0
	s.openPart(k)
	s.pos += 2
	if s.peek(0) == '~' {
		s.pos++
	}
	s.braces++
	s.seqs = append(s.seqs, s.braces)
	s.push(k)
	s.enter(modeMain)
}

// closeBrace handles "}" and "~}", n bytes long. Whether it ends a template
// sequence depends on braces alone, whatever else is open.
func (s *scanner) closeBrace(n int) {
	s.start = s.pos
	s.token()
	s.pos += n
	last := len(s.seqs) - 1
	if last < 0 || s.seqs[last] != s.braces {
		s.braces--
		if n == 1 {
			s.pop(kindBrace)
		}
		return
	}
	s.braces--
	s.seqs = s.seqs[:last]
	s.leave()
	s.closePart(n)
	s.endSequence()
}

// endSequence closes the frame of a template sequence and opens or closes that
// of the directive in it.
func (s *scanner) endSequence() {
	f := s.top()
	if f.kind == kindInterp {
		s.pop(kindInterp)
		return
	}
	w := f.word
	s.pop(kindControl)
	switch w {
	case wordOpen:
		s.push(kindDirective)
	case wordClose:
		s.pop(kindDirective)
	}
}

// invalidUTF8 returns the offset of the first invalid byte, or -1.
func invalidUTF8(src []byte) int {
	if utf8.Valid(src) {
		return -1
	}
	for off := 0; ; {
		r, n := utf8.DecodeRune(src[off:])
		if r == utf8.RuneError && n <= 1 {
			return off
		}
		off += n
	}
}
