package applier

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/gitconf"
	"github.com/mlops-as-code/mlops/internal/gitindex"
	"github.com/mlops-as-code/mlops/internal/gitrepo"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
	"github.com/mlops-as-code/mlops/planner"
)

// observation is all of a world that a fault could harm.
type observation struct {
	files   map[string]string // path below base to content, but for git's own
	entries map[string]string // index entries by full path
	head    gitrepo.Head
	history []plumbing.Hash // HEAD and its first parents
	log     string          // HEAD's reflog
	backups map[string]bool // contents kept in backups
	inHead  map[string]bool // contents of all files in HEAD
	broken  []string        // what cannot be read
	// planned are the paths that mlops manages or is to manage, as in files,
	// and plannedFull the same as in the index.
	planned, plannedFull map[string]bool
	rootRel              string
}

// observe reads the world without starting git.
func (w *world) observe() *observation {
	w.Helper()
	o := &observation{files: map[string]string{}, entries: map[string]string{}, backups: map[string]bool{}, inHead: map[string]bool{}}
	w.planned(o)
	err := filepath.WalkDir(w.base, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(w.base, p)
		inside := strings.Contains(rel, "/.mlops/stage") || d.Name() == "home"
		if d.IsDir() && (d.Name() == ".git" || inside) {
			return fs.SkipDir
		}
		switch {
		case d.IsDir():
		case d.Type()&fs.ModeSymlink != 0:
			link, _ := os.Readlink(p)
			o.files[rel] = "-> " + link
		default:
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			o.files[rel] = string(data)
			if strings.Contains(rel, "/.mlops/backup/") {
				o.backups[string(data)] = true
			}
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	repo, err := gitrepo.Open(w.root, gitrepo.Options{Env: gitconf.Env(w.env), UID: os.Geteuid()})
	if errors.Is(err, gitrepo.ErrNotRepository) {
		return o
	}
	if err != nil {
		w.Fatal(err)
	}
	defer repo.Close()
	o.repository(repo)
	return o
}

// planned fills in the managed paths.
func (w *world) planned(o *observation) {
	w.Helper()
	o.planned, o.plannedFull = map[string]bool{}, map[string]bool{}
	rootRel, _ := filepath.Rel(w.base, w.root)
	full, _ := filepath.Rel(w.top, w.root)
	o.rootRel = filepath.ToSlash(rootRel)
	names := append(slices.Collect(maps.Keys(w.ever)), planner.LockPath)
	for _, name := range append(names, slices.Collect(maps.Keys(w.want))...) {
		o.planned[path.Join(o.rootRel, name)] = true
		o.plannedFull[path.Join(filepath.ToSlash(full), name)] = true
	}
}

func (o *observation) repository(repo *gitrepo.Repo) {
	var err error
	if o.head, err = repo.Head(); err != nil {
		o.broken = append(o.broken, err.Error())
	}
	for at := o.head.Commit; !at.IsZero(); {
		c, err := repo.Commit(at)
		if err == nil {
			err = readAll(repo, c.Tree)
		}
		if err != nil {
			o.broken = append(o.broken, err.Error())
			break
		}
		o.history = append(o.history, at)
		at = plumbing.ZeroHash
		if len(c.Parents) > 0 {
			at = c.Parents[0]
		}
	}
	if len(o.history) > 0 {
		if err := o.head0(repo); err != nil {
			o.broken = append(o.broken, err.Error())
		}
	}
	log, _ := os.ReadFile(filepath.Join(repo.GitDir, "logs/HEAD"))
	o.log = string(log)
	refs, _ := os.ReadDir(filepath.Join(repo.CommonDir, "refs/mlops/backup"))
	for _, ref := range refs {
		hash, err := repo.RefValue("refs/mlops/backup/" + ref.Name())
		if err == nil {
			err = o.backup(repo, hash)
		}
		if err != nil {
			o.broken = append(o.broken, err.Error())
		}
	}
	data, err := os.ReadFile(repo.IndexFile)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	x, err := gitindex.Parse(data)
	if err != nil {
		o.broken = append(o.broken, err.Error())
		return
	}
	for e := range x.All() {
		o.entries[fmt.Sprintf("%s %d", e.Path, e.Stage)] = fmt.Sprint(e.Mode, e.Hash, e.AssumeValid, e.SkipWorktree, e.IntentToAdd)
	}
}

// head0 reads all files of HEAD.
func (o *observation) head0(repo *gitrepo.Repo) error {
	c, err := repo.Commit(o.history[0])
	if err != nil {
		return err
	}
	return eachBlob(repo, c.Tree, func(blob []byte) { o.inHead[string(blob)] = true })
}

// backup reads all files of a backup.
func (o *observation) backup(repo *gitrepo.Repo, commit plumbing.Hash) error {
	c, err := repo.Commit(commit)
	if err != nil {
		return err
	}
	return eachBlob(repo, c.Tree, func(blob []byte) { o.backups[string(blob)] = true })
}

func readAll(repo *gitrepo.Repo, tree plumbing.Hash) error {
	return eachBlob(repo, tree, func([]byte) {})
}

func eachBlob(repo *gitrepo.Repo, tree plumbing.Hash, yield func([]byte)) error {
	entries, err := repo.Tree(tree)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Mode == 0o040000 {
			if err := eachBlob(repo, e.Hash, yield); err != nil {
				return err
			}
			continue
		}
		blob, err := repo.Blob(e.Hash)
		if err != nil {
			return err
		}
		yield(blob)
	}
	return nil
}

// lost lists what was there and is not any more. want is what the spec wants,
// by path below the root.
func (o *observation) lost(now *observation, want map[string]string) (out []string) {
	out = append(out, now.broken...)
	for name, content := range o.files {
		is, ok := now.files[name]
		if ok && is == content || now.backups[strings.TrimPrefix(content, "-> ")] {
			continue
		}
		if !o.planned[name] || !o.inHead[content] && path.Base(name) != planner.LockPath {
			out = append(out, fmt.Sprintf("(i) %s was %q and is %q", name, content, is))
		}
	}
	for key, entry := range o.entries {
		p, _, _ := strings.Cut(key, " ")
		if !o.plannedFull[p] && now.entries[key] != entry {
			out = append(out, fmt.Sprintf("(ii) index entry %s was %s and is %s", key, entry, now.entries[key]))
		}
	}
	for key := range now.entries {
		p, _, _ := strings.Cut(key, " ")
		if _, ok := o.entries[key]; !ok && !o.plannedFull[p] {
			out = append(out, "(ii) a new index entry "+key)
		}
	}
	if !o.head.Commit.IsZero() && !slices.Contains(now.history, o.head.Commit) || o.head.Ref != now.head.Ref && o.head.Ref != "" {
		out = append(out, fmt.Sprintf("(iii) HEAD was %v and is %v", o.head, now.head))
	}
	if !strings.HasPrefix(now.log, o.log) {
		out = append(out, "(iii) the reflog lost lines")
	}
	for name := range o.planned {
		rel := strings.TrimPrefix(name, o.rootRel+"/")
		old, had := o.files[name]
		is, there := now.files[name]
		wanted, wants := want[rel]
		switch {
		case !there && (!had || !wants || rel == planner.LockPath):
		case there && (had && is == old || wants && is == wanted || rel == planner.LockPath && strings.HasSuffix(is, "}")):
		default:
			out = append(out, fmt.Sprintf("(v) %s is %q", name, is))
		}
	}
	slices.Sort(out)
	return out
}

// check compares with the state at the start. After an error that was no kill,
// and without a commit, everything must be as it was.
func (e *experiment) check(what string, err error) {
	e.Helper()
	now := e.observe()
	for _, l := range e.before.lost(now, e.want) {
		e.Errorf("%s: %s", what, l)
	}
	if extra := len(now.history) - len(e.before.history); extra > 1 {
		e.Errorf("%s: %d commits", what, extra)
	}
	if err == nil || errors.Is(err, errKilled) || len(now.history) > len(e.before.history) {
		return
	}
	if !strings.Contains(what, "(remove ") { // what cannot be removed is left to the next run
		e.tidy(what)
	}
	if !maps.Equal(now.files, e.before.files) {
		for name := range now.files {
			if now.files[name] != e.before.files[name] {
				e.Errorf("%s: failed with %v, but %s is %q", what, err, name, now.files[name])
			}
		}
		for name := range e.before.files {
			if _, ok := now.files[name]; !ok {
				e.Errorf("%s: failed with %v, but %s is gone", what, err, name)
			}
		}
	}
	if !maps.Equal(now.entries, e.before.entries) {
		e.Errorf("%s: failed with %v, but the index changed", what, err)
	}
}

// settledExactly is settled without starting git, but for every few times.
func (e *experiment) settledExactly(what string) {
	e.Helper()
	for p, content := range e.want {
		if got := e.read(p); got != content {
			e.Errorf("%s: in the end %s holds %q", what, p, got)
		}
	}
	if p := e.plan(); !empty(p) {
		e.Errorf("%s: in the end the plan is not empty: %s", what, describe(p))
	}
	e.tidy(what)
	if !e.commit.Enabled {
		return
	}
	e.inStep(what)
	if e.exact = !e.exact; e.exact {
		e.committed()
	}
}

// inStep compares the index with HEAD for all managed paths.
func (e *experiment) inStep(what string) {
	e.Helper()
	repo, err := gitrepo.Open(e.root, gitrepo.Options{Env: gitconf.Env(e.env), UID: os.Geteuid()})
	if err != nil {
		e.Fatal(err)
	}
	defer repo.Close()
	head, err := repo.Head()
	if err != nil {
		e.Fatal(err)
	}
	var paths []string
	for p := range e.before.plannedFull {
		paths = append(paths, p)
	}
	found, err := repo.Lookup(head.Commit, paths)
	if err != nil {
		e.Fatal(err)
	}
	now := e.observe()
	for _, p := range paths {
		inHead, ok := found[p]
		entry, indexed := now.entries[p+" 0"]
		want := fmt.Sprint(uint32(inHead.Mode), [20]byte(inHead.Hash), false, false, false)
		ok = ok && inHead.Mode != gitwrite.ModeDir
		if ok != indexed || ok && entry != want {
			e.Errorf("%s: in the end the index has %q for %s, HEAD %q", what, entry, p, want)
		}
	}
}
