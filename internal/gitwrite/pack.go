package gitwrite

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"hash"
	"hash/crc32"
	"slices"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/fsops"
)

// packWriter streams objects into a pack without deltas: on content that is new
// they save nothing and cost ten times the rest.
type packWriter struct {
	w   *bufio.Writer
	sum hash.Hash
	at  uint64
	idx []packed
}

// packed is what the pack's index knows of an object.
type packed struct {
	hash   plumbing.Hash
	crc    uint32
	offset uint64
}

// writePack writes all objects into one pack with its index, version 2 each.
func (s *Store) writePack(ctx context.Context, objects []Object) error {
	name := s.tmp + "/pack"
	f, err := s.dir.Create(name, 0o444)
	if err != nil {
		return err
	}
	p := &packWriter{w: bufio.NewWriterSize(f, 1<<18), sum: sha1.New()}
	sum, err := p.all(ctx, objects, s.workers)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	idx := p.index(sum)
	if _, err := fsops.WriteFile(s.dir, s.tmp+"/idx", idx, 0o444); err != nil {
		return err
	}
	// git believes in a pack once its index is there: the index comes last.
	to := fmt.Sprintf("objects/pack/pack-%x.", sum)
	s.moves = append(s.moves, move{name, to + "pack"}, move{s.tmp + "/idx", to + "idx"})
	return nil
}

// all writes the whole pack and returns its checksum.
func (p *packWriter) all(ctx context.Context, objects []Object, workers int) (sum []byte, err error) {
	head := append([]byte("PACK"), 0, 0, 0, 2)
	if err := p.write(binary.BigEndian.AppendUint32(head, uint32(len(objects)))); err != nil {
		return nil, err
	}
	if err := compress(ctx, objects, workers, p.object); err != nil {
		return nil, err
	}
	sum = p.sum.Sum(nil)
	if _, err := p.w.Write(sum); err != nil {
		return nil, err
	}
	return sum, p.w.Flush()
}

func (p *packWriter) write(b []byte) error {
	p.sum.Write(b)
	p.at += uint64(len(b))
	_, err := p.w.Write(b)
	return err
}

// object writes one entry.
func (p *packWriter) object(o *Object, size int, deflated []byte) error {
	head := entryHeader(o.Kind, size)
	crc := crc32.Update(crc32.ChecksumIEEE(head), crc32.IEEETable, deflated)
	p.idx = append(p.idx, packed{o.Hash, crc, p.at})
	if err := p.write(head); err != nil {
		return err
	}
	return p.write(deflated)
}

// entryHeader is an entry's type and inflated size.
func entryHeader(kind Kind, size int) []byte {
	types := map[Kind]byte{Commit: 1, Tree: 2, Blob: 3}
	b := []byte{types[kind]<<4 | byte(size&15)}
	for n := size >> 4; n > 0; n >>= 7 {
		b[len(b)-1] |= 0x80
		b = append(b, byte(n&0x7f))
	}
	return b
}

// index encodes the pack's index.
func (p *packWriter) index(packSum []byte) []byte {
	slices.SortFunc(p.idx, func(a, b packed) int { return bytes.Compare(a.hash[:], b.hash[:]) })
	out := make([]byte, 0, 8+256*4+len(p.idx)*28+40)
	out = append(out, 0xff, 't', 'O', 'c', 0, 0, 0, 2)
	n := 0
	for b := range 256 {
		for n < len(p.idx) && int(p.idx[n].hash[0]) == b {
			n++
		}
		out = binary.BigEndian.AppendUint32(out, uint32(n))
	}
	for _, e := range p.idx {
		out = append(out, e.hash[:]...)
	}
	for _, e := range p.idx {
		out = binary.BigEndian.AppendUint32(out, e.crc)
	}
	var large []uint64 // offsets that need more than 31 bits
	for _, e := range p.idx {
		if e.offset < 1<<31 {
			out = binary.BigEndian.AppendUint32(out, uint32(e.offset))
			continue
		}
		out = binary.BigEndian.AppendUint32(out, 1<<31|uint32(len(large)))
		large = append(large, e.offset)
	}
	for _, off := range large {
		out = binary.BigEndian.AppendUint64(out, off)
	}
	out = append(out, packSum...)
	sum := sha1.Sum(out)
	return append(out, sum[:]...)
}

// sink takes a compressed object; deflated is valid during the call.
type sink func(o *Object, size int, deflated []byte) error

// compress hands the objects to out in their order, compressed by workers.
func compress(ctx context.Context, objects []Object, workers int, out sink) error {
	if workers == 1 {
		z := &deflater{}
		for i := range objects {
			if err := ctx.Err(); err != nil {
				return err
			}
			content, err := objects[i].load()
			if err != nil {
				return err
			}
			if err := out(&objects[i], len(content), z.deflate(nil, content)); err != nil {
				return err
			}
		}
		return nil
	}
	return compressParallel(ctx, objects, workers, out)
}

// result is one compressed object on its way to the sink.
type result struct {
	object *Object
	size   int
	data   []byte
	err    error
	done   chan struct{}
}

// compressParallel keeps the order by a queue of results that are waited for in
// turn; the queue's length bounds what is in memory.
func compressParallel(ctx context.Context, objects []Object, workers int, out sink) error {
	ctx, cancel := context.WithCancel(ctx)
	todo := make(chan *result)
	queue := make(chan *result, 4*workers)
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	for range workers {
		group.Go(func() {
			z := &deflater{}
			for r := range todo {
				var content []byte
				if content, r.err = r.object.load(); r.err == nil {
					r.size, r.data = len(content), bytes.Clone(z.deflate(nil, content))
				}
				close(r.done)
			}
		})
	}
	group.Go(func() {
		defer close(queue)
		defer close(todo)
		for i := range objects {
			r := &result{object: &objects[i], done: make(chan struct{})}
			select {
			case queue <- r:
			case <-ctx.Done():
				return
			}
			todo <- r
		}
	})
	for r := range queue {
		<-r.done
		if r.err != nil {
			return r.err
		}
		if err := out(r.object, r.size, r.data); err != nil {
			return err
		}
	}
	return ctx.Err()
}
