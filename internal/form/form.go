// Package form asks a person questions on a terminal.
//
// A question is a value: its text, its kind, its default and what an answer has to
// hold to. An answer is text. Which question follows may depend on the answers so
// far, and where the terminal allows it a person can go back.
//
// There are two ways to ask. On a terminal in raw mode a line is edited in place, and
// choices are picked with the arrow keys. Anywhere else, and where a screen reader is
// at work, it is plain lines: a question, an answer, Enter.
//
// The package reads no environment, opens no terminal and runs nothing when the
// program starts, which is why it is no larger library: what it needs is handed in.
// It knows nothing of what the questions are about, and stores nothing.
package form

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Kind is what an answer looks like.
type Kind int

// The kinds of questions.
const (
	// Line is answered with one line of text.
	Line Kind = iota
	// Confirm is answered with Yes or No.
	Confirm
	// Choice is answered with one of the options.
	Choice
)

// The answers to a Confirm.
const (
	Yes = "true"
	No  = "false"
)

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 64 << 10

// Question is one question. Its texts may hold anything; they are made printable.
type Question struct {
	// Name is that of the answer.
	Name string
	// Text is what is asked. Hint says how an answer is written, such as "a number".
	Text, Hint string
	Kind       Kind
	// Options are what a Choice picks from, at least one.
	Options []string
	// Default is the answer that Enter gives, when HasDefault says that there is one.
	Default    string
	HasDefault bool
	// Check, if set, says what is wrong with an answer. It is called when the answer
	// is given, and the question stays until it finds nothing.
	Check func(answer string) error
}

// Answer is the answer to the question of that name.
type Answer struct{ Name, Value string }

// Next gives the question that follows the answers, and false when there is none. It
// must give the same for the same answers.
type Next func(done []Answer) (Question, bool)

// Ask asks the questions one after the other.
func Ask(questions ...Question) Next {
	return func(done []Answer) (Question, bool) {
		if len(done) >= len(questions) {
			return Question{}, false
		}
		return questions[len(done)], true
	}
}

// Terminal is where the questions are asked.
type Terminal struct {
	In  io.Reader
	Out io.Writer
	// Width is the columns of the terminal.
	Width int
	// Color allows colours.
	Color bool
	// Raw, if set, puts the terminal into raw mode and returns what undoes it. Without
	// it the questions are plain lines.
	Raw func() (restore func() error, err error)
}

var (
	// ErrEnded says that the input ended before all was answered.
	ErrEnded = errors.New("no answer: the input ended")
	errBack  = errors.New("back to the question before")
)

// Run asks until no question is left, and returns the answers in the order of the
// questions. It fails with ErrEnded when the input ends, and with context.Canceled
// when the person interrupts or ctx ends; there are no answers then. A terminal in
// raw mode is put back before it returns. It reads not one byte more than it needs.
func Run(ctx context.Context, t Terminal, next Next) (answers []Answer, err error) {
	a := asker{t: t, keys: &keys{ctx: ctx, r: t.In}}
	ask := a.plain
	if t.Raw != nil {
		restore, fault := t.Raw()
		if fault != nil {
			return nil, fmt.Errorf("terminal: %w", fault)
		}
		defer func() {
			if fault := restore(); fault != nil && err == nil {
				answers, err = nil, fmt.Errorf("terminal: %w", fault)
			}
		}()
		ask = a.rich
	}
	answers, err = a.all(ask, next)
	if err != nil {
		return nil, err
	}
	return answers, nil
}

// asker asks on one terminal.
type asker struct {
	t    Terminal
	keys *keys
	// before are answers that were taken back, by name: they are offered again.
	before map[string]string
}

func (a *asker) all(ask func(Question, bool) (string, error), next Next) ([]Answer, error) {
	var done []Answer
	a.before = map[string]string{}
	for {
		q, more := next(slices.Clone(done))
		if !more {
			return done, nil
		}
		if len(q.Options) == 0 && q.Kind == Choice {
			q.Kind = Line // there is nothing to pick from
		}
		value, err := ask(q, len(done) > 0)
		switch {
		case errors.Is(err, errBack):
			last := done[len(done)-1]
			a.before[last.Name] = last.Value
			done = done[:len(done)-1]
		case err != nil:
			return nil, err
		default:
			delete(a.before, q.Name)
			done = append(done, Answer{q.Name, value})
		}
	}
}

// accept judges an answer. The error is one line for the person.
func (q *Question) accept(answer string) error {
	if answer == "" && q.Kind == Line && !q.HasDefault {
		return errors.New("an answer is needed")
	}
	if q.Check == nil {
		return nil
	}
	return q.Check(answer)
}

// choice is the option that an answer means: itself, whatever its case, or its number
// from 1.
func (q *Question) choice(answer string) (string, bool) {
	if slices.Contains(q.Options, answer) {
		return answer, true
	}
	for i, option := range q.Options {
		if strings.EqualFold(option, answer) || fmt.Sprint(i+1) == answer {
			return option, true
		}
	}
	return "", false
}
