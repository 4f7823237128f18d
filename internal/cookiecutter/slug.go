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
		text = strings.ToLower(text)
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
			w = strings.ToLower(w)
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

func transliterated(r rune) string {
	own := map[rune]string{
		'Є': "E", 'א': "", 'ח': "kh", 'ט': "t", 'ך': "k", 'כ': "k", 'ץ': "ts", 'צ': "ts", 'ק': "q", 'ש': "sh",
		'־': "", 'ױ': "oy", 'ײ': "i", '№': "", '⁊': "7",
	}
	if s, ok := own[r]; ok {
		return s
	}
	s := unidecode.Unidecode(string(r))
	if s == "" && unicode.IsLetter(r) {
		return " "
	}
	return s
}
