package gitindex_test

import (
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/internal/gitindex"
)

// entries is an index as comparable lines, less one path.
func entries(x *gitindex.Index, without string) (out []string) {
	for e := range x.All() {
		if string(e.Path) != without {
			out = append(out, fmt.Sprintf("%q %v", e.Path, e))
		}
	}
	return out
}

// sealed returns data with a checksum, so that mutation reaches the parser.
func sealed(data []byte) []byte {
	sum := sha1.Sum(data)
	return append(data[:len(data):len(data)], sum[:]...)
}

// FuzzRewrite holds the law of the package: whatever Parse accepts, a rewrite
// can be read again, has the edited entry as asked and all others as before.
func FuzzRewrite(f *testing.F) {
	for version := uint32(2); version <= 4; version++ {
		var x gitindex.Index
		edits := []gitindex.Edit{{Path: "a"}, {Path: "b/c", Mode: 0o100755}, {Path: "b/d"}}
		out, err := x.Rewrite(gitindex.Change{Edits: edits, Trees: map[string]gitindex.Tree{"": {}, "b": {}}})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(out[:len(out)-20], "b/cc", false)
	}
	head := binary.BigEndian.AppendUint32([]byte("DIRC"), 4)
	head = binary.BigEndian.AppendUint32(head, 2)
	entry := append(make([]byte, 60), 0, 1, 0, 'a', 0)
	f.Add(append(append(head, entry...), append(make([]byte, 60), 0, 2, 0, 'b', 0)...), "ab", true)
	f.Fuzz(func(t *testing.T, data []byte, path string, remove bool) {
		x, err := gitindex.Parse(sealed(data))
		if err != nil || path == "" || strings.Contains("/"+path+"/", "//") || strings.Contains(path, "\x00") {
			return
		}
		edit := gitindex.Edit{Path: path, Remove: remove, Mode: 0o100644, Hash: gitindex.Hash{1}}
		out, err := x.Rewrite(gitindex.Change{
			Edits: []gitindex.Edit{edit}, ModifiedSec: 1,
			Unproven: func(gitindex.Entry) bool { return false },
		})
		if err != nil {
			t.Fatal(err)
		}
		y, err := gitindex.Parse(out)
		if err != nil {
			t.Fatal(err)
		}
		want, got := entries(x, path), entries(y, path)
		if fmt.Sprint(want) != fmt.Sprint(got) {
			t.Fatalf("entries\n%v\nbecame\n%v", want, got)
		}
		if has := y.Len() - len(got); has != 0 && remove || has != 1 && !remove {
			t.Fatalf("%d entries of the edited path", has)
		}
	})
}

func BenchmarkRewrite(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 50_000} {
		var x gitindex.Index
		var edits []gitindex.Edit
		for i := range n {
			edits = append(edits, gitindex.Edit{Path: fmt.Sprintf("d%05d/file%05d.txt", i/20, i)})
		}
		data, err := x.Rewrite(gitindex.Change{Edits: edits})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				y, err := gitindex.Parse(data)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := y.Rewrite(gitindex.Change{Edits: edits[:10], ModifiedSec: 1}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
