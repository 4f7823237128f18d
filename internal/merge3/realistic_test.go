package merge3

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// layout says how the lines of a file are written.
type layout struct {
	crlf, open bool // open: without a last line end
}

func (l layout) write(lines []string) []byte {
	eol := lf
	if l.crlf {
		eol = crlf
	}
	text := strings.Join(lines, eol)
	if !l.open && text != "" {
		text += eol
	}
	return []byte(text)
}

// realistic returns the triple of a number: two people's edits to a file. Of
// eight, one is CR LF throughout, one becomes CR LF on a side, one lacks the last
// line end on a side, one in all texts, and in one both sides share an edit.
func realistic(t testing.TB, files []string, n int) triple {
	r := rand.New(rand.NewPCG(31, uint64(n)))
	name := files[n%len(files)]
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	base := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	e := editor{r, filepath.Base(name)}
	start := base
	var b, m, th layout
	switch n / len(files) % 8 {
	case 1:
		b.crlf, m.crlf, th.crlf = true, true, true
	case 2:
		th.crlf = r.IntN(2) == 0
		m.crlf = !th.crlf
	case 3:
		m.open = r.IntN(2) == 0
		th.open = !m.open
	case 4:
		b.open, m.open, th.open = true, true, true
	case 5:
		start = e.edit(base)
	}
	return triple{b.write(base), m.write(e.edit(start)), th.write(e.edit(start))}
}

func testFiles(t testing.TB) []string {
	files, err := filepath.Glob("testdata/*")
	if err != nil || len(files) != 8 {
		t.Fatal(files, err)
	}
	return files
}

// All realistic triples come out as git has them, marked text byte for byte.
func TestRealisticAsGit(t *testing.T) {
	t.Parallel()
	files, g := testFiles(t), newGit(t)
	clean := 0
	const count = 200
	for n := range count {
		in := realistic(t, files, n)
		if d := g.differs(t, in); d != "" {
			t.Errorf("%d: %s: %q", n, d, g.shrink(t, in))
		}
		got, err := Merge(in.base, in.mine, in.theirs)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Conflicts) == 0 {
			clean++
			continue
		}
		g.checkMarked(t, in, got)
	}
	t.Logf("%d of %d are clean", clean, count)
	if clean < count/4 || clean > count*3/4 {
		t.Error("the triples are one-sided:", clean, "are clean")
	}
}
