package form

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/show"
)

// most is how many lines a question, and how many options, take on the screen.
const (
	mostText    = 4
	mostOptions = 8
)

// widget is what a question is answered with.
type widget interface {
	// press changes the answer.
	press(key)
	// draw gives its lines, and where in them the cursor stands.
	draw(width int) (lines []string, row, col int)
	answer() string
}

// rich asks on a terminal in raw mode.
func (a *asker) rich(q Question, back bool) (string, error) {
	f := &frame{a: a, q: &q, w: a.widget(&q), back: back}
	defer func() { f.erase() }()
	for {
		f.draw()
		k, err := a.keys.next()
		if err != nil {
			return "", err
		}
		switch k {
		case keyInterrupt:
			return "", context.Canceled
		case keyEnded:
			return "", ErrEnded
		case keyBackTab:
			if back {
				f.erase()
				fmt.Fprint(a.t.Out, "\x1b[A") // onto the line of the answer before
				return "", errBack
			}
		case keyEnter:
			value := f.w.answer()
			if f.fault = q.accept(value); f.fault != nil {
				continue
			}
			f.erase()
			fmt.Fprintf(a.t.Out, "%s\r\n", f.settled(value))
			return value, nil
		default:
			f.fault = nil
			f.w.press(k)
		}
	}
}

func (a *asker) widget(q *Question) widget {
	value := q.Default
	if old, ok := a.before[q.Name]; ok {
		value = old
	}
	switch q.Kind {
	case Choice:
		return &picker{options: q.Options, values: q.Options, at: max(0, slices.Index(q.Options, value))}
	case Confirm:
		p := &picker{options: []string{"yes", "no"}, values: []string{Yes, No}}
		if value == No {
			p.at = 1
		}
		return p
	}
	return &editor{text: []rune(value), at: len([]rune(value))}
}

// frame is a question as it stands on the screen.
type frame struct {
	a     *asker
	q     *Question
	w     widget
	back  bool
	fault error
	row   int // of the cursor, from the first line of the frame
}

// erase removes the frame, and puts the cursor where it began.
func (f *frame) erase() {
	if f.row > 0 {
		fmt.Fprintf(f.a.t.Out, "\x1b[%dA", f.row)
	}
	fmt.Fprint(f.a.t.Out, "\r\x1b[J")
	f.row = 0
}

func (f *frame) draw() {
	width := max(20, f.a.t.Width) - 1 // a full line would wrap
	lines := wrap(f.q.title(), width)
	for i := range lines {
		lines[i] = f.paint("1", lines[i])
	}
	above := len(lines)
	inner, row, col := f.w.draw(width)
	lines = append(append(lines, inner...), f.below(width))
	f.erase()
	fmt.Fprint(f.a.t.Out, strings.Join(lines, "\r\n"))
	f.row = above + row
	if up := len(lines) - 1 - f.row; up > 0 {
		fmt.Fprintf(f.a.t.Out, "\x1b[%dA", up)
	}
	fmt.Fprint(f.a.t.Out, "\r")
	if col > 0 {
		fmt.Fprintf(f.a.t.Out, "\x1b[%dC", col)
	}
}

// below is the line under the answer: what is wrong with it, or which keys there are.
func (f *frame) below(width int) string {
	if f.fault != nil {
		return f.paint("31", show.Clip("! "+f.fault.Error(), width))
	}
	help := "Enter: take it"
	if f.q.Kind != Line {
		help = "Arrows: choose   Enter: take it"
	}
	if f.back {
		help += "   Shift-Tab: back"
	}
	return f.paint("2", show.Clip(help+"   Ctrl-C: leave", width))
}

// settled is the line that stays.
func (f *frame) settled(value string) string {
	switch {
	case f.q.Kind == Confirm && value == Yes:
		value = "yes"
	case f.q.Kind == Confirm:
		value = "no"
	}
	width := max(20, f.a.t.Width) - 1
	text := show.Clip(f.q.Text, width/2) + ": "
	return text + f.paint("36", show.Clip(value, width-show.Width(text)))
}

func (f *frame) paint(code, text string) string {
	if !f.a.t.Color {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// wrap breaks a text into lines at spaces.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(show.Line(text)) {
		switch {
		case line == "":
			line = word
		case show.Width(line)+1+show.Width(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	lines = append(lines, line)
	if len(lines) > mostText {
		lines = append(lines[:mostText-1], strings.Join(lines[mostText-1:], " "))
	}
	for i := range lines {
		lines[i] = show.Clip(lines[i], width)
	}
	return lines
}
