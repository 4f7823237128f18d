package gitindex

import (
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Edit sets or removes one path.
type Edit struct {
	Path string
	// Remove takes out every stage of the path; else the path gets one entry
	// at stage 0, which keeps the path's AssumeValid and SkipWorktree flags.
	Remove bool
	Mode   uint32
	Hash   Hash
	Stat   Stat
}

// Change says how an index is to be rewritten.
type Change struct {
	// Edits are sorted by path, each path once. No path may be a directory of
	// another entry that stays: the caller has checked.
	Edits []Edit
	// ModifiedSec is when the file was last written that the index was read
	// from. git tells an edit made in that second from no edit by reading the
	// content; a later write would stop it from doing so.
	ModifiedSec uint32
	// Unproven is asked about each other entry as young as that. True makes git
	// read the file again. A nil Unproven means true for all of them.
	Unproven func(Entry) bool
	// Trees are the directories in which Edits change anything, by path, with ""
	// for the top, when a commit of just these edits was made.
	Trees map[string]Tree
}

// Tree is a directory before and after a commit; the zero Hash means absent.
type Tree struct{ Old, New Hash }

// Rewrite returns the bytes of the index with the change made.
func (x *Index) Rewrite(c Change) ([]byte, error) {
	for i := range c.Edits {
		path := c.Edits[i].Path
		if path == "" || strings.Contains("/"+path+"/", "//") || strings.IndexByte(path, 0) >= 0 {
			return nil, fmt.Errorf("index: bad path %q", path)
		}
		if i > 0 && c.Edits[i-1].Path >= path {
			return nil, fmt.Errorf("index: edits out of order at %q", path)
		}
	}
	w := &writer{x: x, cur: x.cursor(), change: &c, delta: map[string]int{}}
	w.out = make([]byte, headerSize, len(x.data)+len(c.Edits)*128+headerSize+hashSize)
	w.entries()
	copy(w.out, "DIRC")
	binary.BigEndian.PutUint32(w.out[4:], w.cur.version)
	binary.BigEndian.PutUint32(w.out[8:], uint32(w.count))
	if w.count > 1<<31-1 {
		return nil, errors.New("index: too many entries")
	}
	w.extensions()
	sum := sha1.Sum(w.out)
	return append(w.out, sum[:]...), nil
}

// writer merges the edits into the entries.
type writer struct {
	x      *Index
	change *Change
	cur    cursor
	out    []byte
	count  int
	// last is, in version 4, the path of the last entry written, and moved says
	// that it is not the one that the next entry was packed against.
	last  []byte
	moved bool
	// delta counts the entries that the edits add to each directory.
	delta map[string]int
}

func (w *writer) entries() {
	edits := w.change.Edits
	var had *Entry // what the first of edits replaces
	from := w.cur.pos
	flush := func(to int) {
		w.out = append(w.out, w.cur.body[from:to]...)
	}
	for range w.x.count {
		if w.cur.next() != nil {
			break // cannot happen: Parse has passed over it
		}
		for len(edits) > 0 && edits[0].Path < string(w.cur.name) {
			flush(w.cur.at)
			from = w.cur.at
			w.put(&edits[0], had)
			edits, had = edits[1:], nil
		}
		if len(edits) > 0 && edits[0].Path == string(w.cur.name) {
			flush(w.cur.at)
			from = w.cur.pos
			if e := w.cur.entry(); had == nil || e.Stage == 0 {
				had = &e
			}
			w.moved = w.cur.version == 4
			continue
		}
		w.count++
		if smudge := w.unproven(); smudge || w.moved {
			flush(w.cur.at)
			from = w.cur.pos
			w.keep(smudge)
		}
		w.remember(w.cur.name)
	}
	flush(len(w.cur.body))
	for i := range edits {
		w.put(&edits[i], had)
		had = nil
	}
}

// put writes the entry of an edit, if it has one.
func (w *writer) put(e *Edit, had *Entry) {
	switch {
	case had == nil && !e.Remove:
		w.addTo(e.Path, 1)
	case had != nil && e.Remove:
		w.addTo(e.Path, -1)
	}
	if e.Remove {
		return
	}
	entry := Entry{Path: []byte(e.Path), Mode: e.Mode, Hash: e.Hash, Stat: e.Stat}
	if had != nil {
		entry.AssumeValid, entry.SkipWorktree = had.AssumeValid, had.SkipWorktree
	}
	start := len(w.out)
	w.out = appendHead(w.out, &entry)
	w.name(start, entry.Path)
	w.count++
	w.remember(entry.Path)
	w.moved = w.cur.version == 4
}

// keep writes the current entry again: against another predecessor, or with the
// size that makes git read the file.
func (w *writer) keep(smudge bool) {
	start := len(w.out)
	w.out = append(w.out, w.cur.head()...)
	if smudge {
		binary.BigEndian.PutUint32(w.out[start+sizeOffset:], 0)
	}
	w.name(start, w.cur.name)
	w.moved = false
}

// name completes the entry that begins at start.
func (w *writer) name(start int, name []byte) {
	if w.cur.version == 4 {
		common := 0
		for common < len(w.last) && common < len(name) && w.last[common] == name[common] {
			common++
		}
		w.out = appendVarint(w.out, uint64(len(w.last)-common))
		w.out = append(append(w.out, name[common:]...), 0)
		return
	}
	w.out = append(w.out, name...)
	n := len(w.out) - start
	w.out = append(w.out, make([]byte, padded(n)-n)...)
}

func (w *writer) remember(name []byte) {
	if w.cur.version == 4 {
		w.last = append(w.last[:0], name...)
	}
}

// unproven reports whether the current entry must lose its size: its file may
// have been edited in the second in which the index was written.
func (w *writer) unproven() bool {
	const gitlink = 0o160000
	if binary.BigEndian.Uint32(w.cur.body[w.cur.at+8:]) < w.change.ModifiedSec || w.cur.stage() != 0 {
		return false
	}
	e := w.cur.entry()
	if e.Stat.Size == 0 || e.Mode == gitlink {
		return false
	}
	return w.change.Unproven == nil || w.change.Unproven(e)
}

// addTo counts n entries more in all directories above path.
func (w *writer) addTo(path string, n int) {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			w.delta[path[:i]] += n
		}
	}
	w.delta[""] += n
}

// extensions writes what outlasts the change.
func (w *writer) extensions() {
	if tree := w.cacheTree(); len(tree) > 0 {
		w.extension("TREE", tree)
	}
	for _, ext := range w.x.exts {
		switch ext.sig {
		case "REUC":
			w.extension(ext.sig, ext.body)
		case "UNTR":
			if body := restartUntracked(ext.body); body != nil {
				w.extension(ext.sig, body)
			}
		}
	}
}

func (w *writer) extension(sig string, body []byte) {
	w.out = append(w.out, sig...)
	w.out = binary.BigEndian.AppendUint32(w.out, uint32(len(body)))
	w.out = append(w.out, body...)
}

// restartUntracked changes the recorded digest of info/exclude, at which git
// drops all it has cached about untracked files but keeps the cache in use. It
// returns nil when body is not understood, which switches the cache off.
func restartUntracked(body []byte) []byte {
	const statSize = 36
	ident, n := varint(body)
	at := uint64(n) + ident + 2*statSize + 4 // two stats, the directory flags
	if n == 0 || ident > uint64(len(body)) || at+hashSize > uint64(len(body)) {
		return nil
	}
	out := append([]byte(nil), body...)
	for i := range hashSize {
		out[at+uint64(i)] ^= 0x5a
	}
	return out
}
