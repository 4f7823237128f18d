package gitwrite

import (
	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/gitrepo"
)

// Uncommitted returns the paths that the commit does not hold as given: an Edit
// without a Mode asks for a path that is not there. Paths are relative to the
// top of the repository; the zero commit holds nothing. Bytes that are right on
// disk and not in HEAD are what a killed apply, or one without a commit, leaves
// to be committed.
func Uncommitted(r *gitrepo.Repo, commit plumbing.Hash, want []Edit) ([]string, error) {
	paths := make([]string, len(want))
	for i, e := range want {
		paths[i] = e.Path
	}
	found, err := r.Lookup(commit, paths)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range want {
		has, ok := found[e.Path]
		switch {
		case e.Mode == 0 && (!ok || uint32(has.Mode) == ModeDir):
		case e.Mode == uint32(has.Mode) && e.Hash == has.Hash:
		default:
			out = append(out, e.Path)
		}
	}
	return out, nil
}
