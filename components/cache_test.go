package components

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestCacheDir(t *testing.T) {
	t.Parallel()
	root := t.TempDir() // absolute on every system
	for _, c := range []struct{ override, user, want, fault string }{
		{"", root, filepath.Join(root, "mlops"), ""},
		{filepath.Join(root, "x"), root, filepath.Join(root, "x"), ""},
		{filepath.Join(root, "x"), "", filepath.Join(root, "x"), ""},
		{"x", root, "", "MLOPS_CACHE_DIR: is no absolute path"},
		{"", "", "", "set MLOPS_CACHE_DIR"},
		{"", "x", "", "set MLOPS_CACHE_DIR"},
	} {
		got, err := CacheDir(c.override, c.user)
		if got != c.want || (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("CacheDir(%q, %q) = %q, %v", c.override, c.user, got, err)
		}
	}
}

func TestCache(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "not", "yet")
	cache := NewCache(dir)
	digest, err := cache.Put(plainFS{plant(t, odd())})
	if err != nil {
		t.Fatal(err)
	}
	tree, err := cache.Open(digest)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(odd(), harvest(t, tree)); diff != "" {
		t.Error(diff)
	}
	if got, _ := Digest(plainFS{tree}); got != digest {
		t.Errorf("digest %s, want %s", got, digest)
	}
	// Names of a tree are never names on disk.
	list, err := os.ReadDir(filepath.Join(dir, "trees"))
	if err != nil || len(list) != 1 || "sha256:"+list[0].Name() != digest+".zip" {
		t.Errorf("%v, %v", list, err)
	}
	if i, _ := list[0].Info(); runtime.GOOS != "windows" && i.Mode() != 0o600 {
		t.Errorf("mode %v", i.Mode())
	}
	if i, _ := os.Stat(dir); runtime.GOOS != "windows" && i.Mode().Perm() != 0o700 {
		t.Errorf("mode %v", i.Mode())
	}
	empty, err := cache.Put(fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cache.Open(empty); err != nil {
		t.Error(err)
	}
	if _, err := cache.Put(fstest.MapFS{"l": {Mode: fs.ModeSymlink}}); err == nil {
		t.Error("a link was stored")
	}
}

func TestCacheOpenRefuses(t *testing.T) {
	t.Parallel()
	cache := NewCache(t.TempDir())
	missing := plant(t, nil).digest()
	if _, err := cache.Open(missing); !errors.Is(err, ErrNotCached) || !strings.HasPrefix(err.Error(), missing+": ") {
		t.Error(err)
	}
	for _, bad := range []string{"", "sha256:", missing[7:], "sha256:../../../etc/passwd", strings.ToUpper(missing), missing + "0", "sha1:" + missing[7:]} {
		if _, err := cache.Open(bad); err == nil || errors.Is(err, ErrNotCached) || !strings.Contains(err.Error(), "is no digest") {
			t.Errorf("Open(%q): %v", bad, err)
		}
	}
	hex, _ := digestHex(missing)
	if err := os.MkdirAll(cache.file(hex), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := cache.Open(missing); err == nil || !strings.Contains(err.Error(), "is no regular file; remove it") {
		t.Error(err)
	}
	if _, err := cache.Put(NewTree()); err == nil || strings.Count(err.Error(), cache.file(hex)) != 1 {
		t.Errorf("a folder in the way: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(cache.dir, "trees", ".tmp-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// archive makes a zip file entry by entry.
func archive(t testing.TB, entries ...*zip.FileHeader) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, h := range entries {
		out, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if h.Mode().IsDir() {
			continue
		}
		if _, err := out.Write([]byte(h.Comment)); err != nil {
			t.Fatal(err)
		}
		h.Comment = ""
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// entry is a file of an archive; its content stands in the comment until then.
func entry(name, content string, method uint16, mode fs.FileMode) *zip.FileHeader {
	h := &zip.FileHeader{Name: name, Method: method, Comment: content}
	h.SetMode(mode)
	return h
}

// TestCacheDamage puts what is not the tree in its place. Each is an error that
// names the file and the remedy, and Put repairs it.
func TestCacheDamage(t *testing.T) {
	t.Parallel()
	want := plant(t, map[string]leaf{"a": "-one", "b": "x" + leaf(strings.Repeat("two", 1000))})
	digest := want.digest()
	good, err := want.snapshot()
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string][]byte{
		"nothing": {}, "no zip": []byte("hello"), "cut": good[:len(good)-1], "beginning cut": good[1:],
		"grown":         append(bytes.Clone(good), 0),
		"another byte":  bytes.Replace(good, []byte("one"), []byte("One"), 1),
		"another name":  bytes.ReplaceAll(good, []byte("a"), []byte("c")),
		"another tree":  archive(t, entry("a", "one", zip.Store, 0o644)),
		"another mode":  archive(t, entry("a", "one", zip.Store, 0o755), entry("b", strings.Repeat("two", 1000), zip.Store, 0o755)),
		"twice":         archive(t, entry("a", "one", zip.Store, 0o644), entry("a", "one", zip.Store, 0o644)),
		"above":         archive(t, entry("../a", "one", zip.Store, 0o644)),
		"absolute":      archive(t, entry("/a", "one", zip.Store, 0o644)),
		"link":          archive(t, entry("a", "b", zip.Store, 0o777|fs.ModeSymlink)),
		"folder":        archive(t, entry("a/", "", zip.Store, 0o755|fs.ModeDir)),
		"zip bomb":      archive(t, entry("a", strings.Repeat("\x00", MaxBytes+1), zip.Deflate, 0o644)),
		"compressed":    archive(t, entry("a", "one", zip.Deflate, 0o644)),
		"deep":          archive(t, entry(strings.Repeat("d/", MaxDepth)+"a", "one", zip.Store, 0o644)),
		"comment":       append(append(bytes.Clone(good[:len(good)-2]), 1, 0), 'x'),
		"declared less": lie(good, 10),
		"declared more": lie(good, MaxBytes),
		"declared most": lie(good, 0xfffffffe),
	}
	for name, content := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cache := NewCache(t.TempDir())
			hex, _ := digestHex(digest)
			if err := publish(cache.file(hex), content); err != nil {
				t.Fatal(err)
			}
			_, err := cache.Open(digest)
			if err == nil || !strings.HasPrefix(err.Error(), cache.file(hex)+": is damaged (") || !strings.Contains(err.Error(), "mlops component lock") {
				t.Errorf("Open: %v", err)
			}
			if got, err := cache.Put(want); err != nil || got != digest {
				t.Fatalf("Put = %s, %v", got, err)
			}
			if _, err := cache.Open(digest); err != nil {
				t.Errorf("not repaired: %v", err)
			}
		})
	}
}

// lie changes the sizes that the directory of an archive declares for its last file.
func lie(content []byte, size uint32) []byte {
	content = bytes.Clone(content)
	at := bytes.LastIndex(content, []byte("PK\x01\x02"))
	for _, field := range []int{at + 20, at + 24} {
		for i := range 4 {
			content[field+i] = byte(size >> (8 * i))
		}
	}
	return content
}

// TestSnapshotLaw holds that equal trees give equal bytes in whatever order they
// were filled, and that a sound snapshot is left alone.
func TestSnapshotLaw(t *testing.T) {
	t.Parallel()
	cache := NewCache(t.TempDir())
	var first []byte
	var info fs.FileInfo
	for range 10 { // the order of a map changes
		digest, err := cache.Put(plant(t, odd()))
		if err != nil {
			t.Fatal(err)
		}
		hex, _ := digestHex(digest)
		content, _ := plant(t, odd()).snapshot()
		stored, err := os.ReadFile(cache.file(hex))
		i, _ := os.Stat(cache.file(hex))
		if first == nil {
			first, info = stored, i
		}
		if err != nil || !bytes.Equal(stored, first) || !bytes.Equal(content, first) || !os.SameFile(i, info) {
			t.Fatal("the snapshot changed", err)
		}
	}
}

// TestCacheTogether puts and opens one tree from many sides at once.
func TestCacheTogether(t *testing.T) {
	t.Parallel()
	dir, tree := t.TempDir(), plant(t, odd())
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			cache := NewCache(dir)
			digest, err := cache.Put(tree)
			if err != nil {
				t.Error(err)
			}
			if _, err := cache.Open(digest); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if list, _ := os.ReadDir(filepath.Join(dir, "trees")); len(list) != 1 {
		t.Errorf("%d files", len(list))
	}
}

// TestSnapshotLimit holds that a tree at the limits can be stored and read.
func TestSnapshotLimit(t *testing.T) {
	t.Parallel()
	tree := NewTree()
	pad := strings.Repeat("x", MaxPath-5)
	for i := range MaxFiles {
		name := pad + string([]byte{'0' + byte(i/1000), '0' + byte(i/100%10), '0' + byte(i/10%10), '0' + byte(i%10)})
		if err := tree.Add(name, []byte("12345678"), false); err != nil {
			t.Fatal(err)
		}
	}
	if err := tree.Add("y", nil, false); err == nil {
		t.Error("not at the limit")
	}
	content, err := tree.snapshot()
	if err != nil || len(content) > maxSnapshot-MaxBytes+8*MaxFiles {
		t.Fatal(len(content), err)
	}
	again, err := parseSnapshot(content)
	if err != nil || again.digest() != tree.digest() {
		t.Error(err)
	}
}

// FuzzOpen holds that no bytes do harm, and that a tree comes only out of a file
// with the name of its digest.
func FuzzOpen(f *testing.F) {
	want := plant(f, map[string]leaf{"a": "-one", "b/c": "xtwo"})
	good, err := want.snapshot()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(lie(good, 99))
	f.Add(archive(f, entry("a", "one", zip.Deflate, 0o644)))
	f.Add(archive(f, entry("../a", "one", zip.Store, 0o644)))
	f.Add(archive(f))
	f.Add([]byte("PK\x05\x06"))
	cache := NewCache(f.TempDir())
	if _, err := cache.Put(want); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		digest := want.digest()
		if tree, err := parseSnapshot(content); err == nil {
			digest = tree.digest()
		}
		for _, name := range []string{digest, want.digest()} {
			hex, _ := digestHex(name)
			if err := os.WriteFile(cache.file(hex), content, 0o600); err != nil {
				t.Fatal(err)
			}
			tree, err := cache.Open(name)
			if err == nil {
				if got, _ := Digest(plainFS{tree}); got != name {
					t.Fatalf("%s gave %s", name, got)
				}
			} else if name == digest && digest != want.digest() {
				t.Fatal(err)
			}
			if err := os.Remove(cache.file(hex)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	tree := NewTree()
	for i := range 200 {
		if err := tree.Add(fmt.Sprintf("%sf%d", strings.Repeat("d/", i%8), i), bytes.Repeat([]byte("line\n"), 400), false); err != nil {
			b.Fatal(err)
		}
	}
	cache := NewCache(b.TempDir())
	digest, err := cache.Put(tree)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := cache.Open(digest); err != nil {
			b.Fatal(err)
		}
	}
}
