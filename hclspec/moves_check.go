package hclspec

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// checkMoves refuses moved, removed and import blocks that cannot be meant.
func (e *evaluator) checkMoves() hcl.Diagnostics {
	declared, known := e.addresses()
	var diags hcl.Diagnostics
	add := func(rng hcl.Range, summary, format string, args ...any) {
		diags = append(diags, errorAt(rng, summary, fmt.Sprintf(format, args...)))
	}
	diags = append(diags, e.moveTargets(declared, known)...)
	for _, r := range e.project.Removed {
		if declared[r.From] {
			add(r.Range, "Object still declared", "%s is still in the spec, so it is not removed. Drop its block, or this one.", r.From)
		}
	}
	for _, i := range e.project.Imports {
		if !declared[i.To] {
			add(i.Range, "Undeclared object", "There is no object %s in the spec to take something over.%s", i.To, suggest(i.To, known))
		}
	}
	return diags
}

// addresses are those of all objects and of their blocks.
func (e *evaluator) addresses() (declared map[string]bool, known []string) {
	declared = map[string]bool{}
	for _, n := range e.nodes {
		if n.isFile() || n.kind == "readme" {
			declared[n.addr] = true
			known = append(known, n.addr)
		}
	}
	for _, f := range e.project.Files {
		declared[f.Address] = true
	}
	return declared, known
}

func (e *evaluator) moveTargets(declared map[string]bool, known []string) hcl.Diagnostics {
	var diags hcl.Diagnostics
	from, to := map[string]Move{}, map[string]Move{}
	for _, m := range e.project.Moves {
		was, now := from[m.From], to[m.To]
		switch {
		case kindIn(m.From) != kindIn(m.To):
			diags = append(diags, errorAt(m.Range, "Different kinds", fmt.Sprintf("%s cannot become %s: an object keeps its kind when it moves.", m.From, m.To)))
		case was.To != "":
			diags = append(diags, errorAt(m.Range, "Moved twice", fmt.Sprintf("%s moves to %s at %s already. Keep one of the two blocks.", m.From, was.To, place(was.Range))))
		case now.From != "":
			diags = append(diags, errorAt(m.Range, "Colliding moves", fmt.Sprintf("%s comes from %s at %s already. Two objects cannot become one.", m.To, now.From, place(now.Range))))
		case declared[m.From]:
			diags = append(diags, errorAt(m.Range, "Object still declared", fmt.Sprintf("%s is still in the spec, so it has not moved. Drop its block, or this one.", m.From)))
		}
		from[m.From], to[m.To] = m, m
	}
	for _, m := range e.project.Moves {
		switch end, ok := follow(m, from); {
		case !ok:
			diags = append(diags, errorAt(m.Range, "Moves in a circle", fmt.Sprintf("%s ends up where it began. Drop one of the moves on the way.", m.From)))
		case !declared[end.To]:
			diags = append(diags, errorAt(end.Range, "Undeclared object", fmt.Sprintf("There is no object %s in the spec to move to.%s", end.To, suggest(end.To, known))))
		}
	}
	return diags
}

// follow walks a chain of moves to its last one; ok is false in a circle.
func follow(m Move, from map[string]Move) (last Move, ok bool) {
	for range len(from) + 1 {
		next, more := from[m.To]
		if !more {
			return m, true
		}
		m = next
	}
	return m, false
}

func kindIn(address string) string {
	if i := strings.IndexAny(address, ".["); i >= 0 {
		return address[:i]
	}
	return address
}
