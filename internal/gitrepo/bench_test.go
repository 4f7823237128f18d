package gitrepo

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// tenThousand makes a commit of 10,000 files in 500 directories.
func tenThousand(b *testing.B, packed bool) (*lab, []string) {
	b.Helper()
	l := newLab(b)
	l.git(".", "init", "-q", "work")
	paths := make([]string, 10_000)
	for i := range paths {
		paths[i] = fmt.Sprintf("src/pkg%d/sub%d/file%d.py", i/400, i/20, i)
		full := l.path("work/" + paths[i])
		if i%20 == 0 {
			must(l, os.MkdirAll(filepath.Dir(full), 0o755))
		}
		must(l, os.WriteFile(full, fmt.Appendf(nil, "x = %d\n", i), 0o644))
	}
	l.git("work", "add", "-A")
	l.git("work", "commit", "-q", "-m", "all")
	if packed {
		l.git("work", "gc", "-q")
	}
	return l, paths
}

func benchmarkLookup(b *testing.B, packed bool) {
	l, paths := tenThousand(b, packed)
	for b.Loop() {
		r, err := Open(l.path("work"), l.options())
		if err != nil {
			b.Fatal(err)
		}
		h, err := r.Head()
		if err != nil {
			b.Fatal(err)
		}
		found, err := r.Lookup(h.Commit, paths)
		if err != nil || len(found) != len(paths) {
			b.Fatal(len(found), err)
		}
		r.Close()
	}
}

func BenchmarkLookupPacked(b *testing.B) { benchmarkLookup(b, true) }

func BenchmarkLookupLoose(b *testing.B) { benchmarkLookup(b, false) }

func BenchmarkOpenHead(b *testing.B) {
	l := newLab(b)
	l.repository()
	for b.Loop() {
		r, err := Open(l.path("work/dir"), l.options())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := r.Head(); err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
}

func BenchmarkObstacles(b *testing.B) {
	l := newLab(b)
	l.repository()
	r := l.open("work")
	for b.Loop() {
		if got := r.Obstacles(); len(got) != 0 {
			b.Fatal(got)
		}
	}
}

func BenchmarkNestedRepo(b *testing.B) {
	l, paths := tenThousand(b, false)
	for b.Loop() {
		r, err := Open(l.path("work"), l.options())
		if err != nil {
			b.Fatal(err)
		}
		for _, p := range paths {
			r.NestedRepo(p)
		}
		r.Close()
	}
}
