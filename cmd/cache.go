package cmd

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/components/catalog"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/plancache"
	"github.com/mlops-as-code/mlops/planner"
)

// cachePath is where the cache of a project root lies in the git directory.
func (r *repository) cachePath() string {
	sum := sha256.Sum256([]byte(r.repo.Prefix))
	return filepath.Join(r.repo.GitDir, "mlops", "plan-"+hex.EncodeToString(sum[:6]))
}

// cacheKey stands for what a plan depends on beside files.
func (s *session) cacheKey(f *planFlags) string {
	all := sha256.New()
	fmt.Fprintf(all, "%s %s %t %s\n", version(), planner.FormatVersion, f.noCommit, s.dir)
	for _, kv := range s.a.Env {
		if strings.HasPrefix(kv, "MLOPS_VAR_") {
			fmt.Fprintf(all, "%q\n", kv)
		}
	}
	for _, g := range f.vars.given {
		fmt.Fprintf(all, "%s %q\n", g.flag, g.value)
		if g.flag == "var-file" {
			src, err := os.ReadFile(s.a.path(g.value))
			fmt.Fprintf(all, "%x %v\n", sha256.Sum256(src), err)
		}
	}
	return hex.EncodeToString(all.Sum(nil))
}

// cachable says which plans a cache may answer: the whole project, as apply
// would see it.
func (f *planFlags) cachable() bool {
	return f.mode() == "apply" && f.resolve == nil && len(f.targets)+len(f.excludes) == 0
}

// cached answers a plan from the cache of the last apply, or returns nil. It
// opens the repository, which planning needs in any case.
func (s *session) cached(f *planFlags) *planner.Plan {
	if s.repo == nil || s.repo.broken != nil || !f.cachable() {
		return nil
	}
	src, err := readGit(s.repo.cachePath(), plancache.MaxBytes)
	if err != nil {
		return nil
	}
	c, err := plancache.Parse(src, s.key)
	if err != nil || !s.holds(c) {
		return nil
	}
	p := &planner.Plan{}
	if json.Unmarshal(c.Plan, p) != nil {
		return nil
	}
	return p
}

// holds compares everything the cache depends on with the world.
func (s *session) holds(c *plancache.Cache) bool {
	names, err := s.specNames()
	if err != nil || !slices.Equal(names, c.Names) {
		return false
	}
	for p, there := range c.Probes {
		info, err := s.root.Stat(p)
		if (err == nil && info.Mode().IsRegular()) != there {
			return false
		}
	}
	for pattern, digest := range c.Globs {
		if now, err := hclspec.GlobDigest(s.root.FS(), pattern); err != nil || now != digest {
			return false
		}
	}
	return builtinIs(c.Builtin) && c.True(s.root, plancache.Digests{Input: hexDigest, Managed: s.blobHex}) && s.inHead(c)
}

// builtin is the digest of the built-in components, "" for a project without
// components, which need not pay for it in every plan.
func (s *session) builtin() string {
	if len(s.project.Components) == 0 {
		return ""
	}
	digest, _ := components.Digest(catalog.Files())
	return digest
}

func builtinIs(digest string) bool {
	if digest == "" {
		return true
	}
	now, err := components.Digest(catalog.Files())
	return err == nil && now == digest
}

func hexDigest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func (s *session) blobHex(p string, data []byte) string {
	hash := blobHash(s.repo.clean(p, data))
	return hex.EncodeToString(hash[:])
}

// specNames lists the spec and variable files in the project root.
func (s *session) specNames() ([]string, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if !e.IsDir() && (hclspec.IsSpecFile(e.Name()) || isVarFile(e.Name())) {
			out = append(out, e.Name())
		}
	}
	return out, nil
}

// loadedNames are the spec and variable files that were read.
func (s *session) loadedNames() []string {
	var out []string
	for _, src := range append(slices.Clone(s.spec), s.varFiles...) {
		if s.isAuto(src.Name) {
			out = append(out, src.Name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// inHead reports whether HEAD holds every managed path: it is the commit of the
// apply, or a later one that left them alone.
func (s *session) inHead(c *plancache.Cache) bool {
	if c.Head == s.repo.head.Commit.String() {
		return true
	}
	paths := []string{planner.LockPath}
	for i := range c.Managed {
		paths = append(paths, c.Managed[i].Path)
	}
	head, err := s.repo.inHead(paths)
	if err != nil {
		return false
	}
	for i := range c.Managed {
		f := &c.Managed[i]
		e, ok := head[s.repo.full(f.Path)]
		if !ok || e.Hash.String() != f.Digest || (e.Mode == filemode.Executable) != f.Exec {
			return false
		}
	}
	lock, err := readOwn(s.root, planner.LockPath, lockfile.MaxSize)
	return err == nil && head[s.repo.full(planner.LockPath)].Hash.String() == s.blobHex(planner.LockPath, lock)
}

// remember writes the cache after an apply that made everything true. It is only
// a cache: whatever fails, the next plan computes.
func (s *session) remember(f *planFlags, p *planner.Plan, commit string) {
	if commit == "" || !f.cachable() || len(p.Diagnostics) > 0 || unsettled(p) {
		return
	}
	repo, err := s.a.openRepository(s.dir)
	if err != nil || repo == nil {
		return
	}
	defer repo.close()
	s.repo.close()
	s.repo = repo
	if c := s.newCache(f, p, commit); c != nil {
		writeCache(repo.cachePath(), c.Bytes())
	}
}

// unsettled reports whether the plan says of an object that it is kept, and also
// changes it: what is to be said of it afterwards is another thing.
func unsettled(p *planner.Plan) bool {
	changed := map[string]bool{}
	for i := range p.Changes {
		changed[p.Changes[i].Path], changed[p.Changes[i].PreviousPath] = true, true
	}
	return slices.ContainsFunc(p.Drift, func(d planner.Drift) bool { return d.Will == "keep" && changed[d.Path] })
}

func writeCache(path string, data []byte) {
	if os.MkdirAll(filepath.Dir(path), 0o777) != nil {
		return
	}
	tmp := path + ".new"
	defer os.Remove(tmp)
	if os.WriteFile(tmp, data, 0o666) == nil {
		os.Rename(tmp, path)
	}
}

func (s *session) newCache(f *planFlags, p *planner.Plan, commit string) *plancache.Cache {
	names, err := s.specNames()
	if err != nil || !slices.Equal(names, s.loadedNames()) {
		return nil
	}
	c := &plancache.Cache{
		Key: s.key, Written: s.a.Now().UnixNano(), Head: commit, Names: names,
		Globs: map[string]string{}, Probes: map[string]bool{}, Builtin: s.builtin(),
	}
	for _, g := range s.project.Reads.Globs() {
		c.Globs[g.Pattern] = g.Digest
	}
	for _, q := range s.project.Reads.Probes() {
		c.Probes[q.Path] = q.Exists
	}
	if c.Plan = s.settled(p); c.Plan == nil || !s.stampAll(c, p) {
		return nil
	}
	return c
}

// settled is the plan that follows the apply of p: it changes nothing.
func (s *session) settled(p *planner.Plan) []byte {
	message, diags := s.project.Message((&planner.Plan{}).Short())
	if diags.HasErrors() {
		return nil
	}
	doc, err := p.Settled(message)
	if err != nil {
		return nil
	}
	return doc
}

// stampAll takes the stamps of everything the plan depends on.
func (s *session) stampAll(c *plancache.Cache, p *planner.Plan) bool {
	inputs := map[string]string{}
	for _, src := range append(slices.Clone(s.spec), s.varFiles...) {
		if s.isAuto(src.Name) {
			inputs[src.Name] = hexDigest(src.Src)
		}
	}
	for _, r := range s.project.Reads.Files() {
		inputs[r.Path] = r.Digest
	}
	lock := s.lockSrc
	if p.Lock != nil {
		lock = p.Blobs[p.Lock.After]
	}
	inputs[planner.LockPath] = hexDigest(lock)
	paths := make([]string, 0, len(inputs))
	for name := range inputs {
		paths = append(paths, name)
	}
	slices.Sort(paths)
	digests := make([]string, len(paths))
	for i, name := range paths {
		digests[i] = inputs[name]
	}
	var ok bool
	c.Inputs, ok = s.stamp(paths, digests, func(i int, data []byte, _ bool) bool { return hexDigest(data) == digests[i] })
	return ok && s.stampManaged(c, p)
}

// stampManaged takes the stamps of the managed files. Somebody may have written
// one while apply asked its question, or a hook while git committed.
func (s *session) stampManaged(c *plancache.Cache, p *planner.Plan) (ok bool) {
	right := s.right(p)
	paths := slices.Sorted(maps.Keys(right))
	digests := make([]string, len(paths))
	plancache.InParts(len(paths), func(from, to int) {
		for i := from; i < to; i++ {
			digests[i] = s.blobHex(paths[i], right[paths[i]])
		}
	})
	modes := s.modes(p)
	c.Managed, ok = s.stamp(paths, digests, func(i int, data []byte, exec bool) bool {
		mode := modes[paths[i]]
		return (mode == "" || exec == (mode == "0755")) &&
			(bytes.Equal(data, right[paths[i]]) || s.blobHex(paths[i], data) == digests[i])
	})
	return ok
}

// modes are the permissions after the plan, by path, of what it looked at.
func (s *session) modes(p *planner.Plan) map[string]string {
	out := map[string]string{}
	for path, d := range s.sides.Disk {
		out[path] = d.Mode
	}
	for i := range p.Changes {
		if c := &p.Changes[i]; c.After != nil {
			out[c.Path] = c.After.Mode
		}
	}
	return out
}

// right is what stands at every path that the plan looked at once it is carried
// out: the spec's bytes, those a merge or a part made of the user's, or just his.
func (s *session) right(p *planner.Plan) map[string][]byte {
	out := map[string][]byte{}
	for name, content := range s.sides.Bases {
		out[basePath(name)] = content
	}
	for path, d := range s.sides.Disk {
		out[path] = d.Content
	}
	for i := range s.tree.Entries {
		if e := &s.tree.Entries[i]; e.Ownership == "spec" || s.sides.Disk[string(e.Path)].Same {
			out[string(e.Path)] = e.Content
		}
	}
	for i := range p.Changes {
		delete(out, p.Changes[i].PreviousPath)
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.After != nil {
			if content, ok := p.Blobs[c.After.Digest]; ok {
				out[c.Path] = content
			}
		} else {
			delete(out, c.Path)
		}
	}
	for _, t := range p.Store {
		delete(out, t.Path)
		if t.After != "" {
			out[t.Path] = p.Blobs[t.After]
		}
	}
	return out
}

func (s *session) stamp(paths, digests []string, right func(i int, data []byte, exec bool) bool) ([]plancache.File, bool) {
	stamps, exec, ok := plancache.Take(s.root, paths, right)
	if !ok {
		return nil, false
	}
	out := make([]plancache.File, len(paths))
	for i := range paths {
		out[i] = plancache.File{Path: paths[i], Digest: digests[i], Exec: exec[i], Stamp: stamps[i]}
	}
	return out, true
}
