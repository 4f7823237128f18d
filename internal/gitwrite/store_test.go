package gitwrite_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

// blobs draws contents whose sizes cross every boundary of the pack's headers.
func blobs(seed uint64, n int) (out []gitwrite.Object, contents map[string]string) {
	rng := rand.New(rand.NewPCG(seed, 3))
	sizes := []int{0, 1, 15, 16, 17, 2047, 2048, 2049, 300_000}
	contents = map[string]string{}
	for i := range n {
		b := make([]byte, sizes[rng.IntN(len(sizes))])
		for j := range b {
			b[j] = byte(rng.IntN(4)) * 60
		}
		if len(b) > 20 {
			copy(b, fmt.Sprint(i))
		}
		o := gitwrite.NewObject(gitwrite.Blob, b)
		out = append(out, o)
		contents[o.Hash.String()] = string(b)
	}
	return out, contents
}

func TestObjectsReadBackThroughGit(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 30, 400} {
		for workers := 1; workers <= 3; workers += 2 {
			t.Run(fmt.Sprint(n, workers), func(t *testing.T) {
				t.Parallel()
				r := newRepo(t)
				objects, contents := blobs(uint64(n), n)
				r.write(workers, objects...)
				r.write(workers, objects...) // once more changes nothing
				names := slices.Sorted(maps.Keys(contents))
				var want strings.Builder
				for _, h := range names {
					fmt.Fprintf(&want, "%s blob %d\n%s\n", h, len(contents[h]), contents[h])
				}
				if got := r.git(strings.Join(names, "\n"), "cat-file", "--batch"); got != want.String() {
					t.Error("git reads other contents")
				}
				if out := r.git("", "fsck", "--strict", "--full"); strings.Contains(out, "error") {
					t.Error(out)
				}
				packs, _ := filepath.Glob(filepath.Join(r.top, ".git/objects/pack/*.idx"))
				if want := len(contents) / 100; len(packs) != min(want, 1) {
					t.Errorf("%d packs for %d objects", len(packs), len(contents))
				}
				for _, p := range packs {
					r.git("", "verify-pack", p)
				}
				if left, _ := os.ReadDir(filepath.Join(r.top, ".git/mlops")); len(left) > 0 {
					t.Errorf("left over: %v", left)
				}
			})
		}
	}
}

func TestPackBytesDoNotDependOnWorkers(t *testing.T) {
	t.Parallel()
	var names []string
	for _, workers := range []int{1, 2, 5} {
		r := newRepo(t)
		objects, _ := blobs(7, 300)
		r.write(workers, objects...)
		packs, _ := filepath.Glob(filepath.Join(r.top, ".git/objects/pack/*"))
		for i := range packs {
			packs[i] = filepath.Base(packs[i]) // holds the checksum
		}
		names = append(names, fmt.Sprint(packs))
	}
	if names[0] != names[1] || names[1] != names[2] {
		t.Errorf("packs differ: %v", names)
	}
}

func TestObjectsWaitForPublish(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	objects, _ := blobs(5, 3)
	s := gitwrite.NewStore(r.dir, "mlops", 1)
	if err := s.Write(t.Context(), objects); err != nil {
		t.Fatal(err)
	}
	if _, err := r.tryGit("", "cat-file", "-e", objects[0].Hash.String()); err == nil {
		t.Error("the object is there before Publish")
	}
}

func TestWriteFails(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	boom := errors.New("boom")
	for _, n := range []int{3, 300} {
		for _, workers := range []int{1, 2} {
			objects, _ := blobs(5, n)
			s := gitwrite.NewStore(r.dir, "mlops", workers)
			for i := range objects {
				objects[i].Hash[0], objects[i].Hash[1] = byte(i), byte(i>>8)
			}
			objects[n-1].Load = func() ([]byte, error) { return nil, boom }
			if err := s.Write(t.Context(), objects); !errors.Is(err, boom) {
				t.Errorf("%d objects, %d workers: %v", n, workers, err)
			}
			r.clear()
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := s.Write(ctx, objects); !errors.Is(err, context.Canceled) {
				t.Errorf("%d objects, %d workers: %v", n, workers, err)
			}
			r.clear()
			objects[0].Unsure = true
			if err := s.Write(t.Context(), objects); err == nil || !strings.Contains(err.Error(), "changed") {
				t.Errorf("%d objects, %d workers: %v", n, workers, err)
			}
			r.clear()
		}
	}
}

func (r *repo) clear() {
	os.RemoveAll(filepath.Join(r.top, ".git/mlops"))
	os.Mkdir(filepath.Join(r.top, ".git/mlops"), 0o777)
}

func BenchmarkPack(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	words := strings.Fields("the quick brown fox jumps over a lazy dog and runs import def return self model train")
	objects := make([]gitwrite.Object, 1000)
	for i := range objects {
		var s strings.Builder
		for s.Len() < 2048 {
			s.WriteString(words[rng.IntN(len(words))])
			s.WriteByte(" \n"[rng.IntN(10)/9])
		}
		objects[i] = gitwrite.NewObject(gitwrite.Blob, []byte(s.String()))
	}
	b.SetBytes(2048 * 1000)
	for b.Loop() {
		b.StopTimer()
		dir, done := scratch(b)
		b.StartTimer()
		if err := gitwrite.NewStore(dir, ".", 2).Write(b.Context(), objects); err != nil {
			b.Fatal(err)
		}
		done()
	}
}
