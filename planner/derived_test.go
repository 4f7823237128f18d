package planner

import "testing"

// TestDerived tells what follows from other inputs, also inside of components.
func TestDerived(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"var.x": false, "local.x": true, "each.value": true, "a.tmpl": false, "project": true, "project.title": false,
		`file["a.b"]`: true, "dataset.d": false,
		"component.a": true, `component.a["k"]`: true, `component.a["a.\"].var.x"]`: true,
		"component.a.var.x": false, `component.a["k"].var.x`: false, `component.a["a.b"].local.x`: true,
		`component.a["]\"."].component.b["\\"].var.x`: false, `component.a["k"].component.b.local.x`: true,
		"component.a.component.b": true, "component.a.readme": true, `component.a["`: true, "component.": true,
	} {
		if got := derived(name); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
