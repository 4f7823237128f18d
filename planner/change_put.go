package planner

import (
	"fmt"
	"slices"

	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// resync carries attributes of the lock that need no byte to change, and moves
// the file where it has another path.
func (c *change) resync() {
	if c.e == nil || c.o == nil {
		return
	}
	next := *c.o
	next.Address, next.Kind, next.Ownership, next.PreventDestroy = c.e.Address, c.e.Kind, c.e.Ownership, c.e.PreventDestroy
	next.Path = c.out.Path
	keys := c.e.Sections != nil && len(c.o.Keys) > 0 && !slices.Equal(c.o.Keys, sectionKeys(c.e.Sections))
	if keys {
		next.Keys = sectionKeys(c.e.Sections) // who owns them, maybe
	}
	if c.shared() {
		next.Mode = c.e.Mode // also of one that stays deleted
	}
	if c.from != "" && c.disk.Type == "file" {
		c.put(c.disk.Content, c.disk.Mode, nil)
		c.set(next)
		return
	}
	if keys || c.was != next.Address || next.Path != c.o.Path || next.Mode != c.o.Mode || next.Kind != c.o.Kind || next.Ownership != c.o.Ownership || next.PreventDestroy != c.o.PreventDestroy {
		c.out.Before, c.out.After = c.at.state(), c.at.state()
		c.out.PreviousPath = ""
		c.add("adopt", []string{c.renamed()})
		c.set(next)
	}
}

func (c *change) renamed() string {
	if c.out.PreviousAddress != "" {
		return c.out.PreviousAddress + " is called " + c.out.Address + " now"
	}
	return own(c.e) + " was edited"
}

func (c *change) add(action string, why []string) {
	c.out.Actions = append([]string{action}, c.out.Actions...)
	c.out.Because = append(c.out.Because, why...)
	c.d.plan.Changes = append(c.d.plan.Changes, c.out)
}

func (c *change) conflict(message string) {
	c.out.Before = c.at.state()
	if c.e != nil {
		c.out.After = c.after(c.e.Content, c.e.Mode)
	}
	c.out.Message = message
	c.add("conflict", nil)
}

// after is a new state; its bytes go into the plan.
func (c *change) after(content []byte, mode string) *State {
	digest := c.digest(content)
	c.d.plan.Blobs[digest] = content
	return &State{Type: "file", Digest: digest, Mode: mode, Size: int64(len(content)), Binary: isBinary(content)}
}

func (c *change) digest(content []byte) string {
	if c.e != nil && len(content) == len(c.e.Content) && (len(content) == 0 || &content[0] == &c.e.Content[0]) {
		return c.e.Digest
	}
	return Digest(content)
}

// before is a state on disk; text goes into the plan for the diff.
func (c *change) before(d *Disk) *State {
	s := d.state()
	if s != nil && !s.Binary && s.Digest != "" {
		c.d.plan.Blobs[s.Digest] = d.Content
	}
	return s
}

// write puts the wanted bytes, or those merged with them, at the path and notes
// the object in the lock.
func (c *change) write(content []byte, why []string) {
	if c.at.Twin != "" {
		c.out.Message = fmt.Sprintf("%s is there already, and systems that ignore case take the two for one file; rename one of them", c.at.Twin)
		c.out.After = c.after(c.e.Content, c.e.Mode)
		c.add("conflict", nil)
		return
	}
	c.put(content, c.e.Mode, why)
	next := c.object()
	if d := RenderedDigest(content); d != next.Rendered {
		next.Applied = d
	}
	c.set(next)
}

// put is the action that makes the path hold these bytes.
func (c *change) put(content []byte, mode string, why []string) {
	c.out.Before, c.out.After = c.before(c.at), c.after(content, mode)
	action := "update"
	if c.out.Before == nil {
		action = "create"
	}
	if c.from != "" {
		c.out.Previous = c.before(c.disk)
		if c.out.Previous == nil || c.out.Previous.Digest != c.out.After.Digest || c.out.Previous.Mode != mode {
			c.out.Actions = []string{"update"}
		}
		action = "move"
		why = append([]string{c.renamed()}, why...)
	}
	c.add(action, why)
}

// remove deletes a file that holds no edit, or one that a removed block gives up.
func (c *change) remove() {
	removal, said := c.d.sides.Intent.Removal(c.o.Address)
	switch {
	case said && !removal.Destroy:
		c.forget(c.gone() + ", and its removed block says to leave the file")
		return
	case c.o.PreventDestroy:
		c.conflict(protected)
		return
	}
	c.out.Before = c.before(c.disk)
	c.add("delete", []string{c.gone()})
	c.drop()
}

func (c *change) gone() string {
	if c.d.sides.Mode == "destroy" {
		return "everything is to be destroyed"
	}
	return c.o.Address + " is no longer in the spec"
}

// edited refuses to delete a file with somebody's edits, unless a removed block
// says what becomes of it.
func (c *change) edited() {
	if removal, said := c.d.sides.Intent.Removal(c.o.Address); said {
		if removal.Destroy {
			c.drifted("delete")
		} else {
			c.drifted("keep")
		}
		c.remove()
		return
	}
	c.drifted("refuse")
	c.out.Paste = pasteRemoved(c.o.Address)
	also := ""
	if c.d.sides.Mode != "destroy" {
		also = "carry it to another address with a moved block, "
	}
	c.conflict(fmt.Sprintf("%s, but the file was changed outside mlops and is not deleted; delete it yourself, undo the change, %sor say with the block below to leave it (or with destroy = true to delete it)", c.gone(), also))
}

func (c *change) forget(why string) {
	if c.disk.Type != "directory" {
		c.out.Before = c.disk.state()
	}
	if c.out.Before != nil && c.o.Ownership == "user" {
		why += "; the file is the user's and stays"
	}
	c.add("forget", []string{why})
	c.drop()
}

// drifted lists a difference from the last apply and what becomes of it.
func (c *change) drifted(will string) {
	if c.out.Drift == "" {
		return
	}
	if c.e != nil && c.e.Ownership == "user" {
		will = "keep"
	}
	path := c.out.Path
	if c.from != "" {
		path = c.from
	}
	c.d.plan.Drift = append(c.d.plan.Drift, Drift{Address: c.out.Address, Path: path, Drift: c.out.Drift, Class: c.out.Class, Will: will})
}

// object is the lock's stanza for the wanted entry.
func (c *change) object() lockfile.Object {
	o := lockfile.Object{}
	if c.o != nil {
		o = *c.o
	}
	o.Address, o.Path, o.Kind, o.Mode, o.Ownership = c.e.Address, c.out.Path, c.e.Kind, c.e.Mode, c.e.Ownership
	o.Rendered, o.Applied, o.PreventDestroy, o.Inputs = c.e.Rendered, "", c.e.PreventDestroy, c.e.Inputs
	o.Extra = slices.Clip(o.Extra)
	if c.e.Sections != nil {
		o.Keys = sectionKeys(c.e.Sections)
	}
	return o
}

// set puts a stanza into the new lock in place of the one the object had.
func (c *change) set(o lockfile.Object) {
	if c.was != "" && c.was != o.Address {
		c.d.next[c.was] = nil
	}
	// Of an object that is no longer wanted, whose path this one takes.
	if h := c.d.locked[o.Path]; h != nil && !c.d.leaves(o.Path) && h.was != o.Address {
		c.d.next[h.was] = nil
	}
	c.d.next[o.Address] = &o
}

func (c *change) drop() { c.d.next[c.was] = nil }
