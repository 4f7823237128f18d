package readme

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// edition is a README as it was rendered, as people left it, as it is wanted, and what
// must come of that.
type edition struct {
	was, want []Piece
	disk      string
	// text is what each section must be, foreign what stands behind it, by ID.
	text, foreign map[string]string
}

// outside are bytes that are no section's: text of people, and of other tools.
func outside(r *rand.Rand, n int) string {
	return strings.ReplaceAll([]string{
		"", "", "",
		"## Mine @\n\nkept  \n\n\n\tas it is\n",
		"<!-- START doctoc @ -->\n* a @\n<!-- END doctoc @ -->\n",
		"## Setext @\n\n***\n1) x\n",
	}[r.IntN(6)], "@", fmt.Sprint(n))
}

// edits makes an edition of sections that the user edits in one place and the spec
// changes in another.
func edits(r *rand.Rand) *edition {
	e := &edition{text: map[string]string{}, foreign: map[string]string{}}
	gap := []string{"\n", "\n\n", "\n\n\n"}
	for i := range 2 + r.IntN(6) {
		heading, level := fmt.Sprintf("S%d", i), 2
		p := Piece{ID: fmt.Sprintf("custom.s%d", i), Ownership: []string{"spec", "shared", "user"}[r.IntN(3)], Heading: heading, Level: level}
		body := func(own, user string) string {
			return fmt.Sprintf("## %s\n\n%s\n\n- a\n- b\n- c\n\n%s", heading, own, user)
		}
		p.Text = body("old", "plain")
		wanted, stands := p, p.Text
		own, user := "old", "plain"
		if r.IntN(2) == 0 {
			user = "edited"
			stands = body("old", user)
		}
		if r.IntN(2) == 0 {
			own = "new"
			wanted.Text = body(own, "plain")
		}
		e.text[p.ID] = map[string]string{"spec": wanted.Text, "shared": body(own, user), "user": stands}[p.Ownership]
		e.was, e.want = append(e.was, p), append(e.want, wanted)
		e.foreign[p.ID] = outside(r, i)
		e.disk += stands + "\n" + gap[r.IntN(len(gap))]
		if f := e.foreign[p.ID]; f != "" {
			e.disk += f + gap[r.IntN(len(gap))]
		}
	}
	return e
}

// composed is what comes; no conflict may.
func (e *edition) composed(t *testing.T, seed uint64, disk string, was []Piece) string {
	t.Helper()
	s := sidesOf(disk, was, e.want)
	c, err := Compose(s)
	if err != nil {
		t.Fatal(seed, err)
	}
	for _, o := range c.Outcomes {
		if o.Will == "refuse" || len(o.Conflicts) > 0 {
			t.Fatalf("seed %d: a conflict in %s\n%s", seed, o.ID, disk)
		}
	}
	return string(c.Text)
}

// TestBytesOutsideStay: where sections keep their places, the README that comes is the
// one on disk with nothing but the text of the sections exchanged, each by what its
// owner says.
func TestBytesOutsideStay(t *testing.T) {
	t.Parallel()
	for seed := range uint64(1500) {
		e := edits(rand.New(rand.NewPCG(seed, 51)))
		want, rest := "", e.disk
		for _, p := range e.was {
			at := strings.Index(rest, "## "+p.Heading+"\n")
			stands := rest[at:]
			_, tail, _ := strings.Cut(stands, "- c\n\n")
			end := len(stands) - len(tail) + strings.IndexByte(tail, '\n')
			want += rest[:at] + e.text[p.ID]
			rest = stands[end:]
		}
		if got := e.composed(t, seed, e.disk, e.was); got != want+rest {
			t.Fatalf("seed %d:\n%q\nwant\n%q", seed, got, want+rest)
		}
	}
}

// TestMergeTwiceIsOnce: what was composed stays as it is, with the lock before the
// apply, as after a crash, and with the one after it.
func TestMergeTwiceIsOnce(t *testing.T) {
	t.Parallel()
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 52))
		e := edits(r)
		r.Shuffle(len(e.want), func(i, j int) { e.want[i], e.want[j] = e.want[j], e.want[i] })
		once := e.composed(t, seed, e.disk, e.was)
		for name, was := range map[string][]Piece{"before": e.was, "after": e.want} {
			if twice := e.composed(t, seed, once, was); twice != once {
				t.Fatalf("seed %d, lock %s:\n%s\nthen\n%s", seed, name, once, twice)
			}
		}
	}
}

// TestReorderAndEdit: sections in another order, edited in one place and changed in
// another, never conflict; each edit stays in its section, and what is foreign stays
// behind the section that it stood behind.
func TestReorderAndEdit(t *testing.T) {
	t.Parallel()
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 53))
		e := edits(r)
		r.Shuffle(len(e.want), func(i, j int) { e.want[i], e.want[j] = e.want[j], e.want[i] })
		got := e.composed(t, seed, e.disk, e.was)
		var order []int
		for _, p := range e.want {
			if strings.Count(got, e.text[p.ID]) != 1 {
				t.Fatalf("seed %d: %q is not once in\n%s", seed, e.text[p.ID], got)
			}
			at := strings.Index(got, e.text[p.ID])
			order = append(order, at)
			if f := e.foreign[p.ID]; f != "" && !strings.HasPrefix(strings.TrimLeft(got[at+len(e.text[p.ID]):], "\n"), strings.TrimRight(f, "\n")) {
				t.Fatalf("seed %d: %q is not behind its section in\n%s", seed, f, got)
			}
		}
		if !slices.IsSorted(order) {
			t.Fatalf("seed %d: not in the wanted order:\n%s", seed, got)
		}
	}
}
