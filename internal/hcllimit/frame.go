package hcllimit

// kind is what opened a frame.
type kind uint8

const (
	kindRoot kind = iota
	kindParen
	kindBrack
	kindBrace
	kindInterp    // ${ }
	kindControl   // %{ }
	kindDirective // from %{if} or %{for} to its end
	kindQuote
	kindHeredoc
	kindBare // a whole template
)

func (k kind) isTemplate() bool { return k >= kindDirective }

// counts tells whether a level is nesting by itself. A string is not: only the
// sequences in it are.
func (k kind) counts() bool { return k != kindQuote && k != kindHeredoc }

// word is the keyword that opens a template directive.
type word uint8

const (
	wordNone  word = iota
	wordOpen       // if, for
	wordClose      // endif, endfor
)

// frame is one open level of nesting. It bounds from above the height of the
// syntax tree below it, as if every operator were applied to the tallest
// operand so far. Heights of finished siblings meet in best.
type frame struct {
	kind    kind
	word    word // of a kindControl frame
	lines   bool // a line break ends an expression
	operand bool // the last token ended an operand
	first   bool // no token yet
	splat   bool // [*]

	base  int32 // height of the tree above
	acc   int32 // height of the operators met so far in this expression
	cur   int32 // height of the operand in progress
	best  int32 // greatest height of a finished expression
	unary int32 // prefix operators and splats waiting for their operand

	parts    int // of a template: parts so far
	run      int // literal parts in a row
	runBytes int // and their bytes
}

func (f *frame) height() int32 { return max(f.best, f.acc, f.cur) }

func (s *scanner) top() *frame { return &s.frames[len(s.frames)-1] }

// push opens a level. The parser holds its own frames open only for levels this
// scanner holds open too, because pop is strict.
func (s *scanner) push(k kind) {
	p := s.top()
	s.frames = append(s.frames, frame{kind: k, base: p.base + p.acc + 1, first: true, lines: k == kindBrace})
	if k.counts() {
		s.nesting++
	}
	if s.nesting > s.limits.nesting {
		s.fail(s.start, faultNesting())
	} else if s.top().base > s.limits.depth {
		s.fail(s.start, faultDepth())
	}
}

// pop closes the level if it is the innermost one. A closer that does not match
// is a syntax error; what the parser skips then cannot be known here, so the
// level is kept open: a level too many is safe, one too few is not.
func (s *scanner) pop(k kind) {
	f := *s.top()
	if f.kind != k {
		return
	}
	s.frames = s.frames[:len(s.frames)-1]
	s.nesting -= f.unary
	if k.counts() {
		s.nesting--
	}
	p := s.top()
	h := f.height() + 1
	if p.kind.isTemplate() {
		p.best = max(p.best, h+1)
		return
	}
	if f.splat {
		s.prefix()
		p = s.top()
	}
	p.cur = max(p.cur, h) + 1
	p.operand = true
	s.checkDepth(p)
}

func (s *scanner) checkDepth(f *frame) {
	if f.base+max(f.acc, f.cur) > s.limits.depth {
		s.fail(s.start, faultDepth())
	}
}

// operator applies an operator to what came before it in the expression.
func (s *scanner) operator() {
	f := s.top()
	s.nesting -= f.unary
	f.unary = 0
	s.apply(f)
}

func (s *scanner) apply(f *frame) {
	f.acc = max(f.acc, f.cur) + 1
	f.cur = 0
	f.operand = false
	s.checkDepth(f)
}

// prefix counts an operator that keeps the parser waiting until its operand is
// complete.
func (s *scanner) prefix() {
	f := s.top()
	f.unary++
	s.nesting++
	if s.nesting > s.limits.nesting {
		s.fail(s.start, faultNesting())
	}
}

// colon ends the middle part of a conditional, which adds no height of its own.
func (s *scanner) colon() {
	f := s.top()
	s.nesting -= f.unary
	f.unary = 0
	f.acc, f.cur, f.operand = max(f.acc, f.cur), 0, false
}

// separate ends an expression.
func (s *scanner) separate() {
	f := s.top()
	s.nesting -= f.unary
	f.unary = 0
	f.best = f.height()
	f.acc, f.cur, f.operand = 0, 0, false
}

// begin starts an operand. Two operands in a row are two expressions (as in
// "for x in y" or "block label"), or a syntax error that ends the first.
func (s *scanner) begin() {
	if s.top().operand {
		s.separate()
	}
}
