package readme

import (
	"strconv"
	"strings"
	"unicode"
)

// link is a heading as the table of contents needs it.
type link struct {
	level int
	// text is plain text; slug the fragment that GitHub gives the heading.
	text, slug string
}

// slugger makes heading anchors unique in the order of the document, as GitHub
// does.
type slugger struct {
	taken map[string]bool
	// last is the last number that each anchor was made unique with: those below it
	// are taken for good.
	last map[string]int
}

// slug is the anchor of the next heading, given its plain text.
func (s *slugger) slug(text string) string {
	if s.taken == nil {
		s.taken, s.last = map[string]bool{}, map[string]int{}
	}
	base := anchor(text)
	slug := base
	for s.taken[slug] {
		s.last[base]++
		slug = base + "-" + strconv.Itoa(s.last[base])
	}
	s.taken[slug] = true
	return slug
}

// anchor is GitHub's anchor for a heading, before it is made unique: lower case,
// only letters, marks, digits and joining punctuation, a hyphen for each space.
func anchor(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case r == 'İ':
			// Go alone would drop the dot.
			b.WriteString("i̇")
		case r == '-' || unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Nl, unicode.Pc, unicode.Other_Alphabetic):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
