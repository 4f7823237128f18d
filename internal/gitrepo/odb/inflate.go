package odb

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"github.com/go-git/go-git/v5/plumbing"
)

// inflater is a zlib reader for reuse.
type inflater struct {
	in  *bufio.Reader
	out io.ReadCloser
}

// start makes the inflater read the stream that src begins with.
func (f *inflater) start(src io.Reader) {
	if f.in == nil {
		f.in = bufio.NewReaderSize(src, 4096)
		return
	}
	f.in.Reset(src)
}

// open starts inflating at the reader's current place.
func (f *inflater) open() (err error) {
	if f.out == nil {
		f.out, err = zlib.NewReader(f.in)
		return err
	}
	return f.out.(zlib.Resetter).Reset(f.in, nil)
}

var errSize = errors.New("corrupt: its size is not the one it claims")

// content inflates exactly size bytes. It allocates as data comes, not what the
// object claims.
func (f *inflater) content(size int64) ([]byte, error) {
	if size < 0 || size > MaxObject {
		return nil, fmt.Errorf("larger than %d MiB", MaxObject>>20)
	}
	b := bytes.NewBuffer(make([]byte, 0, min(size+bytes.MinRead, 1<<20)))
	n, err := b.ReadFrom(io.LimitReader(f.out, size+1))
	if err != nil {
		return nil, fmt.Errorf("corrupt: %w", err)
	}
	if n != size {
		return nil, errSize
	}
	return b.Bytes(), nil
}

func loosePath(dir string, name plumbing.Hash) string {
	hex := name.String()
	return filepath.Join(dir, hex[:2], hex[2:])
}

// readLoose reads one loose object, a zlib stream of "type size NUL content".
func (d *DB) readLoose(path string) (plumbing.ObjectType, []byte, error) {
	file, err := openRegular(path)
	if err != nil {
		return 0, nil, err
	}
	defer file.Close()
	f := d.readers.Get().(*inflater)
	defer d.readers.Put(f)
	f.start(file)
	if err := f.open(); err != nil {
		return 0, nil, fmt.Errorf("corrupt: %w", err)
	}
	kind, size, err := f.looseHeader()
	if err != nil {
		return 0, nil, err
	}
	data, err := f.content(size)
	return kind, data, err
}

var errHeader = errors.New("corrupt: no header of a loose object")

func (f *inflater) looseHeader() (plumbing.ObjectType, int64, error) {
	var header [32]byte
	for i := range header {
		if _, err := io.ReadFull(f.out, header[i:i+1]); err != nil {
			return 0, 0, fmt.Errorf("corrupt: %w", err)
		}
		if header[i] != 0 {
			continue
		}
		word, digits, _ := bytes.Cut(header[:i], []byte(" "))
		kind, err := plumbing.ParseObjectType(string(word))
		size, sizeErr := strconv.ParseInt(string(digits), 10, 64)
		if err != nil || sizeErr != nil || kind.IsDelta() {
			return 0, 0, errHeader
		}
		return kind, size, nil
	}
	return 0, 0, errHeader
}
