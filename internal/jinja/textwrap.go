package jinja

import (
	"slices"
	"strings"
	"unicode"
)

// wrapper wraps a line as Python's textwrap does, without expanding tabs or
// replacing white space.
type wrapper struct {
	width              int
	breakLong, hyphens bool
}

// isWrapSpace is the white space of textwrap: ASCII's.
func isWrapSpace(r rune) bool { return strings.ContainsRune("\t\n\v\f\r ", r) }

// chunks cuts a line into what may not be broken. With hyphens it follows
// textwrap's wordsep_re, without it wordsep_simple_re.
func (w wrapper) chunks(line string) [][]rune {
	rs := []rune(line)
	var out [][]rune
	for at := 0; at < len(rs); {
		end := spaceEnd(rs, at)
		if end == at {
			end = w.wordEnd(rs, at)
		}
		out = append(out, rs[at:end])
		at = end
	}
	return out
}

func spaceEnd(rs []rune, i int) int {
	for i < len(rs) && isWrapSpace(rs[i]) {
		i++
	}
	return i
}

func isLetter(r rune) bool { return isWordRune(r) && !unicode.IsDigit(r) }

// isWordPunct is textwrap's word_punct.
func isWordPunct(r rune) bool { return isWordRune(r) || strings.ContainsRune(`!"'&.,?`, r) }

// wordEnd is the end of the chunk that begins at i, no space.
func (w wrapper) wordEnd(rs []rune, i int) int {
	if !w.hyphens {
		for i < len(rs) && !isWrapSpace(rs[i]) {
			i++
		}
		return i
	}
	if end := dashEnd(rs, i); end > 0 {
		return end
	}
	for j := i + 1; j < len(rs); j++ {
		if isWrapSpace(rs[j]) {
			return j
		}
		// A word of several parts, cut after the hyphen.
		if hyphenAfter(rs, i, j) {
			return j
		}
		// A dash that follows the word is a chunk of its own.
		if isWordPunct(rs[j-1]) && dashEnd(rs, j) > 0 {
			return j
		}
	}
	return len(rs)
}

// dashEnd is the end of a dash of two or more hyphens between words at i, or 0.
func dashEnd(rs []rune, i int) int {
	if i == 0 || !isWordPunct(rs[i-1]) {
		return 0
	}
	j := i
	for j < len(rs) && rs[j] == '-' {
		j++
	}
	if j-i < 2 || j >= len(rs) || !isWordRune(rs[j]) {
		return 0
	}
	return j
}

// hyphenAfter says whether a chunk from i may end before j, after a hyphen
// between letters.
func hyphenAfter(rs []rune, i, j int) bool {
	if rs[j-1] != '-' || j-1 <= i {
		return false
	}
	two := j-3 >= 0 && isLetter(rs[j-3]) && isLetter(rs[j-2])
	three := j-4 >= 0 && isLetter(rs[j-4]) && rs[j-3] == '-' && isLetter(rs[j-2])
	if !two && !three {
		return false
	}
	return j+1 < len(rs) && isLetter(rs[j]) && (isLetter(rs[j+1]) || rs[j+1] == '-' && j+2 < len(rs) && isLetter(rs[j+2]))
}

// wrap returns the lines of one paragraph.
func (w wrapper) wrap(line string) []string {
	chunks := w.chunks(line)
	var lines []string
	for len(chunks) > 0 {
		if len(lines) > 0 && blank(chunks[0]) {
			if chunks = chunks[1:]; len(chunks) == 0 {
				break
			}
		}
		var cur [][]rune
		length := 0
		for len(chunks) > 0 && length+len(chunks[0]) <= w.width {
			cur = append(cur, chunks[0])
			length += len(chunks[0])
			chunks = chunks[1:]
		}
		if len(chunks) > 0 && len(chunks[0]) > w.width {
			cur, chunks = w.long(cur, chunks, w.width-length)
		}
		if n := len(cur); n > 0 && blank(cur[n-1]) {
			cur = cur[:n-1]
		}
		if len(cur) > 0 {
			var b strings.Builder
			for _, c := range cur {
				b.WriteString(string(c))
			}
			lines = append(lines, b.String())
		}
	}
	return lines
}

func blank(rs []rune) bool { return strings.TrimFunc(string(rs), isSpace) == "" }

// long handles a chunk that is longer than a line, of which space is left.
func (w wrapper) long(cur, chunks [][]rune, space int) (line, rest [][]rune) {
	if !w.breakLong {
		if len(cur) == 0 {
			return chunks[:1], chunks[1:]
		}
		return cur, chunks
	}
	chunk, end := chunks[0], space
	if w.hyphens && len(chunk) > space {
		if h := lastHyphen(chunk[:space]); h > 0 {
			end = h + 1
		}
	}
	chunks[0] = chunk[end:]
	return append(cur, chunk[:end]), chunks
}

// lastHyphen is the last hyphen, when something else is before it, or -1.
func lastHyphen(rs []rune) int {
	for i := len(rs) - 1; i > 0; i-- {
		if rs[i] == '-' {
			if slices.ContainsFunc(rs[:i], func(r rune) bool { return r != '-' }) {
				return i
			}
			return -1
		}
	}
	return -1
}
