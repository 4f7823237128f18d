package components

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/mlops-as-code/mlops/internal/show"
)

const sha256Prefix = "sha256:"

// Digest is the tree digest of the regular files of fsys: "sha256:" and, in
// lower-case hex, the SHA-256 of
//
//	mlops-tree 1 LF
//
// followed, for each file in the order of the bytes of their paths, by
//
//	MODE SP PATHLEN ":" PATH SP LEN ":" CONTENT LF
//
// where MODE is 100755 for a file that its owner may execute, 120000 for a symbolic
// link, whose CONTENT is its target, and else 100644, PATH has slashes, and the lengths are in bytes, decimal, without leading zeros. Times,
// owners, other mode bits and folders without files make no difference; every other
// one does.
//
// Whatever is neither a regular file nor a folder is an error, and so is a tree
// beyond the limits. Errors are "path: reason".
func Digest(fsys fs.FS) (string, error) {
	t, err := Load(fsys)
	if err != nil {
		return "", err
	}
	return t.digest(), nil
}

func (t *Tree) digest() string {
	h := sha256.New()
	_, _ = io.WriteString(h, "mlops-tree 1\n")
	for _, name := range t.paths() {
		f := t.files[name]
		mode := "100644"
		switch {
		case f.link:
			mode = "120000"
		case f.executable:
			mode = "100755"
		}
		_, _ = fmt.Fprintf(h, "%s %d:%s %d:", mode, len(name), name, len(f.content))
		_, _ = h.Write(f.content)
		_, _ = io.WriteString(h, "\n")
	}
	return sha256Prefix + hex.EncodeToString(h.Sum(nil))
}

// digestHex returns the hex digits of a digest.
func digestHex(digest string) (string, bool) {
	digits, is := strings.CutPrefix(digest, sha256Prefix)
	return digits, is && len(digits) == sha256.Size*2 && strings.Trim(digits, "0123456789abcdef") == ""
}

// Load reads the regular files of fsys into a tree; a *Tree is returned as it is.
// What is neither a regular file nor a folder is an error, and so is a tree beyond
// the limits, of which no more is read than that takes. Errors are "path: reason".
func Load(fsys fs.FS) (*Tree, error) {
	if t, is := fsys.(*Tree); is {
		return t, nil
	}
	l := loader{fsys: fsys, tree: NewTree()}
	if err := fs.WalkDir(fsys, ".", l.visit); err != nil {
		return nil, err
	}
	return l.tree, nil
}

type loader struct {
	fsys    fs.FS
	tree    *Tree
	folders int
}

func (l *loader) visit(name string, d fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return reason(name, err)
	case d.IsDir():
		return l.folder(name)
	case !d.Type().IsRegular():
		return fmt.Errorf("%s: is no regular file, and a component has only these; remove it", show.Clip(name, 200))
	}
	i, err := d.Info()
	if err != nil {
		return reason(name, err)
	}
	if err := l.tree.refuse(name, i.Size()); err != nil {
		return reason(name, err) // before it is read
	}
	content, executable, err := l.read(name)
	if err != nil {
		return reason(name, err)
	}
	return l.tree.Add(name, content, executable)
}

// folder judges a folder, which may have no files below it.
func (l *loader) folder(name string) error {
	if name == "." {
		return nil
	}
	if err := checkPath(name); err != nil {
		return fmt.Errorf("%s: %w", show.Clip(name, 200), err)
	}
	if l.folders++; l.folders > MaxFiles {
		return fmt.Errorf("%s: is one folder too many: a component has at most %d", show.Clip(name, 200), MaxFiles)
	}
	return nil
}

// read returns the content of a regular file, or of one too large its beginning,
// which is too large too.
func (l *loader) read(name string) (content []byte, executable bool, err error) {
	f, err := l.fsys.Open(name)
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = f.Close() }() // it was only read
	i, err := f.Stat()
	if err != nil {
		return nil, false, err
	}
	if !i.Mode().IsRegular() {
		return nil, false, errors.New("is no regular file")
	}
	content, err = io.ReadAll(io.LimitReader(f, MaxBytes-l.tree.bytes+1))
	return content, i.Mode()&0o100 != 0, err
}

// reason is "name: reason" for an error that may name the path too.
func reason(name string, err error) error {
	if pe, is := errors.AsType[*fs.PathError](err); is {
		err = pe.Err
	}
	return fmt.Errorf("%s: %w", show.Clip(name, 200), err)
}
