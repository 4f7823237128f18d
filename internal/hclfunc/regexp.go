package hclfunc

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// Limits of regular expressions, which bound the time for one character.
const (
	maxPattern = 4_096 // bytes
	maxProgram = 20_000
	maxGroups  = 100
)

// pattern is a compiled regular expression that charges for the text it reads.
// Package regexp takes quadratic time to find all matches of some patterns, out
// of sight; this one searches through a reader that counts.
type pattern struct {
	*program
	budget *hcllimit.Budget
}

// program is what a pattern is compiled to. It is safe for use by several goroutines.
type program struct {
	first *regexp.Regexp                 // searches from the beginning of a text
	later func() (*regexp.Regexp, error) // searches from one character further back
	cost  int64                          // steps for 64 characters
	size  int                            // instructions and the characters they list
}

// compile charges for a pattern whether or not it has been compiled before, so that it
// costs the same in every order.
func (e env) compile(source string) (*pattern, error) {
	prog, err := programs.of(source)
	if err != nil {
		return nil, err
	}
	return &pattern{prog, e.budget}, e.budget.Steps(prog.cost)
}

// programs are those compiled last: a spec asks for a few patterns, of its validations
// above all, again for every element and component.
var programs programCache

type programCache struct {
	sync.Mutex
	known map[string]*program
}

// The bounds of the cache: so many programs, none of more size, some 10 MiB in all.
const (
	maxPrograms = 64
	maxKept     = 2_000
)

// of returns the program of a pattern, which it compiles where it is not kept.
func (c *programCache) of(source string) (*program, error) {
	c.Lock()
	p := c.known[source]
	c.Unlock()
	if p != nil {
		return p, nil
	}
	p, err := newProgram(source)
	if err != nil || p.size > maxKept {
		return p, err
	}
	c.Lock()
	defer c.Unlock()
	if c.known == nil || len(c.known) >= maxPrograms {
		c.known = map[string]*program{}
	}
	c.known[source] = p
	return p, nil
}

func newProgram(source string) (*program, error) {
	if len(source) > maxPattern {
		return nil, fmt.Errorf("a regular expression may have at most %d bytes", maxPattern)
	}
	tree, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		if se, ok := errors.AsType[*syntax.Error](err); ok {
			return nil, fmt.Errorf("invalid regexp pattern: %s in %s", se.Code, se.Expr)
		}
		return nil, err
	}
	groups := tree.MaxCap()
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, err
	}
	if groups > maxGroups || len(prog.Inst) > maxProgram {
		return nil, errors.New("the regular expression is too complex: it has more than 100 groups or large repetitions")
	}
	re, err := regexp.Compile(source)
	if err != nil {
		return nil, err
	}
	later := sync.OnceValues(func() (*regexp.Regexp, error) {
		// In canonical form a pattern can be embedded; to write it takes as long as to compile it.
		return regexp.Compile(`\A(?s:.)(?s:.*?)(` + tree.String() + ")")
	})
	p := &program{first: re, later: later, cost: int64(len(prog.Inst)) * int64(groups+1), size: len(prog.Inst)}
	for i := range prog.Inst {
		p.size += len(prog.Inst[i].Rune) // one \pL lists 1,300
	}
	return p, nil
}

// all calls found with each match, as package regexp would find them: pairs of
// offsets of the match and its groups.
func (p *pattern) all(s string, found func(loc []int) error) error {
	end := -1
	for pos := 0; pos <= len(s); {
		loc, err := p.next(s, pos)
		if err != nil || loc == nil {
			return err
		}
		empty := loc[1] == pos
		if !empty || loc[0] != end {
			if err := found(loc); err != nil {
				return err
			}
		}
		end = loc[1]
		if pos = loc[1]; empty {
			_, width := utf8.DecodeRuneInString(s[pos:])
			pos += max(1, width)
		}
	}
	return nil
}

// next returns the first match at or after pos, or nil.
func (p *pattern) next(s string, pos int) ([]int, error) {
	re, start := p.first, 0
	if pos > 0 {
		later, err := p.later()
		if err != nil {
			return nil, err
		}
		_, width := utf8.DecodeLastRuneInString(s[:pos])
		re, start = later, pos-width
	}
	r := &meter{src: strings.NewReader(s[start:]), p: p}
	loc := re.FindReaderSubmatchIndex(r)
	if err := r.charge(); err != nil {
		return nil, err
	}
	if pos > 0 && loc != nil {
		loc = loc[2:]
	}
	for i := range loc {
		if loc[i] >= 0 {
			loc[i] += start
		}
	}
	return loc, nil
}

// meter counts the characters a search reads and ends the text when they cost
// too much.
type meter struct {
	src  *strings.Reader
	p    *pattern
	n    int64
	fail error
}

// ReadRune implements io.RuneReader.
func (m *meter) ReadRune() (rune, int, error) {
	if m.n++; m.n == 4*stride {
		if m.charge() != nil {
			return 0, 0, io.EOF
		}
	}
	return m.src.ReadRune()
}

func (m *meter) charge() error {
	if m.fail == nil {
		m.fail = m.p.budget.Steps(1 + m.n*m.p.cost/64)
		m.n = 0
	}
	return m.fail
}

// result is a match as a value: the text, the groups in order, or the groups by
// name. A group that took no part is null.
func (p *pattern) result(s string, loc []int) cty.Value {
	groups := make([]cty.Value, len(loc)/2)
	for i := range groups {
		groups[i] = cty.NullVal(cty.String)
		if loc[2*i] >= 0 {
			groups[i] = cty.StringVal(s[loc[2*i]:loc[2*i+1]])
		}
	}
	names := p.first.SubexpNames()
	switch {
	case len(groups) == 1:
		return groups[0]
	case names[1] == "":
		return cty.TupleVal(groups[1:])
	}
	attrs := make(map[string]cty.Value, len(names))
	for i, name := range names[1:] {
		attrs[name] = groups[i+1]
	}
	return cty.ObjectVal(attrs)
}

// uniform refuses patterns where only some groups have names.
func (p *pattern) uniform() error {
	names := p.first.SubexpNames()[1:]
	for _, name := range names {
		if (name == "") != (names[0] == "") {
			return errors.New("invalid regexp pattern: cannot mix both named and unnamed capture groups")
		}
	}
	return nil
}

// regexFunc and regexAllFunc decide their type from the pattern.
func regexFunc(e env) function.Function {
	return textFunc(cty.DynamicPseudoType, []string{"pattern", "string"}, func(a []string) (cty.Value, error) {
		p, err := e.compileUniform(a[0])
		if err != nil {
			return cty.NilVal, err
		}
		loc, err := p.next(a[1], 0)
		switch {
		case err != nil:
			return cty.NilVal, err
		case loc == nil:
			return cty.NilVal, errors.New("pattern did not match any part of the given string")
		}
		return p.result(a[1], loc), e.budget.Bytes(int64(len(a[1])))
	})
}

func regexAllFunc(e env) function.Function {
	return textFunc(cty.DynamicPseudoType, []string{"pattern", "string"}, func(a []string) (cty.Value, error) {
		p, err := e.compileUniform(a[0])
		if err != nil {
			return cty.NilVal, err
		}
		var out []cty.Value
		err = p.all(a[1], func(loc []int) error {
			if err := chargeMatch(e, loc); err != nil {
				return err
			}
			out = append(out, p.result(a[1], loc))
			return nil
		})
		switch {
		case err != nil:
			return cty.NilVal, err
		case out == nil:
			none := make([]int, 2*len(p.first.SubexpNames()))
			return cty.ListValEmpty(p.result("", none).Type()), nil
		}
		return cty.ListVal(out), nil
	})
}

// matchSteps is the price of replacing a match, besides finding it.
const matchSteps = 5

func chargeMatch(e env, loc []int) error {
	if err := e.budget.Steps(int64(2 * len(loc))); err != nil {
		return err
	}
	n := int64(0)
	for i := 0; i < len(loc); i += 2 {
		n += int64(loc[i+1] - loc[i])
	}
	return e.budget.Bytes(n)
}

func (e env) compileUniform(source string) (*pattern, error) {
	p, err := e.compile(source)
	if err == nil {
		err = p.uniform()
	}
	if err != nil {
		return nil, argError(0, err)
	}
	return p, nil
}

// replaceFunc takes a substring between slashes for a regular expression.
func replaceFunc(e env) function.Function {
	return textFunc(cty.String, []string{"string", "substring", "replacement"}, func(a []string) (cty.Value, error) {
		s, sub, with := a[0], a[1], a[2]
		if len(sub) > 1 && sub[0] == '/' && sub[len(sub)-1] == '/' {
			out, err := e.replacePattern(s, sub[1:len(sub)-1], with)
			return cty.StringVal(out), err
		}
		n := int64(strings.Count(s, sub))
		if err := e.budget.Bytes(add(int64(len(s)), mul(n, int64(len(with))))); err != nil {
			return cty.NilVal, err
		}
		return cty.StringVal(strings.ReplaceAll(s, sub, with)), nil
	})
}

func (e env) replacePattern(s, source, with string) (string, error) {
	p, err := e.compile(source)
	if err != nil {
		return "", argError(1, err)
	}
	if err := e.budget.Bytes(int64(len(s))); err != nil {
		return "", err
	}
	refs := int64(strings.Count(with, "$"))
	var out []byte
	last := 0
	err = p.all(s, func(loc []int) error {
		n := add(int64(len(with)), mul(refs, int64(loc[1]-loc[0])))
		if err := errors.Join(e.budget.Steps(matchSteps), e.budget.Bytes(n)); err != nil {
			return err
		}
		out = append(out, s[last:loc[0]]...)
		out = p.first.ExpandString(out, with, s, loc)
		last = loc[1]
		return nil
	})
	return string(append(out, s[last:]...)), err
}
