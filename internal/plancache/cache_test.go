package plancache

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func sample() *Cache {
	return &Cache{
		Key: "k1", Written: 17, Head: "abcd", Plan: []byte("{\n  \"a\": 1\n}\n"), Names: []string{"mlops.hcl", "ä \"b\".mlops.hcl"},
		Globs: map[string]string{"data/*.csv": "00ff"}, Probes: map[string]bool{"x y": true, "z": false},
		Inputs:  []File{{Path: "t\\mpl", Digest: "aa", Stamp: Stamp{1, 2, 3, 1 << 63}}},
		Managed: []File{{Path: "src/a.py", Digest: "bb", Exec: true, Stamp: Stamp{4, 5, 6, 7}}, {Path: "src/b.py", Digest: "cc"}},
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	got, err := Parse(sample().Bytes(), "k1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), got); diff != "" {
		t.Error(diff)
	}
}

// TestDamaged cuts and alters a cache at every byte: it is refused, or still says
// something well-formed, and never panics. A cut one is always refused.
func TestDamaged(t *testing.T) {
	t.Parallel()
	src := sample().Bytes()
	for i := range src {
		if _, err := Parse(src[:i], "k1"); err == nil {
			t.Fatalf("took a cache cut at byte %d", i)
		}
		bad := bytes.Clone(src)
		bad[i] ^= 0x15
		Parse(bad, "k1")
	}
	if _, err := Parse(src, "k2"); err == nil {
		t.Error("took a cache of another key")
	}
}

// TestTrue holds that every kind of change to a managed file is seen.
func TestTrue(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("stat data prove something on Linux only")
	}
	digests := Digests{Input: func(b []byte) string { return string(b) }, Managed: func(_ string, b []byte) string { return string(b) }}
	changes := map[string]func(file string) error{
		"none":    func(string) error { return nil },
		"content": func(f string) error { return os.WriteFile(f, []byte("new"), 0o644) },
		"mode":    func(f string) error { return os.Chmod(f, 0o755) },
		"gone":    os.Remove,
		"link": func(f string) error {
			os.Remove(f)
			return os.Symlink("other", f)
		},
		"parent link": func(f string) error {
			os.Rename(filepath.Dir(f), filepath.Dir(f)+"2")
			return os.Symlink(filepath.Dir(f)+"2", filepath.Dir(f))
		},
		"same size and time": func(f string) error {
			info, err := os.Stat(f)
			if err != nil {
				return err
			}
			os.WriteFile(f, []byte("two"), 0o644)
			return os.Chtimes(f, info.ModTime(), info.ModTime())
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, "d", "f")
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte("one"), 0o644); err != nil {
				t.Fatal(err)
			}
			root, err := os.OpenRoot(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer root.Close()
			stamps, exec, ok := Take(root, []string{"d/f"}, func(_ int, data []byte, exec bool) bool { return string(data) == "one" && !exec })
			if !ok {
				t.Fatal("no stamp")
			}
			c := &Cache{Written: time.Now().Add(time.Hour).UnixNano(), Managed: []File{{Path: "d/f", Digest: "one", Exec: exec[0], Stamp: stamps[0]}}}
			if err := change(file); err != nil {
				t.Fatal(err)
			}
			if got, want := c.True(root, digests), name == "none"; got != want {
				t.Errorf("True is %v", got)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample().Bytes())
	f.Fuzz(func(t *testing.T, src []byte) {
		c, err := Parse(src, "k1")
		if err != nil {
			return
		}
		again, err := Parse(c.Bytes(), "k1")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
