package wildmatch

import "strings"

// class matches c against the bracket expression that p begins with and
// returns the expression's length. A bracket that is never closed does not
// match.
func (m *matcher) class(p string, c byte) (int, bool) {
	i := 1
	negated := i < len(p) && (p[i] == '!' || p[i] == '^')
	if negated {
		i++
	}
	matched := false
	var prev byte // the low end of a range that may follow; 0 when none can
	for first := true; ; first = false {
		if i >= len(p) {
			return 0, false
		}
		if p[i] == ']' && !first {
			break
		}
		n, hit, last := m.classItem(p[i:], prev, c)
		if n == 0 {
			return 0, false
		}
		matched = matched || hit
		prev = last
		i += n
	}
	if m.flags&Pathname != 0 && c == '/' {
		return 0, false
	}
	return i + 1, matched != negated
}

// classItem matches c against the next item of a bracket expression. It
// returns the item's length (0 when malformed) and the byte that may start a
// range.
func (m *matcher) classItem(p string, prev, c byte) (n int, hit bool, last byte) {
	switch {
	case p[0] == '\\':
		if len(p) < 2 {
			return 0, false, 0
		}
		return 2, c == p[1], p[1]
	case p[0] == '-' && prev != 0 && len(p) > 1 && p[1] != ']':
		return m.rangeItem(p, prev, c)
	case strings.HasPrefix(p, "[:"):
		return m.namedItem(p, c)
	}
	return 1, c == p[0], p[0]
}

func (m *matcher) rangeItem(p string, low, c byte) (n int, hit bool, last byte) {
	n, high := 2, p[1]
	if high == '\\' {
		if len(p) < 3 {
			return 0, false, 0
		}
		n, high = 3, p[2]
	}
	hit = low <= c && c <= high
	if up := upper(c); !hit && m.flags&FoldCase != 0 {
		hit = low <= up && up <= high
	}
	return n, hit, 0
}

func (m *matcher) namedItem(p string, c byte) (n int, hit bool, last byte) {
	end := strings.IndexByte(p[2:], ']')
	if end < 0 {
		return 0, false, 0
	}
	if end == 0 || p[2+end-1] != ':' {
		return 1, c == '[', '['
	}
	hit, known := inNamedClass(p[2:2+end-1], c)
	if !known {
		return 0, false, 0
	}
	if !hit && m.flags&FoldCase != 0 && p[2:2+end-1] == "upper" {
		hit = 'a' <= c && c <= 'z'
	}
	return 2 + end + 1, hit, 0
}

// inNamedClass is git's own ctype: the C locale's, but without vertical tab and
// form feed as space.
func inNamedClass(name string, c byte) (in, known bool) {
	lowerCase, upperCase, digit := 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9'
	alnum := lowerCase || upperCase || digit
	graph := '!' <= c && c <= '~'
	switch name {
	case "alnum":
		return alnum, true
	case "alpha":
		return lowerCase || upperCase, true
	case "blank":
		return c == ' ' || c == '\t', true
	case "cntrl":
		return c < ' ' || c == 0x7f, true
	case "digit":
		return digit, true
	case "graph":
		return graph, true
	case "lower":
		return lowerCase, true
	case "print":
		return graph || c == ' ', true
	case "punct":
		return graph && !alnum, true
	case "space":
		return c == ' ' || c == '\t' || c == '\n' || c == '\r', true
	case "upper":
		return upperCase, true
	case "xdigit":
		return digit || 'a' <= lower(c) && lower(c) <= 'f', true
	}
	return false, false
}
