package planner

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/block"
	"github.com/mlops-as-code/mlops/internal/keys"
	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// composite is a file that parts share with the user: each part edits the text in
// turn, and all their changes say how the whole file is before and after.
type composite struct {
	d    *differ
	path string
	disk *Disk
	// file is the change of the user's own file object, if there is one.
	file  *change
	text  []byte
	fresh bool // nothing is there yet
	parts []*partChange
	had   map[string]bool // elements that lists held before their objects came
	// heirs are the objects that go on keeping what another one brought, by the
	// lock's name of it.
	heirs map[string]*heir
}

// partChange is one part's line of the plan in the making.
type partChange struct {
	c    *composite
	part *Part            // nil when it is no longer wanted
	o    *lockfile.Object // nil when it is new
	was  string
	out  Change
	// made are the parents of keys that it had to make.
	made []string
	// next is its stanza in the new lock; drop says that it has none any more.
	next *lockfile.Object
	drop bool
	skip bool
	// asked is what it asks for, where others may ask for the same; maker says that
	// the file goes with it now.
	asked map[lockfile.Input]bool
	maker bool
}

func (d *differ) composite(p string) {
	c := &composite{d: d, path: p, disk: d.sides.Disk[p], file: d.change(p)}
	c.start()
	all := c.gather()
	c.inherit(all)
	for _, x := range all {
		if !d.chosen(x.out.Address, p) {
			continue
		}
		c.parts = append(c.parts, x)
		if !c.sound(x) {
			continue
		}
		before := c.text
		if x.part == nil {
			x.leave()
		} else {
			x.enter()
		}
		x.skip = bytes.Equal(before, c.text) && len(x.out.Actions) == 0
	}
	c.finish()
}

// start finds the text that the parts begin with: the file's, or that of a file
// object that is to be written once.
func (c *composite) start() {
	c.fresh = c.disk.Type == ""
	c.text = c.disk.Content
	if c.file != nil && c.file.from != "" && c.file.disk.Type == "file" {
		c.fresh, c.text = false, c.file.disk.Content
	}
	if c.fresh && c.file != nil && c.file.e != nil && c.file.o == nil {
		c.text = c.file.e.Content
	}
}

// gather pairs the wanted parts with those of the lock; those that go come first,
// so that what replaces them finds the place free.
func (c *composite) gather() []*partChange {
	held := map[string]*held{}
	for _, h := range c.d.heldParts[c.path] {
		held[h.Address] = h
	}
	var out []*partChange
	for _, p := range c.d.parts[c.path] {
		x := &partChange{c: c, part: p, out: Change{Address: p.Address, Path: c.path, Kind: p.Kind, Range: p.Range}}
		if h := held[p.Address]; h != nil {
			x.o, x.was = &h.Object, h.was
			delete(held, p.Address)
		}
		out = append(out, x)
	}
	var gone []*partChange
	for _, h := range c.d.heldParts[c.path] {
		if held[h.Address] != nil {
			gone = append(gone, &partChange{c: c, o: &h.Object, was: h.was, out: Change{Address: h.Address, Path: c.path, Kind: h.Kind}})
		}
	}
	return append(gone, out...)
}

// sound reports whether the file can hold parts at all.
func (c *composite) sound(x *partChange) bool {
	switch {
	case c.disk.Blocked != "" && !c.d.vacated(c.path):
		x.conflict(c.disk.Blocked + ", where a directory is needed; move it away")
	case c.disk.Type != "" && c.disk.Type != "file":
		x.conflict(x.c.disk.inTheWay())
	default:
		return true
	}
	return false
}

func (x *partChange) conflict(message string) {
	x.out.Message = message
	if x.out.Class == "" { // the file could not be looked into
		x.out.Class = classDrift.String()
		if x.o == nil {
			x.out.Class = classNew.String()
		}
	}
	x.out.Actions = []string{"conflict"}
}

func (x *partChange) drifted(kind, will string, names ...string) {
	x.out.Drift = kind
	if x.c.d.sides.Mode == "refresh-only" {
		will = "none"
	}
	x.c.d.plan.Drift = append(x.c.d.plan.Drift, Drift{Address: x.out.Address, Path: x.c.path, Drift: kind, Class: x.out.Class, Will: will, Keys: names})
}

// enter brings a wanted part into the text.
func (x *partChange) enter() {
	if x.o != nil && x.was != x.part.Address {
		x.out.PreviousAddress = x.was
		if x.part.Block != nil {
			x.rename()
		}
	}
	if x.part.Block != nil {
		x.enterBlock()
	} else {
		x.enterKeys()
	}
	if x.out.Actions == nil {
		x.remember()
	}
}

func (x *partChange) rename() {
	if text, err := block.Rename(x.c.text, map[string]string{x.was: x.part.Address}); err == nil {
		x.c.text = text
	}
}

// remember notes the part in the lock, where that differs.
func (x *partChange) remember() {
	next := lockfile.Object{Created: x.c.fresh && x.c.file == nil}
	if x.o != nil {
		next = *x.o
	}
	next.Created = next.Created || x.maker
	next.Address, next.Path, next.Kind, next.PreventDestroy = x.part.Address, x.c.path, x.part.Kind, x.part.PreventDestroy
	if x.o != nil && x.was == next.Address && x.o.Path == x.c.path && x.o.Rendered == x.part.Rendered && x.o.PreventDestroy == next.PreventDestroy && x.o.Created == next.Created && slices.Equal(x.o.Keys, x.keyDigests()) {
		return
	}
	next.Rendered, next.Applied, next.Inputs, next.Keys = x.part.Rendered, "", x.part.Inputs, x.keyDigests()
	x.next = &next
}

func (x *partChange) enterBlock() {
	found, err := region(x.c.text, x.part.Address)
	if err != nil {
		x.conflict(textFault(err))
		return
	}
	have := ""
	if found != nil {
		have = Digest(block.Normal(found.Body))
	}
	k := classify(standing{
		wanted: true, locked: x.o != nil, onDisk: found != nil, diskIsWanted: have == x.part.Rendered,
		diskIsLocked: x.o != nil && have == x.o.Rendered, lockIsWanted: x.o != nil && x.o.Rendered == x.part.Rendered,
	})
	x.out.Class = k.String()
	switch {
	case k == classUnmanaged && !x.c.d.sides.Intent.Imported(x.part.Address):
		x.out.Paste = pasteImport(x.part.Address)
		x.conflict(fmt.Sprintf("line %d: a region with this address is there already and is not in the lock; take it over with the block below, or remove it", found.Line))
		return
	case k == classDeleted:
		x.drifted("deleted", "restore")
	case k == classDrift || k == classBoth:
		x.drifted("modified", "overwrite")
	}
	text, err := block.Put(x.c.text, *x.part.Block)
	if err != nil {
		x.conflict(textFault(err))
		return
	}
	x.c.text = text
	x.because()
}

// because says why the part changes the text.
func (x *partChange) because() {
	switch {
	case x.o == nil:
		x.out.Because = []string{x.part.own() + " is new"}
	case x.out.PreviousAddress != "":
		x.out.Because = []string{x.out.PreviousAddress + " is called " + x.out.Address + " now"}
	case x.o.Rendered != x.part.Rendered:
		x.out.Because = because(&Entry{Address: x.part.Address, Inputs: x.part.Inputs, Range: x.part.Range}, x.o)
	}
	if x.out.Drift != "" {
		x.out.Because = append(x.out.Because, "it was changed outside mlops")
	}
}

func (p *Part) own() string { return own(&Entry{Address: p.Address, Range: p.Range}) }

// region finds a region by its address; nil is none.
func region(text []byte, address string) (*block.Region, error) {
	all, err := block.Find(text)
	for i := range all {
		if all[i].Address == address {
			return &all[i], nil
		}
	}
	return nil, err
}

// leave takes a part out that is no longer wanted, if nobody edited it.
func (x *partChange) leave() {
	removal, said := x.c.d.sides.Intent.Removal(x.o.Address)
	x.out.Because, x.out.Class = []string{x.gone()}, classOrphan.String()
	switch {
	case said && !removal.Destroy:
		x.out.Actions, x.drop = []string{"forget"}, true
		return
	case x.o.PreventDestroy:
		x.conflict(protected)
		return
	case x.o.Kind == "file_keys":
		x.leaveKeys(said)
		return
	}
	found, err := region(x.c.text, x.was)
	if err != nil {
		x.conflict(textFault(err))
		return
	}
	k := classify(standing{locked: true, onDisk: found != nil, diskIsLocked: found != nil && Digest(block.Normal(found.Body)) == x.o.Rendered})
	x.out.Class = k.String()
	switch {
	case k == classGone:
		x.out.Actions, x.drop = []string{"forget"}, true
	case k == classEditedGone && !said:
		x.edited(fmt.Sprintf("the region at line %d", found.Line))
	default:
		if k == classEditedGone {
			x.drifted("modified", "delete") // a removed block says so
		}
		// Find saw no fault, so Remove sees none.
		x.c.text, _ = block.Remove(x.c.text, x.was)
		x.drop = true
	}
}

func (x *partChange) edited(what string) {
	x.drifted("modified", "refuse")
	if x.c.d.partPath(x.o.Address) != "" {
		x.conflict(fmt.Sprintf("%s, but %s was changed outside mlops and stays; undo the change, or remove it yourself", x.gone(), what))
		return
	}
	x.out.Paste = pasteRemoved(x.o.Address)
	x.conflict(fmt.Sprintf("%s, but %s was changed outside mlops and stays; undo the change, or say with the block below to leave it (or with destroy = true to remove it)", x.gone(), what))
}

func (x *partChange) gone() string {
	if x.c.d.sides.Mode == "destroy" {
		return "everything is to be destroyed"
	}
	if to := x.c.d.partPath(x.o.Address); to != "" {
		return x.o.Address + " is in " + to + " now"
	}
	return x.o.Address + " is no longer in the spec"
}

// finish turns what the parts did into changes of the plan.
func (c *composite) finish() {
	d := c.d
	if d.sides.Mode == "refresh-only" {
		return
	}
	before, after := c.states()
	changed := !bytes.Equal(c.text, c.disk.Content) || c.fresh && after != nil
	if c.file != nil {
		c.own(before, after, changed)
	}
	for _, x := range c.parts {
		x.finish(before, after, changed)
	}
}

// states are the whole file before and after. A file that a part had made goes
// with the last of them.
func (c *composite) states() (before, after *State) {
	d := c.d
	if before = c.disk.state(); before != nil && before.Type == "file" {
		d.plan.Blobs[before.Digest] = c.disk.Content
	}
	kept, made := false, false
	for _, x := range c.parts {
		kept = kept || !x.drop
		made = made || x.drop && x.o.Created
	}
	if made && !kept && c.empty() && c.file == nil || c.fresh && c.text == nil {
		return before, nil
	}
	mode := "0644"
	if c.disk.Mode != "" {
		mode = c.disk.Mode
	} else if c.file != nil && c.file.from != "" {
		mode = c.file.disk.Mode
	} else if c.file != nil && c.file.e != nil {
		mode = c.file.e.Mode
	}
	digest := Digest(c.text)
	d.plan.Blobs[digest] = c.text
	return before, &State{Type: "file", Digest: digest, Mode: mode, Size: int64(len(c.text)), Binary: isBinary(c.text)}
}

// empty reports whether nothing but blanks is left, or what keys leave of a file that
// was made for them: a map without members or comments.
func (c *composite) empty() bool {
	rest := strings.Join(strings.Fields(string(c.text)), "")
	return rest == "" || rest == "{}" && !slices.ContainsFunc(c.parts, func(x *partChange) bool { return x.o.Kind != "file_keys" })
}

// own adds the change of the user's file object: it is written once, with the
// parts in it.
func (c *composite) own(before, after *State, changed bool) {
	f := c.file
	if !c.d.chosen(f.out.Address, c.path) {
		return
	}
	k := classify(stand(f.e, f.o, f.disk))
	f.out.Class, f.out.Drift = k.String(), driftKind(f.o, f.e, f.disk)
	if f.taken() {
		return
	}
	if f.e == nil && len(c.d.parts[c.path]) > 0 {
		f.forget(f.gone() + "; the file stays, because parts of it are wanted")
		return
	}
	if k == classNew && after != nil {
		f.out.After = after
		f.add("create", []string{own(f.e) + " is new"})
		f.set(f.object())
		return
	}
	if f.o != nil && f.e != nil {
		f.out.Drift = "" // the parts' own lines say what is theirs
	}
	f.decide(k)
	n := len(c.d.plan.Changes)
	if n == 0 || c.d.plan.Changes[n-1].Address != f.out.Address {
		return
	}
	switch last := &c.d.plan.Changes[n-1]; {
	case last.Actions[0] == "adopt" && changed:
		last.Before, last.After = before, after
	case last.Actions[0] == "move":
		last.After = after
		if last.Previous.Digest != after.Digest {
			last.Actions = []string{"move", "update"}
		}
	}
}

func (x *partChange) finish(before, after *State, changed bool) {
	d := x.c.d
	switch {
	case len(x.out.Actions) > 0 && x.out.Actions[0] == "conflict":
		x.out.Before, x.out.After = before, after
		d.plan.Changes = append(d.plan.Changes, x.out)
		return
	case x.skip && x.next == nil && !x.drop:
		return
	case len(x.out.Actions) > 0:
		x.out.Before, x.out.After = before, before
	case x.skip || !changed:
		x.out.Actions = []string{"adopt"}
		x.out.Before, x.out.After = before, after
		if x.out.Because == nil || x.o == nil {
			x.out.Because = []string{"the file has it already"}
		}
	default:
		x.out.Before, x.out.After = before, after
		x.out.Actions = []string{"update"}
		if before == nil {
			x.out.Actions = []string{"create"}
		} else if after == nil {
			x.out.Actions = []string{"delete"}
		}
	}
	d.plan.Changes = append(d.plan.Changes, x.out)
	x.lock()
}

func (x *partChange) lock() {
	d := x.c.d
	if _, elsewhere := d.next[x.was]; x.drop && !elsewhere {
		d.next[x.was] = nil // else another file has it now
	}
	if x.next != nil {
		if x.was != "" && x.was != x.next.Address {
			d.next[x.was] = nil
		}
		d.next[x.next.Address] = x.next
	}
}

// keyName is how the lock calls one thing that a file_keys object keeps.
func keyName(op keys.Op, key keys.Key, elem any) string {
	switch op {
	case keys.Append:
		return "append " + key.String() + " " + string(keys.Canonical(elem))
	case keys.Unset:
		return "unset " + key.String()
	default:
		return "set " + key.String()
	}
}

func shortDigest(v any) string { return strings.TrimPrefix(Digest(keys.Canonical(v)), "sha256:")[:16] }
