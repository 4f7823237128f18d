package gitattr

import (
	"strings"

	"github.com/mlops-as-code/mlops/internal/gitconf/wildmatch"
)

// maxLine is git's limit; longer lines are ignored.
const maxLine = 2048

const blank = " \t\r\n"

// kind says what a value is; unknown comes before any rule has spoken.
type kind uint8

const (
	unknown kind = iota
	set
	unset
	unspecified // "!attr": stops the search without giving a value
	text
)

type value struct {
	kind kind
	text string
}

// state is one "attr", "-attr", "!attr" or "attr=text" of a rule.
type state struct {
	attr  int
	value value
}

// rule is one line. A macro definition has no pattern; below the top it is
// ignored.
type rule struct {
	pattern *wildmatch.Pattern
	macro   int
	states  []state
}

// frame is one attributes file.
type frame struct {
	base     string // directory of the file, "" for the top and for all others
	rules    []rule
	patterns int // how many rules have one
}

// parse reads the lines; faulty ones are ignored, as git does with a warning.
func (r *Rules) parse(src string) *frame {
	f := &frame{}
	src = strings.TrimPrefix(src, "\ufeff")
	for src != "" {
		line, rest, _ := strings.Cut(src, "\n")
		src = rest
		line, _, _ = strings.Cut(line, "\x00") // git reads C strings
		line = strings.TrimSuffix(line, "\r")
		rule, ok := r.parseLine(line)
		if !ok {
			continue
		}
		if rule.pattern != nil {
			f.patterns++
		}
		f.rules = append(f.rules, rule)
	}
	return f
}

func (r *Rules) parseLine(line string) (rule, bool) {
	head := strings.TrimLeft(line, blank)
	if head == "" || head[0] == '#' || len(line) >= maxLine {
		return rule{}, false
	}
	name, states := cutBlank(head)
	if unquoted, rest, ok := unquote(head); ok {
		name, states = unquoted, rest
	}
	var l rule
	if macro, ok := strings.CutPrefix(name, "[attr]"); ok && macro != "" {
		macro, _ = cutBlank(strings.TrimLeft(macro, blank))
		if !validName(macro) {
			return rule{}, false
		}
		l.macro = r.intern(macro)
	} else {
		if strings.HasPrefix(name, "!") {
			return rule{}, false // attributes forbid negative patterns
		}
		p := wildmatch.ParsePattern(name)
		l.pattern = &p
	}
	var ok bool
	l.states, ok = r.parseStates(states)
	return l, ok
}

func (r *Rules) parseStates(s string) ([]state, bool) {
	var states []state
	for s = strings.TrimLeft(s, blank); s != ""; s = strings.TrimLeft(s, blank) {
		var word string
		word, s = cutBlank(s)
		name, text, valued := strings.Cut(word, "=")
		v := value{kind: set}
		switch {
		case name != "" && name[0] == '-':
			v, name = value{kind: unset}, name[1:]
		case name != "" && name[0] == '!':
			v, name = value{kind: unspecified}, name[1:]
		case valued:
			v = textValue(text)
		}
		if !validName(name) {
			return nil, false
		}
		states = append(states, state{r.intern(name), v})
	}
	return states, true
}

func textValue(s string) value { return value{text, s} }

func cutBlank(s string) (word, rest string) {
	if i := strings.IndexAny(s, blank); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

func validName(s string) bool {
	if s == "" || s[0] == '-' || strings.HasPrefix(s, "builtin_") {
		return false
	}
	for _, c := range []byte(s) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return true
}

// unquote reads a pattern in double quotes with C escapes.
func unquote(s string) (word, rest string, ok bool) {
	if s[0] != '"' {
		return "", "", false
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; c {
		case '"':
			word, _, _ = strings.Cut(b.String(), "\x00")
			return word, s[i+1:], true
		case '\\':
			plain, n := unescape(s[i+1:])
			if n == 0 {
				return "", "", false
			}
			b.WriteByte(plain)
			i += n
		default:
			b.WriteByte(c)
		}
	}
	return "", "", false
}

// unescape returns what stands behind a backslash and its length, 0 when that
// is no escape.
func unescape(s string) (byte, int) {
	if s == "" {
		return 0, 0
	}
	if i := strings.IndexByte(`abfnrtv\"`, s[0]); i >= 0 {
		return "\a\b\f\n\r\t\v\\\""[i], 1
	}
	if len(s) < 3 || s[0] < '0' || s[0] > '3' {
		return 0, 0
	}
	var n byte
	for _, c := range []byte(s[:3]) {
		if c < '0' || c > '7' {
			return 0, 0
		}
		n = n<<3 | (c - '0')
	}
	return n, 3
}
