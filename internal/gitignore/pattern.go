package gitignore

import (
	"strings"

	"github.com/mlops-as-code/mlops/internal/gitconf/wildmatch"
)

// pattern is what a rule matches: without a slash base names, with one the path
// below the directory of its file.
type pattern struct {
	text string
	// literal is how many bytes come before the first wildcard.
	literal int
	// dirOnly patterns end in a slash.
	dirOnly bool
	// base patterns hold no other slash.
	base bool
	// suffix patterns are a star and literal text.
	suffix bool
}

const wildcards = `*?[\`

func parsePattern(s string) pattern {
	p := pattern{suffix: strings.HasPrefix(s, "*") && !strings.ContainsAny(s[1:], wildcards)}
	p.text, p.dirOnly = strings.CutSuffix(s, "/")
	p.base = !strings.Contains(p.text, "/")
	p.literal = len(p.text)
	if i := strings.IndexAny(p.text, wildcards); i >= 0 {
		p.literal = i
	}
	return p
}

// matches holds the pattern against a path below its file's directory.
func (p *pattern) matches(name string, fold bool) bool {
	if p.base {
		return p.matchesName(name[strings.LastIndexByte(name, '/')+1:], fold)
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
	return wildmatch.Match(text[literal:], name[literal:], flags(wildmatch.Pathname, fold))
}

func (p *pattern) matchesName(name string, fold bool) bool {
	switch {
	case p.literal == len(p.text):
		return equal(p.text, name, fold)
	case p.suffix:
		n := len(name) - (len(p.text) - 1)
		return n >= 0 && equal(p.text[1:], name[n:], fold)
	}
	return wildmatch.Match(p.text, name, flags(0, fold))
}

func flags(f wildmatch.Flags, fold bool) wildmatch.Flags {
	if fold {
		f |= wildmatch.FoldCase
	}
	return f
}

// equal folds ASCII letters only, like git.
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

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
