package hclspec

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/internal/safepath"
)

// claims are the paths that the objects of a spec and of its components want.
type claims struct {
	first   map[string]claim // by path
	paths   []safepath.Path  // in order
	objects int
}

// claim is the first place a path was claimed at.
type claim struct {
	address string
	rng     hcl.Range
	hold    hold
	from    *evaluator
}

// place is where the claim is made, and by way of which block of the spec.
func (c *claim) place() string {
	who := c.from.users()
	if len(who) == 0 {
		return place(c.rng)
	}
	return place(c.rng) + " (used by " + who[len(who)-1].String() + ")"
}

// claim checks a path against the policy and against every path claimed before.
// Parts share a file with each other, and with a file that is the user's.
func (e *evaluator) claim(name string, f *File) (safepath.Path, hcl.Diagnostics) {
	p, err := safepath.Parse(name)
	if err != nil {
		return "", hcl.Diagnostics{errorAt(f.PathRange, "Invalid path", fmt.Sprintf("%s.", err))}
	}
	if safepath.Reserved(p) {
		return "", hcl.Diagnostics{errorAt(f.PathRange, "Reserved path", fmt.Sprintf("%s belongs to mlops itself. Choose another path.", p))}
	}
	mine := claim{f.Address, f.PathRange, f.hold(), e}
	first, taken := e.claims.first[string(p)]
	switch {
	case taken && (first.hold == whole || mine.hold == whole || first.hold == mine.hold && mine.hold == loose):
		return p, hcl.Diagnostics{errorAt(f.PathRange, "Duplicate path", fmt.Sprintf("%s is claimed by %s at %s already, so %s cannot have it too.%s", p, first.address, first.place(), f.Address, sharing(first.hold, mine.hold)))}
	case !taken || mine.hold == loose:
		e.claims.first[string(p)] = mine
	}
	if !taken {
		e.claims.paths = append(e.claims.paths, p)
	}
	e.claims.objects++
	if e.claims.objects == maxObjects+1 {
		return p, hcl.Diagnostics{errorAt(f.PathRange, "Too many objects", fmt.Sprintf("This spec wants more than %d objects.", maxObjects))}
	}
	return p, nil
}

// hold is how much of a path an object claims.
type hold byte

const (
	whole hold = iota // every byte
	loose             // the file, once; then it is the user's
	part              // some bytes of it
)

func (f *File) hold() hold {
	switch {
	case f.Region != nil || f.Keys != nil:
		return part
	case f.Ownership == "user":
		return loose
	}
	return whole
}

func sharing(a, b hold) string {
	if a == part || b == part {
		return " A file with blocks or keys of others in it must have ownership = \"user\"."
	}
	return ""
}

// collisions reports paths that are one file on some systems, files that would have
// to be directories too, and directories that are one on some systems.
func (e *evaluator) collisions() hcl.Diagnostics {
	diags := e.ownFiles()
	found := safepath.Collisions(e.claims.paths)
	told := map[safepath.Path]bool{}
	for _, c := range found {
		told[c.B] = true
	}
	for _, c := range safepath.Folders(e.claims.paths) {
		if !told[c.B] {
			found = append(found, c)
		}
	}
	for _, c := range found {
		a, b := e.claims.first[string(c.A)], e.claims.first[string(c.B)]
		d := errorAt(b.rng, "Colliding paths", fmt.Sprintf("%s (%s) and %s (%s at %s) collide: %s.", c.B, b.address, c.A, a.address, a.place(), c.Why))
		d.Detail = attach(d.Detail, usedBy(b.from.users()))
		diags = append(diags, d)
	}
	return diags
}

// ownFiles refuses objects that would overwrite what a local component is made of: the
// next plan would be another.
func (e *evaluator) ownFiles() hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, p := range e.claims.paths {
		f := e.reads.files[string(p)]
		if f == nil || f.err != nil {
			continue
		}
		folder := ""
		for _, def := range e.defs {
			if def != nil && strings.HasPrefix(string(p), def.files.Local+"/") && len(def.files.Local) > len(folder) {
				folder = def.files.Local
			}
		}
		if folder == "" {
			continue
		}
		mine := e.claims.first[string(p)]
		d := errorAt(mine.rng, "File of a component", fmt.Sprintf("%s is a file that the component in %s is made of, so %s cannot write it. Choose another path.", p, folder, mine.address))
		d.Detail = attach(d.Detail, usedBy(mine.from.users()))
		diags = append(diags, d)
	}
	return diags
}
