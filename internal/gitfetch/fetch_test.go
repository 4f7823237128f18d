package gitfetch

import (
	"encoding/pem"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func (l *lab) discard() *log.Logger { return log.New(io.Discard, "", 0) }

func pemOf(raw []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}))
}

// ways are the fetchers and URLs by which one repository can be read.
func (l *lab) ways(name string) map[string]func() (*Fetcher, string) {
	plainHTTP := l.serve(l.backendHandler())
	open := l.serve(l.backendHandler("uploadpack.allowAnySHA1InWant=true"))
	old := func(f *Fetcher) *Fetcher {
		f.Env = append(f.Env, "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=protocol.version", "GIT_CONFIG_VALUE_0=0")
		return f
	}
	return map[string]func() (*Fetcher, string){
		"git file":         func() (*Fetcher, string) { return l.fetcher(), l.file(name) },
		"git file v0":      func() (*Fetcher, string) { return old(l.fetcher()), l.file(name) + "/." },
		"git http":         func() (*Fetcher, string) { return l.fetcher(), plainHTTP + "/" + name },
		"git http v0":      func() (*Fetcher, string) { return old(l.fetcher()), plainHTTP + "/./" + name },
		"git http v0 any":  func() (*Fetcher, string) { return old(l.fetcher()), open + "/" + name },
		"library http":     func() (*Fetcher, string) { return l.library(), plainHTTP + "/" + name },
		"library http any": func() (*Fetcher, string) { return l.library(), open + "/" + name },
	}
}

// TestSame reads one repository in every way and compares with what git says.
func TestSame(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	wantRefs := []Ref{{"HEAD", p.second}, {"refs/heads/main", p.second}, {"refs/heads/other/branch", p.first}, {"refs/tags/v1.0.0", p.first}, {"refs/tags/v2.0.0", p.second}}
	for name, way := range l.ways("p") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, url := way()
			f.Dir = t.TempDir()
			refs, err := f.Refs(t.Context(), url)
			if d := cmp.Diff(wantRefs, refs); err != nil || d != "" {
				t.Errorf("%v\n%s", err, d)
			}
			for ref, want := range map[string]string{
				"": p.second, "HEAD": p.second, "main": p.second, "v1.0.0": p.first, "v2.0.0": p.second,
				"refs/tags/v2.0.0": p.second, "other/branch": p.first, p.first: p.first, strings.ToUpper(p.first[:10]): p.first, p.tagObj: p.second,
			} {
				if got, err := f.Commit(t.Context(), url, ref); err != nil || got != want {
					t.Errorf("Commit(%q) = %s, %v; want %s", ref, got, err, want)
				}
			}
			compareTree(t, f, url, p)
		})
	}
}

func compareTree(t *testing.T, f *Fetcher, url string, p project) {
	t.Helper()
	got, err := f.Tree(t.Context(), url, p.first, "")
	want := &Tree{
		Files: []File{
			{"README.md", []byte("one\n"), false},
			{"readme.md", []byte("one\n"), false},
			{"sub/a.txt", []byte("one\n"), false},
			{"sub/run.sh", []byte("#!/bin/sh\n"), true},
			{"sub/Ümlaut name", []byte("one\n"), false},
		},
		Links: []Link{{"sub/link", "one\n"}},
		Skipped: []string{
			"module: submodules are not taken",
			"sub/big.bin: Git LFS keeps its content elsewhere, which is not fetched",
		},
	}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Fatalf("%v\n%s", err, d)
	}
	sub, err := f.Tree(t.Context(), url, p.second, "sub")
	if err != nil || len(sub.Files) != 3 || sub.Files[0].Path != "a.txt" {
		t.Errorf("sub: %v, %v", sub, err)
	}
	_, err = f.Tree(t.Context(), url, p.first, "sug")
	fails(t, err, KindDirectory, url, `no directory "sug" in commit `+p.first[:10], `did you mean "sub"?`)
	_, err = f.Tree(t.Context(), url, p.first, "README.md")
	fails(t, err, KindDirectory, "is a file")
	_, err = f.Tree(t.Context(), url, p.first, "sub/link")
	fails(t, err, KindDirectory, "is a symbolic link")
	_, err = f.Tree(t.Context(), url, p.tree1, "")
	if err == nil {
		t.Error("a tree passes for a commit")
	}
	_, err = f.Commit(t.Context(), url, "v1.0.1")
	fails(t, err, KindRef, `no branch, tag or commit "v1.0.1": did you mean "v1.0.0"? (newest tags: v2.0.0, v1.0.0)`)
	_, err = f.Tree(t.Context(), url, strings.Repeat("ab", 20), "")
	fails(t, err, KindRef, "no commit abab")
}

// TestShallow holds that no more is fetched than must be.
func TestShallow(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	for name, way := range l.ways("p") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, url := way()
			f.Dir = t.TempDir()
			if _, err := f.Tree(t.Context(), url, p.second, ""); err != nil {
				t.Fatal(err)
			}
			r, _ := parseURL(url)
			b, err := (&session{f: f, remote: r, report: newReporter(nil, "")}).cache(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			out := l.in("", "", "--git-dir", b.path, "rev-list", "--all")
			if out != p.second {
				t.Errorf("the cache reaches %q", out)
			}
			l.in("", "", "--git-dir", b.path, "fsck", "--full", "--strict", "--no-dangling")
		})
	}
}

// TestMoved holds that a pinned commit outlives its branch, and that one which
// is gone and was never pinned is named.
func TestMoved(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	f, url := l.fetcher(), l.serve(l.backendHandler())+"/p"
	lib := l.library()
	before, err := f.Tree(t.Context(), url, p.second, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lib.Tree(t.Context(), url, p.second, ""); err != nil {
		t.Fatal(err)
	}
	third := l.commit(p.dir, p.tree1, "main")
	l.in(p.dir, "", "tag", "-f", "v2.0.0", third)
	l.in(p.dir, "", "-c", "gc.reflogExpire=now", "reflog", "expire", "--expire=now", "--all")
	l.in(p.dir, "", "gc", "-q", "--prune=now")
	for _, f := range []*Fetcher{f, lib} {
		if got, err := f.Commit(t.Context(), url, "v2.0.0"); got != third || err != nil {
			t.Errorf("moved tag: %s, %v", got, err)
		}
		if _, err := f.Tree(t.Context(), url, third, ""); err != nil {
			t.Error(err)
		}
		after, err := f.Tree(t.Context(), url, p.second, "")
		if d := cmp.Diff(before, after); err != nil || d != "" {
			t.Errorf("%v\n%s", err, d)
		}
		f.Dir = t.TempDir()
		_, err = f.Tree(t.Context(), url, p.second, "")
		fails(t, err, KindRef, "no commit "+p.second, "force-pushed")
	}
}

func TestOffline(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	f, url := l.fetcher(), l.file("p")
	if _, err := f.Tree(t.Context(), url, p.first, "sub"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(l.dir, p.dir), filepath.Join(l.dir, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	if tree, err := f.Tree(t.Context(), url, p.first, ""); err != nil || len(tree.Files) != 5 {
		t.Errorf("%v, %v", tree, err)
	}
	f.Git = "" // the cache is the same for both
	if tree, err := f.Tree(t.Context(), url, p.first, ""); err != nil || len(tree.Files) != 5 {
		t.Errorf("%v, %v", tree, err)
	}
	f.Git = l.git
	_, err := f.Tree(t.Context(), url, p.second, "")
	fails(t, err, KindRepository, "no such repository")
}

func TestAmbiguousAndEmpty(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	l.in(p.dir, "", "update-ref", "refs/heads/v1.0.0", p.second)
	l.bare("empty")
	base := l.serve(l.backendHandler())
	for _, f := range []*Fetcher{l.fetcher(), l.library()} {
		_, err := f.Commit(t.Context(), base+"/p", "v1.0.0")
		fails(t, err, KindRef, `"v1.0.0" is a tag and a branch: write refs/tags/v1.0.0 or refs/heads/v1.0.0`)
		if got, err := f.Commit(t.Context(), base+"/p", "refs/heads/v1.0.0"); got != p.second || err != nil {
			t.Error(got, err)
		}
		if refs, err := f.Refs(t.Context(), base+"/empty"); err != nil || len(refs) != 0 {
			t.Errorf("%v, %v", refs, err)
		}
		_, err = f.Commit(t.Context(), base+"/empty", "")
		fails(t, err, KindRef, "has no branch")
	}
}

// TestConcurrent fetches one repository by many fetchers into one cache.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	url := l.serve(l.backendHandler()) + "/p"
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			f := l.fetcher()
			if i%3 == 2 {
				f.Git = ""
			}
			commit := []string{p.first, p.second}[i%2]
			if tree, err := f.Tree(t.Context(), url, commit, "sub"); err != nil || len(tree.Files) != 3 {
				t.Errorf("%v, %v", tree, err)
			}
		})
	}
	wg.Wait()
}

func TestSHA256(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p", "--object-format=sha256")
	f, url := l.fetcher(), l.serve(l.backendHandler())+"/p"
	got, err := f.Commit(t.Context(), url, "v1.0.0")
	if err != nil || got != p.first || len(got) != 64 {
		t.Fatalf("%s, %v", got, err)
	}
	for _, u := range []string{url, l.file("p")} {
		if tree, err := f.Tree(t.Context(), u, p.first, "sub"); err != nil || len(tree.Files) != 3 {
			t.Errorf("%v, %v", tree, err)
		}
		if got, err := f.Commit(t.Context(), u, p.first[:12]); got != p.first || err != nil {
			t.Errorf("%s, %v", got, err)
		}
	}
	_, err = l.library().Commit(t.Context(), url, "v1.0.0")
	fails(t, err, KindOther, "SHA-256")
}
