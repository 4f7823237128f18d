package hclspec

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// ref is one reference found in an expression. node is the key of the node it
// names, or a kind with a trailing dot when the expression picks at run time.
type ref struct {
	node string
	// name is how the value is called in "because" lines, such as project.title.
	name string
	rng  hcl.Range
	// order is set where the node only has to come first: its value is not an input.
	order bool
}

// order sorts nodes so that each comes after those it refers to. Cycles are
// diagnostics that name every hop with its place; the nodes on and behind them
// are left out.
func (e *evaluator) order() ([]*node, hcl.Diagnostics) {
	w := &walk{e: e, state: map[*node]byte{}}
	for _, n := range e.nodes {
		w.visit(n)
	}
	return w.sorted, w.diags
}

const (
	unseen byte = iota
	open
	done
)

type hop struct {
	n   *node
	rng hcl.Range
}

type walk struct {
	e      *evaluator
	state  map[*node]byte
	stack  []hop
	sorted []*node
	diags  hcl.Diagnostics
}

func (w *walk) visit(n *node) {
	if w.state[n] != unseen {
		return
	}
	w.state[n] = open
	for _, r := range n.refs {
		if w.e.up != nil && isFactKey(r.node) {
			continue // of the project, which has evaluated it
		}
		for _, to := range w.e.targets(r.node) {
			w.step(n, to, r.rng)
		}
	}
	w.state[n] = done
	w.sorted = append(w.sorted, n)
}

func (w *walk) step(from, to *node, rng hcl.Range) {
	to.used = true
	w.stack = append(w.stack, hop{from, rng})
	if w.state[to] == open {
		w.cycle(to)
	} else {
		w.visit(to)
	}
	w.stack = w.stack[:len(w.stack)-1]
}

func (w *walk) cycle(to *node) {
	start := len(w.stack) - 1
	for start > 0 && w.stack[start].n != to {
		start--
	}
	var lines []string
	for i, h := range w.stack[start:] {
		next := to
		if i+1 < len(w.stack)-start {
			next = w.stack[start+i+1].n
		}
		h.n.failed = true
		lines = append(lines, fmt.Sprintf("  %s refers to %s at %s:%d:%d", h.n.addr, next.addr, h.rng.Filename, h.rng.Start.Line, h.rng.Start.Column))
	}
	w.diags = append(w.diags, &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Reference cycle",
		Detail:   "These values refer to each other, so none can be computed first:\n" + strings.Join(lines, "\n") + "\nBreak the circle by writing one of them without the others.",
		Subject:  w.stack[start].rng.Ptr(),
	})
}

// targets resolves a node key; "file." means every node of that kind. Facts are the
// project's, also inside a component.
func (e *evaluator) targets(key string) []*node {
	if e.up != nil && isFactKey(key) {
		return e.root().targets(key)
	}
	if strings.HasSuffix(key, ".") {
		return e.byKind[strings.TrimSuffix(key, ".")]
	}
	if n := e.byKey[key]; n != nil {
		return []*node{n}
	}
	return nil
}
