package hclfunc

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
)

// TestPatternsCostTheSame holds that a budget cannot tell whether a pattern was compiled
// before, by whom and in which order: each limit allows it each time or never.
func TestPatternsCostTheSame(t *testing.T) {
	for _, source := range []string{`a+b`, `^[a-z]{2,9}(-[a-z]+)*$`, `\pL\pN`} {
		p, err := newProgram(source)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			for _, c := range []struct {
				steps int64
				fits  bool
			}{{p.cost, true}, {p.cost - 1, false}} {
				if _, err := (env{budget: hcllimit.NewBudget(c.steps, 1)}).compile(source); (err == nil) != c.fits {
					t.Errorf("%s within %d steps, of which it takes %d: %v", source, c.steps, p.cost, err)
				}
			}
		}
	}
}

// TestProgramsAreBounded holds that neither many patterns nor large ones stay in memory.
func TestProgramsAreBounded(t *testing.T) {
	var c programCache
	for i := range 3 * maxPrograms {
		if _, err := c.of(fmt.Sprintf("a%d", i)); err != nil {
			t.Fatal(err)
		}
		if len(c.known) == 0 || len(c.known) > maxPrograms {
			t.Fatalf("%d programs are kept", len(c.known))
		}
	}
	for _, large := range []string{strings.Repeat(`\pL`, 1000), strings.Repeat("(a)", 99) + "{5}b{900}", "[a-z]{999}b{999}c{999}"} {
		if _, err := c.of(large); err != nil {
			t.Fatal(err)
		}
		if c.known[large] != nil {
			t.Errorf("%.20s... is kept", large)
		}
	}
}

// TestProgramsAreShared searches with one pattern in several goroutines, beyond the first
// match, for which it is compiled a second time.
func TestProgramsAreShared(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			p, err := env{}.compile(`(?i)x(\d)`)
			if err != nil {
				t.Error(err)
				return
			}
			n := 0
			if err := p.all("x1 X2 x3", func([]int) error { n++; return nil }); err != nil || n != 3 {
				t.Errorf("%d matches, %v", n, err)
			}
		})
	}
	wg.Wait()
}
