package planner

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// dispute is one file between the three sides; nil is absent.
type dispute struct {
	ownership        string
	base, mine, spec *string
}

const disputed = "a.txt"

func (d dispute) sides() Sides {
	e := entryOf(disputed, *d.spec)
	e.Ownership = d.ownership
	s := Sides{
		Mode: "apply", Tree: &Tree{Entries: []Entry{e}}, Disk: map[string]*Disk{disputed: diskOf(d.mine, *d.spec)},
		Bases: map[string][]byte{}, Lock: &lockfile.Lock{Version: 1},
	}
	if d.base != nil {
		o := lockfile.Object{Address: e.Address, Path: disputed, Kind: "file", Mode: "0644", Ownership: d.ownership, Rendered: RenderedDigest([]byte(*d.base))}
		s.Lock.Objects = []lockfile.Object{o}
		s.Bases[strings.TrimPrefix(o.Rendered, "sha256:")] = []byte(*d.base)
		s.LockSrc = s.Lock.Bytes()
	}
	return s
}

func diskOf(text *string, want string) *Disk {
	if text == nil {
		return &Disk{}
	}
	return &Disk{Type: "file", Mode: "0644", Size: int64(len(*text)), Content: []byte(*text), Same: *text == want}
}

// carriedOut carries a plan out and returns the sides that follow.
func carriedOut(t *testing.T, s Sides, p *Plan) Sides {
	t.Helper()
	disk, want := s.Disk[disputed], string(s.Tree.Entries[0].Content)
	for _, c := range p.Changes {
		if c.Actions[0] == "create" || c.Actions[0] == "update" {
			text := string(p.Blobs[c.After.Digest])
			disk = diskOf(&text, want)
		}
	}
	next := s
	next.Resolve, next.Disk = nil, map[string]*Disk{disputed: disk}
	next.Bases = map[string][]byte{}
	for name, content := range s.Bases {
		next.Bases[name] = content
	}
	for _, stored := range p.Store {
		name := strings.TrimPrefix(stored.Path, BaseDir+"/")
		if next.Bases[name] = p.Blobs[stored.After]; stored.After == "" {
			delete(next.Bases, name)
		}
	}
	if p.Lock != nil {
		lock, err := lockfile.Parse(p.Blobs[p.Lock.After])
		if err != nil {
			t.Fatal(err)
		}
		next.Lock, next.LockSrc = lock, p.Blobs[p.Lock.After]
	}
	return next
}

func TestResolve(t *testing.T) {
	t.Parallel()
	const spec, shared = "spec", "shared"
	long := new("1\n2\n3\n4\n5\n")
	for _, c := range []struct {
		name string
		dispute
		take, want, message string
	}{
		{"spec", dispute{shared, long, new("1\n2\n3\n4\nmine\n"), new("ONE\n2\n3\n4\nspec\n")}, "spec", "ONE\n2\n3\n4\nspec\n", ""},
		{"mine", dispute{shared, long, new("1\n2\n3\n4\nmine\n"), new("ONE\n2\n3\n4\nspec\n")}, "mine", "ONE\n2\n3\n4\nmine\n", ""},
		{"spec, and more of mine", dispute{shared, long, new("EINS\n2\n3\n4\nmine\n"), new("1\n2\n3\n4\nspec\n")}, "spec", "EINS\n2\n3\n4\nspec\n", ""},
		{"both", dispute{shared, long, new("1\n2\n3\n4\nmine\n"), new("ONE\n2\n3\n4\nspec\n")}, "both", "ONE\n2\n3\n4\nmine\nspec\n", ""},
		{"edit", dispute{shared, long, new("1\n2\n3\n4\nmine\n"), new("ONE\n2\n3\n4\nspec\n")}, "edit", "edited\n", ""},
		{"deleted, spec", dispute{shared, new("1\n"), nil, new("2\n")}, "spec", "2\n", ""},
		{"deleted, both", dispute{shared, new("1\n"), nil, new("2\n")}, "both", "2\n", ""},
		{"deleted, mine", dispute{shared, new("1\n"), nil, new("2\n")}, "mine", "", ""},
		{"deleted, edit", dispute{shared, new("1\n"), nil, new("2\n")}, "edit", "", "was deleted, so there is nothing to edit"},
		{"in the way, spec", dispute{spec, nil, new("mine\n"), new("spec\n")}, "spec", "spec\n", ""},
		{"in the way, mine", dispute{spec, nil, new("mine\n"), new("spec\n")}, "mine", "", "its ownership is spec, so only --take=spec"},
		{"in the way, both", dispute{spec, nil, new("mine\n"), new("spec\n")}, "both", "", "its ownership is spec, so only --take=spec"},
		{"in the way, shared, spec", dispute{shared, nil, new("mine\n"), new("spec\n")}, "spec", "spec\n", ""},
		{"in the way, shared, mine", dispute{shared, nil, new("mine\n"), new("spec\n")}, "mine", "mine\n", ""},
		{"in the way, shared, both", dispute{shared, nil, new("mine\n"), new("spec\n")}, "both", "mine\nspec\n", ""},
		{"binary, both", dispute{shared, long, new("\x00"), new("spec\n")}, "both", "", "the file is binary, so it cannot be merged"},
		{"binary, mine", dispute{shared, long, new("\x00"), new("spec\n")}, "mine", "\x00", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := c.sides()
			if p := Diff(s); p.Summary.Conflict != 1 || p.Lock != nil {
				t.Fatalf("no conflict to resolve: %+v", p.Changes)
			}
			s.Resolve = map[string]Resolution{disputed: {Take: c.take, Text: []byte("edited\n")}}
			p := Diff(s)
			if c.message != "" {
				if p.Summary.Conflict != 1 || !strings.Contains(p.Changes[0].Message, c.message) || p.Lock != nil {
					t.Fatalf("want the conflict %q: %+v", c.message, p.Changes)
				}
				return
			}
			next := carriedOut(t, s, p)
			if got := string(next.Disk[disputed].Content); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if then := Diff(next); then.HasChanges() || then.Summary.Conflict > 0 {
				t.Errorf("the next plan is not empty: %+v %+v", then.Changes, then.Store)
			}
		})
	}
}

// TestResolveLaw: whatever the three texts are, every resolution of a conflict is
// followed by an empty plan, "mine" and "spec" lose no line of that side, and "both"
// loses no line of either.
func TestResolveLaw(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 11))
	conflicts := 0
	for range 2000 {
		base := numbered(rng)
		mine, spec := reworded(rng, base), reworded(rng, base)
		d := dispute{"shared", new(strings.Join(base, "")), new(strings.Join(mine, "")), new(strings.Join(spec, ""))}
		s := d.sides()
		if Diff(s).Summary.Conflict == 0 {
			continue
		}
		conflicts++
		for take, kept := range map[string][]string{"mine": mine, "spec": spec, "both": slices.Concat(mine, spec), "edit": {"edited\n"}} {
			s.Resolve = map[string]Resolution{disputed: {Take: take, Text: []byte("edited\n")}}
			next := carriedOut(t, s, Diff(s))
			got := string(next.Disk[disputed].Content)
			for _, line := range kept {
				// What one side removed of the base goes.
				if !slices.Contains(base, line) && !strings.Contains(got, line) {
					t.Fatalf("%s lost %q of %q and %q: %q", take, line, mine, spec, got)
				}
			}
			if then := Diff(next); then.HasChanges() || then.Summary.Conflict > 0 {
				t.Fatalf("%s of %q, %q, %q: %+v", take, base, mine, spec, then.Changes)
			}
		}
	}
	if conflicts < 200 {
		t.Errorf("only %d conflicts", conflicts)
	}
}

func numbered(rng *rand.Rand) []string {
	out := make([]string, 1+rng.IntN(8))
	for i := range out {
		out[i] = fmt.Sprintf("line %d\n", i)
	}
	return out
}

// reworded changes, drops and adds lines, each with a text of its own.
func reworded(rng *rand.Rand, base []string) []string {
	var out []string
	for _, line := range base {
		switch rng.IntN(6) {
		case 0:
		case 1:
			out = append(out, fmt.Sprintf("new %d\n", rng.IntN(1000)))
		case 2:
			out = append(out, line, fmt.Sprintf("more %d\n", rng.IntN(1000)))
		default:
			out = append(out, line)
		}
	}
	return out
}

func TestMarkedLeftover(t *testing.T) {
	t.Parallel()
	d := dispute{"shared", new("1\n2\n"), new("<<<<<<< quoted\nmine\n"), new("<<<<<<< quoted\nspec\n")}
	draft, err := Marked(d.sides(), disputed)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text string
		line int
	}{
		{"done\n", 0},
		{"<<<<<<< quoted\r\ndone\n", 0},
		{"<<<<<<< quoted\n<<<<<<< quoted\n", 2},
		{"done\n>>>>>>> spec: file[\"a.txt\"]\n", 2},
		{"done\n|||||||", 2},
		{"Title\n=======\n", 0},
		{string(draft.Text), 2},
	} {
		if line, found := draft.Leftover([]byte(c.text)); line*counted(found) != c.line {
			t.Errorf("%q: line %d, %t; want %d", c.text, line, found, c.line)
		}
	}
	for _, d := range []dispute{{"spec", nil, new("a"), new("b")}, {"shared", new("a"), nil, new("b")}, {"shared", new("a"), new("\xff"), new("b")}} {
		if _, err := Marked(d.sides(), disputed); err == nil || !strings.HasPrefix(err.Error(), disputed+": ") {
			t.Errorf("%+v: %v", d, err)
		}
	}
	if _, err := Marked(d.sides(), "other"); err == nil {
		t.Error("a path that is nowhere has a draft")
	}
}

func counted(b bool) int {
	if b {
		return 1
	}
	return 0
}
