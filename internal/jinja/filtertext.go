package jinja

import (
	"errors"
	"strings"
	"unicode"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// doTitle makes the first letter of each word big and the others small; words
// begin after white space, hyphens and opening brackets.
func doTitle(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	v, err := c.soft(a[0])
	if err != nil {
		return nil, err
	}
	s, _ := pyvalue.TextOf(v)
	var b strings.Builder
	for len(s) > 0 {
		n := strings.IndexFunc(s, isWordSplit)
		if n == 0 {
			if n = strings.IndexFunc(s, func(r rune) bool { return !isWordSplit(r) }); n < 0 {
				n = len(s)
			}
		} else if n < 0 {
			n = len(s)
		}
		if err := c.titleWord(&b, s[:n]); err != nil {
			return nil, err
		}
		s = s[n:]
	}
	return pyvalue.String(b.String()), nil
}

func isWordSplit(r rune) bool { return isSpace(r) || strings.ContainsRune("-({[<", r) }

func (c *Context) titleWord(b *strings.Builder, word string) error {
	first := 0
	for i := range word {
		if i > 0 {
			first = i
			break
		}
	}
	if first == 0 {
		first = len(word)
	}
	for i, part := range []string{word[:first], word[first:]} {
		v, err := c.method(pyvalue.String(part), [...]string{"upper", "lower"}[i])
		if err != nil {
			return err
		}
		text, _ := pyvalue.TextOf(v)
		b.WriteString(text)
	}
	return nil
}

func doWordcount(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	v, err := c.soft(a[0])
	if err != nil {
		return nil, err
	}
	s, _ := pyvalue.TextOf(v)
	words, inside := 0, false
	for _, r := range s {
		is := isWordRune(r)
		if is && !inside {
			words++
		}
		inside = is
	}
	return pyvalue.Int(words), nil
}

// isWordRune is \w of Python's re.
func isWordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

func doIndent(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	b := c.run.budget
	width, ok := pyvalue.TextOf(a[1])
	if !ok || a[1] == nil {
		n, err := intArg(a[1], 4)
		if err != nil {
			return nil, typeError("can't multiply sequence by non-int of type '%s'", a[1].TypeName())
		}
		if err := b.Alloc(int64(max(n, 0))); err != nil {
			return nil, err
		}
		width = strings.Repeat(" ", max(n, 0))
	}
	if u, ok := a[0].(*undefined); ok {
		return nil, u.fail()
	}
	if _, ok := pyvalue.TextOf(a[0]); !ok {
		if l, ok := a[0].(*pyvalue.List); ok {
			l.Elems = append(l.Elems, pyvalue.String("\n"))
			return nil, pyvalue.Raise("AttributeError", "'list' object has no attribute 'splitlines'")
		}
		_, err := pyvalue.Binary(b, pyvalue.OpAdd, a[0], pyvalue.String("\n"))
		var py *pyvalue.Error
		if errors.As(err, &py) {
			return nil, typeError("%s", strings.Replace(py.Message, " for +: ", " for +=: ", 1))
		}
		return nil, err
	}
	s, err := pyvalue.Binary(b, pyvalue.OpAdd, a[0], like(a[0], "\n"))
	if err != nil {
		return nil, err
	}
	lines, err := c.lines(s)
	if err != nil {
		return nil, err
	}
	first, err := c.boolArg(a[2])
	if err != nil {
		return nil, err
	}
	blank, err := c.boolArg(a[3])
	if err != nil {
		return nil, err
	}
	indents := func(i int, line string) bool { return i == 0 && first || i > 0 && (blank || line != "") }
	var size int64
	for i, line := range lines {
		size += int64(len(line)) + 1
		if indents(i, line) {
			size += int64(len(width))
		}
	}
	if err := b.Alloc(size); err != nil {
		return nil, err
	}
	return like(a[0], indented(lines, width, indents)), nil
}

func indented(lines []string, width string, indents func(i int, line string) bool) string {
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		if indents(i, line) {
			b.WriteString(width)
		}
		b.WriteString(line)
	}
	return b.String()
}

// lines is v.splitlines().
func (c *Context) lines(v pyvalue.Value) ([]string, error) {
	l, err := c.method(v, "splitlines")
	if err != nil {
		return nil, err
	}
	vals, err := pyvalue.Elements(c.run.budget, l)
	if err != nil {
		return nil, err
	}
	lines := make([]string, len(vals))
	for i, v := range vals {
		lines[i], _ = pyvalue.TextOf(v)
	}
	return lines, nil
}

func doWordwrap(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	width, err := intArg(a[1], 79)
	if err != nil {
		return nil, typeError("'<=' not supported between instances of '%s' and 'int'", a[1].TypeName())
	}
	w := wrapper{width: width, breakLong: true, hyphens: true}
	for i, flag := range map[int]*bool{2: &w.breakLong, 4: &w.hyphens} {
		if a[i] != nil {
			if *flag, err = c.boolArg(a[i]); err != nil {
				return nil, err
			}
		}
	}
	if u, ok := a[0].(*undefined); ok && u.kind != Chainable {
		return nil, u.fail()
	}
	sep := a[3]
	if !given(sep) {
		sep = pyvalue.String(c.run.env.opts.NewlineSequence)
	}
	lines, err := c.lines(a[0])
	if err != nil {
		return nil, err
	}
	between, _ := pyvalue.TextOf(sep)
	var wrapped []string
	for _, line := range lines {
		if width <= 0 {
			return nil, pyvalue.Raise("ValueError", "invalid width %d (must be > 0)", width)
		}
		if err := c.run.budget.Step(len(line)); err != nil {
			return nil, err
		}
		if pieces := w.wrap(line); len(pieces) > 0 {
			wrapped = append(wrapped, pieces...)
		} else {
			wrapped = append(wrapped, "")
		}
	}
	text, err := joined(c.run.budget, wrapped, between)
	return like(sep, text), err
}

// grow pays for what is added to a text that is so long already.
func grow(b *pyvalue.Budget, long, more int) error {
	if long+more > pyvalue.MaxSize {
		return b.Alloc(int64(long + more))
	}
	return b.Alloc(int64(more))
}

// joined is strings.Join, paid for before it is made.
func joined(b *pyvalue.Budget, parts []string, between string) (string, error) {
	size := int64(len(between)) * int64(len(parts))
	for _, p := range parts {
		size += int64(len(p))
	}
	if err := b.Alloc(size); err != nil {
		return "", err
	}
	return strings.Join(parts, between), nil
}
