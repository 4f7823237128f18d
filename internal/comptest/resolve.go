package comptest

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// underTest is how the spec of a case calls the component under test: from tests/, the
// folder above. Elsewhere it is no source.
const underTest = ".."

// neighbours finds the component under test, those beside it and the built-in ones.
type neighbours struct {
	suite *Suite
	rest  *components.Resolver
	// dirs are the folders of local components, by label.
	dirs map[string]string
	used bool // the component under test was asked for
}

func (s *Suite) neighbours() *neighbours {
	return &neighbours{suite: s, dirs: map[string]string{}, rest: &components.Resolver{
		Builtin: s.Builtin,
		Pins: func() (map[string]lockfile.Component, error) {
			return nil, errors.New("it comes from git, and a test uses built-in and local components only")
		},
	}}
}

// Find implements hclspec.Components.
func (n *neighbours) Find(call hclspec.ComponentCall) (*hclspec.ComponentFiles, error) {
	if call.From == nil && call.Source == underTest && call.Version == "" {
		n.used = true
		return n.local(n.suite.Dir)
	}
	src, err := components.ParseCall(call)
	if err != nil {
		return nil, err
	}
	from, local := path.Join(n.suite.Dir, Folder), src.Kind == components.Local
	if call.From != nil {
		dir, known := n.dirs[call.From.Label]
		from, local = dir, local && known
	}
	if !local || call.Version != "" {
		return n.rest.Find(call)
	}
	dir := path.Join(from, src.Path())
	if !fs.ValidPath(dir) {
		return nil, fmt.Errorf("%s leads out of the folder that holds the component under test and its neighbours", src.Path())
	}
	return n.local(dir)
}

// local is the component in a folder.
func (n *neighbours) local(dir string) (*hclspec.ComponentFiles, error) {
	sub, err := fs.Sub(n.suite.FS, dir)
	if err != nil {
		return nil, err
	}
	label := n.label(dir)
	n.dirs[label] = dir
	return &hclspec.ComponentFiles{FS: sub, Label: label}, nil
}

// label is a folder as the component under test would name it: ".", "./part" or
// "../other". No built-in component is called like that.
func (n *neighbours) label(dir string) string {
	rel, err := filepath.Rel(filepath.FromSlash(n.suite.Dir), filepath.FromSlash(dir))
	if err != nil {
		return "./" + dir
	}
	rel = filepath.ToSlash(rel)
	if rel == "." || rel == ".." || strings.HasPrefix(rel, "../") {
		return rel
	}
	return "./" + rel
}
