package gitconf

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/mlops-as-code/mlops/internal/gitconf/wildmatch"
)

// add takes one entry and follows it when it is an include. depth is how many
// includes lie above it.
func (l *loader) add(e Entry, depth int) error {
	l.entries = append(l.entries, e)
	if e.Key == "extensions.worktreeconfig" && e.Scope == Local && depth == 0 {
		if on, ok := parseBool(e.Value); ok {
			l.worktreeConfig = on || !e.Valued
		}
	}
	if l.probing && isRemoteURL(e.Key) {
		if l.conditional {
			return errors.New("a file included by hasconfig:remote.*.url must not set a remote's url")
		}
		l.urls = append(l.urls, e.Value)
	}
	if e.Key == "include.path" {
		return l.include(e, depth)
	}
	cond, ok := strings.CutPrefix(e.Key, "includeif.")
	if !ok {
		return nil
	}
	cond, ok = strings.CutSuffix(cond, ".path")
	if !ok {
		return nil
	}
	return l.includeIf(e, cond, depth)
}

func isRemoteURL(key string) bool {
	return strings.HasPrefix(key, "remote.") && strings.HasSuffix(key, ".url") && len(key) > len("remote.url")
}

func (l *loader) includeIf(e Entry, cond string, depth int) error {
	holds, err := l.holds(e, cond)
	if err != nil || !holds {
		return err
	}
	if l.probing && strings.HasPrefix(cond, "hasconfig:") {
		was := l.conditional
		l.conditional = true
		defer func() { l.conditional = was }()
	}
	return l.include(e, depth)
}

// include reads the file that the entry names, relative to the entry's file.
func (l *loader) include(e Entry, depth int) error {
	if !e.Valued {
		return fmt.Errorf("line %d: %s has no value", e.Line, e.Key)
	}
	path, err := expandHome(e.Value, l.o.Env["HOME"])
	if err != nil {
		return fmt.Errorf("line %d: %s %w", e.Line, e.Key, err)
	}
	if !filepath.IsAbs(path) {
		if e.File == "" {
			return fmt.Errorf("%s: a relative include must stand in a file", e.Key)
		}
		path = filepath.Join(filepath.Dir(e.File), path)
	}
	if depth+1 > maxDepth {
		return fmt.Errorf("line %d: more than %d includes inside each other", e.Line, maxDepth)
	}
	return l.file(source{path: path, scope: e.Scope, depth: depth + 1})
}

// holds decides a condition; one that nobody knows is false.
func (l *loader) holds(e Entry, cond string) (bool, error) {
	kind, pattern, _ := strings.Cut(cond, ":")
	switch kind {
	case "gitdir":
		return l.dirMatches(e, pattern, match{dir: l.o.GitDir})
	case "gitdir/i":
		return l.dirMatches(e, pattern, match{dir: l.o.GitDir, fold: true})
	case "worktree":
		return l.dirMatches(e, pattern, match{dir: l.o.WorkTree})
	case "worktree/i":
		return l.dirMatches(e, pattern, match{dir: l.o.WorkTree, fold: true})
	case "onbranch":
		if l.o.Branch == nil {
			return false, nil
		}
		branch := l.o.Branch()
		return branch != "" && wildmatch.Match(deepen(pattern), branch, wildmatch.Pathname), nil
	case "hasconfig":
		if pattern, ok := strings.CutPrefix(pattern, "remote.*.url:"); ok {
			return l.remoteMatches(pattern)
		}
	}
	return false, nil
}

// match is a directory to hold against a condition.
type match struct {
	dir  string
	fold bool
}

// dirMatches holds a pattern against the directory, symlinks resolved or not.
func (l *loader) dirMatches(e Entry, pattern string, m match) (bool, error) {
	if m.dir == "" {
		return false, nil
	}
	pattern, literal, err := l.dirPattern(e, pattern)
	if err != nil {
		return false, err
	}
	var flags wildmatch.Flags = wildmatch.Pathname
	if m.fold {
		flags |= wildmatch.FoldCase
	}
	for _, dir := range []string{resolved(m.dir), filepath.Clean(m.dir)} {
		dir = filepath.ToSlash(dir)
		if len(dir) < literal {
			continue
		}
		same := dir[:literal] == pattern[:literal]
		if m.fold {
			same = strings.EqualFold(dir[:literal], pattern[:literal])
		}
		if same && wildmatch.Match(pattern[literal:], dir[literal:], flags) {
			return true, nil
		}
	}
	return false, nil
}

// dirPattern completes the pattern of a condition. Its first literal bytes are
// compared byte by byte, so that wildcards in the name of the configuration
// file's own directory mean nothing.
func (l *loader) dirPattern(e Entry, pattern string) (whole string, literal int, err error) {
	home := l.o.Env["HOME"]
	if home != "" && strings.HasPrefix(pattern, "~") {
		home = filepath.ToSlash(resolved(home))
	}
	if expanded, err := expandHome(pattern, home); err == nil {
		pattern = expanded
	}
	switch {
	case strings.HasPrefix(pattern, "./"):
		if e.File == "" {
			return "", 0, fmt.Errorf("%s: a relative condition must stand in a file", e.Key)
		}
		dir := filepath.ToSlash(filepath.Dir(resolved(e.File)))
		pattern, literal = dir+pattern[1:], len(dir)+1
	case !filepath.IsAbs(filepath.FromSlash(pattern)):
		pattern = "**/" + pattern
	}
	return deepen(pattern), literal, nil
}

// deepen lets a pattern that ends in a slash match all below.
func deepen(pattern string) string {
	if strings.HasSuffix(pattern, "/") {
		return pattern + "**"
	}
	return pattern
}

// remoteMatches asks whether any remote's URL matches, wherever it is set.
func (l *loader) remoteMatches(pattern string) (bool, error) {
	if l.probing {
		return true, nil
	}
	if !l.urlsKnown {
		probe := &loader{o: l.o, budget: l.budget, probing: true}
		if err := probe.sequence(); err != nil {
			return false, err
		}
		l.urls, l.urlsKnown = probe.urls, true
	}
	for _, url := range l.urls {
		if wildmatch.Match(pattern, url, wildmatch.Pathname) {
			return true, nil
		}
	}
	return false, nil
}

// resolved is the path without symlinks, or the path itself when it cannot be
// resolved.
func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return filepath.Clean(path)
}
