package components

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/mlops-as-code/mlops/internal/show"
)

// maxSnapshot is the largest snapshot of a tree within the limits, in bytes: each
// name stands twice, beside some 120 bytes an entry.
const maxSnapshot = MaxBytes + MaxFiles*(2*MaxPath+256) + 1024

// ErrNotCached is wrapped by Open's error when the cache does not have the tree.
var ErrNotCached = errors.New("is not in the component cache; run `mlops component lock`")

// CacheDir is the folder of the cache: override, the value of MLOPS_CACHE_DIR, when
// it is not empty, else mlops in the user's cache folder. It fails when the one that
// counts is no absolute path.
func CacheDir(override, userCache string) (string, error) {
	switch {
	case override != "" && !filepath.IsAbs(override):
		return "", errors.New("MLOPS_CACHE_DIR: is no absolute path; write one")
	case override != "":
		return filepath.Clean(override), nil
	case !filepath.IsAbs(userCache):
		return "", errors.New("there is no folder for caches of this user; set MLOPS_CACHE_DIR to an absolute path")
	}
	return filepath.Join(userCache, "mlops"), nil
}

// Cache is a store of component trees in a folder, by their digest. A tree is one
// file, trees/HEX.zip, which appears whole and never changes; it may be deleted at
// any time. Names in a tree never become names on disk. A Cache is safe for
// concurrent use, also by several processes.
type Cache struct{ dir string }

// NewCache returns the cache in the folder dir, an absolute path. The folder is
// made by the first Put.
func NewCache(dir string) *Cache { return &Cache{dir} }

// file is the snapshot of the tree with this digest, in hex.
func (c *Cache) file(hex string) string { return filepath.Join(c.dir, "trees", hex+".zip") }

// Put stores the regular files of fsys and returns their digest; Digest says which
// and what fails. Equal trees give equal bytes. A snapshot that is there already is
// left alone when it is sound and replaced when it is damaged. What it makes only
// the user may read.
func (c *Cache) Put(fsys fs.FS) (string, error) {
	t, err := Load(fsys)
	if err != nil {
		return "", err
	}
	digest := t.digest()
	if _, err := c.Open(digest); err == nil {
		return digest, nil
	}
	hex, _ := digestHex(digest)
	content, err := t.snapshot()
	if err != nil {
		return "", fmt.Errorf("%s: %w", c.file(hex), err)
	}
	if err := publish(c.file(hex), content); err != nil {
		// Where an open file cannot be replaced, another process may have won.
		if _, again := c.Open(digest); again != nil {
			return "", err
		}
	}
	return digest, nil
}

// publish makes a file appear whole. After a loss of power it may be missing, which
// only means that it is fetched again.
func publish(name string, content []byte) (err error) {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return plainPath(err)
	}
	f, err := os.CreateTemp(dir, ".tmp-*") // mode 0600
	if err != nil {
		return plainPath(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the first error counts
			err = plainPath(err)
		}
	}()
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// plainPath is "path: reason" for an error of package os.
func plainPath(err error) error {
	if pe, is := errors.AsType[*fs.PathError](err); is {
		return fmt.Errorf("%s: %w", pe.Path, pe.Err)
	}
	if le, is := errors.AsType[*os.LinkError](err); is {
		return fmt.Errorf("%s: %w", le.New, le.Err)
	}
	return err
}

// Open returns the tree with this digest, read whole and verified: its digest is the
// one asked for. It fails with ErrNotCached (wrapped) when there is none; on a
// snapshot that was altered, is damaged or exceeds the limits, the error names the
// file and what to do.
func (c *Cache) Open(digest string) (*Tree, error) {
	hex, ok := digestHex(digest)
	if !ok {
		return nil, fmt.Errorf("%s: is no digest of a component; it is sha256: and 64 hex digits", show.Clip(digest, 80))
	}
	name := c.file(hex)
	content, err := readSnapshot(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", digest, ErrNotCached)
	}
	if err != nil {
		return nil, err
	}
	t, err := parseSnapshot(content)
	if err == nil && t.digest() != digest {
		err = errors.New("its content is another than its name says")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: is damaged (%w); run `mlops component lock` to fetch it again", name, err)
	}
	return t, nil
}

// readSnapshot reads a file of bounded size. It opens nothing but a regular file.
func readSnapshot(name string) ([]byte, error) {
	i, err := os.Stat(name)
	if err != nil {
		return nil, plainPath(err)
	}
	if !i.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: is no regular file; remove it and run `mlops component lock`", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, plainPath(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	content, err := io.ReadAll(io.LimitReader(f, maxSnapshot+1))
	switch {
	case err != nil:
		return nil, plainPath(err)
	case len(content) > maxSnapshot:
		return nil, fmt.Errorf("%s: is too large for a component; remove it and run `mlops component lock`", name)
	}
	return content, nil
}

// snapshot is the tree as a zip archive: sorted, without times, and not compressed,
// so that the bytes are the same for every version of the compressor and a small
// file cannot hold a large tree.
func (t *Tree) snapshot() ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range t.paths() {
		f := t.files[name]
		h := &zip.FileHeader{Name: name, Method: zip.Store}
		h.SetMode(0o644)
		switch {
		case f.link:
			h.SetMode(fs.ModeSymlink | 0o777)
		case f.executable:
			h.SetMode(0o755)
		}
		out, err := w.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := out.Write(f.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// parseSnapshot reads what snapshot wrote, and from anything else no more than a
// tree may hold.
func parseSnapshot(content []byte) (*Tree, error) {
	if !plausible(content) {
		return nil, errors.New("it is no zip archive as mlops writes it")
	}
	r, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	// The names are judged by Tree.Add, which does not take them for paths on disk.
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, err
	}
	t := NewTree()
	for _, f := range r.File {
		if err := t.addEntry(f); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// plausible reports whether content ends as snapshot ends it, and so bounds what the
// reader of the directory takes in: a record of 22 bytes right behind a directory of
// at most MaxFiles entries (APPNOTE.TXT 4.3.16), in which nothing is zip64.
func plausible(content []byte) bool {
	const record, entry = 22, 46 + 64
	at := len(content) - record
	if at < 0 || !bytes.HasPrefix(content[at:], []byte("PK\x05\x06")) {
		return false
	}
	end := content[at:]
	files := int64(binary.LittleEndian.Uint16(end[10:]))
	size := int64(binary.LittleEndian.Uint32(end[12:]))
	offset := int64(binary.LittleEndian.Uint32(end[16:]))
	return files <= MaxFiles && size <= files*(entry+MaxPath) && offset+size == int64(at)
}

func (t *Tree) addEntry(f *zip.File) error {
	switch {
	case f.Method != zip.Store || f.Mode()&fs.ModeType != 0 && f.Mode()&fs.ModeType != fs.ModeSymlink:
		return fmt.Errorf("%s: is no plain file", show.Clip(f.Name, 200))
	case f.UncompressedSize64 > MaxBytes: // before it becomes negative
		return fmt.Errorf("%s: is too large", show.Clip(f.Name, 200))
	}
	size := int64(f.UncompressedSize64)
	if err := t.refuse(f.Name, size); err != nil {
		return reason(f.Name, err)
	}
	in, err := f.Open()
	if err != nil {
		return reason(f.Name, err)
	}
	content, err := io.ReadAll(io.LimitReader(in, size+1))
	if err == nil {
		err = in.Close()
	}
	if err != nil {
		return reason(f.Name, err)
	}
	if f.Mode()&fs.ModeSymlink != 0 {
		return t.AddLink(f.Name, string(content))
	}
	return t.Add(f.Name, content, f.Mode()&0o100 != 0)
}
