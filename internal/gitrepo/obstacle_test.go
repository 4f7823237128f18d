package gitrepo

import (
	"os"
	"strings"
	"testing"
)

// conflict makes two commits that cannot be merged; "main" is checked out.
func (l *lab) conflict() {
	l.t.Helper()
	l.repository()
	l.git("work", "checkout", "-q", "-b", "side", "HEAD~1")
	l.write("work/file", "side\n")
	l.git("work", "commit", "-q", "-a", "-m", "side")
	l.git("work", "checkout", "-q", "main")
}

// fails runs a git command that is to stop half-way.
func (l *lab) fails(args ...string) {
	l.t.Helper()
	if out, err := l.try("work", args...); err == nil {
		l.t.Fatalf("git %v did not stop: %s", args, out)
	}
}

func (l *lab) config(key, value string) {
	l.t.Helper()
	l.write("work/.git/config", l.read("work/.git/config")+"["+strings.Join(strings.Split(key, ".")[:1], "")+"]\n"+strings.SplitN(key, ".", 2)[1]+" = "+value+"\n")
}

var refused = map[string]struct {
	build func(*lab)
	want  string
}{
	"merge": {func(l *lab) { l.conflict(); l.fails("merge", "side") }, "merge in progress"},
	"merge without conflict": {func(l *lab) {
		l.repository()
		l.git("work", "checkout", "-q", "-b", "s", "HEAD~1")
		l.git("work", "commit", "-q", "--allow-empty", "-m", "s")
		l.git("work", "merge", "-q", "--no-commit", "main")
	}, "merge in progress"},
	"rebase, merging":  {func(l *lab) { l.conflict(); l.fails("rebase", "--merge", "side") }, "rebase in progress"},
	"rebase, applying": {func(l *lab) { l.conflict(); l.fails("rebase", "--apply", "side") }, "rebase in progress"},
	"rebase, edit": {func(l *lab) {
		l.repository()
		l.env["GIT_SEQUENCE_EDITOR"] = "sed -i s/pick/edit/"
		l.git("work", "rebase", "-q", "-i", "HEAD~1")
	}, "rebase in progress"},
	"cherry-pick": {func(l *lab) { l.conflict(); l.fails("cherry-pick", "side") }, "cherry-pick in progress"},
	"cherry-pick, many": {func(l *lab) {
		l.conflict()
		l.fails("cherry-pick", "side~2..side")
		l.git("work", "reset", "-q")
		l.git("work", "checkout", "-q", "--", ".")
		os.Remove(l.path("work/.git/CHERRY_PICK_HEAD"))
	}, "cherry-pick in progress"},
	"revert": {func(l *lab) { l.repository(); l.fails("revert", "--no-edit", "HEAD~1") }, "revert in progress"},
	"revert, many": {func(l *lab) {
		l.repository()
		l.fails("revert", "--no-edit", "HEAD~1", "HEAD")
		os.Remove(l.path("work/.git/REVERT_HEAD"))
	}, "revert in progress"},
	"am": {func(l *lab) {
		l.conflict()
		l.write("p", l.git("work", "format-patch", "--stdout", "-1", "side")+"\n")
		l.fails("am", "../p")
	}, "am in progress"},
	"bisect":          {func(l *lab) { l.repository(); l.git("work", "bisect", "start", "HEAD", "HEAD~2") }, "bisect in progress"},
	"split index":     {func(l *lab) { l.repository(); l.git("work", "update-index", "--split-index") }, "split index"},
	"sparse checkout": {func(l *lab) { l.repository(); l.git("work", "sparse-checkout", "set", "dir") }, "sparse checkout"},
	"sparse index": {func(l *lab) {
		l.repository()
		l.git("work", "sparse-checkout", "set", "--cone", "--sparse-index", "dir")
	}, "sparse checkout"},
	"partial clone": {func(l *lab) {
		l.repository()
		os.Rename(l.path("work"), l.path("from"))
		l.git("from", "config", "uploadpack.allowFilter", "true")
		l.git(".", "clone", "-q", "--filter=blob:none", "file://"+l.path("from"), "work")
	}, "partial clone"},
	"promisor alone": {func(l *lab) { l.repository(); l.git("work", "config", "remote.x.promisor", "true") }, "partial clone"},
	"SHA-256":        {func(l *lab) { l.git(".", "init", "-q", "--object-format=sha256", "work") }, "SHA-256 repository"},
	"reftable": {func(l *lab) {
		l.repository()
		l.git("work", "config", "core.repositoryformatversion", "1")
		l.config("extensions.refStorage", "reftable")
	}, "reftable repository"},
	"unknown extension": {func(l *lab) {
		l.repository()
		l.git("work", "config", "core.repositoryformatversion", "1")
		l.config("extensions.fromTheFuture", "true")
	}, "unknown repository extension"},
	"version 2":        {func(l *lab) { l.repository(); l.config("core.repositoryformatversion", "2") }, "repository format 2"},
	"version 0 with 1": {func(l *lab) { l.repository(); l.config("extensions.objectFormat", "sha1") }, "inconsistent repository format"},
	"bare":             {func(l *lab) { l.git(".", "init", "-q", "--bare", "work") }, "bare repository"},
	"core.bare":        {func(l *lab) { l.repository(); l.git("work", "config", "core.bare", "true") }, "bare repository"},
	"replaced objects": {func(l *lab) { l.repository(); l.git("work", "replace", "HEAD", "HEAD~1") }, "replaced objects"},
	"replaced and packed": {func(l *lab) {
		l.repository()
		l.git("work", "replace", "HEAD", "HEAD~1")
		l.git("work", "pack-refs", "--all")
	}, "replaced objects"},
	"in a receiving hook": {func(l *lab) { l.repository(); l.env["GIT_QUARANTINE_PATH"] = l.path("q") }, "GIT_QUARANTINE_PATH is set"},
	"attribute source":    {func(l *lab) { l.repository(); l.env["GIT_ATTR_SOURCE"] = "HEAD" }, "GIT_ATTR_SOURCE is set"},
	"reference backend":   {func(l *lab) { l.repository(); l.env["GIT_REFERENCE_BACKEND"] = "reftable" }, "GIT_REFERENCE_BACKEND is set"},
}

func TestObstacles(t *testing.T) {
	t.Parallel()
	for name, c := range refused {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			c.build(l)
			r := l.open("work")
			if got := states(r); got != c.want {
				t.Errorf("obstacles: %q, want %q", got, c.want)
			}
			for _, o := range r.Obstacles() {
				if o.Detail == "" || o.Remedy == "" || strings.HasSuffix(o.Detail, ".") || strings.HasSuffix(o.Remedy, ".") {
					t.Errorf("%+v", o)
				}
				if _, err := os.Stat(o.Path); o.Path != "" && err != nil && !strings.HasPrefix(o.State, "GIT_") && name != "replaced and packed" {
					t.Error(err)
				}
			}
		})
	}
}

// The advice to end an operation ends it.
func TestRemedies(t *testing.T) {
	t.Parallel()
	for name, undo := range map[string][]string{
		"merge": {"merge", "--abort"}, "rebase, merging": {"rebase", "--abort"}, "rebase, applying": {"rebase", "--abort"}, "cherry-pick": {"cherry-pick", "--abort"},
		"revert": {"revert", "--abort"}, "am": {"am", "--abort"}, "bisect": {"bisect", "reset"}, "split index": {"update-index", "--no-split-index"}, "sparse checkout": {"sparse-checkout", "disable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			refused[name].build(l)
			if remedy := l.open("work").Obstacles()[0].Remedy; !strings.Contains(remedy, "git "+strings.Join(undo, " ")) {
				t.Errorf("the remedy is %s", remedy)
			}
			l.git("work", undo...)
			if got := states(l.open("work")); got != "" {
				t.Errorf("obstacles: %s", got)
			}
		})
	}
}

// What cannot be read is said, and never taken for an empty repository.
func TestUnreadableFormats(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"SHA-256", "reftable", "unknown extension", "version 2"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			refused[name].build(l)
			r := l.open("work")
			if h, err := r.Head(); err == nil {
				t.Errorf("HEAD is %+v", h)
			}
			if v, err := r.RefValue("refs/heads/main"); err == nil {
				t.Errorf("the branch is %s", v)
			}
		})
	}
}

func TestOwnership(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.repository()
	must(l, os.Mkdir(l.path("work/.git/worktrees"), 0o755))
	const stranger = 1 << 20
	for _, c := range []struct{ name, safe, want string }{
		{"nothing", "", "repository owned by someone else"},
		{"all", "*", ""},
		{"this", l.path("work"), ""},
		{"below", l.path("*"), ""},
		{"home", "~/work", ""},
		{"another", l.path("other"), "repository owned by someone else"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := l.options()
			o.UID = stranger
			o.Env = map[string]string{"HOME": l.dir, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": c.safe}
			r, err := Open(l.path("work/dir"), o)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if got := states(r); got != c.want {
				t.Errorf("obstacles: %q, want %q", got, c.want)
			}
		})
	}
	l.git("work", "config", "safe.directory", "*") // a repository cannot vouch for itself
	o := l.options()
	o.UID = stranger
	r, err := Open(l.path("work"), o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := states(r); got != "repository owned by someone else" {
		t.Errorf("obstacles: %q", got)
	}
}

// Who sets GIT_DIR says that the repository is the right one.
func TestOwnershipWithGitDir(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.repository()
	l.env["GIT_DIR"] = l.path("work/.git")
	o := l.options()
	o.UID = 1 << 20
	r, err := Open(l.path("work"), o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := states(r); got != "" {
		t.Errorf("obstacles: %q", got)
	}
}

// A shared index outlives the split; only the index knows.
func TestStaleSharedIndex(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.repository()
	l.write("work/.git/sharedindex."+l.git("work", "rev-parse", "HEAD:file"), "stale")
	l.write("work/.git/sharedindex.zz", "odd")
	l.git("work", "update-index", "--split-index")
	l.git("work", "update-index", "--no-split-index")
	if got := states(l.open("work")); got != "" {
		t.Errorf("obstacles: %q", got)
	}
}

// git itself is the judge, but only root can give files away.
func TestOwnershipLikeGit(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	for name, path := range map[string]string{"working tree": "work", "git directory": "work/.git", "a file inside": "work/.git/HEAD"} {
		for _, sudo := range []string{"", "65534"} {
			t.Run(name+sudo, func(t *testing.T) {
				t.Parallel()
				l := newLab(t)
				l.repository()
				must(l, os.Chown(l.path(path), 65534, -1))
				if sudo != "" {
					l.env["SUDO_UID"] = sudo
				}
				_, err := l.try("work", "status")
				if got := states(l.open("work")); (err == nil) != (got == "") {
					t.Errorf("git says %v, obstacles: %q", err, got)
				}
			})
		}
	}
}
