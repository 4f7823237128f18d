package planner

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// class is how one path stands between lock, disk and spec.
type class byte

const (
	classNone       class = iota // nothing there, nothing wanted
	classSynced                  // all three agree
	classNew                     // wanted, never written, nothing there
	classThere                   // wanted, never written, and the bytes are there already
	classUnmanaged               // wanted, never written, something else is there
	classPending                 // the spec wants something new, the disk is as last applied
	classDrift                   // the disk was changed, the spec was not
	classBoth                    // both were
	classConverged               // both were, to the same bytes
	classDeleted                 // wanted, written once, gone from the disk
	classOrphan                  // no longer wanted, the disk is as last applied
	classEditedGone              // no longer wanted, the disk was changed
	classGone                    // no longer wanted, gone from the disk
	classKept                    // owned by the user since it was written
	classReleased                // owned by the user, no longer wanted
)

// Class is one row of the classification as people read it: the same word in the
// plan's text and JSON and in the docs.
type Class struct {
	Word, Meaning string
	// Spec, Shared and User say what a plan does, by ownership.
	Spec, Shared, User string
}

var classes = []Class{
	classNew:        {"never", "wanted, never written, and nothing is there", "create", "create", "create"},
	classThere:      {"already there", "wanted, never written, and the bytes are there already", "record", "record", "record"},
	classUnmanaged:  {"unmanaged in the way", "wanted, never written, and something else is there", "conflict; replace with an `import` block", "conflict; keep the text with an `import` block", "record, whatever it is"},
	classSynced:     {"synced", "spec, lock and disk agree", "nothing", "nothing", "nothing"},
	classPending:    {"pending", "the spec wants something new, the disk is as last applied", "update", "update", "nothing"},
	classDrift:      {"drift", "the disk was changed, the spec was not", "update, listed as drift", "keep", "keep"},
	classBoth:       {"both", "the disk and the spec were changed", "update, listed as drift", "merge, or conflict", "keep"},
	classConverged:  {"converged", "both were changed, to the same bytes", "record", "record", "keep"},
	classDeleted:    {"deleted", "wanted, written once, gone from the disk", "create, listed as drift", "keep; conflict when the spec changed too", "keep"},
	classOrphan:     {"orphan", "no longer wanted, the disk is as last applied", "delete", "delete", "forget"},
	classEditedGone: {"edited orphan", "no longer wanted, the disk was changed", "conflict; a `removed` block decides", "conflict; a `removed` block decides", "forget"},
	classGone:       {"gone", "no longer wanted, gone from the disk", "forget", "forget", "forget"},
	classKept:       {"kept", "the user's since it was written", "", "", "nothing"},
	classReleased:   {"released", "the user's, and no longer wanted", "", "", "forget"},
	classNone:       {"none", "neither wanted nor ever written", "nothing", "nothing", "nothing"},
}

// Classes is the table of all rows.
func Classes() []Class { return slices.Clone(classes) }

func (k class) String() string { return classes[k].Word }

// standing is what classification looks at; it knows no bytes, only which agree.
type standing struct {
	wanted, locked, onDisk bool
	user                   bool // ownership
	diskIsWanted           bool // bytes, mode and type
	diskIsLocked           bool
	lockIsWanted           bool // rendered digest and mode
}

// classify is the whole table, as one pure function.
func classify(s standing) class {
	switch {
	case !s.wanted && !s.locked:
		return classNone
	case !s.locked:
		return classifyNew(s)
	case !s.wanted:
		return classifyOrphan(s)
	case s.user:
		return classKept
	case !s.onDisk:
		return classDeleted
	case s.diskIsWanted && s.lockIsWanted:
		return classSynced
	case s.diskIsWanted:
		return classConverged
	case s.lockIsWanted:
		return classDrift
	case s.diskIsLocked:
		return classPending
	default:
		return classBoth
	}
}

func classifyNew(s standing) class {
	switch {
	case !s.onDisk:
		return classNew
	case s.diskIsWanted || s.user:
		return classThere
	default:
		return classUnmanaged
	}
}

func classifyOrphan(s standing) class {
	switch {
	case !s.onDisk:
		return classGone
	case s.user:
		return classReleased
	case s.diskIsLocked:
		return classOrphan
	default:
		return classEditedGone
	}
}

// stand compares one path's three sides.
func stand(e *Entry, o *lockfile.Object, d *Disk) standing {
	s := standing{wanted: e != nil, locked: o != nil, onDisk: d.Type != ""}
	if e == nil && d.Type == "directory" {
		// The file is gone; what is there now is none of ours and stays.
		s.onDisk = false
	}
	owner := ""
	if e != nil {
		owner = e.Ownership
		s.diskIsWanted = d.Type == "file" && d.Same && d.Mode == e.Mode
	} else if o != nil {
		owner = o.Ownership
	}
	s.user = owner == "user"
	if o != nil && d.Type == "file" {
		// A mode is no byte of the user's: it is drift, but it protects nothing. What
		// was applied does, where edits were merged into what was rendered.
		s.diskIsLocked = d.rendered(e) == o.Rendered && !d.otherEnds
	}
	if e != nil && o != nil {
		s.lockIsWanted = o.Rendered == e.Rendered && o.Mode == e.Mode
	}
	return s
}

// applied is the digest of what the disk holds when nobody touched it since: what
// was last written, edits included where they may stay.
func applied(o *lockfile.Object, e *Entry) string {
	if o.Applied == "" || e != nil && e.Ownership == "spec" {
		return o.Rendered
	}
	return o.Applied
}

// rendered is the lock's digest of what stands on disk.
func (d *Disk) rendered(e *Entry) string {
	if d.Same && e != nil {
		return e.Rendered
	}
	return RenderedDigest(d.Content)
}

// driftKind names how the disk differs from what was last applied; "" if not.
func driftKind(o *lockfile.Object, e *Entry, d *Disk) string {
	switch {
	case o == nil:
		return ""
	case d.Type == "":
		return "deleted"
	case d.Type != "file":
		return d.Type
	case d.rendered(e) != applied(o, e):
		return "modified"
	case d.Mode != o.Mode:
		return "mode"
	case d.otherEnds, e != nil && e.Ownership != "shared" && !d.Same && o.Rendered == e.Rendered:
		return "modified" // only line endings differ, and git would store them
	default:
		return ""
	}
}

// because names the inputs that made an entry differ from what was last
// rendered; own says where the entry itself stands.
func because(e *Entry, o *lockfile.Object) []string {
	old := map[string]string{}
	for _, in := range o.Inputs {
		old[in.Name] = in.Digest
	}
	var leaves, between []string
	for _, in := range e.Inputs {
		before, had := old[in.Name]
		delete(old, in.Name)
		if had && before == in.Digest {
			continue
		}
		verb := " changed"
		if !had {
			verb = " is used now"
		}
		if derived(in.Name) {
			between = append(between, in.Name+verb)
		} else {
			leaves = append(leaves, in.Name+verb)
		}
	}
	for _, in := range o.Inputs {
		if _, gone := old[in.Name]; gone && strings.HasPrefix(in.Name, "component.") {
			between = append(between, in.Name+" is used no more")
		}
	}
	if len(leaves) > 0 {
		return leaves
	}
	if len(between) > 0 {
		return between
	}
	return []string{own(e) + " was edited"}
}

// derived reports whether an input follows from others, which say more: so do the
// outputs and the sections of a component.
func derived(name string) bool {
	for strings.HasPrefix(name, "component.") {
		_, inner, found := strings.Cut(afterKey(name[len("component."):]), ".")
		if !found || inner == "readme" {
			return true
		}
		name = inner
	}
	for _, prefix := range []string{"local.", "each.", "file.", "file[", "file_", "directory"} {
		if len(name) >= len(prefix) && name[:len(prefix)] == prefix {
			return true
		}
	}
	return name == "local" || name == "project"
}

// afterKey is what follows the key of an instance; without one, the address itself.
func afterKey(address string) string {
	name := strings.IndexAny(address, ".[")
	if name < 0 || address[name] == '.' {
		return address
	}
	for i := name + 2; i < len(address); i++ {
		switch address[i] {
		case '\\':
			i++
		case '"':
			return address[min(i+2, len(address)):]
		}
	}
	return ""
}

func own(e *Entry) string {
	if e.Range == nil {
		return e.Address
	}
	return fmt.Sprintf("%s at %s:%d", e.Address, e.Range.Filename, e.Range.Start.Line)
}
