package planner

import (
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/keys"
	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// heir is the object that keeps a value or an element when the one that brought it
// into the file no longer asks for it.
type heir struct {
	// address is the heir's; "" when it is out of what is planned, and the lock does
	// not change for it.
	address string
	// made are the parents of the key that the other one had to make.
	made []string
}

// inherit finds what an object of the lock brought and gives up while another part
// of the file asks for the very same: it stays where it is.
func (c *composite) inherit(all []*partChange) {
	c.heirs = map[string]*heir{}
	if len(all) < 2 {
		return
	}
	for _, x := range all {
		x.asked = x.part.asked()
	}
	for _, x := range all {
		if x.o == nil || x.o.Kind != "file_keys" || !c.d.chosen(x.out.Address, c.path) || x.left() {
			continue
		}
		for _, k := range x.o.Keys {
			op, rest, _ := strings.Cut(k.Name, " ")
			if op != "set" && op != "append" || x.asked[k] || c.heirs[k.Name] != nil {
				continue
			}
			if h := c.heirOf(k, all); h != nil {
				h.made = x.madeFor(op, rest)
				c.heirs[k.Name] = h
			}
		}
	}
	c.maker(all)
}

// maker lets a part that stays remember that the file was made for parts, where the
// one that did so goes.
func (c *composite) maker(all []*partChange) {
	goes := slices.ContainsFunc(all, func(x *partChange) bool {
		return x.o != nil && x.o.Created && x.part == nil && c.d.chosen(x.out.Address, c.path) && !x.left()
	})
	stays := slices.IndexFunc(all, func(x *partChange) bool { return x.part != nil && c.d.chosen(x.out.Address, c.path) })
	if goes && stays >= 0 {
		all[stays].maker = true
	}
}

// heirOf is the first part that asks for what the lock names; nil is none.
func (c *composite) heirOf(k lockfile.Input, all []*partChange) *heir {
	for _, x := range all {
		switch {
		case !x.asked[k]:
		case c.d.chosen(x.out.Address, c.path):
			return &heir{address: x.part.Address}
		case x.o != nil && x.has(k):
			return &heir{}
		}
	}
	return nil
}

// left reports whether the spec says that what the object brought stays.
func (x *partChange) left() bool {
	removal, said := x.c.d.sides.Intent.Removal(x.o.Address)
	return x.part == nil && said && !removal.Destroy
}

// asked are the values and elements that a wanted part asks for, as the lock would
// name them.
func (p *Part) asked() map[lockfile.Input]bool {
	out := map[lockfile.Input]bool{}
	if p == nil {
		return out
	}
	for _, e := range p.Edits {
		if e.Op != keys.Append {
			out[lockfile.Input{Name: keyName(e.Op, e.Key, nil), Digest: shortDigest(e.Value)}] = true
			continue
		}
		for _, elem := range e.Elems {
			out[lockfile.Input{Name: keyName(e.Op, e.Key, elem), Digest: shortDigest(elem)}] = true
		}
	}
	return out
}

// has reports whether the object's own lock speaks of the same thing.
func (x *partChange) has(k lockfile.Input) bool {
	op, rest, _ := strings.Cut(k.Name, " ")
	other := map[string]string{"set": "held ", "append": "found "}[op] + rest
	return slices.ContainsFunc(x.o.Keys, func(o lockfile.Input) bool { return o.Name == k.Name || o.Name == other })
}

// madeFor names the parents that were made for a key, from the nearest on.
func (x *partChange) madeFor(op, rest string) []string {
	key, _ := keys.ParseKey(rest) // a name that is none has no parents
	if op == "append" {
		key, _, _ = cutElem(rest)
	} else if len(key) > 0 {
		key = key[:len(key)-1]
	}
	var out []string
	for range x.prune(key) {
		out = append(out, "made "+key.String())
		key = key[:len(key)-1]
	}
	return out
}

func (x *partChange) inherits(name string) bool {
	h := x.c.heirs[name]
	return h != nil && x.part != nil && h.address == x.part.Address
}

// estate are the parents of keys that an heir takes over with them.
func (x *partChange) estate() []string {
	var out []string
	for name := range x.c.heirs {
		if x.inherits(name) {
			out = append(out, x.c.heirs[name].made...)
		}
	}
	return out
}
