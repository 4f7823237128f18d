package hclspec

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// covers reports whether block is the address, or that of its whole block.
func covers(block, address string) bool {
	rest, ok := strings.CutPrefix(address, block)
	return ok && (rest == "" || rest[0] == '[')
}

// TestIntentIsTheFirstBlock holds that the index answers as a walk over all blocks
// in their order does.
func TestIntentIsTheFirstBlock(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	name := func() string {
		a := fmt.Sprintf("file.%c", 'a'+rng.IntN(3))
		if rng.IntN(2) == 0 {
			a += fmt.Sprintf("[%q]", []string{"x", "y", "[z"}[rng.IntN(3)])
		}
		return a
	}
	for range 5000 {
		var p Project
		for range rng.IntN(4) {
			if m := (Move{From: name(), To: name()}); !slices.ContainsFunc(p.Moves, func(o Move) bool { return o.From == m.From }) {
				p.Moves = append(p.Moves, m) // twice is a fault
			}
			p.Removed = append(p.Removed, Removal{From: name(), Destroy: rng.IntN(2) == 0})
			p.Imports = append(p.Imports, Import{To: name()})
		}
		address, intent := name(), p.Intent()
		want, moved := address, false
		for range len(intent.moves) {
			i := slices.IndexFunc(p.Moves, func(m Move) bool { return covers(m.From, want) && !(m.getsKey() && want != m.From) })
			if i < 0 {
				break
			}
			want, moved = p.Moves[i].To+strings.TrimPrefix(want, p.Moves[i].From), true
		}
		if got, ok := intent.Moved(address); got != want || ok != moved {
			t.Fatalf("%+v: %s moved to %s, want %s", p.Moves, address, got, want)
		}
		i := slices.IndexFunc(p.Removed, func(r Removal) bool { return covers(r.From, address) })
		if got, ok := intent.Removal(address); ok != (i >= 0) || ok && got != p.Removed[i] {
			t.Fatalf("%+v: removal of %s is %+v", p.Removed, address, got)
		}
		if got := intent.Imported(address); got != slices.ContainsFunc(p.Imports, func(i Import) bool { return covers(i.To, address) }) {
			t.Fatalf("%+v: %s imported: %v", p.Imports, address, got)
		}
	}
}
