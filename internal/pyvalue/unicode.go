package pyvalue

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

func assigned(r rune) bool { return r < 0x80 || !unicode.Is(notIn14, r) }

func isPrintable(r rune) bool { return unicode.IsPrint(r) && assigned(r) }

func isAlpha(r rune) bool { return unicode.IsLetter(r) && assigned(r) }

func isDecimal(r rune) bool { return unicode.Is(unicode.Nd, r) && assigned(r) }

func isDigit(r rune) bool { return isDecimal(r) || unicode.Is(otherDigits, r) }

func isNumeric(r rune) bool {
	return unicode.IsNumber(r) && assigned(r) || unicode.Is(ideographNumbers, r)
}

func isAlnum(r rune) bool { return isAlpha(r) || isNumeric(r) }

func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

func isLower(r rune) bool {
	switch r {
	case 0x10fc, 0xa7f2, 0xa7f3, 0xa7f4, 0xab69: // Other_Lowercase since Unicode 15
		return false
	}
	return unicode.In(r, unicode.Ll, unicode.Other_Lowercase) && assigned(r)
}

func isUpper(r rune) bool {
	return unicode.In(r, unicode.Lu, unicode.Other_Uppercase) && assigned(r)
}

func isTitle(r rune) bool { return unicode.Is(unicode.Lt, r) }

func isCased(r rune) bool { return isLower(r) || isUpper(r) || isTitle(r) }

// isCaseIgnorable is Unicode's Case_Ignorable.
func isCaseIgnorable(r rune) bool {
	switch r {
	case '\'', '.', ':', 0xb7, 0x387, 0x55f, 0x5f4, 0x2018, 0x2019, 0x2024, 0x2027,
		0xfe13, 0xfe52, 0xfe55, 0xff07, 0xff0e, 0xff1a:
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk) && assigned(r)
}

func beginsIdentifier(r rune) bool {
	return (r == '_' || unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start)) &&
		!unicode.Is(noIdentifierStart, r) && assigned(r)
}

func continuesIdentifier(r rune) bool {
	return (r == '_' || unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start, unicode.Mn, unicode.Mc,
		unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)) &&
		!unicode.Is(noIdentifierPart, r) && assigned(r)
}

// decimalValue is the value of a decimal digit of any script.
func decimalValue(r rune) int {
	if r < 0x80 {
		return int(r - '0')
	}
	for _, t := range unicode.Nd.R16 {
		if r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10
		}
	}
	return 0
}

var (
	upperForms = sync.OnceValue(func() map[rune]string { return forms(upperSpecial) })
	titleForms = sync.OnceValue(func() map[rune]string { return forms(titleSpecial) })
)

func forms(table string) map[rune]string {
	m := map[rune]string{}
	for _, word := range strings.Fields(table) {
		r, n := utf8.DecodeRuneInString(word)
		m[r] = word[n:]
	}
	return m
}

func writeUpper(sb *strings.Builder, r rune) {
	if s, ok := upperForms()[r]; ok && r >= 0x80 {
		sb.WriteString(s)
		return
	}
	if assigned(r) {
		r = unicode.ToUpper(r)
	}
	sb.WriteRune(r)
}

func writeTitle(sb *strings.Builder, r rune) {
	if s, ok := titleForms()[r]; ok && r >= 0x80 {
		sb.WriteString(s)
		return
	}
	if assigned(r) {
		r = unicode.ToTitle(r)
	}
	sb.WriteRune(r)
}

// writeLower writes the lower case form of rs[i], whose neighbours decide
// about a sigma.
func writeLower(sb *strings.Builder, rs []rune, i int) {
	switch r := rs[i]; {
	case r == 0x130:
		sb.WriteString("i\u0307")
	case r == 0x3a3 && finalSigma(rs, i):
		sb.WriteRune(0x3c2)
	case assigned(r):
		sb.WriteRune(unicode.ToLower(r))
	default:
		sb.WriteRune(r)
	}
}

// finalSigma is Unicode's Final_Sigma at rs[i].
func finalSigma(rs []rune, i int) bool {
	j := i - 1
	for j >= 0 && isCaseIgnorable(rs[j]) {
		j--
	}
	if j < 0 || !isCased(rs[j]) {
		return false
	}
	for j = i + 1; j < len(rs) && isCaseIgnorable(rs[j]); j++ {
		continue
	}
	return j == len(rs) || !isCased(rs[j])
}

// writeFolded writes the case-folded form.
func writeFolded(sb *strings.Builder, r rune) {
	switch {
	case r >= 0x13a0 && r <= 0x13f5, r == 0x131: // Cherokee folds to upper case
		sb.WriteRune(r)
	case r >= 0x13f8 && r <= 0x13fd, r >= 0xab70 && r <= 0xabbf:
		sb.WriteRune(unicode.ToUpper(r))
	case r == 0x1e9e:
		sb.WriteString("ss")
	case r == 0x130:
		sb.WriteString("i\u0307")
	default:
		var up strings.Builder
		writeUpper(&up, r)
		for _, u := range up.String() {
			if assigned(u) {
				u = unicode.ToLower(u)
			}
			sb.WriteRune(u)
		}
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func toLower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var sb strings.Builder
	rs := []rune(s)
	for i := range rs {
		writeLower(&sb, rs, i)
	}
	return sb.String()
}

func toUpper(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	var sb strings.Builder
	for _, r := range s {
		writeUpper(&sb, r)
	}
	return sb.String()
}

func caseFold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var sb strings.Builder
	for _, r := range s {
		writeFolded(&sb, r)
	}
	return sb.String()
}

func toTitle(s string) string {
	var sb strings.Builder
	rs := []rune(s)
	inWord := false
	for i, r := range rs {
		if inWord {
			writeLower(&sb, rs, i)
		} else {
			writeTitle(&sb, r)
		}
		inWord = isCased(r)
	}
	return sb.String()
}

func capitalize(s string) string {
	var sb strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		if i == 0 {
			writeTitle(&sb, r)
		} else {
			writeLower(&sb, rs, i)
		}
	}
	return sb.String()
}

func swapCase(s string) string {
	var sb strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		switch {
		case isUpper(r):
			writeLower(&sb, rs, i)
		case isLower(r):
			writeUpper(&sb, r)
		default:
			sb.WriteRune(r)
		}
	}
	return sb.String()
}
