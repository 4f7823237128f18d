package lockfile

import (
	"errors"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/safepath"
)

// check judges one object, which starts at start.
func (r *reader) check(o *Object, start int) error {
	switch {
	case o.Address == "" || o.Path == "" || o.Kind == "":
		return r.corrupt(start, "an object states no address, no kind or no path")
	case o.Rendered != "" && !isDigest(o.Rendered), o.Applied != "" && !isDigest(o.Applied):
		return r.corrupt(start, "%s has a digest that is not sha256: and 64 hex digits", quote(o.Address))
	case o.Mode != "" && o.Mode != "0644" && o.Mode != "0755":
		return r.corrupt(start, "%s has a mode other than 0644 and 0755", quote(o.Address))
	}
	switch o.Ownership {
	case "", "spec", "shared", "user":
	default:
		return r.corrupt(start, "%s has an ownership other than spec, shared and user", quote(o.Address))
	}
	p, err := safepath.Parse(o.Path)
	var unsafe *safepath.Error
	if errors.As(err, &unsafe) {
		return r.corrupt(start, "%s has a path that %s", quote(o.Address), unsafe.Rule)
	}
	if safepath.Reserved(p) {
		return r.corrupt(start, "%s has the path %s, which is mlops's own", quote(o.Address), quote(o.Path))
	}
	return nil
}

// isDigest reports whether s is "sha256:" and 64 lower-case hex digits.
func isDigest(s string) bool {
	hex, is := strings.CutPrefix(s, "sha256:")
	return is && isHex(hex, 64)
}

func isHex(s string, digits int) bool {
	if len(s) != digits {
		return false
	}
	for i := range len(s) {
		// Below the first digit, the difference wraps around.
		if c := s[i]; c-'0' > 9 && c-'a' > 5 {
			return false
		}
	}
	return true
}

// finish sorts the lists and refuses what stands twice. A clean merge of two
// branches can bring that about.
func (r *reader) finish(l *Lock) error {
	if err := r.onePath(l.Objects); err != nil {
		return err
	}
	if err := oneAddress(r, l.Objects, r.objects, func(o *Object) string { return o.Address }); err != nil {
		return err
	}
	return oneAddress(r, l.Components, r.components, func(c *Component) string { return c.Address })
}

const removeOne = "; remove one of the two stanzas, then run `mlops plan`"

func (r *reader) twice(address string, at int) error {
	return r.fault(at, quote(address)+" stands twice"+removeOne)
}

// oneAddress sorts list by address. The elements start at starts.
func oneAddress[T any](r *reader, list []T, starts []int, address func(*T) string) error {
	ascending := true
	for i := 1; i < len(list) && ascending; i++ {
		ascending = address(&list[i-1]) < address(&list[i])
	}
	if ascending {
		return nil
	}
	seen := make(map[string]bool, len(list))
	for i := range list {
		a := address(&list[i])
		if seen[a] {
			return r.twice(a, starts[i])
		}
		seen[a] = true
	}
	slices.SortFunc(list, func(a, b T) int { return strings.Compare(address(&a), address(&b)) })
	return nil
}

// onePath refuses two objects at one path of which one is the whole file. Parts
// of a file (blocks, keys, sections) share its path.
func (r *reader) onePath(list []Object) error {
	seen := make(map[string]int, len(list))
	for i := range list {
		o := &list[i]
		j, taken := seen[o.Path]
		if taken && list[j].Address == o.Address {
			return r.twice(o.Address, r.objects[i])
		}
		if taken && (whole(o) || whole(&list[j]) || !part(o) && !part(&list[j])) {
			return r.fault(r.objects[i], quote(list[j].Address)+" and "+quote(o.Address)+" both claim the path "+quote(o.Path)+removeOne)
		}
		if !taken || !part(o) {
			seen[o.Path] = i
		}
	}
	return nil
}

// part reports whether the object is only a part of its file.
func part(o *Object) bool { return o.Kind == "file_block" || o.Kind == "file_keys" }

// whole reports whether nothing else may have a part in the object's file. One
// that is the user's may hold blocks and keys.
func whole(o *Object) bool { return !part(o) && o.Ownership != "user" }
