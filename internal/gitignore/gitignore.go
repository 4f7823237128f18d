// Package gitignore answers whether git would leave an untracked path alone: the
// rules of gitignore(5), from the .gitignore files of the working tree, from
// info/exclude and from core.excludesFile.
//
// A "rule" is one line of such a file; a "frame" is one file. Of the rules of a
// frame the last one that matches counts, and the frame nearest to the path that
// has one. What lies in an ignored directory is ignored with it.
//
// The package knows nothing of the index, where a tracked path is never ignored:
// that is the caller's to ask. It opens no file and follows dir.c of git 2.55.
package gitignore

import (
	"path"
	"strings"

	"github.com/mlops-as-code/mlops/internal/gitconf/wildmatch"
)

// maxFile is the size beyond which git does not read such a file.
const maxFile = 100 << 20

// Source is a file of rules: the name that a Rule carries, and its text.
type Source struct {
	Name string
	Text []byte
}

// Options say where the rules are.
type Options struct {
	// Read returns a .gitignore file of the working tree, by its path relative to
	// the top with slashes. It is asked once for each directory, must not follow a
	// link in the last place, and any error counts as no file, as for git.
	Read func(path string) ([]byte, error)
	// Info is info/exclude, Global the file of core.excludesFile.
	Info, Global Source
	// FoldCase is core.ignoreCase.
	FoldCase bool
}

// Rule is one line and where it stands; Line counts from 1.
type Rule struct {
	File string
	Line int
	Text string
}

// Rules are all rules of one working tree. They are not safe for concurrent use.
type Rules struct {
	o      Options
	frames map[string]frame
	dirs   map[string]*Rule
	outer  [2]frame
}

// New prepares the rules; .gitignore files are read when they are needed.
func New(o Options) *Rules {
	return &Rules{
		o: o, frames: map[string]frame{}, dirs: map[string]*Rule{},
		outer: [2]frame{parse(o.Info), parse(o.Global)},
	}
}

// Ignored returns the rule by which git ignores a path, relative to the top with
// slashes, and whether there is one. dir says whether the path is a directory, and
// not a link to one.
func (r *Rules) Ignored(name string, dir bool) (Rule, bool) {
	by := r.above(path.Dir(name))
	if by == nil {
		by = r.decide(name, dir)
	}
	if by == nil {
		return Rule{}, false
	}
	return *by, true
}

// above returns the rule that takes a directory or one above it out, or nil.
func (r *Rules) above(dir string) *Rule {
	if isTop(dir) {
		return nil
	}
	if by, known := r.dirs[dir]; known {
		return by
	}
	by := r.above(path.Dir(dir))
	if by == nil {
		by = r.decide(dir, true)
	}
	r.dirs[dir] = by
	return by
}

// decide looks at one path whose parents are not ignored; nil is also the answer
// of a rule that takes it back in.
func (r *Rules) decide(name string, dir bool) *Rule {
	for at := path.Dir(name); ; at = path.Dir(at) {
		if by, found := r.frame(at).last(name, dir, r.o.FoldCase); found {
			return by
		}
		if isTop(at) {
			break
		}
	}
	for _, f := range r.outer {
		if by, found := f.last(name, dir, r.o.FoldCase); found {
			return by
		}
	}
	return nil
}

// isTop ends the way up, also of what is no relative path.
func isTop(dir string) bool { return dir == "." || dir == "/" }

func (r *Rules) frame(dir string) frame {
	f, known := r.frames[dir]
	if known {
		return f
	}
	name := path.Join(dir, ".gitignore")
	if text, err := r.o.Read(name); err == nil {
		f = parse(Source{name, text})
		if dir != "." {
			f.base = dir
		}
	}
	r.frames[dir] = f
	return f
}

// frame is one file's rules; base is its directory, "" for the top.
type frame struct {
	base  string
	rules []rule
}

type rule struct {
	Rule
	pattern  wildmatch.Pattern
	negative bool
}

func parse(s Source) frame {
	var f frame
	if len(s.Text) > maxFile {
		return f
	}
	line := 0
	for text := range strings.Lines(strings.TrimPrefix(string(s.Text), "\ufeff")) {
		line++
		text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
		text, _, _ = strings.Cut(text, "\x00")
		text = trimSpaces(text)
		if text == "" || text[0] == '#' {
			continue
		}
		rest, negative := strings.CutPrefix(text, "!")
		f.rules = append(f.rules, rule{Rule{s.Name, line, text}, wildmatch.ParsePattern(rest), negative})
	}
	return f
}

// trimSpaces takes off blanks at the end that no backslash protects.
func trimSpaces(s string) string {
	last := -1
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ' ':
			if last < 0 {
				last = i
			}
			continue
		case '\\':
			if i++; i == len(s) {
				return s
			}
		}
		last = -1
	}
	if last >= 0 {
		return s[:last]
	}
	return s
}

// last returns the last rule that matches: nil when it takes the path back in.
func (f frame) last(name string, dir, fold bool) (by *Rule, found bool) {
	for i := len(f.rules) - 1; i >= 0; i-- {
		r := &f.rules[i]
		if r.pattern.DirOnly && !dir || !r.pattern.Match(f.base, name, fold) {
			continue
		}
		if r.negative {
			return nil, true
		}
		return &r.Rule, true
	}
	return nil, false
}
