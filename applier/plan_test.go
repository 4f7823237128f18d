package applier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/gitconf"
	"github.com/mlops-as-code/mlops/internal/gitrepo"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
	"github.com/mlops-as-code/mlops/planner"
)

func (w *world) context() context.Context { return context.Background() }

// locked is an entry of the tests' own, simple lock file.
type locked struct{ Digest, Mode string }

// readLock returns the lock file and its bytes.
func (w *world) readLock() (map[string]locked, []byte) {
	data, err := os.ReadFile(w.path(planner.LockPath))
	lock := map[string]locked{}
	if err == nil {
		if err := json.Unmarshal(data, &lock); err != nil {
			w.Fatalf("the lock file is torn: %v", err)
		}
	}
	return lock, data
}

// state is what stands at a path, nil for nothing.
func (w *world) state(p string) (*planner.State, []byte) {
	w.Helper()
	info, err := os.Lstat(w.path(p))
	if err != nil {
		return nil, nil
	}
	s := &planner.State{Type: typeOf(info.Mode()), Size: info.Size()}
	var data []byte
	switch s.Type {
	case "symlink":
		target, _ := os.Readlink(w.path(p))
		data = []byte(target)
	case "file":
		data, err = os.ReadFile(w.path(p))
		s.Mode = modeOf(executable(info))
	default:
		return s, nil
	}
	if err != nil {
		w.Fatal(err)
	}
	s.Digest = digestOf(data)
	return s, data
}

func modeOf(exec bool) string {
	if exec {
		return "0755"
	}
	return "0644"
}

func wanted(content string) *planner.State {
	return &planner.State{
		Type: "file", Digest: digestOf([]byte(content)), Size: int64(len(content)),
		Mode: modeOf(strings.HasPrefix(content, "#!")),
	}
}

// plan is a small planner: enough to tell create, update, delete, adopt and
// forget apart, and to find what was not committed.
func (w *world) plan() *planner.Plan {
	w.Helper()
	p := &planner.Plan{
		FormatVersion: planner.FormatVersion, Mode: "apply", Commit: w.commit, Blobs: map[string][]byte{},
	}
	lock, lockBytes := w.readLock()
	next := map[string]locked{}
	for _, name := range slices.Sorted(maps.Keys(w.want)) {
		after := wanted(w.want[name])
		next[name] = locked{after.Digest, after.Mode}
		w.ever[name] = true
		if c := w.change(name, after, lock); c != nil {
			p.Changes = append(p.Changes, *c)
			p.Blobs[after.Digest] = []byte(w.want[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(lock)) {
		if _, ok := w.want[name]; ok {
			continue
		}
		c := planner.Change{Path: name, Actions: []string{"delete"}}
		if c.Before, _ = w.state(name); c.Before == nil || c.Before.Type == "directory" {
			c.Actions[0], c.Before = "forget", nil
		}
		p.Changes = append(p.Changes, c)
	}
	w.planLock(p, next, lockBytes)
	if p.Commit.Enabled {
		w.leftover(p, next)
	}
	data, err := json.Marshal(p)
	if err != nil {
		w.Fatal(err)
	}
	p.ID = digestOf(data)
	return p
}

func (w *world) isFile(name string) bool {
	info, err := os.Lstat(w.path(name))
	return err == nil && !info.IsDir()
}

func (w *world) change(name string, after *planner.State, lock map[string]locked) *planner.Change {
	before, data := w.state(name)
	c := &planner.Change{Path: name, Before: before, After: after, Actions: []string{"update"}}
	_, managed := lock[name]
	switch {
	case before == nil:
		c.Actions[0] = "create"
	case before.Type == "file" && string(data) == w.want[name] && before.Mode == after.Mode:
		if lock[name] == (locked{after.Digest, after.Mode}) {
			return nil
		}
		c.Actions[0] = "adopt"
	case before.Type == "directory" && w.vacated(name, lock):
	case !managed:
		c.Actions[0], c.Message = "conflict", "is not managed"
	}
	return c
}

// vacated reports whether all below a directory is managed and no longer wanted.
func (w *world) vacated(dir string, lock map[string]locked) bool {
	ok := true
	fs.WalkDir(os.DirFS(w.root), dir, func(p string, e fs.DirEntry, err error) error {
		_, managed := lock[p]
		_, stays := w.want[p]
		ok = ok && (e.IsDir() || managed && !stays)
		return err
	})
	return ok
}

func (w *world) planLock(p *planner.Plan, next map[string]locked, old []byte) {
	var content []byte
	if len(next) > 0 {
		content, _ = json.MarshalIndent(next, "", " ")
	}
	if string(content) == string(old) {
		return
	}
	p.Lock = &planner.Transition{}
	if old != nil {
		p.Lock.Before = digestOf(old)
	}
	if content != nil {
		p.Lock.After = digestOf(content)
		p.Blobs[p.Lock.After] = content
	}
}

// leftover finds bytes that are right on disk and not in HEAD.
func (w *world) leftover(p *planner.Plan, next map[string]locked) {
	w.Helper()
	var edits []gitwrite.Edit
	refs := map[string]planner.FileRef{}
	repo, err := gitrepo.Open(w.root, gitrepo.Options{Env: gitconf.Env(w.env), UID: os.Geteuid()})
	if errors.Is(err, gitrepo.ErrNotRepository) {
		repo = nil
	} else if err != nil {
		return
	} else {
		defer repo.Close()
	}
	names := slices.Collect(maps.Keys(next))
	if len(next) > 0 {
		names = append(names, planner.LockPath)
	}
	for _, name := range append(names, w.vanished(repo, next)...) {
		s, data := w.state(name)
		if s != nil && s.Type == "directory" {
			s = nil
		}
		full := name
		var e gitwrite.Edit
		if repo != nil {
			full = path.Join(repo.Prefix, name)
		}
		if s != nil && s.Type != "file" || name != planner.LockPath && s != nil && digestOf(data) != next[name].Digest {
			continue
		}
		ref := planner.FileRef{Path: name}
		if s != nil {
			ref.Digest, ref.Mode = s.Digest, s.Mode
			e = gitwrite.Edit{Mode: gitwrite.ModeFile, Hash: gitwrite.HashOf(gitwrite.Blob, w.clean(repo, full, data))}
			if s.Mode == "0755" {
				e.Mode = gitwrite.ModeExec
			}
		}
		e.Path = full
		edits = append(edits, e)
		refs[full] = ref
	}
	w.addLeftover(p, repo, edits, refs)
}

func (w *world) addLeftover(p *planner.Plan, repo *gitrepo.Repo, edits []gitwrite.Edit, refs map[string]planner.FileRef) {
	changed := map[string]bool{}
	for _, c := range p.Changes {
		changed[c.Path] = true
	}
	var open []string
	if repo == nil {
		for _, e := range edits {
			open = append(open, e.Path)
		}
	} else if head, err := repo.Head(); err == nil {
		if open, err = uncommitted(repo, head.Commit, edits); err != nil {
			w.Fatal(err)
		}
	}
	slices.Sort(open)
	for _, full := range open {
		if ref := refs[full]; !changed[ref.Path] && (ref.Path != planner.LockPath || p.Lock == nil) {
			p.Leftover = append(p.Leftover, ref)
		}
	}
}

// vanished are the paths that the committed lock has and the new one has not.
func (w *world) vanished(repo *gitrepo.Repo, next map[string]locked) (out []string) {
	if repo == nil {
		return nil
	}
	head, err := repo.Head()
	if err != nil {
		return nil
	}
	found, err := repo.Lookup(head.Commit, []string{path.Join(repo.Prefix, planner.LockPath)})
	if err != nil {
		w.Fatal(err)
	}
	for _, e := range found {
		blob, err := repo.Blob(e.Hash)
		if err != nil {
			w.Fatal(err)
		}
		old := map[string]locked{}
		if json.Unmarshal(blob, &old) != nil {
			continue
		}
		for name := range old {
			if _, ok := next[name]; !ok && !w.isFile(name) {
				out = append(out, name)
			}
		}
		if len(next) == 0 && !w.exists(planner.LockPath) {
			out = append(out, planner.LockPath)
		}
	}
	return out
}

// clean is what git stores for data.
func (w *world) clean(repo *gitrepo.Repo, full string, data []byte) []byte {
	if repo == nil {
		return data
	}
	rules, err := repo.Attributes(nil)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.Fatal(err)
	}
	return rules.For(full).Clean(data, nil)
}

func empty(p *planner.Plan) bool {
	return len(p.Changes) == 0 && len(p.Leftover) == 0 && p.Lock == nil
}

func describe(p *planner.Plan) string {
	var lines []string
	for _, c := range p.Changes {
		lines = append(lines, fmt.Sprintf("%v %s", c.Actions, c.Path))
	}
	for _, l := range p.Leftover {
		lines = append(lines, "leftover "+l.Path)
	}
	if p.Lock != nil {
		lines = append(lines, "lock")
	}
	return strings.Join(lines, ", ")
}

// uncommitted lists the paths that the commit does not hold as given.
func uncommitted(r *gitrepo.Repo, commit plumbing.Hash, want []gitwrite.Edit) ([]string, error) {
	paths := make([]string, len(want))
	for i, e := range want {
		paths[i] = e.Path
	}
	found, err := r.Lookup(commit, paths)
	var out []string
	for _, e := range want {
		has, ok := found[e.Path]
		if uint32(has.Mode) == gitwrite.ModeDir {
			has, ok = gitrepo.Entry{}, false
		}
		if ok != (e.Mode != 0) || e.Mode != uint32(has.Mode) || e.Hash != has.Hash {
			out = append(out, e.Path)
		}
	}
	return out, err
}
