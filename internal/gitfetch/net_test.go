package gitfetch

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestRedirects holds that a redirect leads to https or nowhere.
func TestRedirects(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	plain := l.serve(l.backendHandler())
	handler := l.backendHandler()
	secure := l.serveTLS(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := map[string]string{"/http": plain, "/file": "file://" + l.dir + "/repos", "/ssh": "ssh://example.com", "/moved": ""}
		for prefix, target := range to {
			if rest, ok := strings.CutPrefix(r.URL.Path, prefix); ok {
				w.Header().Set("Location", target+rest+"?"+r.URL.RawQuery)
				w.WriteHeader(http.StatusMovedPermanently)
				return
			}
		}
		handler.ServeHTTP(w, r)
	}))
	local := l.serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, plain+r.URL.Path+"?"+r.URL.RawQuery, http.StatusFound)
	}))
	for _, f := range []*Fetcher{l.fetcher(), l.library()} {
		l.read(f, secure+"/p", p.second)
		l.read(f, secure+"/moved/p", p.second)
		for _, url := range []string{secure + "/http/p", secure + "/file/p", secure + "/ssh/p", local + "/p"} {
			_, err := f.Refs(t.Context(), url)
			fails(t, err, KindUnreachable, url+": the server sends elsewhere")
		}
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + listener.Addr().String() + "/p"
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	missing := l.serve(http.NotFoundHandler()) + "/p"
	broken := l.serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "x\x1b[2J", http.StatusInternalServerError)
	})) + "/p"
	noise := l.serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
		_, _ = io.WriteString(w, "001e# service=git-upload-pack\n0000"+strings.Repeat("zzzz\x1b", 1000))
	})) + "/p"
	for _, f := range []*Fetcher{l.fetcher(), l.library()} {
		_, err := f.Refs(t.Context(), closed)
		fails(t, err, KindUnreachable, closed+": the server cannot be reached")
		_, err = f.Refs(t.Context(), missing)
		fails(t, err, KindRepository, "no such repository")
		_, err = f.Refs(t.Context(), broken)
		fails(t, err, KindOther)
		_, err = f.Refs(t.Context(), noise)
		fails(t, err, KindOther)
	}
	secret := l.serveTLS(http.NotFoundHandler()) + "/p"
	l.env = l.env[:len(l.env)-1] // the certificate is known to nobody
	for _, f := range []*Fetcher{l.fetcher(), l.library()} {
		_, err = f.Refs(t.Context(), secret)
		fails(t, err, KindUnreachable, "identity")
	}
	_, err = l.library().Refs(t.Context(), l.file("p"))
	fails(t, err, KindURL, "needs the git program")
	f := l.fetcher()
	f.Git = filepath.Join(l.dir, "no-git")
	_, err = f.Refs(t.Context(), l.file("p"))
	fails(t, err, KindOther, "no-git")
}

// stall serves refs and then hangs until the client goes.
func (l *lab) stall() (url string, reached chan struct{}, left func()) {
	handler := l.backendHandler()
	reached = make(chan struct{})
	var once sync.Once
	var held atomic.Int32
	url = l.serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || strings.Contains(string(body), "command=ls-refs") {
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			handler.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/x-git-upload-pack-result")
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		held.Add(1)
		defer held.Add(-1)
		once.Do(func() { close(reached) })
		<-r.Context().Done()
	}))
	return url, reached, func() {
		for held.Load() > 0 {
			time.Sleep(time.Millisecond)
		}
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	for _, f := range []*Fetcher{l.fetcher(), l.library()} {
		base, reached, left := l.stall()
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-reached
			cancel()
		}()
		_, err := f.Tree(ctx, base+"/p", p.second, "")
		fails(t, err, KindInterrupted, base+"/p: interrupted")
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v is not context.Canceled", err)
		}
		left() // nobody of ours still holds the connection
		f.Limits.Time = 300 * time.Millisecond
		_, err = f.Tree(t.Context(), base+"/p", p.second, "")
		fails(t, err, KindLimit, "took longer than the limit of 300ms")
		left() // on a slow machine it did not come so far
	}
}

// stuck passes on so many bytes and then hangs until the client goes.
type stuck struct {
	http.ResponseWriter
	left int
	gone <-chan struct{}
}

func (s *stuck) Write(p []byte) (int, error) {
	if s.left -= len(p); s.left < 0 {
		<-s.gone
		return 0, io.ErrClosedPipe
	}
	return s.ResponseWriter.Write(p)
}

// TestWatched holds that a transfer is stopped while it goes on.
func TestWatched(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	dir := l.bare("p")
	noise := make([]byte, 3<<20)
	if _, err := rand.NewChaCha8([32]byte{2}).Read(noise); err != nil {
		t.Fatal(err)
	}
	commit := l.commit(dir, l.tree(dir, "100644 blob "+l.blob(dir, string(noise))+"\tnoise"), "main")
	handler := l.backendHandler()
	url := l.serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(&stuck{w, 5 << 19, r.Context().Done()}, r)
	})) + "/p"
	for _, f := range []*Fetcher{l.fetcher(), l.library()} {
		f.Limits.Transfer = 1 << 20
		_, err := f.Tree(t.Context(), url, commit, "")
		fails(t, err, KindLimit, "the transfer is over the limit of 1 MiB")
	}
}

// TestKilled fetches into a cache as a killed git leaves it.
func TestKilled(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	url := l.serve(l.backendHandler()) + "/p"
	for _, f := range []*Fetcher{l.fetcher(), l.library()} {
		if _, err := f.Tree(t.Context(), url, p.first, ""); err != nil {
			t.Fatal(err)
		}
		dirs, err := filepath.Glob(filepath.Join(f.Dir, "*", "config"))
		if err != nil || len(dirs) != 1 {
			t.Fatal(dirs, err)
		}
		dir := filepath.Dir(dirs[0])
		var left []string
		for _, name := range []string{"shallow.lock", "config.lock", "packed-refs.lock", "HEAD.lock", "refs/mlops/" + p.second + ".lock", "objects/pack/tmp_pack_abc", "objects/pack/tmp_idx_abc", "tmp_x"} {
			path := filepath.Join(dir, name)
			left = append(left, path)
			if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := f.Tree(t.Context(), url, p.second, ""); err != nil {
			t.Error(err)
		}
		for _, path := range left {
			l.absent(path)
		}
		if err := os.WriteFile(filepath.Join(dir, "config"), []byte("[core"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Commit(t.Context(), url, "main"); err != nil {
			t.Error(err)
		}
	}
}

// TestDamaged holds that a damaged cache is noticed and fetched again.
func TestDamaged(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	url := l.serve(l.backendHandler()) + "/p"
	damages := map[string]func(name string) error{
		"lost": os.Remove,
		"cut":  func(name string) error { return errors.Join(os.Chmod(name, 0o600), os.Truncate(name, 40)) },
		"altered": func(name string) error {
			content, err := os.ReadFile(name)
			for i := 40; i < len(content) && filepath.Ext(name) == ".pack"; i += 7 {
				content[i] ^= 0x55
			}
			return errors.Join(err, os.Chmod(name, 0o600), os.WriteFile(name, content, 0o600))
		},
	}
	for _, f := range []*Fetcher{l.fetcher(), l.library()} {
		want, err := f.Tree(t.Context(), url, p.second, "")
		if err != nil {
			t.Fatal(err)
		}
		for what, damage := range damages {
			other := l.commit(p.dir, p.tree1, "main", p.second)
			packs, err := filepath.Glob(filepath.Join(f.Dir, "*", "objects", "pack", "*"))
			if err != nil || len(packs) < 2 {
				t.Fatal(packs, err)
			}
			for _, p := range packs {
				if err := damage(p); err != nil {
					t.Fatal(err)
				}
			}
			got, err := f.Tree(t.Context(), url, p.second, "")
			if err != nil {
				t.Errorf("%s: %v", what, err)
				continue
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
			packs, _ = filepath.Glob(filepath.Join(f.Dir, "*", "objects", "pack", "*"))
			for _, p := range packs {
				if err := damage(p); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := f.Tree(t.Context(), url, other, ""); err != nil {
				t.Errorf("%s, another commit: %v", what, err)
			}
		}
	}
}

// TestOwner reads a repository of another user, which git refuses.
func TestOwner(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	l := newLab(t)
	p := l.project("p")
	err := filepath.WalkDir(filepath.Join(l.dir, p.dir), func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, 12345, 12345))
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = l.fetcher().Tree(t.Context(), l.file("p"), p.first, "")
	fails(t, err, KindRepository, "belongs to another user", "safe.directory")
	l.config("[safe]\n\tdirectory = " + filepath.Join(l.dir, p.dir) + "\n")
	l.read(l.fetcher(), l.file("p"), p.first)
}

func TestProgress(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	url := l.serve(l.backendHandler()) + "/p"
	for _, f := range []*Fetcher{l.fetcher(), l.library()} {
		var got []Progress
		f.Progress = func(p Progress) { got = append(got, p) }
		if _, err := f.Tree(t.Context(), url, p.second, ""); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for i, p := range got {
			seen[p.Step] = true
			if p.URL != url || i > 0 && p.Elapsed < got[i-1].Elapsed {
				t.Errorf("%+v", p)
			}
			if f.Git != "" && p.Step == "receiving objects" && p.Total == 0 {
				t.Errorf("%+v has no total", p)
			}
		}
		if !seen["connecting"] || !seen["receiving objects"] || !seen["reading files"] {
			t.Errorf("%v", got)
		}
	}
}

// TestDumb reads a repository from a server that knows nothing of git.
func TestDumb(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	l.in(p.dir, "", "update-server-info")
	url := l.serve(http.FileServer(http.Dir(filepath.Join(l.dir, "repos")))) + "/p"
	l.read(l.fetcher(), url, p.second)
}
