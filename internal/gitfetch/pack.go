package gitfetch

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	gitcache "github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/format/idxfile"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// Bounds on a pack that go-git reads: it holds every object in memory once, and
// an entry for each.
const (
	maxPacked  = 128 << 20
	maxObjects = 2_000_000
)

// receive stores a pack with its index. The pack is measured as a whole before
// go-git, which trusts its sizes, resolves it.
func (l *library) receive(ctx context.Context, b *cache, r io.Reader) error {
	dir := filepath.Join(b.path, "objects", "pack")
	f, err := os.CreateTemp(dir, "tmp_pack_")
	if err != nil {
		return err
	}
	defer f.Close() // again, where an error comes first
	if _, err := io.Copy(f, r); err != nil {
		return err
	}
	in := &interruptible{ctx, f}
	if err := l.measure(in); err != nil {
		return err
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return err
	}
	l.report.step("indexing objects")
	idx := new(idxfile.Writer)
	parser, err := packfile.NewParser(packfile.NewScanner(in), idx)
	if err != nil {
		return err
	}
	sum, err := parser.Parse()
	if err != nil {
		return err
	}
	name := filepath.Join(dir, "pack-"+sum.String())
	if err := errors.Join(f.Sync(), f.Close(), os.Rename(f.Name(), name+".pack")); err != nil {
		return err
	}
	return writeIndex(name+".idx", idx)
}

// writeIndex writes the index, which makes the pack known.
func writeIndex(path string, w *idxfile.Writer) error {
	index, err := w.Index()
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "tmp_idx_")
	if err != nil {
		return err
	}
	_, err = idxfile.NewEncoder(f).Encode(index)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// interruptible is a file that cannot be read any more when its context ends:
// go-git's parser knows no other way to stop.
type interruptible struct {
	ctx context.Context
	*os.File
}

func (i *interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.File.Read(p)
}

// WriteTo reads by Read, which os.File's own would not.
func (i *interruptible) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{i})
}

// measure refuses a pack with an object too large to be held in memory.
func (l *library) measure(f io.ReadSeeker) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	scan := packfile.NewScanner(f)
	_, count, err := scan.Header()
	if err != nil {
		return err
	}
	if count > maxObjects {
		return overLimit("%d objects, over the limit of %d without the git program", count, maxObjects)
	}
	for range count {
		h, err := scan.NextObjectHeader()
		if err != nil {
			return err
		}
		if h.Length > maxPacked {
			return tooLarge("an object", h.Length, maxPacked)
		}
		start := &head{}
		if _, _, err := scan.NextObject(start); err != nil {
			return err
		}
		if size := start.deltaSize(); h.Type.IsDelta() && size > maxPacked {
			return tooLarge("an object", int64(min(size, 1<<62)), maxPacked)
		}
	}
	return nil
}

// head keeps the first bytes of an object.
type head struct{ b []byte }

// Write keeps what there is room for.
func (h *head) Write(p []byte) (int, error) {
	h.b = append(h.b, p[:min(len(p), 2*binary.MaxVarintLen64-len(h.b))]...)
	return len(p), nil
}

// deltaSize is the size of what a delta makes: its second number
// (gitformat-pack(5)).
func (h *head) deltaSize() uint64 {
	_, n := binary.Uvarint(h.b)
	if n <= 0 {
		return 0
	}
	size, _ := binary.Uvarint(h.b[n:])
	return size
}

// stored reads the objects of a cache by go-git.
type stored struct{ db *filesystem.Storage }

func (l *library) open(_ context.Context, b *cache) (objects, error) {
	options := filesystem.Options{KeepDescriptors: true, LargeObjectThreshold: maxPacked}
	return &stored{filesystem.NewStorageWithOptions(osfs.New(b.path), gitcache.NewObjectLRU(32<<20), options)}, nil
}

func (s *stored) close() { _ = s.db.Close() }

func (s *stored) stat(id string) (string, int64, error) {
	o, err := s.object(id, maxPacked)
	if err != nil {
		return "", 0, err
	}
	return o.Type().String(), o.Size(), nil
}

// object finds an object; it is in memory when it is found, so its size is looked
// at first.
func (s *stored) object(id string, limit int64) (plumbing.EncodedObject, error) {
	if len(id) > 40 {
		return nil, noSHA256()
	}
	h := plumbing.NewHash(id)
	size, err := s.db.EncodedObjectSize(h)
	if err == nil && size > limit {
		return nil, tooLarge("object "+id, size, limit)
	}
	var o plumbing.EncodedObject
	if err == nil {
		o, err = s.db.EncodedObject(plumbing.AnyObject, h)
	}
	if err != nil {
		return nil, fmt.Errorf("object %s: %w (%w)", id, errMissing, err)
	}
	return o, nil
}

func (s *stored) read(id string, limit int64) (string, []byte, error) {
	o, err := s.object(id, min(limit, maxPacked))
	if err != nil {
		return "", nil, err
	}
	r, err := o.Reader()
	if err != nil {
		return "", nil, err
	}
	defer r.Close()
	content := make([]byte, o.Size())
	_, err = io.ReadFull(r, content)
	return o.Type().String(), content, err
}

func (s *stored) prefix(digits string) ([]string, error) {
	var out []string
	raw := plumbing.NewHash(digits + strings.Repeat("0", 40-len(digits)))
	found, err := s.db.HashesWithPrefix(raw[:len(digits)/2])
	for _, h := range found {
		if strings.HasPrefix(h.String(), digits) {
			out = append(out, h.String())
		}
	}
	return out, err
}
