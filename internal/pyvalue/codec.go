package pyvalue

import (
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"
)

// codec finds what an encoding is called in messages; "" when unknown.
func codec(name string) string {
	switch strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(name)) {
	case "utf_8", "utf8", "u8", "utf", "cp65001":
		return "utf-8"
	case "ascii", "us_ascii", "646":
		return "ascii"
	case "latin_1", "latin1", "latin", "iso_8859_1", "iso8859_1", "8859", "cp819", "l1":
		return "latin-1"
	}
	return ""
}

// coding reads the encoding and errors arguments of encode and decode.
func (c *call) coding() (name, errors string, err error) {
	var texts [2]string
	for i, missing := range []string{"utf-8", "strict"} {
		v := c.arg(i, String(missing))
		s, ok := TextOf(v)
		if !ok {
			return "", "", Raise("TypeError", "%s() argument '%s' must be str, not %s", c.name, []string{"encoding", "errors"}[i], argType(v))
		}
		texts[i] = s
	}
	if name = codec(texts[0]); name == "" {
		return "", "", Raise("LookupError", "unknown encoding: %s", texts[0])
	}
	return name, texts[1], nil
}

func strEncode(c *call) (Value, error) {
	name, errors, err := c.coding()
	if err != nil {
		return nil, err
	}
	s := c.text()
	if err := c.b.Alloc(int64(len(s))); err != nil {
		return nil, err
	}
	if name == "utf-8" {
		return Bytes(s), nil
	}
	limit := rune(0x80)
	if name == "latin-1" {
		limit = 0x100
	}
	if err := payRunes(c.b, s); err != nil {
		return nil, err
	}
	var sb strings.Builder
	rs := []rune(s)
	for i := 0; i < len(rs); i++ {
		if rs[i] < limit {
			sb.WriteByte(byte(rs[i]))
			continue
		}
		piece, err := unencodable(rs, i, [2]string{name, errors})
		if err != nil {
			return nil, err
		}
		if err := growBy(c.b, &sb, piece); err != nil {
			return nil, err
		}
	}
	return Bytes(sb.String()), nil
}

// unencodable is what stands for rs[i] under an error handler; how is the
// codec and the handler.
func unencodable(rs []rune, i int, how [2]string) (string, error) {
	switch how[1] {
	case "ignore":
		return "", nil
	case "replace":
		return "?", nil
	case "xmlcharrefreplace":
		return fmt.Sprintf("&#%d;", rs[i]), nil
	case "backslashreplace":
		var sb strings.Builder
		writeEscape(&sb, rs[i])
		return sb.String(), nil
	case "strict":
	default:
		return "", Raise("LookupError", "unknown error handler name '%s'", how[1])
	}
	limit := rune(0x80)
	if how[0] == "latin-1" {
		limit = 0x100
	}
	end := i + 1
	for end < len(rs) && rs[end] >= limit {
		end++
	}
	if end > i+1 {
		return "", Raise("UnicodeEncodeError", "'%s' codec can't encode characters in position %d-%d: ordinal not in range(%d)", how[0], i, end-1, limit)
	}
	var sb strings.Builder
	writeEscape(&sb, rs[i])
	return "", Raise("UnicodeEncodeError", "'%s' codec can't encode character '%s' in position %d: ordinal not in range(%d)", how[0], sb.String(), i, limit)
}

// bytesMethod is the table of the methods of bytes that are here.
func bytesMethod(name string) (method, bool) {
	switch name {
	case "decode":
		return keyword(bytesDecode, "encoding", "errors")
	case "hex":
		return none(func(c *call) (Value, error) {
			s := string(c.self.(Bytes))
			return String(hex.EncodeToString([]byte(s))), c.b.Alloc(2 * int64(len(s)))
		})
	}
	return method{}, false
}

func bytesDecode(c *call) (Value, error) {
	name, errors, err := c.coding()
	if err != nil {
		return nil, err
	}
	s := string(c.self.(Bytes))
	if err := c.b.Alloc(3 * int64(len(s))); err != nil {
		return nil, err
	}
	var sb strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		bad := r == utf8.RuneError && n == 1
		if name != "utf-8" {
			r, n, bad = rune(s[i]), 1, name == "ascii" && s[i] >= 0x80
		}
		if !bad {
			sb.WriteRune(r)
			i += n
			continue
		}
		reason, length := "ordinal not in range(128)", 1
		if name == "utf-8" {
			reason, length = invalidUTF8(s[i:])
		}
		switch errors {
		case "ignore":
		case "replace":
			sb.WriteRune(utf8.RuneError)
		case "strict":
			return nil, undecodable(s, [2]int{i, length}, [2]string{name, reason})
		default:
			return nil, Raise("LookupError", "unknown error handler name '%s'", errors)
		}
		i += length
	}
	return String(sb.String()), nil
}

func undecodable(s string, at [2]int, why [2]string) error {
	i, n := at[0], at[1]
	if n > 1 {
		return Raise("UnicodeDecodeError", "'%s' codec can't decode bytes in position %d-%d: %s", why[0], i, i+n-1, why[1])
	}
	return Raise("UnicodeDecodeError", "'%s' codec can't decode byte 0x%02x in position %d: %s", why[0], s[i], i, why[1])
}

// invalidUTF8 says what is wrong at the beginning of s, and for how long.
func invalidUTF8(s string) (string, int) {
	need := 0
	low, high := byte(0x80), byte(0xbf)
	switch c := s[0]; {
	case c >= 0xc2 && c <= 0xdf:
		need = 1
	case c >= 0xe0 && c <= 0xef:
		need = 2
	case c >= 0xf0 && c <= 0xf4:
		need = 3
	default:
		return "invalid start byte", 1
	}
	switch s[0] {
	case 0xe0:
		low = 0xa0
	case 0xed:
		high = 0x9f
	case 0xf0:
		low = 0x90
	case 0xf4:
		high = 0x8f
	}
	for i := 1; i <= need; i++ {
		if i == len(s) {
			return "unexpected end of data", i
		}
		if s[i] < low || s[i] > high {
			return "invalid continuation byte", i
		}
		low, high = 0x80, 0xbf
	}
	return "invalid start byte", 1
}
