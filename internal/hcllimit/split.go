package hcllimit

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
)

// Part is one template sequence, "${...}" or "%{...}", of the outermost level
// of a template. What lies between two parts is literal text.
type Part struct {
	Control    bool // "%{" rather than "${"
	TrimBefore bool // "~" after the opening brace
	TrimAfter  bool // "~" before the closing brace
	Closed     bool // whether the sequence ends before the template does
	Start, End int  // offsets of the whole
	InnerStart int  // offsets of what lies between the braces
	InnerEnd   int
}

// SplitTemplate finds the sequences of a template, under the guarantee of Scan
// for the expressions in them. Literal text costs nothing, of any length. With
// errors, the parts are of no use.
func SplitTemplate(filename string, src []byte) ([]Part, hcl.Diagnostics) {
	s := newTemplateScanner(src)
	s.split = true
	if !bytes.Contains(src, []byte("${")) && !bytes.Contains(src, []byte("%{")) {
		s.encoding()
		return nil, s.diagnostics(filename)
	}
	s.run()
	return s.parts, s.diagnostics(filename)
}

// openPart notes the sequence at pos, if it is one of the outermost level.
func (s *scanner) openPart(k kind) {
	if !s.split || len(s.modes) != 1 {
		return
	}
	p := Part{Control: k == kindControl, Start: s.pos, InnerStart: s.pos + 2}
	if s.peek(2) == '~' {
		p.TrimBefore = true
		p.InnerStart++
	}
	p.End, p.InnerEnd = len(s.src), len(s.src)
	s.parts = append(s.parts, p)
}

// closePart notes the end, n bytes long and just scanned, of the same.
func (s *scanner) closePart(n int) {
	if !s.split || len(s.modes) != 1 {
		return
	}
	p := &s.parts[len(s.parts)-1]
	p.Closed = true
	p.End, p.InnerEnd = s.pos, s.pos-n
	p.TrimAfter = n == 2
}
