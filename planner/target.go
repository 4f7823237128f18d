package planner

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// Selection limits a plan to some objects, by address or by path glob.
type Selection struct{ Targets, Excludes []string }

// Choose turns a selection into a predicate for Diff. A pattern that matches no
// object of the tree or the lock is an error: it is a typing mistake. So is a
// selection that leaves nothing over.
func (s Selection) Choose(t *Tree, lock *lockfile.Lock) (func(address, path string) bool, error) {
	if len(s.Targets) == 0 && len(s.Excludes) == 0 {
		return nil, nil
	}
	for _, pattern := range slices.Concat(s.Targets, s.Excludes) {
		if pattern == "" {
			return nil, errors.New("an empty pattern selects nothing")
		}
		if !doublestar.ValidatePattern(pattern) && !strings.ContainsAny(pattern, `["`) {
			return nil, fmt.Errorf("%s: is no valid path pattern", pattern)
		}
		if !matchesAny(pattern, t, lock) {
			return nil, fmt.Errorf("%s: matches no managed object; `mlops list` shows addresses and paths", pattern)
		}
	}
	chosen := func(address, path string) bool {
		in := len(s.Targets) == 0 || slices.ContainsFunc(s.Targets, func(p string) bool { return matches(p, address, path) })
		return in && !slices.ContainsFunc(s.Excludes, func(p string) bool { return matches(p, address, path) })
	}
	switch {
	case anyObject(t, lock, chosen):
		return chosen, nil
	case len(s.Targets) > 0:
		return nil, errors.New("nothing is left to do: every object that --target names, --exclude leaves out")
	default:
		return nil, errors.New("nothing is left to do: --exclude leaves out every object")
	}
}

func matchesAny(pattern string, t *Tree, lock *lockfile.Lock) bool {
	return anyObject(t, lock, func(address, path string) bool { return matches(pattern, address, path) })
}

// anyObject reports whether an object of the tree or the lock is as asked.
func anyObject(t *Tree, lock *lockfile.Lock, asked func(address, path string) bool) bool {
	for i := range t.Entries {
		if asked(t.Entries[i].Address, string(t.Entries[i].Path)) {
			return true
		}
	}
	for i := range t.Parts {
		if asked(t.Parts[i].Address, string(t.Parts[i].Path)) {
			return true
		}
	}
	for i := range lock.Objects {
		if asked(lock.Objects[i].Address, lock.Objects[i].Path) {
			return true
		}
	}
	return false
}

// matches takes an address, the address of a whole for_each block, a path, a
// directory or a path glob.
func matches(pattern, address, path string) bool {
	if pattern == address || strings.HasPrefix(address, pattern+"[") || strings.HasPrefix(address, pattern+".") {
		return true
	}
	dir := strings.TrimSuffix(pattern, "/")
	if path == dir || strings.HasPrefix(path, dir+"/") {
		return true
	}
	ok, err := doublestar.Match(pattern, path)
	return ok && err == nil
}
