package cmd

import (
	"bytes"
	"crypto/sha1"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/gitattr"
	"github.com/mlops-as-code/mlops/internal/gitconf"
	"github.com/mlops-as-code/mlops/internal/gitindex"
	"github.com/mlops-as-code/mlops/internal/gitrepo"
	"github.com/mlops-as-code/mlops/planner"
)

// repository is git's view of the project directory, for planning: read only.
// A nil repository is a directory without one.
type repository struct {
	repo  *gitrepo.Repo
	rules *gitattr.Rules
	head  gitrepo.Head
	// broken says why HEAD could not be read; plan still answers.
	broken error
	index  map[string]indexEntry
	// written is when the index file was: younger files prove nothing.
	written int64
	// fileMode is core.fileMode: whether the executable bit means anything.
	fileMode bool
}

// indexEntry is what planning needs of an index entry.
type indexEntry struct {
	stat gitindex.Stat
	hash gitindex.Hash
	exec bool
	link bool // a submodule
}

func (a *app) openRepository(dir string) (*repository, error) {
	repo, err := gitrepo.Open(dir, gitrepo.Options{Env: gitconf.NewEnv(a.Env), UID: os.Geteuid()})
	if errors.Is(err, gitrepo.ErrNotRepository) || errors.Is(err, gitrepo.ErrOutside) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := &repository{repo: repo}
	if r.fileMode, err = repo.Config.Bool("core.filemode", true); err != nil {
		return nil, err
	}
	if r.rules, err = repo.Attributes(nil); err != nil {
		return nil, err
	}
	r.head, r.broken = repo.Head()
	return r, nil
}

func (r *repository) close() {
	if r != nil {
		r.repo.Close()
	}
}

// full is a project path as the repository names it.
func (r *repository) full(p string) string { return path.Join(r.repo.Prefix, p) }

// readIndex reads the stat data of every entry. An index that cannot be read
// only means that nothing is proven by it.
func (r *repository) readIndex() {
	info, err := os.Stat(r.repo.IndexFile)
	if err != nil {
		return
	}
	data, err := readGit(r.repo.IndexFile, maxIndex)
	if err != nil {
		return
	}
	index, err := gitindex.Parse(data)
	if err != nil {
		return
	}
	r.written = info.ModTime().Unix()
	r.index = make(map[string]indexEntry, index.Len())
	for e := range index.All() {
		if e.Stage == 0 && !e.IntentToAdd {
			r.index[string(e.Path)] = indexEntry{e.Stat, e.Hash, e.Mode&0o111 != 0, filemode.FileMode(e.Mode) == filemode.Submodule}
		}
	}
}

// checkout hands planning what git knows.
func (r *repository) checkout() planner.Checkout {
	if r == nil {
		return planner.Checkout{}
	}
	r.readIndex()
	c := planner.Checkout{Unchanged: r.unchanged, Clean: r.clean}
	if !r.fileMode {
		c.Executable = func(p string, _ fs.FileInfo) (exec, known bool) {
			e, known := r.index[r.full(p)]
			return e.exec, known
		}
	}
	return c
}

// unchanged is git's own test: the stat data of the index entry is that of the
// file, the entry is older than the index, and its blob is the wanted one.
func (r *repository) unchanged(p string, info fs.FileInfo, content []byte) bool {
	e, ok := r.index[r.full(p)]
	if !ok || int64(e.stat.MTimeSec) >= r.written || e.stat != gitindex.StatOf(info) {
		return false
	}
	return e.hash == blobHash(r.clean(p, content))
}

func blobHash(content []byte) gitindex.Hash {
	h := sha1.New()
	fmt.Fprintf(h, "blob %d\x00", len(content))
	h.Write(content)
	return gitindex.Hash(h.Sum(nil))
}

// clean returns the bytes git would store.
func (r *repository) clean(p string, data []byte) []byte {
	full := r.full(p)
	return r.rules.For(full).Clean(data, func() bool {
		e, ok := r.index[full]
		if !ok {
			return false
		}
		blob, err := r.repo.Blob(plumbing.Hash(e.hash))
		return err == nil && gitattr.HasCRLF(blob)
	})
}

// inHeadDir are the entries of a project directory in HEAD, "" for the root.
func (r *repository) inHeadDir(dir string) ([]gitrepo.TreeEntry, error) {
	if r == nil || r.broken != nil || r.head.Commit.IsZero() {
		return nil, nil
	}
	if full := r.full(dir); full != "" {
		found, err := r.repo.Lookup(r.head.Commit, []string{full})
		if e, ok := found[full]; err != nil || !ok || e.Mode != filemode.Dir {
			return nil, err
		}
		return r.repo.Tree(found[full].Hash)
	}
	commit, err := r.repo.Commit(r.head.Commit)
	if err != nil {
		return nil, err
	}
	return r.repo.Tree(commit.Tree)
}

// goneSpec are the spec files that HEAD has and the directory does not: they leave
// with the commit, because a clone of it must plan to nothing.
func (r *repository) goneSpec(have []hclspec.Source) ([]planner.FileRef, error) {
	entries, err := r.inHeadDir("")
	var out []planner.FileRef
	for _, e := range entries {
		if hclspec.IsSpecFile(e.Name) && !slices.ContainsFunc(have, func(s hclspec.Source) bool { return s.Name == e.Name }) {
			out = append(out, planner.FileRef{Path: e.Name})
		}
	}
	return out, err
}

// notes are sentences about what apply would leave out or refuse.
func (r *repository) notes(p *planner.Plan) []string {
	if r == nil || !p.Commit.Enabled {
		return nil
	}
	if !p.HasChanges() && len(p.Leftover) == 0 {
		if r.broken != nil {
			return []string{"the repository is damaged, so nobody can commit in it: " + r.broken.Error()}
		}
		return nil
	}
	var out []string
	for _, o := range r.repo.Obstacles() {
		out = append(out, fmt.Sprintf("apply would refuse: %s (%s); %s", o.State, o.Detail, o.Remedy))
	}
	if r.broken != nil {
		out = append(out, "apply would refuse: "+r.broken.Error())
	}
	out = append(append(out, r.nested(p)...), r.lost(p)...)
	if p.Commit.Backend == "git" {
		return out
	}
	var paths []string
	for i := range p.Changes {
		paths = append(paths, r.full(p.Changes[i].Path))
	}
	skipped, err := r.repo.Skipped(r.rules, paths)
	if err != nil {
		return append(out, err.Error())
	}
	for _, n := range skipped {
		out = append(out, fmt.Sprintf("mlops does not %s; git { backend = \"git\" } does", n.Text))
	}
	return out
}

// lost names the files whose line endings a clone of the commit would not have.
func (r *repository) lost(p *planner.Plan) []string {
	var out []string
	rules := sync.OnceValues(func() (*gitattr.Rules, error) { return r.repo.ClonedAttributes(r.head.Commit, r.planned(p)) })
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.After == nil || !bytes.Contains(p.Blobs[c.After.Digest], []byte("\r\n")) {
			continue
		}
		there, err := rules()
		if err != nil {
			return []string{"apply would refuse: " + err.Error()}
		}
		data := p.Blobs[c.After.Digest]
		if there.For(r.full(c.Path)).Differ(r.clean(c.Path, data), data) {
			out = append(out, fmt.Sprintf("apply would refuse: %s: %s; %s", c.Path, gitrepo.LostLineEndings, gitrepo.KeepLineEndings))
		}
	}
	return out
}

// planned answers for the files that a plan writes or removes.
func (r *repository) planned(p *planner.Plan) func(string) ([]byte, bool, error) {
	changes := map[string]*planner.Change{}
	for i := range p.Changes {
		changes[r.full(p.Changes[i].Path)] = &p.Changes[i]
	}
	return func(path string) ([]byte, bool, error) {
		c := changes[path]
		switch {
		case c == nil:
			return nil, false, nil
		case c.After == nil:
			return nil, true, fs.ErrNotExist
		}
		return p.Blobs[c.After.Digest], true, nil
	}
}

// nested names the repositories inside this one that the plan has files in.
func (r *repository) nested(p *planner.Plan) []string {
	var out []string
	for i := range p.Changes {
		full := r.full(p.Changes[i].Path)
		inside, ok := r.repo.NestedRepo(full)
		for dir := path.Dir(full); dir != "."; dir = path.Dir(dir) {
			if r.index[dir].link {
				inside, ok = dir, true
			}
		}
		note := fmt.Sprintf("apply would refuse: %s is another git repository; mlops writes only into its own: move the files elsewhere in mlops.hcl", inside)
		if ok && !slices.Contains(out, note) {
			out = append(out, note)
		}
	}
	return out
}

// identity is who git would name as author; empty when it does not know.
func (a *app) identity(dir string) (name, email string) {
	env := gitconf.NewEnv(a.Env)
	config, err := gitconf.Load(gitconf.Options{Env: env})
	if repo, openErr := gitrepo.Open(dir, gitrepo.Options{Env: env, UID: os.Geteuid()}); openErr == nil {
		defer repo.Close()
		config, err = repo.Config, nil
	}
	if err != nil {
		return "", ""
	}
	author, _, err := config.Identity(env, a.Now())
	if err != nil {
		return "", ""
	}
	return author.Name, author.Email
}
