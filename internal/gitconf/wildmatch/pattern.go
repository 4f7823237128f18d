package wildmatch

import "strings"

// Pattern is a line's pattern as gitignore(5) and gitattributes(5) have it: without
// a slash, but for one at the end, it matches base names, with one the path below
// the directory of its file. A negative one is the caller's to take apart.
type Pattern struct {
	text string
	// literal is how many bytes come before the first wildcard.
	literal int
	// DirOnly patterns end in a slash: they are meant for directories alone, which
	// Match does not look at.
	DirOnly bool
	// base patterns hold no other slash.
	base bool
	// suffix patterns are a star and literal text.
	suffix bool
}

const wildcards = `*?[\`

// ParsePattern reads a pattern, which is not empty.
func ParsePattern(s string) Pattern {
	p := Pattern{suffix: strings.HasPrefix(s, "*") && !strings.ContainsAny(s[1:], wildcards)}
	p.text, p.DirOnly = strings.CutSuffix(s, "/")
	p.base = !strings.Contains(p.text, "/")
	p.literal = len(p.text)
	if i := strings.IndexAny(p.text, wildcards); i >= 0 {
		p.literal = i
	}
	return p
}

// Match holds the pattern against a path that lies below base, the directory of the
// pattern's file without a slash at the end; "" is the top. fold ignores the case
// of ASCII letters, as git does.
func (p *Pattern) Match(base, name string, fold bool) bool {
	if p.base {
		return p.matchName(name[strings.LastIndexByte(name, '/')+1:], fold)
	}
	if base != "" {
		name = name[len(base)+1:]
	}
	// The literal beginning is compared first and then only what follows, so that
	// a ** right behind it counts as standing at the beginning: git does so.
	text, literal := p.text, p.literal
	if text[0] == '/' {
		text, literal = text[1:], literal-1
	}
	if literal > len(name) || !equal(text[:literal], name[:literal], fold) {
		return false
	}
	return Match(text[literal:], name[literal:], flags(Pathname, fold))
}

func (p *Pattern) matchName(name string, fold bool) bool {
	switch {
	case p.literal == len(p.text):
		return equal(p.text, name, fold)
	case p.suffix:
		n := len(name) - (len(p.text) - 1)
		return n >= 0 && equal(p.text[1:], name[n:], fold)
	}
	return Match(p.text, name, flags(0, fold))
}

func flags(f Flags, fold bool) Flags {
	if fold {
		f |= FoldCase
	}
	return f
}

func equal(a, b string, fold bool) bool {
	if !fold || len(a) != len(b) {
		return a == b
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}
