package planner

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/block"
	"github.com/mlops-as-code/mlops/internal/keys"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/safepath"
)

// toy is a project, its directory and its lock, all in memory.
type toy struct {
	r     *rand.Rand
	spec  hclspec.Project // its moves only
	files map[string]Entry
	parts map[string]Part
	disk  map[string]string
	bases map[string][]byte
	lock  *lockfile.Lock
	src   []byte
	n     int
}

func (y *toy) sides() Sides {
	t := &Tree{}
	for _, name := range slices.Sorted(maps.Keys(y.files)) {
		t.Entries = append(t.Entries, y.files[name])
	}
	sortEntries(t.Entries)
	digestAll(t.Entries)
	for _, name := range slices.Sorted(maps.Keys(y.parts)) {
		t.Parts = append(t.Parts, y.parts[name])
	}
	sortParts(t.Parts)
	disk := map[string]*Disk{}
	look := func(p string) {
		d := &Disk{}
		if text, ok := y.disk[p]; ok {
			*d = Disk{Type: "file", Mode: "0644", Size: int64(len(text)), Content: []byte(text)}
		}
		disk[p] = d
	}
	for i := range t.Entries {
		e := &t.Entries[i]
		look(string(e.Path))
		d := disk[string(e.Path)]
		d.Same = d.Type == "file" && bytes.Equal(d.Content, e.Content)
	}
	for i := range t.Parts {
		if disk[string(t.Parts[i].Path)] == nil {
			look(string(t.Parts[i].Path))
		}
	}
	for i := range y.lock.Objects {
		if disk[y.lock.Objects[i].Path] == nil {
			look(y.lock.Objects[i].Path)
		}
	}
	return Sides{Mode: "apply", Tree: t, Disk: disk, Bases: y.bases, Lock: y.lock, LockSrc: y.src, Intent: y.spec.Intent()}
}

// apply carries a plan out, as the applier would.
func (y *toy) apply(t *testing.T, p *Plan) {
	t.Helper()
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.PreviousPath != "" {
			delete(y.disk, c.PreviousPath)
		}
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		switch c.Actions[0] {
		case "create", "update", "move":
			y.disk[c.Path] = string(p.Blobs[c.After.Digest])
		case "delete":
			delete(y.disk, c.Path)
		}
		if c.Actions[0] == "update" && c.After == nil {
			t.Fatalf("an update of %s to nothing", c.Path)
		}
	}
	for _, s := range p.Store {
		name := strings.TrimPrefix(s.Path, BaseDir+"/")
		if s.After == "" {
			delete(y.bases, name)
		} else {
			y.bases[name] = p.Blobs[s.After]
		}
	}
	if p.Lock == nil {
		return
	}
	y.src = p.Blobs[p.Lock.After]
	y.lock = &lockfile.Lock{Version: lockfile.Version}
	if y.src != nil {
		lock, err := lockfile.Parse(y.src)
		if err != nil {
			t.Fatalf("the plan writes a lock that cannot be read: %v\n%s", err, y.src)
		}
		y.lock = lock
	}
}

func (y *toy) token(kind string) string {
	y.n++
	return fmt.Sprintf("%s%05d", kind, y.n)
}

// step changes the spec or the directory.
func (y *toy) step() string {
	names := slices.Sorted(maps.Keys(y.files))
	paths := slices.Sorted(maps.Keys(y.disk))
	switch k := y.r.IntN(12); {
	case k < 2 || len(names) == 0:
		return y.addFile()
	case k == 2:
		name := names[y.r.IntN(len(names))]
		delete(y.files, name)
		return "drop " + name
	case k < 5:
		name := names[y.r.IntN(len(names))]
		e := y.files[name]
		lines := strings.SplitAfter(string(e.Content), "\n")
		lines[y.r.IntN(len(lines)-1)] = y.token("s") + "\n"
		e.Content = []byte(strings.Join(lines, ""))
		y.files[name] = e
		return "spec changes " + name
	case k == 5:
		return y.move(names[y.r.IntN(len(names))])
	case k == 6:
		return y.part()
	case k < 11 && len(paths) > 0:
		return y.edit(paths[y.r.IntN(len(paths))])
	case len(paths) > 0:
		p := paths[y.r.IntN(len(paths))]
		delete(y.disk, p)
		return "delete " + p
	}
	return "nothing"
}

func (y *toy) addFile() string {
	p := fmt.Sprintf("f%d", y.r.IntN(6))
	if _, there := y.disk[p]; there {
		return "nothing"
	}
	// A spec may not declare what it says has moved.
	y.spec.Moves = slices.DeleteFunc(y.spec.Moves, func(m hclspec.Move) bool { return m.From == hclspec.Address("file", p, nil) })
	text := ""
	for range 8 {
		text += y.token("s") + "\n"
	}
	y.files[p] = Entry{
		Path: safepath.Path(p), Address: hclspec.Address("file", p, nil), Kind: "file", Mode: "0644",
		Ownership: []string{"spec", "shared", "user"}[y.r.IntN(3)], Content: []byte(text),
	}
	return "add " + p + " " + y.files[p].Ownership
}

// move gives an object another path and says so.
func (y *toy) move(name string) string {
	to := y.token("m")
	e := y.files[name]
	delete(y.files, name)
	address := hclspec.Address("file", to, nil)
	y.spec.Moves = append(y.spec.Moves, hclspec.Move{From: e.Address, To: address})
	e.Path, e.Address = safepath.Path(to), address
	y.files[to] = e
	return name + " moves to " + to
}

func (y *toy) part() string {
	name := fmt.Sprintf("p%d", y.r.IntN(4))
	path := fmt.Sprintf("u%d", y.r.IntN(2))
	if _, there := y.parts[name]; there && y.r.IntN(2) == 0 {
		delete(y.parts, name)
		return "drop " + name
	}
	p := Part{Path: safepath.Path(path + ".gitignore"), Address: "file_block." + name, Kind: "file_block"}
	if y.r.IntN(2) == 0 {
		p.Block = &block.Want{Address: p.Address, Body: []byte(y.token("s") + "\n"), Comment: block.Comment{Prefix: "#"}}
		p.Rendered = Digest(block.Normal(p.Block.Body))
	} else {
		p.Path, p.Address, p.Kind, p.Format = safepath.Path(path+".toml"), "file_keys."+name, "file_keys", keys.TOML
		p.Edits = []keys.Edit{
			{Op: keys.Set, Key: keys.Key{name, "k"}, Value: y.token("s")},
			{Op: keys.Append, Key: keys.Key{name, "list"}, Elems: []any{y.token("s")}},
		}
		p.Rendered = Digest(keys.Canonical([]any{p.Edits[0].Value, p.Edits[1].Elems}))
	}
	y.parts[name] = p
	return fmt.Sprintf("part %s in %s", p.Address, p.Path)
}

// edit is the user's: a new line somewhere, or one of ours replaced.
func (y *toy) edit(p string) string {
	token := y.token("u")
	lines := strings.SplitAfter(strings.TrimSuffix(y.disk[p], "\n"), "\n")
	line := token + "\n"
	if strings.HasSuffix(p, ".toml") {
		line = token + " = 1\n"
		lines = append([]string{line}, lines...)
	} else if i := y.r.IntN(len(lines)); y.r.IntN(3) == 0 && strings.HasPrefix(lines[i], "s") {
		lines[i] = line
	} else {
		lines = slices.Insert(lines, i, line)
	}
	text := strings.Join(lines, "")
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	y.disk[p] = text
	return "the user writes " + token + " into " + p
}

// userTokens are the user's words, by the object they stand in.
func userTokens(text string) []string {
	var out []string
	for _, word := range strings.Fields(text) {
		if strings.HasPrefix(word, "u0") {
			out = append(out, word)
		}
	}
	return out
}

// TestApplySettles holds the laws of a plan over long histories: what follows an
// apply is an empty plan, a conflict changes nothing, and no word of the user's
// leaves the directory unless the plan lists it as drift that is overwritten.
func TestApplySettles(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		y := &toy{
			r: rand.New(rand.NewPCG(seed, 7)), files: map[string]Entry{}, parts: map[string]Part{},
			disk: map[string]string{}, bases: map[string][]byte{}, lock: &lockfile.Lock{Version: lockfile.Version},
		}
		var log []string
		for range 80 {
			log = append(log, y.step())
			if y.r.IntN(3) > 0 {
				continue
			}
			p := Diff(y.sides())
			log = append(log, "apply: "+p.Summary.Sentence())
			if len(p.Failed()) > 0 {
				y.giveUp(p)
				continue
			}
			y.hold(t, p, log)
		}
	}
}

// giveUp is what a person does about conflicts: the spec goes back to what it was.
func (y *toy) giveUp(p *Plan) {
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Actions[0] != "conflict" {
			continue
		}
		delete(y.disk, c.Path)
		delete(y.disk, c.PreviousPath)
		for name, part := range y.parts {
			if part.Address == c.Address {
				delete(y.parts, name)
			}
		}
	}
}

func (y *toy) hold(t *testing.T, p *Plan, log []string) {
	t.Helper()
	before := maps.Clone(y.disk)
	overwritten := map[string]bool{}
	for _, d := range p.Drift {
		if d.Will == "overwrite" {
			overwritten[d.Path] = true
		}
	}
	y.apply(t, p)
	all := strings.Join(slices.Collect(maps.Values(y.disk)), "\n")
	for path, text := range before {
		for _, word := range userTokens(text) {
			if !strings.Contains(all, word) && !overwritten[path] {
				t.Fatalf("%s is lost from %s\n%s", word, path, strings.Join(log, "\n"))
			}
		}
	}
	again := Diff(y.sides())
	if again.HasChanges() || len(again.Failed()) > 0 {
		t.Fatalf("the plan after apply is not empty:\n%+v\nstore %+v\n%s\n%s", again.Changes, again.Store, cmp.Diff(string(y.src), string(again.Blobs[lockAfter(again)])), strings.Join(log, "\n"))
	}
	for _, d := range again.Drift {
		if d.Will != "keep" {
			t.Fatalf("drift after apply: %+v\n%s", d, strings.Join(log, "\n"))
		}
	}
}

func lockAfter(p *Plan) string {
	if p.Lock == nil {
		return ""
	}
	return p.Lock.After
}
