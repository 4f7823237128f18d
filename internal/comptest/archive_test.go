package comptest

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/internal/textdiff"
)

// TestArchiveLaw holds that every list of files reads back from its archive: names
// and contents made of what is special there.
func TestArchiveLaw(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 6))
	pieces := []string{"a", "b/c", " ", "(", ")", " (0755)", "\"", "-- x --", "-- ", " --", "\n", "\n", "\r\n", ">", "\x00", "é", "\\", "\t", "--"}
	word := func(n int) string {
		var b strings.Builder
		for range r.IntN(n) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		return b.String()
	}
	for range 20000 {
		var src []byte
		want := make([]member, r.IntN(4))
		for i := range want {
			want[i] = member{name: word(5), content: []byte(word(8)), executable: r.IntN(2) == 0}
			src = appendMember(src, want[i])
		}
		_, got, err := parseArchive(src)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%q: %d files, %v", src, len(got), err)
		}
		for i := range want {
			g, w := got[i], want[i]
			sameBytes := bytes.Equal(g.content, w.content) || textdiff.IsBinary(w.content) && g.digest == w.sum()
			if g.name != w.name || g.executable != w.executable || !sameBytes {
				t.Fatalf("%q: file %d is %+v, want %+v", src, i, g, w)
			}
		}
	}
}

// FuzzArchive holds that what can be read is written so that it reads the same.
func FuzzArchive(f *testing.F) {
	f.Add([]byte(passing))
	f.Add([]byte("c\n-- a (0755, quoted) --\n>x\n-- \"b (\" (no final newline) --\ny"))
	f.Add([]byte("-- a (digest) --\n" + strings.Repeat("0f", 32)))
	f.Fuzz(func(t *testing.T, src []byte) {
		_, first, err := parseArchive(src)
		if err != nil {
			return
		}
		var again []byte
		for _, m := range first {
			again = appendMember(again, m)
		}
		_, second, err := parseArchive(again)
		if err != nil || len(first) != len(second) {
			t.Fatalf("%q became %q: %v", src, again, err)
		}
		for i := range first {
			a, b := first[i], second[i]
			if a.name != b.name || a.executable != b.executable || a.sum() != b.sum() {
				t.Fatalf("%+v became %+v", a, b)
			}
		}
	})
}
