package gitwrite

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Modes of tree entries.
const (
	ModeFile    = 0o100644
	ModeExec    = 0o100755
	ModeSymlink = 0o120000
	ModeDir     = 0o040000
	ModeGitlink = 0o160000
)

// Entry is one entry of a tree object.
type Entry struct {
	Name string
	Mode uint32
	Hash plumbing.Hash
}

// Edit sets the file at a path or, without a Mode, removes it.
type Edit struct {
	Path string
	Mode uint32
	Hash plumbing.Hash
}

// TreeReader returns the entries of a tree object, in any order.
type TreeReader func(plumbing.Hash) ([]Entry, error)

// Change is a directory's tree before and after; the zero hash means absent.
type Change struct{ Old, New plumbing.Hash }

// NewTree is the outcome of Build.
type NewTree struct {
	Root plumbing.Hash
	// Objects are the trees that the base does not have, leaves first.
	Objects []Object
	// Dirs are all directories above an edit, "" for the root.
	Dirs map[string]Change
}

// ClashError says that an edit would turn a file into a directory or the
// reverse, and so drop an entry that no edit names.
type ClashError struct{ Path, Existing string }

func (e *ClashError) Error() string {
	return fmt.Sprintf("%s: the commit already has %s", e.Path, e.Existing)
}

// Build returns the tree that has the edits and is otherwise base, whose hash
// may be zero. It reads only the directories above an edit. Removing what is
// not there is no error.
func Build(read TreeReader, base plumbing.Hash, edits []Edit) (*NewTree, error) {
	edits = slices.Clone(edits)
	slices.SortFunc(edits, func(a, b Edit) int { return strings.Compare(a.Path, b.Path) })
	b := &builder{read: read, out: &NewTree{Dirs: map[string]Change{}}}
	root, err := b.dir("", base, edits)
	if err != nil {
		return nil, err
	}
	if root.IsZero() {
		root = EmptyTree
		b.out.Objects = append(b.out.Objects, NewObject(Tree, []byte{}))
		b.out.Dirs[""] = Change{b.out.Dirs[""].Old, root}
	}
	b.out.Root = root
	return b.out, nil
}

type builder struct {
	read TreeReader
	out  *NewTree
}

// group is what the edits do to one name in a directory.
type group struct {
	name  string
	leaf  *Edit
	below []Edit
}

// split groups edits by the segment after prefix dir; at finds a name's group.
func split(dir string, edits []Edit) (groups []group, at map[string]int) {
	at = make(map[string]int)
	for i := range edits {
		name, _, nested := strings.Cut(edits[i].Path[len(dir):], "/")
		n, ok := at[name]
		if !ok {
			n = len(groups)
			at[name] = n
			groups = append(groups, group{name: name})
		}
		if nested {
			groups[n].below = append(groups[n].below, edits[i])
		} else {
			groups[n].leaf = &edits[i]
		}
	}
	return groups, at
}

// dir edits one directory; prefix is its path with a slash, or "". It returns
// the zero hash when nothing is left.
func (b *builder) dir(prefix string, base plumbing.Hash, edits []Edit) (plumbing.Hash, error) {
	var entries []Entry
	if !base.IsZero() {
		var err error
		if entries, err = b.read(base); err != nil {
			return base, err
		}
		entries = slices.Clone(entries)
	}
	groups, at := split(prefix, edits)
	for i := range entries {
		if n, ok := at[entries[i].Name]; ok {
			delete(at, entries[i].Name)
			if err := b.edit(prefix, groups[n], &entries[i]); err != nil {
				return base, err
			}
		}
	}
	for _, g := range groups {
		if _, fresh := at[g.name]; !fresh {
			continue
		}
		e := Entry{Name: g.name}
		if err := b.edit(prefix, g, &e); err != nil {
			return base, err
		}
		entries = append(entries, e)
	}
	entries = slices.DeleteFunc(entries, func(e Entry) bool { return e.Mode == 0 })
	hash := base
	if len(entries) == 0 {
		hash = plumbing.ZeroHash
	} else if o := NewObject(Tree, encodeTree(entries)); o.Hash != base {
		hash = o.Hash
		b.out.Objects = append(b.out.Objects, o)
	}
	b.out.Dirs[strings.TrimSuffix(prefix, "/")] = Change{base, hash}
	return hash, nil
}

// edit applies a group to its entry; a Mode of 0 then means that it is gone.
func (b *builder) edit(prefix string, g group, e *Entry) error {
	path := prefix + g.name
	isDir := e.Mode == ModeDir
	if g.leaf != nil && !isDir {
		e.Mode, e.Hash = 0, plumbing.ZeroHash
	}
	if len(g.below) > 0 {
		var base plumbing.Hash
		switch {
		case isDir:
			base = e.Hash
		case e.Mode != 0 && anySet(g.below):
			return &ClashError{g.below[0].Path, describe(path, e.Mode)}
		case e.Mode != 0:
			return nil // nothing is below a file, so nothing to remove
		}
		hash, err := b.dir(path+"/", base, g.below)
		if err != nil {
			return err
		}
		e.Mode, e.Hash = ModeDir, hash
		if hash.IsZero() {
			e.Mode = 0
		}
	}
	if g.leaf != nil && g.leaf.Mode != 0 {
		if e.Mode != 0 {
			return &ClashError{path, describe(path, e.Mode)}
		}
		e.Mode, e.Hash = g.leaf.Mode, g.leaf.Hash
	}
	return nil
}

func anySet(edits []Edit) bool {
	return slices.ContainsFunc(edits, func(e Edit) bool { return e.Mode != 0 })
}

func describe(path string, mode uint32) string {
	switch mode {
	case ModeDir:
		return "a directory " + path
	case ModeGitlink:
		return "a submodule " + path
	}
	return "a file " + path
}

// encodeTree sorts entries as git does, directories as if they ended in a slash.
func encodeTree(entries []Entry) []byte {
	key := func(e Entry) string {
		if e.Mode == ModeDir {
			return e.Name + "/"
		}
		return e.Name
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(key(a), key(b)) })
	size := 0
	for _, e := range entries {
		size += len(e.Name) + 28
	}
	out := make([]byte, 0, size)
	for _, e := range entries {
		out = strconv.AppendUint(out, uint64(e.Mode), 8)
		out = append(out, ' ')
		out = append(out, e.Name...)
		out = append(out, 0)
		out = append(out, e.Hash[:]...)
	}
	return out
}
