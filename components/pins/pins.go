// Package pins turns what component blocks ask for into pins of the lock: it asks
// the remote for its tags, picks a version, fetches the commit's files and puts them
// into the cache, from where plans read them.
//
// A pin is source, version, commit and tree digest. One that is there and fits stays:
// only what is asked to move moves. What the package is handed as Remote opens the
// connections; it writes nothing but the cache. It refuses a tag that leads to another
// commit than the one pinned, and files that do not have the digest pinned.
package pins

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/gitfetch"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/show"
)

// Remote asks repositories for refs and files; *gitfetch.Fetcher does.
type Remote interface {
	Refs(ctx context.Context, url string) ([]gitfetch.Ref, error)
	Commit(ctx context.Context, url, ref string) (string, error)
	Tree(ctx context.Context, url, commit, dir string) (*gitfetch.Tree, error)
	Archive(ctx context.Context, url string) ([]byte, error)
}

// Keeper finds components as components.Resolver does, and fetches and pins what is
// missing. It serves one evaluation after the other.
type Keeper struct {
	*components.Resolver
	Remote Remote
	Cache  *components.Cache
	// Stamp gives a template of another tool the time and the seed that it draws from.
	Stamp func() (time, seed string)
	// Moves says which pins are to be made anew; nil is none.
	Moves func(address string) bool
	// At are commits to pin, by address, whatever the refs of their sources lead to.
	At map[string]string
	// Checks says that the tags of pins that stay are asked for again, and that their
	// files are held against the commit. Without it a pin whose files are cached needs
	// no remote.
	Checks bool

	// ctx ends the fetching: the interface of the evaluation has none.
	ctx  context.Context
	pins map[string]lockfile.Component // as they are now, by address
	seen []Seen
	refs map[string][]gitfetch.Ref // by URL
	tips map[named]string          // commits
	took map[fetched]string        // digests
}

// named is a ref of a repository, which is asked for once: it means one commit in
// all of a run.
type named struct{ url, ref string }

// fetched is a folder of a commit.
type fetched struct{ url, commit, dir string }

// Seen is one component from git, as it was and as it is pinned now.
type Seen struct {
	Address  string
	Was, Now lockfile.Component // Was is zero for one that is new
	// Moved is why a tag no longer leads to what is pinned; nil when it does.
	Moved error
	// Gone says that the remote has no tag for the pinned version any more.
	Gone bool
	// Notes say what was not taken or could not be checked.
	Notes []string
}

// NewKeeper returns a Keeper that starts from the pins of a resolver.
func NewKeeper(ctx context.Context, k Keeper) *Keeper {
	k.ctx, k.pins = ctx, map[string]lockfile.Component{}
	k.refs, k.tips, k.took = map[string][]gitfetch.Ref{}, map[named]string{}, map[fetched]string{}
	return &k
}

// Seen lists the components from git in the order in which they were found.
func (k *Keeper) Seen() []Seen { return k.seen }

// Lock returns the pins for a lock, by address: of the addresses given, those that
// were made or that stay.
func (k *Keeper) Lock(addresses []string) []lockfile.Component {
	var out []lockfile.Component
	for _, address := range addresses {
		if pin, ok := k.pins[address]; ok {
			out = append(out, pin)
		}
	}
	slices.SortFunc(out, func(a, b lockfile.Component) int { return strings.Compare(a.Address, b.Address) })
	return slices.CompactFunc(out, func(a, b lockfile.Component) bool { return a.Address == b.Address })
}

// Find implements hclspec.Components.
func (k *Keeper) Find(call hclspec.ComponentCall) (*hclspec.ComponentFiles, error) {
	src, err := components.ParseCall(call)
	if err != nil {
		return nil, err
	}
	if src.Kind == components.Builtin {
		return k.Resolver.Find(call)
	}
	if _, done := k.pins[call.Address]; !done {
		pin := k.local
		switch src.Kind {
		case components.Git:
			pin = k.pin
		case components.Zip:
			pin = k.archive
		}
		if err := pin(call, src); err != nil {
			return nil, err
		}
	}
	found := *k.Resolver
	found.Pins = func() (map[string]lockfile.Component, error) { return k.pins, nil }
	return found.Find(call)
}

// local pins the time and the seed of a Cookiecutter template in the project.
func (k *Keeper) local(call hclspec.ComponentCall, src components.Source) error {
	dir := path.Clean(src.Path())
	if call.From != nil && call.From.Local != "" {
		dir = path.Join(call.From.Local, src.Path())
	}
	if k.Project == nil || call.From != nil && call.From.Local == "" || !fs.ValidPath(dir) {
		return nil
	}
	is, err := components.IsTemplate(k.Project, dir)
	if err != nil || !is {
		return err
	}
	old, err := k.Pins()
	if err != nil {
		return err
	}
	k.pins[call.Address] = k.stamped(lockfile.Component{Address: call.Address, Source: src.String()}, old[call.Address])
	return nil
}

// stamped is a pin with the time and the seed that it had, or with new ones.
func (k *Keeper) stamped(pin, old lockfile.Component) lockfile.Component {
	pin.Time, pin.Seed, pin.Hooks = old.Time, old.Seed, old.Hooks
	if pin.Time == "" || pin.Seed == "" {
		pin.Time, pin.Seed = k.Stamp()
	}
	return pin
}

// pin settles what a component block stands for.
func (k *Keeper) pin(call hclspec.ComponentCall, src components.Source) error {
	old, err := k.Pins()
	if err != nil {
		return err
	}
	s := Seen{Address: call.Address, Was: old[call.Address]}
	stays := s.Was.Commit != "" && components.Fits(s.Was, call, src) == nil && (k.Moves == nil || !k.Moves(call.Address))
	if s.Now = s.Was; !stays {
		if s.Now, err = k.choose(call, src); err != nil {
			return err
		}
	}
	if err := k.fetch(&s, src, stays); err != nil {
		return err
	}
	if stays && k.Checks {
		if err := k.verify(&s, src); err != nil {
			return err
		}
	}
	if tree, err := k.Cache.Open(s.Now.Digest); err == nil {
		if is, _ := components.IsTemplate(tree, "."); is {
			s.Now = k.stamped(s.Now, s.Was)
		}
	}
	k.pins[call.Address] = s.Now
	k.seen = append(k.seen, s)
	return nil
}

// choose asks the remote which commit is meant.
func (k *Keeper) choose(call hclspec.ComponentCall, src components.Source) (lockfile.Component, error) {
	pin := lockfile.Component{Address: call.Address, Source: src.String()}
	if call.Version != "" {
		if src.Ref() != "" {
			return pin, errors.New("the source has a ref and the block a version; leave one of them out")
		}
		tags, err := k.tags(src.Remote())
		if err != nil {
			return pin, err
		}
		tag, err := components.Choose(tags, src.Dir(), call.Version)
		if err != nil {
			return pin, fmt.Errorf("%s: %w", src.Remote(), err)
		}
		pin.Version, pin.Commit = tag.Version(), tag.Commit
		return pin, nil
	}
	commit, err := k.wanted(call.Address, src)
	if err != nil {
		return pin, err
	}
	pin.Commit = commit
	tags, err := k.tags(src.Remote())
	if err != nil {
		return pin, err
	}
	if i := slices.IndexFunc(tags, func(t components.Tag) bool { return t.Name == src.Ref() && t.Commit == commit }); i >= 0 {
		pin.Version = tags[i].Version()
	}
	return pin, nil
}

// wanted is the commit that was asked for, or the one that the ref names.
func (k *Keeper) wanted(address string, src components.Source) (string, error) {
	at := k.At[address]
	if at == "" {
		return k.tip(src)
	}
	return k.Remote.Commit(k.ctx, src.Remote(), at)
}

// tip is the commit that the ref of a source names.
func (k *Keeper) tip(src components.Source) (string, error) {
	at := named{src.Remote(), src.Ref()}
	if commit, ok := k.tips[at]; ok {
		return commit, nil
	}
	commit, err := k.Remote.Commit(k.ctx, at.url, at.ref)
	if err == nil {
		k.tips[at] = commit
	}
	return commit, err
}

func (k *Keeper) tags(url string) ([]components.Tag, error) {
	refs, ok := k.refs[url]
	if !ok {
		var err error
		if refs, err = k.Remote.Refs(k.ctx, url); err != nil {
			return nil, err
		}
		k.refs[url] = refs
	}
	var out []components.Tag
	for _, r := range refs {
		if name, ok := strings.CutPrefix(r.Name, "refs/tags/"); ok {
			out = append(out, components.Tag{Name: name, Commit: r.Commit})
		}
	}
	return out, nil
}

// fetch brings the files of a pin into the cache, unless they are there and sound.
// known says that the digest is the lock's, which the files must have.
func (k *Keeper) fetch(s *Seen, src components.Source, known bool) error {
	cached := false
	if known {
		_, err := k.Cache.Open(s.Now.Digest)
		cached = err == nil
	}
	if cached && !k.Checks {
		return nil
	}
	digest, notes, err := k.digest(fetched{src.Remote(), s.Now.Commit, src.Dir()})
	switch {
	case err != nil && cached && k.ctx.Err() == nil:
		s.Notes = append(s.Notes, fmt.Sprintf("its files are in the cache, and could not be held against the commit: %s", err))
		return nil
	case err != nil:
		return err
	case known && digest != s.Now.Digest:
		return fmt.Errorf("%s at %s: the files have the digest %s, and the lock pins %s; whoever serves them changed them, or the lock was edited", src, s.Now.Commit, digest, s.Now.Digest)
	case !cached:
		s.Notes = append(s.Notes, notes...)
	}
	s.Now.Digest = digest
	return nil
}

// digest is that of the files of a commit, which are brought into the cache once.
func (k *Keeper) digest(at fetched) (digest string, notes []string, err error) {
	if digest, ok := k.took[at]; ok {
		return digest, nil, nil
	}
	if digest, notes, err = k.take(at); err == nil {
		k.took[at] = digest
	}
	return digest, notes, err
}

func (k *Keeper) take(at fetched) (digest string, notes []string, err error) {
	files, err := k.Remote.Tree(k.ctx, at.url, at.commit, at.dir)
	if err != nil {
		return "", nil, err
	}
	tree := components.NewTree()
	for _, f := range files.Files {
		if err := tree.Add(f.Path, f.Content, f.Executable); err != nil {
			return "", nil, fmt.Errorf("%s at %s: %w", at.url, at.commit, err)
		}
	}
	linked, err := addLinks(tree, files.Links)
	if err != nil {
		return "", nil, fmt.Errorf("%s at %s: %w", at.url, at.commit, err)
	}
	for _, skipped := range append(linked, files.Skipped...) {
		notes = append(notes, "not taken: "+skipped)
	}
	digest, err = k.Cache.Put(tree)
	return digest, notes, err
}

// addLinks gives a template its links, which it may follow; a component has none. What
// is not taken is returned.
func addLinks(tree *components.Tree, links []gitfetch.Link) (notes []string, err error) {
	is, _ := components.IsTemplate(tree, ".")
	for _, l := range links {
		if !is {
			notes = append(notes, show.Line(l.Path)+": symbolic links are not taken")
		} else if err := tree.AddLink(l.Path, l.Target); err != nil {
			return nil, err
		}
	}
	return notes, nil
}

// verify asks whether the tag that was pinned still leads to the commit.
func (k *Keeper) verify(s *Seen, src components.Source) error {
	tags, err := k.tags(src.Remote())
	if err != nil {
		return err
	}
	var tag components.Tag
	switch {
	case src.Ref() != "":
		if i := slices.IndexFunc(tags, func(t components.Tag) bool { return t.Name == src.Ref() }); i >= 0 {
			tag = tags[i]
		} else if s.Now.Version == "" {
			return nil // a branch or a commit, which pins nothing beside itself
		}
	case s.Now.Version == "":
		return nil
	default:
		tag, err = components.Choose(tags, src.Dir(), "= "+s.Now.Version)
		if err != nil && !errors.Is(err, components.ErrNoVersion) {
			return fmt.Errorf("%s: %w", src.Remote(), err)
		}
	}
	switch {
	case tag.Commit == "":
		s.Gone = true
		s.Notes = append(s.Notes, fmt.Sprintf("%s has no tag for it any more; the pin stays", src.Remote()))
	case tag.Commit != s.Now.Commit:
		s.Moved = fmt.Errorf("the tag %s of %s moved: the lock pins %s, and it leads to %s now", tag.Name, src.Remote(), s.Now.Commit, tag.Commit)
	}
	return nil
}
