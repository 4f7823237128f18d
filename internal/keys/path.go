package keys

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Key is the path of a value: the map keys from the root of the file on. A
// segment may be any text, also an empty one.
type Key []string

// ParseKey reads a dotted key such as `tool.ruff."per-file-ignores"."tests/*"`. A
// segment with a dot, a quote, a bracket or white space is written in double
// quotes (escapes as in Go and JSON) or in single quotes (no escapes). List
// indexes are refused: a list is changed with append, by its elements.
func ParseKey(s string) (Key, error) {
	var k Key
	for rest := s; ; {
		seg, after, err := segment(rest)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", strconv.Quote(s), err)
		}
		k = append(k, seg)
		if after == "" {
			if err := k.check(); err != nil {
				return nil, err
			}
			return k, nil
		}
		if after[0] != '.' {
			return nil, fmt.Errorf("key %s: a dot must follow a quoted segment", strconv.Quote(s))
		}
		rest = after[1:]
	}
}

// segment splits the first segment off.
func segment(s string) (seg, rest string, err error) {
	switch {
	case s == "":
		return "", "", fmt.Errorf("a segment is empty; write it \"\" if it is meant")
	case s[0] == '"':
		q, err := strconv.QuotedPrefix(s)
		if err != nil {
			return "", "", fmt.Errorf("a quoted segment does not end")
		}
		seg, err := strconv.Unquote(q)
		return seg, s[len(q):], err
	case s[0] == '\'':
		end := strings.IndexByte(s[1:], '\'')
		if end < 0 {
			return "", "", fmt.Errorf("a quoted segment does not end")
		}
		return s[1 : 1+end], s[end+2:], nil
	}
	end := strings.IndexByte(s, '.')
	if end < 0 {
		end = len(s)
	}
	seg = s[:end]
	switch {
	case seg == "":
		return "", "", fmt.Errorf("a segment is empty; write it \"\" if it is meant")
	case strings.ContainsAny(seg, "[]"):
		return "", "", fmt.Errorf("list indexes are not supported; quote the segment if it is a name")
	case !bare(seg):
		return "", "", fmt.Errorf("the segment %s needs quotes", strconv.Quote(seg))
	}
	return seg, s[end:], nil
}

// bare reports whether a segment needs no quotes.
func bare(seg string) bool {
	return seg != "" && utf8.ValidString(seg) && !strings.ContainsAny(seg, `."'[]`) &&
		strings.IndexFunc(seg, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }) < 0
}

// String returns the key as ParseKey reads it.
func (k Key) String() string {
	parts := make([]string, len(k))
	for i, seg := range k {
		if parts[i] = seg; !bare(seg) {
			parts[i] = strconv.Quote(seg)
		}
	}
	return strings.Join(parts, ".")
}

// check refuses a key that no file can have.
func (k Key) check() error {
	if len(k) == 0 {
		return &Error{Key: k, Reason: "the key is empty"}
	}
	if len(k) > maxDepth {
		return &Error{Key: k[:1], Reason: fmt.Sprintf("the key has more than %d segments", maxDepth)}
	}
	for _, seg := range k {
		if !utf8.ValidString(seg) || strings.ContainsRune(seg, 0) {
			return &Error{Key: k, Reason: "a segment is not UTF-8 text"}
		}
	}
	return nil
}

// with returns a new key with one more segment.
func (k Key) with(seg string) Key {
	return append(append(make(Key, 0, len(k)+1), k...), seg)
}
