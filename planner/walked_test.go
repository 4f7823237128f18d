package planner

import (
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/internal/block"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/safepath"
)

// standsAt is one object of a small project: where it is wanted and where the lock
// has it, "" for not at all.
type standsAt struct {
	address, want, lock, owner string
}

// arrange builds the sides; every wanted content is the address, and disk holds
// what stands at each path.
func arrange(disk map[string]string, objects ...standsAt) Sides {
	s := Sides{Mode: "apply", Tree: &Tree{}, Disk: map[string]*Disk{}, Lock: &lockfile.Lock{Version: 1}}
	for _, k := range objects {
		content := []byte(k.address + "\n")
		if k.want != "" {
			e := entryOf(k.want, string(content))
			e.Address, e.Ownership = k.address, k.owner
			s.Tree.Entries = append(s.Tree.Entries, e)
			s.Disk[k.want] = &Disk{}
		}
		if k.lock != "" {
			s.Lock.Objects = append(s.Lock.Objects, lockfile.Object{
				Address: k.address, Path: k.lock, Kind: "file", Mode: "0644", Ownership: k.owner, Rendered: RenderedDigest(content),
			})
			s.Disk[k.lock] = &Disk{}
		}
	}
	sortEntries(s.Tree.Entries)
	for p, text := range disk {
		s.Disk[p] = &Disk{Type: "file", Mode: "0644", Content: []byte(text)}
	}
	for i := range s.Tree.Entries {
		e := &s.Tree.Entries[i]
		d := s.Disk[string(e.Path)]
		d.Same = string(d.Content) == string(e.Content) && d.Type == "file"
	}
	s.LockSrc = s.Lock.Bytes()
	return s
}

// TestWalked holds what the random walk found (internal/walk).
func TestWalked(t *testing.T) {
	t.Parallel()
	only := func(address string) func(string, string) bool { return func(a, _ string) bool { return a == address } }
	swap := func(owner string) Sides {
		return arrange(map[string]string{"a": "file.a\n", "b": "file.b\n"}, standsAt{"file.a", "b", "a", owner}, standsAt{"file.b", "a", "b", owner})
	}
	targeted := swap("spec")
	targeted.Chosen = only("file.a")
	merged := arrange(map[string]string{"a": "file.a\nmine\n"}, standsAt{"file.a", "a", "a", "spec"})
	merged.Lock.Objects[0].Ownership, merged.Lock.Objects[0].Applied = "shared", RenderedDigest([]byte("file.a\nmine\n"))
	proven := arrange(map[string]string{"a": "file.a\n"}, standsAt{"file.a", "a", "a", "spec"})
	proven.Disk["a"].Content, proven.Tree.Entries[0].Mode = nil, "0755" // by git's index
	tests := []struct {
		name  string
		sides Sides
		want  string // the actions, by path
		drift string
		lock  string // addresses with their paths
	}{
		{"shared files change places", swap("shared"), "a conflict, b conflict", "", "file.a a, file.b b"},
		{"files of the spec do", swap("spec"), "a move, b move", "", "file.a b, file.b a"},
		{"one that is chosen takes the other along", targeted, "a move, b move", "", "file.a b, file.b a"},
		{
			"the path of one that is no longer wanted, and gone", arrange(map[string]string{"a": "file.a\n"}, standsAt{"file.a", "b", "a", "shared"}, standsAt{"file.b", "", "b", "shared"}),
			"b move", "", "file.a b",
		},
		{"an edit that was merged, in a file that is the spec's now", merged, "a update", "a overwrite", "file.a a"},
		{"a file proven by the index and another mode", proven, "a update", "", "file.a a"},
	}
	for _, x := range tests {
		p := Diff(x.sides)
		var actions, drift []string
		for _, c := range p.Changes {
			actions = append(actions, c.Path+" "+c.Actions[0])
			if c.Before != nil && c.Before.Digest == Digest(nil) {
				t.Errorf("%s: %s is said to be empty", x.name, c.Path)
			}
		}
		for _, d := range p.Drift {
			drift = append(drift, d.Path+" "+d.Will)
		}
		if got := strings.Join(actions, ", "); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
		if got := strings.Join(drift, ", "); got != x.drift {
			t.Errorf("%s: drift %q, want %q", x.name, got, x.drift)
		}
		if got := pathsAfter(t, x.sides, p); got != x.lock {
			t.Errorf("%s: lock %q, want %q", x.name, got, x.lock)
		}
	}
}

func pathsAfter(t *testing.T, s Sides, p *Plan) string {
	t.Helper()
	src := s.LockSrc
	if p.Lock != nil {
		src = p.Blobs[p.Lock.After]
	}
	lock, err := lockfile.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, o := range lock.Objects {
		out = append(out, o.Address+" "+o.Path)
	}
	return strings.Join(out, ", ")
}

// TestRegionChangesFile: a region that is wanted in another file stays in the
// lock, whichever of the two is looked at first.
func TestRegionChangesFile(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"a", "z"} {
		w := &block.Want{Address: "file_block.r", Body: []byte("r\n"), Comment: block.Comment{Prefix: "#"}}
		text, err := block.Put(nil, *w)
		if err != nil {
			t.Fatal(err)
		}
		rendered := Digest(block.Normal(w.Body))
		s := arrange(map[string]string{"m": "mine\n" + string(text)})
		s.Disk[to] = &Disk{}
		s.Tree.Parts = []Part{{Path: safepath.Path(to), Address: w.Address, Kind: "file_block", Block: w, Rendered: rendered}}
		s.Lock.Objects = []lockfile.Object{{Address: w.Address, Path: "m", Kind: "file_block", Rendered: rendered}}
		s.LockSrc = s.Lock.Bytes()
		p := Diff(s)
		if got := pathsAfter(t, s, p); got != "file_block.r "+to {
			t.Errorf("to %s: lock %q", to, got)
		}
		if got := string(p.Blobs[p.Changes[0].After.Digest]); to == "z" && got != "mine\n" {
			t.Errorf("what is left is %q", got)
		}
	}
}
