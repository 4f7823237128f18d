package applier

import (
	"fmt"
	"os"
	"path/filepath"
)

// scenario sets up a world in which one plan is to be carried out.
type scenario struct {
	name  string
	setup func(w *world)
}

// started is a world with a repository in which something was applied already.
func started(w *world) {
	w.withRepo()
	w.want = map[string]string{"a": "1\n", "b/c": "1\n", "b/d/e": "1\n", "s": "#!1\n"}
	w.apply()
}

var scenarios = []scenario{
	{"create", func(w *world) {
		w.withRepo()
		w.want = map[string]string{"a": "1\n", "b/c": "1\n", "b/d/e": "1\n"}
	}},
	{"update", func(w *world) {
		started(w)
		w.want = map[string]string{"a": "2\n", "b/c": "2\n", "b/d/e": "1\n", "s": "#!1\n"}
	}},
	{"delete", func(w *world) {
		started(w)
		w.want = map[string]string{"a": "1\n"}
	}},
	{"delete everything", func(w *world) {
		started(w)
		w.want = nil
	}},
	{"mode", func(w *world) {
		started(w)
		w.want["a"], w.want["s"] = "#!1\n", "1\n"
	}},
	{"mixed", func(w *world) {
		started(w)
		w.want = map[string]string{"a/x": "1\n", "b": "2\n", "S": "#!1\n", "new/n": "1\n"}
	}},
	{"new repository", func(w *world) {
		w.want = map[string]string{"a": "1\n", "b/c": "1\n", "s": "#!1\n"}
	}},
	{"new repository over files", func(w *world) {
		w.commit.Enabled = false
		w.want = map[string]string{"a": "1\n", "b/c": "1\n"}
		w.apply()
		w.write("a", "mine\n")
		w.write("other", "mine\n")
		w.commit.Enabled = true
		w.want["b/c"] = "2\n"
	}},
	{"detached", func(w *world) {
		started(w)
		w.git("checkout", "-q", "--detach")
		w.want["a"] = "2\n"
	}},
	{"unborn", func(w *world) {
		w.git("init", "-q", "-b", "deep/main")
		w.write("user.txt", "mine\n")
		w.git("add", "user.txt")
		w.want = map[string]string{"a": "1\n", "b/c": "1\n"}
	}},
	{"linked worktree", func(w *world) {
		started(w)
		w.git("worktree", "add", "-q", filepath.Join(w.base, "linked"))
		w.root = filepath.Join(w.base, "linked")
		w.top = w.root
		w.want["a"], w.want["n"] = "2\n", "1\n"
		delete(w.want, "b/c")
	}},
	{"staged user work", func(w *world) {
		started(w)
		w.write("b/new", "staged\n")
		w.git("add", "b/new")
		w.git("rm", "-q", "--cached", "user.txt")
		w.write("a", "staged\n")
		w.git("add", "a")
		w.write("a", "mine\n")
		w.want["b/c"] = "2\n"
	}},
	{"dirty user files", func(w *world) {
		started(w)
		w.write("user.txt", "mine\n")
		w.write("a", "mine\n")
		w.write("s", "mine too\n")
		os.Remove(w.path("b/c"))
		os.Symlink("../user.txt", w.path("b/c"))
		w.want["n"] = "1\n"
	}},
	{"project below the top", func(w *world) {
		w.withRepo()
		w.root = w.path("sub/one")
		os.MkdirAll(w.root, 0o777)
		w.want = map[string]string{"a": "1\n", "b/c": "1\n"}
		w.apply()
		w.want["a"], w.want["d/e"] = "2\n", "1\n"
		delete(w.want, "b/c")
	}},
	{"no git", func(w *world) {
		w.commit.Enabled = false
		w.want = map[string]string{"a": "1\n", "b/c": "1\n", "d": "1\n"}
		w.apply()
		w.write("a", "mine\n")
		w.want = map[string]string{"a": "2\n", "b/c": "1\n", "e/f": "1\n"}
	}},
	{"no commit", func(w *world) {
		started(w)
		w.commit.Enabled = false
		w.write("a", "mine\n")
		w.want["b/c"], w.want["n"] = "2\n", "1\n"
		delete(w.want, "s")
	}},
	{"left-overs", func(w *world) {
		started(w)
		w.commit.Enabled = false
		w.want["b/c"], w.want["n"] = "2\n", "1\n"
		delete(w.want, "s")
		w.apply()
		w.commit.Enabled = true
		w.want["m"] = "1\n"
	}},
	{"old formats", func(w *world) {
		started(w)
		w.git("update-index", "--index-version=4")
		w.git("pack-refs", "--all")
		w.git("gc", "-q")
		w.write("z/staged", "1\n")
		w.git("add", "z/staged")
		w.want["b/c"], w.want["b/ca"], w.want["b/d/e"] = "2\n", "1\n", "2\n"
	}},
	{"many", func(w *world) {
		started(w)
		w.want = map[string]string{"a": "2\n"}
		for i := range 120 {
			w.want[fmt.Sprintf("d%d/f%d", i/20, i)] = fmt.Sprint(i)
		}
	}},
}
