// Package wildmatch matches paths against git's shell patterns, the ones of
// gitattributes(5), gitignore(5) and includeIf in git-config(1).
//
// A "star" is one or more *; a "deep star" is a ** that stands between
// slashes or at an end of the pattern. Matching takes at most
// len(pattern) * len(text) steps, also for hostile patterns. A "pattern" is what a
// line of such a file holds: a shell pattern and what its slashes mean. The package
// reads no files, and knows nothing of rules and their order.
package wildmatch

import "strings"

// Flags change how Match treats slashes and case.
type Flags uint8

const (
	// Pathname keeps *, ? and [...] from matching a slash; only ** does.
	Pathname Flags = 1 << iota
	// FoldCase compares ASCII letters without case, as git does: escaped
	// letters and single letters in brackets of the pattern keep their case.
	FoldCase
)

// Match reports whether the whole of text matches pattern. A malformed pattern
// matches nothing.
func Match(pattern, text string, f Flags) bool {
	m := matcher{pattern: pattern, text: text, flags: f}
	return m.run()
}

// resume is where matching goes on after a mismatch: the pattern offset behind
// a star and the text offset up to which that star has eaten.
type resume struct {
	set  bool
	p, t int
}

type matcher struct {
	pattern, text string
	flags         Flags
	p, t          int
	star, deep    resume
}

// run is the greedy matcher with one resume point for each kind of star. The
// earliest match of what stands between two stars is always good enough,
// because it has a fixed length (between *) or a fixed number of slashes
// (between **).
func (m *matcher) run() bool {
	for {
		if m.p == len(m.pattern) && m.t == len(m.text) {
			return true
		}
		if m.p < len(m.pattern) && m.pattern[m.p] == '*' {
			if done, ok := m.takeStars(); done {
				return ok
			}
			continue
		}
		if m.takeOne() {
			continue
		}
		if !m.backtrack() {
			return false
		}
	}
}

// takeOne consumes one text byte and the pattern element for it.
func (m *matcher) takeOne() bool {
	if m.p == len(m.pattern) || m.t == len(m.text) {
		return false
	}
	n, ok := m.single(m.pattern[m.p:], m.text[m.t])
	if !ok {
		return false
	}
	m.p += n
	m.t++
	return true
}

// takeStars consumes a run of stars. done means that the answer is ok.
func (m *matcher) takeStars() (done, ok bool) {
	start := m.p
	for m.p < len(m.pattern) && m.pattern[m.p] == '*' {
		m.p++
	}
	rest := m.pattern[m.p:]
	if !m.isDeep(start, rest) {
		m.star = resume{set: true, p: m.p, t: m.t}
		return false, false
	}
	m.star = resume{}
	switch {
	case rest == "":
		return true, true
	case rest[0] == '/':
		m.p++
		m.deep = resume{set: true, p: m.p, t: m.t}
		return false, false
	default: // `**\/` needs the slash
		m.deep = resume{set: true, p: m.p + 2, t: m.t}
		return !m.backtrack(), false
	}
}

func (m *matcher) isDeep(start int, rest string) bool {
	if m.flags&Pathname == 0 || m.p-start < 2 {
		return false
	}
	if start > 0 && m.pattern[start-1] != '/' {
		return false
	}
	return rest == "" || rest[0] == '/' || strings.HasPrefix(rest, `\/`)
}

// backtrack lets the last star eat one more byte, or the last deep star one
// more directory.
func (m *matcher) backtrack() bool {
	if s := &m.star; s.set && s.t < len(m.text) && (m.flags&Pathname == 0 || m.text[s.t] != '/') {
		s.t++
		m.p, m.t = s.p, s.t
		return true
	}
	m.star = resume{}
	if !m.deep.set {
		return false
	}
	slash := strings.IndexByte(m.text[m.deep.t:], '/')
	if slash < 0 {
		return false
	}
	m.deep.t += slash + 1
	m.p, m.t = m.deep.p, m.deep.t
	return true
}

// single matches one byte against the first element of p, which is not a star,
// and returns the element's length.
func (m *matcher) single(p string, c byte) (int, bool) {
	folded := c
	if m.flags&FoldCase != 0 {
		folded = lower(c)
	}
	switch p[0] {
	case '\\':
		return 2, len(p) > 1 && p[1] == folded
	case '?':
		return 1, m.flags&Pathname == 0 || c != '/'
	case '[':
		return m.class(p, folded)
	}
	want := p[0]
	if m.flags&FoldCase != 0 {
		want = lower(want)
	}
	return 1, want == folded
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - ('a' - 'A')
	}
	return c
}
