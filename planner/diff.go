package planner

import (
	"maps"
	"slices"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// LockPath is where the lock lies, relative to the project root.
const LockPath = "mlops.lock.json"

// Sides is everything Diff compares.
type Sides struct {
	// Mode is "apply", "destroy" or "refresh-only".
	Mode string
	Tree *Tree
	Disk map[string]*Disk
	// Bases are the files of BaseDir, by name.
	Bases   map[string][]byte
	Lock    *lockfile.Lock
	LockSrc []byte // the lock's bytes; nil when there is no lock file
	// Chosen, if set, limits the plan to some objects.
	Chosen func(address, path string) bool
	// Intent is what the spec says of objects that came, moved or left.
	Intent *hclspec.Intent
	// Pins, if set, are the addresses of the spec's components: what the lock pins
	// beside them goes.
	Pins map[string]bool
	// Resolve settles conflicts, by path.
	Resolve map[string]Resolution
}

// Diff computes changes, drift, the new lock and the summary. It is pure: the
// same sides give the same plan, byte for byte.
func Diff(s Sides) *Plan {
	d := &differ{sides: s, plan: &Plan{
		FormatVersion: FormatVersion, Mode: s.Mode,
		Changes: []Change{}, Drift: []Drift{}, Leftover: []FileRef{}, Checks: []Check{}, Diagnostics: []Diagnostic{},
		Blobs: map[string][]byte{},
	}, locked: map[string]*held{}, next: map[string]*lockfile.Object{}}
	d.index()
	for _, p := range slices.Sorted(maps.Keys(d.sides.Disk)) {
		d.path(p)
	}
	d.lock()
	d.plan.Summary = summarize(d.plan)
	return d.plan
}

type differ struct {
	sides  Sides
	plan   *Plan
	locked map[string]*held // by path, whole files only
	wanted map[string]*Entry
	// sources are the objects that come from another path, by their new one;
	// left says where the file at a path goes.
	sources map[string]*held
	left    map[string]string
	// parts and heldParts share files with the user, by path.
	parts     map[string][]*Part
	partAt    map[string]string // paths of the wanted parts, by address
	heldParts map[string][]*held
	// next are the stanzas of the new lock that differ, by the address in the old
	// one, or the new one where there is none; nil is gone.
	next map[string]*lockfile.Object
	// along are objects that nobody chose and that make room for one that is.
	along map[string]bool
}

// held is an object of the lock under the address it has now; was is the one
// that the lock knows.
type held struct {
	lockfile.Object
	was string
}

// index sorts both sides by path and finds out what moved.
func (d *differ) index() {
	d.wanted, d.parts, d.partAt = map[string]*Entry{}, map[string][]*Part{}, map[string]string{}
	d.sources, d.left = map[string]*held{}, map[string]string{}
	d.heldParts = map[string][]*held{}
	for i := range d.sides.Tree.Entries {
		e := &d.sides.Tree.Entries[i]
		d.wanted[string(e.Path)] = e
	}
	for i := range d.sides.Tree.Parts {
		p := &d.sides.Tree.Parts[i]
		d.parts[string(p.Path)] = append(d.parts[string(p.Path)], p)
		d.partAt[p.Address] = string(p.Path)
	}
	byAddress := map[string]*held{}
	for i := range d.sides.Lock.Objects {
		o := d.sides.Lock.Objects[i]
		h := &held{o, o.Address}
		h.Address, _ = d.sides.Intent.Moved(o.Address)
		if isPart(o.Kind) {
			d.heldParts[o.Path] = append(d.heldParts[o.Path], h)
			continue
		}
		d.locked[o.Path] = h
		byAddress[h.Address] = h
	}
	d.moves(byAddress)
	d.makeRoom()
}

// makeRoom finds the objects that have to leave a path for one that was chosen:
// no two can have it in the lock.
func (d *differ) makeRoom() {
	d.along = map[string]bool{}
	for p, list := range d.heldParts {
		for _, h := range list {
			// A part that goes to another file leaves this one.
			if to := d.partPath(h.Address); to != "" && to != p && d.sides.Chosen != nil && d.sides.Chosen(h.Address, to) {
				d.along[h.Address] = true
			}
		}
	}
	for again := d.sides.Chosen != nil; again; {
		again = false
		for p, e := range d.wanted {
			h := d.locked[p]
			if h == nil || h.Address == e.Address || !d.chosen(e.Address, p) {
				continue
			}
			if d.leaves(p) && !d.chosen(h.Address, d.left[p]) {
				d.along[h.Address], again = true, true
			}
		}
	}
}

// partPath is where a part is wanted; "" is nowhere.
func (d *differ) partPath(address string) string { return d.partAt[address] }

// chosen reports whether the plan is about an object.
func (d *differ) chosen(address, path string) bool {
	return d.sides.Chosen == nil || d.along[address] || d.sides.Chosen(address, path)
}

// disk is what stands at a path, with the bytes also of a file that was proven
// equal to the wanted one without being read.
func (d *differ) disk(p string) *Disk {
	have, e := d.sides.Disk[p], d.wanted[p]
	if have == nil || e == nil || !have.Same || have.Content != nil {
		return have
	}
	known := *have
	known.Content = e.Content
	return &known
}

// moves finds the objects whose address is wanted at another path. What parts
// the file has go with it.
func (d *differ) moves(byAddress map[string]*held) {
	for p, e := range d.wanted {
		if h := byAddress[e.Address]; h != nil && h.Path != p {
			d.sources[p] = h
			d.left[h.Path] = p
		}
	}
	stay := d.heldParts
	d.heldParts = map[string][]*held{}
	for _, p := range slices.Sorted(maps.Keys(stay)) {
		list := stay[p]
		if d.leaves(p) {
			p = d.left[p]
		}
		d.heldParts[p] = append(d.heldParts[p], list...)
	}
}

// leaves reports whether the file at a path goes to another one.
func (d *differ) leaves(p string) bool { return d.left[p] != "" }

func isPart(kind string) bool { return kind == "file_block" || kind == "file_keys" }

func (d *differ) path(p string) {
	switch {
	case len(d.parts[p]) == 0 && d.wanted[p] != nil && d.wanted[p].Ownership != "user":
		d.swallow(p)
	case len(d.parts[p]) > 0 || len(d.heldParts[p]) > 0:
		d.composite(p)
		return
	}
	if c := d.change(p); c != nil {
		d.decide(c)
	}
}

// swallow forgets the parts of a file that the spec now wants as a whole.
func (d *differ) swallow(p string) {
	for _, h := range d.heldParts[p] {
		if !d.chosen(h.Address, p) || d.sides.Mode == "refresh-only" {
			continue
		}
		state := d.sides.Disk[p].state()
		d.plan.Changes = append(d.plan.Changes, Change{
			Address: h.Address, Path: p, Kind: h.Kind, Actions: []string{"forget"}, Class: classOrphan.String(),
			Because: []string{d.wanted[p].Address + " is the whole file now"}, Before: state, After: state,
		})
		d.next[h.was] = nil
	}
}

// change gathers what is known of the whole file at a path; nil is nothing.
func (d *differ) change(p string) *change {
	e, h, disk := d.wanted[p], d.locked[p], d.disk(p)
	if d.leaves(p) {
		h = nil // its object is elsewhere now
	}
	if e == nil && h == nil {
		return nil
	}
	c := &change{d: d, e: e, disk: disk, at: disk}
	if from := d.sources[p]; from != nil {
		c.moves(from)
	} else if h != nil {
		c.inherit(h)
	}
	c.ends()
	c.out = Change{Path: p, Kind: kindOf(e, c.o)}
	switch {
	case e != nil:
		c.out.Address, c.out.Range = e.Address, e.Range
	default:
		c.out.Address = c.o.Address
	}
	if c.o != nil && c.was != c.out.Address {
		c.out.PreviousAddress = c.was
	}
	c.out.PreviousPath = c.from
	return c
}

func (d *differ) decide(c *change) {
	if !d.chosen(c.out.Address, c.out.Path) {
		return
	}
	k := classify(stand(c.e, c.o, c.disk))
	c.out.Class, c.out.Drift = k.String(), driftKind(c.o, c.e, c.disk)
	if c.blocked() {
		return
	}
	if d.sides.Mode == "refresh-only" {
		if !c.composed(k) {
			c.drifted("none")
		}
		return
	}
	if c.taken() || c.guarded() {
		return
	}
	c.decide(k)
}

// lock computes the lock's transition.
func (d *differ) lock() {
	before := ""
	if d.sides.LockSrc != nil {
		before = Digest(d.sides.LockSrc)
	}
	d.plan.Inputs.Lock = before
	next := *d.sides.Lock
	if len(d.next) > 0 {
		next.Objects = d.objects()
	}
	next.Components = d.pins()
	d.store(next.Objects)
	if len(d.next) == 0 && len(next.Components) == len(d.sides.Lock.Components) {
		return
	}
	src := next.Bytes()
	after := Digest(src)
	if len(next.Objects) == 0 && len(next.Components) == 0 {
		src, after = nil, ""
	}
	if after == before {
		return
	}
	d.plan.Lock = &Transition{Before: before, After: after}
	if src != nil {
		d.plan.Blobs[after] = src
	}
}

// pins are the components of the new lock.
func (d *differ) pins() []lockfile.Component {
	if d.sides.Pins == nil || d.sides.Chosen != nil {
		return d.sides.Lock.Components
	}
	return slices.DeleteFunc(slices.Clone(d.sides.Lock.Components), func(c lockfile.Component) bool { return !d.sides.Pins[c.Address] })
}

// objects is the new lock's list: what stays, then what is new.
func (d *differ) objects() []lockfile.Object {
	out := make([]lockfile.Object, 0, len(d.sides.Lock.Objects)+len(d.next))
	for _, o := range d.sides.Lock.Objects {
		if _, differs := d.next[o.Address]; !differs {
			out = append(out, o)
		}
	}
	for _, o := range d.next {
		if o != nil {
			out = append(out, *o)
		}
	}
	return out
}
