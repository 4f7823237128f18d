package pins

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/gitfetch"
	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// restless is a remote whose branch has moved each time it is asked for.
type restless struct {
	asked []string
	moves int
	gone  bool
}

func (r *restless) ask(what string) error {
	r.asked = append(r.asked, what)
	if r.gone {
		return errors.New("gone")
	}
	return nil
}

func commit(n int) string { return fmt.Sprintf("%040d", n) }

func (r *restless) Refs(context.Context, string) ([]gitfetch.Ref, error) {
	return []gitfetch.Ref{{Name: "refs/tags/v1.0.0", Commit: commit(1)}}, r.ask("refs")
}

func (r *restless) Commit(context.Context, string, string) (string, error) {
	r.moves++
	return commit(r.moves), r.ask("commit")
}

func (r *restless) Archive(context.Context, string) ([]byte, error) {
	return nil, r.ask("archive")
}

func (r *restless) Tree(_ context.Context, _, commit, _ string) (*gitfetch.Tree, error) {
	return &gitfetch.Tree{Files: []gitfetch.File{{Path: "f", Content: []byte(commit)}}}, r.ask("tree")
}

// keeper is a Keeper over the remote that starts from pins.
func keeper(t *testing.T, remote Remote, cache *components.Cache, pins []lockfile.Component) *Keeper {
	t.Helper()
	was := map[string]lockfile.Component{}
	for _, p := range pins {
		was[p.Address] = p
	}
	return NewKeeper(t.Context(), Keeper{
		Resolver: &components.Resolver{Pins: func() (map[string]lockfile.Component, error) { return was, nil }, Open: cache.Open},
		Remote:   remote, Cache: cache,
	})
}

func calls() []hclspec.ComponentCall {
	var out []hclspec.ComponentCall
	for i := range 3 {
		out = append(out, hclspec.ComponentCall{Address: fmt.Sprintf("component.b%d", i), Source: "git::file:///r?ref=main"})
	}
	return append(out, hclspec.ComponentCall{Address: "component.t", Source: "git::file:///r", Version: "~> 1.0"})
}

func findAll(k *Keeper) (out []lockfile.Component, err error) {
	var addresses []string
	for _, call := range calls() {
		addresses = append(addresses, call.Address)
		if _, e := k.Find(call); e != nil {
			err = errors.Join(err, e)
		}
	}
	return k.Lock(addresses), err
}

// A ref means one commit in all of a run, whatever the remote does meanwhile, and a
// commit is fetched once.
func TestOneRunOneCommit(t *testing.T) {
	t.Parallel()
	remote := &restless{}
	pins, err := findAll(keeper(t, remote, components.NewCache(t.TempDir()), nil))
	if err != nil {
		t.Fatal(err)
	}
	if len(pins) != 4 || pins[0].Commit != pins[1].Commit || pins[0].Commit != pins[2].Commit {
		t.Errorf("%+v", pins)
	}
	if len(remote.asked) != 3 { // commit, refs, tree: the tag is the same commit
		t.Errorf("asked for %v", remote.asked)
	}
}

// Pins whose files are there need no remote, unless they are checked.
func TestPinsNeedNoRemote(t *testing.T) {
	t.Parallel()
	cache := components.NewCache(t.TempDir())
	pins, err := findAll(keeper(t, &restless{}, cache, nil))
	if err != nil {
		t.Fatal(err)
	}
	remote := &restless{gone: true}
	again, err := findAll(keeper(t, remote, cache, pins))
	if err != nil || len(remote.asked) > 0 || len(again) != 4 {
		t.Errorf("%v, asked for %v, %v", again, remote.asked, err)
	}
	checking := keeper(t, remote, cache, pins)
	checking.Checks = true
	if _, err := findAll(checking); err == nil || len(remote.asked) == 0 {
		t.Errorf("asked for %v, %v", remote.asked, err)
	}
}
