package hclspec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// checkMoves refuses moved, removed and import blocks that cannot be meant.
func (e *evaluator) checkMoves() hcl.Diagnostics {
	declared, known := e.addresses()
	var diags hcl.Diagnostics
	diags = append(diags, e.moveTargets(declared, known)...)
	for _, r := range e.project.Removed {
		if declared[r.From] {
			diags = append(diags, moveFault(r.Range, r.asked, "Object still declared", fmt.Sprintf("%s is still in the spec, so it is not removed. Drop its block, or this one.", r.From)))
		}
	}
	for _, i := range e.project.Imports {
		if !declared[i.To] && !e.unknown(i.To) {
			summary, detail := undeclared(i.To, "to take something over", declared, known)
			diags = append(diags, errorAt(i.Range, summary, detail))
		}
	}
	return diags
}

// undeclared says that the spec does not have what an address names: an object, or the
// component that it is in.
func undeclared(address, what string, declared map[string]bool, known []string) (summary, detail string) {
	for _, c := range componentsOf(address) {
		if declared[c] {
			continue
		}
		var others []string
		for _, k := range known {
			if of := componentsOf(k); len(of) > 0 && of[len(of)-1] == k {
				others = append(others, k)
			}
		}
		return "Undeclared component", fmt.Sprintf("There is no %s in the spec %s.%s If the block of the component is gone, drop this one too; if it has another name now, write that.", c, what, suggest(c, others))
	}
	return "Undeclared object", fmt.Sprintf("There is no object %s in the spec %s.%s", address, what, suggest(address, known))
}

// componentsOf are the addresses of the components that an address leads through, the
// outermost first, and its own where it is a component's.
func componentsOf(address string) (out []string) {
	trav, diags := hclsyntax.ParseTraversalAbs([]byte(address), "", hcl.InitialPos)
	if diags.HasErrors() {
		return nil
	}
	for at := 0; at < len(trav) && stepKind(trav[at]) == "component"; {
		if at++; at < len(trav) {
			at++ // its label
		}
		if at < len(trav) && indexes(trav[at]) {
			at++
		}
		end := len(address)
		if at < len(trav) {
			end = trav[at].SourceRange().Start.Byte
		}
		out = append(out, strings.TrimSuffix(address[:end], "."))
	}
	return out
}

// stepKind is the word that a step of an address is.
func stepKind(s hcl.Traverser) string {
	switch s := s.(type) {
	case hcl.TraverseRoot:
		return s.Name
	case hcl.TraverseAttr:
		return s.Name
	}
	return ""
}

// moveFault is a fault of a block that may stand in a component.
func moveFault(rng hcl.Range, asked, summary, detail string) *hcl.Diagnostic {
	return errorAt(rng, summary, attach(detail, asked))
}

// addresses are those of all objects and of their blocks.
func (e *evaluator) addresses() (declared map[string]bool, known []string) {
	declared = map[string]bool{}
	for n := range e.all() {
		if n.isFile() || n.kind == "readme" && n == e.byKey["readme"] || n.kind == "component" {
			declared[n.addr] = true
			known = append(known, n.addr)
		}
	}
	for _, doc := range e.project.Readmes() {
		declared[doc.Address] = true
	}
	for _, c := range e.project.Components {
		declared[c.Address] = true
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
			diags = append(diags, moveFault(m.Range, m.asked, "Different kinds", fmt.Sprintf("%s cannot become %s: an object keeps its kind when it moves.", m.From, m.To)))
		case was.To != "":
			diags = append(diags, moveFault(m.Range, m.asked, "Moved twice", fmt.Sprintf("%s moves to %s at %s already. Keep one of the two blocks.", m.From, was.To, place(was.Range))))
		case now.From != "":
			diags = append(diags, moveFault(m.Range, m.asked, "Colliding moves", fmt.Sprintf("%s comes from %s at %s already. Two objects cannot become one.", m.To, now.From, place(now.Range))))
		case declared[m.From] && !m.getsKey():
			diags = append(diags, moveFault(m.Range, m.asked, "Object still declared", fmt.Sprintf("%s is still in the spec, so it has not moved. Drop its block, or this one.", m.From)))
		}
		from[m.From], to[m.To] = m, m
	}
	intent := e.project.Intent()
	for _, m := range e.project.Moves {
		switch end, ok := intent.end(m.To); {
		case !ok:
			diags = append(diags, moveFault(m.Range, m.asked, "Moves in a circle", fmt.Sprintf("%s ends up where it began. Drop one of the moves on the way.", m.From)))
		case e.unknown(end): // its component has a fault, which is told
		case !declared[end] && from[m.To].To == "": // else the next of the chain is at fault
			summary, detail := undeclared(end, "to move to", declared, known)
			diags = append(diags, moveFault(m.Range, m.asked, summary, detail))
		}
	}
	return diags
}

// unknown reports whether an address leads into a component that could not be
// evaluated, so that nobody knows what is in it.
func (e *evaluator) unknown(address string) bool {
	return slices.ContainsFunc(e.byKind["component"], func(n *node) bool {
		rest, inside := strings.CutPrefix(address, n.addr)
		return n.failed && inside && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "["))
	})
}

// kindIn is the kind of what an address names: of the object in a component, or of
// the component when it names no object.
func kindIn(address string) string {
	trav, diags := hclsyntax.ParseTraversalAbs([]byte(address), "", hcl.InitialPos)
	if diags.HasErrors() {
		return address
	}
	for trav.RootName() == "component" && len(trav) > 2 {
		rest := trav[2:]
		if indexes(rest[0]) {
			rest = rest[1:]
		}
		if len(rest) == 0 {
			break
		}
		inner, ok := rest[0].(hcl.TraverseAttr)
		if !ok {
			break
		}
		trav = append(hcl.Traversal{hcl.TraverseRoot{Name: inner.Name}}, rest[1:]...)
	}
	return trav.RootName()
}
