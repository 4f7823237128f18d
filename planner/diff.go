package planner

import (
	"fmt"
	"maps"
	"slices"

	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// LockPath is where the lock lies, relative to the project root.
const LockPath = "mlops.lock.json"

// Sides is everything Diff compares.
type Sides struct {
	// Mode is "apply", "destroy" or "refresh-only".
	Mode    string
	Tree    *Tree
	Disk    map[string]*Disk
	Lock    *lockfile.Lock
	LockSrc []byte // the lock's bytes; nil when there is no lock file
	// Chosen, if set, limits the plan to some objects.
	Chosen func(address, path string) bool
}

// Diff computes changes, drift, the new lock and the summary. It is pure: the
// same sides give the same plan, byte for byte.
func Diff(s Sides) *Plan {
	d := &differ{sides: s, plan: &Plan{
		FormatVersion: FormatVersion, Mode: s.Mode,
		Changes: []Change{}, Drift: []Drift{}, Leftover: []FileRef{}, Checks: []Check{}, Diagnostics: []Diagnostic{},
		Blobs: map[string][]byte{},
	}, locked: map[string]*lockfile.Object{}, next: map[string]*lockfile.Object{}}
	for i := range s.Lock.Objects {
		o := &s.Lock.Objects[i]
		d.locked[o.Path] = o
	}
	d.wanted = map[string]*Entry{}
	for i := range s.Tree.Entries {
		d.wanted[string(s.Tree.Entries[i].Path)] = &s.Tree.Entries[i]
	}
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
	locked map[string]*lockfile.Object
	wanted map[string]*Entry
	// next are the stanzas of the new lock that differ, by path; nil is gone.
	next map[string]*lockfile.Object
}

func (d *differ) path(p string) {
	e, o, disk := d.wanted[p], d.locked[p], d.sides.Disk[p]
	address := ""
	if e != nil {
		address = e.Address
	} else if o != nil {
		address = o.Address
	}
	if d.sides.Chosen != nil && !d.sides.Chosen(address, p) {
		return
	}
	c := &change{d: d, e: e, o: o, disk: disk, out: Change{Address: address, Path: p, Kind: kindOf(e, o)}}
	if e != nil {
		c.out.Range = e.Range
	}
	c.out.Drift = driftKind(o, e, disk)
	if c.blocked() {
		return
	}
	if d.sides.Mode == "refresh-only" {
		c.drifted("none")
		return
	}
	c.decide(classify(stand(e, o, disk)))
}

func kindOf(e *Entry, o *lockfile.Object) string {
	if e != nil {
		return e.Kind
	}
	return o.Kind
}

// change is one path's line of the plan in the making.
type change struct {
	d    *differ
	e    *Entry
	o    *lockfile.Object
	disk *Disk
	out  Change
}

// blocked reports paths that cannot be reached without leaving the policy.
func (c *change) blocked() bool {
	if c.disk.Blocked == "" || (c.e == nil && c.o == nil) {
		return false
	}
	if c.vacated() {
		return false
	}
	if c.o != nil {
		c.out.Drift = "deleted"
		c.drifted("refuse")
	}
	if c.d.sides.Mode != "refresh-only" {
		c.conflict(fmt.Sprintf("%s, where a directory is needed; move it away. mlops writes through real directories only", c.disk.Blocked))
	}
	return true
}

// vacated reports whether the file in the way is one of ours that this very
// plan removes.
func (c *change) vacated() bool {
	for i, r := range c.out.Path {
		if r != '/' {
			continue
		}
		parent := c.out.Path[:i]
		o, disk := c.d.locked[parent], c.d.sides.Disk[parent]
		if o != nil && c.d.wanted[parent] == nil && disk != nil && classify(stand(nil, o, disk)) == classOrphan {
			return true
		}
	}
	return false
}

func (c *change) decide(k class) {
	switch k {
	case classNone, classSynced:
		c.resync()
	case classNew:
		c.create([]string{own(c.e) + " is new"})
	case classThere, classConverged:
		c.adopt()
	case classUnmanaged:
		c.unmanaged()
	case classDeleted:
		c.drifted("restore")
		c.create([]string{"it was deleted outside mlops"})
	case classPending, classDrift, classBoth:
		c.update(k)
	case classOrphan:
		c.remove()
	case classEditedGone:
		c.drifted("refuse")
		c.conflict(c.edited())
	case classGone, classReleased:
		c.forget()
	case classKept:
		c.drifted("keep")
		c.resync()
	}
}

// resync carries attributes of the lock that need no file to change.
func (c *change) resync() {
	if c.e == nil || c.o == nil {
		return
	}
	next := *c.o
	next.Address, next.Kind, next.Ownership, next.PreventDestroy = c.e.Address, c.e.Kind, c.e.Ownership, c.e.PreventDestroy
	if next.Address != c.o.Address || next.Kind != c.o.Kind || next.Ownership != c.o.Ownership || next.PreventDestroy != c.o.PreventDestroy {
		c.out.Before, c.out.After = c.disk.state(), c.disk.state()
		c.add("adopt", []string{own(c.e) + " was edited"})
		c.d.set(next)
	}
}

func (c *change) add(action string, why []string) {
	c.out.Actions, c.out.Because = []string{action}, why
	c.d.plan.Changes = append(c.d.plan.Changes, c.out)
}

func (c *change) conflict(message string) {
	c.out.Before = c.disk.state()
	if c.e != nil {
		c.out.After = c.after()
	}
	c.out.Message = message
	c.add("conflict", nil)
}

// after is the wanted state; its bytes go into the plan.
func (c *change) after() *State {
	c.d.plan.Blobs[c.e.Digest] = c.e.Content
	return &State{Type: "file", Digest: c.e.Digest, Mode: c.e.Mode, Size: int64(len(c.e.Content)), Binary: isBinary(c.e.Content)}
}

// before is the state on disk; text goes into the plan for the diff.
func (c *change) before() *State {
	s := c.disk.state()
	if s != nil && !s.Binary && s.Digest != "" {
		c.d.plan.Blobs[s.Digest] = c.disk.Content
	}
	return s
}

func (c *change) create(why []string) {
	if c.disk.Twin != "" {
		c.out.Message = fmt.Sprintf("%s is there already, and systems that ignore case take the two for one file; rename one of them", c.disk.Twin)
		c.out.After = c.after()
		c.add("conflict", nil)
		return
	}
	c.out.After = c.after()
	c.add("create", why)
	c.d.set(c.object())
}

func (c *change) update(k class) {
	if c.out.Drift == "directory" || c.out.Drift == "other" {
		c.drifted("refuse")
		c.conflict(driftWords[c.out.Drift] + ", which mlops does not remove; move it away and plan again")
		return
	}
	var why []string
	if k != classDrift {
		why = because(c.e, c.o)
	}
	if c.out.Drift != "" {
		c.drifted("overwrite")
		why = append(why, "it was changed outside mlops")
	}
	c.out.Before, c.out.After = c.before(), c.after()
	c.add("update", why)
	c.d.set(c.object())
}

func (c *change) unmanaged() {
	switch c.disk.Type {
	case "file":
		c.out.Before = c.before()
		c.conflict("is there already and was not written by mlops, which never overwrites it; move it away, or make its bytes those of the spec")
	default:
		c.conflict(fmt.Sprintf("%s stands in the way; move it away", map[string]string{"directory": "a directory", "symlink": "a symbolic link"}[c.disk.Type]))
	}
}

func (c *change) adopt() {
	c.out.Before, c.out.After = c.disk.state(), c.disk.state()
	if c.disk.Same {
		c.out.Before, c.out.After = c.same(), c.same()
	}
	c.add("adopt", []string{"its bytes are those of the spec already"})
	next := c.object()
	if c.e.Ownership == "user" && !c.disk.Same {
		c.d.plan.Changes[len(c.d.plan.Changes)-1].Because = []string{"it is there already and stays as it is, because ownership is user"}
	}
	c.d.set(next)
}

// same is the state of a file that was proven equal to the wanted one.
func (c *change) same() *State {
	if c.disk.Content != nil || len(c.e.Content) == 0 {
		return c.disk.state()
	}
	return &State{Type: "file", Digest: c.e.Digest, Mode: c.disk.Mode, Size: int64(len(c.e.Content)), Binary: isBinary(c.e.Content)}
}

func (c *change) remove() {
	if c.o.PreventDestroy {
		c.conflict("prevent_destroy is set for it; put its block back, set prevent_destroy = false, apply, and only then remove the block")
		return
	}
	c.out.Before = c.before()
	c.add("delete", []string{c.gone()})
	c.d.next[c.out.Path] = nil
}

func (c *change) gone() string {
	if c.d.sides.Mode == "destroy" {
		return "everything is to be destroyed"
	}
	return c.o.Address + " is no longer in the spec"
}

func (c *change) edited() string {
	return fmt.Sprintf("%s, but the file was changed outside mlops and is not deleted; delete it yourself, or undo the change and plan again", c.gone())
}

func (c *change) forget() {
	why := c.gone()
	if c.disk.Type != "directory" {
		c.out.Before = c.disk.state()
	}
	if c.out.Before != nil {
		why += "; the file is the user's and stays"
	}
	c.add("forget", []string{why})
	c.d.next[c.out.Path] = nil
}

// drifted lists a difference from the last apply and what becomes of it.
func (c *change) drifted(will string) {
	if c.out.Drift == "" {
		return
	}
	if c.e != nil && c.e.Ownership == "user" {
		will = "keep"
	}
	c.d.plan.Drift = append(c.d.plan.Drift, Drift{Address: c.out.Address, Path: c.out.Path, Drift: c.out.Drift, Will: will})
}

// object is the lock's stanza for the wanted entry.
func (c *change) object() lockfile.Object {
	o := lockfile.Object{}
	if c.o != nil {
		o = *c.o
	}
	o.Address, o.Path, o.Kind, o.Mode, o.Ownership = c.e.Address, c.out.Path, c.e.Kind, c.e.Mode, c.e.Ownership
	o.Rendered, o.Applied, o.PreventDestroy, o.Inputs = c.e.Rendered, "", c.e.PreventDestroy, c.e.Inputs
	return o
}

func (d *differ) set(o lockfile.Object) {
	d.next[o.Path] = &o
}

// lock computes the lock's transition.
func (d *differ) lock() {
	before := ""
	if d.sides.LockSrc != nil {
		before = Digest(d.sides.LockSrc)
	}
	d.plan.Inputs.Lock = before
	if len(d.next) == 0 {
		return
	}
	next := *d.sides.Lock
	next.Objects = d.objects()
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

// objects is the new lock's list: what stays, then what is new.
func (d *differ) objects() []lockfile.Object {
	out := make([]lockfile.Object, 0, len(d.sides.Lock.Objects)+len(d.next))
	for _, o := range d.sides.Lock.Objects {
		if _, differs := d.next[o.Path]; !differs {
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
