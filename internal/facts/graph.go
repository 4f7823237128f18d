package facts

import "container/heap"

// graph is who needs whom. Its nodes are the stages, by index, and behind them
// the distinct paths that they need: a folder that many stages read and many
// make costs its size once.
type graph struct {
	c *checker
	// behind lists, for each node, what must come first: of a stage the paths it
	// needs, of a path the stages that make it.
	behind [][]int
}

func newGraph(c *checker) *graph {
	g := &graph{c: c, behind: make([][]int, len(c.stages))}
	nodes := map[string]int{}
	for i := range c.stages {
		for _, n := range c.needs[i] {
			node, ok := nodes[n.path]
			if !ok {
				node = len(g.behind)
				nodes[n.path] = node
				g.behind = append(g.behind, g.makers(n.path))
			}
			g.behind[i] = append(g.behind[i], node)
		}
	}
	return g
}

// makers are the stages that make what is at a path, each once.
func (g *graph) makers(path string) []int {
	var out []int
	seen := map[int]bool{-1: true}
	for _, i := range g.c.made.near(path) {
		if s := g.c.outputs[i].stage; !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// ready holds the stages that may run, the first declared on top.
type ready []int

func (r ready) Len() int           { return len(r) }
func (r ready) Less(i, j int) bool { return r[i] < r[j] }
func (r ready) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *ready) Push(x any)        { *r = append(*r, x.(int)) }
func (r *ready) Pop() any {
	last := len(*r) - 1
	x := (*r)[last]
	*r = (*r)[:last]
	return x
}

// sorter takes the nodes of a graph away as nothing stands before them.
type sorter struct {
	ahead [][]int // who waits for a node
	waits []int   // for how many a node waits
	free  ready
	count int // of stages
}

func newSorter(g *graph, stages int) *sorter {
	s := &sorter{ahead: make([][]int, len(g.behind)), waits: make([]int, len(g.behind)), count: stages}
	for n, behind := range g.behind {
		s.waits[n] = len(behind)
		for _, b := range behind {
			s.ahead[b] = append(s.ahead[b], n)
		}
	}
	// Stages come before paths here, so no stage is freed twice.
	for n := range g.behind {
		if s.waits[n] == 0 {
			s.release(n)
		}
	}
	return s
}

// release frees a node: a stage may run now, a path is there at once.
func (s *sorter) release(n int) {
	if n < s.count {
		heap.Push(&s.free, n)
		return
	}
	s.leave(n)
}

func (s *sorter) leave(n int) {
	for _, next := range s.ahead[n] {
		if s.waits[next]--; s.waits[next] == 0 {
			s.release(next)
		}
	}
}

// order is the order of the stages, as Pipeline promises it.
func (c *checker) order() []int {
	s := newSorter(newGraph(c), len(c.stages))
	var out []int
	done := make([]bool, len(c.stages))
	for len(s.free) > 0 {
		i := heap.Pop(&s.free).(int)
		out, done[i] = append(out, i), true
		s.leave(i)
	}
	for i := range c.stages {
		if !done[i] {
			out = append(out, i)
		}
	}
	return out
}

// needs reports whether one of the stages from needs, over any number of steps,
// what one of the stages to makes.
func (g *graph) needs(from, to []int) bool {
	want := map[int]bool{}
	for _, n := range to {
		want[n] = true
	}
	seen := make([]bool, len(g.behind))
	queue := append([]int(nil), from...)
	for len(queue) > 0 {
		n := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, b := range g.behind[n] {
			if want[b] {
				return true
			}
			if !seen[b] {
				seen[b] = true
				queue = append(queue, b)
			}
		}
	}
	return false
}
