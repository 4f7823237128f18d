package form

import (
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/internal/show"
)

// plain asks with lines of text, again after each answer that does not hold.
func (a *asker) plain(q Question, _ bool) (string, error) {
	if q.Kind == Choice {
		fmt.Fprintln(a.t.Out, q.title()+":")
		for i, option := range q.Options {
			fmt.Fprintf(a.t.Out, "  %d. %s\n", i+1, show.Line(option))
		}
	}
	for {
		fmt.Fprint(a.t.Out, q.prompt())
		line, err := a.keys.line()
		if err != nil {
			fmt.Fprintln(a.t.Out)
			return "", err
		}
		answer, err := q.read(strings.TrimSpace(line))
		if err == nil {
			err = q.accept(answer)
		}
		if err == nil {
			return answer, nil
		}
		fmt.Fprintln(a.t.Out, " ", show.Line(err.Error()))
	}
}

// title is what is asked, and how it is answered.
func (q *Question) title() string {
	if q.Hint == "" {
		return show.Line(q.Text)
	}
	return show.Line(q.Text) + " (" + show.Line(q.Hint) + ")"
}

func (q *Question) prompt() string {
	text, def := q.title(), q.Default
	switch q.Kind {
	case Choice:
		text = fmt.Sprintf("Number or name, 1 to %d", len(q.Options))
	case Confirm:
		text += ", yes or no"
		def = map[string]string{Yes: "yes", No: "no"}[def]
	}
	if q.HasDefault && def != "" {
		text += " [" + show.Line(def) + "]"
	}
	return text + ": "
}

// read is the answer that a line means.
func (q *Question) read(line string) (string, error) {
	if line == "" && q.HasDefault {
		return q.Default, nil
	}
	switch q.Kind {
	case Choice:
		if option, ok := q.choice(line); ok {
			return option, nil
		}
		return "", fmt.Errorf("choose one of 1 to %d", len(q.Options))
	case Confirm:
		switch strings.ToLower(line) {
		case "y", "yes", "true":
			return Yes, nil
		case "n", "no", "false":
			return No, nil
		}
		return "", fmt.Errorf("answer yes or no")
	}
	return line, nil
}
