package gitfetch

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// lab is a folder with repositories, apart from the machine's git configuration.
type lab struct {
	t    *testing.T
	dir  string
	git  string
	env  []string
	conf string // the user's git configuration
}

func newLab(t *testing.T) *lab {
	t.Helper()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{t: t, dir: t.TempDir(), git: git}
	l.conf = filepath.Join(l.dir, "gitconfig")
	l.write("gitconfig", "[user]\n\tname = A\n\temail = a@example.com\n[init]\n\tdefaultBranch = main\n")
	home := filepath.Join(l.dir, "home")
	l.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_CONFIG_HOME=" + home,
		"GIT_CONFIG_GLOBAL=" + l.conf, "GIT_CONFIG_SYSTEM=/dev/null",
	}
	return l
}

// write writes a file below the lab and returns its path.
func (l *lab) write(name, content string) string {
	l.t.Helper()
	path := filepath.Join(l.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o777); err != nil {
		l.t.Fatal(err)
	}
	return path
}

// config adds to the user's configuration.
func (l *lab) config(text string) {
	l.t.Helper()
	old, err := os.ReadFile(l.conf)
	if err != nil {
		l.t.Fatal(err)
	}
	l.write("gitconfig", string(old)+text)
}

// in runs git in a directory of the lab, with stdin.
func (l *lab) in(dir, stdin string, args ...string) string {
	l.t.Helper()
	cmd := exec.Command(l.git, args...)
	cmd.Dir = filepath.Join(l.dir, dir)
	cmd.Env = append([]string{"GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@b", "GIT_AUTHOR_DATE=1700000000 +0000", "GIT_COMMITTER_DATE=1700000000 +0000"}, l.env[:3]...)
	cmd.Env = append(cmd.Env, "GIT_CONFIG_SYSTEM=/dev/null")
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		l.t.Fatalf("git %v: %v\n%s", args, err, errs.String())
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// bare makes an empty bare repository below repos/.
func (l *lab) bare(name string, args ...string) string {
	l.t.Helper()
	dir := filepath.Join("repos", name)
	if err := os.MkdirAll(filepath.Join(l.dir, dir), 0o777); err != nil {
		l.t.Fatal(err)
	}
	l.in(dir, "", append([]string{"init", "-q", "--bare", "-b", "main"}, args...)...)
	return dir
}

func (l *lab) blob(dir, content string) string {
	l.t.Helper()
	return l.in(dir, content, "hash-object", "-w", "--stdin")
}

// tree makes a tree of "mode kind content-or-id name" lines by git mktree.
func (l *lab) tree(dir string, lines ...string) string {
	l.t.Helper()
	return l.in(dir, strings.Join(lines, "\n")+"\n", "mktree", "--missing")
}

// rawTree makes a tree from bytes that git itself would not write.
func (l *lab) rawTree(dir string, entries ...string) string {
	l.t.Helper()
	return l.in(dir, strings.Join(entries, ""), "hash-object", "-w", "-t", "tree", "--literally", "--stdin")
}

// commit makes a commit of a tree and sets a branch to it.
func (l *lab) commit(dir, tree, branch string, parents ...string) string {
	l.t.Helper()
	args := []string{"commit-tree", "-m", "c", tree}
	for _, p := range parents {
		args = append(args, "-p", p)
	}
	id := l.in(dir, "", args...)
	if branch != "" {
		l.in(dir, "", "update-ref", "refs/heads/"+branch, id)
	}
	return id
}

// project is a repository with history, tags and a bit of everything.
type project struct {
	dir           string
	first, second string // commits of main
	tree1, tagObj string
}

func (l *lab) project(name string, args ...string) project {
	l.t.Helper()
	dir := l.bare(name, args...)
	p := project{dir: dir}
	one, two, run := l.blob(dir, "one\n"), l.blob(dir, "two\n"), l.blob(dir, "#!/bin/sh\n")
	lfs := l.blob(dir, lfsPointer+"oid sha256:00\nsize 5\n")
	sub := l.tree(dir, "100644 blob "+one+"\ta.txt", "100755 blob "+run+"\trun.sh", "100644 blob "+one+"\tÜmlaut name", "120000 blob "+one+"\tlink", "100644 blob "+lfs+"\tbig.bin")
	p.tree1 = l.tree(dir, "040000 tree "+sub+"\tsub", "100644 blob "+one+"\tREADME.md", "100644 blob "+one+"\treadme.md", "160000 commit "+strings.Repeat("1", len(one))+"\tmodule")
	p.first = l.commit(dir, p.tree1, "main")
	l.in(dir, "", "tag", "v1.0.0", p.first)
	p.second = l.commit(dir, l.tree(dir, "100644 blob "+two+"\tREADME.md", "040000 tree "+sub+"\tsub"), "main", p.first)
	l.in(dir, "", "tag", "-a", "-m", "x", "v2.0.0", p.second)
	p.tagObj = l.in(dir, "", "rev-parse", "v2.0.0")
	l.in(dir, "", "branch", "other/branch", p.first)
	return p
}

func (l *lab) file(name string) string {
	return "file://" + filepath.ToSlash(filepath.Join(l.dir, "repos", name))
}

// fetcher fetches with git into a cache of its own.
func (l *lab) fetcher() *Fetcher {
	return &Fetcher{Dir: filepath.Join(l.dir, "cache"), Git: l.git, Env: l.env}
}

// library is a fetcher without git.
func (l *lab) library() *Fetcher {
	f := l.fetcher()
	f.Git, f.Dir = "", filepath.Join(l.dir, "cache-go")
	return f
}

// backendHandler serves the lab's repositories by git http-backend.
func (l *lab) backendHandler(config ...string) http.Handler {
	l.t.Helper()
	env := []string{"GIT_PROJECT_ROOT=" + filepath.Join(l.dir, "repos"), "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "HOME=" + l.dir}
	backend := filepath.Join(l.in("", "", "--exec-path"), "git-http-backend")
	for i, c := range config {
		key, value, _ := strings.Cut(c, "=")
		n := string(rune('0' + i))
		env = append(env, "GIT_CONFIG_KEY_"+n+"="+key, "GIT_CONFIG_VALUE_"+n+"="+value, "GIT_CONFIG_COUNT="+string(rune('1'+i)))
	}
	return &cgi.Handler{Path: backend, Env: env, Stderr: io.Discard, Logger: l.discard()}
}

// serve serves by http on a loopback address.
func (l *lab) serve(h http.Handler) string {
	l.t.Helper()
	s := httptest.NewServer(h)
	l.t.Cleanup(s.Close)
	return s.URL
}

// serveTLS serves by https; its certificate is made known by GIT_SSL_CAINFO.
func (l *lab) serveTLS(h http.Handler) string {
	l.t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = l.discard()
	s.StartTLS()
	l.t.Cleanup(s.Close)
	l.env = append(l.env, "GIT_SSL_CAINFO="+l.write("ca.pem", pemOf(s.Certificate().Raw)))
	return s.URL
}

// fails checks that err is an *Error of the kind, whose text has all the words.
func fails(t *testing.T, err error, kind Kind, words ...string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v (%T), want an *Error of kind %s", err, err, kind)
	}
	if e.Kind != kind {
		t.Errorf("kind %s, want %s: %v", e.Kind, kind, err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
	for _, r := range err.Error() {
		if r < ' ' || r == 0x7f {
			t.Errorf("%q holds a control character", err)
		}
	}
}
