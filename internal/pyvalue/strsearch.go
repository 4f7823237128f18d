package pyvalue

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// window is the part of a text that optional start and end arguments name:
// its text and the code points before it; false when start lies behind end.
func (c *call) window(s string, from int) (part string, before int, ok bool, err error) {
	if err := c.b.Step(1 + len(s)/64); err != nil {
		return "", 0, false, err
	}
	n := utf8.RuneCountInString(s)
	lo, hi, err := c.span(from, int64(n))
	if err != nil || lo > hi {
		return "", 0, false, err
	}
	return subText(s, n, int(lo), int(hi)), int(lo), true, nil
}

func (c *call) needle() (string, error) {
	sub, ok := TextOf(c.args[0])
	if !ok {
		return "", Raise("TypeError", "must be str, not %s", c.args[0].TypeName())
	}
	return sub, nil
}

func strCount(c *call) (Value, error) {
	part, _, ok, err := c.window(c.text(), 1)
	if err != nil {
		return nil, err
	}
	sub, err := c.needle()
	if err != nil || !ok {
		return Int(0), err
	}
	return Int(strings.Count(part, sub)), nil
}

func strFind(c *call) (Value, error) {
	part, before, ok, err := c.window(c.text(), 1)
	if err != nil {
		return nil, err
	}
	sub, err := c.needle()
	if err != nil {
		return nil, err
	}
	at := -1
	switch {
	case !ok:
	case c.name == "rfind" || c.name == "rindex":
		at = strings.LastIndex(part, sub)
	default:
		at = strings.Index(part, sub)
	}
	if at >= 0 {
		return Int(before + utf8.RuneCountInString(part[:at])), nil
	}
	if strings.HasSuffix(c.name, "index") {
		return nil, Raise("ValueError", "substring not found")
	}
	return Int(-1), nil
}

// strAffix is startswith and endswith.
func strAffix(c *call) (Value, error) {
	part, _, ok, err := c.window(c.text(), 1)
	if err != nil {
		return nil, err
	}
	has := strings.HasPrefix
	if c.name == "endswith" {
		has = strings.HasSuffix
	}
	if affix, isText := TextOf(c.args[0]); isText {
		return Bool(ok && has(part, affix)), nil
	}
	t, isTuple := c.args[0].(*Tuple)
	if !isTuple {
		return nil, Raise("TypeError", "%s first arg must be str or a tuple of str, not %s", c.name, c.args[0].TypeName())
	}
	for _, e := range t.Elems {
		affix, isText := TextOf(e)
		if !isText {
			return nil, Raise("TypeError", "tuple for %s must only contain str, not %s", c.name, e.TypeName())
		}
		if ok && has(part, affix) {
			return Bool(true), nil
		}
	}
	return Bool(false), nil
}

func strPartition(c *call) (Value, error) {
	s := c.text()
	sep, err := c.needle()
	if err != nil {
		return nil, err
	}
	if sep == "" {
		return nil, Raise("ValueError", "empty separator")
	}
	if err := c.b.Alloc(int64(len(s))); err != nil {
		return nil, err
	}
	if c.name == "rpartition" {
		i := strings.LastIndex(s, sep)
		if i < 0 {
			return NewTuple(String(""), String(""), String(s)), nil
		}
		return NewTuple(String(s[:i]), String(sep), String(s[i+len(sep):])), nil
	}
	before, after, found := strings.Cut(s, sep)
	if !found {
		sep = ""
	}
	return NewTuple(String(before), String(sep), String(after)), nil
}

func strRemove(c *call) (Value, error) {
	affix, ok := TextOf(c.args[0])
	if !ok {
		return nil, Raise("TypeError", "%s() argument must be str, not %s", c.name, argType(c.args[0]))
	}
	if c.name == "removeprefix" {
		return String(strings.TrimPrefix(c.text(), affix)), nil
	}
	return String(strings.TrimSuffix(c.text(), affix)), nil
}

func strStrip(c *call) (Value, error) {
	s := c.text()
	if err := c.b.Step(1 + len(s)/64); err != nil {
		return nil, err
	}
	in := isSpace
	switch v := c.arg(0, None{}).(type) {
	case None:
	case String, Markup:
		chars, _ := TextOf(v)
		in = func(r rune) bool { return strings.ContainsRune(chars, r) }
	default:
		return nil, Raise("TypeError", "%s arg must be None or str", c.name)
	}
	if c.name != "rstrip" {
		s = strings.TrimLeftFunc(s, in)
	}
	if c.name != "lstrip" {
		s = strings.TrimRightFunc(s, in)
	}
	return String(s), nil
}

// strSplit is split and rsplit.
func strSplit(c *call) (Value, error) {
	most, err := c.integer(1, -1)
	if err != nil {
		return nil, err
	}
	if most < 0 {
		most = maxIndex
	}
	s := c.text()
	if err := c.b.Step(1 + len(s)/8); err != nil {
		return nil, err
	}
	right := c.name == "rsplit"
	var parts []string
	switch sep := c.arg(0, None{}).(type) {
	case None:
		parts, err = splitSpace(c.b, s, most, right)
	case String, Markup:
		text, _ := TextOf(sep)
		if text == "" {
			return nil, Raise("ValueError", "empty separator")
		}
		parts, err = splitText(c.b, s, splitter{sep: text, most: most, right: right})
	default:
		return nil, Raise("TypeError", "must be str or None, not %s", sep.TypeName())
	}
	return textList(parts), err
}

func textList(parts []string) *List {
	elems := make([]Value, len(parts))
	for i, p := range parts {
		elems[i] = String(p)
	}
	return &List{Elems: elems}
}

type splitter struct {
	sep   string
	most  int64
	right bool
}

func splitText(b *Budget, s string, by splitter) ([]string, error) {
	n := int(min(by.most, int64(strings.Count(s, by.sep))))
	if err := spend(b, 2*(n+1)); err != nil {
		return nil, err
	}
	if !by.right {
		return strings.SplitN(s, by.sep, n+1), nil
	}
	parts := make([]string, n+1)
	for i := n; i > 0; i-- {
		at := strings.LastIndex(s, by.sep)
		if at < 0 { // overlapping separators count differently from the right
			parts[i] = s
			return parts[i:], nil
		}
		parts[i] = s[at+len(by.sep):]
		s = s[:at]
	}
	parts[0] = s
	return parts, nil
}

// splitSpace splits at runs of white space, with none at the ends.
func splitSpace(b *Budget, s string, most int64, right bool) ([]string, error) {
	var parts []string
	trim, next := strings.TrimLeftFunc, strings.IndexFunc
	if right {
		trim, next = strings.TrimRightFunc, strings.LastIndexFunc
	}
	for s = trim(s, isSpace); s != ""; s = trim(s, isSpace) {
		if err := spend(b, 2); err != nil {
			return nil, err
		}
		at := next(s, isSpace)
		if int64(len(parts)) == most || at < 0 {
			parts = append(parts, s) // with the white space at its other end
			break
		}
		part, rest := s[:at], s[at:]
		if right {
			_, n := utf8.DecodeRuneInString(s[at:])
			part, rest = s[at+n:], s[:at]
		}
		parts, s = append(parts, part), rest
	}
	if right {
		slices.Reverse(parts)
	}
	return parts, nil
}

func strSplitLines(c *call) (Value, error) {
	keep, err := c.cint(0, 0)
	if err != nil {
		return nil, err
	}
	var parts []string
	s := c.text()
	for s != "" {
		if err := spend(c.b, 2); err != nil {
			return nil, err
		}
		end, next := lineEnd(s)
		if keep != 0 {
			end = next
		}
		parts = append(parts, s[:end])
		s = s[next:]
	}
	return textList(parts), c.b.Step(len(s) / 8)
}

// lineEnd is where the first line ends and where the next begins.
func lineEnd(s string) (end, next int) {
	for i, r := range s {
		switch r {
		case '\r':
			if strings.HasPrefix(s[i:], "\r\n") {
				return i, i + 2
			}
			return i, i + 1
		case '\n', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
			return i, i + utf8.RuneLen(r)
		}
	}
	return len(s), len(s)
}
