package planner

import (
	"fmt"
	"strings"
)

func summarize(p *Plan) Summary {
	var s Summary
	for i := range p.Changes {
		switch p.Changes[i].Actions[0] {
		case "create":
			s.Add++
		case "update":
			s.Change++
		case "delete":
			s.Destroy++
		case "move":
			s.Move++
		case "forget":
			s.Forget++
		case "adopt":
			s.Adopt++
		case "conflict":
			s.Conflict++
		}
	}
	for _, d := range p.Drift {
		if d.Will == "keep" {
			s.Kept++
		} else {
			s.Drift++
		}
	}
	return s
}

// Sentence is Terraform's summary sentence; what Terraform does not know follows
// only when it is not zero.
func (s Summary) Sentence() string {
	out := fmt.Sprintf("Plan: %d to add, %d to change, %d to destroy", s.Add, s.Change, s.Destroy)
	for _, extra := range []struct {
		n    int
		text string
	}{{s.Move, "to move"}, {s.Adopt, "to record"}, {s.Forget, "to forget"}, {s.Kept, "kept"}, {s.Conflict, "in conflict"}, {s.Drift, "changed outside"}} {
		if extra.n > 0 {
			out += fmt.Sprintf(", %d %s", extra.n, extra.text)
		}
	}
	return out + "."
}

// Short is the plan as it stands in a commit message: how many files it adds, changes
// and so on. A file that several objects write counts once.
func (p *Plan) Short() string {
	counts := map[string]int{}
	for _, verb := range p.verbs() {
		counts[verb]++
	}
	var parts []string
	n := 0
	for _, verb := range []string{"add", "change", "remove", "move", "record", "forget"} {
		if counts[verb] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", verb, counts[verb]))
			n += counts[verb]
		}
	}
	switch n {
	case 0:
		return "record the files as they are"
	case 1:
		return parts[0] + " file"
	}
	return strings.Join(parts, ", ") + " files"
}

// verbs are what becomes of each file that has a change. One where the objects differ
// is changed.
func (p *Plan) verbs() map[string]string {
	out := map[string]string{}
	for i := range p.Changes {
		c := &p.Changes[i]
		verb := verbOf(c)
		if was, ok := out[c.Path]; ok && was != verb {
			verb = "change"
		}
		if verb != "" {
			out[c.Path] = verb
		}
	}
	return out
}

// verbOf is what a change does to its file: "" is nothing.
func verbOf(c *Change) string {
	switch c.Actions[0] {
	case "create":
		if c.Before != nil {
			return "change"
		}
		return "add"
	case "update":
		return "change"
	case "delete":
		if c.After != nil {
			return "change"
		}
		return "remove"
	case "move":
		return "move"
	case "adopt":
		return "record"
	case "forget":
		return "forget"
	}
	return ""
}

// HasChanges reports whether apply would change a file, a mode or the lock.
func (p *Plan) HasChanges() bool { return len(p.Changes)+len(p.Store) > 0 || p.Lock != nil }

// Failed reports why the plan cannot be applied: conflicts, files in the way,
// failed checks of severity error. It is empty for a sound plan.
func (p *Plan) Failed() []string {
	var out []string
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Actions[0] == "conflict" {
			out = append(out, c.Path+": "+c.Message)
		}
	}
	for _, c := range p.Checks {
		if c.Status == "fail" && c.Severity == "error" {
			out = append(out, fmt.Sprintf("check %q failed: %s", c.Name, c.Message))
		}
	}
	return out
}
