package gitfetch

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/show"
)

// walker collects the files of a tree from raw tree objects: nothing that a
// tree holds is interpreted by anyone else.
type walker struct {
	ctx    context.Context
	objs   objects
	limits Limits
	tree   Tree
	found  []found
	links  []found
	repo   string // the tree of the whole commit
	dir    string
	others int // entries that are no files
}

// found is a file whose content is not read yet.
type found struct {
	path, id string
	exec     bool
}

// entry is one line of a tree object.
type entry struct {
	mode, name, id string
}

func (e entry) isDir() bool { return e.mode == "40000" || e.mode == "040000" }

// badDir says what is wrong with the name of a directory, or "".
func badDir(dir string) string {
	if dir != "" && (!fs.ValidPath(dir) || dir == "." || strings.Contains(dir, "\x00")) {
		return fmt.Sprintf("%q is not a path inside a repository", show.Clip(dir, 200))
	}
	return ""
}

// collect returns the files below dir in the commit. Sizes are checked before
// the first content is read.
func (w *walker) collect(commit, dir string) (*Tree, error) {
	top, err := w.top(commit)
	if err != nil {
		return nil, err
	}
	w.repo, w.dir = top, dir
	if top, err = w.descend(top, commit, dir); err != nil {
		return nil, err
	}
	if err := w.walk(top, "", 1); err != nil {
		return nil, err
	}
	if err := w.loadLinks(); err != nil {
		return nil, err
	}
	if err := w.weigh(); err != nil {
		return nil, err
	}
	if err := w.load(); err != nil {
		return nil, err
	}
	slices.SortFunc(w.tree.Files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(w.tree.Links, func(a, b Link) int { return cmp.Compare(a.Path, b.Path) })
	slices.Sort(w.tree.Skipped)
	return &w.tree, nil
}

// top returns the tree of a commit.
func (w *walker) top(commit string) (string, error) {
	kind, content, err := w.small(commit)
	if err != nil {
		return "", err
	}
	if kind != "commit" {
		return "", &Error{Kind: KindRef, Reason: fmt.Sprintf("%s is a %s, not a commit", commit, kind)}
	}
	id := field(content, "tree")
	if id == "" {
		return "", &Error{Kind: KindContent, Reason: "commit " + commit + " has no tree"}
	}
	return id, nil
}

// small reads an object that is not a file.
func (w *walker) small(id string) (kind string, content []byte, err error) {
	if err := w.ctx.Err(); err != nil {
		return "", nil, err
	}
	return w.objs.read(id, w.limits.File)
}

func tooLarge(what string, size, limit int64) error {
	return overLimit("%s: %s, over the limit of %s", what, bytesOf(size), bytesOf(limit))
}

// list reads a tree object.
func (w *walker) list(id string) ([]entry, error) {
	kind, content, err := w.small(id)
	if err != nil {
		return nil, err
	}
	if kind != "tree" {
		return nil, &Error{Kind: KindContent, Reason: fmt.Sprintf("%s is a %s where a tree should be", id, kind)}
	}
	entries, err := parseTree(content, len(id)/2)
	if err != nil {
		return nil, &Error{Kind: KindContent, Reason: "tree " + id + ": " + err.Error()}
	}
	return entries, nil
}

var errTree = errors.New("is damaged")

// parseTree reads "mode name NUL id" again and again.
func parseTree(raw []byte, idLen int) ([]entry, error) {
	var out []entry
	for len(raw) > 0 {
		head, rest, ok := bytes.Cut(raw, []byte{0})
		mode, name, space := bytes.Cut(head, []byte{' '})
		if !ok || !space || len(rest) < idLen {
			return nil, errTree
		}
		out = append(out, entry{string(mode), string(name), hex.EncodeToString(rest[:idLen])})
		raw = rest[idLen:]
	}
	return out, nil
}

// descend finds the tree of a directory.
func (w *walker) descend(top, commit, dir string) (string, error) {
	if dir == "" {
		return top, nil
	}
	at := ""
	for segment := range strings.SplitSeq(dir, "/") {
		entries, err := w.list(top)
		if err != nil {
			return "", err
		}
		at = path.Join(at, segment)
		i := slices.IndexFunc(entries, func(e entry) bool { return e.name == segment })
		if i >= 0 && entries[i].isDir() {
			top = entries[i].id
			continue
		}
		return "", noDir(entries, i, at, commit)
	}
	return top, nil
}

func noDir(entries []entry, i int, at, commit string) error {
	reason := fmt.Sprintf("no directory %q in commit %s", show.Clip(at, 200), short(commit))
	if i >= 0 {
		reason = fmt.Sprintf("%q is a %s in commit %s, not a directory", show.Clip(at, 200), entries[i].what(), short(commit))
	} else {
		var names []string
		for _, e := range entries {
			if e.isDir() && plain(e.name) {
				names = append(names, e.name)
			}
		}
		if name := nearest(path.Base(at), names); name != "" {
			reason += fmt.Sprintf(": did you mean %q?", path.Join(path.Dir(at), name))
		}
	}
	return &Error{Kind: KindDirectory, Reason: reason}
}

func (e entry) what() string {
	switch e.mode {
	case "120000":
		return "symbolic link"
	case "160000":
		return "submodule"
	}
	return "file"
}

// walk goes through a tree. Depth is bounded, and each entry counts, so a tree
// that holds itself many times over ends soon.
func (w *walker) walk(id, dir string, depth int) error {
	entries, err := w.list(id)
	if err != nil {
		return err
	}
	seen := make(map[string]bool, len(entries))
	for _, e := range entries {
		p := e.name
		if dir != "" {
			p = dir + "/" + e.name
		}
		if seen[e.name] {
			return refused(p, "is there twice")
		}
		seen[e.name] = true
		if err := w.check(e, p, depth); err != nil {
			return err
		}
		if err := w.take(e, p, depth); err != nil {
			return err
		}
	}
	return nil
}

// take notes an entry or goes into it.
func (w *walker) take(e entry, p string, depth int) error {
	switch e.mode {
	case "40000", "040000":
		if w.others++; w.others > w.limits.Files {
			return overLimit("%q: more than the limit of %d directories, links and submodules", p, w.limits.Files)
		}
		return w.walk(e.id, p, depth+1)
	case "120000", "160000":
		if w.others++; w.others > w.limits.Files {
			return overLimit("%q: more than the limit of %d directories, links and submodules", p, w.limits.Files)
		}
		if e.mode == "120000" {
			w.links = append(w.links, found{p, e.id, false})
			return nil
		}
		w.skip(p, e.what()+"s are not taken")
	case "100644", "100755", "100664":
		if len(w.found) >= w.limits.Files {
			return overLimit("%q: more than the limit of %d files", p, w.limits.Files)
		}
		w.found = append(w.found, found{p, e.id, e.mode == "100755"})
	default:
		return refused(p, fmt.Sprintf("has the unknown mode %q", e.mode))
	}
	return nil
}

func (w *walker) skip(p, why string) {
	w.tree.Skipped = append(w.tree.Skipped, show.Line(p)+": "+why)
}

// check refuses a name that is no path, and one over the limits.
func (w *walker) check(e entry, p string, depth int) error {
	switch {
	case len(p) > w.limits.Path:
		return overLimit("%q...: a path over the limit of %d bytes", p[:min(len(p), 100)], w.limits.Path)
	case depth > w.limits.Depth:
		return overLimit("%q: deeper than the limit of %d", p, w.limits.Depth)
	case strings.EqualFold(e.name, ".git"):
		return refused(p, "is a name of git's own")
	case e.name == ".", strings.Contains(e.name, "/"), !fs.ValidPath(e.name):
		return refused(p, "is not a path")
	}
	return nil
}

func refused(p, why string) error {
	return &Error{Kind: KindContent, Reason: fmt.Sprintf("%q %s", p, why)}
}

// weigh checks the sizes of all files.
func (w *walker) weigh() error {
	var total int64
	for _, f := range w.found {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		kind, size, err := w.objs.stat(f.id)
		if err != nil {
			return fmt.Errorf("%q: %w", f.path, err)
		}
		if kind != "blob" {
			return refused(f.path, "is a "+kind+" where a file should be")
		}
		if size > w.limits.File {
			return overLimit("%q: %s, over the limit of %s a file", f.path, bytesOf(size), bytesOf(w.limits.File))
		}
		if total += size; total > w.limits.Tree {
			return overLimit("%q: all files together are over the limit of %s", f.path, bytesOf(w.limits.Tree))
		}
	}
	return nil
}

// lfsPointer begins a file whose content is elsewhere (git-lfs, docs/spec.md).
const lfsPointer = "version https://git-lfs.github.com/spec/v1\n"

// load reads all files.
func (w *walker) load() error {
	for _, f := range w.found {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		_, content, err := w.objs.read(f.id, w.limits.File)
		if err != nil {
			return fmt.Errorf("%q: %w", f.path, err)
		}
		if len(content) < 1024 && bytes.HasPrefix(content, []byte(lfsPointer)) {
			w.skip(f.path, "Git LFS keeps its content elsewhere, which is not fetched")
			continue
		}
		w.tree.Files = append(w.tree.Files, File{f.path, content, f.exec})
	}
	return nil
}

// bytesOf writes a size as people do, but a little over a limit shows that it is.
func bytesOf(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<20 && n%(1<<20) > 1<<20/20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}
