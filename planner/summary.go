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

// Short is the summary as it stands in a commit message.
func (s Summary) Short() string {
	var parts []string
	for _, part := range []struct {
		verb string
		n    int
	}{{"add", s.Add}, {"change", s.Change}, {"remove", s.Destroy}, {"move", s.Move}, {"record", s.Adopt}, {"forget", s.Forget}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", part.verb, part.n))
		}
	}
	if len(parts) == 0 {
		return "finish the last apply"
	}
	noun := " files"
	if s.Add+s.Change+s.Destroy+s.Move+s.Adopt+s.Forget == 1 {
		noun = " file"
	}
	return strings.Join(parts, ", ") + noun
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
