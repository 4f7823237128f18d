package cmd

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/components/pins"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/gitfetch"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/mlops-as-code/mlops/readme"
)

// fetching is a run of a command that fetches components. What it writes is the
// cache, the lock and, where asked, the spec.
type fetching struct {
	s      *session
	keeper *pins.Keeper
	calls  []*hclspec.Found
	first  []hclspec.Source // the spec as it was read, once it was changed in memory
	json   bool
	// progress is what fetching shows.
	progress *progress
}

// fetching opens the project for a command that fetches.
func (a *app) fetching(ctx context.Context, json bool) (*fetching, error) {
	s, err := a.enter()
	if err != nil {
		return nil, err
	}
	f := &fetching{s: s, json: json}
	if err := f.open(ctx); err != nil {
		s.close()
		return nil, err
	}
	return f, nil
}

func (f *fetching) open(ctx context.Context) (err error) {
	s := f.s
	if s.repo, err = s.a.openRepository(s.dir); err != nil {
		return err
	}
	s.spec, err = hclspec.Find(s.root.FS())
	if errors.Is(err, hclspec.ErrNoSpec) {
		return s.a.noSpec()
	}
	if err != nil {
		return err
	}
	if err := s.reading(); err != nil {
		return err
	}
	dir, err := s.a.cacheDir()
	if err != nil {
		return err
	}
	f.progress = s.a.newProgress()
	f.keeper = pins.NewKeeper(ctx, pins.Keeper{Resolver: s.resolver(), Remote: s.a.remote(dir, f.progress), Cache: components.NewCache(dir), Stamp: s.a.stamp})
	return nil
}

// remote fetches with the user's git into the cache in dir.
func (a *app) remote(dir string, p *progress) *gitfetch.Fetcher {
	remote := &gitfetch.Fetcher{
		Dir: filepath.Join(dir, "repos"), Env: a.Env, Interactive: a.Streams.InTTY && a.Streams.ErrTTY, Progress: p.fetches(),
	}
	if git, err := exec.LookPath("git"); err == nil {
		remote.Git = git
	}
	return remote
}

// survey finds every component of the spec, and fetches and pins what is missing.
func (f *fetching) survey(with hclspec.Components) hcl.Diagnostics {
	calls, diags := hclspec.Survey(hclspec.Params{
		Spec: f.s.spec, FS: f.s.root.FS(), Sections: readme.Kinds(), Version: version(), Components: with,
	})
	f.progress.done()
	f.calls = calls
	return diags
}

// pinAll surveys and refuses tags that moved.
func (f *fetching) pinAll(ctx context.Context) error {
	if diags := f.survey(f.keeper); diags.HasErrors() {
		if err := ctx.Err(); err != nil {
			return err
		}
		return f.s.fault(diags, f.json)
	}
	var moved []string
	for _, seen := range f.keeper.Seen() {
		if seen.Moved != nil {
			moved = append(moved, fmt.Sprintf("%s: %s; the pin stays. Look at what changed, then take it with `mlops component update %s`", seen.Address, seen.Moved, blockName(seen.Address)))
		}
	}
	if len(moved) > 0 {
		return &failure{kind: "moved", json: f.json, msg: strings.Join(moved, "\n")}
	}
	return nil
}

// blockName is what update calls the component block of an address.
func blockName(address string) string {
	name := strings.TrimPrefix(address, "component.")
	if strings.Contains(name, ".") {
		return address
	}
	return name
}

// lock is the lock with the pins as they are now.
func (f *fetching) lock() *lockfile.Lock {
	var addresses []string
	for _, c := range f.calls {
		addresses = append(addresses, c.Address)
	}
	next := *f.s.lock
	next.Components = f.keeper.Lock(addresses)
	return &next
}

// locked is the file of a lock, to be written.
func (f *fetching) locked(next *lockfile.Lock) (adopt.File, bool) {
	out := adopt.File{Name: planner.LockPath, Old: f.s.lockSrc, New: next.Bytes()}
	changed := !slices.EqualFunc(next.Components, f.s.lock.Components, samePin)
	return out, changed
}

// stamp is what a template of another tool draws from in place of clock and chance.
func (a *app) stamp() (now, seed string) {
	var random [8]byte
	rand.Read(random[:]) // it never fails
	return a.Now().UTC().Format(time.RFC3339), hex.EncodeToString(random[:])
}

func samePin(a, b lockfile.Component) bool {
	return a.Address == b.Address && a.Source == b.Source && a.Version == b.Version && a.Commit == b.Commit && a.Digest == b.Digest &&
		a.Time == b.Time && a.Seed == b.Seed && a.Hooks == b.Hooks
}

// imagine plans the project as it would be with another lock, and other spec files.
func (f *fetching) imagine(flags *planFlags, next *lockfile.Lock, files ...adopt.File) (*session, *planner.Plan, error) {
	t := *f.s
	t.lock, t.reading = next, func() error { return nil }
	if _, changed := f.locked(next); changed {
		t.lockSrc = next.Bytes()
	}
	return t.imagine(flags, files)
}

// pinned is how the commands report one component from git.
type pinned struct {
	Address string   `json:"address"`
	Source  string   `json:"source"`
	Version string   `json:"version,omitempty"`
	Commit  string   `json:"commit"`
	Digest  string   `json:"digest"`
	Was     *pinWas  `json:"was,omitempty"`
	Notes   []string `json:"notes"`
}

type pinWas struct {
	Version string `json:"version,omitempty"`
	Commit  string `json:"commit"`
	Digest  string `json:"digest"`
}

func (f *fetching) report() []pinned {
	out := []pinned{}
	for _, s := range f.keeper.Seen() {
		p := pinned{Address: s.Address, Source: s.Now.Source, Version: s.Now.Version, Commit: s.Now.Commit, Digest: s.Now.Digest, Notes: list(s.Notes)}
		if s.Was.Digest != "" && !samePin(s.Was, s.Now) {
			p.Was = &pinWas{s.Was.Version, s.Was.Commit, s.Was.Digest}
		}
		out = append(out, p)
	}
	return out
}

// pinName is how a pin is called; one of an archive has no commit.
func pinName(version, commit, digest string) string {
	switch {
	case version != "":
		return version + " (" + shortID(commit) + ")"
	case commit == "":
		return shortID(digest)
	}
	return shortID(commit)
}

func shortID(id string) string {
	id = strings.TrimPrefix(id, "sha256:")
	return id[:min(12, len(id))]
}

// printPins says which components were pinned, and which stayed.
func (f *fetching) printPins() {
	w := f.s.a.Streams.Out
	for i, p := range f.report() {
		was := f.keeper.Seen()[i].Was
		switch now := pinName(p.Version, p.Commit, p.Digest); {
		case was.Digest == "":
			fmt.Fprintf(w, "+ %s  %s  %s\n", show.Line(p.Address), show.Line(p.Source), show.Line(now))
		case p.Was != nil:
			fmt.Fprintf(w, "~ %s  %s  %s -> %s\n", show.Line(p.Address), show.Line(p.Source), show.Line(pinName(was.Version, was.Commit, was.Digest)), show.Line(now))
		default:
			fmt.Fprintf(w, "  %s  %s  %s\n", show.Line(p.Address), show.Line(p.Source), show.Line(now))
		}
		for _, note := range p.Notes {
			fmt.Fprintf(w, "    %s\n", show.Line(note))
		}
	}
}
