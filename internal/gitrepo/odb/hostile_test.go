package odb

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
)

func deflated(data []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

func TestLooseObjectsThatLie(t *testing.T) {
	t.Parallel()
	name := plumbing.NewHash("1234567890123456789012345678901234567890")
	for text, want := range map[string]string{
		"blob 3\x00ab":                      "its size is not the one it claims",
		"blob 1\x00ab":                      "its size is not the one it claims",
		"blob 99999999999\x00ab":            "larger than 512 MiB",
		"blob -1\x00ab":                     "larger than 512 MiB",
		"blob x\x00ab":                      "no header",
		"blob\x00ab":                        "no header",
		"ofs-delta 2\x00ab":                 "no header",
		strings.Repeat("blob 2", 9):         "no header",
		"":                                  "corrupt: ",
		"blob 2\x00ab":                      "its content has another name",
		"blob 1000\x00" + "short":           "its size is not the one it claims",
		"commit 2\x00" + "this is too long": "its size is not the one it claims",
	} {
		dir := t.TempDir()
		path := loosePath(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		overwriteNew(t, path, deflated([]byte(text)))
		d := Open(dir)
		if _, data, err := d.Read(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %q, %v; want %s", text, data, err, want)
		}
		d.Close()
	}
}

func overwriteNew(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// entryBytes is a packed object as gitformat-pack describes it.
func entryBytes(kind plumbing.ObjectType, base, data []byte) []byte {
	size := len(data)
	head := []byte{byte(kind)<<4 | byte(size&15)}
	for size >>= 4; size > 0; size >>= 7 {
		head[len(head)-1] |= 0x80
		head = append(head, byte(size&0x7f))
	}
	return append(append(head, base...), deflated(data)...)
}

// writePack writes a pack and an index of version 1 that names the entries.
func writePack(t *testing.T, dir string, names []plumbing.Hash, entries [][]byte) {
	t.Helper()
	pack := []byte("PACK\x00\x00\x00\x02\x00\x00\x00\x00")
	binary.BigEndian.PutUint32(pack[8:], uint32(len(entries)))
	index := make([]byte, fanoutSize)
	for i, e := range entries {
		index = binary.BigEndian.AppendUint32(index, uint32(len(pack)))
		index = append(index, names[i][:]...)
		for b := int(names[i][0]); b < 256; b++ {
			binary.BigEndian.PutUint32(index[b*4:], uint32(i+1))
		}
		pack = append(pack, e...)
	}
	if err := os.MkdirAll(filepath.Join(dir, "pack"), 0o755); err != nil {
		t.Fatal(err)
	}
	overwriteNew(t, filepath.Join(dir, "pack/x.pack"), append(pack, make([]byte, 20)...))
	overwriteNew(t, filepath.Join(dir, "pack/x.idx"), append(index, make([]byte, 40)...))
}

// An index with many names that begin alike is searched in several reads.
func TestFindInLargeIndex(t *testing.T) {
	t.Parallel()
	const count = 10_000
	names, entries := make([]plumbing.Hash, count), make([][]byte, count)
	for i := range names {
		names[i][0] = 7
		binary.BigEndian.PutUint32(names[i][1:], uint32(i*2+1))
		entries[i] = make([]byte, 1+i%3)
	}
	dir := t.TempDir()
	writePack(t, dir, names, entries)
	p := &pack{base: filepath.Join(dir, "pack/x")}
	defer p.close()
	offset := int64(12)
	for i, name := range names {
		if got, ok, err := p.find(name); got != offset || !ok || err != nil {
			t.Fatalf("name %d: %d, %v, %v; want %d", i, got, ok, err, offset)
		}
		offset += int64(len(entries[i]))
		name[4]-- // between two names
		if got, ok, err := p.find(name); ok || err != nil {
			t.Fatalf("before name %d: %d, %v", i, got, err)
		}
	}
	if _, ok, err := p.find(plumbing.Hash{8}); ok || err != nil {
		t.Errorf("behind the last name: %v, %v", ok, err)
	}
}

func TestPatch(t *testing.T) {
	t.Parallel()
	source := bytes.Repeat([]byte("0123456789abcdef"), 5_000) // 80,000 = 0x13880 bytes
	head := []byte{0x80, 0xf1, 0x04}
	for name, c := range map[string]struct {
		delta []byte
		want  string
	}{
		"insert":          {append(head, 2, 2, 'x', 'y'), "xy"},
		"copy":            {append(head, 3, 0x91, 2, 3), "234"},
		"no size is 64 K": {append(head, 0x80, 0x80, 0x04, 0x80), string(source[:1<<16])},
		"offset only":     {append(head, 0x81, 0x80, 0x04, 0x83, 1, 1, 1, 'z'), string(source[257:257+1<<16]) + "z"},
	} {
		if got, err := patch(source, c.delta); err != nil || string(got) != c.want {
			t.Errorf("%s: %d bytes, %v; want %d", name, len(got), err, len(c.want))
		}
	}
	for name, delta := range map[string][]byte{
		"other source": {1, 0}, "too little": append(head, 2, 1, 'x'), "too much": append(head, 1, 2, 'x', 'y'), "reserved": append(head, 1, 0), "cut insert": append(head, 2, 2, 'x'),
		"cut copy": append(head, 2, 0x9f), "beyond the source": append(head, 2, 0x94, 0xff, 2), "no sizes": {}, "endless size": bytes.Repeat([]byte{0x80}, 20),
	} {
		if got, err := patch(source, bytes.Clone(delta)); err == nil {
			t.Errorf("%s: accepted as %q", name, got)
		}
	}
}

func TestPacksThatLie(t *testing.T) {
	t.Parallel()
	a := plumbing.NewHash("0100000000000000000000000000000000000000")
	b := plumbing.NewHash("0200000000000000000000000000000000000000")
	expand := append([]byte{2, 0xff, 0xff, 0xff, 0xff, 0x7f}, 0x90, 2)
	for name, entries := range map[string][][]byte{
		"deltas in a circle":       {entryBytes(plumbing.REFDeltaObject, b[:], []byte{1, 1, 1, 'x'}), entryBytes(plumbing.REFDeltaObject, a[:], []byte{1, 1, 1, 'x'})},
		"a delta of itself":        {entryBytes(plumbing.REFDeltaObject, a[:], []byte{1, 1, 1, 'x'}), entryBytes(plumbing.BlobObject, nil, nil)},
		"a base before the pack":   {entryBytes(plumbing.OFSDeltaObject, []byte{0x7f}, []byte{1, 1, 1, 'x'}), entryBytes(plumbing.BlobObject, nil, nil)},
		"a target beyond limits":   {entryBytes(plumbing.REFDeltaObject, b[:], expand), entryBytes(plumbing.BlobObject, nil, []byte("ab"))},
		"a copy beyond the base":   {entryBytes(plumbing.REFDeltaObject, b[:], []byte{2, 4, 0x90, 4}), entryBytes(plumbing.BlobObject, nil, []byte("ab"))},
		"an object without a type": {entryBytes(0, nil, []byte("ab")), entryBytes(plumbing.BlobObject, nil, nil)},
		"a wrong name":             {entryBytes(plumbing.BlobObject, nil, []byte("ab")), entryBytes(plumbing.BlobObject, nil, nil)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			writePack(t, dir, []plumbing.Hash{a, b}, entries)
			d := Open(dir)
			defer d.Close()
			if _, data, err := d.Read(a); err == nil || !strings.Contains(err.Error(), "corrupt") {
				t.Errorf("got %q, %v", data, err)
			}
		})
	}
}

// The law: a delta is applied within its base and its claimed size, or refused.
func FuzzPatch(f *testing.F) {
	f.Add([]byte("source text"), []byte{11, 5, 0x91, 2, 3, 2, 'a', 'b'})
	f.Add([]byte(""), []byte{0, 0})
	f.Fuzz(func(t *testing.T, source, delta []byte) {
		target, err := patch(source, delta)
		if err != nil {
			return
		}
		_, rest, _ := varint(delta)
		if size, _, _ := varint(rest); size != uint64(len(target)) {
			t.Errorf("target has %d bytes, the delta says %d", len(target), size)
		}
	})
}

// The law: a pack with arbitrary bytes never panics and never gives content
// under a wrong name.
func FuzzPack(f *testing.F) {
	f.Add(entryBytes(plumbing.BlobObject, nil, []byte("ab")))
	f.Add(entryBytes(plumbing.OFSDeltaObject, []byte{1}, []byte{1, 1, 1, 'x'}))
	f.Fuzz(func(t *testing.T, bytes []byte) {
		name := plumbing.Hash(sha1.Sum([]byte("blob 2\x00ab")))
		dir := t.TempDir()
		writePack(t, dir, []plumbing.Hash{name}, [][]byte{bytes})
		d := Open(dir)
		defer d.Close()
		if kind, data, err := d.Read(name); err == nil && fmt.Sprint(kind, string(data)) != "blobab" {
			t.Errorf("got %s %q", kind, data)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	dir := history(b, 30)
	git(b, dir, "", "gc", "-q")
	objects := all(b, dir)
	for b.Loop() {
		d := Open(filepath.Join(dir, ".git/objects"))
		for name := range objects {
			if _, _, err := d.Read(name); err != nil {
				b.Fatal(err)
			}
		}
		d.Close()
	}
	b.ReportMetric(float64(len(objects)), "objects")
}
