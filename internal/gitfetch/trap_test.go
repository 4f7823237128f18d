package gitfetch

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// trap is an executable that leaves a mark.
func (l *lab) trap(name string) (script, mark string) {
	mark = filepath.Join(l.dir, "marks", name)
	l.write("marks/.keep", "")
	return l.write("traps/"+name, "#!/bin/sh\ntouch '"+mark+"'\nexit 0\n"), mark
}

// TestHooks holds that no hook and no template of the user's runs. A plain fetch
// with the same configuration shows that the traps work.
func TestHooks(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	var marks []string
	for _, hook := range []string{"reference-transaction", "post-checkout", "post-merge", "pre-auto-gc", "fsmonitor-watchman"} {
		script, mark := l.trap(hook)
		l.write("hooks/"+hook, "#!/bin/sh\nexec "+script+"\n")
		l.write("template/hooks/"+hook, "#!/bin/sh\nexec "+script+"\n")
		marks = append(marks, mark)
	}
	l.config("[core]\n\thooksPath = " + l.dir + "/hooks\n\tfsmonitor = " + l.dir + "/hooks/fsmonitor-watchman\n[init]\n\ttemplateDir = " + l.dir + "/template\n[gc]\n\tauto = 1\n[protocol \"ext\"]\n\tallow = always\n")
	f := l.fetcher()
	l.read(f, l.file("p"), p.second)
	f.Dir = t.TempDir()
	f.Env = append(f.Env, "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=core.hooksPath", "GIT_CONFIG_VALUE_0="+l.dir+"/hooks", "GIT_CONFIG_PARAMETERS='core.hooksPath="+l.dir+"/hooks'")
	l.read(f, l.file("p"), p.second)
	for _, m := range marks {
		l.absent(m)
	}
	plain := exec.Command(l.git, "clone", "-q", l.file("p"), filepath.Join(l.dir, "clone"))
	plain.Env = l.env
	if out, err := plain.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if _, err := os.Stat(marks[0]); err != nil {
		t.Error("the trap does not work")
	}
}

// read reads a commit by all methods.
func (l *lab) read(f *Fetcher, url, commit string) {
	l.t.Helper()
	if _, err := f.Refs(l.t.Context(), url); err != nil {
		l.t.Error(err)
	}
	if got, err := f.Commit(l.t.Context(), url, commit); err != nil || got != commit {
		l.t.Error(got, err)
	}
	if got, err := f.Commit(l.t.Context(), url, commit[:9]); err != nil || got != commit {
		l.t.Error(got, err)
	}
	if _, err := f.Tree(l.t.Context(), url, commit, ""); err != nil {
		l.t.Error(err)
	}
}

// TestRemoteConfig holds that the configuration of a remote that is read over
// file:// runs nothing. What keeps it from doing so is git: upload-pack takes
// commands from protected configuration only, and fetches nothing by itself
// where GIT_NO_LAZY_FETCH is set.
func TestRemoteConfig(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	var marks []string
	set := func(name string, keys ...string) {
		script, mark := l.trap(name)
		marks = append(marks, mark)
		for _, k := range keys {
			l.in(p.dir, "", "config", k, script)
		}
	}
	set("fsmonitor", "core.fsmonitor")
	set("ssh", "core.sshCommand", "core.gitProxy", "core.pager", "core.editor", "core.askPass")
	set("pack", "uploadpack.packObjectsHook")
	set("refs", "core.alternateRefsCommand")
	script, mark := l.trap("promisor")
	marks = append(marks, mark)
	for _, kv := range [][2]string{
		{"remote.evil.url", "ext::" + script},
		{"remote.evil.promisor", "true"},
		{"protocol.ext.allow", "always"},
		{"extensions.partialClone", "evil"},
		{"core.repositoryFormatVersion", "1"},
		{"core.hooksPath", filepath.Dir(script)},
	} {
		l.in(p.dir, "", "config", kv[0], kv[1])
	}
	l.read(l.fetcher(), l.file("p"), p.second)
	blob := l.in(p.dir, "", "rev-parse", p.first+":sub/a.txt")
	if err := os.Remove(filepath.Join(l.dir, p.dir, "objects", blob[:2], blob[2:])); err != nil {
		t.Fatal(err)
	}
	f := l.fetcher()
	f.Dir = t.TempDir()
	if _, err := f.Tree(t.Context(), l.file("p"), p.first, ""); err == nil {
		t.Error("an object that is not there was read")
	}
	for _, m := range marks {
		l.absent(m)
	}
}

// TestEnvironment holds that variables which lead git elsewhere lead nowhere.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p, other := l.project("p"), l.project("other")
	for _, repo := range []string{"p", "other"} {
		if err := os.Mkdir(filepath.Join(l.dir, "repos", repo, "trace"), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	elsewhere := filepath.Join(l.dir, other.dir)
	before := l.in(other.dir, "", "for-each-ref")
	script, mark := l.trap("env")
	f := l.fetcher()
	f.Env = append(f.Env, "GIT_DIR="+elsewhere, "GIT_WORK_TREE="+l.dir, "GIT_INDEX_FILE="+l.dir+"/index", "GIT_COMMON_DIR="+elsewhere,
		"GIT_OBJECT_DIRECTORY="+elsewhere+"/objects", "GIT_ALTERNATE_OBJECT_DIRECTORIES="+elsewhere+"/objects", "GIT_NAMESPACE=x",
		"GIT_TRACE="+l.dir+"/trace.txt", "GIT_TRACE2="+l.dir+"/trace.txt", "GIT_ALLOW_PROTOCOL=ext", "GIT_TEMPLATE_DIR="+l.dir, "GIT_DEFAULT_HASH=sha256",
		"GIT_ASKPASS="+script, "SSH_ASKPASS="+script, "GIT_EXTERNAL_DIFF="+script, "GIT_SHALLOW_FILE="+l.dir+"/x", "LC_ALL=de_DE.UTF-8", "GIT_PROTOCOL_FROM_USER=0", "GIT_QUARANTINE_PATH=x")
	l.read(f, l.file("p"), p.second)
	l.absent(mark)
	l.absent(l.dir + "/trace.txt")
	l.absent(l.dir + "/index")
	if after := l.in(other.dir, "", "for-each-ref"); after != before {
		t.Errorf("the other repository was changed:\n%s", after)
	}
}

// TestRewrites holds that url.insteadOf works, that what it puts into a URL is
// never told, and that it leads to no other transport.
func TestRewrites(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	script, mark := l.trap("ext")
	base := l.serve(private(l.backendHandler()))
	withSecret := strings.Replace(base, "://", "://me:secret@", 1)
	l.config("[protocol \"ext\"]\n\tallow = always\n[protocol]\n\tallow = always\n" +
		"[url \"" + withSecret + "/\"]\n\tinsteadOf = https://good.example/\n" +
		"[url \"" + strings.Replace(base, "://", "://me:secret2@", 1) + "/\"]\n\tinsteadOf = http://localhost:1/\n" +
		"[url \"ext::" + script + " \"]\n\tinsteadOf = https://ext.example/\n" +
		"[url \"" + withSecret + "/\"]\n\tinsteadOf = http://localhost:2/\n" +
		"[url \"file://" + filepath.Join(l.dir, "repos") + "/\"]\n\tinsteadOf = https://mirror.example/\n")
	l.read(l.fetcher(), "http://localhost:2/p", p.second)
	l.read(l.fetcher(), "https://mirror.example/p", p.second)
	for url, kind := range map[string]Kind{
		"https://good.example/p": KindURL, // rewritten to http
		"https://ext.example/p":  KindURL,
		"http://localhost:1/p":   KindAccess,
		"http://localhost:2/no":  KindRepository,
	} {
		_, err := l.fetcher().Refs(t.Context(), url)
		fails(t, err, kind, url+": ")
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("tells: %v", err)
		}
	}
	l.absent(mark)
}

// private wants the user "me" with the password "secret".
func private(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "me" || password != "secret" {
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		h.ServeHTTP(w, r)
	})
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	url := l.serve(private(l.backendHandler())) + "/p"
	for _, f := range []*Fetcher{l.fetcher(), l.library()} {
		_, err := f.Refs(t.Context(), url)
		fails(t, err, KindAccess, url+": access denied")
	}
	script, mark := l.trap("askpass")
	l.config("[core]\n\taskPass = " + script + "\n")
	_, err := l.fetcher().Tree(t.Context(), url, p.first, "")
	fails(t, err, KindAccess)
	l.absent(mark)
	asked := l.fetcher()
	asked.Interactive, asked.Dir = true, t.TempDir()
	asked.Env = append(asked.Env, "GIT_ASKPASS="+l.write("traps/answer", "#!/bin/sh\ncase $1 in User*) echo me;; *) echo secret;; esac\n"))
	l.read(asked, url, p.second)
	l.config("[credential]\n\thelper = \"!f() { test $1 = get && echo username=me && echo password=secret; }; f\"\n")
	l.read(l.fetcher(), url, p.second)
	if out, err := exec.Command("grep", "-r", "secret", filepath.Join(l.dir, "cache")).Output(); err == nil {
		t.Errorf("the cache holds the password: %s", out)
	}
}

// TestSSH gives git an ssh that runs the command here.
func TestSSH(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.project("p")
	log := filepath.Join(l.dir, "log")
	fake := func(name string) string {
		return l.write(name, "#!/bin/sh\necho \""+filepath.Base(name)+" $*\" >>'"+log+"'\nfor last; do :; done\neval \"$last\"\n")
	}
	fake("bin/ssh")
	own, second := fake("own/own-ssh"), fake("own/second-ssh")
	f := l.fetcher()
	f.Env = append(f.Env, "PATH="+l.dir+"/bin:"+os.Getenv("PATH"))
	for _, c := range []struct{ url, conf, env, want string }{
		{"git@host.example:" + l.dir + "/repos/p", "", "", "ssh -o BatchMode=yes"},
		{"ssh://git@host.example:2222" + l.dir + "/repos/p", "", "", "ssh -o BatchMode=yes"},
		{"git@host.example:" + l.dir + "/repos/p", own, "", "own-ssh "},
		{"git@host.example:" + l.dir + "/repos/p", own, second, "second-ssh "},
	} {
		if c.conf != "" {
			l.config("[core]\n\tsshCommand = " + c.conf + "\n")
		}
		if c.env != "" {
			f.Env = append(f.Env, "GIT_SSH_COMMAND="+c.env)
		}
		f.Dir = t.TempDir()
		l.read(f, c.url, p.second)
		got, err := os.ReadFile(log)
		if err != nil || !strings.HasPrefix(string(got), c.want) || !strings.Contains(string(got), "git@host.example") {
			t.Errorf("%s: %s, %v", c.url, got, err)
		}
		if err := os.Remove(log); err != nil {
			t.Fatal(err)
		}
	}
}
