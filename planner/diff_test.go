package planner

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/safepath"
)

// world is a tiny model of the three sides, by path.
type world struct{ want, disk, lock map[string]string }

func entryOf(path, content string) Entry {
	return Entry{
		Path: safepath.Path(path), Address: `file["` + path + `"]`, Kind: "file", Mode: "0644", Ownership: "spec",
		Content: []byte(content), Digest: Digest([]byte(content)), Rendered: RenderedDigest([]byte(content)),
		Range: &Range{Filename: "mlops.hcl", Start: Pos{Line: 1, Column: 1}},
	}
}

func (w world) sides() Sides {
	s := Sides{Mode: "apply", Tree: &Tree{}, Disk: map[string]*Disk{}, Lock: &lockfile.Lock{Version: 1}}
	for p, c := range w.want {
		s.Tree.Entries = append(s.Tree.Entries, entryOf(p, c))
		s.Disk[p] = &Disk{}
	}
	sortEntries(s.Tree.Entries)
	for p, c := range w.lock {
		e := entryOf(p, c)
		s.Lock.Objects = append(s.Lock.Objects, lockfile.Object{Address: e.Address, Path: p, Kind: "file", Mode: "0644", Ownership: "spec", Rendered: e.Rendered})
		s.Disk[p] = &Disk{}
	}
	for p, d := range s.Disk {
		if c, ok := w.disk[p]; ok {
			*d = Disk{Type: "file", Mode: "0644", Size: int64(len(c)), Content: []byte(c), Same: w.want[p] == c && has(w.want, p)}
		}
	}
	if len(s.Lock.Objects) > 0 {
		s.LockSrc = s.Lock.Bytes()
	}
	return s
}

func has(m map[string]string, k string) bool { _, ok := m[k]; return ok }

// random builds a world of a few paths in random standing.
func random(rng *rand.Rand) world {
	w := world{map[string]string{}, map[string]string{}, map[string]string{}}
	text := func() string { return strings.Repeat(fmt.Sprintf("line %d\n", rng.IntN(3)), 1+rng.IntN(3)) }
	for i := range 1 + rng.IntN(6) {
		p := fmt.Sprintf("d%d/f%d", i%2, i)
		for _, side := range []map[string]string{w.want, w.disk, w.lock} {
			if rng.IntN(3) > 0 {
				side[p] = text()
			}
		}
	}
	return w
}

// carryOut does what a plan says to the model.
func (w world) carryOut(t *testing.T, p *Plan) {
	t.Helper()
	for i := range p.Changes {
		c := &p.Changes[i]
		switch c.Actions[0] {
		case "create", "update":
			w.disk[c.Path] = string(p.Blobs[c.After.Digest])
		case "delete":
			delete(w.disk, c.Path)
		}
	}
	if p.Lock == nil {
		return
	}
	clear(w.lock)
	if p.Lock.After == "" {
		return
	}
	lock, err := lockfile.Parse(p.Blobs[p.Lock.After])
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range lock.Objects {
		for _, c := range []map[string]string{w.disk, w.want} {
			if RenderedDigest([]byte(c[o.Path])) == o.Rendered {
				w.lock[o.Path] = c[o.Path]
			}
		}
	}
}

// TestDiffLaws: a plan without conflicts, carried out, is followed by an empty
// plan; nothing unmanaged and no edited orphan is ever overwritten or deleted;
// the same sides give the same bytes; and JSON loses nothing.
func TestDiffLaws(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	applied := 0
	for range 1200 {
		w := random(rng)
		p := Diff(w.sides())
		if err := p.Seal(); err != nil {
			t.Fatal(err)
		}
		safe(t, w, p)
		roundTrip(t, w, p)
		if p.Summary.Conflict > 0 {
			continue
		}
		applied++
		w.carryOut(t, p)
		if again := Diff(w.sides()); again.HasChanges() || again.Summary.Drift > 0 {
			t.Fatalf("not empty after apply: %+v", again.Changes)
		}
	}
	if applied < 120 {
		t.Fatalf("only %d plans could be applied; the generator is off", applied)
	}
}

func safe(t *testing.T, w world, p *Plan) {
	t.Helper()
	for i := range p.Changes {
		c := &p.Changes[i]
		disk, onDisk := w.disk[c.Path]
		last, locked := w.lock[c.Path]
		switch c.Actions[0] {
		case "update", "create":
			if onDisk && !locked {
				t.Fatalf("overwrites the unmanaged %s", c.Path)
			}
		case "delete":
			if !locked || disk != last {
				t.Fatalf("deletes %s, which was edited", c.Path)
			}
		}
	}
}

func roundTrip(t *testing.T, w world, p *Plan) {
	t.Helper()
	doc, err := p.JSON(true)
	if err != nil {
		t.Fatal(err)
	}
	again := Diff(w.sides())
	if err := again.Seal(); err != nil {
		t.Fatal(err)
	}
	if other, _ := again.JSON(true); !bytes.Equal(doc, other) {
		t.Fatal("the same sides gave another document")
	}
	back, err := Decode(doc)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, back, cmpopts.EquateEmpty()); diff != "" {
		t.Fatal(diff)
	}
}

// TestPatchesApply holds that what plan shows is what git takes: the diffs of a
// plan, text around them included, applied to the old files give the new ones.
func TestPatchesApply(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	for range 12 {
		w := random(rng)
		p := Diff(w.sides())
		if p.Summary.Conflict > 0 || p.Summary.Add+p.Summary.Change+p.Summary.Destroy == 0 {
			continue
		}
		dir := t.TempDir()
		for path, c := range w.disk {
			write(t, filepath.Join(dir, path), c)
		}
		var text bytes.Buffer
		if err := p.WriteText(&text, TextOptions{}); err != nil {
			t.Fatal(err)
		}
		git := exec.Command("git", "apply", "-")
		git.Dir, git.Stdin = dir, &text
		git.Env = append(os.Environ(), "GIT_DIR=/nonexistent", "GIT_CONFIG_GLOBAL=/dev/null")
		if out, err := git.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		w.carryOut(t, p)
		for path, c := range w.disk {
			if got, err := os.ReadFile(filepath.Join(dir, path)); err != nil || string(got) != c {
				t.Fatalf("%s: %q, %v; want %q", path, got, err, c)
			}
		}
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestTextIsSafe puts hostile bytes everywhere a plan shows text from outside.
func TestTextIsSafe(t *testing.T) {
	t.Parallel()
	const evil = "a\x1b]0;x\x07\u202eb\x00\r\u009b31m"
	w := world{map[string]string{"f": "x\n" + evil + "\n"}, map[string]string{"f": evil[:4] + "\n"}, map[string]string{"f": "old\n"}}
	s := w.sides()
	s.Tree.Entries[0].Address = evil
	p := Diff(s)
	p.Checks = []Check{{Name: evil, Status: "fail", Severity: "error", Message: evil}}
	for _, color := range []bool{false, true} {
		var out bytes.Buffer
		if err := p.WriteText(&out, TextOptions{Color: color}); err != nil {
			t.Fatal(err)
		}
		plain := out.String()
		for _, code := range []string{red, green, yellow, cyan, bold, "0"} {
			plain = strings.ReplaceAll(plain, "\x1b["+code+"m", "")
		}
		if i := strings.IndexFunc(plain, func(r rune) bool {
			return r < 0x20 && r != '\n' && r != '\t' || r >= 0x7f && r <= 0x9f || r == 0x202e
		}); i >= 0 {
			t.Errorf("color %v: a control byte got through: %q", color, plain[i:])
		}
	}
}

func TestSelection(t *testing.T) {
	t.Parallel()
	tree := &Tree{Entries: []Entry{entryOf("src/a.py", ""), entryOf("src/b/c.py", ""), entryOf("x.txt", "")}}
	tests := []struct {
		targets, excludes []string
		want              string
		fault             bool
	}{
		{targets: []string{"src/**"}, want: "src/a.py src/b/c.py"},
		{targets: []string{"src"}, want: "src/a.py src/b/c.py"},
		{targets: []string{"src/*.py"}, want: "src/a.py"},
		{targets: []string{`file["x.txt"]`}, want: "x.txt"},
		{excludes: []string{"src/b"}, want: "src/a.py x.txt"},
		{targets: []string{"nope"}, fault: true},
		{excludes: []string{"nope/**"}, fault: true},
		{targets: []string{"[a"}, fault: true},
	}
	for _, tt := range tests {
		chosen, err := Selection{tt.targets, tt.excludes}.Choose(tree, &lockfile.Lock{})
		if tt.fault != (err != nil) {
			t.Fatalf("%+v: %v", tt, err)
		}
		var got []string
		for _, e := range tree.Entries {
			if err == nil && chosen(e.Address, string(e.Path)) {
				got = append(got, string(e.Path))
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

// FuzzDecode: whatever is read as a plan never panics, and what is taken is
// exactly what was sealed.
func FuzzDecode(f *testing.F) {
	p := Diff(world{map[string]string{"a": "x\n"}, nil, nil}.sides())
	if err := p.Seal(); err != nil {
		f.Fatal(err)
	}
	doc, err := p.JSON(true)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(doc)
	f.Add([]byte(`{"format_version":"2.0"}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := Decode(src)
		if err != nil {
			return
		}
		if id, err := p.digest(); err != nil || id != p.ID {
			t.Fatalf("took a plan whose id does not fit: %v", err)
		}
	})
}
