package cmd

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/mlops-as-code/mlops/internal/gitattr"
	"github.com/mlops-as-code/mlops/internal/gitconf"
	"github.com/mlops-as-code/mlops/internal/gitignore"
	"github.com/mlops-as-code/mlops/internal/gitindex"
)

// ignores answers what git leaves alone below the project root.
type ignores struct {
	rules *gitignore.Rules
	repo  *repository // nil without one
	// tracked are the paths in the index, and the directories above them;
	// submodules those that are repositories of their own. All are full paths.
	tracked, submodules map[string]bool
}

// ignores reads the rules and the index. Without a repository the rules hold that
// a new one at the project root would have.
func (s *session) ignores() (*ignores, error) {
	env := gitconf.NewEnv(s.a.Env)
	g := &ignores{repo: s.repo, tracked: map[string]bool{}, submodules: map[string]bool{}}
	o := gitignore.Options{Read: gitattr.Dir(s.dir)}
	var config *gitconf.Config
	if s.repo != nil {
		config = s.repo.repo.Config
		o.Read = gitattr.Dir(s.repo.repo.Top)
		o.Info = rulesFile("info/exclude", filepath.Join(s.repo.repo.CommonDir, "info", "exclude"))
		if err := g.readIndex(); err != nil {
			return nil, err
		}
	} else {
		var err error
		if config, err = gitconf.Load(gitconf.Options{Env: env}); err != nil {
			return nil, err
		}
	}
	name, set, err := config.Path("core.excludesFile")
	if err != nil {
		return nil, err
	}
	if dir := gitconf.XDGDir(env); !set && dir != "" {
		name = filepath.Join(dir, "ignore")
	}
	if name != "" {
		o.Global = rulesFile("core.excludesFile", name)
	}
	if o.FoldCase, err = config.Bool("core.ignorecase", false); err != nil {
		return nil, err
	}
	g.rules = gitignore.New(o)
	return g, nil
}

// maxRules is beyond what git itself reads.
const maxRules = 100 << 20

// rulesFile reads a file of rules outside the working tree; git goes on without
// one that it cannot read.
func rulesFile(name, path string) gitignore.Source {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxRules {
		return gitignore.Source{Name: name}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		text = nil
	}
	return gitignore.Source{Name: name, Text: text}
}

// readIndex notes what git tracks, which it never ignores.
func (g *ignores) readIndex() error {
	data, err := readGit(g.repo.repo.IndexFile, maxIndex)
	if err != nil {
		if os.IsNotExist(err) {
			return nil
		}
		return err
	}
	index, err := gitindex.Parse(data)
	if err != nil {
		return err
	}
	for e := range index.All() {
		p := string(e.Path)
		if e.Mode&0o170000 == 0o160000 {
			g.submodules[p] = true
		}
		for ; p != "" && !g.tracked[p]; p = p[:max(0, strings.LastIndexByte(p, '/'))] {
			g.tracked[p] = true
		}
	}
	return nil
}

func (g *ignores) full(p string) string {
	if g.repo == nil {
		return p
	}
	return g.repo.full(p)
}

// by is the rule that leaves a path of the project out of the repository.
func (g *ignores) by(p string, dir bool) (gitignore.Rule, bool) {
	full := g.full(p)
	if g.tracked[full] {
		return gitignore.Rule{}, false
	}
	return g.rules.Ignored(full, dir)
}
