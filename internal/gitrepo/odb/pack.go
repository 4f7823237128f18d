package odb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"

	"github.com/go-git/go-git/v5/plumbing"
)

// pack is one pack with its index. Files are opened when first needed.
type pack struct {
	base string // path without .pack or .idx

	indexOnce sync.Once
	index     *os.File
	indexErr  error
	fanout    [256]uint32
	version   int

	gone atomic.Bool // the .pack file is no longer there

	dataOnce sync.Once
	data     *os.File
	dataErr  error
	size     int64
}

func (p *pack) close() error {
	var errs []error
	for _, f := range []*os.File{p.index, p.data} {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(errs...)
}

const (
	nameSize     = 20
	fanoutSize   = 256 * 4
	maxIndexRead = 64 << 10
)

var (
	errIndex = errors.New("corrupt pack index")
	magic    = []byte{0xff, 't', 'O', 'c', 0, 0, 0, 2}
)

// openIndex reads the fan-out table only.
func (p *pack) openIndex() error {
	p.indexOnce.Do(func() {
		if p.index, p.indexErr = openRegular(p.base + ".idx"); p.indexErr == nil {
			p.indexErr = p.readFanout()
		}
	})
	return p.indexErr
}

func (p *pack) readFanout() error {
	var head [8 + fanoutSize]byte
	if _, err := io.ReadFull(io.NewSectionReader(p.index, 0, int64(len(head))), head[:]); err != nil {
		return fmt.Errorf("%s.idx: %w", p.base, errIndex)
	}
	table := head[:fanoutSize]
	p.version = 1
	if bytes.HasPrefix(head[:], magic) {
		p.version, table = 2, head[8:]
	}
	last := uint32(0)
	for i := range p.fanout {
		p.fanout[i] = binary.BigEndian.Uint32(table[i*4:])
		if p.fanout[i] < last {
			return fmt.Errorf("%s.idx: %w", p.base, errIndex)
		}
		last = p.fanout[i]
	}
	return nil
}

// names returns where the sorted names begin, how far they stand apart, and
// where in each such record the name is.
func (p *pack) names() (start, stride, at int64) {
	if p.version == 1 {
		return fanoutSize, 4 + nameSize, 4
	}
	return 8 + fanoutSize, nameSize, 0
}

// find looks the name up: it halves the range by single reads until what is
// left fits one read, then searches that.
func (p *pack) find(name plumbing.Hash) (offset int64, ok bool, err error) {
	if err := p.openIndex(); err != nil {
		return 0, false, err
	}
	low, high := int64(0), int64(p.fanout[name[0]])
	if name[0] > 0 {
		low = int64(p.fanout[name[0]-1])
	}
	start, stride, at := p.names()
	var one [nameSize]byte
	for (high-low)*stride > maxIndexRead {
		middle := (low + high) / 2
		if _, err := p.index.ReadAt(one[:], start+middle*stride+at); err != nil {
			return 0, false, fmt.Errorf("%s.idx: %w", p.base, errIndex)
		}
		if bytes.Compare(one[:], name[:]) <= 0 {
			low = middle
		} else {
			high = middle
		}
	}
	table := make([]byte, (high-low)*stride)
	if _, err := p.index.ReadAt(table, start+low*stride); err != nil {
		return 0, false, fmt.Errorf("%s.idx: %w", p.base, errIndex)
	}
	for i := low; i < high; i++ {
		record := table[(i-low)*stride:]
		if bytes.Equal(record[at:at+nameSize], name[:]) {
			offset, err := p.offset(i, record)
			return offset, err == nil, err
		}
	}
	return 0, false, nil
}

// offset returns where the i-th object lies in the pack.
func (p *pack) offset(i int64, record []byte) (int64, error) {
	if p.version == 1 {
		return int64(binary.BigEndian.Uint32(record)), nil
	}
	count := int64(p.fanout[255])
	small := 8 + fanoutSize + count*(nameSize+4)
	var b [8]byte
	if _, err := p.index.ReadAt(b[:4], small+i*4); err != nil {
		return 0, fmt.Errorf("%s.idx: %w", p.base, errIndex)
	}
	n := binary.BigEndian.Uint32(b[:])
	if n>>31 == 0 {
		return int64(n), nil
	}
	if _, err := p.index.ReadAt(b[:], small+count*4+int64(n&^(1<<31))*8); err != nil {
		return 0, fmt.Errorf("%s.idx: %w", p.base, errIndex)
	}
	large := binary.BigEndian.Uint64(b[:])
	if large>>63 != 0 {
		return 0, fmt.Errorf("%s.idx: %w", p.base, errIndex)
	}
	return int64(large), nil
}

func (p *pack) openData() error {
	p.dataOnce.Do(func() {
		if p.data, p.dataErr = openRegular(p.base + ".pack"); p.dataErr != nil {
			return
		}
		var info fs.FileInfo
		if info, p.dataErr = p.data.Stat(); p.dataErr == nil {
			p.size = info.Size()
		}
	})
	return p.dataErr
}

// openRegular refuses pipes and devices, which would block.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", path)
	}
	return os.Open(path)
}
