package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// cost is what one run of a side took.
type cost struct{ wall, cpu time.Duration }

func (c cost) plus(d cost) cost { return cost{c.wall + d.wall, c.cpu + d.cpu} }

// side is one thing to be timed. run prepares, times and cleans up, and returns
// the cost of the timed part alone. The round is 0 for the warm-up: then a side
// also verifies that what it did is right.
type side struct {
	name string
	run  func(ctx context.Context, round int) (cost, error)
}

// contest is how sides are run against each other.
type contest struct {
	rounds int
	// batch is how often each side runs in a round; the costs add up. It is more
	// than one for sides of a few milliseconds.
	batch int
}

// results are the costs of each side, by name, a round each.
type results map[string][]cost

// run times the sides in turn.
func (c contest) run(ctx context.Context, sides []side) (results, error) {
	out := results{}
	for round := range c.rounds + 1 {
		sums := make([]cost, len(sides))
		for range max(1, c.batch) {
			for i, s := range sides {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
				spent, err := s.run(ctx, round)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", s.name, err)
				}
				sums[i] = sums[i].plus(spent)
			}
		}
		for i, s := range sides {
			if round > 0 {
				out[s.name] = append(out[s.name], sums[i])
			}
		}
	}
	return out, nil
}

// timed is the cost of f within this process. What came before is collected
// first, so that f does not pay for it.
func timed(f func() error) (cost, error) {
	runtime.GC()
	cpu, start := selfCPU(), time.Now()
	err := f()
	return cost{time.Since(start), selfCPU() - cpu}, err
}

// spread is the distribution of a number over the rounds.
type spread struct{ median, least, most float64 }

func spreadOf(values []float64) spread {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) == 0 {
		return spread{}
	}
	return spread{sorted[len(sorted)/2], sorted[0], sorted[len(sorted)-1]}
}

func wall(c cost) float64 { return c.wall.Seconds() }
func cpu(c cost) float64  { return c.cpu.Seconds() }

// over divides one side by another, round by round.
func over(a, b []cost, of func(cost) float64) spread {
	var out []float64
	for i := range min(len(a), len(b)) {
		if of(b[i]) > 0 {
			out = append(out, of(a[i])/of(b[i]))
		}
	}
	return spreadOf(out)
}

// milliseconds is the median cost of one run.
func (c contest) milliseconds(costs []cost) float64 {
	var out []float64
	for _, x := range costs {
		out = append(out, wall(x)*1000/float64(max(1, c.batch)))
	}
	return spreadOf(out).median
}
