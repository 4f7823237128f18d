package hclspec

import "strings"

// Intent answers what a spec says of the life of objects: which came, moved or
// left. It is made once and asked of every object; nil says nothing of any.
type Intent struct {
	moves    map[string]rule[string]  // where to, by address
	removals map[string]rule[Removal] // by address
	imports  map[string]rule[bool]
}

// rule is what a block says, and the place of the block among its kind.
type rule[T any] struct {
	nth  int
	says T
	// keyless is set where only what had no for_each is meant: it gets a key.
	keyless bool
}

// Intent indexes the moved, removed and import blocks.
func (p *Project) Intent() *Intent {
	i := &Intent{map[string]rule[string]{}, map[string]rule[Removal]{}, map[string]rule[bool]{}}
	for n, m := range p.Moves {
		enter(i.moves, m.From, rule[string]{n, m.To, m.getsKey()})
	}
	for n, r := range p.Removed {
		enter(i.removals, r.From, rule[Removal]{nth: n, says: r})
	}
	for n, m := range p.Imports {
		enter(i.imports, m.To, rule[bool]{nth: n, says: true})
	}
	return i
}

// enter keeps the first rule of an address.
func enter[T any](rules map[string]rule[T], address string, r rule[T]) {
	if _, taken := rules[address]; !taken {
		rules[address] = r
	}
}

// getsKey reports whether a block becomes an instance of itself: for_each was added.
func (m *Move) getsKey() bool { return strings.HasPrefix(m.To, m.From+"[") }

// find returns the first rule for the address or for the block it is an instance
// of, and how much of the address it names.
func find[T any](rules map[string]rule[T], address string) (says T, named string, ok bool) {
	if len(rules) == 0 {
		return says, "", false
	}
	first := 0
	for end := 1; end <= len(address); end++ {
		if end < len(address) && address[end] != '[' && address[end] != '.' {
			continue
		}
		r, there := rules[address[:end]]
		if there && r.keyless && end < len(address) && address[end] == '[' {
			continue
		}
		if there && (!ok || r.nth < first) {
			says, named, first, ok = r.says, address[:end], r.nth, true
		}
	}
	return says, named, ok
}

// Moved returns what an address is called now, after all moves, and whether it
// was moved at all.
func (i *Intent) Moved(address string) (string, bool) {
	if i == nil {
		return address, false
	}
	moved := false
	for range len(i.moves) {
		next, ok := i.step(address)
		if !ok {
			break
		}
		address, moved = next, true
	}
	return address, moved
}

// step is where one move takes an address.
func (i *Intent) step(address string) (string, bool) {
	to, from, ok := find(i.moves, address)
	return to + strings.TrimPrefix(address, from), ok
}

// end is where all moves take an address; ok is false in a circle.
func (i *Intent) end(address string) (last string, ok bool) {
	for range len(i.moves) + 1 {
		next, more := i.step(address)
		if !more {
			return address, true
		}
		address = next
	}
	return address, false
}

// Removal returns what is to become of an object that left the spec.
func (i *Intent) Removal(address string) (Removal, bool) {
	if i == nil {
		return Removal{}, false
	}
	r, _, ok := find(i.removals, address)
	return r, ok
}

// Imported reports whether an object may take over what stands at its path.
func (i *Intent) Imported(address string) bool {
	if i == nil {
		return false
	}
	_, _, ok := find(i.imports, address)
	return ok
}
