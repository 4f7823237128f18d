package hclspec

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
)

const (
	// maxAlternatives bounds what the braces of a pattern stand for together:
	// each is looked for on its own.
	maxAlternatives = 256
	// lookSteps is the price of one look at the directory, entrySteps of one name
	// in a listing.
	lookSteps, entrySteps = 100, 2
)

// Glob returns the regular files that match a pattern with `*`, `**`, `?`, `[]`
// and `{}`, sorted. The .git directory is never entered. Each look at the
// directory uses up the budget.
func (r *Reads) Glob(pattern string) ([]string, error) {
	clean, err := r.inside(pattern)
	if err != nil {
		return nil, err
	}
	if r.up != nil {
		return r.within(clean)
	}
	if alternatives(clean) > maxAlternatives {
		return nil, fmt.Errorf("%s: the braces stand for more than %d patterns; write fewer, or list the files", pattern, maxAlternatives)
	}
	names, err := doublestar.Glob(metered{r.fsys, r.budget}, mergeStars(clean),
		doublestar.WithFilesOnly(), doublestar.WithNoFollow(), doublestar.WithFailOnIOErrors())
	if over, ok := errors.AsType[*hcllimit.Excess](err); ok {
		return nil, over
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", pattern, reason(err))
	}
	sort.Strings(names)
	sum := sha256.Sum256([]byte(strings.Join(names, "\x00")))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.globs[clean] = hex.EncodeToString(sum[:])
	return names, nil
}

// within lists a pattern in the folder of a view, with names relative to it.
func (r *Reads) within(clean string) ([]string, error) {
	plain := strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, "]", `\]`, "{", `\{`, "}", `\}`)
	names, err := r.up.Glob(plain.Replace(r.sub) + "/" + clean)
	for i := range names {
		names[i] = strings.TrimPrefix(names[i], r.sub+"/")
	}
	return names, err
}

// GlobDigest lists a pattern afresh and returns what Globs would say of it.
func GlobDigest(fsys fs.FS, pattern string) (string, error) {
	r := newReads(fsys, hcllimit.NewBudget(hcllimit.MaxSteps, hcllimit.MaxBytes))
	_, err := r.Glob(pattern)
	return r.globs[pattern], err
}

// mergeStars drops every "**" that follows another: it matches nothing more, and
// the whole tree below would be listed again for each.
func mergeStars(pattern string) string {
	parts := strings.Split(pattern, "/")
	return strings.Join(slices.CompactFunc(parts, func(a, b string) bool { return a == "**" && b == "**" }), "/")
}

// alternatives counts the patterns without braces that a pattern stands for, up
// to a little more than is allowed.
func alternatives(pattern string) int {
	type group struct{ before, here int } // options that ended, and the one in progress
	open := []group{{here: 1}}
	for i := 0; i < len(pattern); i++ {
		top := &open[len(open)-1]
		switch pattern[i] {
		case '\\':
			i++
		case '{':
			open = append(open, group{here: 1})
		case ',':
			if len(open) > 1 {
				top.before, top.here = top.before+top.here, 1
			}
		case '}':
			if len(open) > 1 {
				open = open[:len(open)-1]
				open[len(open)-1].here *= top.before + top.here
			}
		}
		top = &open[len(open)-1]
		top.here = min(top.here, maxAlternatives+1)
		top.before = min(top.before, maxAlternatives+1)
	}
	return open[0].here
}

// metered charges for every look at the directory, because a pattern can make
// exponentially many. What cannot be read is passed over, as if it were not
// there; only the budget's refusal ends the search.
type metered struct {
	fs.FS
	budget *hcllimit.Budget
}

func (m metered) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := m.budget.Steps(lookSteps); err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(m.FS, name)
	if err != nil {
		return nil, nil
	}
	return entries, m.budget.Steps(entrySteps * int64(len(entries)))
}

func (m metered) Stat(name string) (fs.FileInfo, error) {
	if err := m.budget.Steps(lookSteps); err != nil {
		return nil, err
	}
	info, err := fs.Stat(m.FS, name)
	if err != nil {
		return nil, fs.ErrNotExist
	}
	return info, nil
}
