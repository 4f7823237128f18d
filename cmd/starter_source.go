package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/components/catalog"
	"github.com/mlops-as-code/mlops/components/pins"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// origin is where a first spec comes from: a starter, or a component.
type origin struct {
	files fs.FS
	// label is how messages call it.
	label     string
	component bool
	// template says that it is one of Cookiecutter.
	template bool
	// source is what a component block says, and name what it suggests as its own.
	source, name string
	close        func()
}

// origin finds the files of a source. It must be closed.
func (a *app) origin(ctx context.Context, o *fromOptions) (*origin, error) {
	found, err := a.find(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := found.look(); err != nil {
		found.close()
		return nil, fmt.Errorf("%s: %w", o.source, err)
	}
	return found, nil
}

func (a *app) find(ctx context.Context, o *fromOptions) (*origin, error) {
	if components.IsArchive(filepath.ToSlash(o.source)) && isFolder(o.source) {
		return a.archived(o)
	}
	if isFolder(o.source) {
		if o.version != "" {
			return nil, errors.New("--version: chooses among the tags of a git source; leave it out for a folder")
		}
		return a.folder(o.source)
	}
	src, err := components.Parse(o.source, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: the source %w", repeated(o.source), err)
	}
	if src.Kind == components.Builtin {
		return builtinOrigin(src.Path(), o)
	}
	dir, err := a.cacheDir()
	if err != nil {
		return nil, err
	}
	progress := a.newProgress()
	defer progress.done()
	keeper := pins.NewKeeper(ctx, pins.Keeper{
		Resolver: &components.Resolver{
			Builtin: catalog.Files(), Open: a.openTree,
			Pins: func() (map[string]lockfile.Component, error) { return nil, nil },
		},
		Remote: a.remote(dir, progress), Cache: components.NewCache(dir), Stamp: a.stamp,
	})
	files, err := keeper.Find(hclspec.ComponentCall{Address: "init", Source: o.source, Version: o.version})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil && strings.HasPrefix(err.Error(), o.source+": ") {
		return nil, err // it names the repository already
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.source, err)
	}
	return &origin{files: files.FS, label: files.Label, source: o.source, name: src.Name(), close: func() {}}, nil
}

// archived opens a zip archive of this machine, which is relative to the current folder.
func (a *app) archived(o *fromOptions) (*origin, error) {
	if o.version != "" {
		return nil, errors.New("--version: chooses among the tags of a git source; leave it out for an archive")
	}
	name, inside, _ := strings.Cut(filepath.ToSlash(o.source)[1:], "//")
	name = filepath.Clean(filepath.FromSlash(o.source[:1] + name))
	if !filepath.IsAbs(name) {
		name = filepath.Join(a.Dir, name)
	}
	info, err := os.Stat(name)
	if err == nil {
		err = regular(info, components.MaxArchive)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.source, bare(err))
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.source, bare(err))
	}
	tree, err := components.Unzip(data, inside)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.source, err)
	}
	found := &origin{files: tree, label: o.source, close: func() {}}
	if rel, err := filepath.Rel(a.root(), name); err == nil && filepath.IsLocal(rel) {
		text := "./" + filepath.ToSlash(rel)
		if inside != "" {
			text += "//" + inside
		}
		src, err := components.Parse(text, nil)
		if err != nil {
			return nil, fmt.Errorf("%s: the source %w", o.source, err)
		}
		found.source, found.name = src.String(), src.Name()
	}
	return found, nil
}

// repeated is how a message calls a source that was refused. One that may hold a
// password or a token is not repeated.
func repeated(source string) string {
	if strings.ContainsAny(source, "@?#") {
		return "the command line"
	}
	return source
}

// isFolder tells a folder of this machine from the other sources.
func isFolder(source string) bool {
	slashed := filepath.ToSlash(source)
	return filepath.IsAbs(source) || slashed == "." || slashed == ".." || strings.HasPrefix(slashed, "./") || strings.HasPrefix(slashed, "../")
}

// folder opens a folder, which is relative to the current one. Nothing outside it is
// read, wherever its links lead.
func (a *app) folder(name string) (*origin, error) {
	dir := filepath.Clean(name)
	if !filepath.IsAbs(name) {
		dir = filepath.Join(a.Dir, name)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, bare(err))
	}
	found := &origin{files: root.FS(), label: filepath.ToSlash(filepath.Clean(name)), name: filepath.Base(dir), close: func() { root.Close() }}
	// A component is named from the project root.
	if rel, err := filepath.Rel(a.root(), dir); err == nil && filepath.IsLocal(rel) && rel != "." {
		found.source = "./" + filepath.ToSlash(rel)
	}
	return found, nil
}

func builtinOrigin(name string, o *fromOptions) (*origin, error) {
	if o.version != "" {
		return nil, errors.New("--version: chooses among the tags of a git source; leave it out for a built-in one")
	}
	if _, err := fs.Stat(catalog.Files(), path.Join(name, hclspec.StarterFile)); err != nil {
		// The resolver knows what is meant, and words the refusal.
		_, err := (&components.Resolver{Builtin: catalog.Files()}).Find(hclspec.ComponentCall{Source: o.source})
		if err != nil {
			return nil, fmt.Errorf("%s: %w%s", o.source, err, alsoStarters())
		}
	}
	sub, err := fs.Sub(catalog.Files(), name)
	if err != nil {
		return nil, err
	}
	return &origin{files: sub, label: o.source, source: o.source, name: name, close: func() {}}, nil
}

// starters are the names of the built-in ones, as sources.
func starters() []string {
	found, _ := fs.Glob(catalog.Files(), "*/"+hclspec.StarterFile)
	for i := range found {
		found[i] = "builtin/" + path.Dir(found[i])
	}
	return found
}

func alsoStarters() string {
	if all := starters(); len(all) > 0 {
		return "; the built-in starters are " + strings.Join(all, ", ")
	}
	return ""
}

// look finds out what the files are.
func (o *origin) look() error {
	has := func(name string) bool {
		info, err := fs.Stat(o.files, name)
		return err == nil && info.Mode().IsRegular()
	}
	switch {
	case has(hclspec.StarterFile):
		return nil
	case has(hclspec.ManifestFile):
		o.component = true
		if o.source == "" {
			return errors.New("is a component outside the project; copy it into the project, or name its repository")
		}
		return nil
	case has(components.CookiecutterFile):
		o.component, o.template = true, true
		if o.source == "" {
			return errors.New("is a template outside the project; copy it into the project, or name its repository")
		}
		return nil
	case has("copier.yml"), has("copier.yaml"):
		return errors.New("is a Copier template (copier.yml), which this version of mlops does not read")
	}
	return fmt.Errorf("is neither a starter nor a component: there is no %s and no %s in it", hclspec.StarterFile, hclspec.ManifestFile)
}
