package keys

import (
	"errors"
	"fmt"
	"slices"
)

// session makes the steps of one edit. After every step doc is the new file.
type session struct {
	doc *document
	key Key // of the edit, for errors
}

// edit makes one edit and tells what it did.
func (s *session) edit(e Edit) (Change, error) {
	s.key = e.Key
	before, had, err := s.doc.read(e.Key)
	if err != nil {
		return Change{}, err
	}
	c := Change{Key: e.Key, Before: before, HadBefore: had}
	there := s.doc.written(e.Key)
	if err := s.run(e, before, had); err != nil {
		return Change{}, err
	}
	if c.After, c.HasAfter, err = s.doc.read(e.Key); err != nil {
		return Change{}, err
	}
	if c.HasAfter && !had {
		if c.Created = len(e.Key) - 1 - there; e.Op == Append {
			c.Created++
		}
	}
	return c, nil
}

func (s *session) run(e Edit, before any, had bool) error {
	switch e.Op {
	case Set:
		return s.become(e.Key, e.Value)
	case Append:
		return s.extend(e, before, had)
	case Remove:
		if err := s.withdraw(e, before, had); err != nil || !had || e.Prune < 1 {
			return err
		}
		if left, ok, _ := s.doc.read(e.Key); !ok || !Equal(left, []any{}) || s.doc.noted(e.Key) {
			return nil
		}
		e.Prune--
		return s.unset(e)
	case Unset:
		if had && !s.doc.inherits(e.Key) {
			return s.unset(e)
		}
	}
	return nil
}

// unset removes the key and as many empty parents as are allowed.
func (s *session) unset(e Edit) error {
	if err := s.drop(e.Key); err != nil {
		return err
	}
	return s.prune(e.Key, e.Prune)
}

// become makes the key have a value.
func (s *session) become(k Key, want any) error {
	now, had, err := s.doc.read(k)
	if err != nil || had && Equal(now, want) {
		return err
	}
	if had && s.doc.own(k) {
		switch w := want.(type) {
		case Map:
			if m, ok := now.(Map); ok && unique(m) {
				return s.becomeMap(k, m, w)
			}
		case []any:
			if l, ok := now.([]any); ok {
				return s.becomeList(k, l, w)
			}
		}
	}
	if had && s.doc.isTable(k) {
		if err := s.drop(k); err != nil {
			return err
		}
	}
	return s.step(k, want, func() ([]splice, error) { return s.doc.put(k, want) })
}

func unique(m Map) bool {
	seen := make(map[string]bool, len(m))
	for _, p := range m {
		if seen[p.Key] || p.Key == "\x00" {
			return false
		}
		seen[p.Key] = true
	}
	return true
}

// becomeMap changes a map member by member.
func (s *session) becomeMap(k Key, now, want Map) error {
	for _, p := range want {
		if err := s.become(k.with(p.Key), p.Value); err != nil {
			return err
		}
	}
	for _, p := range now {
		if _, n := want.get(p.Key); n == 0 {
			if err := s.drop(k.with(p.Key)); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxSteps is how many elements of a list are taken out one by one.
const maxSteps = 64

// becomeList keeps the elements that stay in their order, appends the new ones and
// then takes the others out, so that the layout of the list survives.
func (s *session) becomeList(k Key, now, want []any) error {
	var gone []int
	kept := 0
	for i, e := range now {
		if kept < len(want) && Equal(e, want[kept]) {
			kept++
		} else {
			gone = append(gone, i)
		}
	}
	if len(gone) > maxSteps || len(now) == 0 {
		return s.step(k, want, func() ([]splice, error) { return s.doc.put(k, want) })
	}
	if err := s.relist(k, nil, want[kept:]); err != nil {
		return err
	}
	return s.take(k, gone)
}

// raw returns the elements of a list with the aliases not followed.
func (s *session) raw(k Key) []any {
	v, _ := dig(s.doc.tree(), k)
	l, _ := v.([]any)
	return slices.Clone(l)
}

// take removes elements of a list by their indexes, the last one first.
func (s *session) take(k Key, gone []int) error {
	for _, i := range slices.Backward(gone) {
		left := s.raw(k)
		left = slices.Delete(left, i, min(i+1, len(left)))
		if err := s.step(k, left, func() ([]splice, error) { return s.doc.takeElement(k, i) }); err != nil {
			return err
		}
	}
	return nil
}

// relist replaces elements of a list by their indexes and appends others.
func (s *session) relist(k Key, swap map[int]any, add []any) error {
	if len(swap) == 0 && len(add) == 0 {
		return nil
	}
	want := s.raw(k)
	for i, v := range swap {
		want[i] = v
	}
	return s.step(k, append(want, add...), func() ([]splice, error) { return s.doc.putElements(k, swap, add) })
}

// extend makes the list have all elements.
func (s *session) extend(e Edit, before any, had bool) error {
	if !had || before == nil && s.doc.vacant(e.Key) {
		if len(e.Elems) == 0 {
			return nil
		}
		_, want := extended(nil, e.Elems, s.doc.matcher(e.Key))
		return s.step(e.Key, want, func() ([]splice, error) { return s.doc.put(e.Key, want) })
	}
	now, ok := before.([]any)
	if !ok {
		return s.notList(e.Key)
	}
	swap, add := extended(now, e.Elems, s.doc.matcher(e.Key))
	return s.relist(e.Key, swap, add)
}

func (s *session) notList(k Key) error {
	at, err := s.doc.find(k)
	if err != nil || at.val == nil {
		return &Error{Key: k, Reason: "the value is not a list"}
	}
	return s.doc.refuse(k, at.val, "the value is not a list")
}

// extended returns the list with the elements it lacks: those of swap in the place
// of others, those of add at the end.
func extended(now, elems []any, same func(a, b any) match) (swap map[int]any, add []any) {
	want, swap := slices.Clone(now), map[int]any{}
	for _, e := range elems {
		at, best := -1, different
		for i, have := range want {
			if m := same(have, e); m > best {
				at, best = i, m
			}
		}
		switch {
		case best == identical:
		case best == different:
			want = append(want, e)
		default:
			want[at] = e
			if at < len(now) {
				swap[at] = e
			}
		}
	}
	return swap, want[len(now):]
}

// withdraw takes elements out of the list.
func (s *session) withdraw(e Edit, before any, had bool) error {
	if !had {
		return nil
	}
	now, ok := before.([]any)
	if !ok {
		return s.notList(e.Key)
	}
	same := s.doc.matcher(e.Key)
	var gone []int
	for i, have := range now {
		if slices.ContainsFunc(e.Elems, func(w any) bool { return same(have, w) == identical }) {
			gone = append(gone, i)
		}
	}
	return s.take(e.Key, gone)
}

// drop removes a key.
func (s *session) drop(k Key) error {
	return s.step(k, gone{}, func() ([]splice, error) { return s.doc.drop(k) })
}

// prune removes parents that are empty and hold no comment.
func (s *session) prune(k Key, most int) error {
	for k = k[:len(k)-1]; len(k) > 0 && most > 0; k, most = k[:len(k)-1], most-1 {
		v, ok, err := s.doc.read(k)
		if err != nil {
			return err
		}
		if made := s.doc.bareHeader(k); made != nil && !Equal(v, Map{}) {
			// Other tables keep the parent there without its header.
			err = s.step(k, v, func() ([]splice, error) { return made, nil })
		} else if ok && Equal(v, Map{}) && !s.doc.noted(k) {
			err = s.drop(k)
		} else if ok {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// gone stands for the absence of a value.
type gone struct{}

// step makes splices and verifies that the new text decodes to the old one with
// the key changed.
func (s *session) step(k Key, want any, edits func() ([]splice, error)) error {
	made, err := edits()
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			e.Key = s.key
		}
		return err
	}
	next, err := s.doc.edited(made)
	if err != nil {
		return &Error{Key: s.key, Reason: fmt.Sprintf("the file has no place where it can be written safely (%v)", err)}
	}
	tree, ok := expect(s.doc.tree(), k, want)
	for cut := len(k) - 1; ok && !Equal(tree, next.tree()); cut-- {
		// A TOML table that only its contents name goes with the last of them.
		if _, unset := want.(gone); s.doc.format != TOML || !unset || cut == 0 {
			return &Error{Key: s.key, Reason: "the file has no place where it can be written safely (other keys would change)"}
		}
		if v, _ := dig(tree, k[:cut]); !Equal(v, Map{}) {
			ok = false
			continue
		}
		tree, ok = expect(tree, k[:cut], want)
	}
	if !ok {
		return &Error{Key: s.key, Reason: "the file has no place where it can be written safely (other keys would change)"}
	}
	s.doc = next
	return nil
}

// dig returns the value of a key in a tree.
func dig(tree any, k Key) (v any, found bool) {
	for _, seg := range k {
		m, _ := tree.(Map)
		v, n := m.get(seg)
		if n == 0 {
			return nil, false
		}
		tree = v
	}
	return tree, true
}

// expect returns the tree with the key changed.
func expect(tree any, k Key, want any) (any, bool) {
	if len(k) == 0 {
		return want, true
	}
	m, ok := tree.(Map)
	if !ok && tree != nil {
		return nil, false
	}
	out := slices.Clone(m)
	at := slices.IndexFunc(out, func(p Pair) bool { return p.Key == k[0] })
	if _, unset := want.(gone); unset && len(k) == 1 {
		if at >= 0 {
			out = slices.Delete(out, at, at+1)
		}
		return out, true
	}
	var old any
	if at >= 0 {
		old = out[at].Value
	} else {
		out, at = append(out, Pair{Key: k[0]}), len(out)
	}
	v, ok := expect(old, k[1:], want)
	out[at].Value = v
	return out, ok
}
