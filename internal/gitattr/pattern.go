package gitattr

import (
	"strings"

	"github.com/mlops-as-code/mlops/internal/gitconf/wildmatch"
)

// pattern is one of gitattributes(5): without a slash it matches base names,
// with one the path below the file's directory.
type pattern struct {
	text string
	// literal is how many bytes come before the first wildcard.
	literal int
	// dirOnly patterns end in a slash; they match no file.
	dirOnly bool
	// base patterns hold no slash.
	base bool
	// suffix patterns are a star and literal text.
	suffix bool
}

// parsePattern returns nil for a negative pattern, which attributes forbid.
func parsePattern(s string) *pattern {
	if strings.HasPrefix(s, "!") {
		return nil
	}
	p := &pattern{suffix: strings.HasPrefix(s, "*") && !hasWildcard(s[1:])}
	p.text, p.dirOnly = strings.CutSuffix(s, "/")
	p.base = !strings.Contains(p.text, "/")
	p.literal = len(p.text)
	if i := strings.IndexAny(p.text, wildcards); i >= 0 {
		p.literal = i
	}
	return p
}

const wildcards = `*?[\`

func hasWildcard(s string) bool { return strings.ContainsAny(s, wildcards) }

// matches holds the pattern against a file below the directory base.
func (p *pattern) matches(base, file string, fold bool) bool {
	if p.dirOnly {
		return false
	}
	if p.base {
		return p.matchesName(file[strings.LastIndexByte(file, '/')+1:], fold)
	}
	if base != "" {
		file = file[len(base)+1:]
	}
	return p.matchesPath(file, fold)
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

// matchesPath compares the literal beginning first and then only what follows,
// so that a ** right behind it counts as standing at the beginning: git does so.
func (p *pattern) matchesPath(file string, fold bool) bool {
	text, literal := p.text, p.literal
	if text[0] == '/' {
		text, literal = text[1:], literal-1
	}
	if literal > len(file) || !equal(text[:literal], file[:literal], fold) {
		return false
	}
	return wildmatch.Match(text[literal:], file[literal:], flags(wildmatch.Pathname, fold))
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
