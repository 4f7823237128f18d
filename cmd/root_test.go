package cmd

import (
	"testing"

	"github.com/mlops-as-code/mlops/internal/term"
)

// TestMakers holds that the table of commands names each as it names itself, and
// that a command made alone has the flags it has among all.
func TestMakers(t *testing.T) {
	t.Parallel()
	all := Command()
	for _, m := range makers() {
		a := &app{Process: &Process{Streams: &term.Streams{}}}
		if got := m.make(a).Name(); got != m.name {
			t.Errorf("%s is made under the name %s", got, m.name)
		}
		alone, _, err := a.command(calledFor([]string{m.name, "--help"})).Find([]string{m.name})
		if err != nil || len(calledFor([]string{m.name})) != 1 {
			t.Fatalf("%s: %v", m.name, err)
		}
		among, _, _ := all.Find([]string{m.name})
		if alone.UsageString() != among.UsageString() {
			t.Errorf("%s alone says\n%s\namong all\n%s", m.name, alone.UsageString(), among.UsageString())
		}
	}
	for _, args := range [][]string{nil, {"-C", "plan"}, {"plna"}, {"completion"}, {"help", "plan"}, {"__complete", "pl"}} {
		if n := len(calledFor(args)); n != len(makers()) {
			t.Errorf("%v makes %d commands", args, n)
		}
	}
}
