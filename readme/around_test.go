package readme

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// withBlock puts the block of another tool below one of the first paragraphs of a
// section, with blank lines around it that make none of their own.
func withBlock(r *rand.Rand, text, block string) string {
	parts := strings.Split(text, "\n\n")
	n := r.IntN(min(3, len(parts)-1))
	around := [][2]string{{"\n\n", "\n\n"}, {"\n\n", "\n"}, {"\n", "\n\n"}, {"\n\n", "\n\n\n"}}[r.IntN(4)]
	return strings.Join(parts[:n+1], "\n\n") + around[0] + block + around[1] + strings.Join(parts[n+1:], "\n\n")
}

// TestBlocksStay: the blocks of other tools in the middle of sections that nobody
// edited stay below the line that they stood below, byte for byte, also as that line
// gets other words and sections change places. That they are there is no edit.
func TestBlocksStay(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 8))
		eol := []string{"\n", "\r\n"}[r.IntN(2)]
		was := randomPieces(r, "@")
		want := slices.Clone(was)
		disk, after := slices.Clone(was), slices.Clone(was)
		for i, p := range was {
			change := func(text string) string { return text }
			if r.IntN(2) == 0 && p.Ownership != "user" {
				word, to := []string{"@", "two", "three"}[r.IntN(3)], []string{"%", "two %", "zwei"}[r.IntN(3)]
				change = func(text string) string { return strings.Replace(text, word, to, 1) }
			}
			want[i].Text = change(p.Text)
			if after[i].Text = want[i].Text; p.Marked || r.IntN(2) == 0 {
				continue
			}
			block := fmt.Sprintf("<!-- BEGIN tool%d -->\n@ two three\n\n## %s\n<!-- END tool%d -->", i, p.Heading, i)
			at := withBlock(r, p.Text, "BLOCK")
			disk[i].Text, after[i].Text = strings.Replace(at, "BLOCK", block, 1), strings.Replace(change(at), "BLOCK", block, 1)
		}
		if i := 1 + r.IntN(len(was)-1); r.IntN(2) == 0 {
			want[1], want[i] = want[i], want[1]
			after[1], after[i] = after[i], after[1]
		}
		s := sidesOf(strings.ReplaceAll(joinPieces(disk), "\n", eol), was, want)
		c, err := Compose(s)
		if err != nil || len(c.Outcomes) > 0 {
			t.Fatal(seed, err, c)
		}
		if got, want := string(c.Text), strings.ReplaceAll(joinPieces(after), "\n", eol); got != want {
			t.Fatalf("seed %d: got:\n%s\nwant:\n%s\nfrom:\n%s", seed, got, want, s.Disk)
		}
		s.Disk, s.Was = c.Text, wasOf(want)
		if again, err := Compose(s); err != nil || string(again.Text) != string(c.Text) || len(again.Outcomes) > 0 {
			t.Fatalf("seed %d: not settled: %v\n%s", seed, err, c.Text)
		}
	}
}
