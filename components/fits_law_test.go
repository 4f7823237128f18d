package components

import (
	"math/rand/v2"
	"testing"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// What Choose picks for a constraint, a plan with that pin must take: else lock and
// plan send the user from one to the other for ever.
func TestChosenFits(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 12))
	pick := func(from ...string) string { return from[rng.IntN(len(from))] }
	number := func() string { return pick("0", "1", "2", "3") }
	version := func() string {
		return number() + "." + number() + "." + number() + pick("", "", "-0", "-alpha", "-rc.1", "-rc.2", "-1") + pick("", "", "+b", "+7")
	}
	term := func() string {
		v := version()
		if rng.IntN(2) == 0 {
			v = pick("1", "2", "1.2", "0.1", "2.0")
		}
		return pick("", "= ", "!= ", "> ", ">= ", "< ", "<= ", "~> ", "~>") + pick("", "v") + v
	}
	for range 20_000 {
		want := term()
		for rng.IntN(2) == 0 {
			want += ", " + term()
		}
		var tags []Tag
		for range 1 + rng.IntN(8) {
			tags = append(tags, Tag{Name: pick("", "v") + version(), Commit: "c"})
		}
		tag, err := Choose(tags, "", want)
		if err != nil {
			continue
		}
		src := Source{Kind: Git, remote: "file:///r"}
		pin := lockfile.Component{Source: src.String(), Version: tag.Version(), Commit: tag.Commit}
		if err := Fits(pin, hclspec.ComponentCall{Version: want}, src); err != nil {
			t.Fatalf("Choose picks %s for %q among %v, and Fits says: %v", tag.Name, want, tags, err)
		}
	}
}
