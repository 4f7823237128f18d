package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/safepath"
)

// newFile is a file that init gives to the user.
type newFile struct {
	name       string
	data       []byte
	executable bool
}

// gifts are the files that a starter gives to the project beside the spec, by name.
func gifts(files fs.FS) ([]newFile, error) {
	if info, err := fs.Stat(files, hclspec.StarterFolder); err != nil || !info.IsDir() {
		return nil, nil
	}
	sub, err := fs.Sub(files, hclspec.StarterFolder)
	if err != nil {
		return nil, err
	}
	tree, err := components.Load(sub)
	if err != nil {
		return nil, fmt.Errorf("%s/%w", hclspec.StarterFolder, err)
	}
	var out []newFile
	var paths []safepath.Path
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		p, err := safepath.Parse(name)
		if err != nil {
			return fmt.Errorf("%s/%w", hclspec.StarterFolder, err)
		}
		if safepath.Reserved(p) {
			return fmt.Errorf("%s/%s: is mlops's own, and no starter gives it", hclspec.StarterFolder, name)
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		data, err := fs.ReadFile(tree, name)
		out, paths = append(out, newFile{name, data, info.Mode()&0o100 != 0}), append(paths, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, c := range safepath.Collisions(paths) {
		return nil, fmt.Errorf("%s/%s: and %s are one file where case does not count", hclspec.StarterFolder, c.A, c.B)
	}
	for _, c := range safepath.Folders(paths) {
		return nil, fmt.Errorf("%s/%s: and %s %s", hclspec.StarterFolder, c.A, c.B, c.Why)
	}
	return out, nil
}

// planted are files that were written, and can be taken back.
type planted struct {
	root    *os.Root
	files   []newFile
	folders []string
	// kept are those that were there already.
	kept []string
}

// plant writes the files, and overwrites none; all of them, or none. The first one
// must not be there.
func plant(root *os.Root, files []newFile) (*planted, error) {
	p := &planted{root: root}
	for i, f := range files {
		err := p.add(f)
		switch {
		case err == nil:
		case errors.Is(err, fs.ErrExist) && i > 0:
			p.kept = append(p.kept, f.name)
		case errors.Is(err, fs.ErrExist):
			return nil, fmt.Errorf("%s: is there already, and init overwrites nothing", f.name)
		default:
			return nil, errors.Join(err, p.undo())
		}
	}
	return p, nil
}

func (p *planted) add(f newFile) (err error) {
	if _, err := p.root.Lstat(f.name); err == nil {
		return fs.ErrExist
	}
	for i, r := range f.name {
		if r != '/' {
			continue
		}
		if err := p.folder(f.name[:i]); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	mode := fs.FileMode(0o666)
	if f.executable {
		mode = 0o777
	}
	out, err := p.root.OpenFile(f.name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, fs.ErrExist) {
		return fs.ErrExist
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f.name, bare(err))
	}
	_, err = out.Write(f.data)
	if closing := out.Close(); err == nil {
		err = closing
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", f.name, bare(err))
		return errors.Join(err, p.root.Remove(f.name))
	}
	p.files = append(p.files, f)
	return nil
}

// folder makes a folder, unless it is there.
func (p *planted) folder(name string) error {
	info, err := p.root.Lstat(name)
	switch {
	case err == nil && info.IsDir():
		return nil
	case err == nil:
		return fmt.Errorf("%s is no directory of its own, and mlops writes through real directories only", name)
	case !errors.Is(err, fs.ErrNotExist):
		return bare(err)
	}
	if err := p.root.Mkdir(name, 0o777); err != nil {
		return bare(err)
	}
	p.folders = append(p.folders, name)
	return nil
}

// undo removes what was written and nobody has changed since.
func (p *planted) undo() error {
	var left []string
	for _, f := range slices.Backward(p.files) {
		info, err := p.root.Lstat(f.name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var now []byte
		if err == nil && info.Mode().IsRegular() {
			now, err = p.root.ReadFile(f.name)
		}
		if err == nil && info.Mode().IsRegular() && bytes.Equal(now, f.data) {
			err = p.root.Remove(f.name)
		} else {
			err = errors.Join(err, errors.New("changed"))
		}
		if err != nil {
			left = append(left, f.name)
		}
	}
	for _, name := range slices.Backward(p.folders) {
		_ = p.root.Remove(name) // somebody may have put something into it
	}
	p.files, p.folders = nil, nil
	if len(left) > 0 {
		return fmt.Errorf("%s: changed meanwhile, and left where it is", strings.Join(left, ", "))
	}
	return nil
}

// names are the files that were written.
func (p *planted) names() []string {
	out := []string{}
	for _, f := range p.files {
		out = append(out, path.Clean(f.name))
	}
	return out
}
