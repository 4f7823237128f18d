package components

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// Resolver finds the files of components: of built-in ones in the binary, of local
// ones in the project, of those from git in the cache, where the lock says which. It
// opens no connection.
type Resolver struct {
	// Builtin holds the built-in components, a folder each.
	Builtin fs.FS
	// Project is the project directory, in which local components lie.
	Project fs.FS
	// Pins returns the lock's, by address. It is called when one is needed.
	Pins func() (map[string]lockfile.Component, error)
	// Open returns the tree with a digest, as Cache.Open does.
	Open func(digest string) (*Tree, error)

	// Watch, if set, is told of each template of another tool that is generated. No
	// record of hooks is read then: what is generated is what the hooks are given.
	Watch func(Watched)

	opened map[string]*Tree
}

// Find implements hclspec.Components.
func (r *Resolver) Find(call hclspec.ComponentCall) (*hclspec.ComponentFiles, error) {
	src, err := ParseCall(call)
	if err != nil {
		return nil, err
	}
	if err := Versioned(call, src); err != nil {
		return nil, err
	}
	switch src.Kind {
	case Builtin:
		return r.builtin(src.Path())
	case Local:
		return r.local(call, src.Path())
	default:
		return r.pinned(call, src)
	}
}

// Versioned refuses a version where there are none to choose from.
func Versioned(call hclspec.ComponentCall, src Source) error {
	switch {
	case call.Version == "" || src.Kind == Git:
		return nil
	case src.Kind == Zip:
		return errors.New("version chooses among the tags of a git source, and a zip archive is one version; leave `version` out, or name the template's repository, such as gh:OWNER/REPO")
	}
	return errors.New("version chooses among the tags of a git source; leave it out here")
}

// ParseCall reads the source that a component block states.
func ParseCall(call hclspec.ComponentCall) (Source, error) {
	for _, name := range sorted(call.Short) {
		if err := CheckShort(name, call.Short[name]); err != nil {
			return Source{}, fmt.Errorf("the short form %s %w", name, err)
		}
	}
	src, err := Parse(call.Source, call.Short)
	if err != nil {
		return src, fmt.Errorf("the source %w", err)
	}
	if _, err := version.NewConstraint(call.Version); call.Version != "" && err != nil {
		return src, fmt.Errorf("%q is no version constraint; write one such as \"~> 1.2\"", call.Version)
	}
	return src, nil
}

func sorted(m map[string]string) []string {
	var out []string
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func (r *Resolver) builtin(name string) (*hclspec.ComponentFiles, error) {
	label := string(Builtin) + "/" + name
	if _, err := fs.Stat(r.Builtin, name+"/"+hclspec.ManifestFile); err != nil {
		if meant := near(name, r.Names()); meant != "" {
			return nil, fmt.Errorf("there is no built-in component %q; did you mean %q?", name, meant)
		}
		return nil, fmt.Errorf("there is no built-in component %q; the built-in ones are %s", name, strings.Join(r.Names(), ", "))
	}
	sub, err := fs.Sub(r.Builtin, name)
	if err != nil {
		return nil, err
	}
	return &hclspec.ComponentFiles{FS: sub, Label: label}, nil
}

// Names lists the built-in components, sorted.
func (r *Resolver) Names() []string {
	found, _ := fs.Glob(r.Builtin, "*/"+hclspec.ManifestFile)
	for i := range found {
		found[i] = path.Dir(found[i])
	}
	return found
}

// local is a folder of the project, or of the component that asks for it.
func (r *Resolver) local(call hclspec.ComponentCall, rel string) (*hclspec.ComponentFiles, error) {
	from := call.From
	if from == nil {
		from = &hclspec.ComponentFiles{Local: "."}
	}
	if from.Local != "" {
		dir := path.Join(from.Local, rel)
		if dir == "." || !fs.ValidPath(dir) {
			return nil, fmt.Errorf("%s leads outside the project; a local component is a folder in it", rel)
		}
		files := &hclspec.ComponentFiles{Local: dir, Label: "./" + dir}
		return files, r.template(files, call)
	}
	dir := path.Clean(rel)
	if dir == "." || !fs.ValidPath(dir) {
		return nil, fmt.Errorf("%s leads outside the component %s, of which only the folder is known; put the inner component below it, or name its repository as git::URL", rel, from.Label)
	}
	sub, err := fs.Sub(from.FS, dir)
	if err != nil {
		return nil, err
	}
	return &hclspec.ComponentFiles{FS: sub, Label: from.Label + "/" + dir, Version: from.Version, Commit: from.Commit, Digest: from.Digest}, nil
}

// pinned is what the lock says a git source is.
func (r *Resolver) pinned(call hclspec.ComponentCall, src Source) (*hclspec.ComponentFiles, error) {
	pins, err := r.Pins()
	if err != nil {
		return nil, err
	}
	pin, ok := pins[call.Address]
	if !ok {
		return nil, errors.New("the lock does not pin it yet; run `mlops component lock`")
	}
	if err := Fits(pin, call, src); err != nil {
		return nil, err
	}
	tree := r.opened[pin.Digest]
	archive := ""
	if src.Kind == Zip && src.Remote() == "" {
		if archive, tree, err = Archive(r.Project, call.From, src); err != nil {
			return nil, err
		}
		if have := tree.digest(); have != pin.Digest {
			return nil, fmt.Errorf("%s: holds other files than those that the lock pins (%s now, %s pinned); run `mlops component update` to take them", archive, have, pin.Digest)
		}
	}
	if tree == nil {
		var err error
		if tree, err = r.Open(pin.Digest); err != nil {
			return nil, fmt.Errorf("%s at %s: %w", src, called(pin), err)
		}
		if r.opened == nil {
			r.opened = map[string]*Tree{}
		}
		r.opened[pin.Digest] = tree
	}
	files := &hclspec.ComponentFiles{
		FS: tree, Label: fmt.Sprintf("%s@%s", src, called(pin)), Version: pin.Version, Commit: pin.Commit, Digest: pin.Digest, Archive: archive,
	}
	return files, r.template(files, call)
}

// Fits reports why a pin is not for what a component block asks for, or nil.
func Fits(pin lockfile.Component, call hclspec.ComponentCall, src Source) error {
	if pin.Source != src.String() {
		return fmt.Errorf("the lock pins %s; run `mlops component lock` to pin %s", pin.Source, src)
	}
	if call.Version == "" {
		return nil
	}
	want, err := version.NewConstraint(call.Version)
	if err != nil {
		return err
	}
	have, err := version.NewVersion(pin.Version)
	if err != nil || !want.Check(have) {
		return fmt.Errorf("the lock pins %s, which is not within %q; run `mlops component lock`", called(pin), call.Version)
	}
	return nil
}

// called is how a pin is called: its version, or the start of its commit.
func called(pin lockfile.Component) string {
	if pin.Version != "" {
		return pin.Version
	}
	if pin.Commit == "" {
		digest := strings.TrimPrefix(pin.Digest, sha256Prefix)
		return digest[:min(7, len(digest))]
	}
	return pin.Commit[:min(7, len(pin.Commit))]
}
