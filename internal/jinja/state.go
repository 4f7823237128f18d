package jinja

import (
	"context"
	"math/rand/v2"
	"strings"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

const (
	defaultSteps  = 10_000_000
	defaultOutput = 64 << 20
	defaultMemory = 512 << 20
)

// run is one render.
type run struct {
	env     *Environment
	done    context.Context
	budget  *pyvalue.Budget
	random  *rand.Rand
	output  int64 // bytes that may still be written
	limit   int64
	count   int
	modules map[*Template]*module
}

func newRun(e *Environment, in Input) *run {
	l := in.Limits
	if l.Steps <= 0 {
		l.Steps = defaultSteps
	}
	if l.Output <= 0 {
		l.Output = defaultOutput
	}
	if l.Memory <= 0 {
		l.Memory = defaultMemory
	}
	return &run{
		env: e, done: context.Background(), budget: pyvalue.NewBudget(l.Steps, l.Memory),
		random: in.Random, output: l.Output, limit: l.Output, modules: map[*Template]*module{},
	}
}

// account adds what the render cost.
func (r *run) account(to *Limits) {
	if to == nil {
		return
	}
	steps, memory := r.budget.Spent()
	to.Steps += steps
	to.Memory += memory
	to.Output += r.limit - max(r.output, 0)
}

// step spends a step, and looks now and then whether the render shall end.
func (r *run) step() error {
	if r.count++; r.count%256 == 0 {
		if err := r.done.Err(); err != nil {
			return err
		}
	}
	return r.budget.Step(1)
}

// nested runs f one level deeper.
func (r *run) nested(f func() error) error {
	if err := r.budget.Enter(); err != nil {
		return err
	}
	defer r.budget.Leave()
	return f()
}

// record holds the variables of one call of a function.
type record struct {
	slots []pyvalue.Value
	up    *record
}

func newRecord(fn *function, up *record) *record {
	return &record{slots: make([]pyvalue.Value, len(fn.slots)), up: up}
}

func (r *record) outer(hops int) *record {
	for ; hops > 0; hops-- {
		r = r.up
	}
	return r
}

// buffer takes text; many share the limit of their run.
type buffer struct {
	b *strings.Builder
	// bad is the error of something written that is no text. Jinja meets it
	// when it joins the pieces at the end.
	bad error
}

func newBuffer() *buffer { return &buffer{b: &strings.Builder{}} }

// text is all that was written.
func (b *buffer) text() (string, error) { return b.b.String(), b.bad }

// inheritance is the parent template of a root, once extends was executed.
type inheritance struct{ parent *Template }

// state is where a function's execution is.
type state struct {
	run     *run
	ctx     *Context
	rec     *record
	out     *buffer
	yield   *buffer // where a root or block writes; nil in other functions
	top     *inheritance
	subject pyvalue.Value // of a filter block's filter
}

// call is the state of a function called from here.
func (s *state) call(fn *function) *state {
	c := *s
	c.rec, c.yield = newRecord(fn, s.rec), nil
	return &c
}

func (s *state) parent() *Template { return s.top.parent }

func (s *state) write(text string) error {
	if s.run.output -= int64(len(text)); s.run.output < 0 {
		return &pyvalue.LimitError{What: "bytes of output", Limit: s.run.limit}
	}
	s.out.b.WriteString(text)
	return nil
}

// writeThrough writes past set and filter blocks. Jinja does so for an include
// without context.
func (s *state) writeThrough(text string) error {
	before := s.out
	if s.yield != nil {
		s.out = s.yield
	}
	err := s.write(text)
	s.out = before
	return err
}

// writeText writes the result of a call or filter, which must be a text.
func (s *state) writeText(v pyvalue.Value) error {
	text, ok := pyvalue.TextOf(v)
	if !ok && s.out.bad == nil {
		s.out.bad = typeError("sequence item 0: expected str instance, %s found", v.TypeName())
	}
	return s.write(text)
}

// capture runs f and returns what it writes. What is captured counts as output
// while it is held.
func (s *state) capture(f execFn) (string, signal, error) {
	before, b := s.out, newBuffer()
	s.out = b
	sig, err := f(s)
	s.out = before
	if err != nil || sig != sigNone {
		return "", sig, err
	}
	text, err := b.text()
	if err != nil {
		return "", sig, err
	}
	s.run.output += int64(len(text))
	return text, sig, s.run.budget.Alloc(int64(len(text)))
}

// filtered evaluates the filter of a block for its text.
func (s *state) filtered(filter evalFn, text pyvalue.Value) (pyvalue.Value, error) {
	before := s.subject
	s.subject = text
	v, err := filter(s)
	s.subject = before
	return v, err
}

func (s *state) test(value evalFn) (bool, error) {
	v, err := value(s)
	if err != nil {
		return false, err
	}
	return pyvalue.Truth(s.run.budget, v)
}

func (s *state) values(fns []evalFn) ([]pyvalue.Value, error) {
	vals := make([]pyvalue.Value, len(fns))
	for i, f := range fns {
		v, err := f(s)
		if err != nil {
			return nil, err
		}
		vals[i] = v
	}
	return vals, nil
}
