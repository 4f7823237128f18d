package safepath

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold is the key under which p collides: canonical caseless matching of the
// Unicode Standard (section 3.13, D145) with full case folding. Equal keys mean
// that some file system takes the two paths for one.
func Fold(p Path) string {
	s := string(p)
	switch ascii, capitals := look(s); {
	case !ascii:
	case capitals:
		return strings.ToLower(s)
	default:
		return s
	}
	return norm.NFC.String(fold(norm.NFD.String(s)))
}

// fold is full case folding. cases.Fold swaps the two cases of Cherokee instead
// of folding the small letters to the capital ones.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cherokee, r) {
			return unicode.ToUpper(r)
		}
		return r
	}, cases.Fold().String(s))
}

// Collision is two paths that cannot both exist. A stands before B in the input,
// except that a file stands before what lies below it.
type Collision struct {
	A, B Path
	// Why continues "A and B ".
	Why string
}

// Collisions finds the paths that cannot stand beside each other: the same path
// twice, two that differ only in case or Unicode form, and a file where another
// path needs a folder. Each path is reported at most once for each reason, in
// input order.
func Collisions(paths []Path) []Collision {
	t := table{paths: paths, keys: make([]string, len(paths)), at: make(map[string]int, len(paths))}
	var found []Collision
	for i, p := range paths {
		k := Fold(p)
		t.keys[i] = k
		if j, taken := t.at[k]; taken {
			found = append(found, Collision{A: paths[j], B: p, Why: same(paths[j], p)})
			continue
		}
		t.at[k] = i
	}
	return append(found, t.below()...)
}

// Folders finds the folders that paths need and that are one where case or Unicode
// form does not count, in input order. Each spelling but the first is reported once,
// with the first path that needs it, and only where nothing above it is at fault.
func Folders(paths []Path) (found []Collision) {
	first, seen, last := map[string]int{}, map[string]bool{}, "" // by key; as spelled
	for i, p := range paths {
		dir := parent(string(p))
		if dir == last { // neighbours mostly share their folder
			continue
		}
		last = dir
		if seen[dir] {
			continue
		}
		why, with := "", 0
		for key := parent(Fold(p)); dir != "" && !seen[dir]; dir, key = parent(dir), parent(key) {
			seen[dir] = true
			j, taken := first[key]
			if !taken {
				first[key] = i
				continue
			}
			other := above(string(paths[j]), strings.Count(dir, "/"))
			if path.Base(other) != path.Base(dir) { // else it is their folders' fault
				why, with = fmt.Sprintf("need the folders %s and %s, which %s and are one folder on some systems", other, dir, same(Path(other), Path(dir))), j
			}
		}
		if why != "" {
			found = append(found, Collision{A: paths[with], B: p, Why: why})
		}
	}
	return found
}

// above is the folder of a path that has n slashes in its name.
func above(p string, n int) string {
	for i := range len(p) {
		if p[i] != '/' {
			continue
		}
		if n == 0 {
			return p[:i]
		}
		n--
	}
	return p
}

func same(a, b Path) string {
	switch {
	case a == b:
		return "are the same path"
	case norm.NFC.String(string(a)) == norm.NFC.String(string(b)):
		return "differ only in Unicode form"
	}
	return "differ only in case"
}

// table finds a path by its key.
type table struct {
	paths []Path
	keys  []string
	at    map[string]int
	dirs  map[string]int // what fileAbove answered before
}

// below finds the paths that lie below a file.
func (t *table) below() (found []Collision) {
	t.dirs = make(map[string]int)
	last, file := "", -1
	for i, k := range t.keys {
		dir := parent(k)
		// Neighbours mostly share their folder.
		if dir != last {
			last, file = dir, t.fileAbove(dir)
		}
		if file >= 0 {
			found = append(found, Collision{A: t.paths[file], B: t.paths[i], Why: "need the same name for a file and a folder"})
		}
	}
	return found
}

// fileAbove is the index of the path whose key is dir or a folder above it; -1
// when there is none.
func (t *table) fileAbove(dir string) int {
	if dir == "" {
		return -1
	}
	if i, known := t.dirs[dir]; known {
		return i
	}
	i, taken := t.at[dir]
	if !taken {
		i = t.fileAbove(parent(dir))
	}
	t.dirs[dir] = i
	return i
}

func parent(key string) string { return key[:max(0, strings.LastIndexByte(key, '/'))] }

// look reports whether s is ASCII, and then whether it has capitals.
func look(s string) (ascii, capitals bool) {
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			return false, false
		}
		capitals = capitals || c-'A' < 26
	}
	return true, capitals
}
