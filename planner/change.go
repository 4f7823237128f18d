package planner

import (
	"bytes"
	"fmt"

	"github.com/mlops-as-code/mlops/internal/lockfile"
)

func kindOf(e *Entry, o *lockfile.Object) string {
	if e != nil {
		return e.Kind
	}
	return o.Kind
}

// change is one whole file's line of the plan in the making.
type change struct {
	d *differ
	e *Entry
	o *lockfile.Object
	// was is what the lock calls the object.
	was string
	// disk is the user's copy, at is what stands at the path; they differ while
	// the file still stands where it comes from.
	disk, at *Disk
	from     string
	out      Change
}

// moves makes the change one of an object that comes from another path. A file
// that the user has moved already is at its place, and one that was deleted comes
// from nowhere.
func (c *change) moves(h *held) {
	c.o, c.was = &h.Object, h.was
	old := c.d.disk(h.Path)
	if old == nil || old.Type == "" {
		return
	}
	c.from = h.Path
	copied := *old
	copied.Same = old.Type == "file" && (old.Same && c.d.wanted[h.Path] == nil || bytes.Equal(old.Content, c.e.Content))
	c.disk = &copied
}

// inherit takes over the stanza that the lock has for the path. One of another
// object counts only where the bytes are mlops's: what its owner made of the file
// stands in the way of a new one.
func (c *change) inherit(h *held) {
	if c.e != nil && h.Address != c.e.Address {
		removal, said := c.d.sides.Intent.Removal(h.Address)
		edited := c.disk.Type == "file" && !c.disk.Same && c.disk.rendered(nil) != h.Rendered
		if said && !removal.Destroy || h.Ownership != "spec" && edited {
			return
		}
	}
	c.o, c.was = &h.Object, h.was
}

// guarded refuses to give the file of a protected object to another that does not
// protect it, or that is planned without it.
func (c *change) guarded() bool {
	h := c.d.locked[c.out.Path]
	if c.e == nil || h == nil || c.d.leaves(c.out.Path) || h.Address == c.e.Address {
		return false
	}
	removal, said := c.d.sides.Intent.Removal(h.Address)
	switch {
	case h.PreventDestroy && !c.e.PreventDestroy && (!said || removal.Destroy):
		c.conflict(fmt.Sprintf("belongs to %s, for which prevent_destroy is set; put its block back, set prevent_destroy = false, apply, and only then replace it", h.Address))
	case !c.d.chosen(h.Address, c.out.Path):
		c.conflict(fmt.Sprintf("belongs to %s, which this plan leaves out; plan both together", h.Address))
	default:
		return false
	}
	return true
}

// taken reports a path that is not free for what is to be written there.
func (c *change) taken() bool {
	if c.from != "" && c.disk.Type != "" && c.disk.Type != "file" {
		c.drifted("refuse")
		c.conflict(fmt.Sprintf("%s was %s, so it cannot be moved here; delete that, or put the file back", c.from, driftWords[c.disk.Type]))
		return true
	}
	switch {
	case c.at.Type == "":
		return false
	case c.d.leaves(c.out.Path):
		return c.crowded()
	case c.from == "":
		return false
	}
	if h := c.d.locked[c.out.Path]; h != nil && classify(stand(nil, &h.Object, c.at)) == classOrphan {
		return false // ours, and no longer wanted
	}
	if c.at.Type == "file" && (c.at.Same || bytes.Equal(c.at.Content, c.outcome())) {
		return false // an apply that was killed had got this far
	}
	c.conflict(fmt.Sprintf("is to be moved here from %s, and something is there already; move it away", c.from))
	return true
}

// crowded reports a path whose file is to leave it with edits in the same plan:
// killed half-way, an apply could not tell any more whose bytes stand where.
func (c *change) crowded() bool {
	to := c.d.left[c.out.Path]
	leaver := c.d.wanted[to]
	if c.e == nil || leaver.Ownership == "spec" {
		return false
	}
	c.conflict(fmt.Sprintf("%s leaves this path for %s and may hold edits; make that move first, with `mlops apply --target '%s'`, and where files change places, by way of a third path",
		leaver.Address, to, leaver.Address))
	return true
}

// outcome is what a move will write, nil when that is not clear.
func (c *change) outcome() []byte {
	k := classify(stand(c.e, c.o, c.disk))
	switch {
	case c.disk.Type != "file":
		return nil
	case c.e.Ownership == "user", c.shared() && (k == classDrift || k == classSynced):
		return c.disk.Content
	case c.shared() && k == classBoth:
		res, err := c.threeWay()
		if err != nil {
			return nil
		}
		return res.Text
	}
	return c.e.Content
}

// blocked reports paths that cannot be reached without leaving the policy.
func (c *change) blocked() bool {
	if c.at.Blocked == "" || (c.e == nil && c.o == nil) {
		return false
	}
	if c.d.vacated(c.out.Path) {
		return false
	}
	if c.o != nil {
		c.out.Drift = "deleted"
		c.drifted("refuse")
	}
	if c.d.sides.Mode != "refresh-only" {
		c.conflict(fmt.Sprintf("%s, where a directory is needed; move it away. mlops writes through real directories only", c.at.Blocked))
	}
	return true
}

// vacated reports whether the file in the way of a path is one of ours that this
// very plan removes.
func (d *differ) vacated(p string) bool {
	for i, r := range p {
		if r != '/' {
			continue
		}
		parent := p[:i]
		h, disk := d.locked[parent], d.sides.Disk[parent]
		if h != nil && d.wanted[parent] == nil && disk != nil && (d.leaves(parent) || classify(stand(nil, &h.Object, disk)) == classOrphan) {
			return true
		}
	}
	return false
}

func (c *change) shared() bool { return c.e != nil && c.e.Ownership == "shared" }

func (c *change) decide(k class) {
	if c.composed(k) || c.resolved(k) || c.shared() && c.decideShared(k) {
		return
	}
	switch k {
	case classNone, classSynced:
		c.resync()
	case classNew:
		c.write(c.e.Content, []string{own(c.e) + " is new"})
	case classThere, classConverged:
		c.adopt()
	case classUnmanaged:
		c.unmanaged()
	case classDeleted:
		c.drifted("restore")
		c.write(c.e.Content, []string{"it was deleted outside mlops"})
	case classPending, classDrift, classBoth:
		c.update(k)
	case classOrphan:
		c.remove()
	case classEditedGone:
		c.edited()
	case classGone, classReleased:
		c.forget(c.gone())
	case classKept:
		c.drifted("keep")
		c.resync()
	}
}

func (c *change) update(k class) {
	if c.out.Drift == "directory" && !c.emptied() || c.out.Drift == "other" || c.out.Drift == "symlink" && c.shared() {
		c.drifted("refuse")
		where := ""
		if c.from != "" {
			where = c.from + " was "
		}
		c.conflict(where + driftWords[c.out.Drift] + ", which mlops does not remove; move it away and plan again")
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
	c.write(c.e.Content, why)
}

func (c *change) unmanaged() {
	switch {
	case c.disk.Type == "file" && c.d.sides.Intent.Imported(c.e.Address):
		c.write(c.e.Content, []string{"it is imported, and what is there differs"})
	case c.disk.Type == "file":
		c.out.Before = c.before(c.disk)
		c.out.Paste = pasteImport(c.e.Address)
		takes := "spec"
		if c.shared() {
			takes = "spec|mine|both|edit"
		}
		c.conflict("is there already and was not written by mlops, which never overwrites it; move it away, make its bytes those of the spec, settle it with " + c.resolveCommand(takes) + ", or take it over with the block below")
	case c.emptied():
		c.write(c.e.Content, []string{own(c.e) + " is new, and the directory in its place is left empty"})
	default:
		c.conflict(c.disk.inTheWay())
	}
}

// emptied reports whether the directory at the path holds nothing but what this
// plan takes away: git would not know it.
func (c *change) emptied() bool {
	if c.at.Type != "directory" || c.from != "" {
		return false
	}
	for _, p := range c.at.Inside {
		h, disk := c.d.locked[p], c.d.sides.Disk[p]
		leaves := c.d.leaves(p) || h != nil && disk != nil && classify(stand(nil, &h.Object, disk)) == classOrphan && !h.PreventDestroy
		if c.d.wanted[p] != nil || !leaves || !c.d.chosen(addressOf(h), p) {
			return false
		}
	}
	return true
}

func addressOf(h *held) string {
	if h == nil {
		return ""
	}
	return h.Address
}

// adopt records what is on disk already.
func (c *change) adopt() {
	if c.from != "" {
		c.put(c.disk.Content, c.disk.Mode, nil)
		c.set(c.object())
		return
	}
	c.out.Before, c.out.After = c.disk.state(), c.disk.state()
	if c.disk.Same {
		c.out.Before, c.out.After = c.same(), c.same()
	}
	why := "its bytes are those of the spec already"
	if c.e.Ownership == "user" && !c.disk.Same {
		why = "it is there already and stays as it is, because ownership is user"
	}
	c.add("adopt", []string{why})
	c.set(c.object())
}

// same is the state of a file that was proven equal to the wanted one.
func (c *change) same() *State {
	if c.disk.Content != nil || len(c.e.Content) == 0 {
		return c.disk.state()
	}
	return &State{Type: "file", Digest: c.e.Digest, Mode: c.disk.Mode, Size: int64(len(c.e.Content)), Binary: isBinary(c.e.Content)}
}
