package applier

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/internal/gitconf"
	"github.com/mlops-as-code/mlops/planner"
)

// refused applies and fails unless that is refused with these words, before
// anything was written.
func (w *world) refused(words ...string) error {
	w.Helper()
	return w.refusedPlan(w.plan(), words...)
}

func (w *world) refusedPlan(p *planner.Plan, words ...string) error {
	w.Helper()
	before := w.everything()
	_, err := Apply(w.context(), w.request(p))
	if err == nil {
		w.Error("applied")
		return nil
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			w.Errorf("the refusal %q does not say %q", err, word)
		}
	}
	after := w.everything()
	for name := range after {
		if _, ok := before[name]; !ok && !strings.HasSuffix(name, "/mlops") && !strings.HasSuffix(name, "/mlops/lock") {
			w.Errorf("%s was made, and then: %v", name, err)
		}
	}
	maps.DeleteFunc(after, func(name, _ string) bool { _, ok := before[name]; return !ok })
	if !maps.Equal(before, after) {
		w.Errorf("something was changed before the refusal %v", err)
	}
	return err
}

// everything is all there is below base, git's own files too.
func (w *world) everything() map[string]string {
	w.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(w.base, func(p string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		out[p] = info.Mode().String()
		if d.Type().IsRegular() {
			data, err := os.ReadFile(p)
			out[p] += string(data)
			return err
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	return out
}

// refusedStates holds the table of reliability: the state's name and the remedy.
var refusedStates = map[string]struct {
	setup func(w *world)
	words []string
}{
	"merge":       {func(w *world) { w.conflict("merge", "side") }, []string{"merge in progress", "git merge --abort"}},
	"rebase":      {func(w *world) { w.conflict("rebase", "side") }, []string{"rebase in progress", "--abort"}},
	"cherry-pick": {func(w *world) { w.conflict("cherry-pick", "side") }, []string{"cherry-pick in progress"}},
	"bisect":      {func(w *world) { w.git("bisect", "start") }, []string{"bisect in progress", "reset"}},
	"unmerged": {func(w *world) {
		w.conflict("merge", "side")
		os.Remove(w.path(".git/MERGE_HEAD"))
	}, []string{"user.txt is unmerged"}},
	"empty ref":    {func(w *world) { os.Truncate(w.path(".git/refs/heads/main"), 0) }, []string{"corrupt ref"}},
	"torn ref":     {func(w *world) { os.Truncate(w.path(".git/refs/heads/main"), 9) }, []string{"corrupt ref"}},
	"lost ref":     {func(w *world) { os.Remove(w.path(".git/refs/heads/main")) }, []string{"branch without its ref"}},
	"broken index": {func(w *world) { os.Truncate(w.path(".git/index"), 40) }, []string{"index", "git status"}},
	"split index":  {func(w *world) { w.git("update-index", "--split-index") }, []string{"split", "--no-split-index"}},
	"sparse":       {func(w *world) { w.git("sparse-checkout", "set", "nothing") }, []string{"sparse", "git sparse-checkout"}},
	"bare":         {func(w *world) { w.git("config", "core.bare", "true") }, []string{"bare"}},
	"index.lock":   {func(w *world) { w.write(".git/index.lock", "") }, []string{"index.lock", "remove the file"}},
	"ref lock":     {func(w *world) { w.write(".git/refs/heads/main.lock", "") }, []string{"refs/heads/main.lock"}},
	"partial":      {func(w *world) { w.git("config", "remote.x.promisor", "true") }, []string{"partial clone"}},
	"shared":       {func(w *world) { w.git("config", "core.sharedRepository", "group") }, []string{"core.sharedRepository"}},
	"safecrlf": {func(w *world) {
		w.git("config", "core.safecrlf", "true")
		w.git("config", "core.autocrlf", "true")
	}, []string{"LF would be replaced by CRLF", "core.safecrlf"}},
	"filter": {func(w *world) {
		w.git("config", "filter.x.clean", "cat")
		w.write(".gitattributes", "a filter=x\n")
	}, []string{"a has", `backend = "git"`}},
	"lfs": {func(w *world) { w.write(".git/info/attributes", "a filter=lfs\n") }, []string{"a has", `backend = "git"`}},
	"linked directory": {func(w *world) {
		w.want["d/x"] = "1\n"
		os.Mkdir(w.path("real"), 0o777)
		os.Symlink("real", w.path("d"))
	}, []string{"d is a symbolic link"}},
	"link out": {func(w *world) {
		w.want["d/x"] = "1\n"
		os.Symlink(w.env["HOME"], w.path("d"))
	}, []string{"d is a symbolic link"}},
	"nested repository": {func(w *world) {
		w.want["d/e/x"] = "1\n"
		w.git("init", "-q", "d")
	}, []string{"d is another git repository"}},
	"submodule in the index": {func(w *world) {
		w.want["d/e/x"] = "1\n"
		w.git("update-index", "--add", "--cacheinfo", "160000,"+strings.TrimSpace(w.git("rev-parse", "HEAD"))+",d")
	}, []string{"d is a submodule"}},
	"file in the way": {func(w *world) {
		w.want["user.txt/x"] = "1\n"
	}, []string{"user.txt is a file"}},
	"file in the index": {func(w *world) {
		w.want["user.txt/x"] = "1\n"
		os.Remove(w.path("user.txt"))
	}, []string{"user.txt is a file in the index"}},
	"directory in the index": {func(w *world) {
		w.want["d"] = "1\n"
		w.write("d/x", "1\n")
		w.git("add", "d")
		os.RemoveAll(w.path("d"))
	}, []string{"d/x is in the index", "commit"}},
	"file in HEAD": {func(w *world) {
		w.want["user.txt/x"] = "1\n"
		w.git("rm", "-q", "user.txt")
	}, []string{"the commit already has a file user.txt"}},
	"private directory": {func(w *world) { os.Symlink("x", w.path(".mlops")) }, []string{".mlops is not a directory"}},
	"no identity": {func(w *world) {
		for k := range w.env {
			if strings.HasPrefix(k, "GIT_AUTHOR") || strings.HasPrefix(k, "GIT_COMMITTER") {
				delete(w.env, k)
			}
		}
	}, []string{"git config --global user.name", "author"}},
	"GIT_INDEX_FILE": {func(w *world) { w.env["GIT_INDEX_FILE"] = "other" }, []string{"GIT_INDEX_FILE"}},
}

// TestStatesThatRefuse demands that each is refused before anything is written.
func TestStatesThatRefuse(t *testing.T) {
	t.Parallel()
	for name, c := range refusedStates {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).withRepo()
			w.want["a"] = "1\n"
			c.setup(w)
			if err := w.refused(c.words...); errors.As(err, new(*StaleError)) {
				t.Errorf("called stale: %v", err)
			}
		})
	}
}

// conflict stops an operation half-way.
func (w *world) conflict(command, arg string) {
	w.git("checkout", "-qb", "side")
	w.write("user.txt", "side\n")
	w.git("commit", "-qam", "side")
	w.git("checkout", "-q", "main")
	w.write("user.txt", "main\n")
	w.git("commit", "-qam", "main")
	if out, err := w.tryGit(command, arg); err == nil {
		w.Fatalf("git %s %s made no conflict: %s", command, arg, out)
	}
}

// TestStatesThatWork are unusual states in which an apply does its work.
func TestStatesThatWork(t *testing.T) {
	t.Parallel()
	for name, setup := range map[string]func(w *world){
		"packed refs":     func(w *world) { w.git("pack-refs", "--all", "--prune") },
		"packed objects":  func(w *world) { w.git("gc", "-q") },
		"index v4":        func(w *world) { w.git("update-index", "--index-version=4") },
		"no index":        func(w *world) { w.git("rm", "-q", "--cached", "user.txt"); os.Remove(w.path(".git/index")) },
		"submodule":       submodule,
		"shallow":         shallow,
		"untracked cache": func(w *world) { w.git("update-index", "--force-untracked-cache"); w.git("status") },
		"branch with directories": func(w *world) {
			w.git("checkout", "-q", "-b", "feature/deep/x")
		},
		"remains of refs": func(w *world) {
			w.git("checkout", "-q", "--orphan", "x")
			os.MkdirAll(w.path(".git/refs/heads/x/y"), 0o777)
		},
		"reflogs off": func(w *world) { w.git("config", "core.logAllRefUpdates", "false"); os.RemoveAll(w.path(".git/logs")) },
		"author set": func(w *world) {
			w.commit.Author = &planner.Person{Name: "Ada", Email: "ada@example.com"}
			delete(w.env, "GIT_COMMITTER_NAME")
			delete(w.env, "GIT_AUTHOR_NAME")
		},
		"separate git directory": func(w *world) {
			os.Rename(w.path(".git"), filepath.Join(w.base, "git"))
			w.write(".git", "gitdir: ../git\n")
		},
		"GIT_DIR": func(w *world) {
			os.Rename(w.path(".git"), filepath.Join(w.base, "git"))
			w.env["GIT_DIR"], w.env["GIT_WORK_TREE"] = filepath.Join(w.base, "git"), w.root
		},
		"hard link to outside": func(w *world) {
			w.write("a", "1\n")
			os.Link(w.path("a"), filepath.Join(w.base, "outside"))
		},
		"clock behind": func(w *world) { w.now = time.Unix(1000, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).withRepo()
			w.want["a"], w.want["b/c"] = "1\n", "#!1\n"
			setup(w)
			w.apply()
			w.want["a"] = "2\n"
			delete(w.want, "b/c")
			w.apply()
			w.settled()
			if got := w.git("log", "--format=%an"); w.commit.Author != nil && !strings.HasPrefix(got, "Ada\nAda\n") {
				t.Errorf("authors %q", got)
			}
			if data, err := os.ReadFile(filepath.Join(w.base, "outside")); err == nil && string(data) != "1\n" {
				t.Errorf("a file outside became %q", data)
			}
		})
	}
}

func submodule(w *world) {
	w.git("init", "-q", "-b", "main", filepath.Join(w.base, "lib"))
	w.git("-C", filepath.Join(w.base, "lib"), "commit", "-q", "--allow-empty", "-m", "lib")
	w.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", filepath.Join(w.base, "lib"), "lib")
	w.git("commit", "-qm", "submodule")
}

func shallow(w *world) {
	w.git("commit", "-q", "--allow-empty", "-m", "second")
	w.git("clone", "-q", "--depth=1", "file://"+w.root, filepath.Join(w.base, "clone"))
	w.root = filepath.Join(w.base, "clone")
	w.top = w.root
}

// TestNoCommitWhereCommitsAreRefused writes the files and leaves git alone.
func TestNoCommitWhereCommitsAreRefused(t *testing.T) {
	t.Parallel()
	for name, setup := range map[string]func(w *world){
		"merge":       func(w *world) { w.conflict("merge", "side") },
		"sha256":      func(w *world) { os.RemoveAll(w.path(".git")); w.git("init", "-q", "--object-format=sha256") },
		"empty ref":   func(w *world) { os.Truncate(w.path(".git/refs/heads/main"), 0) },
		"no identity": func(w *world) { w.env["GIT_AUTHOR_NAME"], w.env["GIT_COMMITTER_NAME"] = "", "" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).withRepo()
			w.commit.Enabled = false
			w.want["a"] = "1\n"
			w.apply()
			w.write("a", "mine\n")
			setup(w)
			r := w.apply()
			if w.read("a") != "1\n" || r.Backup == "" {
				t.Errorf("result %+v", r)
			}
			w.tidy()
		})
	}
}

func TestOtherObjectStoreIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	w.want["a"] = "1\n"
	p := w.plan()
	w.env["GIT_OBJECT_DIRECTORY"] = w.path(".git/lfs")
	w.refusedPlan(p, "GIT_OBJECT_DIRECTORY")
}

func TestUnreadableConfigIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	w.want["a"] = "1\n"
	p := w.plan()
	w.write(".git/config", "[core\n")
	req := w.request(p)
	req.Env = gitconf.Env(w.env)
	if _, err := Apply(w.context(), req); err == nil || w.exists("a") {
		t.Errorf("applied: %v", err)
	}
}
