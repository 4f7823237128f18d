package textdiff

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// shape is a pair of texts that is hard on some diff or other.
type shape struct {
	name string
	make func(r *rand.Rand) (old, new []byte)
}

func shapes() []shape {
	const mib = 1 << 20
	return []shape{
		{"1KiB-3edits", func(r *rand.Rand) ([]byte, []byte) { return edited(r, prose(r, 1<<10), 3) }},
		{"1MiB-20edits", func(r *rand.Rand) ([]byte, []byte) { return edited(r, prose(r, mib), 20) }},
		{"1MiB-2500edits", func(r *rand.Rand) ([]byte, []byte) { return edited(r, prose(r, mib), 2500) }},
		{"1MiB-all-changed", func(r *rand.Rand) ([]byte, []byte) { return join(prose(r, mib)), join(prose(r, mib)) }},
		{"10MiB-20edits", func(r *rand.Rand) ([]byte, []byte) { return edited(r, prose(r, 10*mib), 20) }},
		{"10MiB-all-changed", func(r *rand.Rand) ([]byte, []byte) { return join(prose(r, 10*mib)), join(prose(r, 10*mib)) }},
		{"70k-unique-20edits", func(r *rand.Rand) ([]byte, []byte) { return edited(r, numbered(0, 70_000), 20) }},
		{"60k-unique-6000edits", func(r *rand.Rand) ([]byte, []byte) { return edited(r, numbered(0, 60_000), 6000) }},
		{"60k-unique-shuffled", func(r *rand.Rand) ([]byte, []byte) {
			old := numbered(0, 60_000)
			return join(old), join(shuffled(r, old))
		}},
		{"30k-unique-in-noise-moved", func(r *rand.Rand) ([]byte, []byte) {
			old := numbered(0, 30_000)
			return join(noisy(r, old)), join(noisy(r, slices.Concat(old[9000:], old[:9000])))
		}},
		{"20distinct-10k-other-10k", func(r *rand.Rand) ([]byte, []byte) {
			return join(repeated(r, 20, 10_000)), join(repeated(r, 20, 10_000))
		}},
		{"20distinct-1M-other-1M", func(r *rand.Rand) ([]byte, []byte) {
			return join(repeated(r, 20, mib)), join(repeated(r, 20, mib))
		}},
		{"100k-repeated-100edits", func(r *rand.Rand) ([]byte, []byte) {
			return edited(r, repeated(r, 20, 100_000), 100)
		}},
		{"100k-repeated-10000edits", func(r *rand.Rand) ([]byte, []byte) {
			return edited(r, repeated(r, 20, 100_000), 10_000)
		}},
		{"100k-repeated-blocks-moved", func(r *rand.Rand) ([]byte, []byte) {
			old := repeated(r, 20, 100_000)
			return join(old), join(old[60_000:80_000], old[:60_000], old[80_000:])
		}},
		{"1M-one-line-repeated", func(*rand.Rand) ([]byte, []byte) {
			x := bytes.Repeat([]byte("x\n"), mib)
			return x, append([]byte("y\n"), append(x[:len(x)-2000:len(x)-2000], "z\nx\n"...)...)
		}},
		{"400k-periodic-4000edits", func(r *rand.Rand) ([]byte, []byte) {
			return edited(r, slices.Repeat(repeated(r, 7, 7), 400_000/7), 4000)
		}},
		{"400k-fibonacci-shifted", func(*rand.Rand) ([]byte, []byte) {
			x := fibonacci(400_000)
			return x, append(slices.Concat([]byte("q\n"), x[2*61:]), "q\nq\n"...)
		}},
		{"5M-short-lines", func(r *rand.Rand) ([]byte, []byte) {
			return edited(r, repeated(r, 2, 5*mib), 1000)
		}},
		{"one-10MiB-line", func(*rand.Rand) ([]byte, []byte) {
			old := bytes.Repeat([]byte("0123456789abcdef"), 10*mib/16)
			return old, append(bytes.Clone(old), '!')
		}},
		{"1.2M-unique-other", func(*rand.Rand) ([]byte, []byte) {
			return join(numbered(0, 1_200_000)), join(numbered(1_200_000, 2_400_000))
		}},
		{"1.2M-unique-1percent", func(r *rand.Rand) ([]byte, []byte) {
			return edited(r, numbered(0, 1_200_000), 12_000)
		}},
		{"1.2M-unique-shuffled", func(r *rand.Rand) ([]byte, []byte) {
			old := numbered(0, 1_200_000)
			return join(old), join(shuffled(r, old))
		}},
		{"1.2M-each-twice", func(r *rand.Rand) ([]byte, []byte) {
			half := numbered(0, 600_000)
			return join(half, half), join(half, shuffled(r, half))
		}},
	}
}

// Every shape gives a right patch, the same one each time, and where there are
// few edits a short one: the bounds are near what git writes.
func TestShapes(t *testing.T) {
	t.Parallel()
	most := map[string]int{
		"1MiB-20edits": 18_000, "60k-unique-6000edits": 450_000, "70k-unique-20edits": 2200,
		"30k-unique-in-noise-moved": 600_000,
		"100k-repeated-100edits":    5500, "100k-repeated-10000edits": 350_000, "100k-repeated-blocks-moved": 130_000,
		"20distinct-10k-other-10k": 55_000, "1.2M-unique-1percent": 1_200_000,
	}
	for _, s := range shapes() {
		bound, listed := most[s.name]
		if !listed || testing.Short() && strings.HasPrefix(s.name, "1.2M") {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			old, new := s.make(rand.New(rand.NewPCG(1, 2)))
			patch := Patch(&File{Data: old}, &File{Data: new})
			if got, err := apply(old, patch); err != nil || !bytes.Equal(got, new) {
				t.Fatalf("patch does not apply: %v", err)
			}
			if !bytes.Equal(patch, Patch(&File{Data: old}, &File{Data: new})) {
				t.Error("another patch the second time")
			}
			if len(patch) > bound {
				t.Errorf("%d bytes, more than %d", len(patch), bound)
			}
		})
	}
}

// prose makes lines of words up to a size in bytes.
func prose(r *rand.Rand, size int) [][]byte {
	var lines [][]byte
	for size > 0 {
		var line []byte
		for range 4 + r.IntN(16) {
			line = strconv.AppendUint(append(line, "word"...), r.Uint64N(5000), 10)
			line = append(line, ' ')
		}
		line = append(line, '\n')
		size -= len(line)
		lines = append(lines, line)
	}
	return lines
}

func numbered(from, to int) [][]byte {
	lines := make([][]byte, 0, to-from)
	for i := from; i < to; i++ {
		lines = append(lines, strconv.AppendInt(nil, int64(i)*7919%100_000_007, 10))
		lines[i-from] = append(lines[i-from], '\n')
	}
	return lines
}

func repeated(r *rand.Rand, distinct, n int) [][]byte {
	lines := make([][]byte, n)
	for i := range lines {
		lines[i] = []byte{'a' + byte(r.IntN(distinct)), '\n'}
	}
	return lines
}

// noisy puts a line that is found everywhere after each line.
func noisy(r *rand.Rand, lines [][]byte) [][]byte {
	var out [][]byte
	for i, noise := range repeated(r, 20, len(lines)) {
		out = append(out, lines[i], noise)
	}
	return out
}

// fibonacci makes a text that is nearly the same wherever one starts in it.
func fibonacci(n int) []byte {
	short, word := []byte("a\n"), []byte("a\nb\n")
	for len(word) < 2*n {
		short, word = word, slices.Concat(word, short)
	}
	return word[:2*n]
}

func shuffled(r *rand.Rand, lines [][]byte) [][]byte {
	lines = slices.Clone(lines)
	r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	return lines
}

// edited spreads n insertions, deletions and replacements over a text, half of
// them with lines that the text has elsewhere.
func edited(r *rand.Rand, lines [][]byte, n int) (old, new []byte) {
	ops := make(map[int]int, n)
	for len(ops) < n {
		ops[r.IntN(len(lines))] = r.IntN(3)
	}
	var out [][]byte
	for i, line := range lines {
		op, hit := ops[i]
		if !hit || op == 0 {
			out = append(out, line)
		}
		if hit && op != 1 {
			out = append(out, other(r, lines))
		}
	}
	return join(lines), join(out)
}

func other(r *rand.Rand, lines [][]byte) []byte {
	if r.IntN(2) == 0 {
		return lines[r.IntN(len(lines))]
	}
	return fmt.Appendf(nil, "new %d\n", r.Uint32())
}

func join(parts ...[][]byte) []byte {
	return bytes.Join(slices.Concat(parts...), nil)
}

// BenchmarkShapes and BenchmarkGitNoIndex have the same names below them, for a
// script that prints the ratios of one run. Git is measured as a process.
func BenchmarkShapes(b *testing.B) {
	for _, s := range shapes() {
		b.Run(s.name, func(b *testing.B) {
			old, new := s.make(rand.New(rand.NewPCG(1, 2)))
			from, to := &File{Path: "f", Data: old}, &File{Path: "f", Data: new}
			b.ReportAllocs()
			var patch []byte
			for b.Loop() {
				patch = Patch(from, to)
			}
			b.ReportMetric(float64(len(patch)), "patch-bytes")
		})
	}
}

func BenchmarkGitNoIndex(b *testing.B) {
	for _, s := range shapes() {
		b.Run(s.name, func(b *testing.B) {
			dir := b.TempDir()
			old, new := s.make(rand.New(rand.NewPCG(1, 2)))
			write(b, filepath.Join(dir, "old"), old)
			write(b, filepath.Join(dir, "new"), new)
			var size int
			for b.Loop() {
				size = len(gitDiff(b, dir))
			}
			b.ReportMetric(float64(size), "patch-bytes")
		})
	}
}

// gitDiff runs git, which exits with 1 when the files differ.
func gitDiff(t testing.TB, dir string) []byte {
	cmd := gitCommand(t, dir, "diff", "--no-index", "old", "new")
	out, err := cmd.Output()
	if cmd.ProcessState.ExitCode() != 1 {
		t.Fatal(err)
	}
	return out
}

func gitCommand(t testing.TB, dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	return cmd
}

func write(t testing.TB, path string, data []byte) {
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
