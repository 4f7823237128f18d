package jinja

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// urlizer makes links of what looks like one.
type urlizer struct {
	limit       int // of the shown text, -1 for none
	rel, target string
	schemes     []string
	http, mail  *regexp.Regexp
}

// The letters and digits of Python's \w, for Go's regular expressions.
const wordClass = `\p{L}\p{N}_`

// newURLizer has Jinja's expressions. In Python's, but not in Go's, İ and ı are
// an i in another case.
func newURLizer() *urlizer {
	return &urlizer{
		limit: -1,
		http: regexp.MustCompile(`(?i)^(?:(?:https?://|www\.)(?:(?:[` + wordClass + `%-]+\.)+)?(?:[a-zİı]{2,63}|xn--[` + wordClass + `%]{2,59})` +
			`|(?:[` + wordClass + `%-]{2,63}\.)+(?:com|net|int|edu|gov|org|info|mil)` +
			`|https?://(?:[\d]{1,3}(?:\.[\d]{1,3}){3}|\[(?:[\da-f]{0,4}:){2}(?:[\da-f]{0,4}:?){1,6}\]))(?::[\d]{1,5})?(?:[/?#]\S*)?$`),
		mail: regexp.MustCompile(`^\S+@[` + wordClass + `][` + wordClass + `.-]*\.[` + wordClass + `]+$`),
	}
}

func doURLize(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	u := newURLizer()
	if given(a[1]) {
		n, err := intArg(a[1], 0)
		if err != nil {
			return nil, typeError("'>' not supported between instances of 'int' and '%s'", a[1].TypeName())
		}
		u.limit = n
	}
	if err := c.urlizeRel(u, a); err != nil {
		return nil, err
	}
	if given(a[3]) {
		m, err := c.escape(a[3])
		if err != nil {
			return nil, err
		}
		u.target = ` target="` + string(m) + `"`
		if m == "" {
			u.target = ""
		}
	}
	if err := c.urlizeSchemes(u, a[5]); err != nil {
		return nil, err
	}
	text, err := c.escape(a[0])
	if err != nil {
		return nil, err
	}
	out, err := u.text(c.run.budget, string(text))
	if err != nil {
		return nil, err
	}
	if c.eval.autoescape {
		return pyvalue.Markup(out), nil
	}
	return pyvalue.String(out), nil
}

func (c *Context) urlizeRel(u *urlizer, a []pyvalue.Value) error {
	rel := []string{"noopener"}
	nofollow, err := c.boolArg(a[2])
	if nofollow {
		rel = append(rel, "nofollow")
	}
	if err == nil && given(a[4]) {
		text, ok := pyvalue.TextOf(a[4])
		if !ok {
			return pyvalue.Raise("AttributeError", "'%s' object has no attribute 'split'", a[4].TypeName())
		}
		rel = append(rel, strings.FieldsFunc(text, isSpace)...)
	}
	slices.Sort(rel)
	m, escapeErr := c.escape(pyvalue.String(strings.Join(slices.Compact(rel), " ")))
	u.rel = ` rel="` + string(m) + `"`
	if err != nil {
		return err
	}
	return escapeErr
}

func (c *Context) urlizeSchemes(u *urlizer, v pyvalue.Value) error {
	if !given(v) {
		return nil
	}
	vals, err := pyvalue.Elements(c.run.budget, v)
	if err != nil {
		return err
	}
	scheme := regexp.MustCompile(`^[` + wordClass + `.+-]{2,}:/{0,2}$`)
	for _, s := range vals {
		text, ok := pyvalue.TextOf(s)
		if !ok {
			return typeError("expected string or bytes-like object, got '%s'", s.TypeName())
		}
		if !scheme.MatchString(text) {
			return raise(classFilterArg, "%s is not a valid URI scheme prefix.", nameRepr(s))
		}
		u.schemes = append(u.schemes, text)
	}
	return nil
}

// text makes links in a text that is escaped.
func (u *urlizer) text(budget *pyvalue.Budget, s string) (string, error) {
	var b strings.Builder
	for s != "" {
		if n := skipSpace(s, 0); n > 0 {
			b.WriteString(s[:n])
			s = s[n:]
			continue
		}
		n := strings.IndexFunc(s, isSpace)
		if n < 0 {
			n = len(s)
		}
		word := u.word(s[:n])
		err := grow(budget, b.Len(), len(word))
		if err == nil {
			err = budget.Step(1 + len(u.schemes))
		}
		if err != nil {
			return "", err
		}
		b.WriteString(word)
		s = s[n:]
	}
	return b.String(), nil
}

func (u *urlizer) word(word string) string {
	from, to := trimWord(word)
	for _, pair := range [][2]string{{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}} {
		opened := strings.Count(word[from:to], pair[0])
		if opened <= strings.Count(word[from:to], pair[1]) {
			continue
		}
		for range min(opened, strings.Count(word[to:], pair[1])) {
			to += strings.Index(word[to:], pair[1]) + len(pair[1])
		}
	}
	return word[:from] + u.link(word[from:to]) + word[to:]
}

// trimWord is a word without brackets and punctuation at both ends.
func trimWord(word string) (from, to int) {
	for {
		n := prefixLen(word[from:], "(", "<", "&lt;")
		if n == 0 {
			break
		}
		from += n
	}
	to = len(word)
	for {
		n := 0
		for _, s := range []string{"&gt;", ")", ">", ".", ","} {
			if strings.HasSuffix(word[from:to], s) {
				n = len(s)
				break
			}
		}
		if n == 0 {
			return from, to
		}
		to -= n
	}
}

func prefixLen(s string, prefixes ...string) int {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return len(p)
		}
	}
	return 0
}

func (u *urlizer) link(s string) string {
	switch {
	case u.http.MatchString(s):
		href := s
		if !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
			href = "https://" + s
		}
		return `<a href="` + href + `"` + u.rel + u.target + ">" + u.short(s) + "</a>"
	case strings.HasPrefix(s, "mailto:") && u.mail.MatchString(s[7:]):
		return `<a href="` + s + `">` + s[7:] + "</a>"
	case strings.Contains(s, "@") && !strings.HasPrefix(s, "www.") && !strings.HasPrefix(s, "@") &&
		!strings.Contains(s, ":") && u.mail.MatchString(s):
		return `<a href="mailto:` + s + `">` + s + "</a>"
	}
	for _, scheme := range u.schemes {
		if s != scheme && strings.HasPrefix(s, scheme) {
			s = `<a href="` + s + `"` + u.rel + u.target + ">" + s + "</a>"
		}
	}
	return s
}

// short cuts a text that is shown.
func (u *urlizer) short(s string) string {
	if u.limit < 0 || utf8.RuneCountInString(s) <= u.limit {
		return s
	}
	return string([]rune(s)[:u.limit]) + "..."
}
