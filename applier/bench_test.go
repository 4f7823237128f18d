package applier

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// manyFiles are n files of about 2 KiB of text, 20 in a directory.
func manyFiles(n int) map[string]string {
	words := strings.Fields("the quick brown fox jumps over a lazy dog and runs import def return self model train data")
	rng := rand.New(rand.NewPCG(1, 1))
	out := make(map[string]string, n)
	for i := range n {
		var s strings.Builder
		for s.Len() < 2048 {
			s.WriteString(words[rng.IntN(len(words))])
			s.WriteByte(" \n"[rng.IntN(10)/9])
		}
		out[fmt.Sprintf("src/d%04d/f%05d.txt", i/20, i)] = s.String()
	}
	return out
}

// TestManyFilesOnTwoWorkers is the parallel path: one pack, and no difference.
func TestManyFilesOnTwoWorkers(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	w.want = manyFiles(400)
	for range 2 {
		req := w.request(w.plan())
		req.Workers = 3
		steps := 0
		req.Progress = func(int, int, string) { steps++ }
		if _, err := Apply(w.context(), req); err != nil {
			t.Fatal(err)
		}
		if steps == 0 {
			t.Error("no progress was reported")
		}
		w.settled()
		if packs, _ := filepath.Glob(w.path(".git/objects/pack/*.pack")); len(packs) == 0 {
			t.Error("there is no pack")
		}
		for p := range w.want {
			if rng := len(p) % 2; rng == 0 || strings.HasSuffix(p, "7.txt") {
				w.want[p] += "more\n"
			} else {
				delete(w.want, p)
			}
		}
	}
}

func BenchmarkFirstApply(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := newWorld(b)
			w.want = manyFiles(n)
			p := w.plan()
			for b.Loop() {
				req := w.request(p)
				req.Workers = 2
				if _, err := Apply(w.context(), req); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				os.RemoveAll(w.root)
				os.Mkdir(w.root, 0o777)
				b.StartTimer()
			}
		})
	}
}

func BenchmarkTenChanges(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := newWorld(b).withRepo()
			w.want = manyFiles(n)
			w.apply()
			round := 0
			for b.Loop() {
				b.StopTimer()
				round++
				for i := range 10 {
					k := i * n / 10
					w.want[fmt.Sprintf("src/d%04d/f%05d.txt", k/20, k)] = fmt.Sprintln("round", round)
				}
				req := w.request(w.plan())
				req.Workers = 2
				b.StartTimer()
				if _, err := Apply(w.context(), req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
