package cookiecutter

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"
	"golang.org/x/text/unicode/norm"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// make is the pipeline of python-slugify, whose order is its behaviour.
func (s *slug) make(b *pyvalue.Budget) (string, error) {
	text, err := s.replaced(b, s.text)
	if err != nil {
		return "", err
	}
	text = regexp.MustCompile(`'+`).ReplaceAllString(text, "-")
	form := norm.NFKD
	if s.unicode {
		form = norm.NFKC
	}
	text = form.String(text)
	if !s.unicode {
		text = transliterate(text)
	}
	text = form.String(s.decoded(text))
	if s.lowercase {
		text = lower(text)
	}
	text = withoutCommas(strings.ReplaceAll(text, "'", ""))
	text = s.disallowed().ReplaceAllString(text, "-")
	text = strings.Trim(regexp.MustCompile(`-{2,}`).ReplaceAllString(text, "-"), "-")
	text = s.withoutStopwords(text)
	if text, err = s.replaced(b, text); err != nil {
		return "", err
	}
	if s.maxLength > 0 {
		text = s.truncated(text)
	}
	return strings.ReplaceAll(text, "-", s.separator), nil
}

// lower is Python's, which knows the dotted I and the final sigma.
func lower(text string) string {
	f, ok, err := pyvalue.Attr(nil, pyvalue.String(text), "lower")
	if err != nil || !ok {
		return text
	}
	x, err := pyvalue.Call(nil, f, pyvalue.Args{})
	if err != nil {
		return text
	}
	s, _ := pyvalue.TextOf(x)
	return s
}

func (s *slug) replaced(b *pyvalue.Budget, text string) (string, error) {
	for _, r := range s.replacements {
		if err := b.Alloc(int64(len(text) + strings.Count(text, r[0])*len(r[1]))); err != nil {
			return "", err
		}
		text = strings.ReplaceAll(text, r[0], r[1])
	}
	return text, nil
}

func (s *slug) disallowed() *regexp.Regexp {
	switch {
	case s.pattern != nil:
		return s.pattern
	case s.unicode:
		return regexp.MustCompile(`[^\pL\pN]+`)
	}
	return regexp.MustCompile(`[^-a-zA-Z0-9]+`)
}

// decoded replaces references to characters: by HTML 4's names, decimal and
// hexadecimal; of the last two all, or none when one is out of range.
func (s *slug) decoded(text string) string {
	if s.entities && strings.Contains(text, "&") {
		names := strings.Fields(html4)
		text = regexp.MustCompile(`&[A-Za-z0-9]+;`).ReplaceAllStringFunc(text, func(ref string) string {
			if slices.Contains(names, ref[1:len(ref)-1]) {
				return html.UnescapeString(ref)
			}
			return ref
		})
	}
	if s.decimal {
		text = references(text, `&#(\d+);`, 10)
	}
	if s.hexadecimal {
		text = references(text, `&#x([\da-fA-F]+);`, 16)
	}
	return text
}

func references(text, pattern string, base int) string {
	if !strings.Contains(text, "&#") {
		return text
	}
	re := regexp.MustCompile(pattern)
	failed := false
	out := re.ReplaceAllStringFunc(text, func(ref string) string {
		n, err := strconv.ParseUint(re.FindStringSubmatch(ref)[1], base, 31)
		failed = failed || err != nil || n > unicode.MaxRune
		return string(rune(n))
	})
	if failed {
		return text
	}
	return out
}

// withoutCommas drops each comma between two digits.
func withoutCommas(text string) string {
	if !strings.Contains(text, ",") {
		return text
	}
	r := []rune(text)
	var out strings.Builder
	for i, c := range r {
		if c == ',' && i > 0 && i+1 < len(r) && unicode.IsDigit(r[i-1]) && unicode.IsDigit(r[i+1]) {
			continue
		}
		out.WriteRune(c)
	}
	return out.String()
}

func (s *slug) withoutStopwords(text string) string {
	if len(s.stopwords) == 0 {
		return text
	}
	stops := map[string]bool{}
	for _, w := range s.stopwords {
		if s.lowercase {
			w = lower(w)
		}
		stops[w] = true
	}
	words := slices.DeleteFunc(strings.Split(text, "-"), func(w string) bool { return stops[w] })
	return strings.Join(words, "-")
}

// truncated is smart_truncate, lengths in code points.
func (s *slug) truncated(text string) string {
	text = strings.Trim(text, "-")
	limit := int(min(s.maxLength, 1<<31-1))
	r := []rune(text)
	if len(r) < limit {
		return text
	}
	cut := string(r[:min(limit, len(r))])
	if !s.wordBoundary {
		return strings.Trim(cut, "-")
	}
	if !strings.Contains(text, "-") {
		return cut
	}
	out := s.wholeWords(text, limit)
	if out == "" {
		out = cut
	}
	return strings.Trim(out, "-")
}

func (s *slug) wholeWords(text string, limit int) string {
	var out strings.Builder
	length := 0
	for word := range strings.SplitSeq(text, "-") {
		if word == "" {
			continue
		}
		switch next := length + utf8.RuneCountInString(word); {
		case next < limit:
			out.WriteString(word + "-")
			length = next + 1
		case next == limit:
			out.WriteString(word)
			return out.String()
		case s.saveOrder:
			return out.String()
		}
	}
	return out.String()
}

// transliterate writes text in ASCII, as text-unidecode does: what its tables
// leave out is left out, and what they do not know becomes a gap.
func transliterate(text string) string {
	var out strings.Builder
	for _, r := range text {
		switch {
		case r < 0x80:
			out.WriteRune(r)
		case r <= 0xffff:
			out.WriteString(transliterated(r))
		}
	}
	return out.String()
}

// transliterated is one character. The library's tables are newer than those
// of text-unidecode: where they differ in a letter, the older ones count.
func transliterated(r rune) string {
	const others = "ЄE חkh טt ךk כk ץts צts קq שsh ױoy ײi ẜs ẝs ẟd ⁊7 しsi ちti っtu つtu シsi チti ッtu ツtu "
	const none = "־א℗℮Ⅎ♯✱❘❝❞❢〵ー\u0621\u0627\u0640\u0674\u06d0\u06d1\u06e5\u06e6\u0a72\u0a73\u0b35\u0eae\u0f88\u0f89\u0f8a\u0f8b" +
		"\u110b\u1120\u113c\u113d\u113e\u113f\u1147\u114e\u114f\u1150\u1151\u1154\u1155\u115f\u1160\u11ee"
	if strings.ContainsRune(none, r) {
		return ""
	}
	if _, found, ok := strings.Cut(others, string(r)); ok {
		ascii, _, _ := strings.Cut(found, " ")
		return ascii
	}
	s := unidecode.Unidecode(string(r))
	if s == "" && unicode.IsLetter(r) {
		return " "
	}
	return s
}
