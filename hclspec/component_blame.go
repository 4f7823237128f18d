package hclspec

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// by is a component block, or an instance of one, and where it stands.
type by struct {
	addr string
	rng  hcl.Range
}

func (b by) String() string {
	return fmt.Sprintf("%s at %s:%d", b.addr, b.rng.Filename, b.rng.Start.Line)
}

// users are the blocks that lead to an evaluator, from the inside out.
func (e *evaluator) users() []by {
	if e.up == nil {
		return nil
	}
	return append([]by{e.by}, e.up.users()...)
}

// blame notes of faults inside of a component which blocks lead to it, unless that is
// known: the inner blocks come first.
func (e *evaluator) blame(who by, diags hcl.Diagnostics) {
	root := e.root()
	for _, d := range diags {
		if d.Subject != nil && d.Subject.Filename != who.rng.Filename && root.askers[d] == nil {
			root.askers[d] = append([]by{who}, e.users()...)
		}
	}
}

// usedBy says which blocks lead to a place inside a component; "" for a place in the
// spec itself.
func usedBy(who []by) string {
	if len(who) == 0 {
		return ""
	}
	var out []string
	for _, b := range who {
		out = append(out, b.String())
	}
	return "Used by " + strings.Join(out, ", by ") + "."
}

// attach adds a sentence in brackets to a text.
func attach(text, more string) string {
	switch {
	case more == "":
		return text
	case strings.Contains(text, "\n"):
		return text + "\n(" + more + ")"
	}
	return text + " (" + more + ")"
}

// fault is what makes two diagnostics the same but for who met it.
type fault struct {
	at              hcl.Range
	summary, detail string
}

// traced adds to every fault inside a component who uses it. One fault that several
// blocks or instances meet is told once.
func (e *evaluator) traced(diags hcl.Diagnostics) hcl.Diagnostics {
	users := map[fault][]string{}
	var out hcl.Diagnostics
	for _, d := range diags {
		who := usedBy(e.askers[d])
		if who == "" {
			out = append(out, d)
			continue
		}
		id := fault{*d.Subject, d.Summary, d.Detail}
		if len(users[id]) == 0 {
			out = append(out, d)
		}
		users[id] = append(users[id], who)
	}
	for _, d := range out {
		if who := usedBy(e.askers[d]); who != "" {
			d.Detail = attach(d.Detail, who+others(users[fault{*d.Subject, d.Summary, d.Detail}]))
		}
	}
	return out
}

// others counts who else met a fault.
func others(users []string) string {
	unlike := map[string]bool{}
	for _, who := range users {
		unlike[who] = true
	}
	if len(unlike) < 2 {
		return ""
	}
	return fmt.Sprintf(" In all, %d uses have this fault.", len(unlike))
}

// UsedBy says which blocks lead to the component that a file is a part of; "" for one
// of the spec itself.
func (f *File) UsedBy() string { return usedBy(f.from.users()) }

// UsedBy says which blocks lead to the component that offers a section; "" for one of
// the spec itself.
func (s *Section) UsedBy() string { return s.asked }
