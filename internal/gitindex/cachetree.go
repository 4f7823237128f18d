package gitindex

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// node is one directory of the cached tree. entries is negative when the tree
// is not known.
type node struct {
	name    string
	entries int
	hash    Hash
	subs    []*node
	// raw is the encoded node with all below it, when read.
	raw []byte
}

// maxDepth bounds the recursion over a cached tree; a path has fewer segments.
const maxDepth = 4096

// parseTree reads one node and what is below it; nil when damaged.
func parseTree(b []byte, depth int) (*node, []byte) {
	start := b
	name, b, ok := bytes.Cut(b, []byte{0})
	if !ok || depth > maxDepth || (depth == 0) != (len(name) == 0) || bytes.IndexByte(name, '/') >= 0 {
		return nil, nil
	}
	counts, b, ok := bytes.Cut(b, []byte{'\n'})
	if !ok {
		return nil, nil
	}
	first, second, _ := strings.Cut(string(counts), " ")
	entries, err := strconv.Atoi(first)
	subs, err2 := strconv.Atoi(second)
	if err != nil || err2 != nil || subs < 0 || subs > len(b) {
		return nil, nil
	}
	n := &node{name: string(name), entries: entries}
	if entries >= 0 {
		if len(b) < hashSize {
			return nil, nil
		}
		n.hash, b = Hash(b), b[hashSize:]
	}
	for range subs {
		var sub *node
		if sub, b = parseTree(b, depth+1); sub == nil {
			return nil, nil
		}
		n.subs = append(n.subs, sub)
	}
	n.raw = start[:len(start)-len(b)]
	return n, b
}

// cacheTree returns the body of the TREE extension after the edits. It is empty
// when nothing is known.
func (w *writer) cacheTree() []byte {
	old := w.oldTree()
	if old == nil {
		return nil
	}
	top := w.rebuild(old, "", w.changedDirs())
	if top.entries < 0 && len(top.subs) == 0 {
		return nil
	}
	return top.append(nil)
}

// oldTree is the cached tree before the edits. That of an empty index is known
// to be empty.
func (w *writer) oldTree() *node {
	if w.x.count == 0 {
		return &node{}
	}
	for _, ext := range w.x.exts {
		if ext.sig == "TREE" {
			n, rest := parseTree(ext.body, 0)
			if n != nil && len(rest) == 0 {
				return n
			}
		}
	}
	return nil
}

// changedDirs maps each directory above an edit to its changed subdirectories.
func (w *writer) changedDirs() map[string]map[string]bool {
	dirs := map[string]map[string]bool{"": {}}
	for i := range w.change.Edits {
		path := w.change.Edits[i].Path
		for end := strings.LastIndexByte(path, '/'); end > 0; end = strings.LastIndexByte(path[:end], '/') {
			dir := path[:end]
			if dirs[dir] != nil {
				break
			}
			dirs[dir] = map[string]bool{}
		}
	}
	for dir := range dirs {
		if dir == "" {
			continue
		}
		up := strings.LastIndexByte(dir, '/')
		dirs[dir[:max(up, 0)]][dir[up+1:]] = true
	}
	return dirs
}

// rebuild returns the node of directory path after the edits. A directory that
// did not change stays as it is. One that did is known only when it was known
// to be what the commit started from.
func (w *writer) rebuild(old *node, path string, changed map[string]map[string]bool) *node {
	subs, ok := changed[path]
	if !ok {
		return old
	}
	n := &node{name: old.name, entries: -1}
	known := old.entries >= 0
	if t, ok := w.change.Trees[path]; ok && known && t.Old == old.hash {
		n.hash, n.entries = t.New, old.entries+w.delta[path]
	}
	todo := maps.Clone(subs)
	for _, sub := range old.subs {
		delete(todo, sub.name)
		w.adopt(n, w.rebuild(sub, join(path, sub.name), changed))
	}
	if known {
		// A known directory lists all its subdirectories: the others are new.
		for name := range todo {
			w.adopt(n, w.rebuild(&node{name: name}, join(path, name), changed))
		}
	}
	slices.SortFunc(n.subs, func(a, b *node) int {
		if len(a.name) != len(b.name) {
			return len(a.name) - len(b.name)
		}
		return strings.Compare(a.name, b.name)
	})
	return n
}

// adopt adds a subdirectory unless nothing is left in it.
func (w *writer) adopt(n, sub *node) {
	if sub.entries != 0 {
		n.subs = append(n.subs, sub)
	}
}

func join(dir, name string) string {
	if dir == "" {
		return name
	}
	return dir + "/" + name
}

func (n *node) append(out []byte) []byte {
	if n.raw != nil {
		return append(out, n.raw...)
	}
	out = append(append(out, n.name...), 0)
	out = strconv.AppendInt(out, int64(n.entries), 10)
	out = append(out, ' ')
	out = strconv.AppendInt(out, int64(len(n.subs)), 10)
	out = append(out, '\n')
	if n.entries >= 0 {
		out = append(out, n.hash[:]...)
	}
	for _, sub := range n.subs {
		out = sub.append(out)
	}
	return out
}
