package lockfile

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// OnDisk says what is in the place that an object manages: the digest and the
// mode in the lock's form, "" for a mode that is not known. ok is false when it
// is not there or cannot be told.
type OnDisk func(o Object) (digest, mode string, ok bool)

// Clash is why an entry could not be settled by the two sides alone.
type Clash string

// The clashes; the entry at the note's address needs a look at its file.
const (
	// BothChanged: both sides changed it, not in the same way, and what is on
	// disk is neither or cannot tell; ours was kept.
	BothChanged Clash = "both changed"
	// DeletedAndChanged: one side deleted it and the other changed it; it was
	// kept as changed.
	DeletedAndChanged Clash = "deleted and changed"
	// SamePath: it claimed the same path as the entry at Other, which was kept;
	// this one was dropped.
	SamePath Clash = "same path"
)

// Note is one clash.
type Note struct {
	Address string
	Clash   Clash
	// Other is the address that SamePath speaks of.
	Other string
}

// Merge unites two locks by address; base is their common ancestor, the zero Lock
// where there is none. What one side changed, added or deleted is so in the
// result, whatever is on disk. An entry that both changed, not in the same way,
// is the one whose applied digest (else rendered) and mode are on disk; when that
// is neither or both, ours, with a note. Entries that cannot share a path are cut
// down to one in the same way.
//
// The result is sorted and Parse reads its Bytes, when the three locks are such.
// Notes are sorted by address. onDisk may be nil; a merge driver of git runs
// before git writes the merged files, so that the disk tells it nothing.
func Merge(base, ours, theirs Lock, onDisk OnDisk) (Lock, []Note) {
	if onDisk == nil {
		onDisk = func(Object) (string, string, bool) { return "", "", false }
	}
	u := union{onDisk: onDisk, mine: make(map[string]bool, len(ours.Objects))}
	for i := range ours.Objects {
		u.mine[ours.Objects[i].Address] = true
	}
	objects := merge(&u, kind[Object]{
		address: func(o *Object) string { return o.Address },
		text:    func(w *writer, o *Object) { w.object(o) },
		better:  u.better,
	}, base.Objects, ours.Objects, theirs.Objects)
	l := Lock{
		Version: cmp.Or(max(ours.Version, theirs.Version), Version),
		Components: merge(&u, kind[Component]{
			address: func(c *Component) string { return c.Address },
			text:    func(w *writer, c *Component) { w.component(c) },
			better:  func(_, _ *Component) preference { return neither },
		}, base.Components, ours.Components, theirs.Components),
		Extra: merge(&u, kind[Extra]{
			address: func(e *Extra) string { return e.Name },
			text:    func(w *writer, e *Extra) { w.extra([]Extra{*e}) },
			better:  func(_, _ *Extra) preference { return neither },
		}, base.Extra, ours.Extra, theirs.Extra),
		Objects: u.onePath(objects),
	}
	slices.SortFunc(u.notes, func(a, b Note) int {
		return cmp.Or(strings.Compare(a.Address, b.Address), strings.Compare(string(a.Clash), string(b.Clash)))
	})
	return l, slices.Compact(u.notes)
}

// union is one merge: what the disk says, and the notes so far.
type union struct {
	onDisk OnDisk
	// mine are the addresses of our objects.
	mine  map[string]bool
	notes []Note
}

// kind is what merging needs to know of entries.
type kind[T any] struct {
	address func(*T) string
	// text writes an entry; equal text is equal content.
	text func(*writer, *T)
	// better judges two that differ.
	better func(a, b *T) preference
}

type preference int

const (
	neither preference = iota
	first
	second
	// either is for two that differ in nothing that matters.
	either
)

// version is an entry of one side, and its text; nil when the side has none.
type version[T any] struct {
	entry *T
	text  string
}

// merge unites three lists, sorted by address; nil when there is nothing.
func merge[T any](u *union, k kind[T], base, ours, theirs []T) []T {
	// What stands twice in the base is of no interest to anybody.
	b, o, t := index(&union{onDisk: u.onDisk}, k, base), index(u, k, ours), index(u, k, theirs)
	all := maps.Clone(o)
	maps.Copy(all, t)
	var out []T
	for _, address := range slices.Sorted(maps.Keys(all)) {
		if e := three(u, k, [3]version[T]{b[address], o[address], t[address]}); e != nil {
			out = append(out, *e)
		}
	}
	return out
}

// index maps addresses to entries. Of several at one address one stays.
func index[T any](u *union, k kind[T], list []T) map[string]version[T] {
	out := make(map[string]version[T], len(list))
	for i := range list {
		w := writer{}
		k.text(&w, &list[i])
		v := version[T]{&list[i], string(w.buf)}
		if old, twice := out[k.address(v.entry)]; twice {
			v = both(u, k, old, v)
		}
		out[k.address(v.entry)] = v
	}
	return out
}

// three merges the versions of one entry: base, ours, theirs; nil when it goes.
func three[T any](u *union, k kind[T], v [3]version[T]) *T {
	base, ours, theirs := v[0], v[1], v[2]
	switch {
	case ours.text == theirs.text || theirs.text == base.text:
		return ours.entry
	case ours.text == base.text:
		return theirs.entry
	case ours.entry == nil:
		u.note(k.address(theirs.entry), DeletedAndChanged)
		return theirs.entry
	case theirs.entry == nil:
		u.note(k.address(ours.entry), DeletedAndChanged)
		return ours.entry
	}
	return both(u, k, ours, theirs).entry
}

// both chooses between two versions, the first being ours.
func both[T any](u *union, k kind[T], a, b version[T]) version[T] {
	if a.text == b.text {
		return a
	}
	switch k.better(a.entry, b.entry) {
	case second:
		return b
	case neither:
		u.note(k.address(a.entry), BothChanged)
	}
	return a
}

func (u *union) note(address string, c Clash) {
	u.notes = append(u.notes, Note{Address: address, Clash: c})
}

// better asks the disk.
func (u *union) better(a, b *Object) preference {
	switch isA, isB := u.matches(a), u.matches(b); {
	case isA && !isB:
		return first
	case isB && !isA:
		return second
	case isA && isB && alike(*a, *b):
		return either
	}
	return neither
}

// alike reports whether two entries differ only in what they were made from.
func alike(a, b Object) bool {
	a.Inputs, b.Inputs = nil, nil
	var v, w writer
	v.object(&a)
	w.object(&b)
	return string(v.buf) == string(w.buf)
}

// matches reports whether an entry is what is on disk.
func (u *union) matches(o *Object) bool {
	digest, mode, ok := u.onDisk(*o)
	return ok && digest == cmp.Or(o.Applied, o.Rendered) && (mode == "" || o.Mode == "" || mode == o.Mode)
}

// onePath drops entries that cannot share a path. What is on disk stays, else one
// of ours. The list is sorted and stays so.
func (u *union) onePath(list []Object) []Object {
	claims := make(map[string][]*Object, len(list))
	for i := range list {
		claims[list[i].Path] = append(claims[list[i].Path], &list[i])
	}
	drop := map[string]bool{}
	for _, rivals := range claims {
		if len(rivals) > 1 {
			u.choose(rivals, drop)
		}
	}
	return slices.DeleteFunc(list, func(o Object) bool { return drop[o.Address] })
}

// choose keeps of the rivals for a path, the best first, what can be together.
func (u *union) choose(rivals []*Object, drop map[string]bool) {
	slices.SortStableFunc(rivals, func(a, b *Object) int { return u.rank(b) - u.rank(a) })
	var file, some *Object // kept: the one that is no part, and a part
	for _, o := range rivals {
		var rival *Object
		switch {
		case part(o) && (file == nil || !whole(file)):
			some = o
			continue
		case !part(o) && file == nil && (some == nil || !whole(o)):
			file = o
			continue
		case file != nil:
			rival = file
		default:
			rival = some
		}
		drop[o.Address] = true
		u.notes = append(u.notes, Note{o.Address, SamePath, rival.Address})
	}
}

// rank says which of two entries is rather kept.
func (u *union) rank(o *Object) (n int) {
	if u.matches(o) {
		n += 2
	}
	if u.mine[o.Address] {
		n++
	}
	return n
}
