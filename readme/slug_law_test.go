package readme

import (
	"strconv"
	"testing"
)

// TestAnchorsOfTheSame: many equal headings get numbers in turn, in a time that does
// not grow with their square, and names that a number would make stay free.
func TestAnchorsOfTheSame(t *testing.T) {
	t.Parallel()
	var a Anchors
	if got := a.Next("x 2"); got != "x-2" {
		t.Fatal(got)
	}
	want := 0
	for i := range 50_000 {
		name := "x"
		if i > 0 {
			if want++; want == 2 {
				want++
			}
			name += "-" + strconv.Itoa(want)
		}
		if got := a.Next("X"); got != name {
			t.Fatalf("%q, want %q", got, name)
		}
	}
}
