package gitrepo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// Lookup returns what a commit holds at each path, relative to Top. A path it
// does not hold is left out. Where a path leads through something that is no
// directory (a file, a symlink, a submodule), that ancestor is returned under
// its own path, asked for or not. Each tree object is read once. The zero
// commit, that of an unborn branch, holds nothing.
func (r *Repo) Lookup(commit plumbing.Hash, paths []string) (map[string]Entry, error) {
	found := make(map[string]Entry, len(paths))
	if commit.IsZero() || len(paths) == 0 {
		return found, nil
	}
	c, err := r.Commit(commit)
	if err != nil {
		return nil, err
	}
	sorted := slices.Clone(paths)
	slices.Sort(sorted)
	l := &lookup{repo: r, found: found, trees: map[plumbing.Hash][]byte{}}
	return found, l.tree(c.Tree, sorted, 0)
}

type lookup struct {
	repo  *Repo
	found map[string]Entry
	trees map[plumbing.Hash][]byte
}

// wish is what is asked of one name in a directory: the name itself, and a run
// of paths below it.
type wish struct {
	path  string // where the name ends this path, "" when not asked for
	below []string
}

// tree looks for paths, which share their first skip bytes, in a tree.
func (l *lookup) tree(name plumbing.Hash, paths []string, skip int) error {
	data, ok := l.trees[name]
	if !ok {
		var err error
		if data, err = l.repo.object(name, plumbing.TreeObject); err != nil {
			return err
		}
		l.trees[name] = data
	}
	wishes := wishesFor(paths, skip)
	var failed error
	err := eachEntry(data, func(entry []byte, e Entry) {
		if w, ok := wishes[string(entry)]; ok && failed == nil {
			failed = l.entry(w, e, skip+len(entry))
		}
	})
	if err != nil {
		return fmt.Errorf("tree %s: %w", name, err)
	}
	return failed
}

// entry fulfils a wish whose name ends at byte end of its paths.
func (l *lookup) entry(w wish, e Entry, end int) error {
	if w.path != "" {
		l.found[w.path] = e
	}
	if len(w.below) == 0 {
		return nil
	}
	if e.Mode != filemode.Dir {
		l.found[w.below[0][:end]] = e
		return nil
	}
	return l.tree(e.Hash, w.below, end+1)
}

// wishesFor groups sorted paths by their next name. Paths below one name stand
// together, but others may stand between them and the name itself.
func wishesFor(paths []string, skip int) map[string]wish {
	wishes := make(map[string]wish, min(len(paths), 64))
	for i := 0; i < len(paths); {
		name, _, nested := strings.Cut(paths[i][skip:], "/")
		w := wishes[name]
		if !nested {
			w.path = paths[i]
			wishes[name] = w
			i++
			continue
		}
		first, prefix := i, paths[i][:skip+len(name)+1]
		for i < len(paths) && strings.HasPrefix(paths[i], prefix) {
			i++
		}
		w.below = paths[first:i]
		wishes[name] = w
	}
	return wishes
}
