package jinja

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// printer writes values as Python's pprint does, in lines of 80.
type printer struct {
	c       *Context
	b       strings.Builder
	depth   int // levels shown, 0 for all
	compact bool
}

const printWidth = 80

func doPprint(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	p := &printer{c: c}
	err := p.format(a[0], room{level: 1})
	return pyvalue.String(p.b.String()), err
}

// room is where a value is written: its indentation, what must follow it on
// its last line, and how deep it is.
type room struct{ indent, allowance, level int }

func (p *printer) format(v pyvalue.Value, r room) error {
	text, err := p.repr(v, r.level)
	if err != nil {
		return err
	}
	if utf8.RuneCountInString(text) > printWidth-r.indent-r.allowance {
		if err := p.c.run.nested(func() error { return p.long(v, text, r) }); err != nil {
			return err
		}
		return p.c.run.budget.Alloc(int64(len(text)))
	}
	p.b.WriteString(text)
	return p.c.run.budget.Alloc(int64(len(text)))
}

// long writes a value that does not fit in its line.
func (p *printer) long(v pyvalue.Value, text string, r room) error {
	switch v := v.(type) {
	case *pyvalue.Dict:
		p.b.WriteByte('{')
		if v.Len() > 0 {
			if err := p.dict(v, room{r.indent, r.allowance + 1, r.level}); err != nil {
				return err
			}
		}
		p.b.WriteByte('}')
		return nil
	case *pyvalue.List:
		p.b.WriteByte('[')
		err := p.items(v.Elems, room{r.indent, r.allowance + 1, r.level})
		p.b.WriteByte(']')
		return err
	case *pyvalue.Tuple:
		end := ")"
		if len(v.Elems) == 1 {
			end = ",)"
		}
		p.b.WriteByte('(')
		err := p.items(v.Elems, room{r.indent, r.allowance + len(end), r.level})
		p.b.WriteString(end)
		return err
	case pyvalue.String:
		return p.text(string(v), r)
	}
	p.b.WriteString(text)
	return nil
}

type printEntry struct{ key, value pyvalue.Value }

func (p *printer) dict(d *pyvalue.Dict, r room) error {
	var entries []printEntry
	for k, v := range d.All() {
		entries = append(entries, printEntry{key: k, value: v})
	}
	if err := p.sort(entries); err != nil {
		return err
	}
	indent := r.indent + 1
	for i, e := range entries {
		key, err := p.repr(e.key, r.level+1)
		if err != nil {
			return err
		}
		p.b.WriteString(key + ": ")
		allow := 1
		if i == len(entries)-1 {
			allow = r.allowance
		}
		if err := p.format(e.value, room{indent + utf8.RuneCountInString(key) + 2, allow, r.level + 1}); err != nil {
			return err
		}
		if i < len(entries)-1 {
			if err := p.newline(indent); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *printer) items(elems []pyvalue.Value, r room) error {
	indent := r.indent + 1
	if p.compact {
		return p.compactItems(elems, room{indent, r.allowance, r.level + 1})
	}
	for i, e := range elems {
		if i > 0 {
			if err := p.newline(indent); err != nil {
				return err
			}
		}
		allow := 1
		if i == len(elems)-1 {
			allow = r.allowance
		}
		if err := p.format(e, room{indent, allow, r.level + 1}); err != nil {
			return err
		}
	}
	return nil
}

// newline ends an item; the indentation is paid for before it is made, as a long key
// can be above many items.
func (p *printer) newline(indent int) error {
	if err := grow(p.c.run.budget, p.b.Len(), indent+2); err != nil {
		return err
	}
	p.b.WriteString(",\n" + strings.Repeat(" ", indent))
	return nil
}

// compactItems puts as many items in a line as fit.
func (p *printer) compactItems(elems []pyvalue.Value, r room) error {
	if err := p.c.run.budget.Alloc(int64(r.indent)); err != nil {
		return err
	}
	newline := ",\n" + strings.Repeat(" ", r.indent)
	width := printWidth - r.indent + 1
	left, delim := width, ""
	for i, e := range elems {
		allow := 1
		if i == len(elems)-1 {
			allow = r.allowance
			width -= allow
			left -= allow
		}
		text, err := p.repr(e, r.level)
		if err != nil {
			return err
		}
		n := utf8.RuneCountInString(text) + 2
		if left < n {
			left = width
			if delim != "" {
				delim = newline
			}
		}
		if err := grow(p.c.run.budget, p.b.Len(), len(delim)); err != nil {
			return err
		}
		p.b.WriteString(delim)
		if left >= n {
			left -= n
			delim = ", "
			p.b.WriteString(text)
			continue
		}
		delim = newline
		if err := p.format(e, room{r.indent, allow, r.level}); err != nil {
			return err
		}
	}
	return nil
}

// text writes a long str in pieces, cut after white space.
func (p *printer) text(s string, r room) error {
	if err := p.c.run.budget.Step(len(s)); err != nil {
		return err
	}
	lines := splitAfterLines(s)
	if r.level == 1 {
		r.indent++
		r.allowance++
	}
	var chunks []string
	for i, line := range lines {
		maxWidth := printWidth - r.indent
		if i == len(lines)-1 {
			maxWidth -= r.allowance
		}
		if rep := repr(line); utf8.RuneCountInString(rep) <= maxWidth {
			chunks = append(chunks, rep)
			continue
		}
		chunks = append(chunks, p.pieces(line, i == len(lines)-1, r)...)
	}
	if len(chunks) == 1 {
		p.b.WriteString(chunks[0])
		return nil
	}
	if err := p.c.run.budget.Alloc(int64(r.indent)); err != nil {
		return err
	}
	text, err := joined(p.c.run.budget, chunks, "\n"+strings.Repeat(" ", r.indent))
	if r.level == 1 {
		text = "(" + text + ")"
	}
	p.b.WriteString(text)
	return err
}

// pieces are the reprs of as many words of a line as fit each.
func (p *printer) pieces(line string, last bool, r room) []string {
	var chunks []string
	words := wordsWithSpace(line)
	current := ""
	for j, w := range words {
		maxWidth := printWidth - r.indent
		if j == len(words)-1 && last {
			maxWidth -= r.allowance
		}
		if utf8.RuneCountInString(repr(current+w)) > maxWidth {
			if current != "" {
				chunks = append(chunks, repr(current))
			}
			current = w
		} else {
			current += w
		}
	}
	if current != "" {
		chunks = append(chunks, repr(current))
	}
	return chunks
}

// wordsWithSpace are the matches of \S*\s*.
func wordsWithSpace(s string) []string {
	var words []string
	for s != "" {
		i := strings.IndexFunc(s, isSpace)
		if i < 0 {
			i = len(s)
		}
		i = skipSpace(s, i)
		words = append(words, s[:i])
		s = s[i:]
	}
	return words
}

// splitAfterLines is splitlines(True).
func splitAfterLines(s string) []string {
	var lines []string
	start := 0
	for i, r := range s {
		end := i + utf8.RuneLen(r)
		switch {
		case i < start:
		case r == '\r' && strings.HasPrefix(s[end:], "\n"):
			lines = append(lines, s[start:end+1])
			start = end + 1
		case strings.ContainsRune("\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029", r):
			lines = append(lines, s[start:end])
			start = end
		}
	}
	if start < len(s) {
		lines = append(lines, s[start:])
	}
	return lines
}

// sort sorts by the keys, as pprint's _safe_key does: values without an order
// by the names of their classes.
func (p *printer) sort(entries []printEntry) (err error) {
	slices.SortStableFunc(entries, func(x, y printEntry) int {
		less, e := pyvalue.Compare(p.c.run.budget, pyvalue.OpLt, x.key, y.key)
		if e != nil && !pyvalue.IsRaised(e, "TypeError") {
			err = e
		}
		if e != nil {
			return strings.Compare(x.key.TypeName(), y.key.TypeName())
		}
		if less {
			return -1
		}
		more, _ := pyvalue.Compare(p.c.run.budget, pyvalue.OpLt, y.key, x.key)
		if more {
			return 1
		}
		return 0
	})
	return err
}

// repr is pprint's _safe_repr: dicts sorted, and what is too deep as dots.
func (p *printer) repr(v pyvalue.Value, level int) (string, error) {
	switch v := v.(type) {
	case *pyvalue.Dict:
		if v.Len() == 0 {
			return "{}", nil
		}
		return p.nestedRepr(v, [2]string{"{", "}"}, level)
	case *pyvalue.List:
		if len(v.Elems) == 0 {
			return "[]", nil
		}
		return p.nestedRepr(v, [2]string{"[", "]"}, level)
	case *pyvalue.Tuple:
		switch len(v.Elems) {
		case 0:
			return "()", nil
		case 1:
			return p.nestedRepr(v, [2]string{"(", ",)"}, level)
		}
		return p.nestedRepr(v, [2]string{"(", ")"}, level)
	}
	return pyvalue.Repr(p.c.run.budget, v)
}

func (p *printer) nestedRepr(v pyvalue.Value, around [2]string, level int) (string, error) {
	if p.depth > 0 && level > p.depth {
		return around[0] + "..." + around[1], nil
	}
	var parts []string
	err := p.c.run.nested(func() error {
		switch v := v.(type) {
		case *pyvalue.Dict:
			return p.dictParts(v, level, &parts)
		case *pyvalue.List:
			return p.seqParts(v.Elems, level, &parts)
		case *pyvalue.Tuple:
			return p.seqParts(v.Elems, level, &parts)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	text, err := joined(p.c.run.budget, parts, ", ")
	return around[0] + text + around[1], err
}

func (p *printer) seqParts(elems []pyvalue.Value, level int, parts *[]string) error {
	for _, e := range elems {
		text, err := p.repr(e, level+1)
		if err != nil {
			return err
		}
		*parts = append(*parts, text)
	}
	return p.c.run.budget.Step(len(elems))
}

func (p *printer) dictParts(d *pyvalue.Dict, level int, parts *[]string) error {
	var entries []printEntry
	for k, v := range d.All() {
		entries = append(entries, printEntry{key: k, value: v})
	}
	if err := p.sort(entries); err != nil {
		return err
	}
	for _, e := range entries {
		k, err := p.repr(e.key, level+1)
		if err != nil {
			return err
		}
		v, err := p.repr(e.value, level+1)
		if err != nil {
			return err
		}
		*parts = append(*parts, k+": "+v)
	}
	return p.c.run.budget.Step(len(entries))
}

// debugTag is the tag debug: what the context, the filters and tests are.
func debugTag(c *Context, _ pyvalue.Args) (pyvalue.Value, error) {
	vars, fs, ts := pyvalue.NewDict(), []pyvalue.Value{}, []pyvalue.Value{}
	all := c.all()
	for _, name := range sortedKeys(all) {
		vars.SetStr(name, all[name])
	}
	for _, name := range sortedKeys(c.run.env.filters) {
		fs = append(fs, pyvalue.String(name))
	}
	for _, name := range sortedKeys(c.run.env.tests) {
		ts = append(ts, pyvalue.String(name))
	}
	d := pyvalue.NewDict()
	d.SetStr("context", vars)
	d.SetStr("filters", pyvalue.NewList(fs...))
	d.SetStr("tests", pyvalue.NewList(ts...))
	p := &printer{c: c, depth: 3, compact: true}
	err := p.format(d, room{level: 1})
	return pyvalue.String(p.b.String()), err
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
