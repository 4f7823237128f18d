package jinja

import (
	"cmp"
	"slices"
	"strings"
)

// A rule finds the begin of a tag in template data.
type tagKind uint8

// In the order Jinja breaks ties between delimiters of one length: by the
// token's name, the last in the alphabet first.
const (
	tagBlock tagKind = iota
	tagComment
	tagLineComment
	tagLineStatement
	tagVariable
	tagRaw
)

type tagRule struct {
	kind tagKind
	text string
}

// syntax is what the lexer needs of an environment, prepared once.
type syntax struct {
	opts  Options
	rules []tagRule
	first [256]bool // bytes a delimiter begins with
	lines bool      // line statements or comments are on
}

func newSyntax(o Options) *syntax {
	s := &syntax{opts: o}
	s.rules = []tagRule{{tagComment, o.CommentStart}, {tagBlock, o.BlockStart}, {tagVariable, o.VariableStart}}
	if o.LineStatementPrefix != "" {
		s.rules = append(s.rules, tagRule{tagLineStatement, o.LineStatementPrefix})
		s.lines = true
	}
	if o.LineCommentPrefix != "" {
		s.rules = append(s.rules, tagRule{tagLineComment, o.LineCommentPrefix})
		s.lines = true
	}
	slices.SortFunc(s.rules, func(a, b tagRule) int {
		return cmp.Or(cmp.Compare(len(b.text), len(a.text)), cmp.Compare(b.kind, a.kind))
	})
	for _, r := range s.rules {
		s.first[r.text[0]] = true
	}
	return s
}

// lexer cuts a text into tokens. Errors become a tError token, so that the
// parser meets them where Jinja's lazy lexer would raise them.
type lexer struct {
	*syntax
	src       string
	at        int
	line      int32
	lineAt    int // the offset up to which line was counted
	tokens    []token
	open      []byte // closing brackets awaited
	lineBegin bool   // the last match ended a line
}

// lex returns the normalised text and its tokens, the last of which is tEOF or
// tError.
func (s *syntax) lex(text string) (string, []token) {
	l := &lexer{syntax: s, src: s.normalise(text), line: 1, lineBegin: true}
	for l.root() {
	}
	if n := len(l.tokens); n == 0 || l.tokens[n-1].kind != tError {
		l.tokens = append(l.tokens, token{kind: tEOF, pos: l.eofPos()})
	}
	return l.src, l.tokens
}

// eofPos is the line of the last token, as Jinja reports the end.
func (l *lexer) eofPos() pos {
	p := pos{line: 1, off: int32(len(l.src))}
	if n := len(l.tokens); n > 0 {
		p.line = l.tokens[n-1].pos.line
	}
	return p
}

// normalise makes all newlines \n and drops the last one unless it is kept.
func (s *syntax) normalise(text string) string {
	if strings.Contains(text, "\r") {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	if !s.opts.KeepTrailingNewline {
		text = strings.TrimSuffix(text, "\n")
	}
	return text
}

// newlines writes the newline sequence of the environment.
func (s *syntax) newlines(text string) string {
	if s.opts.NewlineSequence == "\n" {
		return text
	}
	return strings.ReplaceAll(text, "\n", s.opts.NewlineSequence)
}

// place is the pos of an offset, asked in ascending order.
func (l *lexer) place(off int) pos {
	if off > l.lineAt {
		l.line += int32(strings.Count(l.src[l.lineAt:off], "\n"))
		l.lineAt = off
	}
	return pos{line: l.line, off: int32(off)}
}

func (l *lexer) add(t token, off int) {
	t.pos = l.place(off)
	l.tokens = append(l.tokens, t)
}

func (l *lexer) fail(off int, format string, args ...any) bool {
	l.add(token{kind: tError, err: raise(classSyntax, format, args...)}, off)
	return false
}

// advance moves to end, the end of a match.
func (l *lexer) advance(end int) {
	l.lineBegin = end > l.at && l.src[end-1] == '\n'
	l.at = end
}

// tag is a tag's begin found in the data.
type tag struct {
	kind       tagKind
	begin, end int
	sign       byte // '-', '+' or 0
}

// root lexes data and the tag after it; false at the end or on an error.
func (l *lexer) root() bool {
	if l.at >= len(l.src) {
		return false
	}
	t, ok := l.findTag()
	if !ok {
		l.add(token{kind: tData, text: l.newlines(l.src[l.at:])}, l.at)
		l.advance(len(l.src))
		return false
	}
	l.data(l.at, t.begin, t)
	l.advance(t.end)
	switch t.kind {
	case tagRaw:
		return l.raw()
	case tagComment:
		return l.comment()
	case tagLineComment:
		if i := strings.IndexByte(l.src[l.at:], '\n'); i >= 0 {
			l.advance(l.at + i)
		} else {
			l.advance(len(l.src))
		}
		return true
	case tagVariable:
		l.add(token{kind: tVariableBegin}, t.begin)
	default:
		l.add(token{kind: tBlockBegin}, t.begin)
	}
	return l.code(t.kind)
}

// data adds the text before a tag, stripped as the tag's sign and the
// environment say.
func (l *lexer) data(from, to int, t tag) {
	text := l.src[from:to]
	switch {
	case t.sign == '-':
		text = trimRightSpace(text)
	case t.sign == 0 && l.opts.LstripBlocks && t.kind != tagVariable:
		start := strings.LastIndexByte(text, '\n') + 1
		if (start > 0 || l.lineBegin) && start < len(text) && trimRightSpace(text[start:]) == "" {
			text = text[:start]
		}
	}
	if text != "" {
		l.add(token{kind: tData, text: l.newlines(text)}, from)
	}
}

// findTag finds the next tag from l.at.
func (l *lexer) findTag() (tag, bool) {
	for i := l.at; i < len(l.src); i++ {
		if l.lines && l.lineStart(i) {
			if t, ok := l.tagAt(i); ok {
				return t, true
			}
			continue
		}
		if l.first[l.src[i]] {
			if t, ok := l.tagAt(i); ok {
				return t, true
			}
		}
	}
	return tag{}, false
}

// lineStart says whether a line statement or comment may begin at i.
func (l *lexer) lineStart(i int) bool {
	return i == 0 || l.src[i-1] == '\n' || !endsInSpace(l.src[:i])
}

func (l *lexer) tagAt(i int) (tag, bool) {
	if t, ok := l.rawAt(i); ok {
		return t, true
	}
	for _, r := range l.rules {
		start, ok := i, true
		switch r.kind {
		case tagLineStatement:
			ok = i == 0 || l.src[i-1] == '\n'
			start = i + len(l.src[i:]) - len(strings.TrimLeft(l.src[i:], " \t\v"))
		case tagLineComment:
			ok = l.lineStart(i)
			start = skipBlank(l.src, i)
		}
		if ok && strings.HasPrefix(l.src[start:], r.text) {
			t := tag{kind: r.kind, begin: i, end: start + len(r.text)}
			t.end, t.sign = l.sign(t.end)
			return t, true
		}
	}
	return tag{}, false
}

func (l *lexer) sign(i int) (int, byte) {
	if i < len(l.src) && (l.src[i] == '-' || l.src[i] == '+') {
		return i + 1, l.src[i]
	}
	return i, 0
}

func (l *lexer) rawAt(i int) (tag, bool) {
	if !strings.HasPrefix(l.src[i:], l.opts.BlockStart) {
		return tag{}, false
	}
	end, sign := l.sign(i + len(l.opts.BlockStart))
	end, ok := l.word(end, "raw")
	if !ok {
		return tag{}, false
	}
	if rest := l.src[end:]; strings.HasPrefix(rest, "-"+l.opts.BlockEnd) {
		end = skipSpace(l.src, end+1+len(l.opts.BlockEnd))
	} else if strings.HasPrefix(rest, l.opts.BlockEnd) {
		end += len(l.opts.BlockEnd)
	} else {
		return tag{}, false
	}
	return tag{kind: tagRaw, begin: i, end: end, sign: sign}, true
}

// word skips space, a word and space.
func (l *lexer) word(i int, w string) (int, bool) {
	i = skipSpace(l.src, i)
	if !strings.HasPrefix(l.src[i:], w) {
		return i, false
	}
	return skipSpace(l.src, i+len(w)), true
}

// raw lexes up to the end of a raw block, whose begin was passed.
func (l *lexer) raw() bool {
	for i := l.at; i < len(l.src); i++ {
		j := strings.Index(l.src[i:], l.opts.BlockStart)
		if j < 0 {
			break
		}
		i += j
		end, sign := l.sign(i + len(l.opts.BlockStart))
		end, ok := l.word(end, "endraw")
		if !ok {
			continue
		}
		if end, ok = l.blockEnd(end, l.opts.BlockEnd, true); ok {
			l.data(l.at, i, tag{kind: tagRaw, sign: sign})
			l.advance(end)
			return true
		}
	}
	if l.at < len(l.src) {
		return l.fail(l.at, "Missing end of raw directive")
	}
	return false
}

// comment skips to the end of a comment, whose begin was passed.
func (l *lexer) comment() bool {
	i := strings.Index(l.src[l.at:], l.opts.CommentEnd)
	if i < 0 {
		if l.at < len(l.src) {
			return l.fail(l.at, "Missing end of comment tag")
		}
		return false
	}
	i += l.at
	if i > l.at && (l.src[i-1] == '-' || l.src[i-1] == '+') {
		i--
	}
	end, _ := l.blockEnd(i, l.opts.CommentEnd, true)
	l.advance(end)
	return true
}

// blockEnd matches an end delimiter with its sign, and what it takes with it.
func (l *lexer) blockEnd(i int, delim string, plus bool) (int, bool) {
	rest := l.src[i:]
	switch {
	case plus && strings.HasPrefix(rest, "+"+delim):
		return i + 1 + len(delim), true
	case strings.HasPrefix(rest, "-"+delim):
		return skipSpace(l.src, i+1+len(delim)), true
	case strings.HasPrefix(rest, delim):
		i += len(delim)
		if plus && l.opts.TrimBlocks && i < len(l.src) && l.src[i] == '\n' {
			i++
		}
		return i, true
	}
	return i, false
}
