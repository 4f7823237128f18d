package odb

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
)

// git runs the real git in dir, isolated from the machine's configuration.
func git(t testing.TB, dir, input string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com",
		"GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com", "GIT_AUTHOR_DATE=@1700000000 +0000", "GIT_COMMITTER_DATE=@1700000000 +0000",
	}
	cmd.Stdin = strings.NewReader(input)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, errs.String())
	}
	return string(out)
}

// history makes a repository whose files change a little in each commit, so
// that packing finds deltas.
func history(t testing.TB, commits int) string {
	t.Helper()
	dir := t.TempDir()
	git(t, dir, "", "init", "-q", ".")
	rng := rand.New(rand.NewPCG(1, 2))
	lines := make([]string, 300)
	for i := range lines {
		lines[i] = fmt.Sprintf("line %d %d", i, rng.Int())
	}
	for range commits {
		lines[rng.IntN(len(lines))] = fmt.Sprint("changed ", rng.Int())
		for _, name := range []string{"a", "d/b", "d/e/c"} {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+name), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		git(t, dir, "", "add", "-A")
		git(t, dir, "", "commit", "-q", "-m", "c")
	}
	git(t, dir, "", "tag", "-a", "-m", "t", "v1")
	return dir
}

type object struct {
	kind string
	data []byte
}

// all is every object as git reads it.
func all(t testing.TB, dir string) map[plumbing.Hash]object {
	t.Helper()
	objects := map[plumbing.Hash]object{}
	out := git(t, dir, "", "cat-file", "--batch-all-objects", "--batch")
	for out != "" {
		head, rest, _ := strings.Cut(out, "\n")
		f := strings.Fields(head)
		size, err := strconv.Atoi(f[2])
		if err != nil {
			t.Fatal(err)
		}
		objects[plumbing.NewHash(f[0])] = object{f[1], []byte(rest[:size])}
		out = rest[size+1:]
	}
	return objects
}

func compare(t *testing.T, d *DB, want map[plumbing.Hash]object) {
	t.Helper()
	for name, o := range want {
		kind, data, err := d.Read(name)
		if err != nil || kind.String() != o.kind || !bytes.Equal(data, o.data) {
			t.Fatalf("%s %s: got %s, %d bytes, %v; want %d bytes", o.kind, name, kind, len(data), err, len(o.data))
		}
		if !d.Has(name) {
			t.Fatalf("%s is said to be missing", name)
		}
	}
}

func TestReadLikeGit(t *testing.T) {
	t.Parallel()
	index := func(version string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			git(t, dir, "", "repack", "-adq", "--depth=60", "--window=60")
			packs, err := filepath.Glob(filepath.Join(dir, ".git/objects/pack/*.pack"))
			if err != nil || len(packs) != 1 {
				t.Fatal(packs, err)
			}
			idx := strings.TrimSuffix(packs[0], ".pack") + ".idx"
			if err := os.Remove(idx); err != nil {
				t.Fatal(err)
			}
			git(t, dir, "", "index-pack", "--index-version="+version, "-o", idx, packs[0])
		}
	}
	for name, prepare := range map[string]func(*testing.T, string){
		"loose":           func(*testing.T, string) {},
		"index version 2": index("2"),
		"index version 1": index("1"),
		"64-bit offsets":  index("2,0x100"),
		"deltas by name": func(t *testing.T, dir string) {
			git(t, dir, "", "-c", "repack.useDeltaBaseOffset=false", "repack", "-adq")
		},
		"two packs and loose":    func(t *testing.T, dir string) { twoPacks(t, dir) },
		"multi-pack index":       func(t *testing.T, dir string) { twoPacks(t, dir); git(t, dir, "", "multi-pack-index", "write") },
		"uncompressed and large": func(t *testing.T, dir string) { large(t, dir) },
		"packed and large":       func(t *testing.T, dir string) { large(t, dir); git(t, dir, "", "repack", "-adq") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := history(t, 12)
			prepare(t, dir)
			d := Open(filepath.Join(dir, ".git/objects"))
			defer d.Close()
			want := all(t, dir)
			compare(t, d, want)
			compare(t, d, want) // now from the cache
		})
	}
}

func twoPacks(t *testing.T, dir string) {
	t.Helper()
	git(t, dir, "", "repack", "-dq")
	git(t, dir, "", "commit", "-q", "--allow-empty", "-m", "more")
	git(t, dir, "", "repack", "-dq")
	git(t, dir, "", "commit", "-q", "--allow-empty", "-m", "loose")
}

func large(t *testing.T, dir string) {
	t.Helper()
	id := git(t, dir, strings.Repeat("x", 3<<20), "-c", "core.compression=0", "hash-object", "-w", "--stdin")
	git(t, dir, "", "update-ref", "refs/tags/large", strings.TrimSpace(id))
	git(t, dir, "", "hash-object", "-w", "--stdin") // empty
}

func TestAlternates(t *testing.T) {
	t.Parallel()
	base := history(t, 2)
	git(t, base, "", "gc", "-q")
	middle := filepath.Join(t.TempDir(), "middle")
	git(t, base, "", "clone", "-q", "-s", base, middle)
	top := filepath.Join(t.TempDir(), "top")
	git(t, base, "", "clone", "-q", "-s", middle, top)
	git(t, top, "", "commit", "-q", "--allow-empty", "-m", "own")
	d := Open(filepath.Join(top, ".git/objects"))
	defer d.Close()
	compare(t, d, all(t, top))

	// Relative, commented and circular.
	info := filepath.Join(base, ".git/objects/info")
	rel, err := filepath.Rel(filepath.Dir(info), filepath.Join(top, ".git/objects"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(info, "alternates"), []byte("# loop\n\n"+rel+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	d = Open(filepath.Join(base, ".git/objects"))
	defer d.Close()
	compare(t, d, all(t, top))
	if len(d.dirs) != 3 {
		t.Errorf("directories: %q", d.dirs)
	}
}

func TestPacksThatComeAndGo(t *testing.T) {
	t.Parallel()
	dir := history(t, 3)
	d := Open(filepath.Join(dir, ".git/objects"))
	defer d.Close()
	missing := plumbing.NewHash("1234567890123456789012345678901234567890")
	if _, _, err := d.Read(missing); !errors.Is(err, ErrNotFound) || d.Has(missing) {
		t.Fatalf("a missing object: %v", err)
	}
	git(t, dir, "", "repack", "-adq")
	compare(t, d, all(t, dir)) // loose objects are gone, a pack has come
	git(t, dir, "", "commit", "-q", "--allow-empty", "-m", "more")
	git(t, dir, "", "repack", "-adq")
	git(t, dir, "", "prune-packed", "-q")
	compare(t, d, all(t, dir)) // another pack has come, the first has gone
}

// A repack may delete a pack whose index is open and whose data is not.
func TestPackGoneBetweenIndexAndData(t *testing.T) {
	t.Parallel()
	dir := history(t, 3)
	git(t, dir, "", "repack", "-adq")
	want := all(t, dir)
	d := Open(filepath.Join(dir, ".git/objects"))
	defer d.Close()
	for name := range want {
		if !d.Has(name) {
			t.Fatal("missing before the repack")
		}
	}
	git(t, dir, "", "commit", "-q", "--allow-empty", "-m", "more")
	git(t, dir, "", "repack", "-adq")
	compare(t, d, want)
}

// The law: whatever happens to the bytes on disk, a read gives the right
// content or an error.
func TestCorruption(t *testing.T) {
	t.Parallel()
	dir := history(t, 4)
	want := all(t, dir)
	corrupted := corrupt(t, dir, want)
	git(t, dir, "", "repack", "-adq")
	git(t, dir, "", "prune-packed", "-q")
	corrupted += corrupt(t, dir, want)
	if corrupted < 50 {
		t.Fatalf("only %d reads failed", corrupted)
	}
}

func corrupt(t *testing.T, dir string, want map[plumbing.Hash]object) (failed int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 4))
	objects := filepath.Join(dir, ".git/objects")
	var files []string
	for _, pattern := range []string{"??/*", "pack/*.pack", "pack/*.idx"} {
		found, err := filepath.Glob(filepath.Join(objects, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		for range 1 + 60/len(files) {
			failed += corruptOnce(t, rng, damage{objects, file, want})
		}
	}
	return failed
}

type damage struct {
	objects, file string
	want          map[plumbing.Hash]object
}

// corruptOnce changes or cuts one file, reads everything, and mends the file.
func corruptOnce(t *testing.T, rng *rand.Rand, c damage) (failed int) {
	t.Helper()
	good, err := os.ReadFile(c.file)
	if err != nil {
		t.Fatal(err)
	}
	bad := bytes.Clone(good)
	for range 1 + rng.IntN(3) {
		bad[rng.IntN(len(bad))] = byte(rng.IntN(256))
	}
	if rng.IntN(4) == 0 {
		bad = bad[:rng.IntN(len(bad))]
	}
	overwrite(t, c.file, bad)
	defer overwrite(t, c.file, good)
	d := Open(c.objects)
	defer d.Close()
	for name, o := range c.want {
		kind, data, err := d.Read(name)
		if err != nil {
			failed++
		} else if kind.String() != o.kind || !bytes.Equal(data, o.data) {
			t.Fatalf("%s: wrong content without an error", name)
		}
	}
	return failed
}

func overwrite(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
