// Package gitfetch brings one commit's files from a remote git repository, with
// the user's own git program or, without one, with go-git.
//
// A remote is a repository named by a URL. Its cache is a bare repository below
// Fetcher.Dir that holds what was fetched of it; a pin is a ref there,
// refs/mlops/<commit>, that keeps a commit which was fetched whole. A pinned
// commit needs no connection, and stays when the remote's refs move.
//
// The user's git configuration stays in force: credential helpers, ssh, proxies,
// url.insteadOf. What the remote sends is data and nothing else: there is no
// checkout, so no filter, no LFS and no attribute is ever looked at; hooks,
// templates, submodules and maintenance are switched off; files are read as
// objects. Everything is limited while it arrives and before it is read.
//
// The package refuses: other transports than https, ssh, file and, on this
// machine, http; credentials in a URL; questions, unless a terminal may be asked;
// submodules (named, not taken); names that are no paths. Links are told, and none is
// followed out of the repository. It
// knows nothing of components, versions or the lock file.
package gitfetch

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Fetcher fetches into bare repositories below Dir, one a remote. It is safe for
// concurrent use, by several processes too.
type Fetcher struct {
	// Dir holds the caches, each named by the SHA-256 of its URL. It is made
	// when missing.
	Dir string
	// Git is the path of the git program. Empty means go-git, which reads public
	// repositories over https only.
	Git string
	// Env is the user's environment, as of os.Environ. See environment for what
	// of it git gets.
	Env []string
	// Progress, when set, is told what goes on, by one call at a time.
	Progress func(Progress)
	// Interactive says that git may ask the terminal for credentials.
	Interactive bool
	// Limits bound each call; a field that is zero has its default.
	Limits Limits
}

// Limits bound one call of a Fetcher.
type Limits struct {
	Transfer int64         // bytes received; default 512 MiB
	Tree     int64         // bytes of all files of a tree; default 64 MiB
	File     int64         // bytes of one file; default 16 MiB
	Files    int           // files, and again as many other entries; default 10,000
	Depth    int           // segments of a path; default 32
	Path     int           // bytes of a path; default 1,024
	Time     time.Duration // default 10 minutes
}

// orDefault returns l with a default for each zero.
func (l Limits) orDefault() Limits {
	if l.Transfer == 0 {
		l.Transfer = 512 << 20
	}
	if l.Tree == 0 {
		l.Tree = 64 << 20
	}
	if l.File == 0 {
		l.File = 16 << 20
	}
	if l.Files == 0 {
		l.Files = 10_000
	}
	if l.Depth == 0 {
		l.Depth = 32
	}
	if l.Path == 0 {
		l.Path = 1024
	}
	if l.Time == 0 {
		l.Time = 10 * time.Minute
	}
	return l
}

// Ref is a branch, a tag or the HEAD of a remote.
type Ref struct {
	Name   string // "refs/tags/v1.0.0", "refs/heads/main", "HEAD"
	Commit string // the object id; an annotated tag's is that of its target
}

// File is one regular file of a tree. Content is the blob, byte for byte.
type File struct {
	Path       string // relative to the directory asked for; an fs.ValidPath
	Content    []byte
	Executable bool
}

// Tree is what a directory of a commit holds.
type Tree struct {
	Files   []File   // sorted by path
	Links   []Link   // sorted by path
	Skipped []string // "path: why", sorted: submodules, LFS pointers; escaped for printing
}

// Link is a symbolic link of a tree. Nothing is said of where it leads; but one that
// leads out of the directory asked for, to a file of the repository, is among the
// Files instead.
type Link struct{ Path, Target string }

// Refs lists the remote's branches, tags and HEAD: HEAD first, then by name. An
// empty repository has none. Names that cannot be printed as they are, are left
// out. It always asks the remote. Errors are *Error.
func (f *Fetcher) Refs(ctx context.Context, url string) ([]Ref, error) {
	var out []Ref
	err := f.do(ctx, url, func(ctx context.Context, s *session) error {
		adverts, err := s.advertised(ctx)
		for _, a := range adverts {
			if a.named() {
				out = append(out, Ref{Name: a.name, Commit: a.target()})
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b Ref) int { return strings.Compare(a.Name, b.Name) }) // H sorts before r
	return out, nil
}

// Commit returns the full id of the commit that ref names: a tag, a branch, a
// name below refs/, HEAD (also ""), a full id, or the first 7 or more digits of
// one. A name that is a tag and a branch of different commits is refused. Only a
// full id that is pinned is answered without the remote. Errors are *Error.
func (f *Fetcher) Commit(ctx context.Context, url, ref string) (string, error) {
	var commit string
	err := f.do(ctx, url, func(ctx context.Context, s *session) (err error) {
		commit, err = s.resolve(ctx, ref)
		return err
	})
	return commit, err
}

// Tree returns the files below dir (slash-separated, "" is the top) in a commit,
// which is named by its full id. It asks the remote only when the commit is not
// pinned yet, for as little as the server lets it: the commit alone, else a ref
// that points to it, else everything. Errors are *Error.
func (f *Fetcher) Tree(ctx context.Context, url, commit, dir string) (*Tree, error) {
	var tree *Tree
	err := f.do(ctx, url, func(ctx context.Context, s *session) (err error) {
		tree, err = s.tree(ctx, commit, dir)
		return err
	})
	if err != nil {
		return nil, err
	}
	return tree, nil
}
