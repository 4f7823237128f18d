package planner

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/readme"
)

// sectionKeys is how the lock remembers the sections of a README: who owns each, its
// heading, by which it is found again, and the digest of its text.
func sectionKeys(sections []readme.Piece) []lockfile.Input {
	out := make([]lockfile.Input, len(sections))
	for i, s := range sections {
		out[i] = lockfile.Input{Name: fmt.Sprintf("%s %s %d %s", s.ID, s.Ownership, s.Level, s.Heading), Digest: sectionDigest(s.Text)}
	}
	slices.SortFunc(out, func(a, b lockfile.Input) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func sectionDigest(text string) string { return RenderedDigest([]byte(text)) }

// sectionsOf reads what sectionKeys wrote.
func sectionsOf(o *lockfile.Object) []readme.Was {
	var out []readme.Was
	if o == nil || o.Kind != "readme" {
		return nil
	}
	for _, k := range o.Keys {
		words := strings.SplitN(k.Name, " ", 4)
		if len(words) != 4 {
			continue
		}
		level, _ := strconv.Atoi(words[2])
		out = append(out, readme.Was{ID: words[0], Ownership: words[1], Level: level, Heading: words[3], Digest: k.Digest})
	}
	return out
}

// composed decides a README that is there by its sections: false is one that is not
// to be looked into.
func (c *change) composed(k class) bool {
	if c.e == nil || c.e.Sections == nil || c.disk.Type != "file" {
		return false
	}
	imported := k == classUnmanaged && (c.d.sides.Intent.Imported(c.e.Address) || c.asItStands())
	if !imported && (c.o == nil || c.o.Kind != "readme" || k != classDrift && k != classBoth && k != classPending) {
		return false
	}
	r := c.d.sides.Resolve[c.out.Path]
	if r.Take == "edit" {
		c.out.Drift = "modified"
		c.drifted("merge")
		c.write(r.Text, []string{"it was resolved in the editor"})
		return true
	}
	res, err := readme.Compose(c.sections(imported, r.Take))
	c.out.Drift = ""
	if err != nil {
		c.conflict(err.Error() + "; correct it and plan again")
		return true
	}
	refused, edits := c.tell(res.Outcomes)
	switch {
	case c.d.sides.Mode == "refresh-only":
	case len(refused) > 0:
		c.refuse(refused)
	case bytes.Equal(res.Text, c.disk.Content):
		c.stays(k, res.Outcomes)
	default:
		why := []string{"it is imported, and its sections are brought in"}
		if !imported {
			why = c.reasons(k)
		}
		if edits {
			why = append(why, "it was changed outside mlops")
		}
		c.write(res.Text, why)
	}
	return true
}

// asItStands reports whether the sections of a README that is there and was never
// applied are those of the spec already: to take it over takes nothing from anybody.
func (c *change) asItStands() bool {
	res, err := readme.Compose(c.sections(false, ""))
	return err == nil && len(res.Outcomes) == 0 && bytes.Equal(res.Text, c.disk.Content)
}

func (c *change) reasons(k class) []string {
	if k == classDrift {
		return nil
	}
	return because(c.e, c.o)
}

// sections are what the README is composed from.
func (c *change) sections(imported bool, take string) readme.Sides {
	return readme.Sides{
		Disk: c.disk.Content, Was: sectionsOf(c.o), Want: c.e.Sections, Import: imported, Take: take, Digest: sectionDigest,
		Base: func(digest string) (string, bool) {
			text, ok := c.d.base(digest)
			return string(text), ok
		},
	}
}

// tell lists the sections that are not as they were rendered. It returns those that a
// person has to decide on, and whether edits are undone.
func (c *change) tell(outcomes []readme.Outcome) (refused []readme.Outcome, edits bool) {
	for _, o := range outcomes {
		if o.Will == "refuse" {
			refused = append(refused, o)
		}
		if o.Will == "overwrite" || o.Will == "restore" || o.Will == "merge" {
			edits = true
		}
		if o.Drift == "unmanaged" {
			continue
		}
		will := o.Will
		if c.d.sides.Mode == "refresh-only" && will != "keep" {
			will = "none"
		}
		c.d.plan.Drift = append(c.d.plan.Drift, Drift{Address: c.sectionAddress(o.ID), Path: c.out.Path, Drift: o.Drift, Class: c.out.Class, Will: will})
	}
	return refused, edits
}

func (c *change) sectionAddress(id string) string { return c.out.Address + ".section." + id }

// stays is a README whose edits are all kept.
func (c *change) stays(k class, outcomes []readme.Outcome) {
	if len(outcomes) == 0 && c.o != nil && RenderedDigest(c.disk.Content) != c.o.Applied {
		c.d.plan.Drift = append(c.d.plan.Drift, Drift{Address: c.out.Address, Path: c.out.Path, Drift: "modified", Class: c.out.Class, Will: "keep"})
	}
	if k == classDrift && slices.Equal(c.o.Keys, sectionKeys(c.e.Sections)) {
		c.resync()
		return
	}
	c.keep("its sections are as they are wanted, and the rest is the user's")
}

// refuse reports the sections that both sides changed, or that are not mlops's.
func (c *change) refuse(refused []readme.Outcome) {
	var why []string
	resolvable := false
	for _, o := range refused {
		c.out.Conflicts = append(c.out.Conflicts, excerpts(o.Conflicts)...)
		switch {
		case o.Twins != nil:
			why = append(why, twinsOf(o.ID, o.Twins))
		case o.Drift == "unmanaged":
			c.out.Paste = pasteImport(c.e.Address)
			why = append(why, fmt.Sprintf("line %d: a section with the heading of %s is there already and was not written by mlops; give one of them another title, or take it over with the block below", o.Line, o.ID))
		case !slices.ContainsFunc(c.e.Sections, func(s readme.Piece) bool { return s.ID == o.ID }):
			why = append(why, fmt.Sprintf("line %d: the section %s is no longer in the spec, but was changed outside mlops and is not deleted; delete it yourself, or undo the change", o.Line, o.ID))
		case o.Drift == "deleted":
			resolvable = true
			why = append(why, fmt.Sprintf("the section %s was deleted outside mlops, and the spec has a new version of it", o.ID))
		default:
			resolvable = true
			why = append(why, fmt.Sprintf("both the user and the spec changed the section %s at line %d", o.ID, o.Line))
		}
	}
	if len(c.out.Conflicts) > 0 {
		c.out.Merge = "conflict"
	}
	message := strings.Join(why, "; ")
	if resolvable {
		message += "; settle it with " + c.resolveCommand("spec|mine|both|edit")
	}
	c.conflict(message)
}

// twinsOf says that a section cannot be told from another with its heading.
func twinsOf(id string, lines []int) string {
	words := make([]string, len(lines))
	for i, n := range lines {
		words[i] = strconv.Itoa(n)
	}
	last := len(words) - 1
	return fmt.Sprintf("lines %s and %s: each may be the section %s, and none is as it was last written; give the heading of what is yours another text, or undo the change of the other", strings.Join(words[:last], ", "), words[last], id)
}
