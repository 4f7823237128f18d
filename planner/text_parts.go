package planner

import (
	"strings"

	"github.com/mlops-as-code/mlops/internal/show"
)

// shownAbove reports whether an earlier change has shown the same file.
func (t *text) shownAbove(i int) bool {
	if i == 0 {
		return false
	}
	a, b := &t.p.Changes[i-1], &t.p.Changes[i]
	return a.Path == b.Path && a.After != nil && b.After != nil && *a.After == *b.After && len(a.Conflicts) == 0 && a.Message == ""
}

// keys lists the keys of a file that change, with their values.
func (t *text) keys(c *Change) {
	for _, k := range c.Keys {
		sign, color := "~", yellow
		switch {
		case k.Before == "":
			sign, color = "+", green
		case k.After == "":
			sign, color = "-", red
		}
		line := show.Line(k.Key)
		switch {
		case k.Before == "":
			line += " = " + show.Line(k.After)
		case k.After == "":
			line += " = " + show.Line(k.Before)
		default:
			line += " = " + show.Line(k.Before) + " -> " + show.Line(k.After)
		}
		if k.Drift {
			line += "  (changed outside)"
		}
		t.line("  %s %s", t.paint(color, sign), line)
	}
}

// conflicts shows what a person has to decide: the text last rendered, the
// user's and the spec's.
func (t *text) conflicts(c *Change) {
	theirs := "spec"
	if t.p.Mode == "undo" {
		theirs = "before"
	}
	for _, x := range c.Conflicts {
		if x.Base != nil {
			t.excerpt("base", *x.Base, "")
		}
		t.excerpt("mine", x.Mine, yellow)
		t.excerpt(theirs, x.Theirs, cyan)
	}
}

func (t *text) excerpt(side string, e Excerpt, color string) {
	if e.Lines == 0 {
		t.line("  %s, before line %d: nothing", side, e.Line)
		return
	}
	t.line("  %s, line %d:", side, e.Line)
	for line := range strings.SplitSeq(strings.TrimSuffix(e.Text, "\n"), "\n") {
		t.line("    | %s", t.paint(color, show.Line(strings.ReplaceAll(strings.TrimSuffix(line, "\r"), "\t", "    "))))
	}
}

// paste shows a block that would settle a conflict.
func (t *text) paste(c *Change) {
	for line := range strings.SplitSeq(strings.TrimSuffix(c.Paste, "\n"), "\n") {
		if line != "" {
			t.line("      %s", show.Line(line))
		}
	}
}
