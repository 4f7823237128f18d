package facts

import "strings"

const (
	unseen byte = iota
	open
	closed
)

// cycles looks for stages that wait for themselves.
type cycles struct {
	g     *graph
	state []byte
	stack []int
	found map[int]bool // nodes that were reported
	left  int          // how many faults may still be reported
}

// checkCycles reports each circle of stages once, every hop with its place.
// Circles that share a stage with one that was reported are left for the next
// run.
func (c *checker) checkCycles(g *graph) {
	const most = 20
	y := &cycles{g: g, state: make([]byte, len(g.behind)), found: map[int]bool{}, left: most}
	for i := range c.stages {
		y.visit(i)
	}
}

func (y *cycles) visit(n int) {
	if y.state[n] != unseen {
		return
	}
	y.state[n] = open
	y.stack = append(y.stack, n)
	for _, b := range y.g.behind[n] {
		if y.state[b] == open && y.left > 0 && !y.found[b] && !y.found[n] {
			y.report(b)
		}
		y.visit(b)
	}
	y.stack = y.stack[:len(y.stack)-1]
	y.state[n] = closed
}

// report words the circle that the stack closes at node to.
func (y *cycles) report(to int) {
	y.left--
	start := len(y.stack) - 1
	for y.stack[start] != to {
		start--
	}
	circle := append([]int(nil), y.stack[start:]...)
	c := y.g.c
	if to >= len(c.stages) { // begin with a stage
		circle = append(circle[1:], to)
	}
	var lines []string
	for i := 0; i < len(circle); i += 2 {
		from, path, maker := circle[i], circle[i+1], circle[(i+2)%len(circle)]
		n := y.g.need(from, path)
		lines = append(lines, "  "+c.stages[from].self()+" needs "+quote(n.path)+", made by "+c.stages[maker].self()+", at "+place(n.at))
	}
	for _, n := range circle {
		y.found[n] = true
	}
	c.fault(y.g.need(circle[0], circle[1]).at, "Stage cycle", "These stages wait for each other, so none can run first:\n"+
		strings.Join(lines, "\n")+"\nTake one of the deps away.")
}

// need is the first dependency of a stage that leads to a node.
func (g *graph) need(stage, node int) need {
	for i, b := range g.behind[stage] {
		if b == node {
			return g.c.needs[stage][i]
		}
	}
	return need{}
}
