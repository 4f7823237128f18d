package readme

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestNumbersLaw holds for a section of the project's numbers that words of the user's
// around the table, in its cells and in rows of their own never stop new numbers, and
// that all of both is there afterwards.
func TestNumbersLaw(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 11))
		n := 1 + r.IntN(5)
		old, now := numbers(r, n), numbers(r, n)
		was := []Piece{{ID: "metrics", Ownership: "shared", Heading: "Metrics", Level: 2, Text: metricsText(old)}}
		want := []Piece{{ID: "metrics", Ownership: "shared", Heading: "Metrics", Level: 2, Text: metricsText(now)}}
		disk, mine := annotate(r, was[0].Text)
		c, err := Compose(sidesOf(disk+"\n", was, want))
		if err != nil {
			t.Fatal(seed, err)
		}
		if slices.ContainsFunc(c.Outcomes, func(o Outcome) bool { return o.Will == "refuse" }) {
			t.Fatalf("seed %d: a conflict between\n%s\nand\n%s", seed, disk, want[0].Text)
		}
		for _, word := range append(mine, now...) {
			if !strings.Contains(string(c.Text), word) {
				t.Fatalf("seed %d: no %s in\n%s\nof\n%s", seed, word, c.Text, disk)
			}
		}
		again := sidesOf(string(c.Text), was, want) // as after a crash, before the lock is written
		if twice, err := Compose(again); err != nil || string(twice.Text) != string(c.Text) {
			t.Fatalf("seed %d: not settled: %v\n%s\nthen:\n%s", seed, err, c.Text, twice.Text)
		}
	}
}

func numbers(r *rand.Rand, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%.*f", 1+r.IntN(6), float64(r.IntN(1000))/100)
	}
	return out
}

func metricsText(values []string) string {
	var rows [][]string
	for i, v := range values {
		rows = append(rows, []string{fmt.Sprintf("metric %c", 'a'+i), v})
	}
	return "## Metrics\n\n" + table([]column{{head: "Metric"}, {head: "Value", right: true}}, rows).text + "\n\nMeasured on " + values[0] + " rows."
}

// annotate is a section with words of the user's, which are returned too.
func annotate(r *rand.Rand, text string) (string, []string) {
	var out, mine []string
	word := func() string {
		mine = append(mine, fmt.Sprintf("w%dw", len(mine)))
		return mine[len(mine)-1]
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		row := strings.HasPrefix(line, "| metric")
		switch {
		case row && r.IntN(4) == 0:
			line = strings.TrimSuffix(line, " |") + " " + word() + " |"
		case row && r.IntN(4) == 0:
			line = strings.Replace(line, "metric", "metric "+word(), 1)
		case strings.HasPrefix(line, "Measured") && r.IntN(2) == 0:
			line = strings.Replace(line, "Measured", "Measured "+word(), 1)
		}
		if out = append(out, line); row && r.IntN(5) == 0 && i+1 < len(lines) {
			out = append(out, "| "+word()+" | - |")
		}
		if line == "" && r.IntN(3) == 0 {
			out = append(out, word()+".", "")
		}
	}
	if r.IntN(2) == 0 {
		out = append(out, "", word()+".")
	}
	return strings.Join(out, "\n"), mine
}
