package planner

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// BaseDir holds what shared files were last rendered as, each under its digest,
// so that edits can be merged in every clone.
const BaseDir = ".mlops/base"

// attributesPath tells git, and those who look at its diffs, to leave them alone.
const attributesPath = ".mlops/.gitattributes"

const attributes = "base/* -text -filter -ident -diff linguist-generated\n"

// maxBases bounds what is read from BaseDir.
const maxBases = 256 << 20

// Bases reads the merge bases by name, and the attributes file under its path.
// It follows no symbolic link.
func Bases(root *os.Root) (map[string][]byte, error) {
	out := map[string][]byte{}
	if there, err := realDir(root, path.Dir(BaseDir)); err != nil || !there {
		return out, err
	}
	if info, err := root.Lstat(attributesPath); err == nil {
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s: is not a regular file", attributesPath)
		}
		if out[attributesPath], err = root.ReadFile(attributesPath); err != nil {
			return nil, fmt.Errorf("%s: %w", attributesPath, reason(err))
		}
	}
	if there, err := realDir(root, BaseDir); err != nil || !there {
		return out, err
	}
	dir, err := root.Open(BaseDir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", BaseDir, reason(err))
	}
	defer dir.Close()
	entries, err := dir.ReadDir(-1)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", BaseDir, reason(err))
	}
	total := int64(0)
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !isBaseName(e.Name()) {
			continue
		}
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s/%s: is not a regular file", BaseDir, e.Name())
		}
		if total += info.Size(); total > maxBases {
			return nil, fmt.Errorf("%s: holds more than %d MiB", BaseDir, maxBases>>20)
		}
		if out[e.Name()], err = root.ReadFile(BaseDir + "/" + e.Name()); err != nil {
			return nil, fmt.Errorf("%s/%s: %w", BaseDir, e.Name(), reason(err))
		}
	}
	return out, nil
}

// realDir reports whether a directory is there. Opening anything else could block,
// or lead elsewhere.
func realDir(root *os.Root, name string) (bool, error) {
	info, err := root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("%s: %w", name, reason(err))
	case !info.IsDir():
		return false, fmt.Errorf("%s: is not a directory", name)
	}
	return true, nil
}

func isBaseName(name string) bool {
	b, err := hex.DecodeString(name)
	return err == nil && len(b) == 32 && strings.ToLower(name) == name
}

// base is what was last rendered, by the lock's digest; ok is false when it is
// missing or was altered.
func (d *differ) base(rendered string) (content []byte, ok bool) {
	name := strings.TrimPrefix(rendered, "sha256:")
	stored, ok := d.sides.Bases[name]
	if !ok {
		return nil, false
	}
	return OpenBase(name, stored)
}

// OpenBase returns the content of a base's file; ok is false when it is not what
// the name says.
func OpenBase(name string, stored []byte) (content []byte, ok bool) {
	for _, content := range [][]byte{veiled(name, stored), stored} {
		if RenderedDigest(content) == "sha256:"+name {
			return content, true
		}
	}
	return nil, false
}

// veiled is content as its file holds it, and back: each byte with one of a stream
// that follows from the name. Two versions of one text are alike, and git takes
// the base that goes for renamed to the one that comes: where two branches render
// a file anew, it would call that a conflict, and merge the bases. Veiled, no base
// is like another or like any file. It hides nothing from anybody.
func veiled(name string, content []byte) []byte {
	out := make([]byte, len(content))
	for i := 0; i < len(content); i += sha256.Size {
		key := sha256.Sum256(fmt.Appendf(nil, "%s %d", name, i))
		subtle.XORBytes(out[i:], content[i:], key[:min(len(key), len(content)-i)])
	}
	return out
}

// store plans the merge bases that the new lock needs, and those it no longer
// does.
func (d *differ) store(objects []lockfile.Object) {
	if d.sides.Mode == "refresh-only" {
		return
	}
	rendered := map[string][]byte{}
	for _, e := range d.sides.Tree.Entries {
		if e.Ownership == "shared" {
			rendered[e.Rendered] = e.Content
		}
		for _, s := range e.Sections {
			rendered[sectionDigest(s.Text)] = []byte(s.Text)
		}
	}
	needed := map[string]bool{}
	for i := range objects {
		for _, digest := range basesOf(&objects[i]) {
			name := strings.TrimPrefix(digest, "sha256:")
			needed[name] = true
			if content, ok := rendered[digest]; ok {
				if _, sound := d.base(digest); !sound {
					d.keepBase(BaseDir+"/"+name, d.sides.Bases[name], veiled(name, content))
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.sides.Bases)) {
		if name != attributesPath && !needed[name] {
			d.dropBase(BaseDir+"/"+name, d.sides.Bases[name])
		}
	}
	have, there := d.sides.Bases[attributesPath]
	switch {
	case len(needed) > 0 && string(lfForm(have)) != attributes:
		d.keepBase(attributesPath, have, []byte(attributes))
	case len(needed) == 0 && there && string(lfForm(have)) == attributes:
		d.dropBase(attributesPath, have)
	}
	slices.SortFunc(d.plan.Store, func(a, b Stored) int { return strings.Compare(a.Path, b.Path) })
	d.plan.Store = slices.CompactFunc(d.plan.Store, func(a, b Stored) bool { return a.Path == b.Path })
}

// basesOf are the digests of what has to be at hand to merge an object.
func basesOf(o *lockfile.Object) []string {
	var out []string
	if o.Ownership == "shared" && o.Rendered != "" {
		out = append(out, o.Rendered)
	}
	for _, w := range sectionsOf(o) {
		if w.Ownership == "shared" {
			out = append(out, w.Digest)
		}
	}
	return out
}

func (d *differ) keepBase(path string, have, want []byte) {
	t := Transition{After: Digest(want)}
	if have != nil {
		t.Before = Digest(have)
	}
	d.plan.Blobs[t.After] = want
	d.plan.Store = append(d.plan.Store, Stored{path, t})
}

func (d *differ) dropBase(path string, have []byte) {
	d.plan.Store = append(d.plan.Store, Stored{path, Transition{Before: Digest(have)}})
}
