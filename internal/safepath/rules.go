package safepath

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/mlops-as-code/mlops/internal/show"
)

const chooseAnother = "choose another"

// The ASCII characters no path may have, as bit sets.
const (
	below64 uint64 = 1<<0x20 - 1 | 1<<'"' | 1<<'*' | 1<<':' | 1<<'<' | 1<<'>' | 1<<'?'
	above64 uint64 = 1<<('\\'-64) | 1<<('|'-64) | 1<<(0x7f-64)
)

// refuse returns the first rule that s breaks and the remedy; rule is "" when
// there is none.
func refuse(s string) (rule, fix string) {
	switch {
	case s == "":
		return "is an empty path", "name a file below the project folder"
	case len(s) > maxPath:
		return fmt.Sprintf("is longer than %d bytes", maxPath), "shorten it"
	}
	ascii := true
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf {
			ascii = false
		} else if c < 64 && below64&(1<<c) != 0 || c >= 64 && above64&(1<<(c-64)) != 0 {
			return refuseChar(s, rune(c))
		}
	}
	if !ascii {
		if rule, fix := refuseUnicode(s); rule != "" {
			return rule, fix
		}
	}
	if s[0] == '/' {
		return "is an absolute path", "write it relative to the project folder"
	}
	return refuseSegments(s)
}

// refuseChar words the refusal of an ASCII character.
func refuseChar(s string, c rune) (rule, fix string) {
	switch c {
	case '\\':
		return "has a backslash", "write " + show.Clip(strings.ReplaceAll(s, `\`, "/"), 120) + " with forward slashes"
	case ':', '<', '>', '"', '|', '?', '*':
		return fmt.Sprintf("has a %c, which Windows does not allow in a name", c), "remove it"
	}
	return fmt.Sprintf("has the control character %U", c), "remove it"
}

func refuseUnicode(s string) (rule, fix string) {
	if !utf8.ValidString(s) {
		return "is not valid UTF-8", "rename it"
	}
	for _, r := range s {
		if show.Hidden(r) {
			return fmt.Sprintf("has the invisible character %U", r), "remove it"
		}
	}
	if !norm.NFC.IsNormalString(s) {
		return "is not in Unicode normal form C", "spell it " + strconv.QuoteToASCII(norm.NFC.String(s))
	}
	return "", ""
}

func refuseSegments(s string) (rule, fix string) {
	if strings.Count(s, "/") >= maxSegments {
		return fmt.Sprintf("has more than %d segments", maxSegments), "nest it less deeply"
	}
	for rest, more := s, true; more; {
		var seg string
		seg, rest, more = strings.Cut(rest, "/")
		switch {
		case seg == "" && !more:
			return "ends in a slash", "leave it out"
		case seg == "":
			return "has an empty segment", "write one slash instead of two"
		case seg == ".":
			return "has a . segment", "leave it out"
		case seg == "..":
			return "has a .. segment", "name a file below the project folder without going up"
		}
		if rule, fix := refuseSegment(seg, more); rule != "" {
			return rule, fix
		}
	}
	return "", ""
}

// refuseSegment judges one segment; inner is true when others follow it.
func refuseSegment(seg string, inner bool) (rule, fix string) {
	first, _ := utf8.DecodeRuneInString(seg)
	last, _ := utf8.DecodeLastRuneInString(seg)
	switch {
	case len(seg) > maxSegment:
		return fmt.Sprintf("has a name longer than %d bytes", maxSegment), "shorten it"
	case isGit(seg):
		return "reaches into git's own folder", chooseAnother
	case unicode.IsSpace(first), unicode.IsSpace(last):
		return "has a name that begins or ends with a space", "remove the space"
	case last == '.':
		return "has a name that ends in a dot, which Windows drops", "remove the dot"
	case isDevice(seg):
		return "is a reserved name on Windows", chooseAnother
	case inner && gitReads(seg):
		return "puts a folder where git reads a file", chooseAnother
	}
	return "", ""
}

// isGit reports whether some file system takes seg for .git: with case, width
// or ignorable characters aside (HFS+, NTFS best fit), with trailing dots,
// spaces or a stream name (NTFS), or by its short name.
func isGit(seg string) bool {
	// Nothing that begins otherwise turns into one of the names.
	if c := seg[0]; len(seg) < 4 || c != '.' && c != 'g' && c != 'G' && c < utf8.RuneSelf {
		return false
	}
	k := skeleton(seg)
	if k == ".git" {
		return true
	}
	n, short := strings.CutPrefix(k, "git~")
	return short && n != "" && strings.Trim(n, "0123456789") == ""
}

// skeleton is what is left of seg when all that a file system might overlook
// is gone. Hidden characters were refused before.
func skeleton(seg string) string {
	if ascii, _ := look(seg); ascii {
		seg = strings.ToLower(seg)
	} else {
		seg = strings.Map(func(r rune) rune {
			switch {
			case r == 'ı' || r == 'İ':
				return 'i'
			case unicode.Is(unicode.Variation_Selector, r):
				return -1
			}
			return r
		}, seg)
		seg = fold(norm.NFKC.String(seg))
	}
	seg, _, _ = strings.Cut(seg, ":")
	return strings.TrimRight(seg, ". ")
}

// isDevice reports whether Windows opens a device instead of a file of this
// name, whatever the extension.
func isDevice(seg string) bool {
	if strings.IndexByte("cpanlCPANL", seg[0]) < 0 {
		return false
	}
	base, _, _ := strings.Cut(seg, ".")
	base = strings.TrimRight(base, " ")
	// The superscript digits take two bytes.
	if len(base) < 3 || len(base) > 7 {
		return false
	}
	base = strings.ToLower(base)
	switch base {
	case "con", "prn", "aux", "nul", "conin$", "conout$":
		return true
	}
	n, port := strings.CutPrefix(base, "com")
	if !port {
		n, port = strings.CutPrefix(base, "lpt")
	}
	switch n {
	case "¹", "²", "³":
		return port
	}
	return port && len(n) == 1 && n[0] >= '0' && n[0] <= '9'
}

// gitReads reports whether git looks for a regular file of this name.
func gitReads(seg string) bool {
	if len(seg) < len(".gitignore") || seg[0] != '.' {
		return false
	}
	switch skeleton(seg) {
	case ".gitattributes", ".gitmodules", ".gitignore":
		return true
	}
	return false
}
